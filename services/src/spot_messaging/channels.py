"""The pool of confirm channels: a bounded number of channels on one connection, shared by all publishers.

RabbitMQ advises few long-lived channels, and no channel for each message. Many publishes can wait for their confirm on
one channel, so the pool limits the channels and the outstanding publishes, and a publisher waits when both are used up.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aio_pika import Message, RobustConnection
from aiormq.abc import AbstractChannel
from aiormq.exceptions import AMQPError, ChannelClosed, ChannelInvalidStateError, DeliveryError
from aiormq.exceptions import PublishError as UnroutableError

from spot_messaging import metrics
from spot_messaging.failure import DisconnectedError, RefusedError, ReturnedError, UnconfirmedError, one_line

# Measured on RabbitMQ 4.3 (see README.md, "Connections"): more outstanding publishes add latency, not throughput.
OUTSTANDING_PER_CHANNEL = 64
# Back-pressure: after this time without a free place, the publisher gets an error and can refuse its own caller.
WAIT_LIMIT = 5.0
CONFIRM_LIMIT = 8.0
# Long enough for the reconnect to another node, see `leave_silent_nodes` in connection.py.
OPEN_LIMIT = 9.0


class _Lane:
    """One channel, opened again when it was closed."""

    def __init__(self) -> None:
        self.channel: AbstractChannel | None = None
        self.outstanding: dict[str, float] = {}
        self.opening = asyncio.Lock()

    def can_take(self, message_id: str) -> bool:
        # aiormq matches a returned message by its id: two outstanding ones with the same id would be confused.
        return len(self.outstanding) < OUTSTANDING_PER_CHANNEL and message_id not in self.outstanding


class ChannelPool:
    """Publishes a message and waits for its confirm; each error tells truthfully whether it can have been accepted."""

    def __init__(self, size: int) -> None:
        self._connection: RobustConnection | None = None
        self._lanes = [_Lane() for _ in range(size)]
        # The broker closes a channel for one wrong publish, and the confirms of its neighbours are lost. Each of them
        # is then published alone: the wrong one fails again, the others are not disturbed a second time.
        self._isolated = _Lane()
        self._alone = asyncio.Lock()
        self._free = asyncio.Condition()
        metrics.channels_limit.set(size)

    def connect(self, connection: RobustConnection) -> None:
        self._connection = connection

    @property
    def waiting_since(self) -> float | None:
        """When the oldest outstanding publish was sent (monotonic clock); None if all are confirmed."""
        times = [at for lane in [*self._lanes, self._isolated] for at in lane.outstanding.values()]
        return min(times, default=None)

    async def publish(self, message: Message, *, exchange: str, routing_key: str, mandatory: bool) -> None:
        """:raises PublishError: in one of its four kinds."""
        async with self._lane(str(message.message_id)) as lane:
            try:
                await self._publish(lane, message, exchange, routing_key, mandatory=mandatory)
            except ChannelClosed:
                pass
            else:
                return
        async with self._alone, self._occupied(self._isolated, str(message.message_id)):
            try:
                await self._publish(self._isolated, message, exchange, routing_key, mandatory=mandatory)
            except ChannelClosed as error:
                raise RefusedError(f"refused by the broker: {one_line(error, 200)}") from None

    async def _publish(
        self, lane: _Lane, message: Message, exchange: str, routing_key: str, *, mandatory: bool
    ) -> None:
        channel = await self._open(lane)
        try:
            await channel.basic_publish(
                message.body,
                exchange=exchange,
                routing_key=routing_key,
                properties=message.properties,
                mandatory=mandatory,
                timeout=CONFIRM_LIMIT,
            )
        except UnroutableError:
            raise ReturnedError("reaches no queue") from None
        except DeliveryError:
            raise RefusedError("refused by the broker, a queue is full") from None
        except TimeoutError:
            raise UnconfirmedError(f"not confirmed within {CONFIRM_LIMIT:.0f} s") from None
        except ChannelClosed as error:
            # Without a reason of the broker, this side closed the channel.
            if error.args[:1] == (None,):
                raise UnconfirmedError("the channel was closed before the confirm") from None
            raise
        except (AMQPError, ChannelInvalidStateError, ConnectionError, RuntimeError) as error:
            raise UnconfirmedError(f"no confirm: {one_line(error, 200)}") from None
        except asyncio.CancelledError:
            if is_cancelled():
                raise
            raise UnconfirmedError("the connection was lost before the confirm") from None

    async def _open(self, lane: _Lane) -> AbstractChannel:
        """:raises DisconnectedError: if no channel can be opened in time."""
        async with lane.opening:
            if lane.channel is not None and not lane.channel.is_closed:
                return lane.channel
            try:
                async with asyncio.timeout(OPEN_LIMIT):
                    lane.channel = await self._open_channel()
            except TimeoutError:
                raise DisconnectedError(f"no connection to the broker for {OPEN_LIMIT:.0f} s") from None
            except (AMQPError, ChannelInvalidStateError, ConnectionError, RuntimeError) as error:
                raise DisconnectedError(f"no connection to the broker: {one_line(error, 200)}") from None
            except asyncio.CancelledError:
                if is_cancelled():
                    raise
                raise DisconnectedError("no connection to the broker: it was lost") from None
            return lane.channel

    async def _open_channel(self) -> AbstractChannel:
        if self._connection is None:
            raise ConnectionError("the service is not connected yet")
        await self._connection.connected.wait()
        transport = self._connection.transport
        if transport is None:
            raise ConnectionError("the connection was lost")
        channel: AbstractChannel = await transport.connection.channel(publisher_confirms=True, on_return_raises=True)
        return channel

    @asynccontextmanager
    async def _lane(self, message_id: str) -> AsyncIterator[_Lane]:
        """:raises DisconnectedError: if no place is free within the limit."""
        lane = None
        with suppress(TimeoutError):
            async with asyncio.timeout(WAIT_LIMIT), self._free:
                await self._free.wait_for(lambda: self._freest(message_id) is not None)
                lane = self._freest(message_id)
                if lane is not None:
                    self._occupy(lane, message_id)
        if lane is None:
            raise DisconnectedError(f"no free channel for {WAIT_LIMIT:.0f} s: too many publishes wait for a confirm")
        try:
            yield lane
        finally:
            self._vacate(lane, message_id)
            async with self._free:
                self._free.notify()

    @asynccontextmanager
    async def _occupied(self, lane: _Lane, message_id: str) -> AsyncIterator[None]:
        self._occupy(lane, message_id)
        try:
            yield
        finally:
            self._vacate(lane, message_id)

    def _freest(self, message_id: str) -> _Lane | None:
        """The lane with the fewest outstanding publishes."""
        able = [lane for lane in self._lanes if lane.can_take(message_id)]
        return min(able, key=lambda lane: len(lane.outstanding), default=None)

    def _occupy(self, lane: _Lane, message_id: str) -> None:
        lane.outstanding[message_id] = time.monotonic()
        self._measure()

    def _vacate(self, lane: _Lane, message_id: str) -> None:
        lane.outstanding.pop(message_id, None)
        self._measure()

    def _measure(self) -> None:
        metrics.channels_in_use.set(sum(1 for lane in [*self._lanes, self._isolated] if lane.outstanding))


def is_cancelled() -> bool:
    """Whether this task was cancelled. aiormq also raises the error to all that wait when it loses the connection."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
