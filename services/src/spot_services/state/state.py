"""The state of one service: transactions, readiness, start and end."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from spot_messaging import Refusal, log
from spot_messaging.refusal import UNREACHABLE
from spot_services.state import metrics
from spot_services.state.engine import (
    POOL_TIMEOUT,
    SQLITE_POOL_TIMEOUT,
    migration_engine,
    postgres_engine,
    sqlite_engine,
)
from spot_services.state.failure import ConflictError, Failure, StateUnavailableError, diagnose
from spot_services.state.filelock import LOCK_WAIT, lock_file
from spot_services.state.migration import is_current, migrate
from spot_services.state.pooling import check_pooling
from spot_services.state.settings import DatabaseSettings, read_database_settings

Value = TypeVar("Value")

# Above the limit of one statement: what hangs although asyncpg cancelled it ends here.
TRANSACTION_LIMIT = 15.0
MIGRATION_LIMIT = 600.0
# Below the limit of a readiness check, so that the sentence names the database.
READY_LIMIT = 2.5
START_WAIT = 60.0
ATTEMPTS = 3
# A full disk fails some transactions only; without a memory the service would be ready and unready in turns.
REMEMBERED = 10.0


class State:
    """The tables of one service. PostgreSQL or SQLite: the caller does not notice which."""

    def __init__(self, engine: AsyncEngine, schema: str, place: str, *, size: int, lock: int | None = None) -> None:
        self._engine = engine
        self.schema = schema
        self.place = place
        self._lock = lock
        self.size = size
        # One connection stays free for those that ask how the service is.
        turns = max(size - 1, 1)
        self._turns = asyncio.Semaphore(turns)
        self._in_use = 0
        self._full: tuple[float, str] | None = None
        self._ended: float | None = None
        metrics.CONNECTIONS_LIMIT.set(turns)

    @property
    def is_shared(self) -> bool:
        """Whether other replicas can use the same tables."""
        return self._engine.dialect.name == "postgresql"

    @asynccontextmanager
    async def transaction(
        self, limit: float = TRANSACTION_LIMIT, *, is_overview: bool = False
    ) -> AsyncIterator[AsyncConnection]:
        """A transaction: all of it, or nothing when the body raises.

        An overview of the service does not wait for the connections that the work of its messages uses.

        :raises StateUnavailableError: if the database cannot work now. After a lost connection at the commit, the
            transaction may have happened; every caller can repeat its own.
        """
        try:
            async with asyncio.timeout(limit), self._turn(is_overview), self._engine.begin() as connection:
                yield connection
            self._ended = time.monotonic()
        except (Refusal, StateUnavailableError):
            raise
        except Exception as error:
            failure = diagnose(error, self.place)
            if failure is None:
                raise
            self._remember(failure)
            raise (ConflictError if failure.reason == "conflict" else StateUnavailableError)(failure) from None

    async def run(self, work: Callable[[AsyncConnection], Awaitable[Value]]) -> Value:
        """Runs `work` in a transaction, and again if the database cancelled it because of another one.

        :raises StateUnavailableError: if the database cannot work now.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                async with self.transaction() as connection:
                    return await work(connection)
            except ConflictError:
                if attempt == ATTEMPTS:
                    raise
                await asyncio.sleep(0.05 * attempt)
        raise AssertionError("the last attempt returns or raises")

    async def ready(self) -> str | None:
        """Why the database cannot work now; None if it can."""
        if self._full is not None and time.monotonic() - self._full[0] < REMEMBERED:
            return self._full[1]
        began = time.monotonic()
        try:
            async with asyncio.timeout(READY_LIMIT), self.transaction(is_overview=True) as connection:
                # A write, because a replica and a database without space still read.
                await connection.execute(text("UPDATE schema_compatibility SET oldest_reader = oldest_reader"))
        except StateUnavailableError as error:
            return str(error)
        except TimeoutError:
            # Many transactions before this one delay the check, but they end.
            if self._ended is None or self._ended < began:
                return f"{self.place}: does not answer in time"
        self._full = None
        return None

    async def close(self) -> None:
        try:
            async with asyncio.timeout(READY_LIMIT):
                await self._engine.dispose()
        except (TimeoutError, OSError):
            log("warning", "database not closed", database=self.place)
        finally:
            if self._lock is not None:
                os.close(self._lock)
                self._lock = None

    @asynccontextmanager
    async def _turn(self, is_overview: bool) -> AsyncIterator[None]:
        if is_overview:
            yield
            return
        try:
            async with asyncio.timeout(POOL_TIMEOUT if self.is_shared else SQLITE_POOL_TIMEOUT):
                await self._turns.acquire()
        except TimeoutError:
            raise PoolTimeoutError from None
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)
            self._turns.release()

    def _count(self, step: int) -> None:
        self._in_use += step
        metrics.CONNECTIONS_IN_USE.set(self._in_use)

    def _remember(self, failure: Failure) -> None:
        metrics.ERRORS.labels(failure.reason).inc()
        if failure.reason == "full":
            self._full = (time.monotonic(), failure.sentence)


@asynccontextmanager
async def open_state(
    schema: str,
    data: Path,
    environment: Mapping[str, str] = os.environ,
    *,
    start_wait: float = START_WAIT,
    lock_wait: float = LOCK_WAIT,
) -> AsyncIterator[State]:
    """Opens the state of a service and migrates it: PostgreSQL if SPOT_DATABASE names one, otherwise SQLite below
    `data`.

    :raises Refusal: if the settings are wrong, the schema is too new, or the database does not answer.
    """
    settings = read_database_settings(environment)
    if settings is None:
        path = data / f"{schema}.db"
        lock = await lock_file(path.with_suffix(".lock"), lock_wait)
        state = State(sqlite_engine(path), schema, f'database "{path}"', size=1, lock=lock)
    else:
        state = State(postgres_engine(settings, schema), schema, settings.place, size=settings.connections)
    try:
        await retry_start(lambda: _prepare(state, settings), start_wait)
        yield state
    finally:
        await state.close()


async def retry_start(work: Callable[[], Awaitable[None]], wait: float) -> None:
    """Repeats `work` while the database is starting or failing over.

    :raises Refusal: if the settings are wrong, or the database does not answer in time.
    """
    deadline = time.monotonic() + wait
    while True:
        try:
            await work()
        except StateUnavailableError as error:
            if error.failure.is_wrong_input:
                raise Refusal([str(error)]) from None
            if time.monotonic() >= deadline:
                raise Refusal([f"{error} (waited {wait:.0f} s)"], UNREACHABLE) from None
            log("warning", "database not ready", reason=str(error))
            await asyncio.sleep(min(2.0, max(0.1, deadline - time.monotonic())))
        else:
            return


async def _prepare(state: State, settings: DatabaseSettings | None) -> None:
    if settings is not None:
        await check_pooling(settings)
    async with state.transaction() as connection:
        if await connection.run_sync(is_current, state.schema, state.place):
            return
    if settings is None:
        async with state.transaction(MIGRATION_LIMIT) as connection:
            await connection.run_sync(migrate, state.schema, state.place)
        return
    # A migration of many rows takes longer than a transaction may.
    migrating = State(migration_engine(settings, state.schema), state.schema, state.place, size=state.size)
    try:
        async with migrating.transaction(MIGRATION_LIMIT) as connection:
            await connection.run_sync(migrate, state.schema, state.place)
    finally:
        await migrating.close()
