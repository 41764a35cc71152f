"""Requests to other services. The replies arrive in a stream of this service, and each replica takes its own."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import cast
from uuid import uuid4

from aio_pika import Message, RobustConnection
from aiormq import Channel
from aiormq.abc import DeliveredMessage
from aiormq.exceptions import (
    AMQPChannelError,
    AMQPError,
    ChannelAccessRefused,
    ChannelInvalidStateError,
    ChannelNotFoundEntity,
    DeliveryError,
)
from aiormq.exceptions import PublishError as UnroutableError
from pydantic import BaseModel

from spot_messaging.channels import is_cancelled
from spot_messaging.contract import Contract, ReplyStream
from spot_messaging.failure import CallError, CallTimeoutError, one_line
from spot_messaging.log import log
from spot_messaging.message import JSON
from spot_messaging.tracing import send_span

# For the channel and its consumer, after a reconnect too.
OPEN_LIMIT = 5.0
# What a method of a closed channel or connection raises.
_LOST = (AMQPError, ChannelInvalidStateError, ConnectionError, RuntimeError)


class RpcClient:
    """Sends requests by local name, and matches the replies by correlation id.

    Requests leave on the channel that consumes the replies. The broker handles the methods of one channel in order, so
    it delivers from a point of the stream that is before every reply.
    """

    def __init__(self, contract: Contract, user: str) -> None:
        self._contract = contract
        self._user = user
        self._connection: RobustConnection | None = None
        self._channel: Channel | None = None
        self._tag = ""
        self._opening: asyncio.Task[Channel] | None = None
        self._waiting: dict[str, asyncio.Future[bytes]] = {}
        # A sentence while the stream cannot be consumed. Readiness does not depend on it: while a host is silent, no
        # replica can consume the stream for about a minute, and other requests would lose all replicas.
        self.problem: str | None = None

    async def start(self, connection: RobustConnection) -> None:
        """Opens the channel, and opens it again for the next call whenever it was closed.

        A stream that cannot be consumed at the moment does not hold the service back: see `problem`.
        :raises AMQPChannelError: if there is no such stream, or this user may not read it.
        """
        self._connection = connection
        try:
            await self._ready()
        except (ChannelAccessRefused, ChannelNotFoundEntity):
            raise
        except (AMQPChannelError, TimeoutError):
            # The log has the reason, and each call tries again.
            return

    async def call(self, name: str, payload: BaseModel, *, analysis: str = "") -> bytes:
        """:raises CallTimeoutError: if no reply arrives in time.
        :raises CallError: if the request was not delivered, or the connection was lost before the reply.
        """
        call = self._contract.calls[name]
        if self._connection is None or not self._connection.connected.is_set():
            raise CallError("the broker cannot be reached")
        correlation_id = str(uuid4())
        message = Message(
            body=payload.model_dump_json(by_alias=True).encode(),
            headers={"x-spot-analysis": analysis} if analysis else {},
            content_type=JSON,
            message_id=str(uuid4()),
            correlation_id=correlation_id,
            type=name,
            app_id=self._contract.service,
            # The broker checks it. The replier sends its reply to the stream of this user's service.
            user_id=self._user,
            timestamp=datetime.now(UTC),
            # A request that is not consumed in time must expire, because its caller no longer waits.
            expiration=call.timeout,
        )
        try:
            with send_span(message, call.exchange, call.routing_key):
                async with asyncio.timeout(call.timeout):
                    channel = await self._ready()
                    reply: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
                    self._waiting[correlation_id] = reply
                    await channel.basic_publish(
                        message.body,
                        exchange=call.exchange,
                        routing_key=call.routing_key,
                        properties=message.properties,
                        mandatory=True,
                    )
                    return await reply
        except TimeoutError:
            raise CallTimeoutError(f"no reply within {call.timeout:g} s") from None
        except UnroutableError:
            raise CallError("no service consumes requests at the moment") from None
        except DeliveryError:
            raise CallError("the queue of the requests is full") from None
        except _LOST as error:
            raise CallError(one_line(error, 200)) from None
        except asyncio.CancelledError:
            if is_cancelled():
                raise
            raise CallError("the connection was lost") from None
        finally:
            self._waiting.pop(correlation_id, None)

    async def _ready(self) -> Channel:
        """The channel, whose consumer the broker has; many calls wait for the same one."""
        channel = self._channel
        if channel is not None and not channel.is_closed and self._tag in channel.consumers:
            return channel
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._open())
            self._opening.add_done_callback(_retrieve)
        return await asyncio.shield(self._opening)

    async def _open(self) -> Channel:
        stream = self._contract.replies
        transport = None if self._connection is None else self._connection.transport
        if stream is None or transport is None:
            raise ConnectionError("the connection was lost")
        try:
            async with asyncio.timeout(OPEN_LIMIT):
                opened = await transport.connection.channel(publisher_confirms=True, on_return_raises=True)
                channel = cast("Channel", opened)
                try:
                    await self._consume(channel, stream)
                except BaseException:
                    # Otherwise replies would pile up on a channel that nothing reads.
                    with suppress(*_LOST):
                        await channel.close()
                    raise
        except (AMQPChannelError, TimeoutError) as error:
            # Such as a node without a replica of the stream. A lost connection is an ailment of its own.
            reason = one_line(error, 200) if str(error) else f"no answer within {OPEN_LIMIT:g} s"
            if self.problem is None:
                log("warning", "replies not consumed", stream=stream.queue, reason=reason)
            self.problem = f'stream "{stream.queue}" cannot be consumed: {reason}'
            raise
        if self.problem is not None:
            log("info", "replies consumed again", stream=stream.queue)
        self.problem = None
        self._channel = channel
        channel.closing.add_done_callback(self._fail_open_calls)
        return channel

    async def _consume(self, channel: Channel, stream: ReplyStream) -> None:
        # A stream gives nothing to a consumer without a prefetch.
        await channel.basic_qos(prefetch_count=stream.prefetch)
        consumed = await channel.basic_consume(stream.queue, self._receive, arguments={"x-stream-offset": "next"})
        self._tag = consumed.consumer_tag or ""

    async def _receive(self, message: DeliveredMessage) -> None:
        # Without a waiting call it is the reply to another replica, or a late one.
        reply = self._waiting.get(message.header.properties.correlation_id or "")
        if reply is not None and not reply.done():
            reply.set_result(message.body)
        with suppress(*_LOST):
            await message.channel.basic_ack(message.delivery_tag or 0)

    def _fail_open_calls(self, _closed: object) -> None:
        """The next consumer starts at the end of the stream, so these replies would be missed."""
        for reply in self._waiting.values():
            if not reply.done():
                reply.set_exception(ConnectionError("the connection was lost before the reply"))


def _retrieve(opening: asyncio.Task[Channel]) -> None:
    """Marks an error as seen when every call that waited for the channel has timed out."""
    if not opening.cancelled():
        opening.exception()
