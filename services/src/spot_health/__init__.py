"""The health report of a running service, and how a probe evaluates it.

Standard library only, and of that neither `typing`, `json` nor `pathlib`: an orchestrator starts a probe every few
seconds in every container, and must not load an AMQP client each time.
"""

from spot_health.probes import PROBES, failures
from spot_health.report import DEFAULT_PATH, Ailment, Report, incarnation, read_report, write_report

__all__ = [
    "DEFAULT_PATH",
    "PROBES",
    "Ailment",
    "Report",
    "failures",
    "incarnation",
    "read_report",
    "write_report",
]
