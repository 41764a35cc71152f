"""Publishing with publisher confirms: either the broker confirms the message, or an error is raised."""

import time
from datetime import timedelta
from typing import Protocol
from uuid import uuid4

from aio_pika import DeliveryMode, Message
from pydantic import BaseModel

from spot_messaging import metrics
from spot_messaging.channels import ChannelPool
from spot_messaging.contract import Address, Contract, Urgency
from spot_messaging.failure import (
    DisconnectedError,
    PublishError,
    RefusedError,
    ReturnedError,
    UnconfirmedError,
    one_line,
)
from spot_messaging.log import log
from spot_messaging.message import JSON, build_message
from spot_messaging.tracing import send_span

_REASONS: dict[type[PublishError], str] = {
    ReturnedError: "returned",
    RefusedError: "refused",
    UnconfirmedError: "unconfirmed",
    DisconnectedError: "disconnected",
}

# The names of messages that are not the contract's, for metrics.
_FORWARDED = "forwarded"
_REPLY = "reply"


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
        expires_in: timedelta | None = None,
    ) -> None:
        """Publishes a message under a local name of the contract.

        `expires_in` limits its time in the queue, in addition to the contract's own expiration.

        :raises ReturnedError, RefusedError, DisconnectedError: if the broker did not accept it.
        :raises UnconfirmedError: if it may or may not have been accepted.
        """

    async def announce(self, name: str, payload: BaseModel, *, analysis: str) -> None:
        """Publishes a message that can be lost: a failure is only logged."""


class Publisher:
    """Publishes over its own connection.

    When a memory or disk alarm blocks publishers, consumers can still acknowledge messages, which frees the broker's
    resources.
    """

    def __init__(self, channels: ChannelPool, contract: Contract) -> None:
        self._channels = channels
        self._contract = contract
        # From 0 on: a counter that appears with its first events has no increase.
        for name in (*contract.publishes, _FORWARDED, _REPLY):
            for reason in _REASONS.values():
                metrics.publishes_failed.labels(name, reason)

    async def publish(
        self,
        name: str,
        payload: BaseModel,
        *,
        analysis: str,
        urgency: Urgency = "normal",
        message_id: str | None = None,
        expires_in: timedelta | None = None,
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
            expires_in=expires_in,
        )
        await self._send(name, message, publication.exchange, publication.routing_key, mandatory=publication.mandatory)

    async def announce(self, name: str, payload: BaseModel, *, analysis: str) -> None:
        try:
            await self.publish(name, payload, analysis=analysis)
        except PublishError as error:
            log("warning", "announcement lost", analysis=analysis, message=name, reason=one_line(error))

    async def forward(self, message: Message, address: Address) -> None:
        """Publishes with the mandatory flag, because an unroutable dead letter or retry would be lost."""
        await self._send(_FORWARDED, message, address.exchange, address.routing_key, mandatory=True)

    async def reply(self, payload: BaseModel, caller: Address, *, correlation_id: str | None) -> None:
        """Sends a reply, without the mandatory flag: only the caller needs it."""
        message = Message(
            body=payload.model_dump_json(by_alias=True, exclude_none=True).encode(),
            content_type=JSON,
            delivery_mode=DeliveryMode.NOT_PERSISTENT,
            message_id=str(uuid4()),
            correlation_id=correlation_id,
            app_id=self._contract.service,
        )
        await self._send(_REPLY, message, caller.exchange, caller.routing_key, mandatory=False)

    async def _send(self, name: str, message: Message, exchange: str, routing_key: str, *, mandatory: bool) -> None:
        started = time.monotonic()
        try:
            with send_span(message, exchange, routing_key):
                await self._channels.publish(message, exchange=exchange, routing_key=routing_key, mandatory=mandatory)
        except PublishError as error:
            metrics.publishes_failed.labels(name, _REASONS.get(type(error), "other")).inc()
            place = f'exchange "{exchange}": routing key "{routing_key}"'
            raise type(error)(f"{place}: {error}") from None
        metrics.confirm_seconds.labels(name).observe(time.monotonic() - started)
