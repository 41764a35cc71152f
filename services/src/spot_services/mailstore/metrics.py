"""How long the operations of the mail store take, and how they end."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Histogram

from spot_services.mailstore.store import DamagedMailError, MissingMailError

_SECONDS = Histogram(
    "spot_store_seconds",
    "Duration of an operation of the mail store, by its outcome (done, missing, damaged, unavailable)",
    ["operation", "outcome"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)


@contextmanager
def measured(operation: str) -> Iterator[None]:
    started = time.monotonic()
    outcome = "unavailable"
    try:
        yield
        outcome = "done"
    except MissingMailError:
        outcome = "missing"
        raise
    except DamagedMailError:
        outcome = "damaged"
        raise
    finally:
        _SECONDS.labels(operation, outcome).observe(time.monotonic() - started)
