"""What each probe wants of a report.

startup, readiness: everything that should work was seen working a moment ago. Readiness failing takes a pod out of its
Service and holds a rollout; it restarts nothing.

liveness: a new process would help. It does not help against a broker that is away, so a closed connection is given far
longer than a lost consumer: a cluster that comes back shall not find its clients in a restart's back-off.
"""

from spot_health.report import Report

PROBES = ("startup", "readiness", "liveness")

# A service reports every 2 s; under load a report may be late, but not by this.
LATE_AFTER = 15.0
# The event loop stands still: nothing this process holds will ever be acknowledged.
HUNG_AFTER = 60.0
# The service itself leaves when a consumer is away for 120 s; this is for one that cannot.
CONSUMER_LOST_AFTER = 180.0
# The client library should have reconnected long ago.
CONNECTION_LOST_AFTER = 600.0

_PATIENCE = {"connection": CONNECTION_LOST_AFTER, "consumer": CONSUMER_LOST_AFTER}


def judge(probe: str, report: Report | None, now: float) -> list[str]:
    """The reasons for which one of `PROBES` fails; none: it passes."""
    if report is None:
        return ["nothing is reported yet: the service is starting"]
    silence = now - report.at
    if silence > (HUNG_AFTER if probe == "liveness" else LATE_AFTER):
        return [f"nothing was reported for {silence:.0f} s: the event loop stands still"]
    return [
        f"{ailment.what} for {now - ailment.since:.0f} s"
        for ailment in report.ailments
        if probe != "liveness" or now - ailment.since > _PATIENCE.get(ailment.kind, CONSUMER_LOST_AFTER)
    ]
