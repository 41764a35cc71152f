"""What a service needs besides its connections, checked every two seconds: readiness means that it could work now."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable

from aio_pika import RobustConnection
from aiormq.abc import AbstractChannel
from aiormq.exceptions import AMQPChannelError, AMQPError, ChannelInvalidStateError

from spot_messaging.channels import is_cancelled
from spot_messaging.failure import one_line

Check = Callable[[], Awaitable[str | None]]

CHECK_LIMIT = 3.0
QUEUES_EVERY = 10.0
# After a failure, the recovery must be seen soon.
RETRY_EVERY = 2.0
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


class QueueProbe:
    """Asks for the consumed queues now and then: a queue whose leader does not answer delivers nothing."""

    def __init__(self, queues: Iterable[str], every: float = QUEUES_EVERY, limit: float = CHECK_LIMIT) -> None:
        self._queues = sorted(set(queues))
        self._every = every
        self._limit = limit
        self._next = 0.0
        self._failing: list[str] = []
        self._channel: AbstractChannel | None = None

    async def failing(self, connection: RobustConnection, now: Callable[[], float] = time.monotonic) -> list[str]:
        """One sentence for each queue that did not answer, from the last round."""
        if now() >= self._next:
            self._failing = await self._round(connection)
            self._next = now() + (RETRY_EVERY if self._failing else self._every)
        return self._failing

    async def _round(self, connection: RobustConnection) -> list[str]:
        asked = ""
        try:
            async with asyncio.timeout(self._limit):
                transport = connection.transport
                if transport is None:
                    return []
                # A channel of its own, because the broker closes it if the queue does not exist. It is kept: a new one
                # each time would look like a client that opens one for each message.
                channel = self._channel
                if channel is None or channel.is_closed or channel.connection is not transport.connection:
                    channel = self._channel = await transport.connection.channel(publisher_confirms=False)
                for asked in self._queues:
                    await channel.queue_declare(asked, passive=True)
        except TimeoutError:
            self._channel = None
            what = f'queue "{asked}"' if asked else "the consuming connection"
            return [f"{what} does not answer within {self._limit:g} s"]
        except AMQPChannelError as error:
            return [f'queue "{asked}": {one_line(error, 200)}']
        except (AMQPError, ChannelInvalidStateError, ConnectionError, RuntimeError):
            # The connection is lost, which is an ailment of its own.
            return []
        except asyncio.CancelledError:
            if is_cancelled():
                raise
            return []
        return []


def late_confirm(waiting_since: float | None, now: Callable[[], float] = time.monotonic) -> list[str]:
    """The sentence for a broker that does not confirm."""
    if waiting_since is None or now() - waiting_since < CONFIRM_LATE_AFTER:
        return []
    return ["a publish waits for its confirm"]
