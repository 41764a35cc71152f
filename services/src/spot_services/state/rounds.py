"""Background work that repeats, and continues after the database was away."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine

from spot_messaging import log
from spot_services.state.failure import StateUnavailableError

RETRY_SECONDS = 2.0


def rounds(
    name: str, work: Callable[[], Awaitable[object]], pause: Callable[[], Awaitable[object]]
) -> Callable[[], Coroutine[None, None, None]]:
    """`work`, then `pause`, forever."""

    async def run() -> None:
        while True:
            try:
                await work()
            except StateUnavailableError as error:
                log("warning", "round not done", round=name, reason=str(error))
                await asyncio.sleep(RETRY_SECONDS)
            else:
                await pause()

    return run


def every(seconds: float) -> Callable[[], Awaitable[object]]:
    """A pause of that length."""
    return lambda: asyncio.sleep(seconds)
