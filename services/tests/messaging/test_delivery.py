"""From a raw message to settlement. The broker's side is a fake: what it does with a requeue is tested live only."""

import asyncio
from datetime import timedelta

from aiormq.exceptions import ChannelInvalidStateError
from pydantic import BaseModel

from fakes import BROKER_RETRY, GRAVE, FakeForwarder, FakeIncoming, as_message, consumption, incoming
from spot_messaging.delivery import Delivery, Handler, Receiver
from spot_messaging.failure import PermanentError

GIVEN = consumption(BROKER_RETRY, GRAVE, job_limit_ms=50)


class Count(BaseModel):
    count: int


async def receive(message: FakeIncoming, handler: Handler[Count]) -> FakeForwarder:
    forwarder = FakeForwarder()
    await Receiver("s", "user", GIVEN, Count, handler, forwarder).receive(as_message(message))
    return forwarder


async def test_hands_the_payload_and_its_delivery_to_the_handler() -> None:
    seen: list[tuple[Count, Delivery]] = []

    async def handler(payload: Count, delivery: Delivery) -> None:
        seen.append((payload, delivery))

    message = incoming(b'{"count": 3}', {"x-delivery-count": 1, "x-acquired-count": 1, "x-stream-offset": 7})
    forwarder = await receive(message, handler)
    [(payload, delivery)] = seen
    assert payload == Count(count=3)
    assert delivery == Delivery(analysis="a-1", message_id="m-1", attempt=2, stream_offset=7, age=delivery.age)
    assert delivery.age is not None
    assert timedelta() <= delivery.age
    assert message.settled == ["ack"]
    assert forwarder.forwarded == []


async def test_dead_letters_an_invalid_payload_without_its_values() -> None:
    async def handler(_payload: Count, _delivery: Delivery) -> None:
        raise AssertionError("must not be called")

    for body, reason in [
        (b"\xff", "invalid count payload: body: invalid json: "),
        (b'{"count": "my secret"}', "invalid count payload: count: input should be a valid integer"),
        (b"{}", "invalid count payload: count: field required"),
    ]:
        message = incoming(body)
        [(_, copy)] = (await receive(message, handler)).forwarded
        error = str(copy.headers["x-spot-error"])
        assert error.startswith(reason)
        assert "my secret" not in error
        assert copy.body == body
        assert message.settled == ["ack"]


async def test_retries_what_fails_and_buries_it_after_the_last_attempt() -> None:
    async def handler(_payload: Count, _delivery: Delivery) -> None:
        raise OSError("disk")

    first, last = incoming(b'{"count": 1}'), incoming(b'{"count": 1}', {"x-delivery-count": 2, "x-acquired-count": 2})
    await receive(first, handler)
    assert first.settled == ["requeue"]
    [(_, copy)] = (await receive(last, handler)).forwarded
    assert (copy.headers["x-spot-error"], copy.headers["x-spot-attempts"]) == ("disk", 3)
    assert last.settled == ["ack"]


async def test_retries_what_takes_too_long() -> None:
    async def handler(_payload: Count, _delivery: Delivery) -> None:
        await asyncio.sleep(5)

    message = incoming(b'{"count": 1}', {"x-delivery-count": 2, "x-acquired-count": 2})
    [(_, copy)] = (await receive(message, handler)).forwarded
    assert copy.headers["x-spot-error"] == "not done within 0.05 s"
    assert copy.headers["x-spot-error-type"] == "TimeoutError"


async def test_dead_letters_a_permanent_failure_immediately() -> None:
    async def handler(_payload: Count, _delivery: Delivery) -> None:
        raise PermanentError("never")

    message = incoming(b'{"count": 1}')
    [(_, copy)] = (await receive(message, handler)).forwarded
    assert (copy.headers["x-spot-error"], copy.headers["x-spot-attempts"]) == ("never", 1)


async def test_does_not_start_work_that_killed_its_worker_too_often() -> None:
    async def handler(_payload: Count, _delivery: Delivery) -> None:
        raise AssertionError("must not be called")

    message = incoming(b'{"count": 1}', {"x-delivery-count": 3, "x-acquired-count": 3})
    [(_, copy)] = (await receive(message, handler)).forwarded
    assert copy.headers["x-spot-error-type"] == "Exhausted"


async def test_survives_a_channel_that_closed_before_the_settlement() -> None:
    class Closed(FakeIncoming):
        async def ack(self) -> None:
            raise ChannelInvalidStateError("closed")

    async def handler(_payload: Count, _delivery: Delivery) -> None:
        return

    message = Closed(b'{"count": 1}')
    await receive(message, handler)
    assert message.settled == []
