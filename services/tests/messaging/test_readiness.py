"""Readiness means that the service could do its job now."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aio_pika import RobustConnection
from aiormq.exceptions import AMQPConnectionError, ChannelNotFoundEntity

from spot_messaging.readiness import QueueProbe, Requirements, late_confirm


async def works() -> str | None:
    return None


async def read_only() -> str | None:
    return "is read-only; connect to the primary"


async def hangs() -> str | None:
    await asyncio.sleep(60)
    return None


async def raises() -> str | None:
    raise OSError("no route to host")


async def test_names_every_requirement_that_does_not_work() -> None:
    requirements = Requirements(limit=0.05)
    checks = [("cache", works), ("database", read_only), ("object store", hangs), ("clock", raises)]
    for name, check in checks:
        requirements.add(name, check)
    assert await requirements.failing() == [
        "database: is read-only; connect to the primary",
        "object store: no answer within 0.05 s",
        "clock: no route to host",
    ]


async def test_a_service_without_requirements_is_ready() -> None:
    assert await Requirements().failing() == []


@pytest.mark.parametrize(
    ("waiting_since", "late"), [(None, False), (100.0, False), (96.0, False), (95.0, True), (10.0, True)]
)
def test_a_confirm_that_is_late_makes_the_service_unready(waiting_since: float | None, late: bool) -> None:
    assert late_confirm(waiting_since, lambda: 100.0) == (["a publish waits for its confirm"] if late else [])


def connection(answer: Any, opened: list[Any] | None = None) -> RobustConnection:
    link = SimpleNamespace()

    async def queue_declare(name: str, *, passive: bool) -> None:
        assert passive
        if name == "b" and answer == "never":
            await asyncio.sleep(60)
        if name == "b" and isinstance(answer, BaseException):
            raise answer

    async def channel(*, publisher_confirms: bool) -> Any:
        assert not publisher_confirms
        found = SimpleNamespace(queue_declare=queue_declare, is_closed=False, connection=link)
        if opened is not None:
            opened.append(found)
        return found

    link.channel = channel
    return cast("RobustConnection", SimpleNamespace(transport=SimpleNamespace(connection=link)))


@pytest.mark.parametrize(
    ("answer", "failing"),
    [
        (None, []),
        ("never", ['queue "b" does not answer within 0.05 s']),
        (ChannelNotFoundEntity("NOT_FOUND - no queue 'b'"), ["queue \"b\": NOT_FOUND - no queue 'b'"]),
        # The lost connection is reported by itself; aiormq cancels those that wait for an answer.
        (asyncio.CancelledError(), []),
        (AMQPConnectionError("lost"), []),
    ],
)
async def test_a_queue_that_does_not_answer_makes_the_service_unready(answer: Any, failing: list[str]) -> None:
    assert await QueueProbe(["b", "a", "b"], limit=0.05).failing(connection(answer)) == failing


async def test_keeps_its_channel_while_it_is_open() -> None:
    probe, opened = QueueProbe(["b"], every=1, limit=0.05), list[Any]()
    link, clock = connection(None, opened), [0.0]
    for at in range(10):
        clock[0] = float(at)
        assert await probe.failing(link, lambda: clock[0]) == []
    assert len(opened) == 1
    # As the broker closes it over a missing queue.
    opened[0].is_closed = True
    clock[0] = 11.0
    assert await probe.failing(link, lambda: clock[0]) == []
    # A channel of the connection before it.
    clock[0] = 12.0
    assert await probe.failing(connection(None, opened), lambda: clock[0]) == []
    assert len(opened) == 3


async def test_asks_for_the_queues_once_in_a_while_and_keeps_the_last_answer() -> None:
    probe = QueueProbe(["b"], every=10, limit=0.05)
    clock = [0.0]

    async def ask(at: float, answer: Any) -> list[str]:
        clock[0] = at
        return await probe.failing(connection(answer), lambda: clock[0])

    gone = ChannelNotFoundEntity("NOT_FOUND")
    assert await ask(0, None) == []
    assert await ask(9, gone) == []
    assert await ask(10, gone) == ['queue "b": NOT_FOUND']
    # A failure is checked again sooner.
    assert await ask(11, None) == ['queue "b": NOT_FOUND']
    assert await ask(12, None) == []
