"""Bytes in flight are bounded, and small mails need not wait behind large ones."""

import asyncio
import random

import pytest

from spot_services.analyzer.process.admission import MAX_PASSED, Admission


async def hold(admission: Admission, amount: int, order: list[int], until: asyncio.Event) -> None:
    async with admission.admit(amount):
        order.append(amount)
        await until.wait()


async def test_small_ones_pass_a_large_one_that_does_not_fit() -> None:
    admission = Admission(100)
    order: list[int] = []
    done = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for amount in (60, 70, 10, 20, 80):
            group.create_task(hold(admission, amount, order, done))
        await asyncio.sleep(0.01)
        assert order == [60, 10, 20]
        done.set()
    assert sorted(order) == [10, 20, 60, 70, 80]
    assert admission.in_use == 0


async def test_a_large_one_is_not_passed_without_end() -> None:
    admission = Admission(100)
    order: list[int] = []
    never, large = asyncio.Event(), asyncio.Event()
    tasks = [
        asyncio.create_task(hold(admission, 50, order, never)),
        asyncio.create_task(hold(admission, 90, order, large)),
    ]
    await asyncio.sleep(0)
    for _ in range(MAX_PASSED):
        async with admission.admit(10):
            pass
    blocked = asyncio.create_task(hold(admission, 10, order, large))
    await asyncio.sleep(0.01)
    assert order == [50]
    never.set()
    large.set()
    await asyncio.gather(*tasks, blocked)
    assert order == [50, 90, 10]


async def test_what_is_larger_than_everything_runs_alone() -> None:
    admission = Admission(100)
    async with admission.admit(1_000):
        assert admission.in_use == 100
    assert admission.in_use == 0


@pytest.mark.parametrize("seed", range(10))
async def test_never_admits_more_than_its_capacity_and_forgets_nothing(seed: int) -> None:
    """Random sizes and cancellations; the sum of what is admitted stays within the capacity."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    admission = Admission(100)
    running: set[int] = set()
    finished = 0

    async def one(number: int, amount: int) -> None:
        nonlocal finished
        async with admission.admit(amount):
            running.add(number)
            assert sum(min(amounts[other], 100) for other in running) <= 100
            try:
                await asyncio.sleep(chance.random() / 1000)
            finally:
                running.remove(number)
        finished += 1

    amounts = [chance.choice([1, 5, 30, 60, 99, 150]) for _ in range(200)]
    tasks = [asyncio.create_task(one(number, amount)) for number, amount in enumerate(amounts)]
    await asyncio.sleep(0)
    cancelled = [task for task in tasks if chance.random() < 0.2 and task.cancel()]
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert sum(isinstance(result, asyncio.CancelledError) for result in results) == len(cancelled)
    assert (finished, admission.in_use) == (len(tasks) - len(cancelled), 0)
