"""The processing of one message: validation, handler with time limit, settlement, log."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from aio_pika.abc import AbstractIncomingMessage
from aiormq.exceptions import AMQPError, ChannelInvalidStateError
from pydantic import BaseModel, ValidationError

from spot_messaging.contract import Consumption
from spot_messaging.failure import PermanentError, one_line
from spot_messaging.log import log
from spot_messaging.outcome import DeadLetter, Done, Forwards, Outcome, Settlement, attempt_of, decide, exhausted

Payload = TypeVar("Payload", bound=BaseModel)


@dataclass(frozen=True)
class Delivery:
    """The message properties that a handler can use."""

    analysis: str
    message_id: str
    attempt: int
    stream_offset: int | None


Handler = Callable[[Payload, Delivery], Awaitable[None]]


class Receiver(Generic[Payload]):
    """Processes the messages of one queue: validation, handler, settlement. It never raises."""

    def __init__(
        self,
        service: str,
        consumption: Consumption,
        model: type[Payload],
        handler: Handler[Payload],
        publisher: Forwards,
    ) -> None:
        self._consumption = consumption
        self._model = model
        self._handler = handler
        self._settlement = Settlement(service, consumption, publisher)

    async def receive(self, message: AbstractIncomingMessage) -> None:
        attempt = attempt_of(message, self._consumption)
        started = time.monotonic()
        outcome: Outcome | None = exhausted(attempt, self._consumption)
        error: Exception | None = None
        if outcome is None:
            error = await self._handle(message, attempt)
            outcome = decide(error, attempt, self._consumption)
        self._report(message, outcome, error, attempt, time.monotonic() - started)
        try:
            await self._settlement.settle(message, outcome, attempt)
        except (AMQPError, ChannelInvalidStateError, ConnectionError) as lost:
            # The channel is closed, so the broker requeues the message; the work is idempotent.
            log("warning", "settlement lost", analysis=message.correlation_id, reason=one_line(lost, 200))
        except Exception as defect:
            # FastStream would discard the error without a log entry, and the message would stay unsettled.
            log("error", "settlement failed", error=defect, analysis=message.correlation_id)

    async def _handle(self, message: AbstractIncomingMessage, attempt: int) -> Exception | None:
        try:
            payload = parse_payload(self._model, message.body)
            offset = message.headers.get("x-stream-offset")
            delivery = Delivery(
                analysis=message.correlation_id or "",
                message_id=message.message_id or "",
                attempt=attempt,
                stream_offset=offset if isinstance(offset, int) else None,
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
        message: AbstractIncomingMessage,
        outcome: Outcome,
        error: Exception | None,
        attempt: int,
        seconds: float,
    ) -> None:
        unexpected = error is not None and not isinstance(error, PermanentError | TimeoutError)
        log(
            "debug" if isinstance(outcome, Done) else "error" if isinstance(outcome, DeadLetter) else "warning",
            "delivery",
            error=error if unexpected and isinstance(outcome, DeadLetter) else None,
            analysis=message.correlation_id,
            queue=self._consumption.queue,
            outcome=type(outcome).__name__,
            attempt=attempt,
            reason=outcome.reason if isinstance(outcome, DeadLetter) else one_line(error) if error else None,
            error_type=type(error).__name__ if error else None,
            ms=round(seconds * 1000),
        )


def parse_payload(model: type[Payload], body: bytes) -> Payload:
    """:raises PermanentError: with every invalid field, without its value, because bodies contain mail."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc']) or 'body'}: {problem['msg'].lower()}"
            for problem in error.errors(include_url=False, include_input=False, include_context=False)[:10]
        )
        raise PermanentError(f"invalid {model.__name__.lower()} payload: {problems}") from None
