"""Locks by key."""

import asyncio

from spot_services.keyedlock import KeyedLock


async def test_lets_one_at_a_time_in_by_key_and_keeps_nothing() -> None:
    locks, running, worst = KeyedLock(), dict.fromkeys("ab", 0), dict.fromkeys("ab", 0)

    async def work(key: str) -> None:
        async with locks.hold(key):
            running[key] += 1
            worst[key] = max(worst[key], running[key])
            await asyncio.sleep(0)
            running[key] -= 1

    await asyncio.gather(*(work(key) for key in "ab" * 10))
    assert worst == {"a": 1, "b": 1}
    assert len(locks) == 0
