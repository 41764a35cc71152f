"""The end of an analysis: a pure decision from its findings."""

from dataclasses import dataclass
from datetime import datetime

from spot_services.orchestrator.verdict import combine
from spot_services.payload import Finding, Notification, Request, Result, State


@dataclass(frozen=True)
class Analysis:
    id: str
    state: State
    analyzers: tuple[str, ...]
    dispatched: bool
    deadline_at: datetime
    # Only while it is running.
    request: Request | None
    findings: dict[str, Finding]
    # The W3C context of the submission.
    trace: str | None = None

    @property
    def missing(self) -> list[str]:
        return [analyzer for analyzer in self.analyzers if analyzer not in self.findings]


@dataclass(frozen=True)
class Decision:
    """What the receivers get, always the same bytes."""

    result: Result
    alert: Notification | None = None


def decide(analysis: Analysis, now: datetime) -> Decision:
    """Ends an analysis: with a verdict, or as failed if findings are missing."""
    request = analysis.request
    if request is None:
        raise AssertionError("a running analysis keeps its request")
    findings = list(analysis.findings.values())
    combined = combine(findings)
    missing = analysis.missing
    # An incomplete analysis has no verdict, because readers would treat it as a complete one.
    result = Result(
        analysis=analysis.id,
        state="failed" if missing else "completed",
        verdict=None if missing else combined.verdict,
        score=None if missing else combined.score,
        reasons=[_reason(analysis)] if missing else combined.reasons,
        missing=missing,
        findings=findings,
        filename=request.filename,
        subject=_subject(analysis),
        urgency=request.urgency,
        submitted_at=request.submitted_at,
        finished_at=now,
        decided_at=now,
    )
    if not missing:
        return Decision(result)
    alert = Notification(
        kind="alert",
        analysis=analysis.id,
        reasons=[f"deadline passed without: {', '.join(missing)}"],
        missing=missing,
        filename=request.filename,
        subject=_subject(analysis),
        at=now,
    )
    return Decision(result, alert)


def _reason(analysis: Analysis) -> str:
    if not analysis.dispatched and not analysis.findings:
        return "incomplete: the deadline passed before it could be analysed"
    return f"incomplete: no finding from {', '.join(analysis.missing)}"


def _subject(analysis: Analysis) -> str | None:
    """Only the headers analyzer reads the subject, so it is part of its finding."""
    headers = analysis.findings.get("headers")
    subject = None if headers is None else headers.facts.get("subject")
    return subject if isinstance(subject, str) else None
