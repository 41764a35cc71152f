"""Many calls share one consumer of replies. Direct reply-to itself is the broker's and is tested live only."""

import asyncio
import json
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aio_pika import Message, RobustConnection
from aio_pika.exceptions import DeliveryError
from pamqp.commands import Basic
from pydantic import BaseModel

from fakes import as_message, contract_json, incoming
from spot_messaging.contract import Contract
from spot_messaging.failure import CallError, CallTimeoutError
from spot_messaging.rpc import REPLY_TO, RpcClient


class Note(BaseModel):
    text: str


class FakeConnection:
    """A connection, its only channel, its queue and its exchange in one; answers what `answers` says."""

    def __init__(self) -> None:
        self.connected = asyncio.Event()
        self.connected.set()
        self.requests: list[Message] = []
        self.error: Exception | None = None
        self.receive: Any = None

    def channel(self, **options: bool) -> Any:
        assert options == {"publisher_confirms": True, "on_return_raises": True}
        return self

    async def initialize(self) -> None:
        return

    async def declare_queue(self, name: str, *, passive: bool) -> Any:
        assert (name, passive) == (REPLY_TO, True)
        return SimpleNamespace(consume=self.consume)

    async def consume(self, receive: Any, *, no_ack: bool) -> None:
        assert no_ack
        self.receive = receive

    async def get_exchange(self, name: str, *, ensure: bool) -> Any:
        assert (name, ensure) == ("spot.rpc", False)
        return self

    async def publish(self, message: Message, *, routing_key: str, mandatory: bool) -> None:
        assert (routing_key, mandatory) == ("analysis.status", True)
        if self.error is not None:
            raise self.error
        self.requests.append(message)

    async def answer(self, number: int, body: bytes) -> None:
        await self.receive(as_message(incoming(body, correlation_id=self.requests[number].correlation_id)))


async def client(connection: FakeConnection) -> RpcClient:
    given = contract_json("gateway")
    given["calls"] = {"status": {"exchange": "spot.rpc", "routingKey": "analysis.status", "timeoutMs": 50}}
    rpc = RpcClient(Contract.model_validate_json(json.dumps(given)))
    await rpc.start(cast("RobustConnection", connection))
    return rpc


async def test_matches_replies_in_any_order() -> None:
    connection = FakeConnection()
    rpc = await client(connection)
    calls = [asyncio.create_task(rpc.call("status", Note(text=text))) for text in ("a", "b")]
    await asyncio.sleep(0)
    await connection.answer(1, b"for b")
    await connection.answer(0, b"for a")
    assert await asyncio.gather(*calls) == [b"for a", b"for b"]
    request = connection.requests[0]
    # A request that is not consumed in time must expire.
    assert (request.reply_to, request.type, request.expiration) == (REPLY_TO, "status", 0.05)


async def test_times_out_and_ignores_the_late_reply() -> None:
    connection = FakeConnection()
    rpc = await client(connection)
    with pytest.raises(CallTimeoutError, match=r"no reply within 0\.05 s"):
        await rpc.call("status", Note(text="a"))
    await connection.answer(0, b"late")


async def test_reports_that_no_service_consumes_requests() -> None:
    connection = FakeConnection()
    rpc = await client(connection)
    connection.error = DeliveryError(None, Basic.Return(312, "NO_ROUTE", "spot.rpc", "analysis.status"))
    with pytest.raises(CallError, match="no service consumes requests"):
        await rpc.call("status", Note(text="a"))
    connection.connected.clear()
    with pytest.raises(CallError, match="the broker cannot be reached"):
        await rpc.call("status", Note(text="a"))
