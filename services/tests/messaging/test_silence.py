"""A node that vanished without closing its connections is left in time; a slow process does not leave a living one."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aio_pika import RobustConnection
from aiormq import Connection

from spot_messaging.connection import SILENT_TICKS, TICK_SECONDS, leave_silent_nodes
from spot_messaging.endpoint import HEARTBEAT_SECONDS


class FakeTransport:
    def __init__(self) -> None:
        self.reader = asyncio.create_task(asyncio.sleep(3600))
        self.unblocked = asyncio.Event()
        self.unblocked.set()
        self.asked = 0
        self.connection = SimpleNamespace(
            is_closed=False,
            channel=self.channel,
            _Connection__last_frame_time=1.0,
            _Connection__connection_unblocked=self.unblocked,
            _reader_task=self.reader,
        )

    async def channel(self, *, publisher_confirms: bool) -> Any:
        assert not publisher_confirms
        self.asked += 1
        raise ConnectionError("lost")


async def watch(monkeypatch: pytest.MonkeyPatch, turn: Callable[[FakeTransport, int], None]) -> tuple[bool, int]:
    """Whether the connection was left, and after how many ticks; `turn` changes the transport before each."""
    transport = FakeTransport()
    count = 0
    real_sleep = asyncio.sleep
    # Its task must not use the fake.
    await real_sleep(0)

    async def sleep(seconds: float) -> None:
        nonlocal count
        assert seconds == TICK_SECONDS
        await real_sleep(0)
        await real_sleep(0)
        turn(transport, count)
        count += 1
        if transport.reader.cancelling() or count > 50:
            raise asyncio.CancelledError

    monkeypatch.setattr(asyncio, "sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        await leave_silent_nodes(cast("RobustConnection", SimpleNamespace(transport=transport)))
    left = bool(transport.reader.cancelling())
    transport.reader.cancel()
    await asyncio.gather(transport.reader, return_exceptions=True)
    return left, count


async def test_leaves_a_silent_node_within_ten_seconds_after_it_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    left, count = await watch(monkeypatch, lambda transport, _count: asked.append(transport.asked))
    assert left
    assert count * TICK_SECONDS < 10
    assert asked[-1] > 0


async def test_asks_on_the_same_channel_while_it_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[SimpleNamespace] = []
    questions = 0

    def turn(transport: FakeTransport, count: int) -> None:
        async def channel(*, publisher_confirms: bool) -> Any:
            assert not publisher_confirms
            opened.append(SimpleNamespace(is_closed=False, connection=transport.connection, basic_qos=basic_qos))
            return opened[-1]

        async def basic_qos(*, prefetch_count: int) -> None:
            nonlocal questions
            assert prefetch_count == 0
            questions += 1

        transport.connection.channel = channel
        transport.connection._Connection__last_frame_time = float(len(opened) + questions)
        if count == 30:
            opened[0].is_closed = True

    assert await watch(monkeypatch, turn) == (False, 51)
    assert len(opened) == 2
    assert questions > 5


async def test_stays_with_an_idle_node_that_answers_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def turn(transport: FakeTransport, _count: int) -> None:
        transport.connection._Connection__last_frame_time = float(transport.asked)

    assert await watch(monkeypatch, turn) == (False, 51)


async def test_stays_longer_with_a_node_that_an_alarm_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    def turn(transport: FakeTransport, _count: int) -> None:
        transport.unblocked.clear()
        assert transport.asked == 0

    left, count = await watch(monkeypatch, turn)
    assert left
    # Its heartbeats are the only sign of life then.
    assert count * TICK_SECONDS >= 2 * HEARTBEAT_SECONDS


@pytest.mark.parametrize("every", [1, 3, SILENT_TICKS - 1])
async def test_stays_with_a_node_that_sends_something(every: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def turn(transport: FakeTransport, count: int) -> None:
        if count % every == 0:
            transport.connection._Connection__last_frame_time += 1

    assert await watch(monkeypatch, turn) == (False, 51)


async def test_leaves_the_reconnecting_to_a_closed_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def turn(transport: FakeTransport, _count: int) -> None:
        transport.connection.is_closed = True

    assert await watch(monkeypatch, turn) == (False, 51)


async def test_aiormq_has_the_private_attributes() -> None:
    connection = Connection("amqp://localhost")
    assert isinstance(connection._Connection__last_frame_time, float)  # type: ignore[attr-defined]
    assert isinstance(connection._Connection__connection_unblocked, asyncio.Event)  # type: ignore[attr-defined]
    assert "_reader_task" in Connection.__annotations__
    await connection.close()
