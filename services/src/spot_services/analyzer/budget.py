"""What one mail may use. The parser process counts for itself and reports which budgets it met."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

MEBIBYTE = 1024 * 1024

BudgetName = Literal[
    "bytes",
    "cpu",
    "delimiters",
    "depth",
    "elements",
    "entries",
    "error",
    "header length",
    "headers",
    "killed",
    "links",
    "memory",
    "parameters",
    "parts",
    "text",
]


@dataclass(frozen=True)
class Limits:
    """The budgets of one mail. Honest mails stay far below all of them."""

    cpu_seconds: float = 4.0
    bytes: int = 64 * MEBIBYTE
    parts: int = 500
    depth: int = 20
    headers: int = 5_000
    header_length: int = 65_536
    parameters: int = 5_000
    # Lines that look like a boundary; only a mail that is made of them has more.
    delimiters: int = 50_000
    text: int = MEBIBYTE
    elements: int = 50_000
    links: int = 2_000
    entries: int = 1_000


class CpuExceededError(BaseException):
    """Raised by the timer of the CPU budget. Not an Exception: no handler for malformed input may discard it."""


class Budget:
    """Checked in every loop over hostile input; the process's resource limits end what is not checked."""

    def __init__(self, limits: Limits | None = None, clock: Callable[[], float] = time.process_time) -> None:
        self.limits = Limits() if limits is None else limits
        self.met: dict[BudgetName, str] = {}
        # Types of errors that are defects of an analyzer, not properties of a mail.
        self.defects: list[str] = []
        self.used: Counter[str] = Counter()
        self._clock = clock
        self._start = clock()

    @property
    def cpu_seconds(self) -> float:
        return self._clock() - self._start

    @property
    def spent(self) -> bool:
        """Whether loops have to end: four fifths of the CPU time are used; the rest is for the finding."""
        if "cpu" not in self.met and self.cpu_seconds >= 0.8 * self.limits.cpu_seconds:
            self.meet("cpu", f"more than {self.limits.cpu_seconds:.2g} s of computing; the rest was not read")
        return "cpu" in self.met

    def meet(self, name: BudgetName, detail: str) -> None:
        """Records that a budget ended the reading of something; the first detail of each budget is kept."""
        self.met.setdefault(name, detail)

    def take(
        self, name: Literal["delimiters", "entries", "headers", "links", "parameters", "parts"], what: str
    ) -> bool:
        """Counts one; False if the budget was already used up."""
        limit: int = getattr(self.limits, name)
        if self.used[name] >= limit:
            self.meet(name, f"more than {limit:,} {what}; the rest was not read")
            return False
        self.used[name] += 1
        return True

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Turns everything that hostile input can raise into a budget that was met."""
        try:
            yield
        except CpuExceededError:
            self.meet("cpu", f"more than {self.limits.cpu_seconds:.2g} s of computing; the rest was not read")
        except MemoryError:
            self.meet("memory", "more memory than this mail may use; the rest was not read")
        except RecursionError:
            self.meet("depth", "nested too deep; the rest was not read")
        except Exception as error:
            self.defects.append(_place(error))
            self.meet("error", f"the analyzer failed ({type(error).__name__}); the rest was not read")


def _place(error: Exception) -> str:
    """The error's type and place, without its message, which can hold mail text."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    return f"{type(error).__name__} at {trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"
