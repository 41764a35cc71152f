"""Metrics of the notifications."""

from prometheus_client import Counter

NOTIFICATIONS = Counter(
    "spot_notifications_total",
    "Attempts to send a notification. `repeated`: sent again, because the answer to the attempt before was lost.",
    ["channel", "outcome"],
)
