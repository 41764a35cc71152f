"""A caller is never left hanging when it can be answered."""

import asyncio
from typing import Any

import pytest
from pydantic import BaseModel, JsonValue

from fakes import FakeIncoming, as_message, consumption, incoming
from spot_messaging.failure import DependencyError, PermanentError, PublishError
from spot_messaging.replier import Answer, Replier, Reply, UnknownError, answer, may_reply_to


class Question(BaseModel):
    number: int


class FakeReplies:
    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails
        self.sent: list[tuple[str, str | None, Reply]] = []

    async def reply(self, payload: BaseModel, *, reply_to: str, correlation_id: str | None) -> None:
        if self.fails:
            raise PublishError("gone")
        assert isinstance(payload, Reply)
        self.sent.append((reply_to, correlation_id, payload))


async def double(question: Question) -> JsonValue:
    match question.number:
        case 0:
            raise UnknownError("no zero")
        case 1:
            raise PermanentError("one is not allowed")
        case 2:
            raise PublishError("secret exchange is full")
        case 3:
            await asyncio.sleep(60)
        case 4:
            raise ZeroDivisionError("secret")
        case 5:
            raise DependencyError("secret host is down")
    return question.number * 2


async def ask(message: FakeIncoming, replies: FakeReplies) -> None:
    answers: dict[str, Answer] = {"double": answer(Question, double)}
    await Replier(consumption(job_limit_ms=30), answers, replies).receive(as_message(message))


def question(body: bytes, **properties: Any) -> FakeIncoming:
    return incoming(
        body, **{"type": "double", "reply_to": "amq.rabbitmq.reply-to.x", "correlation_id": "c", **properties}
    )


async def test_answers_to_the_caller_with_its_correlation_id() -> None:
    replies, message = FakeReplies(), question(b'{"number": 21}')
    await ask(message, replies)
    assert replies.sent == [("amq.rabbitmq.reply-to.x", "c", Reply(ok=True, value=42))]
    assert message.settled == ["ack"]


@pytest.mark.parametrize(
    ("body", "kind", "code", "text"),
    [
        (b'{"number": 0}', "double", "unknown", "no zero"),
        (b'{"number": 1}', "double", "invalid", "one is not allowed"),
        (b'{"number": 2}', "double", "unavailable", "the service cannot answer at the moment"),
        (b'{"number": 5}', "double", "unavailable", "the service cannot answer at the moment"),
        (b'{"number": 3}', "double", "timeout", "not done within 0.03 s"),
        (b'{"number": 4}', "double", "internal", "ZeroDivisionError"),
        (b"{", "double", "invalid", "invalid question payload: body: invalid json: "),
        (b"{}", "treble", "invalid", 'request "treble" is unknown; known: double'),
    ],
)
async def test_answers_every_failure_too(body: bytes, kind: str, code: str, text: str) -> None:
    replies, message = FakeReplies(), question(body, type=kind)
    await ask(message, replies)
    [(_, _, reply)] = replies.sent
    assert reply.error is not None
    assert reply.error.code == code
    assert reply.error.message.startswith(text)
    assert "secret" not in reply.error.message
    assert message.settled == ["ack"]


async def test_drops_a_request_whose_reply_cannot_be_sent() -> None:
    message = question(b'{"number": 21}')
    await ask(message, FakeReplies(fails=True))
    assert message.settled == ["reject"]


async def test_acknowledges_a_request_that_wants_no_reply() -> None:
    replies, message = FakeReplies(), question(b'{"number": 21}', reply_to=None)
    await ask(message, replies)
    assert replies.sent == []
    assert message.settled == ["ack"]


@pytest.mark.parametrize(
    ("reply_to", "allowed"),
    [
        ("amq.rabbitmq.reply-to.g1h2AA5yZXBseUA0NDQ3OTY0NgAAC3QAAAAAaVGtMQ==.GMk", True),
        # Everything else is a queue to which this service may publish through the default exchange, and its caller not.
        ("amq.rabbitmq.reply-to", False),
        ("AMQ.rabbitmq.reply-to.x", False),
        ("analyzer.headers", False),
        ("admin.orchestrator", False),
        ("result.dlq", False),
        ("amq.gen-JzTY20BRgKO-HjmUJj0wLg", False),
        (" amq.rabbitmq.reply-to.x", False),
        ("x.amq.rabbitmq.reply-to.x", False),
        ("/queues/analyzer.headers", False),
        ("amq.rabbitmq.reply-to." + "x" * 300, False),
    ],
)
async def test_answers_only_to_direct_reply_to(reply_to: str, allowed: bool) -> None:
    assert may_reply_to(reply_to) is allowed
    replies, message = FakeReplies(), question(b'{"number": 21}', reply_to=reply_to)
    await ask(message, replies)
    assert [where for where, _, _ in replies.sent] == ([reply_to] if allowed else [])
    assert message.settled == ["ack"]
