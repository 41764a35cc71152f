"""Which fate a failure leads to, and that no fate loses the message."""

import pytest

from fakes import BROKER_RETRY, EXCHANGE_RETRY, GRAVE, FakeForwarder, as_message, consumption, incoming
from spot_messaging import outcome
from spot_messaging.contract import Address, Consumption
from spot_messaging.failure import PermanentError
from spot_messaging.outcome import DeadLetter, Delay, Done, Outcome, Requeue, Settlement, attempt_of, decide, exhausted

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
        (ValueError("odd"), 3, BROKER, DeadLetter("odd", "ValueError")),
        (ValueError("odd"), 1, EXCHANGE, Delay(TIER_ONE, 2)),
        (ValueError("odd"), 2, EXCHANGE, Delay(TIER_TWO, 3)),
        (ValueError("odd"), 3, EXCHANGE, DeadLetter("odd", "ValueError")),
        (PermanentError("bad"), 1, EXCHANGE, DeadLetter("bad", "PermanentError")),
        (ValueError("odd"), 1, NO_RETRY, DeadLetter("odd", "ValueError")),
        (TimeoutError("slow"), 1, BROKER, Requeue()),
        (ValueError("one\n two"), 3, BROKER, DeadLetter("one two", "ValueError")),
    ],
)
def test_decides(error: Exception | None, attempt: int, given: Consumption, expected: Outcome) -> None:
    assert decide(error, attempt, given) == expected


@pytest.mark.parametrize(
    ("headers", "given", "attempt"),
    [
        ({}, BROKER, 1),
        ({"x-delivery-count": 2}, BROKER, 3),
        ({"x-delivery-count": "2"}, BROKER, 1),
        ({"x-spot-attempt": 2, "x-delivery-count": 7}, EXCHANGE, 2),
        ({"x-delivery-count": 7}, EXCHANGE, 1),
        ({"x-spot-attempt": -1}, EXCHANGE, 1),
    ],
)
def test_counts_attempts_by_the_mode_of_the_retry(headers: dict[str, object], given: Consumption, attempt: int) -> None:
    assert attempt_of(as_message(incoming(headers=headers)), given) == attempt


def test_dead_letters_a_delivery_after_its_last_attempt() -> None:
    assert exhausted(3, BROKER) is None
    assert exhausted(4, BROKER) == DeadLetter(
        "no result after 3 attempts; the last one ended without an error", "Exhausted"
    )
    assert exhausted(9, NO_RETRY) is None


async def test_acknowledges_what_is_done() -> None:
    message = incoming()
    await Settlement("s", BROKER, FakeForwarder()).settle(as_message(message), Done(), 1)
    assert message.settled == ["ack"]


async def test_requeues_by_reject_which_the_broker_counts() -> None:
    message, forwarder = incoming(), FakeForwarder()
    await Settlement("s", BROKER, forwarder).settle(as_message(message), Requeue(), 1)
    assert message.settled == ["requeue"]
    assert forwarder.forwarded == []


async def test_delays_through_a_tier_and_acknowledges_after_the_confirm() -> None:
    message, forwarder = incoming(b"body", {"own": 1}, priority=8), FakeForwarder()
    await Settlement("s", EXCHANGE, forwarder).settle(as_message(message), Delay(TIER_ONE, 2), 1)
    [(address, copy)] = forwarder.forwarded
    assert address == TIER_ONE
    assert copy.headers == {"own": 1, "x-spot-attempt": 2}
    assert (copy.body, copy.priority) == (b"body", 8)
    assert message.settled == ["ack"]


async def test_requeues_when_the_tier_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcome, "TIER_FAILURE_PAUSE", 0)
    message = incoming()
    await Settlement("s", EXCHANGE, FakeForwarder(fails=True)).settle(as_message(message), Delay(TIER_ONE, 2), 1)
    assert message.settled == ["requeue"]


async def test_buries_a_copy_with_the_reason() -> None:
    headers = {"own": 1, "x-spot-attempt": 3, "x-delivery-count": 9}
    message, forwarder = incoming(b"body", headers, priority=8), FakeForwarder()
    await Settlement("analyzer.headers", EXCHANGE, forwarder).settle(as_message(message), DeadLetter("bad", "Bad"), 3)
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
    settlement = Settlement("s", BROKER, FakeForwarder(fails=True))
    await settlement.settle(as_message(message), DeadLetter("bad", "Bad"), 1)
    assert message.settled == ["reject"]


async def test_rejects_when_there_is_no_dead_letter_exchange() -> None:
    message, forwarder = incoming(), FakeForwarder()
    await Settlement("s", consumption(), forwarder).settle(as_message(message), DeadLetter("bad", "Bad"), 1)
    assert message.settled == ["reject"]
    assert forwarder.forwarded == []
