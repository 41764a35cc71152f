"""The outcome of a delivery: a pure decision, and the settlement that executes it."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from aio_pika import Message
from aio_pika.abc import AbstractIncomingMessage

from spot_messaging.contract import Address, BrokerRetry, Consumption, ExchangeRetry
from spot_messaging.failure import DependencyError, ExpiredError, PermanentError, PublishError, one_line
from spot_messaging.log import log
from spot_messaging.message import copy_message

DELIVERY_COUNT = "x-delivery-count"
ACQUIRED_COUNT = "x-acquired-count"
ATTEMPT = "x-spot-attempt"
ATTEMPT_QUEUE = "x-spot-attempt-queue"
ERROR = "x-spot-error"
ERROR_TYPE = "x-spot-error-type"
SERVICE = "x-spot-service"
ATTEMPTS = "x-spot-attempts"
SOURCE_QUEUE = "x-spot-source-queue"
FAILED_AT = "x-spot-failed-at"

# Without the pause, a message would be redelivered immediately and use up its attempts if its delay queue is
# unreachable.
TIER_FAILURE_PAUSE = 1.0


class Forwards(Protocol):
    async def forward(self, message: Message, address: Address) -> None:
        """:raises PublishError: if the broker did not confirm it."""


@dataclass(frozen=True)
class Done:
    """Success: acknowledge the message."""


@dataclass(frozen=True)
class Expired:
    """The message is no longer wanted: acknowledge it."""


@dataclass(frozen=True)
class Release:
    """A dependency does not work: the message waits, and the attempt does not count."""

    tier: Address | None


@dataclass(frozen=True)
class Requeue:
    """The queue redelivers the message after its delay and counts the attempt."""


@dataclass(frozen=True)
class Delay:
    """A copy waits in a delay queue of the retry exchange."""

    tier: Address
    next_attempt: int


@dataclass(frozen=True)
class DeadLetter:
    """Dead-letter the message with the reason."""

    reason: str
    error_type: str


Outcome = Done | Expired | Release | Requeue | Delay | DeadLetter


def attempt_of(message: AbstractIncomingMessage, consumption: Consumption, username: str) -> int:
    """The number of the delivery's attempt, from 1. Only what the broker or this service counted in this queue counts.

    Measured on RabbitMQ 4.3.6: the broker sets x-acquired-count with every redelivery, and x-delivery-count as soon as
    a redelivery counted. Until then, a publisher's header of that name arrives unchanged, and after dead-lettering the
    broker goes on with the count of the former queue. So a first delivery has no count, and the smaller one is true.
    """
    if isinstance(consumption.retry, ExchangeRetry):
        # The broker checks the user id, so no other user can publish a copy with it.
        own = message.user_id == username and message.headers.get(ATTEMPT_QUEUE) == consumption.queue
        return max(_count(message, ATTEMPT), 1) if own else 1
    if not message.redelivered:
        return 1
    return 1 + min(_count(message, DELIVERY_COUNT), _count(message, ACQUIRED_COUNT))


def _came_with_count(message: AbstractIncomingMessage, consumption: Consumption) -> bool:
    """Whether the broker dead-lettered the message from another queue and its count goes on."""
    last = message.headers.get("x-last-death-queue")
    return last is not None and last != consumption.queue


def _count(message: AbstractIncomingMessage, header: str) -> int:
    value = message.headers.get(header, 0)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0


def decide(error: BaseException | None, attempt: int, consumption: Consumption) -> Outcome:
    """Decides the outcome of a failed delivery; the only place that does."""
    if error is None:
        return Done()
    if isinstance(error, ExpiredError):
        return Expired()
    if isinstance(error, DependencyError):
        return Release(_waiting_tier(attempt, consumption))
    dead = DeadLetter(one_line(error), type(error).__name__)
    retry = consumption.retry
    if isinstance(error, PermanentError) or retry is None or attempt >= retry.attempts:
        return dead
    if isinstance(retry, BrokerRetry):
        return Requeue()
    return Delay(retry.tier(attempt), attempt + 1)


def _waiting_tier(attempt: int, consumption: Consumption) -> Address | None:
    """Where a message waits for its dependency: before RabbitMQ 4.3, a requeue counts towards the delivery limit."""
    retry = consumption.retry
    if not isinstance(retry, ExchangeRetry) or not retry.routing_keys:
        return None
    return retry.tier(min(attempt, len(retry.routing_keys)))


def exhausted(message: AbstractIncomingMessage, attempt: int, consumption: Consumption) -> DeadLetter | None:
    """A delivery after the last attempt: the consumer of that attempt crashed before it settled the message."""
    if consumption.retry is None or attempt <= consumption.retry.attempts or _came_with_count(message, consumption):
        return None
    reason = f"no result after {consumption.retry.attempts} attempts; the last one ended without an error"
    return DeadLetter(reason, "Exhausted")


class Settlement:
    """Executes an outcome. It never loses a message and settles every message while its channel is open."""

    def __init__(self, service: str, username: str, consumption: Consumption, publisher: Forwards) -> None:
        self._service = service
        self._username = username
        self._consumption = consumption
        self._publisher = publisher

    async def settle(self, message: AbstractIncomingMessage, outcome: Outcome, attempt: int) -> None:
        match outcome:
            case Done() | Expired():
                await message.ack()
            case Release(tier):
                await self._release(message, tier, attempt)
            case Requeue():
                # basic.reject: since RabbitMQ 4.3, a nack does not count as a failed attempt and would loop forever.
                await message.reject(requeue=True)
            case Delay(tier, next_attempt):
                await self._delay(message, tier, next_attempt)
            case DeadLetter():
                await self._bury(message, outcome, attempt)

    async def _delay(self, message: AbstractIncomingMessage, tier: Address, next_attempt: int) -> None:
        try:
            await self._publisher.forward(self._copy_for_retry(message, next_attempt), tier)
        except PublishError as error:
            log("warning", "retry tier unreachable", analysis=message.correlation_id, reason=one_line(error))
            await asyncio.sleep(TIER_FAILURE_PAUSE)
            await message.reject(requeue=True)
        else:
            await message.ack()

    async def _release(self, message: AbstractIncomingMessage, tier: Address | None, attempt: int) -> None:
        if tier is not None:
            await self._delay(message, tier, attempt)
        elif not message.redelivered and DELIVERY_COUNT in message.headers:
            # A publisher's count: from now on, the broker's own replaces it, at the price of one attempt.
            await message.reject(requeue=True)
        else:
            # Since RabbitMQ 4.3, a nack does not count as a failed attempt.
            await message.nack(requeue=True)

    def _copy_for_retry(self, message: AbstractIncomingMessage, attempt: int) -> Message:
        headers = {ATTEMPT: attempt, ATTEMPT_QUEUE: self._consumption.queue}
        return copy_message(message, headers, user_id=self._username)

    async def _bury(self, message: AbstractIncomingMessage, outcome: DeadLetter, attempt: int) -> None:
        grave = self._consumption.dead_letter
        if grave is None:
            await message.reject(requeue=False)
            return
        copy = copy_message(
            message,
            {
                ERROR: outcome.reason,
                ERROR_TYPE: outcome.error_type,
                SERVICE: self._service,
                ATTEMPTS: attempt,
                SOURCE_QUEUE: self._consumption.queue,
                FAILED_AT: datetime.now(UTC).isoformat(timespec="milliseconds"),
            },
        )
        # A redriven message starts with a new count.
        copy.headers.pop(ATTEMPT, None)
        copy.headers.pop(ATTEMPT_QUEUE, None)
        try:
            await self._publisher.forward(copy, grave)
        except PublishError as error:
            # The broker's own dead-lettering still works: only the reason is lost.
            log("warning", "dead letter without reason", analysis=message.correlation_id, reason=one_line(error))
            await message.reject(requeue=False)
        else:
            await message.ack()
