"""Alerts and dashboards are generated from the names of these metrics, so a renamed one breaks them."""

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx
import pytest
from prometheus_client import REGISTRY
from pydantic import BaseModel

from fakes import BROKER_RETRY, EXCHANGE_RETRY, GRAVE, FakeForwarder, as_message, consumption, contract, incoming
from spot_messaging import metrics
from spot_messaging.channels import ChannelPool
from spot_messaging.delivery import Delivery, Receiver
from spot_messaging.failure import (
    DependencyError,
    DisconnectedError,
    ExpiredError,
    PermanentError,
    PublishError,
    RefusedError,
    ReturnedError,
    UnconfirmedError,
)
from spot_messaging.metrics import serve_metrics
from spot_messaging.publisher import Publisher
from spot_messaging.refusal import Refusal


class Empty(BaseModel):
    pass


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def counted(name: str, **labels: str) -> Callable[[], float]:
    """What a test adds to a counter: all tests of a process share the registry."""
    before = value(name, **labels)
    return lambda: value(name, **labels) - before


def test_has_the_names_and_labels_that_alerts_use() -> None:
    metrics.processed.labels("q", "done")
    given = [
        metrics.processed,
        metrics.failed,
        metrics.in_flight,
        metrics.age,
        metrics.confirm_seconds,
        metrics.publishes_failed,
        metrics.channels_in_use,
        metrics.channels_limit,
        metrics.replies_refused,
        metrics.ready,
        metrics.connection_up,
        metrics.consumption_paused,
    ]
    assert {each._name: each._labelnames for each in given} == {
        "spot_messages_processed": ("queue", "outcome"),
        "spot_messages_failed": ("queue", "reason"),
        "spot_messages_in_flight": ("queue",),
        "spot_message_age_seconds": ("queue", "at"),
        "spot_publish_confirm_seconds": ("message",),
        "spot_publishes_failed": ("message", "reason"),
        "spot_publish_channels_in_use": (),
        "spot_publish_channels_limit": (),
        "spot_replies_refused": ("queue",),
        "spot_ready": (),
        "spot_connection_up": ("purpose",),
        "spot_consumption_paused": ("queue",),
    }


@pytest.mark.parametrize(
    ("error", "retry", "outcome", "reason"),
    [
        (None, BROKER_RETRY, "done", None),
        (ExpiredError("late"), BROKER_RETRY, "expired", "ExpiredError"),
        (PermanentError("bad"), BROKER_RETRY, "dead_letter", "PermanentError"),
        (OSError("disk"), BROKER_RETRY, "requeue", "OSError"),
        (OSError("disk"), EXCHANGE_RETRY, "delay", "OSError"),
        (DependencyError("down"), BROKER_RETRY, "release", "DependencyError"),
    ],
)
async def test_counts_each_outcome_and_failure(
    error: Exception | None, retry: dict[str, object], outcome: str, reason: str | None
) -> None:
    async def handle(_payload: Empty, _delivery: Delivery) -> None:
        assert value("spot_messages_in_flight", queue="work") == 1
        if error is not None:
            raise error

    processed = counted("spot_messages_processed_total", queue="work", outcome=outcome)
    failed = counted("spot_messages_failed_total", queue="work", reason=reason or "")
    started = counted("spot_message_age_seconds_count", queue="work", at="start")
    ended = counted("spot_message_age_seconds_count", queue="work", at="end")
    receiver = Receiver("s", "user", consumption(retry, GRAVE), Empty, handle, FakeForwarder())
    await receiver.receive(as_message(incoming()))
    assert (processed(), failed(), started(), ended()) == (1, 0 if reason is None else 1, 1, 1)
    assert value("spot_messages_in_flight", queue="work") == 0


@pytest.mark.parametrize("seconds", [-3600, 0, 90])
async def test_the_age_of_a_message_is_never_negative(seconds: int) -> None:
    async def handle(_payload: Empty, _delivery: Delivery) -> None:
        return

    total = counted("spot_message_age_seconds_sum", queue="work", at="start")
    receiver = Receiver("s", "user", consumption(), Empty, handle, FakeForwarder())
    await receiver.receive(as_message(incoming(timestamp=datetime.now(UTC) - timedelta(seconds=seconds))))
    await receiver.receive(as_message(incoming(timestamp=None)))
    assert max(seconds, 0) <= total() < max(seconds, 0) + 30


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ReturnedError("x"), "returned"),
        (RefusedError("x"), "refused"),
        (UnconfirmedError("x"), "unconfirmed"),
        (DisconnectedError("x"), "disconnected"),
    ],
)
async def test_counts_each_failed_publish(error: PublishError, reason: str) -> None:
    class Pool:
        async def publish(self, *_arguments: Any, **_rest: Any) -> None:
            raise error

    failed = counted("spot_publishes_failed_total", message="finding", reason=reason)
    with pytest.raises(PublishError):
        await Publisher(cast("ChannelPool", Pool()), contract()).publish("finding", Empty(), analysis="a")
    assert failed() == 1


def test_serves_the_metrics_and_says_if_the_port_is_taken() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    server, thread = serve_metrics(port)
    try:
        text = httpx.get(f"http://127.0.0.1:{port}/metrics").text
        assert "# TYPE spot_messages_processed_total counter" in text
        with pytest.raises(Refusal) as raised:
            serve_metrics(port)
        assert raised.value.problems == [
            f"environment: SPOT_METRICS_PORT {port} cannot be listened on (address already in use); "
            "free it or choose another"
        ]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
