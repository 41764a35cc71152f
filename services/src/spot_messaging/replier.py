"""The server side of request/reply: every valid request gets a reply, including errors."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Literal, Protocol

from aio_pika.abc import AbstractIncomingMessage
from aiormq.exceptions import AMQPError, ChannelInvalidStateError
from pydantic import BaseModel, ConfigDict, JsonValue

from spot_messaging.contract import Consumption
from spot_messaging.delivery import parse_payload
from spot_messaging.failure import PermanentError, PublishError, one_line
from spot_messaging.log import log


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
    async def reply(self, payload: BaseModel, *, reply_to: str, correlation_id: str | None) -> None:
        """:raises PublishError: if the reply could not be sent."""


def answer(model: type[BaseModel], handler: Callable[..., Awaitable[JsonValue]]) -> Answer:
    """Wraps a handler, which gets the validated payload."""

    async def call(body: bytes) -> JsonValue:
        return await handler(parse_payload(model, body))

    return call


class Replier:
    """Receives the requests of one queue; the message's type selects the handler."""

    def __init__(self, consumption: Consumption, answers: Mapping[str, Answer], publisher: Replies) -> None:
        self._consumption = consumption
        self._answers = answers
        self._publisher = publisher

    async def receive(self, message: AbstractIncomingMessage) -> None:
        reply = await self._answer(message)
        if reply.error is not None:
            level: Literal["info", "error"] = "error" if reply.error.code == "internal" else "info"
            log(level, "request refused", request=message.type, code=reply.error.code, reason=reply.error.message)
        try:
            if message.reply_to:
                await self._publisher.reply(reply, reply_to=message.reply_to, correlation_id=message.correlation_id)
            await message.ack()
        except PublishError as error:
            # The caller's timeout ends its wait, so a redelivery would reply to a request without a caller.
            log("warning", "reply lost", request=message.type, reason=one_line(error, 200))
            await message.reject(requeue=False)
        except (AMQPError, ChannelInvalidStateError, ConnectionError) as error:
            log("warning", "settlement lost", request=message.type, reason=one_line(error, 200))
        except Exception as defect:
            log("error", "settlement failed", error=defect, request=message.type)

    async def _answer(self, message: AbstractIncomingMessage) -> Reply:
        handler = self._answers.get(message.type or "")
        if handler is None:
            known = ", ".join(sorted(self._answers))
            return _failed("invalid", f'request "{message.type}" is unknown; known: {known}')
        try:
            async with asyncio.timeout(self._consumption.job_limit):
                return Reply(ok=True, value=await handler(message.body))
        except PermanentError as error:
            return _failed("invalid", one_line(error))
        except UnknownError as error:
            return _failed("unknown", one_line(error))
        except PublishError as error:
            return _failed("unavailable", one_line(error))
        except TimeoutError:
            return _failed("timeout", f"not done within {self._consumption.job_limit:g} s")
        except Exception as error:
            log("error", "request failed", error=error, request=message.type)
            return _failed("internal", type(error).__name__)


def _failed(code: Literal["invalid", "unknown", "unavailable", "timeout", "internal"], message: str) -> Reply:
    return Reply(ok=False, error=ReplyError(code=code, message=message))
