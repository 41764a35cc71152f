"""SQLite outside the event loop: one connection, one thread, one transaction for each call."""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from spot_messaging import Refusal

Value = TypeVar("Value")

LOCK_WAIT = 60.0


class Database:
    """One file with one writing process.

    A second process waits for the first one to exit, as in a rolling restart, and fails after a timeout, because two
    processes would both handle the running analyses.
    """

    def __init__(self, path: Path, schema: str) -> None:
        self._path = path
        self._schema = schema
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        self._connection: sqlite3.Connection | None = None
        self._lock: int | None = None

    async def open(self, lock_wait: float = LOCK_WAIT) -> None:
        """:raises Refusal: if another process uses the file."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = await _exclusive(self._path.with_suffix(".lock"), lock_wait)
        await self._in_thread(self._open)

    def _open(self) -> None:
        connection = sqlite3.connect(self._path, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode=WAL")
        # A message is acknowledged after its row is written, so the row must survive a power failure.
        connection.execute("PRAGMA synchronous=FULL")
        connection.executescript(self._schema)
        self._connection = connection

    async def run(self, work: Callable[[sqlite3.Connection], Value]) -> Value:
        """Runs `work` in a transaction: all of it or, when it raises, nothing."""
        return await self._in_thread(lambda: self._transact(work))

    def _transact(self, work: Callable[[sqlite3.Connection], Value]) -> Value:
        if self._connection is None:
            raise RuntimeError("the database is not open")
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            value = work(self._connection)
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")
        return value

    async def close(self) -> None:
        if self._connection is not None:
            await self._in_thread(self._connection.close)
            self._connection = None
        self._thread.shutdown()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def _in_thread(self, work: Callable[[], Value]) -> Value:
        # Shielded: a handler that is cancelled at its time limit must not interrupt a transaction.
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._thread, work))


async def _exclusive(path: Path, wait: float) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = asyncio.get_running_loop().time() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if asyncio.get_running_loop().time() >= deadline:
                os.close(handle)
                problem = f'data "{path}": another process uses it; run one replica of this service'
                raise Refusal([problem]) from None
            await asyncio.sleep(0.5)
        else:
            return handle
