"""The examination of one mail: for any bytes, the result says what was found and what was not read."""

import json
import resource
from dataclasses import asdict, dataclass, field

from spot_services.analyzer.budget import Budget
from spot_services.analyzer.mail.fields import read_fields
from spot_services.analyzer.mail.reader import read_mail
from spot_services.analyzer.mail.structure import ParsedMail
from spot_services.analyzer.registry import Analyzer
from spot_services.analyzer.report import Fact, Report, Signal

# What a second attempt reads of a mail that ended the first one.
CAREFUL_BYTES = 64 * 1024


@dataclass
class Examination:
    score: int
    signals: list[Signal]
    facts: dict[str, Fact]
    # Budgets that were met, each with a sentence.
    incomplete: dict[str, str] = field(default_factory=dict)
    # Errors of the analyzer itself: type and place.
    defects: list[str] = field(default_factory=list)
    # What the process used: cpuSeconds, memoryBytes (the largest resident size), and the counts of the budget.
    used: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), separators=(",", ":")).encode()


def examine(analyzer: Analyzer, raw: bytes | bytearray, budget: Budget, *, killed: str | None = None) -> Examination:
    """Examines a raw mail. `killed` is why an earlier process was killed over it: now only the headers are read."""
    report = Report()
    mail = ParsedMail(len(raw))
    if killed is not None:
        budget.meet("killed", f"the parser process was killed ({killed}); only headers were read")
    else:
        with budget.guard():
            read_mail(mail, raw, budget)
    if not mail.headers:
        with budget.guard():
            mail.headers = read_fields(raw, 0, min(len(raw), CAREFUL_BYTES), budget).fields
    with budget.guard():
        analyzer.analyze(mail, report, budget)
    report.facts["defects"] = list(mail.defects[:20])
    return conclude(report, budget)


def conclude(report: Report, budget: Budget) -> Examination:
    """The result, with a signal for each budget that was met."""
    for name, detail in sorted(budget.met.items(), reverse=True):
        # A long text is ordinary; all other budgets are met by mails that are made for it.
        report.add_first("incomplete", "low" if name == "text" else "medium", f"{name}: {detail}")
    if budget.met:
        report.facts["incomplete"] = [str(name) for name in sorted(budget.met)]
    return Examination(
        score=report.score,
        signals=report.signals,
        facts=report.facts,
        incomplete={str(name): detail for name, detail in budget.met.items()},
        defects=budget.defects,
        used={
            "cpuSeconds": round(budget.cpu_seconds, 3),
            "memoryBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            **budget.used,
        },
    )
