"""A publish that was not confirmed is an error, and its sentence says which kind. The broker itself is a fake here."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aio_pika.exceptions import DeliveryError
from aiormq.exceptions import ConnectionClosed
from aiormq.exceptions import PublishError as ReturnedError
from faststream.rabbit import RabbitBroker
from pamqp.commands import Basic
from pydantic import BaseModel

from fakes import contract
from spot_messaging import publisher as module
from spot_messaging.contract import Address
from spot_messaging.failure import PublishError
from spot_messaging.publisher import Publisher


class Note(BaseModel):
    text: str = "x"


class FakeBroker:
    def __init__(self, error: Exception | None = None, *, hangs: bool = False) -> None:
        self.error = error
        self.hangs = hangs
        self.sent: list[tuple[str, str, bool]] = []

    async def publish(self, _message: Any, *, exchange: Any, routing_key: str, mandatory: bool) -> None:
        if self.hangs:
            await asyncio.sleep(60)
        if self.error is not None:
            raise self.error
        assert exchange is None or exchange.declare is False
        self.sent.append(("" if exchange is None else exchange.name, routing_key, mandatory))


def publisher(broker: FakeBroker) -> Publisher:
    return Publisher(cast("RabbitBroker", broker), contract())


def returned() -> ReturnedError:
    frame = Basic.Return(312, "NO_ROUTE", "spot.analysis", "analyze.finding.headers")
    return ReturnedError(cast("Any", SimpleNamespace(delivery=frame)), frame)


async def test_publishes_as_the_contract_says() -> None:
    broker = FakeBroker()
    given = publisher(broker)
    await given.publish("finding", Note(), analysis="a")
    await given.publish("status", Note(), analysis="a")
    await given.reply(Note(), reply_to="amq.rabbitmq.reply-to.x", correlation_id="c")
    assert broker.sent == [
        ("spot.analysis", "analyze.finding.headers", True),
        ("spot.notifications", "notify.status", False),
        ("", "amq.rabbitmq.reply-to.x", False),
    ]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (returned(), "reaches no queue"),
        (DeliveryError(None, Basic.Nack(1)), "refused by the broker, a queue is full"),
        (ConnectionClosed(320, "going down"), "[Errno 320] going down"),
        (RuntimeError("the channel is closed"), "the channel is closed"),
    ],
)
async def test_says_why_a_message_was_not_taken(error: Exception, reason: str) -> None:
    with pytest.raises(PublishError) as raised:
        await publisher(FakeBroker(error)).publish("finding", Note(), analysis="a")
    assert str(raised.value) == f'exchange "spot.analysis": routing key "analyze.finding.headers": {reason}'


async def test_does_not_wait_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONFIRM_TIMEOUT", 0.01)
    with pytest.raises(PublishError, match="not confirmed within"):
        await publisher(FakeBroker(hangs=True)).publish("finding", Note(), analysis="a")


async def test_an_announcement_may_get_lost_a_dead_letter_may_not() -> None:
    given = publisher(FakeBroker(DeliveryError(None, Basic.Nack(1))))
    await given.announce("status", Note(), analysis="a")
    with pytest.raises(PublishError):
        await given.forward(cast("Any", object()), Address.model_construct(exchange="e", routing_key="k"))
