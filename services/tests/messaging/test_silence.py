"""A node that vanished without closing its connections is left in time; a slow process does not leave a living one."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aio_pika import RobustConnection
from aiormq import Connection

from spot_messaging import connection as module
from spot_messaging.connection import SILENT_TICKS, TICK_SECONDS, leave_silent_nodes
from spot_messaging.endpoint import HEARTBEAT_SECONDS


class FakeTransport:
    def __init__(self) -> None:
        self.reader = asyncio.create_task(asyncio.sleep(3600))
        self.connection = SimpleNamespace(is_closed=False, _Connection__last_frame_time=1.0, _reader_task=self.reader)


async def watch(monkeypatch: pytest.MonkeyPatch, turns: Any) -> tuple[bool, int]:
    """Whether the connection was left, after how many ticks; `turns` is called with the transport before each."""
    transport = FakeTransport()
    count = 0

    async def sleep(seconds: float) -> None:
        nonlocal count
        assert seconds == TICK_SECONDS
        turns(transport.connection, count)
        count += 1
        if transport.reader.cancelling() or count > 50:
            raise asyncio.CancelledError

    monkeypatch.setattr(module, "asyncio", SimpleNamespace(sleep=sleep))
    with pytest.raises(asyncio.CancelledError):
        await leave_silent_nodes(cast("RobustConnection", SimpleNamespace(transport=transport)))
    left = bool(transport.reader.cancelling())
    transport.reader.cancel()
    await asyncio.gather(transport.reader, return_exceptions=True)
    return left, count


async def test_leaves_a_silent_node_within_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    left, count = await watch(monkeypatch, lambda _connection, _count: None)
    assert left
    assert count * TICK_SECONDS < 10


@pytest.mark.parametrize("every", [1, 3, SILENT_TICKS - 1])
async def test_stays_with_a_node_that_sends_something(every: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def turn(connection: Any, count: int) -> None:
        if count % every == 0:
            connection._Connection__last_frame_time += 1

    assert await watch(monkeypatch, turn) == (False, 51)


async def test_leaves_the_reconnecting_to_a_closed_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def turn(connection: Any, _count: int) -> None:
        connection.is_closed = True

    assert await watch(monkeypatch, turn) == (False, 51)


async def test_aiormq_has_the_two_private_attributes() -> None:
    connection = Connection("amqp://localhost")
    assert isinstance(connection._Connection__last_frame_time, float)  # type: ignore[attr-defined]
    assert "_reader_task" in Connection.__annotations__
    await connection.close()


def test_two_heartbeats_are_missed_before_a_node_counts_as_silent() -> None:
    assert HEARTBEAT_SECONDS / 2 * 2 < SILENT_TICKS * TICK_SECONDS
