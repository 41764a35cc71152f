"""The record of sent notifications, so that a redelivered message is not sent twice if possible."""

import sqlite3
import time
from pathlib import Path

from spot_services.database import Database

KEPT = 50_000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS delivered (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    message TEXT NOT NULL,
    at REAL NOT NULL,
    UNIQUE (channel, message)
);
"""


class Ledger:
    def __init__(self, path: Path, kept: int = KEPT) -> None:
        self._database = Database(path, _SCHEMA)
        self._kept = kept

    async def open(self) -> None:
        """:raises Refusal: if another process uses the ledger."""
        await self._database.open()

    async def close(self) -> None:
        await self._database.close()

    async def knows(self, channel: str, message: str) -> bool:
        def work(connection: sqlite3.Connection) -> bool:
            query = "SELECT 1 FROM delivered WHERE channel = ? AND message = ?"
            return connection.execute(query, (channel, message)).fetchone() is not None

        return await self._database.run(work)

    async def add(self, channel: str, message: str) -> None:
        def work(connection: sqlite3.Connection) -> None:
            number = connection.execute(
                "INSERT INTO delivered (channel, message, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (channel, message, time.time()),
            ).lastrowid
            connection.execute("DELETE FROM delivered WHERE number <= ?", ((number or 0) - self._kept,))

        await self._database.run(work)
