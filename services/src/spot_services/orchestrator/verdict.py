"""Combines findings into one verdict."""

from collections.abc import Sequence
from typing import NamedTuple

from spot_services.payload import Finding, Verdict
from spot_services.severity import Severity

SUSPICIOUS_FROM = 30
MALICIOUS_FROM = 70
MAX_REASONS = 10

# The maximum influence of one analyzer. A disguised executable is almost a proof; a pushy tone is not.
_WEIGHTS = {"attachments": 0.95, "links": 0.9, "headers": 0.75, "content": 0.6}
_UNKNOWN_WEIGHT = 0.7

_RANK: dict[Severity, int] = {"critical": 4, "high": 3, "medium": 2, "low": 1, "info": 0}


class CombinedVerdict(NamedTuple):
    verdict: Verdict
    score: int
    reasons: list[str]


def combine(findings: Sequence[Finding]) -> CombinedVerdict:
    """Combines independent scores:

    each leaves a share of doubt, and the doubts are multiplied. With a mean, three clean analyzers would hide a
    malicious attachment.
    """
    doubt = 1.0
    for finding in findings:
        doubt *= 1 - _WEIGHTS.get(finding.analyzer, _UNKNOWN_WEIGHT) * finding.score / 100
    score = round(100 * (1 - doubt))
    signals = [
        (-_RANK[signal.severity], finding.analyzer, signal.id, signal.detail)
        for finding in findings
        for signal in finding.signals
        if _RANK[signal.severity] > 0
    ]
    reasons = [f"{analyzer}: {name}: {detail}" for _, analyzer, name, detail in sorted(signals)[:MAX_REASONS]]
    return CombinedVerdict(_verdict(score), score, reasons)


def _verdict(score: int) -> Verdict:
    if score >= MALICIOUS_FROM:
        return "malicious"
    return "suspicious" if score >= SUSPICIOUS_FROM else "clean"
