"""Outgoing messages: the common format of everything that spot's services publish."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid4, uuid5

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractIncomingMessage, HeadersType
from pydantic import BaseModel

from spot_messaging.contract import Publication, Urgency

JSON = "application/json"

# The broker's counters are valid only for one queue: with a copied count, the next queue would treat the message as
# redelivered.
_OF_ONE_STAY = frozenset({"x-delivery-count", "x-acquired-count", "x-stream-offset"})


def stable_id(*parts: str) -> str:
    """The same id for the same content, so that receivers can detect a message that is published again."""
    return str(uuid5(NAMESPACE_URL, "spot:" + "/".join(parts)))


def build_message(
    payload: BaseModel,
    *,
    publication: Publication,
    name: str,
    service: str,
    analysis: str,
    urgency: Urgency,
    message_id: str | None = None,
    expires_in: timedelta | None = None,
) -> Message:
    """A message with the properties of its contract."""
    message = Message(
        body=payload.model_dump_json(by_alias=True).encode(),
        content_type=JSON,
        content_encoding="utf-8",
        delivery_mode=DeliveryMode.PERSISTENT if publication.persistent else DeliveryMode.NOT_PERSISTENT,
        message_id=message_id or str(uuid4()),
        correlation_id=analysis,
        type=name,
        app_id=service,
        timestamp=datetime.now(UTC),
        expiration=_expiration(publication, expires_in),
    )
    set_priority(message, None if publication.priorities is None else publication.priorities.of(urgency))
    return message


def _expiration(publication: Publication, expires_in: timedelta | None) -> float | None:
    """In seconds: the shorter of the contract's and the caller's."""
    limits = [] if publication.expiration_ms is None else [publication.expiration_ms / 1000]
    if expires_in is not None:
        limits.append(max(expires_in.total_seconds(), 0.0))
    return min(limits, default=None)


def set_priority(message: Message, priority: int | None) -> None:
    """aio-pika sends priority 0 for "none", the lowest level of a quorum queue; without it, the default (4) applies."""
    message.priority = priority


def copy_message(
    message: AbstractIncomingMessage, headers: Mapping[str, object], *, user_id: str | None = None
) -> Message:
    """The same message for another queue, with `headers` added.

    It drops the expiration, as the broker's own dead-lettering does (the copy would expire again in the next queue),
    and the user id, which the broker compares with the publisher's: `user_id` is this service's or none.
    """
    kept = {key: value for key, value in message.headers.items() if key not in _OF_ONE_STAY}
    merged: HeadersType = {**kept, **headers}  # type: ignore[dict-item]  # values are str and int, a subset of FieldValue
    copy = Message(
        body=message.body,
        headers=merged,
        content_type=message.content_type,
        content_encoding=message.content_encoding,
        delivery_mode=DeliveryMode.PERSISTENT,
        correlation_id=message.correlation_id,
        reply_to=message.reply_to,
        message_id=message.message_id,
        timestamp=message.timestamp,
        type=message.type,
        app_id=message.app_id,
        user_id=user_id,
    )
    set_priority(copy, message.priority or None)
    return copy
