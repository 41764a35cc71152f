"""Pauses a consumption while something that all its messages need does not work."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from enum import Enum

from spot_messaging import metrics
from spot_messaging.failure import DependencyError
from spot_messaging.log import log

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
# A receiver's Retry-After is respected up to this limit, so that a wrong one does not stop a queue for days.
LONGEST_RETRY_AFTER = 900.0
# So many different messages in a row fail in the same way: it is not their own failure.
SUSPICIOUS_FAILURES = 3
# About an hour of probes with one message whose failure can be its own: then it counts as an attempt, and the next
# message is the probe.
PROBES_WITH_ONE_MESSAGE = 60
# A queue that delivers nothing for this time is empty: another replica was faster, and there is nothing to probe with.
IDLE_AFTER = 5.0


class State(Enum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class Breaker:
    """A circuit breaker without a timer of its own: `follow` waits and switches the consumer.

    closed: messages are consumed. open: they are not; failed ones are held until the consumer is cancelled, because the
    broker would redeliver them immediately, and until those still in work are done. Then they return to the queue in
    their order. half-open: the first one is the probe, and the others wait for its result; if it fails, all return in
    their order.
    """

    def __init__(self, jitter: Callable[[float, float], float] = random.uniform) -> None:
        self.state = State.CLOSED
        self.reason: str | None = None
        self.changed = asyncio.Event()
        self.pause = 0.0
        self._jitter = jitter
        self._failures = 0
        self._retry_after: float | None = None
        self._suspects: list[str] = []
        self._probe = ""
        self._probes = 0
        self._held: list[tuple[int, asyncio.Future[None]]] = []
        self._consuming = False
        self._undecided = 0
        self._probing: asyncio.Event | None = None

    @contextmanager
    def deciding(self) -> Iterator[None]:
        """A message whose outcome is not known yet: the held ones wait for it, since it may return before them."""
        self._undecided += 1
        try:
            yield
        finally:
            self._undecided -= 1
            if self._undecided == 0:
                # Not now: this message may be held next.
                asyncio.get_running_loop().call_soon(self._release_held)

    @asynccontextmanager
    async def admission(self) -> AsyncIterator[bool]:
        """Whether the handler may run in this block; otherwise, the message must be released."""
        waited = False
        while self.state is State.HALF_OPEN and self._probing is not None:
            waited = True
            await self._probing.wait()
        if self.state is State.HALF_OPEN and self._consuming:
            probing = self._probing = asyncio.Event()
            try:
                yield True
            finally:
                self._probing = None
                probing.set()
        else:
            # A service that stops finishes its work, but begins none that had to wait.
            yield self.state is State.CLOSED and (self._consuming or not waited)

    def succeeded(self) -> None:
        """A message was processed, or failed for a reason of its own."""
        self._suspects.clear()
        if self.state is State.HALF_OPEN:
            self._close()

    def close_if_idle(self) -> None:
        """Ends the probing without a message; the next failure opens the breaker again."""
        if self.state is State.HALF_OPEN and self._probing is None:
            self._close()

    def _close(self) -> None:
        self._switch(State.CLOSED)
        self.reason, self.pause, self._failures, self._retry_after = None, 0.0, 0, None
        self._probe, self._probes = "", 0

    def failed(self, error: DependencyError, message_id: str) -> bool:
        """Whether the dependency is to blame; otherwise, the attempt counts."""
        if not error.certain and not self._is_common(message_id):
            return False
        self.reason = str(error)
        if self.state is not State.OPEN:
            self._failures += 1
            self._retry_after = error.retry_after
            self._switch(State.OPEN)
            self.pause = self._next_pause()
        elif error.retry_after is not None:
            self._retry_after = max(error.retry_after, self._retry_after or 0.0)
            self.pause = max(self.pause, min(error.retry_after, LONGEST_RETRY_AFTER))
        return True

    def half_open(self) -> None:
        if self.state is State.OPEN:
            self._switch(State.HALF_OPEN)

    async def hold(self, delivery_tag: int) -> None:
        """Waits until the consumer is cancelled and no other message is undecided."""
        loop = asyncio.get_running_loop()
        released: asyncio.Future[None] = loop.create_future()
        self._held.append((delivery_tag, released))
        # Not now: it would go on before the others.
        loop.call_soon(self._release_held)
        await released

    def consumer_started(self) -> None:
        self._consuming = True

    def consumer_cancelled(self) -> None:
        self._consuming = False
        self._release_held()

    def _release_held(self) -> None:
        """In the order of the queue."""
        if self._consuming or self._undecided > 0:
            return
        held, self._held = sorted(self._held, key=lambda each: each[0]), []
        for _, released in held:
            if not released.done():
                released.set_result(None)

    def _is_common(self, message_id: str) -> bool:
        if self.state is State.OPEN:
            return True
        if self.state is State.HALF_OPEN:
            self._probes = self._probes + 1 if message_id == self._probe else 1
            self._probe = message_id
            if self._probes < PROBES_WITH_ONE_MESSAGE:
                return True
            self._probes = 0
            return False
        if message_id not in self._suspects:
            self._suspects.append(message_id)
        return len(self._suspects) >= SUSPICIOUS_FAILURES

    def _next_pause(self) -> float:
        # Jitter: the replicas of a service must not probe at the same moment.
        pause: float = min(FIRST_PAUSE * 2 ** min(self._failures - 1, 10), LONGEST_PAUSE) * self._jitter(0.8, 1.2)
        pause = min(pause, LONGEST_PAUSE)
        if self._retry_after is not None:
            pause = max(pause, min(self._retry_after, LONGEST_RETRY_AFTER))
        return pause

    def _switch(self, state: State) -> None:
        self.state = state
        self.changed.set()


async def follow(
    breaker: Breaker,
    queue: str,
    apply: Callable[[], Awaitable[None]],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Calls `apply` after each change, to start or stop the consumer; after the pause of an open one, it probes."""
    paused = False
    while True:
        await _change(breaker)
        breaker.changed.clear()
        metrics.consumption_paused.labels(queue).set(0 if breaker.state is State.CLOSED else 1)
        await apply()
        if breaker.state is State.OPEN:
            log("warning", "consumption paused", queue=queue, reason=breaker.reason, seconds=round(breaker.pause, 1))
            paused = True
            await sleep(breaker.pause)
            breaker.half_open()
        elif breaker.state is State.CLOSED and paused:
            log("info", "consumption continues", queue=queue)
            paused = False


async def _change(breaker: Breaker) -> None:
    while True:
        try:
            async with asyncio.timeout(IDLE_AFTER if breaker.state is State.HALF_OPEN else None):
                await breaker.changed.wait()
        except TimeoutError:
            breaker.close_if_idle()
        else:
            return
