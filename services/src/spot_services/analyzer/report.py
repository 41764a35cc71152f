"""The findings of an analyzer: signals, facts, and the score of the signals."""

from typing import NamedTuple, TypeAlias

from spot_services.severity import Severity

# What JSON can hold. Not pydantic's type, so that a parser process does not load pydantic.
Fact: TypeAlias = "str | int | float | bool | list[Fact] | dict[str, Fact] | None"

MAX_SIGNALS = 50
MAX_DETAIL = 200
MAX_LISTED = 50

# By how many per cent a signal of this severity reduces the doubt.
WEIGHTS: dict[Severity, int] = {"info": 0, "low": 10, "medium": 30, "high": 60, "critical": 90}


class Signal(NamedTuple):
    name: str
    severity: Severity
    detail: str


class Report:
    def __init__(self) -> None:
        self.signals: list[Signal] = []
        self.facts: dict[str, Fact] = {}
        self._seen: set[tuple[str, str]] = set()

    def add(self, name: str, severity: Severity, detail: str) -> None:
        """Adds a signal once, up to a limit; a mail with ten thousand bad links is as bad as one with fifty."""
        text = clip(detail, MAX_DETAIL)
        if (name, text) in self._seen or len(self.signals) >= MAX_SIGNALS:
            return
        self._seen.add((name, text))
        self.signals.append(Signal(name, severity, text))

    def add_first(self, name: str, severity: Severity, detail: str) -> None:
        """Adds a signal in front of all others, also above the limit."""
        self.signals.insert(0, Signal(name, severity, clip(detail, MAX_DETAIL)))

    @property
    def score(self) -> int:
        """Only the worst signal of each kind counts; different kinds add up with decreasing weight."""
        worst: dict[str, int] = {}
        for signal in self.signals:
            worst[signal.name] = max(worst.get(signal.name, 0), WEIGHTS[signal.severity])
        doubt = 1.0
        for weight in worst.values():
            doubt *= 1 - weight / 100
        return round(100 * (1 - doubt))


def clip(text: str, limit: int) -> str:
    """Text from a mail for JSON and logs: one line, printable, no lone surrogates, limited length."""
    flat = " ".join(text[: limit * 4].split())
    clean = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in flat)
    return clean if len(clean) <= limit else f"{clean[: limit - 1]}…"
