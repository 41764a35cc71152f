"""Admission by bytes: as many mails together as the memory holds, large or small."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

# A large mail may be passed by this many smaller ones; then they wait for it.
MAX_PASSED = 32


@dataclass(eq=False)
class _Waiting:
    amount: int
    admitted: asyncio.Future[None]
    passed: int = field(default=0)


class Admission:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._free = capacity
        self._queue: deque[_Waiting] = deque()

    @property
    def in_use(self) -> int:
        return self.capacity - self._free

    @asynccontextmanager
    async def admit(self, amount: int) -> AsyncIterator[None]:
        """Waits until the amount is free; what is larger than everything waits until it is alone."""
        taken = min(amount, self.capacity)
        await self._enter(taken)
        try:
            yield
        finally:
            self._free += taken
            self._grant()

    async def _enter(self, amount: int) -> None:
        waiting = _Waiting(amount, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        self._grant()
        try:
            await waiting.admitted
        except asyncio.CancelledError:
            if waiting.admitted.done() and not waiting.admitted.cancelled():
                self._free += amount
            # A cancelled future is dropped from the queue here.
            self._grant()
            raise

    def _grant(self) -> None:
        """Admits in order of arrival; what fits passes what does not, a limited number of times."""
        kept: deque[_Waiting] = deque()
        while self._queue:
            waiting = self._queue.popleft()
            if waiting.admitted.cancelled():
                continue
            if waiting.amount <= self._free and all(other.passed < MAX_PASSED for other in kept):
                self._free -= waiting.amount
                waiting.admitted.set_result(None)
                for other in kept:
                    other.passed += 1
            else:
                kept.append(waiting)
        self._queue = kept
