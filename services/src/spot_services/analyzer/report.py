"""The findings of an analyzer: signals, facts, and the score of the signals."""

from pydantic import JsonValue

from spot_services.payload import Severity, Signal

MAX_SIGNALS = 50
MAX_DETAIL = 200
MAX_LISTED = 50

# By how many per cent a signal of this severity reduces the doubt.
WEIGHTS: dict[Severity, int] = {"info": 0, "low": 10, "medium": 30, "high": 60, "critical": 90}


class Report:
    def __init__(self) -> None:
        self.signals: list[Signal] = []
        self.facts: dict[str, JsonValue] = {}
        self._seen: set[tuple[str, str]] = set()

    def add(self, name: str, severity: Severity, detail: str) -> None:
        """Adds a signal once, up to a limit; a mail with ten thousand bad links is as bad as one with fifty."""
        text = clip(detail, MAX_DETAIL)
        if (name, text) in self._seen or len(self.signals) >= MAX_SIGNALS:
            return
        self._seen.add((name, text))
        self.signals.append(Signal(id=name, severity=severity, detail=text))

    @property
    def score(self) -> int:
        """Only the worst signal of each kind counts; different kinds add up with decreasing weight."""
        worst: dict[str, int] = {}
        for signal in self.signals:
            worst[signal.id] = max(worst.get(signal.id, 0), WEIGHTS[signal.severity])
        doubt = 1.0
        for weight in worst.values():
            doubt *= 1 - weight / 100
        return round(100 * (1 - doubt))


def clip(text: str, limit: int) -> str:
    """Text from a mail for JSON and logs: one line, printable, no lone surrogates, limited length."""
    flat = " ".join(text[: limit * 4].split())
    clean = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in flat)
    return clean if len(clean) <= limit else f"{clean[: limit - 1]}…"
