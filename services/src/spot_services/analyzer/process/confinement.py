"""The limits of a parser process, which the kernel enforces. Linux; elsewhere only what the system knows."""

import ctypes
import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType

from spot_services.analyzer.budget import CpuExceededError

# <linux/prctl.h>
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38

# CPU time after the budget's end, for the finding; then the kernel kills the process.
GRACE_SECONDS = 2
# The more CPU time a mail has used, the more it lets others pass: its niceness from so many seconds on. An honest mail
# takes a few hundredths of a second. All let the service itself pass, which has a little to do for each mail.
NICENESS = ((0.0, 5), (0.005, 8), (0.01, 11), (0.02, 13), (0.05, 15), (0.1, 17), (0.3, 18), (1.0, 19))
# A mail that is larger than this lets all others pass from the start.
LARGE_BYTES = 256 * 1024
LARGE_NICENESS = 17
TICK_SECONDS = 0.01
MAX_FILES = 24


def confine(cpu_seconds: float, memory: int) -> None:
    """Limits this process for one mail: `memory` is on top of what it has now."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    with suppress(OSError):
        # If the container's memory ends all the same, the kernel kills this process and not the service.
        Path("/proc/self/oom_score_adj").write_text("1000")
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NOFILE, MAX_FILES)
    _limit(resource.RLIMIT_NPROC, 0)
    hard = int(cpu_seconds) + 1 + GRACE_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))
    size, data = _memory_in_use()
    if size:
        _limit(resource.RLIMIT_AS, size + memory)
        _limit(resource.RLIMIT_DATA, data + memory)


class CpuTimer:
    """Ends the examination at the end of its CPU time, and gives way to other mails before."""

    def __init__(self, seconds: float, size: int) -> None:
        self._seconds = seconds
        self._niceness = 0
        self._give_way(LARGE_NICENESS if size > LARGE_BYTES else NICENESS[0][1])

    def start(self) -> None:
        signal.signal(signal.SIGPROF, self._on_signal)
        # Repeated, because an exception in a destructor is dropped by the interpreter.
        first = NICENESS[1][0]
        signal.setitimer(signal.ITIMER_PROF, min(first, self._seconds), min(TICK_SECONDS, self._seconds))

    def stop(self) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        used = usage.ru_utime + usage.ru_stime
        self._give_way(max((niceness for seconds, niceness in NICENESS if used >= seconds), default=0))
        if used >= self._seconds:
            raise CpuExceededError

    def _give_way(self, niceness: int) -> None:
        if niceness > self._niceness:
            with suppress(OSError):
                os.nice(niceness - self._niceness)
            self._niceness = niceness


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))


def _memory_in_use() -> tuple[int, int]:
    """Address space and data of this process in bytes."""
    try:
        fields = Path("/proc/self/statm").read_text().split()
    except OSError:
        return 0, 0
    page = resource.getpagesize()
    return int(fields[0]) * page, int(fields[5]) * page


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
