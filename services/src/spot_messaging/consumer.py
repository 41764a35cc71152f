"""One queue's consumer: a FastStream subscriber that drains before it pauses and knows whether it is active."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

from aio_pika.abc import AbstractIncomingMessage
from aiormq import Channel as OpenChannel
from faststream import AckPolicy
from faststream.message import StreamMessage
from faststream.rabbit import Channel, RabbitBroker, RabbitQueue
from faststream.rabbit.message import RabbitMessage

from spot_messaging.breaker import Breaker
from spot_messaging.channels import is_cancelled
from spot_messaging.contract import Consumption
from spot_messaging.log import log

# No answer within this time means that the channel is not open.
PROBE_TIMEOUT = 1.0


async def _undecoded(message: StreamMessage[object]) -> StreamMessage[object]:
    """Passes on the raw message.

    FastStream's decoding would raise on a broken body before the message could be settled.
    """
    return message


class Consumer:
    """Consumes one queue of the contract.

    It reads two private attributes of FastStream's subscriber, the queue object and the consumer tag, because the
    public API can neither
    cancel before draining nor distinguish a lost consumer from an idle one. The release is pinned, and
    tests/messaging/test_consumer.py
    checks both attributes.
    """

    def __init__(
        self,
        name: str,
        consumption: Consumption,
        broker: RabbitBroker,
        receive: Callable[[AbstractIncomingMessage], Awaitable[None]],
        breaker: Breaker | None = None,
    ) -> None:
        self.name = name
        self.queue = consumption.queue
        self.breaker = breaker or Breaker()
        self._receive = receive
        self._subscriber = broker.subscriber(
            RabbitQueue(consumption.queue, declare=False),
            # One channel per consumer: the prefetch is per consumer, and a channel error stops only one queue.
            channel=Channel(prefetch_count=consumption.prefetch),
            ack_policy=AckPolicy.MANUAL,
            no_reply=True,
            decoder=_undecoded,
            consume_args={"x-stream-offset": "first"} if consumption.type == "stream" else None,
            title=name,
        )
        self._subscriber(self._consume)

    async def _consume(self, message: RabbitMessage) -> None:
        await self._receive(message.raw_message)

    @property
    def running(self) -> bool:
        """Started and not stopped since."""
        return self._subscriber._consumer_tag is not None

    async def start(self) -> None:
        if self.running:
            return
        # FastStream sets `running` only after the broker has started to deliver, and drops earlier messages without
        # settling them.
        self._subscriber.running = True
        self.breaker.consumer_started()
        await self._subscriber.start()
        log("info", "consuming", queue=self.queue)

    async def stop(self) -> None:
        """Cancels the consumer, then finishes the delivered messages.

        FastStream does it in reverse order: messages that arrive while it waits would stay unsettled on the open
        channel.
        """
        subscriber = self._subscriber
        queue, tag = subscriber._queue_obj, subscriber._consumer_tag
        if queue is None or tag is None:
            return
        try:
            if not queue.channel.is_closed:
                await queue.cancel(tag, timeout=PROBE_TIMEOUT * 5)
        finally:
            self.breaker.consumer_cancelled()
        subscriber._consumer_tag = None
        await subscriber.stop()
        log("info", "stopped consuming", queue=self.queue)

    async def is_active(self) -> bool:
        """Whether the consumer exists on an open channel: neither the library nor the broker has cancelled it."""
        queue, tag = self._subscriber._queue_obj, self._subscriber._consumer_tag
        if queue is None or tag is None or queue.channel.is_closed:
            return False
        try:
            async with asyncio.timeout(PROBE_TIMEOUT):
                channel = cast("OpenChannel", await queue.channel.get_underlay_channel())
        except (TimeoutError, RuntimeError, ConnectionError):
            return False
        except asyncio.CancelledError:
            if is_cancelled():
                raise
            return False
        return not channel.is_closed and tag in channel.consumers
