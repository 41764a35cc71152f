"""Publishing with publisher confirms: either the broker confirms the message, or an error is raised."""

import asyncio
from typing import Protocol

from aio_pika import DeliveryMode, Message
from aio_pika.exceptions import AMQPError, DeliveryError
from aiormq.exceptions import ChannelInvalidStateError
from aiormq.exceptions import PublishError as ReturnedError
from faststream.rabbit import RabbitBroker, RabbitExchange
from pydantic import BaseModel

from spot_messaging.contract import Address, Contract, Urgency
from spot_messaging.failure import PublishError, one_line
from spot_messaging.log import log
from spot_messaging.message import JSON, build_message

CONFIRM_TIMEOUT = 15.0


class Publishes(Protocol):
    """The interface of a publisher for a service's code."""

    async def publish(
        self,
        name: str,
        payload: BaseModel,
        *,
        analysis: str,
        urgency: Urgency = "normal",
        message_id: str | None = None,
    ) -> None:
        """Publishes a message under a local name of the contract.

        :raises PublishError: if the broker did not confirm it.
        """

    async def announce(self, name: str, payload: BaseModel, *, analysis: str) -> None:
        """Publishes a message that can be lost: a failure is only logged."""


class Publisher:
    """Publishes over its own connection.

    When a memory or disk alarm blocks publishers, consumers can still acknowledge messages, which frees the broker's
    resources.
    """

    def __init__(self, broker: RabbitBroker, contract: Contract) -> None:
        self._broker = broker
        self._contract = contract

    async def publish(
        self,
        name: str,
        payload: BaseModel,
        *,
        analysis: str,
        urgency: Urgency = "normal",
        message_id: str | None = None,
    ) -> None:
        publication = self._contract.publishes[name]
        message = build_message(
            payload,
            publication=publication,
            name=name,
            service=self._contract.service,
            analysis=analysis,
            urgency=urgency,
            message_id=message_id,
        )
        await self._send(message, publication.exchange, publication.routing_key, mandatory=publication.mandatory)

    async def announce(self, name: str, payload: BaseModel, *, analysis: str) -> None:
        try:
            await self.publish(name, payload, analysis=analysis)
        except PublishError as error:
            log("warning", "announcement lost", analysis=analysis, message=name, reason=one_line(error))

    async def forward(self, message: Message, address: Address) -> None:
        """Publishes with the mandatory flag, because an unroutable dead letter or retry would be lost."""
        await self._send(message, address.exchange, address.routing_key, mandatory=True)

    async def reply(self, payload: BaseModel, *, reply_to: str, correlation_id: str | None) -> None:
        """Sends a reply through the default exchange, without the mandatory flag: only the caller needs it."""
        message = Message(
            body=payload.model_dump_json(by_alias=True, exclude_none=True).encode(),
            content_type=JSON,
            delivery_mode=DeliveryMode.NOT_PERSISTENT,
            correlation_id=correlation_id,
            app_id=self._contract.service,
        )
        await self._send(message, "", reply_to, mandatory=False)

    async def _send(self, message: Message, exchange: str, routing_key: str, *, mandatory: bool) -> None:
        place = f'exchange "{exchange}": routing key "{routing_key}"'
        try:
            # The outer timeout includes the wait for a reconnect.
            async with asyncio.timeout(CONFIRM_TIMEOUT):
                await self._broker.publish(
                    message,
                    exchange=RabbitExchange(exchange, declare=False) if exchange else None,
                    routing_key=routing_key,
                    mandatory=mandatory,
                )
        except ReturnedError:
            raise PublishError(f"{place}: reaches no queue") from None
        except DeliveryError:
            raise PublishError(f"{place}: refused by the broker, a queue is full") from None
        except TimeoutError:
            raise PublishError(f"{place}: not confirmed within {CONFIRM_TIMEOUT:.0f} s") from None
        except (AMQPError, ChannelInvalidStateError, ConnectionError, RuntimeError) as error:
            raise PublishError(f"{place}: {one_line(error, 200)}") from None
