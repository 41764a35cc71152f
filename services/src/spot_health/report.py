"""The report: one small file, rewritten every two seconds by the service, read by probes in the same container."""

import os
from collections.abc import Sequence

DEFAULT_PATH = "/tmp/spot-health"  # noqa: S108 - writable on read-only root file systems; not secret


class Ailment:
    """Something that has not worked since a time of the monotonic clock.

    Its kind is "connection", "consumer" or "dependency": a lost connection recovers when the broker does, a consumer
    that is missing on an open connection may never recover, and a restart does not change a dependency.
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
    """The service's latest state and its time, in seconds of the machine's monotonic clock."""

    def __init__(self, at: float, ailments: Sequence[Ailment]) -> None:
        self.at = at
        self.ailments = tuple(ailments)


def incarnation(first_process: str = "/proc/1/stat") -> str:
    """Identifies this run of the container, because `/tmp` can still contain the report of the previous run.

    Empty where the system has no such value.
    """
    try:
        with open(first_process, encoding="utf-8", errors="replace") as file:
            # The second field is a name in parentheses with any characters; the start time is field 22.
            return file.read().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def write_report(path: str, report: Report, run: str) -> None:
    """Replaces the file atomically, so that a probe never reads an incomplete report."""
    folder = os.path.dirname(path)
    if folder:
        os.makedirs(folder, exist_ok=True)
    aside = f"{path}.new"
    with open(aside, "w", encoding="utf-8") as file:
        file.write(f"{report.at}\t{run}\n")
        file.writelines(f"{ailment.kind}\t{ailment.since}\t{_line(ailment.what)}\n" for ailment in report.ailments)
    os.replace(aside, path)


def read_report(path: str, run: str) -> Report | None:
    """The report of this run of the container; `None` before the first one."""
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
