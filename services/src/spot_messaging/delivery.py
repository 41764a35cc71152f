"""The processing of one message: validation, handler with time limit, settlement, log."""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from aio_pika.abc import AbstractIncomingMessage
from aiormq.exceptions import AMQPError, ChannelInvalidStateError
from pydantic import BaseModel, ValidationError

from spot_messaging import metrics
from spot_messaging.breaker import Breaker
from spot_messaging.contract import Consumption
from spot_messaging.failure import (
    DependencyError,
    DisconnectedError,
    ExpiredError,
    PermanentError,
    PublishError,
    UnconfirmedError,
    one_line,
)
from spot_messaging.log import Level, log, log_fields
from spot_messaging.outcome import (
    DeadLetter,
    Delay,
    Done,
    Expired,
    Forwards,
    Outcome,
    Release,
    Requeue,
    Settlement,
    attempt_of,
    decide,
    exhausted,
)
from spot_messaging.tracing import current_trace, mark_failed, process_span

Payload = TypeVar("Payload", bound=BaseModel)

# As `Limits.body_bytes` without inline mails.
BODY_LIMIT = 1024 * 1024


@dataclass(frozen=True)
class Delivery:
    """What a handler can use of a message. `age` is the time since it was published, by the publisher's clock."""

    analysis: str
    message_id: str
    attempt: int
    stream_offset: int | None
    age: timedelta | None = None


# As the label of a metric. A released message is requeued too, but it did not fail.
_OUTCOMES: dict[type[Outcome], str] = {
    Done: "done",
    Expired: "expired",
    Release: "release",
    Requeue: "requeue",
    Delay: "delay",
    DeadLetter: "dead_letter",
}

_LEVELS: dict[type[Outcome], Level] = {Done: "debug", Expired: "debug", DeadLetter: "error"}

Handler = Callable[[Payload, Delivery], Awaitable[None]]


class Receiver(Generic[Payload]):
    """Processes the messages of one queue: validation, handler, settlement. It never raises."""

    def __init__(
        self,
        service: str,
        username: str,
        consumption: Consumption,
        model: type[Payload],
        handler: Handler[Payload],
        publisher: Forwards,
        breaker: Breaker | None = None,
        body_limit: int = BODY_LIMIT,
    ) -> None:
        self._username = username
        self._consumption = consumption
        self._model = model
        self._handler = handler
        self._breaker = breaker or Breaker()
        self._body_limit = body_limit
        self._settlement = Settlement(service, username, consumption, publisher)
        # From 0 on: a counter that appears with its first events has no increase.
        for outcome in _OUTCOMES.values():
            metrics.processed.labels(consumption.queue, outcome)

    async def receive(self, message: AbstractIncomingMessage) -> None:
        queue = self._consumption.queue
        analysis = message.correlation_id or None
        with (
            metrics.in_flight.labels(queue).track_inprogress(),
            process_span(message, queue) as span,
            log_fields(analysis=analysis, trace=current_trace()),
        ):
            self._observe_age(message, "start")
            attempt = attempt_of(message, self._consumption, self._username)
            started = time.monotonic()
            with self._breaker.deciding():
                outcome: Outcome | None = exhausted(message, attempt, self._consumption)
                error: Exception | None = None
                if outcome is None:
                    error = await self._admitted(message, attempt)
                    outcome = decide(error, attempt, self._consumption)
            if error is not None:
                mark_failed(span, type(error).__name__)
                metrics.failed.labels(queue, type(error).__name__).inc()
            self._report(outcome, error, attempt, time.monotonic() - started)
            if isinstance(outcome, Release):
                await self._breaker.hold(message.delivery_tag or 0)
            await self._settle(message, outcome, attempt)
            self._observe_age(message, "end")
            metrics.processed.labels(queue, _OUTCOMES[type(outcome)]).inc()
            span.set_attribute("spot.attempt", attempt)
            span.set_attribute("spot.outcome", _OUTCOMES[type(outcome)])

    async def _settle(self, message: AbstractIncomingMessage, outcome: Outcome, attempt: int) -> None:
        try:
            await self._settlement.settle(message, outcome, attempt)
        except (AMQPError, ChannelInvalidStateError, ConnectionError) as lost:
            # The channel is closed, so the broker requeues the message; the work is idempotent.
            log("warning", "settlement lost", reason=one_line(lost, 200))
        except Exception as defect:
            # FastStream would discard the error without a log entry, and the message would stay unsettled.
            log("error", "settlement failed", error=defect)

    async def _admitted(self, message: AbstractIncomingMessage, attempt: int) -> Exception | None:
        async with self._breaker.admission() as admitted:
            if not admitted:
                return DependencyError(self._breaker.reason or "the service stops")
            return self._blame(await self._handle(message, attempt), message)

    def _blame(self, error: Exception | None, message: AbstractIncomingMessage) -> Exception | None:
        """The failure that counts: a dependency's only if it is not this message's own."""
        message_id = _identity(message)
        if isinstance(error, DependencyError):
            return error if self._breaker.failed(error, message_id) else OwnFailure(str(error))
        if isinstance(error, PublishError):
            # A full queue or a lost broker is not this message's fault; a body that the broker refuses is.
            is_lost = isinstance(error, DisconnectedError | UnconfirmedError)
            outage = DependencyError(str(error), certain=is_lost)
            return outage if self._breaker.failed(outage, message_id) else error
        if error is None or isinstance(error, PermanentError | ExpiredError):
            self._breaker.succeeded()
        return error

    def _observe_age(self, message: AbstractIncomingMessage, at: str) -> None:
        age = _age(message)
        if age is not None:
            metrics.age.labels(self._consumption.queue, at).observe(age.total_seconds())

    async def _handle(self, message: AbstractIncomingMessage, attempt: int) -> Exception | None:
        try:
            payload = parse_payload(self._model, message.body, self._body_limit)
            offset = message.headers.get("x-stream-offset")
            delivery = Delivery(
                analysis=message.correlation_id or "",
                message_id=message.message_id or "",
                attempt=attempt,
                stream_offset=offset if isinstance(offset, int) else None,
                age=_age(message),
            )
            async with asyncio.timeout(self._consumption.job_limit):
                await self._handler(payload, delivery)
        except TimeoutError:
            return TimeoutError(f"not done within {self._consumption.job_limit:g} s")
        except Exception as error:
            return error
        return None

    def _report(
        self,
        outcome: Outcome,
        error: Exception | None,
        attempt: int,
        seconds: float,
    ) -> None:
        unexpected = error is not None and not isinstance(
            error, PermanentError | TimeoutError | OwnFailure | PublishError
        )
        log(
            "debug"
            if isinstance(outcome, Done | Expired)
            else "error"
            if isinstance(outcome, DeadLetter)
            else "warning",
            "delivery",
            error=error if unexpected and isinstance(outcome, DeadLetter) else None,
            queue=self._consumption.queue,
            outcome=type(outcome).__name__,
            attempt=attempt,
            reason=outcome.reason if isinstance(outcome, DeadLetter) else one_line(error) if error else None,
            error_type=type(error).__name__ if error else None,
            ms=round(seconds * 1000),
        )


class OwnFailure(Exception):  # noqa: N818 - its name is the reason in headers and metrics
    """A dependency refused this message alone: the attempt counts."""


def _age(message: AbstractIncomingMessage) -> timedelta | None:
    if message.timestamp is None:
        return None
    # A publisher's clock can be ahead.
    return timedelta(seconds=max(time.time() - message.timestamp.timestamp(), 0.0))


def _identity(message: AbstractIncomingMessage) -> str:
    """The same for every delivery of a message; without an id, its body tells it from others."""
    return message.message_id or hashlib.sha256(message.body).hexdigest()


def parse_payload(model: type[Payload], body: bytes, body_limit: int = BODY_LIMIT) -> Payload:
    """:raises PermanentError: with every invalid field, without its value, because bodies contain mail."""
    if len(body) > body_limit:
        # Before the parsing: it needs several times the memory of the body.
        raise PermanentError(f"invalid {model.__name__.lower()} payload: {len(body)} bytes, more than {body_limit}")
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc']) or 'body'}: {problem['msg'].lower()}"
            for problem in error.errors(include_url=False, include_input=False, include_context=False)[:10]
        )
        raise PermanentError(f"invalid {model.__name__.lower()} payload: {problems}") from None
