"""The server side of request/reply: every valid request gets a reply, including errors."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Literal, Protocol

from aio_pika.abc import AbstractIncomingMessage
from aiormq.exceptions import AMQPError, ChannelInvalidStateError
from pydantic import BaseModel, ConfigDict, JsonValue

from spot_messaging import metrics
from spot_messaging.contract import Address, Consumption
from spot_messaging.delivery import BODY_LIMIT, parse_payload
from spot_messaging.failure import DependencyError, PermanentError, PublishError, one_line
from spot_messaging.log import log, log_fields
from spot_messaging.tracing import current_trace, mark_failed, process_span


class ReplyError(BaseModel):
    model_config = ConfigDict(frozen=True)

    code: Literal["invalid", "unknown", "unavailable", "timeout", "internal"]
    message: str


class Reply(BaseModel):
    """Either `value` or `error`."""

    model_config = ConfigDict(frozen=True)

    ok: bool
    value: JsonValue = None
    error: ReplyError | None = None


class UnknownError(Exception):
    """The requested object does not exist."""


class Answer(Protocol):
    async def __call__(self, body: bytes) -> JsonValue: ...


class Replies(Protocol):
    async def reply(self, payload: BaseModel, caller: Address, *, correlation_id: str | None) -> None:
        """:raises PublishError: if the reply could not be sent."""


def answer(model: type[BaseModel], handler: Callable[..., Awaitable[JsonValue]]) -> Answer:
    """Wraps a handler, which gets the validated payload."""

    async def call(body: bytes) -> JsonValue:
        return await handler(parse_payload(model, body))

    return call


class Replier:
    """Receives the requests of one queue; the message's type selects the handler.

    A reply goes to the stream of the caller. Its user, which the broker has compared with the one that published the
    request, says who that is. Nothing else in a request does: `reply_to` could name a queue that the caller may not
    write to.
    """

    def __init__(
        self,
        consumption: Consumption,
        answers: Mapping[str, Answer],
        publisher: Replies,
        caller_of: Callable[[str | None], Address | None],
        body_limit: int = BODY_LIMIT,
    ) -> None:
        self._consumption = consumption
        self._body_limit = body_limit
        self._answers = answers
        self._publisher = publisher
        self._caller_of = caller_of
        # From 0 on: a counter that appears with its first events has no increase.
        metrics.replies_refused.labels(consumption.queue)
        for outcome in ("done", "refused"):
            metrics.processed.labels(consumption.queue, outcome)

    async def receive(self, message: AbstractIncomingMessage) -> None:
        queue = self._consumption.queue
        analysis = message.headers.get("x-spot-analysis")
        with (
            metrics.in_flight.labels(queue).track_inprogress(),
            process_span(message, queue) as span,
            log_fields(analysis=analysis if isinstance(analysis, str) else None, trace=current_trace()),
        ):
            caller = self._caller_of(message.user_id)
            if caller is None:
                metrics.replies_refused.labels(queue).inc()
                log("warning", "not a caller", request=message.type, user=message.user_id, app=message.app_id)
                await self._settle(message, None)
                return
            reply = await self._answer(message)
            if reply.error is not None:
                level: Literal["info", "error"] = "error" if reply.error.code == "internal" else "info"
                log(level, "request refused", request=message.type, code=reply.error.code, reason=reply.error.message)
                metrics.failed.labels(queue, reply.error.code).inc()
                mark_failed(span, reply.error.code)
            await self._settle(message, (reply, caller))

    async def _settle(self, message: AbstractIncomingMessage, answered: tuple[Reply, Address] | None) -> None:
        queue = self._consumption.queue
        try:
            if answered is None:
                # Not to the dead letters: it cannot be answered later either.
                await message.ack()
                metrics.processed.labels(queue, "refused").inc()
                return
            await self._publisher.reply(*answered, correlation_id=message.correlation_id)
            await message.ack()
            metrics.processed.labels(queue, "done").inc()
        except PublishError as error:
            # The caller's timeout ends its wait, so a redelivery would reply to a request without a caller.
            log("warning", "reply lost", request=message.type, reason=one_line(error, 200))
            await message.reject(requeue=False)
            metrics.processed.labels(queue, "dead_letter").inc()
        except (AMQPError, ChannelInvalidStateError, ConnectionError) as error:
            log("warning", "settlement lost", request=message.type, reason=one_line(error, 200))
        except Exception as defect:
            log("error", "settlement failed", error=defect, request=message.type)

    async def _answer(self, message: AbstractIncomingMessage) -> Reply:
        handler = self._answers.get(message.type or "")
        if handler is None:
            known = ", ".join(sorted(self._answers))
            return _failed("invalid", f'request "{message.type}" is unknown; known: {known}')
        if len(message.body) > self._body_limit:
            return _failed("invalid", f"{len(message.body)} bytes, more than {self._body_limit}")
        try:
            async with asyncio.timeout(self._consumption.job_limit):
                return Reply(ok=True, value=await handler(message.body))
        except PermanentError as error:
            return _failed("invalid", one_line(error))
        except UnknownError as error:
            return _failed("unknown", one_line(error))
        except (PublishError, DependencyError) as error:
            log("warning", "request not answered", request=message.type, reason=one_line(error, 200))
            return _failed("unavailable", "the service cannot answer at the moment; try again later")
        except TimeoutError:
            return _failed("timeout", f"not done within {self._consumption.job_limit:g} s")
        except Exception as error:
            log("error", "request failed", error=error, request=message.type)
            return _failed("internal", type(error).__name__)


def _failed(code: Literal["invalid", "unknown", "unavailable", "timeout", "internal"], message: str) -> Reply:
    return Reply(ok=False, error=ReplyError(code=code, message=message))
