"""What a service needs besides its connections, checked every two seconds: readiness means that it could work now."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from spot_messaging.failure import one_line

Check = Callable[[], Awaitable[str | None]]

CHECK_LIMIT = 3.0
# A publish that waits so long for its confirm: the broker does not take messages.
CONFIRM_LATE_AFTER = 5.0


class Requirements:
    """The checks of a database, an object store. Each answers with a sentence, or None if it works."""

    def __init__(self, limit: float = CHECK_LIMIT) -> None:
        self._checks: dict[str, Check] = {}
        self._limit = limit

    def add(self, name: str, check: Check) -> None:
        self._checks[name] = check

    async def failing(self) -> list[str]:
        """One sentence for each requirement that does not work, in the order of `add`."""
        results = await asyncio.gather(*(self._run(name, check) for name, check in self._checks.items()))
        return [result for result in results if result is not None]

    async def _run(self, name: str, check: Check) -> str | None:
        try:
            async with asyncio.timeout(self._limit):
                problem = await check()
        except TimeoutError:
            problem = f"no answer within {self._limit:g} s"
        except Exception as error:
            problem = one_line(error, 200)
        return None if problem is None else f"{name}: {problem}"


def late_confirm(waiting_since: float | None, now: Callable[[], float] = time.monotonic) -> list[str]:
    """The sentence for a broker that does not confirm."""
    if waiting_since is None or now() - waiting_since < CONFIRM_LATE_AFTER:
        return []
    return ["a publish waits for its confirm"]
