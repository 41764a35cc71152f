"""Request/reply with direct reply-to, which needs no reply queue and no permission for one."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

from aio_pika import Message, RobustConnection
from aio_pika.abc import AbstractIncomingMessage, AbstractRobustChannel
from aio_pika.exceptions import AMQPError, DeliveryError
from aiormq.exceptions import ChannelInvalidStateError
from pydantic import BaseModel

from spot_messaging.contract import Contract
from spot_messaging.failure import CallError, CallTimeoutError, one_line
from spot_messaging.message import JSON
from spot_messaging.tracing import send_span

REPLY_TO = "amq.rabbitmq.reply-to"


class RpcClient:
    """Sends requests by local name.

    One consumer receives all replies and matches them by correlation id. FastStream's `request` holds a lock for the
    whole round trip and registers a consumer for each call, so one slow reply would block all callers.
    """

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._channel: AbstractRobustChannel | None = None
        self._waiting: dict[str, asyncio.Future[bytes]] = {}

    async def start(self, connection: RobustConnection) -> None:
        """Opens one channel for requests and replies, as direct reply-to requires."""
        self._connection = connection
        self._channel = connection.channel(publisher_confirms=True, on_return_raises=True)
        await self._channel.initialize()
        replies = await self._channel.declare_queue(REPLY_TO, passive=True)
        await replies.consume(self._receive, no_ack=True)

    async def call(self, name: str, payload: BaseModel, *, analysis: str = "") -> bytes:
        """:raises CallTimeoutError: if no reply arrives in time.
        :raises CallError: if the request was not delivered.
        """
        call = self._contract.calls[name]
        if self._channel is None or not self._connection.connected.is_set():
            raise CallError("the broker cannot be reached")
        correlation_id = str(uuid4())
        reply: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[correlation_id] = reply
        message = Message(
            body=payload.model_dump_json(by_alias=True).encode(),
            headers={"x-spot-analysis": analysis} if analysis else {},
            content_type=JSON,
            message_id=str(uuid4()),
            correlation_id=correlation_id,
            reply_to=REPLY_TO,
            type=name,
            app_id=self._contract.service,
            timestamp=datetime.now(UTC),
            # A request that is not consumed in time must expire, because its caller no longer waits.
            expiration=call.timeout,
        )
        try:
            with send_span(message, call.exchange, call.routing_key):
                async with asyncio.timeout(call.timeout):
                    exchange = await self._channel.get_exchange(call.exchange, ensure=False)
                    await exchange.publish(message, routing_key=call.routing_key, mandatory=True)
                    return await reply
        except TimeoutError:
            raise CallTimeoutError(f"no reply within {call.timeout:g} s") from None
        except DeliveryError:
            raise CallError("no service consumes requests at the moment") from None
        except (AMQPError, ChannelInvalidStateError, ConnectionError) as error:
            raise CallError(one_line(error, 200)) from None
        finally:
            del self._waiting[correlation_id]

    async def _receive(self, message: AbstractIncomingMessage) -> None:
        # A late reply has no waiting caller.
        reply = self._waiting.get(message.correlation_id or "")
        if reply is not None and not reply.done():
            reply.set_result(message.body)
