"""The metrics of this package, and the listener for Prometheus. Other packages define theirs next to their code."""

from threading import Thread
from wsgiref.simple_server import WSGIServer

from prometheus_client import Counter, Gauge, Histogram, start_http_server

from spot_messaging.refusal import Refusal

# From a hop of milliseconds to an analysis that waited for its deadline.
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600)
CONFIRM_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

processed = Counter("spot_messages_processed", "Deliveries that were settled, by outcome", ["queue", "outcome"])
failed = Counter("spot_messages_failed", "Deliveries whose handler failed, by reason", ["queue", "reason"])
in_flight = Gauge("spot_messages_in_flight", "Deliveries that are being processed", ["queue"])
age = Histogram(
    "spot_message_age_seconds",
    "Time since the message was published, when its processing starts and ends",
    ["queue", "at"],
    buckets=SECONDS,
)
confirm_seconds = Histogram(
    "spot_publish_confirm_seconds",
    "Time from a publish to the broker's confirm",
    ["message"],
    buckets=CONFIRM_SECONDS,
)
publishes_failed = Counter("spot_publishes_failed", "Publishes without a confirm, by reason", ["message", "reason"])
channels_in_use = Gauge("spot_publish_channels_in_use", "Confirm channels with an outstanding publish")
channels_limit = Gauge("spot_publish_channels_limit", "Size of the pool of confirm channels")
replies_refused = Counter("spot_replies_refused", "Requests of users who are not a caller's", ["queue"])
ready = Gauge("spot_ready", "1 while the service can do its job")
connection_up = Gauge("spot_connection_up", "1 while the connection to the broker works", ["purpose"])
consumption_paused = Gauge("spot_consumption_paused", "1 while a dependency's outage pauses a queue", ["queue"])


def serve_metrics(port: int) -> tuple[WSGIServer, Thread]:
    """Listens on all addresses, in a thread.

    :raises Refusal: if the port cannot be used.
    """
    try:
        return start_http_server(port)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        problem = f"environment: SPOT_METRICS_PORT {port} cannot be listened on ({reason}); free it or choose another"
        raise Refusal([problem]) from None
