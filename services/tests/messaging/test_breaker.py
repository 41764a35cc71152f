"""When a consumption pauses, for how long, and whose failure it is."""

import asyncio
from collections.abc import Callable

import pytest
from pydantic import BaseModel

from fakes import BROKER_RETRY, GRAVE, FakeForwarder, FakeIncoming, as_message, consumption, incoming
from spot_messaging import breaker as module
from spot_messaging.breaker import LONGEST_PAUSE, LONGEST_RETRY_AFTER, PROBES_WITH_ONE_MESSAGE, Breaker, State
from spot_messaging.delivery import Delivery, Receiver
from spot_messaging.failure import (
    DependencyError,
    DisconnectedError,
    ExpiredError,
    PermanentError,
    RefusedError,
    ReturnedError,
    UnconfirmedError,
)


class Count(BaseModel):
    count: int


DOWN = DependencyError("the server is down")
PERHAPS = DependencyError("answered 500", certain=False)


def without_jitter() -> Breaker:
    return Breaker(jitter=lambda low, high: (low + high) / 2)


def fail_probe(breaker: Breaker, error: DependencyError = DOWN, message: str = "m") -> bool:
    breaker.half_open()
    return breaker.failed(error, message)


def test_opens_at_the_first_certain_failure_and_closes_after_a_probe() -> None:
    breaker = without_jitter()
    assert breaker.failed(DOWN, "m-1")
    assert (breaker.state, breaker.reason) == (State.OPEN, "the server is down")
    # A message that was in flight and succeeded proves nothing about the next ones.
    breaker.succeeded()
    assert breaker.state.value == "open"
    breaker.half_open()
    breaker.succeeded()
    assert (breaker.state, breaker.reason) == (State.CLOSED, None)


def test_pauses_longer_after_each_failed_probe_up_to_a_minute() -> None:
    breaker = without_jitter()
    breaker.failed(DOWN, "m")
    pauses = [breaker.pause]
    for _ in range(9):
        fail_probe(breaker)
        pauses.append(breaker.pause)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]
    breaker.half_open()
    breaker.succeeded()
    breaker.failed(DOWN, "m")
    assert breaker.pause == 1


def test_never_pauses_longer_than_a_minute_with_jitter() -> None:
    breaker = Breaker(jitter=lambda _low, high: high)
    for _ in range(20):
        fail_probe(breaker)
        breaker.failed(DOWN, "m")
    assert breaker.pause == LONGEST_PAUSE


@pytest.mark.parametrize(
    ("retry_after", "pause"), [(0.5, 1), (90, 90), (3600 * 24, LONGEST_RETRY_AFTER), (None, 1), (-5, 1)]
)
def test_respects_retry_after_within_limits(retry_after: float | None, pause: float) -> None:
    breaker = without_jitter()
    breaker.failed(DependencyError("busy", retry_after=retry_after), "m")
    assert breaker.pause == pause


def test_several_messages_in_a_row_make_a_doubtful_failure_common() -> None:
    breaker = without_jitter()
    assert [breaker.failed(PERHAPS, message) for message in ["a", "a", "b", "a"]] == [False] * 4
    assert breaker.state.value == "closed"
    assert breaker.failed(PERHAPS, "c")
    assert breaker.state.value == "open"


def test_a_success_between_doubtful_failures_keeps_it_closed() -> None:
    breaker = without_jitter()
    for message in ["a", "b", "a", "b", "c", "d"]:
        assert not breaker.failed(PERHAPS, message)
        breaker.succeeded()
    assert breaker.state.value == "closed"


def test_an_outage_of_hours_costs_a_probe_no_attempt_and_a_poisonous_one_is_passed_at_last() -> None:
    breaker = without_jitter()
    for message in ["a", "b", "c"]:
        breaker.failed(PERHAPS, message)
    outcomes = [fail_probe(breaker, PERHAPS, "a") for _ in range(PROBES_WITH_ONE_MESSAGE)]
    assert outcomes == [True] * (PROBES_WITH_ONE_MESSAGE - 1) + [False]
    # Its failure counted, so the queue delays it; the next message is the probe.
    assert breaker.state.value == "half-open"
    breaker.succeeded()
    assert breaker.state.value == "closed"


async def test_holds_failed_messages_until_nothing_consumes_and_releases_them_in_order() -> None:
    breaker = without_jitter()
    breaker.consumer_started()
    released: list[int] = []

    async def hold(tag: int) -> None:
        await breaker.hold(tag)
        released.append(tag)

    holding = [asyncio.create_task(hold(tag)) for tag in [3, 1, 2]]
    await asyncio.sleep(0)
    assert released == []
    breaker.consumer_cancelled()
    await asyncio.gather(*holding)
    assert released == [1, 2, 3]
    # Nothing consumes: what was still in flight need not wait.
    await hold(4)
    assert released == [1, 2, 3, 4]


async def test_releases_nothing_while_another_message_is_in_work_since_it_may_return_before_them() -> None:
    breaker = without_jitter()
    breaker.consumer_started()
    released: list[int] = []
    slow = asyncio.Event()

    async def receive(tag: int) -> None:
        with breaker.deciding():
            if tag == 1:
                await slow.wait()
        await breaker.hold(tag)
        released.append(tag)

    receiving = [asyncio.create_task(receive(tag)) for tag in [3, 2, 1]]
    await asyncio.sleep(0)
    breaker.consumer_cancelled()
    for _ in range(5):
        await asyncio.sleep(0)
    assert released == []
    slow.set()
    await asyncio.gather(*receiving)
    assert released == [1, 2, 3]


@pytest.mark.parametrize(
    ("error", "settled", "state"),
    [
        (None, "ack", State.CLOSED),
        (PermanentError("never"), "ack", State.CLOSED),
        (ExpiredError("late"), "ack", State.CLOSED),
        (DOWN, "release", State.OPEN),
        # Neither says anything about the dependency.
        (PERHAPS, "requeue", State.CLOSED),
        (ReturnedError("reaches no queue"), "requeue", State.CLOSED),
        (RefusedError("a queue is full"), "requeue", State.CLOSED),
        (UnconfirmedError("not confirmed"), "release", State.OPEN),
        (DisconnectedError("never sent"), "release", State.OPEN),
        (OSError("own"), "requeue", State.CLOSED),
    ],
)
async def test_a_receiver_pauses_its_queue_and_returns_the_message_uncounted(
    error: Exception | None, settled: str, state: State
) -> None:
    async def handler(_payload: Count, _delivery: Delivery) -> None:
        if error is not None:
            raise error

    breaker, message = without_jitter(), incoming(b'{"count": 1}')
    given = consumption(BROKER_RETRY, GRAVE)
    await Receiver("s", "user", given, Count, handler, FakeForwarder(), breaker).receive(as_message(message))
    assert message.settled == [settled]
    assert breaker.state is state


class Queue:
    """Ten messages delivered to one receiver; `fail` decides what the handler raises."""

    def __init__(self, fail: Callable[[int], Exception | None]) -> None:
        self.breaker = without_jitter()
        self.handled: list[int] = []
        self.settled: list[tuple[int, str]] = []
        self._fail = fail
        given = consumption(BROKER_RETRY, GRAVE)
        self._receiver = Receiver("s", "user", given, Count, self._handle, FakeForwarder(), self.breaker)

    async def _handle(self, payload: Count, _delivery: Delivery) -> None:
        self.handled.append(payload.count)
        await asyncio.sleep(0.01)
        error = self._fail(payload.count)
        if error is not None:
            raise error

    def deliver(self, count: int = 10) -> "list[asyncio.Task[None]]":
        self.breaker.consumer_started()
        return [asyncio.create_task(self._receive(tag)) for tag in range(count)]

    async def _receive(self, tag: int) -> None:
        message: FakeIncoming = incoming(f'{{"count": {tag}}}'.encode(), delivery_tag=tag, message_id=str(tag))
        await self._receiver.receive(as_message(message))
        self.settled += [(tag, how) for how in message.settled]


async def test_a_full_queue_behind_it_costs_only_the_first_messages_an_attempt() -> None:
    queue = Queue(lambda _count: RefusedError("a queue is full"))
    receiving = queue.deliver()
    await asyncio.sleep(0.1)
    queue.breaker.consumer_cancelled()
    await asyncio.gather(*receiving)
    assert sorted(queue.settled) == [(0, "requeue"), (1, "requeue"), *((tag, "release") for tag in range(2, 10))]


async def test_deliveries_of_one_message_without_an_id_are_one_message() -> None:
    async def handler(_payload: Count, _delivery: Delivery) -> None:
        raise RefusedError("a queue is full")

    breaker, settled = without_jitter(), []
    given = consumption(BROKER_RETRY, GRAVE)
    receiver = Receiver("s", "user", given, Count, handler, FakeForwarder(), breaker)
    for delivery in range(5):
        message = incoming(b'{"count": 1}', message_id=None, delivery_tag=delivery)
        await receiver.receive(as_message(message))
        settled += message.settled
    assert (settled, breaker.state) == (["requeue"] * 5, State.CLOSED)


async def test_a_released_message_waits_for_the_end_of_the_consumption() -> None:
    queue = Queue(lambda _count: DOWN)
    receiving = queue.deliver()
    await asyncio.sleep(0.05)
    # Settled now, the broker would redeliver them to this consumer immediately.
    assert queue.settled == []
    queue.breaker.consumer_cancelled()
    await asyncio.gather(*receiving)
    assert queue.settled == [(tag, "release") for tag in range(10)]


async def test_one_message_is_the_probe_and_a_failed_one_returns_all_in_order() -> None:
    queue = Queue(lambda _count: DOWN)
    queue.breaker.failed(DOWN, "m")
    queue.breaker.half_open()
    receiving = queue.deliver()
    await asyncio.sleep(0.05)
    queue.breaker.consumer_cancelled()
    await asyncio.gather(*receiving)
    assert queue.handled == [0]
    assert queue.settled == [(tag, "release") for tag in range(10)]


async def test_after_a_successful_probe_the_others_follow_in_order() -> None:
    queue = Queue(lambda _count: None)
    queue.breaker.failed(DOWN, "m")
    queue.breaker.half_open()
    await asyncio.gather(*queue.deliver())
    assert queue.handled == list(range(10))
    assert sorted(queue.settled) == [(tag, "ack") for tag in range(10)]


async def test_a_probe_that_fails_by_itself_leaves_the_probing_to_the_next() -> None:
    queue = Queue(lambda count: OSError("own") if count == 0 else None)
    queue.breaker.failed(DOWN, "m")
    queue.breaker.half_open()
    await asyncio.gather(*queue.deliver(3))
    assert sorted(queue.settled) == [(0, "requeue"), (1, "ack"), (2, "ack")]


async def test_a_service_that_stops_begins_nothing_that_waited_for_the_probe() -> None:
    queue = Queue(lambda _count: None)
    queue.breaker.failed(DOWN, "m")
    queue.breaker.half_open()
    receiving = queue.deliver(3)
    await asyncio.sleep(0)
    queue.breaker.consumer_cancelled()
    await asyncio.gather(*receiving)
    assert queue.handled == [0]
    assert sorted(queue.settled) == [(0, "ack"), (1, "release"), (2, "release")]


async def test_an_empty_queue_ends_the_probing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IDLE_AFTER", 0.01)
    breaker = without_jitter()
    applied: list[str] = []

    async def apply() -> None:
        applied.append(breaker.state.value)

    async def no_pause(_seconds: float) -> None:
        return

    following = asyncio.create_task(module.follow(breaker, "work", apply, no_pause))
    breaker.failed(DOWN, "m")
    async with asyncio.timeout(10):
        while applied[-1:] != ["closed"]:  # noqa: ASYNC110 - the list has no event
            await asyncio.sleep(0.001)
    following.cancel()
    assert applied == ["open", "half-open", "closed"]


async def test_a_slow_probe_does_not_end_as_an_empty_queue() -> None:
    breaker = without_jitter()
    breaker.consumer_started()
    breaker.failed(DOWN, "m")
    breaker.half_open()
    async with breaker.admission() as admitted:
        assert admitted
        breaker.close_if_idle()
        assert breaker.state.value == "half-open"


def test_the_limits_fit_each_other() -> None:
    assert module.FIRST_PAUSE < module.LONGEST_PAUSE <= module.LONGEST_RETRY_AFTER
