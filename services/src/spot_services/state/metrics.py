"""Metrics of the database connections."""

from prometheus_client import Counter, Gauge

CONNECTIONS_IN_USE = Gauge(
    "spot_database_connections_in_use", "Database connections that the work of messages uses now."
)
CONNECTIONS_LIMIT = Gauge(
    "spot_database_connections_limit",
    "Database connections that the work of messages may use.",
)
ERRORS = Counter("spot_database_errors_total", "Transactions that failed because of the database.", ["reason"])
