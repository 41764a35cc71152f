"""The conditions of each probe.

startup, readiness: everything worked at the time of a recent report. A failing readiness probe removes a pod from its
Service and pauses a
rollout; it restarts nothing.

liveness: fails if a restart would help. A restart does not help while the broker is down, so the limit for a closed
connection is much
longer than for a lost consumer: after a broker outage, clients must not be in restart back-off.
"""

from spot_health.report import Report

PROBES = ("startup", "readiness", "liveness")

# A service reports every 2 s; even under load, a report is not later than this.
LATE_AFTER = 15.0
# The event loop is blocked: the process can no longer acknowledge any message.
HUNG_AFTER = 60.0
# The service itself exits after 120 s without a consumer; this limit is for a service that cannot.
CONSUMER_LOST_AFTER = 180.0
# The client library should have reconnected long ago.
CONNECTION_LOST_AFTER = 600.0

_LIMITS = {"connection": CONNECTION_LOST_AFTER, "consumer": CONSUMER_LOST_AFTER}
# What a restart does not change: it fails readiness only, however long it lasts.
_NOT_OURS = frozenset({"dependency"})


def failures(probe: str, report: Report | None, now: float) -> list[str]:
    """The reasons why one of `PROBES` fails; empty if it passes."""
    if report is None:
        return ["no report yet: the service is starting"]
    silence = now - report.at
    if silence > (HUNG_AFTER if probe == "liveness" else LATE_AFTER):
        return [f"no report for {silence:.0f} s: the event loop is blocked"]
    return [
        f"{ailment.what} for {now - ailment.since:.0f} s"
        for ailment in report.ailments
        if probe != "liveness"
        or (ailment.kind not in _NOT_OURS and now - ailment.since > _LIMITS.get(ailment.kind, CONSUMER_LOST_AFTER))
    ]
