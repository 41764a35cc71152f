"""The report: one small file, rewritten every two seconds by the service, read by probes in the same container."""

import os
from collections.abc import Sequence

DEFAULT_PATH = "/tmp/spot-health"  # noqa: S108 - read-only root file systems leave /tmp writable, and it is no secret


class Ailment:
    """One thing that should work and does not, since a moment of the monotonic clock.

    Its kind is "connection" or "consumer": a broker that is away comes back by itself, while a consumer that is away
    although the connection is open may not.
    """

    def __init__(self, kind: str, what: str, since: float) -> None:
        self.kind = kind
        self.what = what
        self.since = since

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ailment) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment] # compared in tests, never a key

    def __repr__(self) -> str:
        return f"Ailment({self.kind!r}, {self.what!r}, {self.since!r})"


class Report:
    """What the service last saw of itself, and when. Seconds of the clock that all processes of a machine share."""

    def __init__(self, at: float, ailments: Sequence[Ailment]) -> None:
        self.at = at
        self.ailments = tuple(ailments)


def incarnation(first_process: str = "/proc/1/stat") -> str:
    """Tells one run of the container from the next, whose `/tmp` may still hold the former's report.

    Empty where there is no such thing.
    """
    try:
        with open(first_process, encoding="utf-8", errors="replace") as file:
            # The second field is a name in parentheses and may hold anything; the start time is the 22nd of all.
            return file.read().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def write_report(path: str, report: Report, run: str) -> None:
    """Replaces the file as a whole: a probe never reads half a report."""
    folder = os.path.dirname(path)
    if folder:
        os.makedirs(folder, exist_ok=True)
    aside = f"{path}.new"
    with open(aside, "w", encoding="utf-8") as file:
        file.write(f"{report.at}\t{run}\n")
        file.writelines(f"{ailment.kind}\t{ailment.since}\t{_line(ailment.what)}\n" for ailment in report.ailments)
    os.replace(aside, path)


def read_report(path: str, run: str) -> Report | None:
    """The report of this run of the container; `None` when there is none yet."""
    try:
        with open(path, encoding="utf-8") as file:
            head, *lines = file.read().splitlines()
        at, _, written_by = head.partition("\t")
        if written_by != run:
            return None
        return Report(float(at), [_ailment(line) for line in lines])
    except (OSError, ValueError):
        return None


def _ailment(line: str) -> Ailment:
    kind, since, what = line.split("\t", 2)
    return Ailment(kind, what, float(since))


def _line(text: str) -> str:
    return " ".join(text.split())
