"""Tasks that end in the middle of a transaction give their connections back."""

import asyncio
import random
from contextlib import suppress

import pytest
from sqlalchemy import text

from conftest import Database
from spot_services.state import State, StateUnavailableError

TASKS = 120


async def work(state: State) -> None:
    with suppress(StateUnavailableError):
        async with state.transaction() as connection:
            await connection.execute(text("UPDATE schema_compatibility SET oldest_reader = oldest_reader"))
            await asyncio.sleep(0.01)
            await connection.execute(text("SELECT 1"))


@pytest.mark.parametrize("way", ["cancelled", "timed out", "together"])
async def test_cancelled_transactions_leave_the_pool_and_the_server_as_they_were(database: Database, way: str) -> None:
    chance = random.Random(14)  # noqa: S311
    async with database.opened("notifier") as state:

        async def timed() -> None:
            with suppress(TimeoutError):
                async with asyncio.timeout(chance.uniform(0, 0.1)):
                    await work(state)

        tasks = [asyncio.create_task(timed() if way == "timed out" else work(state)) for _ in range(TASKS)]
        if way == "together":
            await asyncio.sleep(0.05)
        for task in tasks if way != "timed out" else ():
            if way == "cancelled":
                await asyncio.sleep(chance.uniform(0, 0.01))
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # As many as the pool has, at the same time; one of them is kept for overviews.
        meeting = asyncio.Barrier(state.size)

        async def meet(*, is_overview: bool) -> None:
            async with state.transaction(is_overview=is_overview) as connection:
                await connection.execute(text("SELECT 1"))
                await meeting.wait()

        async with asyncio.timeout(10):
            await asyncio.gather(*(meet(is_overview=number == 0) for number in range(state.size)))
        assert await state.ready() is None
        if database.is_shared:
            # A session ends a moment after its connection.
            async with asyncio.timeout(10):
                while await sessions(state) != (True, 0):  # noqa: ASYNC110 - the server has no event for it
                    await asyncio.sleep(0.1)


async def sessions(state: State) -> tuple[bool, int]:
    """Whether the server has at most as many as the pool, and how many of them have an abandoned transaction."""
    async with state.transaction() as connection:
        counted = await connection.execute(
            text(
                "SELECT count(*), count(*) FILTER (WHERE state LIKE 'idle in transaction%')"
                " FROM pg_stat_activity WHERE datname = current_database()"
            )
        )
        number, abandoned = counted.one()
        return number <= state.size, abandoned
