"""Starting and stopping consumers survives the loss of the connection."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiormq.exceptions import AMQPConnectionError

from spot_messaging.breaker import Breaker, follow
from spot_messaging.failure import DependencyError
from spot_messaging.service import Service


class FakeConsumer:
    """Loses the connection when it is stopped for the first time."""

    name = queue = "work"

    def __init__(self, error: BaseException) -> None:
        self.breaker = Breaker(jitter=lambda _low, _high: 0.0)
        self.started = 0
        self._errors = [error]

    async def start(self) -> None:
        self.started += 1

    async def stop(self) -> None:
        if self._errors:
            raise self._errors.pop()


def switching(consumer: FakeConsumer) -> Any:
    service: Any = Service.__new__(Service)
    service._switching = asyncio.Lock()
    service._pausable = [consumer]
    service._paused = set()
    service._admin = SimpleNamespace(paused=False)
    return service


# aiormq cancels those that wait for an answer when it loses the connection.
@pytest.mark.parametrize("error", [asyncio.CancelledError(), AMQPConnectionError("lost"), TimeoutError()])
async def test_continues_a_paused_queue_whose_connection_was_lost(error: BaseException) -> None:
    consumer = FakeConsumer(error)
    following = asyncio.create_task(follow(consumer.breaker, "work", switching(consumer)._apply))
    await asyncio.sleep(0)
    assert consumer.breaker.failed(DependencyError("not confirmed", certain=True), "1")
    async with asyncio.timeout(2):
        while consumer.started == 0:
            assert not following.done()
            await asyncio.sleep(0.01)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


async def test_ends_when_it_is_cancelled_itself() -> None:
    consumer = FakeConsumer(TimeoutError())
    service = switching(consumer)
    async with service._switching:
        waiting = asyncio.create_task(service._apply())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
