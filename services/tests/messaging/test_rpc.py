"""Many calls share one channel. That the broker delivers every reply after the subscription is tested live only."""

import asyncio
import json
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aio_pika import RobustConnection
from aiormq.exceptions import ChannelAccessRefused, ChannelClosed, ChannelNotFoundEntity, DeliveryError
from aiormq.exceptions import PublishError as UnroutableError
from pamqp.commands import Basic
from pydantic import BaseModel

from fakes import contract_json
from spot_messaging.contract import Contract
from spot_messaging.failure import CallError, CallTimeoutError
from spot_messaging.rpc import RpcClient

NO_REPLICA = ChannelClosed(406, "no running replica")


class Note(BaseModel):
    text: str


class FakeChannel:
    """A channel that keeps the requests; `deliver` brings a reply."""

    def __init__(self, broker: "FakeBroker") -> None:
        self.broker = broker
        self.is_closed = False
        self.closing: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.consumers: dict[str, Any] = {}
        self.steps: list[object] = []
        self.acked: list[int] = []

    async def basic_qos(self, *, prefetch_count: int) -> None:
        self.steps.append(prefetch_count)

    async def basic_consume(self, queue: str, receive: Any, *, arguments: dict[str, str]) -> Any:
        await asyncio.sleep(0)
        if self.broker.refusal is not None:
            raise self.broker.refusal
        self.steps.append((queue, arguments))
        self.consumers["tag"] = receive
        return SimpleNamespace(consumer_tag="tag")

    async def basic_publish(
        self, body: bytes, *, exchange: str, routing_key: str, properties: Any, mandatory: bool
    ) -> None:
        assert (exchange, routing_key, mandatory) == ("spot.rpc", "analysis.status", True)
        if self.broker.error is not None:
            raise self.broker.error
        self.steps.append("request")
        async with self.broker.published:
            self.broker.requests.append((body, properties))
            self.broker.published.notify_all()

    async def basic_ack(self, delivery_tag: int) -> None:
        self.acked.append(delivery_tag)

    async def deliver(self, correlation_id: str | None, body: bytes, tag: int = 1) -> None:
        header = SimpleNamespace(properties=SimpleNamespace(correlation_id=correlation_id))
        await self.consumers["tag"](SimpleNamespace(header=header, body=body, channel=self, delivery_tag=tag))

    async def close(self) -> None:
        self.is_closed = True
        if not self.closing.done():
            self.closing.set_result(None)
        await asyncio.sleep(0)


class FakeBroker:
    """A connection and its channels."""

    def __init__(self) -> None:
        self.connected = asyncio.Event()
        self.connected.set()
        self.transport = SimpleNamespace(connection=SimpleNamespace(channel=self.open))
        self.channels: list[FakeChannel] = []
        self.requests: list[tuple[bytes, Any]] = []
        self.published = asyncio.Condition()
        self.error: Exception | None = None
        self.refusal: Exception | None = None

    async def open(self, *, publisher_confirms: bool, on_return_raises: bool) -> FakeChannel:
        assert publisher_confirms
        assert on_return_raises
        self.channels.append(FakeChannel(self))
        return self.channels[-1]

    async def answer(self, number: int, body: bytes) -> None:
        await self.channels[-1].deliver(self.requests[number][1].correlation_id, body)


def returned() -> UnroutableError:
    frame = Basic.Return(312, "NO_ROUTE", "e", "k")
    return UnroutableError(cast("Any", SimpleNamespace(delivery=frame)), frame)


async def client(broker: FakeBroker, timeout_ms: int = 50) -> RpcClient:
    given = contract_json("gateway")
    given["calls"] = {"status": {"exchange": "spot.rpc", "routingKey": "analysis.status", "timeoutMs": timeout_ms}}
    given["replies"] = {"queue": "gateway.replies", "prefetch": 100}
    rpc = RpcClient(Contract.model_validate_json(json.dumps(given)), "gateway-2")
    await rpc.start(cast("RobustConnection", broker))
    return rpc


async def asked(rpc: RpcClient, broker: FakeBroker, *texts: str) -> list[asyncio.Task[bytes]]:
    """Calls that wait for their replies."""
    expected = len(broker.requests) + len(texts)
    calls = [asyncio.create_task(rpc.call("status", Note(text=text))) for text in texts]
    async with broker.published:
        await broker.published.wait_for(lambda: len(broker.requests) == expected)
    return calls


async def test_consumes_the_replies_from_now_on_before_the_first_request() -> None:
    broker = FakeBroker()
    await asked(await client(broker), broker, "a")
    [channel] = broker.channels
    assert channel.steps == [100, ("gateway.replies", {"x-stream-offset": "next"}), "request"]


async def test_matches_replies_in_any_order() -> None:
    broker = FakeBroker()
    calls = await asked(await client(broker), broker, "a", "b")
    await broker.answer(1, b"for b")
    await broker.answer(0, b"for a")
    assert await asyncio.gather(*calls) == [b"for a", b"for b"]
    # A request that is not consumed in time must expire; its user tells the replier where the reply goes.
    properties = broker.requests[0][1]
    assert (properties.user_id, properties.message_type, properties.expiration) == ("gateway-2", "status", "50")
    assert properties.reply_to is None


@pytest.mark.parametrize("correlation_id", ["of another replica", "", None])
async def test_acknowledges_a_reply_to_another_replica_and_takes_it_for_none_of_its_own(
    correlation_id: str | None,
) -> None:
    broker = FakeBroker()
    [call] = await asked(await client(broker), broker, "a")
    await broker.channels[0].deliver(correlation_id, b"for another", tag=7)
    await broker.answer(0, b"for a")
    assert await call == b"for a"
    assert broker.channels[0].acked == [7, 1]


async def test_times_out_and_acknowledges_the_late_reply() -> None:
    broker = FakeBroker()
    rpc = await client(broker)
    with pytest.raises(CallTimeoutError, match=r"no reply within 0\.05 s"):
        await rpc.call("status", Note(text="a"))
    await broker.answer(0, b"late")
    await broker.answer(0, b"twice")
    assert broker.channels[0].acked == [1, 1]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (
            returned(),
            "no service consumes requests at the moment",
        ),
        (DeliveryError(None, Basic.Nack(1)), "the queue of the requests is full"),
        (ChannelClosed(403, "access refused"), "access refused"),
        (ConnectionError("reset by peer"), "reset by peer"),
    ],
)
async def test_says_why_a_request_was_not_delivered(error: Exception, reason: str) -> None:
    broker = FakeBroker()
    rpc = await client(broker)
    broker.error = error
    with pytest.raises(CallError, match=reason):
        await rpc.call("status", Note(text="a"))


async def test_sends_nothing_while_the_connection_is_lost() -> None:
    broker = FakeBroker()
    rpc = await client(broker)
    broker.connected.clear()
    with pytest.raises(CallError, match="the broker cannot be reached"):
        await rpc.call("status", Note(text="a"))
    assert broker.requests == []


async def test_fails_the_open_calls_when_their_channel_is_lost_and_consumes_again_for_the_next() -> None:
    broker = FakeBroker()
    rpc = await client(broker, timeout_ms=60_000)
    calls = await asked(rpc, broker, "a", "b")
    await broker.channels[0].close()
    for call in calls:
        with pytest.raises(CallError, match="the connection was lost before the reply"):
            await call
    [third] = await asked(rpc, broker, "c")
    await broker.answer(2, b"for c")
    assert await third == b"for c"
    assert [len(each.consumers) for each in broker.channels] == [1, 1]
    assert broker.channels[1].steps[-1] == "request"


async def test_consumes_again_when_the_broker_ended_the_consumer() -> None:
    broker = FakeBroker()
    rpc = await client(broker)
    broker.channels[0].consumers.clear()
    [call] = await asked(rpc, broker, "a")
    await broker.answer(0, b"for a")
    assert await call == b"for a"
    assert len(broker.channels) == 2


async def test_opens_one_channel_for_many_calls_together() -> None:
    broker = FakeBroker()
    rpc = await client(broker)
    await broker.channels[0].close()
    calls = await asked(rpc, broker, *("abcdefgh"))
    assert len(broker.channels) == 2
    for call in calls:
        call.cancel()


async def test_sends_no_request_while_the_stream_cannot_be_consumed(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="spot")
    broker = FakeBroker()
    rpc = await client(broker)
    await broker.channels[0].close()
    broker.refusal = NO_REPLICA
    for _ in range(2):
        with pytest.raises(CallError, match="no running replica"):
            await rpc.call("status", Note(text="a"))
    assert broker.requests == []
    assert rpc.problem is not None
    assert rpc.problem.startswith('stream "gateway.replies" cannot be consumed: ')
    # Nothing is left behind that would collect replies.
    assert all(each.is_closed for each in broker.channels)
    broker.refusal = None
    [call] = await asked(rpc, broker, "b")
    await broker.answer(0, b"for b")
    assert await call == b"for b"
    assert rpc.problem is None
    assert [record.message for record in caplog.records if record.name == "spot"] == [
        "replies not consumed",
        "replies consumed again",
    ]


@pytest.mark.parametrize("refusal", [NO_REPLICA, TimeoutError()])
async def test_starts_while_the_stream_cannot_be_consumed(refusal: Exception) -> None:
    broker = FakeBroker()
    broker.refusal = refusal
    rpc = await client(broker)
    assert rpc.problem is not None
    broker.refusal = None
    [call] = await asked(rpc, broker, "a")
    await broker.answer(0, b"for a")
    assert await call == b"for a"
    assert rpc.problem is None


@pytest.mark.parametrize("refusal", [ChannelAccessRefused(403, "no read right"), ChannelNotFoundEntity(404, "none")])
async def test_does_not_start_with_a_stream_that_it_can_never_consume(refusal: Exception) -> None:
    broker = FakeBroker()
    broker.refusal = refusal
    with pytest.raises(type(refusal)):
        await client(broker)
