"""What this package reads below FastStream's public surface: a release that changes it fails here, not live."""

import asyncio
from types import SimpleNamespace
from typing import Any

from aio_pika.abc import AbstractIncomingMessage
from faststream.rabbit import RabbitBroker

from fakes import consumption
from spot_messaging.consumer import Consumer


class FakeQueue:
    def __init__(self, steps: list[str]) -> None:
        self._steps = steps
        self.open_channel = SimpleNamespace(is_closed=False, consumers={"tag-1": object()})
        self.channel = SimpleNamespace(is_closed=False, get_underlay_channel=self._underlay)

    async def _underlay(self) -> Any:
        return self.open_channel

    async def cancel(self, tag: str, timeout: float | None = None) -> None:  # noqa: ASYNC109 - aio-pika's signature
        assert timeout is not None
        self._steps.append(f"cancel {tag}")


async def ignore(_message: AbstractIncomingMessage) -> None:
    return


def started(steps: list[str]) -> tuple[Consumer, FakeQueue]:
    consumer = Consumer("job", consumption(), RabbitBroker(logger=None, graceful_timeout=1), ignore)
    queue = FakeQueue(steps)
    subscriber = consumer._subscriber
    assert subscriber._queue_obj is None
    assert subscriber._consumer_tag is None
    subscriber._queue_obj, subscriber._consumer_tag, subscriber.running = queue, "tag-1", True  # type: ignore[assignment]
    return consumer, queue


async def test_cancels_before_it_waits_for_the_work_in_flight() -> None:
    steps: list[str] = []
    consumer, _ = started(steps)
    original = consumer._subscriber.stop

    async def stop() -> None:
        # Messages that were delivered before the cancellation can still be processed until here.
        steps.append(f"drain, running {consumer._subscriber.running}")
        await original()

    consumer._subscriber.stop = stop  # type: ignore[method-assign]
    await consumer.stop()
    assert steps == ["cancel tag-1", "drain, running True"]
    assert not consumer.running
    await consumer.stop()
    assert steps == ["cancel tag-1", "drain, running True"]


async def test_is_active_only_while_the_open_channel_knows_the_consumer() -> None:
    consumer, queue = started([])
    assert await consumer.is_active()
    queue.open_channel.consumers.clear()
    assert not await consumer.is_active()
    queue.open_channel.consumers["tag-1"] = object()
    queue.open_channel.is_closed = True
    assert not await consumer.is_active()
    queue.open_channel.is_closed = False
    queue.channel.is_closed = True
    assert not await consumer.is_active()


async def test_is_not_active_while_the_channel_is_being_restored() -> None:
    consumer, queue = started([])

    async def never() -> Any:
        await asyncio.sleep(60)

    queue.channel.get_underlay_channel = never
    assert not await consumer.is_active()


def test_declares_and_binds_nothing_and_settles_by_hand() -> None:
    consumer = Consumer("job", consumption(), RabbitBroker(logger=None), ignore)
    assert consumer._subscriber.queue.declare is False
    assert consumer._subscriber.exchange.name == ""
    assert consumer._subscriber.ack_policy.name == "MANUAL"
    assert consumer._subscriber.channel is not None
    assert consumer._subscriber.channel.prefetch_count == 8
