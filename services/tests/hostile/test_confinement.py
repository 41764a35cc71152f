"""The limits that the kernel enforces, in a process of its own."""

import os
import subprocess
import sys

import pytest

# A copy of a process that has loaded everything, as a parser process is: its CPU time begins at 0.
BURN = """
import os, sys, time
from spot_services.analyzer.process.confinement import CpuTimer
if process := os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
timer = CpuTimer(60, int(sys.argv[2]))
timer.start()
while time.process_time() < float(sys.argv[1]):
    pass
timer.stop()
print(os.getpriority(os.PRIO_PROCESS, 0))
"""


@pytest.mark.parametrize(
    ("seconds", "size", "least", "most"),
    [(0.0, 10, 5, 5), (0.04, 10, 11, 13), (0.2, 10, 15, 17), (0.0, 300_000, 17, 17), (1.5, 10, 19, 19)],
)
def test_the_longer_a_mail_takes_the_more_it_lets_others_pass(seconds: float, size: int, least: int, most: int) -> None:
    command = [sys.executable, "-c", BURN, str(seconds), str(size)]
    environment = {"PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))}
    printed = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout  # noqa: S603
    assert least <= int(printed) <= most
