"""A caller is never left hanging when it can be answered."""

import asyncio
import json
import re
from typing import Any

import pytest
from prometheus_client import REGISTRY
from pydantic import BaseModel, JsonValue

from fakes import FakeIncoming, as_message, consumption, contract_json, incoming
from spot_messaging.contract import Address, Contract
from spot_messaging.failure import DependencyError, PermanentError, PublishError
from spot_messaging.replier import Answer, Replier, Reply, UnknownError, answer


class Question(BaseModel):
    number: int


def callers(*names: str) -> Contract:
    """The contract of a service that these call."""
    given = contract_json()
    given["callers"] = {
        name: {"exchange": "spot.replies", "routingKey": name, "users": f"^{re.escape(name)}(-[0-9]+)?$"}
        for name in names
    }
    return Contract.model_validate_json(json.dumps(given))


CONTRACT = callers("gateway", "desk.office")


class FakeReplies:
    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails
        self.sent: list[tuple[str, str, str | None, Reply]] = []

    async def reply(self, payload: BaseModel, caller: Address, *, correlation_id: str | None) -> None:
        if self.fails:
            raise PublishError("gone")
        assert isinstance(payload, Reply)
        self.sent.append((caller.exchange, caller.routing_key, correlation_id, payload))


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
    await Replier(consumption(job_limit_ms=30), answers, replies, CONTRACT.caller).receive(as_message(message))


def question(body: bytes, **properties: Any) -> FakeIncoming:
    return incoming(body, **{"type": "double", "correlation_id": "c", **properties})


async def test_answers_to_the_caller_with_its_correlation_id() -> None:
    replies, message = FakeReplies(), question(b'{"number": 21}')
    await ask(message, replies)
    assert replies.sent == [("spot.replies", "gateway", "c", Reply(ok=True, value=42))]
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
    [(_, _, _, reply)] = replies.sent
    assert reply.error is not None
    assert reply.error.code == code
    assert reply.error.message.startswith(text)
    assert "secret" not in reply.error.message
    assert message.settled == ["ack"]


async def test_drops_a_request_whose_reply_cannot_be_sent() -> None:
    message = question(b'{"number": 21}')
    await ask(message, FakeReplies(fails=True))
    assert message.settled == ["reject"]


@pytest.mark.parametrize(
    ("user", "caller"),
    [
        ("gateway", "gateway"),
        # The users of later generations of credentials.
        ("gateway-2", "gateway"),
        ("gateway-13", "gateway"),
        ("desk.office", "desk.office"),
        ("desk.office-2", "desk.office"),
        # A request without a user that the broker has checked.
        (None, None),
        ("", None),
        # Users of others.
        ("notifier", None),
        ("desk-office", None),
        ("desk.office.2", None),
        ("gateway-", None),
        ("gateway-x", None),
        ("gateway-2-3", None),
        ("gateway-2\n", None),
        ("gateway\n", None),
        ("agateway", None),
        ("Gateway", None),
        ("spot.replies", None),
        (".*", None),
    ],
)
@pytest.mark.parametrize(
    "reply_to", [None, "", "gateway", "gateway.replies", "analyzer.headers", "admin.gateway", "amq.rabbitmq.reply-to.x"]
)
async def test_answers_to_the_service_of_the_validated_user_and_of_nothing_else_in_the_request(
    user: str | None, caller: str | None, reply_to: str | None
) -> None:
    replies = FakeReplies()
    before = refused()
    message = question(b'{"number": 21}', user_id=user, reply_to=reply_to, app_id="gateway")
    await ask(message, replies)
    assert [key for _, key, _, _ in replies.sent] == ([] if caller is None else [caller])
    assert message.settled == ["ack"]
    assert refused() - before == (1 if caller is None else 0)


async def test_does_not_work_for_a_user_who_is_not_a_caller() -> None:
    worked: list[bytes] = []

    async def work(body: bytes) -> JsonValue:
        worked.append(body)
        return None

    message = question(b"{}", user_id="notifier")
    await Replier(consumption(), {"double": work}, FakeReplies(), CONTRACT.caller).receive(as_message(message))
    assert worked == []


def test_does_not_guess_between_two_callers_with_the_same_user() -> None:
    contract = callers("gateway", "gateway-2")
    assert contract.caller("gateway-2") is None
    assert contract.caller("gateway") is not None


def refused() -> float:
    return REGISTRY.get_sample_value("spot_replies_refused_total", {"queue": "work"}) or 0.0
