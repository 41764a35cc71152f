"""No log line and no reason of a dead letter contains a part of a mail, for any error that carries it."""

import asyncio
import email.errors
import json
import logging
import sqlite3
from collections.abc import Callable

import pytest
from pydantic import BaseModel, TypeAdapter
from sqlalchemy import create_engine, text

from fakes import BROKER_RETRY, FakeForwarder, as_message, consumption, incoming
from spot_messaging.delivery import Delivery, Receiver
from spot_messaging.failure import one_line
from spot_messaging.log import JsonFormatter, log

MARKER = "marker-of-the-mail"


class Payload(BaseModel):
    subject: str


def _raise(error: BaseException) -> None:
    raise error


def _query() -> None:
    with create_engine("sqlite://").connect() as connection:
        connection.execute(text("INSERT INTO missing VALUES (:subject)"), {"subject": MARKER})


FAILURES: dict[str, Callable[[], object]] = {
    "int": lambda: int(MARKER),
    "key": lambda: dict[str, int]()[MARKER],
    "decode": lambda: f"{MARKER}\u00ff".encode("ascii"),
    "attribute": lambda: getattr(object(), MARKER),
    "json": lambda: json.loads(f"{{{MARKER}"),
    "pydantic": lambda: TypeAdapter(int).validate_python(MARKER),
    "email": lambda: _raise(email.errors.HeaderParseError(MARKER)),
    "sqlite": lambda: _raise(sqlite3.IntegrityError(f"row {MARKER}")),
    "sqlalchemy": _query,
    "assertion": lambda: _raise(AssertionError(MARKER)),
    "group": lambda: _raise(ExceptionGroup("errors", [ValueError(MARKER)])),
}


def caught(name: str) -> Exception:
    try:
        FAILURES[name]()
    except Exception as error:
        return error
    raise AssertionError("it must fail")


@pytest.mark.parametrize("name", FAILURES)
def test_an_error_is_described_without_the_value_that_it_repeats(name: str) -> None:
    described = one_line(caught(name))
    assert MARKER not in described
    assert described


@pytest.mark.parametrize("name", FAILURES)
async def test_no_log_line_and_no_dead_letter_of_a_failed_delivery_repeats_it(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def handler(_payload: Payload, _delivery: Delivery) -> None:
        try:
            FAILURES[name]()
        except Exception as error:
            raise RuntimeError("the analysis failed") from error

    async def direct(_payload: Payload, _delivery: Delivery) -> None:
        FAILURES[name]()

    caplog.set_level(logging.DEBUG)
    forwarder = FakeForwarder()
    grave = {"exchange": "dead", "routingKey": "work"}
    for each in (handler, direct):
        for retry in (None, BROKER_RETRY):
            receiver = Receiver("service", "user", consumption(retry, grave), Payload, each, forwarder)
            await receiver.receive(as_message(incoming(json.dumps({"subject": MARKER}).encode())))
    for body in (f"{MARKER}", f'{{"subject": ["{MARKER}"]}}', f'{{"{MARKER}": 1}}'):
        receiver = Receiver("service", "user", consumption(None, grave), Payload, handler, forwarder)
        await receiver.receive(as_message(incoming(body.encode())))
    lines = [JsonFormatter("service").format(record) for record in caplog.records]
    assert lines
    assert [line for line in lines if MARKER in line] == []
    headers = [str(message.headers) for _, message in forwarder.forwarded]
    assert headers
    assert [each for each in headers if MARKER in each] == []


@pytest.mark.parametrize("name", FAILURES)
def test_a_crash_and_the_line_of_a_library_repeat_nothing(name: str, caplog: pytest.LogCaptureFixture) -> None:
    async def crash() -> None:
        asyncio.get_running_loop().call_exception_handler(
            {"message": "Task exception was never retrieved", "exception": caught(name), "future": MARKER}
        )

    log("error", "crashed", error=caught(name))
    asyncio.run(crash())
    lines = [JsonFormatter("service").format(record) for record in caplog.records]
    assert len(lines) == 2
    assert [line for line in lines if MARKER in line] == []
    assert all("Traceback" in line or "test_privacy.py" in line for line in lines)
