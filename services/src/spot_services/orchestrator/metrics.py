"""Metrics of the analyses."""

from prometheus_client import Counter, Gauge, Histogram

ANALYSES = Counter("spot_analyses_total", "Analyses that ended.", ["state", "urgency"])
SECONDS = Histogram(
    "spot_analysis_seconds",
    "Time from the submission to the decided result.",
    ["state", "urgency"],
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 3600),
)
# From 0 on: the share of failed analyses is known before the first one fails.
for _state in ("completed", "failed"):
    for _urgency in ("normal", "urgent"):
        ANALYSES.labels(_state, _urgency)
RUNNING = Gauge("spot_analyses_running", "Analyses without a result, of all replicas together.", ["urgency"])
