"""A template process whose analyzer does what the mail's subject says: what no mail should achieve, and some might."""

import ctypes
import os
import signal
from collections.abc import Callable
from pathlib import Path

from spot_services.analyzer.budget import Budget, CpuExceededError
from spot_services.analyzer.mail.structure import ParsedMail
from spot_services.analyzer.process import template
from spot_services.analyzer.registry import Analyzer
from spot_services.analyzer.report import Report


def _analyze(mail: ParsedMail, report: Report, _budget: Budget) -> None:
    report.add("seen", "low", "before the end")
    match mail.first("subject"):
        case "compute":
            while True:
                pass
        case "compute all the same":
            while True:
                try:
                    while True:
                        pass
                except CpuExceededError:
                    pass
        case "allocate":
            held = []
            while True:
                held.append(bytearray(1 << 20))
        case "recurse":
            _analyze(mail, report, _budget)
        case "raise":
            raise RuntimeError(mail.first("subject"))
        case "crash":
            ctypes.string_at(0)
        case "exit":
            os._exit(3)
        case "stop":
            os.kill(os.getpid(), signal.SIGSTOP)
        case "be killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "look around":
            report.facts["environment"] = [*sorted(os.environ)]
            report.facts["descriptors"] = len(os.listdir("/proc/self/fd"))
            report.facts["oom"] = Path("/proc/self/oom_score_adj").read_text().strip()
            report.facts["status"] = Path("/proc/self/status").read_text()
            report.facts["file"] = _outcome(lambda: Path("/tmp/from-a-mail").write_text("x"))
        case _:
            pass


def _outcome(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except OSError as error:
        return type(error).__name__
    return "done"


if __name__ == "__main__":
    template.main(lambda name: Analyzer(name, _analyze))
