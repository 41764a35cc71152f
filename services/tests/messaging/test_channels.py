"""The pool of confirm channels: truthful errors, back-pressure, and neighbours that are not disturbed."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aio_pika import Message, RobustConnection
from aio_pika.exceptions import DeliveryError
from aiormq.exceptions import (
    AMQPConnectionError,
    ChannelAccessRefused,
    ChannelClosed,
    ChannelInvalidStateError,
    ChannelNotFoundEntity,
    ChannelPreconditionFailed,
    ConnectionClosed,
)
from aiormq.exceptions import PublishError as UnroutableError
from pamqp.commands import Basic

from spot_messaging import channels as module
from spot_messaging.channels import ChannelPool
from spot_messaging.failure import (
    DisconnectedError,
    PublishError,
    RefusedError,
    ReturnedError,
    UnconfirmedError,
)


class FakeChannel:
    """Answers each publish with what `broker` has for its routing key; a channel error ends all outstanding ones."""

    def __init__(self, broker: "FakeBroker") -> None:
        self.broker = broker
        self.is_closed = False
        self.outstanding: list[asyncio.Future[None]] = []
        self.most = 0

    async def basic_publish(self, _body: bytes, *, routing_key: str, timeout: float, **_rest: Any) -> None:  # noqa: ASYNC109
        self.broker.published.append((self.broker.channels.index(self), routing_key))
        answer = self.broker.answers.get(routing_key)
        confirm: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.outstanding.append(confirm)
        self.most = max(self.most, len(self.outstanding))
        try:
            if isinstance(answer, ChannelClosed):
                self.is_closed = True
                for each in self.outstanding:
                    each.set_exception(answer)
            elif isinstance(answer, BaseException) or answer is asyncio.CancelledError:
                confirm.set_exception(answer)
            elif answer != "never":
                asyncio.get_running_loop().call_later(0.01, _confirmed, confirm)
            async with asyncio.timeout(timeout):
                await confirm
        finally:
            self.outstanding.remove(confirm)


def _confirmed(confirm: asyncio.Future[None]) -> None:
    if not confirm.done():
        confirm.set_result(None)


class FakeBroker:
    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.channels: list[FakeChannel] = []
        self.published: list[tuple[int, str]] = []
        self.connected = asyncio.Event()
        self.connected.set()
        self.transport = SimpleNamespace(connection=SimpleNamespace(channel=self.open))

    async def open(self, *, publisher_confirms: bool, on_return_raises: bool) -> FakeChannel:
        assert publisher_confirms
        assert on_return_raises
        await asyncio.sleep(0)
        self.channels.append(FakeChannel(self))
        return self.channels[-1]


def pool(broker: FakeBroker, size: int = 1) -> ChannelPool:
    given = ChannelPool(size)
    given.connect(cast("RobustConnection", broker))
    return given


async def send(given: ChannelPool, key: str, message_id: str | None = None) -> None:
    message = Message(b"x", message_id=message_id)
    await given.publish(message, exchange="e", routing_key=key, mandatory=True)


async def result(given: ChannelPool, key: str, message_id: str | None = None) -> type[PublishError] | None:
    try:
        await send(given, key, message_id or key)
    except PublishError as error:
        return type(error)
    return None


def returned() -> UnroutableError:
    frame = Basic.Return(312, "NO_ROUTE", "e", "k")
    return UnroutableError(cast("Any", SimpleNamespace(delivery=frame)), frame)


@pytest.mark.parametrize(
    ("answer", "expected", "text"),
    [
        (None, None, ""),
        (returned(), ReturnedError, "reaches no queue"),
        (DeliveryError(None, Basic.Nack(1)), RefusedError, "refused by the broker, a queue is full"),
        # The broker closed the channel because of this message.
        (ChannelNotFoundEntity("NOT_FOUND - no exchange 'e'"), RefusedError, "no exchange 'e'"),
        (ChannelAccessRefused("ACCESS_REFUSED"), RefusedError, "ACCESS_REFUSED"),
        (ChannelPreconditionFailed("PRECONDITION_FAILED - too large"), RefusedError, "too large"),
        (ChannelClosed(504, "CHANNEL_ERROR"), RefusedError, "CHANNEL_ERROR"),
        # The message was sent, and then there was no answer.
        ("never", UnconfirmedError, "not confirmed within"),
        (ConnectionClosed(320, "going down"), UnconfirmedError, "going down"),
        (AMQPConnectionError("Server connection unexpectedly closed"), UnconfirmedError, "unexpectedly closed"),
        (ConnectionResetError("reset"), UnconfirmedError, "reset"),
        (ChannelClosed(None, None), UnconfirmedError, "before the confirm"),
        (ChannelInvalidStateError("closed"), UnconfirmedError, "closed"),
        (RuntimeError("the writer is closed"), UnconfirmedError, "the writer is closed"),
        (asyncio.CancelledError, UnconfirmedError, "the connection was lost"),
    ],
)
async def test_distinguishes_whether_a_message_can_have_been_accepted(
    answer: Any, expected: type[PublishError] | None, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CONFIRM_LIMIT", 0.05)
    given = pool(FakeBroker(k=answer))
    if expected is None:
        await send(given, "k")
        return
    with pytest.raises(expected, match=text):
        await send(given, "k")


async def test_was_never_sent_without_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "OPEN_LIMIT", 0.02)
    broker = FakeBroker()
    broker.connected.clear()
    with pytest.raises(DisconnectedError):
        await send(pool(broker), "k")
    with pytest.raises(DisconnectedError):
        await send(ChannelPool(1), "k")
    assert broker.published == []


async def test_a_cancelled_publisher_stays_cancelled() -> None:
    given = pool(FakeBroker(k="never"))
    publishing = asyncio.create_task(send(given, "k"))
    await asyncio.sleep(0.02)
    publishing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await publishing
    assert given.waiting_since is None


async def test_a_wrong_publish_does_not_disturb_the_others_of_its_channel() -> None:
    broker = FakeBroker(bad=ChannelNotFoundEntity("no exchange"))
    given = pool(broker)
    results = await asyncio.gather(*(result(given, key) for key in ["one", "two", "bad", "three"]))
    assert results == [None, None, RefusedError, None]
    # Each of them again and alone, on one more channel; after that, the pool has a channel of its own again.
    assert broker.channels[1].most == 1
    assert await result(given, "four") is None


async def test_waits_for_a_place_until_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "OUTSTANDING_PER_CHANNEL", 3)
    monkeypatch.setattr(module, "WAIT_LIMIT", 30.0)
    broker = FakeBroker(never="never")
    given = pool(broker, 2)
    assert await asyncio.gather(*(result(given, f"k{number}") for number in range(40))) == [None] * 40
    assert [channel.most for channel in broker.channels] == [3, 3]
    monkeypatch.setattr(module, "WAIT_LIMIT", 0.05)
    monkeypatch.setattr(module, "CONFIRM_LIMIT", 2.0)
    stuck = [asyncio.create_task(result(given, "never", str(number))) for number in range(6)]
    while len(broker.published) < 46:  # noqa: ASYNC110 - a fake has no event
        await asyncio.sleep(0.001)
    assert await result(given, "late") is DisconnectedError
    assert await asyncio.gather(*stuck) == [UnconfirmedError] * 6


async def test_two_messages_with_one_id_never_share_a_channel() -> None:
    broker = FakeBroker()
    given = pool(broker, 2)
    await asyncio.gather(*(send(given, f"k{number}", "same") for number in range(6)))
    assert [channel.most for channel in broker.channels] == [1, 1]


async def test_knows_since_when_a_confirm_is_missing() -> None:
    given = pool(FakeBroker(slow="never"))
    assert given.waiting_since is None
    publishing = asyncio.create_task(send(given, "slow"))
    await asyncio.sleep(0.01)
    assert given.waiting_since is not None
    publishing.cancel()
    await asyncio.gather(publishing, return_exceptions=True)
