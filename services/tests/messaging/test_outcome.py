"""Which fate a failure leads to, and that no fate loses the message."""

from typing import Any

import pytest

from fakes import BROKER_RETRY, EXCHANGE_RETRY, GRAVE, FakeForwarder, as_message, consumption, incoming
from spot_messaging import outcome
from spot_messaging.contract import Address, Consumption
from spot_messaging.failure import DependencyError, ExpiredError, PermanentError
from spot_messaging.outcome import (
    DeadLetter,
    Delay,
    Done,
    Expired,
    Outcome,
    Release,
    Requeue,
    Settlement,
    attempt_of,
    decide,
    exhausted,
)

USER = "analyzer.headers"
TIER_ONE = Address.model_construct(exchange="spot.retry", routing_key="work.1")
TIER_TWO = Address.model_construct(exchange="spot.retry", routing_key="work.2")
BROKER = consumption(BROKER_RETRY, GRAVE)
EXCHANGE = consumption(EXCHANGE_RETRY, GRAVE)
NO_RETRY = consumption(None, GRAVE)


@pytest.mark.parametrize(
    ("error", "attempt", "given", "expected"),
    [
        (None, 1, BROKER, Done()),
        (PermanentError("bad"), 1, BROKER, DeadLetter("bad", "PermanentError")),
        (ValueError("odd"), 1, BROKER, Requeue()),
        (ValueError("odd"), 2, BROKER, Requeue()),
        (ValueError("odd"), 3, BROKER, DeadLetter("ValueError", "ValueError")),
        (ValueError("odd"), 1, EXCHANGE, Delay(TIER_ONE, 2)),
        (ValueError("odd"), 2, EXCHANGE, Delay(TIER_TWO, 3)),
        (ValueError("odd"), 3, EXCHANGE, DeadLetter("ValueError", "ValueError")),
        (PermanentError("bad"), 1, EXCHANGE, DeadLetter("bad", "PermanentError")),
        (ValueError("odd"), 1, NO_RETRY, DeadLetter("ValueError", "ValueError")),
        (ExpiredError("late"), 1, BROKER, Expired()),
        (ExpiredError("late"), 9, NO_RETRY, Expired()),
        (DependencyError("down"), 1, BROKER, Release(None)),
        (DependencyError("down"), 9, BROKER, Release(None)),
        (DependencyError("down"), 9, NO_RETRY, Release(None)),
        (DependencyError("down"), 1, EXCHANGE, Release(TIER_ONE)),
        (DependencyError("down"), 3, EXCHANGE, Release(TIER_TWO)),
        (TimeoutError("slow"), 1, BROKER, Requeue()),
        (RuntimeError("one\n two"), 3, BROKER, DeadLetter("one two", "RuntimeError")),
    ],
)
def test_decides(error: Exception | None, attempt: int, given: Consumption, expected: Outcome) -> None:
    assert decide(error, attempt, given) == expected


@pytest.mark.parametrize(
    ("headers", "given", "attempt"),
    [
        ({}, BROKER, 1),
        ({"x-delivery-count": 2, "x-acquired-count": 2}, BROKER, 3),
        ({"x-delivery-count": "2", "x-acquired-count": 2}, BROKER, 1),
        ({"x-delivery-count": True, "x-acquired-count": 2}, BROKER, 1),
        # Three deliveries that were released do not count.
        ({"x-delivery-count": 1, "x-acquired-count": 4}, BROKER, 2),
        ({"x-spot-attempt": 2, "x-spot-attempt-queue": "work", "x-delivery-count": 7}, EXCHANGE, 2),
        ({"x-delivery-count": 7}, EXCHANGE, 1),
        ({"x-spot-attempt": -1, "x-spot-attempt-queue": "work"}, EXCHANGE, 1),
    ],
)
def test_counts_attempts_by_the_mode_of_the_retry(headers: dict[str, object], given: Consumption, attempt: int) -> None:
    message = incoming(headers=headers, redelivered="x-delivery-count" in headers, user_id=USER)
    assert attempt_of(as_message(message), given, USER) == attempt


@pytest.mark.parametrize(
    ("headers", "properties", "given"),
    [
        # As RabbitMQ 4.3.6 and 4.0.5 deliver it for the first time: the header is the publisher's.
        ({"x-delivery-count": 100}, {}, BROKER),
        ({"x-delivery-count": 100, "x-acquired-count": 77}, {}, BROKER),
        ({"x-delivery-count": 5, "x-death": [{"queue": "work", "count": 5}]}, {}, BROKER),
        # A retry copy of another service, of another queue, or of a publisher without a user id.
        ({"x-spot-attempt": 3, "x-spot-attempt-queue": "work"}, {"user_id": "gateway"}, EXCHANGE),
        ({"x-spot-attempt": 3, "x-spot-attempt-queue": "work"}, {"user_id": None}, EXCHANGE),
        ({"x-spot-attempt": 3, "x-spot-attempt-queue": "other"}, {"user_id": USER}, EXCHANGE),
        ({"x-spot-attempt": 3}, {"user_id": USER}, EXCHANGE),
        ({"x-spot-attempt": 3, "x-first-death-queue": "work.delay"}, {"user_id": "gateway"}, EXCHANGE),
    ],
)
def test_no_publisher_can_claim_an_attempt(
    headers: dict[str, Any], properties: dict[str, Any], given: Consumption
) -> None:
    message = incoming(headers=headers, redelivered=False, **properties)
    assert attempt_of(as_message(message), given, USER) == 1


def test_a_count_that_the_broker_took_from_another_queue_ends_no_message_untried() -> None:
    message = as_message(incoming(headers={"x-last-death-queue": "other"}))
    assert exhausted(message, 9, BROKER) is None
    message = as_message(incoming(headers={"x-last-death-queue": "work"}))
    assert exhausted(message, 9, BROKER) is not None


def test_dead_letters_a_delivery_after_its_last_attempt() -> None:
    message = as_message(incoming())
    assert exhausted(message, 3, BROKER) is None
    assert exhausted(message, 4, BROKER) == DeadLetter(
        "no result after 3 attempts; the last one ended without an error", "Exhausted"
    )
    assert exhausted(message, 9, NO_RETRY) is None


async def test_acknowledges_what_is_done() -> None:
    message = incoming()
    await Settlement("s", USER, BROKER, FakeForwarder()).settle(as_message(message), Done(), 1)
    assert message.settled == ["ack"]


async def test_requeues_by_reject_which_the_broker_counts() -> None:
    message, forwarder = incoming(), FakeForwarder()
    await Settlement("s", USER, BROKER, forwarder).settle(as_message(message), Requeue(), 1)
    assert message.settled == ["requeue"]
    assert forwarder.forwarded == []


@pytest.mark.parametrize(
    ("headers", "properties", "settled"),
    [
        ({}, {"redelivered": False}, "release"),
        ({"x-acquired-count": 2}, {"redelivered": True}, "release"),
        ({"x-delivery-count": 2, "x-acquired-count": 2}, {"redelivered": True}, "release"),
        # The reject makes the broker replace the publisher's count.
        ({"x-delivery-count": 100}, {"redelivered": False}, "requeue"),
    ],
)
async def test_releases_by_nack_which_the_broker_does_not_count(
    headers: dict[str, Any], properties: dict[str, Any], settled: str
) -> None:
    message = incoming(headers=headers, **properties)
    await Settlement("s", USER, BROKER, FakeForwarder()).settle(as_message(message), Release(None), 1)
    assert message.settled == [settled]


async def test_releases_through_a_tier_with_the_same_attempt() -> None:
    message, forwarder = incoming(), FakeForwarder()
    await Settlement("s", USER, EXCHANGE, forwarder).settle(as_message(message), Release(TIER_TWO), 3)
    [(address, copy)] = forwarder.forwarded
    assert address == TIER_TWO
    assert (copy.headers["x-spot-attempt"], copy.headers["x-spot-attempt-queue"]) == (3, "work")
    assert message.settled == ["ack"]


async def test_delays_through_a_tier_and_acknowledges_after_the_confirm() -> None:
    message, forwarder = incoming(b"body", {"own": 1}, priority=8), FakeForwarder()
    await Settlement("s", USER, EXCHANGE, forwarder).settle(as_message(message), Delay(TIER_ONE, 2), 1)
    [(address, copy)] = forwarder.forwarded
    assert address == TIER_ONE
    assert copy.headers == {"own": 1, "x-spot-attempt": 2, "x-spot-attempt-queue": "work"}
    assert copy.user_id == USER
    assert (copy.body, copy.priority) == (b"body", 8)
    assert message.settled == ["ack"]


async def test_requeues_when_the_tier_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcome, "TIER_FAILURE_PAUSE", 0)
    message = incoming()
    await Settlement("s", USER, EXCHANGE, FakeForwarder(fails=True)).settle(as_message(message), Delay(TIER_ONE, 2), 1)
    assert message.settled == ["requeue"]


async def test_buries_a_copy_with_the_reason() -> None:
    headers = {"own": 1, "x-spot-attempt": 3, "x-spot-attempt-queue": "work", "x-delivery-count": 9}
    message, forwarder = incoming(b"body", headers, priority=8), FakeForwarder()
    await Settlement("analyzer.headers", USER, EXCHANGE, forwarder).settle(
        as_message(message), DeadLetter("bad", "Bad"), 3
    )
    [(address, copy)] = forwarder.forwarded
    assert (address.exchange, address.routing_key) == ("spot.dead-letter", "work")
    failed_at = copy.headers.pop("x-spot-failed-at")
    assert str(failed_at).startswith("20")
    # Neither count goes along: sent back to work, the message starts afresh.
    assert copy.headers == {
        "own": 1,
        "x-spot-error": "bad",
        "x-spot-error-type": "Bad",
        "x-spot-service": "analyzer.headers",
        "x-spot-attempts": 3,
        "x-spot-source-queue": "work",
    }
    assert (copy.body, copy.priority, copy.message_id, copy.correlation_id, copy.type, copy.app_id) == (
        b"body",
        8,
        "m-1",
        "a-1",
        "job",
        "gateway",
    )
    # The broker compares the user id with the publisher, and an expiration would strike again in the next queue.
    assert (copy.user_id, copy.expiration) == (None, None)
    assert message.settled == ["ack"]


async def test_leaves_the_burial_to_the_broker_when_the_copy_is_refused() -> None:
    message = incoming()
    settlement = Settlement("s", USER, BROKER, FakeForwarder(fails=True))
    await settlement.settle(as_message(message), DeadLetter("bad", "Bad"), 1)
    assert message.settled == ["reject"]


async def test_rejects_when_there_is_no_dead_letter_exchange() -> None:
    message, forwarder = incoming(), FakeForwarder()
    await Settlement("s", USER, consumption(), forwarder).settle(as_message(message), DeadLetter("bad", "Bad"), 1)
    assert message.settled == ["reject"]
    assert forwarder.forwarded == []
