"""A publish that was not confirmed is an error, and its class says whether the message can have been accepted."""

from datetime import timedelta
from typing import Any, cast

import pytest
from aio_pika import Message
from pydantic import BaseModel

from fakes import contract
from spot_messaging.channels import ChannelPool
from spot_messaging.contract import Address
from spot_messaging.failure import PublishError, RefusedError, ReturnedError, UnconfirmedError
from spot_messaging.publisher import Publisher


class Note(BaseModel):
    text: str = "x"


class FakePool:
    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.sent: list[tuple[str, str, bool]] = []
        self.messages: list[Message] = []

    async def publish(self, message: Message, *, exchange: str, routing_key: str, mandatory: bool) -> None:
        if self.error is not None:
            raise self.error
        self.sent.append((exchange, routing_key, mandatory))
        self.messages.append(message)


def publisher(pool: FakePool) -> Publisher:
    return Publisher(cast("ChannelPool", pool), contract())


async def test_publishes_as_the_contract_says() -> None:
    pool = FakePool()
    given = publisher(pool)
    await given.publish("finding", Note(), analysis="a")
    await given.publish("status", Note(), analysis="a")
    caller = Address.model_construct(exchange="spot.replies", routing_key="gateway")
    await given.reply(Note(), caller, correlation_id="c")
    assert pool.sent == [
        ("spot.analysis", "analyze.finding.headers", True),
        ("spot.notifications", "notify.status", False),
        ("spot.replies", "gateway", False),
    ]


@pytest.mark.parametrize(
    ("name", "expires_in", "expiration"),
    [
        ("finding", None, None),
        ("finding", timedelta(seconds=90), 90.0),
        ("finding", timedelta(seconds=-3), 0.0),
        ("status", None, 60.0),
        ("status", timedelta(seconds=5), 5.0),
        ("status", timedelta(seconds=90), 60.0),
    ],
)
async def test_expires_after_the_shorter_of_both_limits(
    name: str, expires_in: timedelta | None, expiration: float | None
) -> None:
    pool = FakePool()
    await publisher(pool).publish(name, Note(), analysis="a", expires_in=expires_in)
    assert [message.expiration for message in pool.messages] == [expiration]


@pytest.mark.parametrize("error", [ReturnedError, RefusedError, UnconfirmedError])
async def test_keeps_the_class_and_adds_the_place(error: type[PublishError]) -> None:
    with pytest.raises(error) as raised:
        await publisher(FakePool(error("why"))).publish("finding", Note(), analysis="a")
    assert type(raised.value) is error
    assert str(raised.value) == 'exchange "spot.analysis": routing key "analyze.finding.headers": why'


async def test_an_announcement_may_get_lost_a_dead_letter_may_not() -> None:
    given = publisher(FakePool(RefusedError("full")))
    await given.announce("status", Note(), analysis="a")
    with pytest.raises(PublishError):
        await given.forward(cast("Any", Message(b"")), Address.model_construct(exchange="e", routing_key="k"))
