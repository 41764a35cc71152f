"""Stores a result once, then publishes its notification."""

import sqlite3
from pathlib import Path

from spot_messaging import Delivery, Publishes, log, stable_id
from spot_services.clock import Clock, now
from spot_services.database import Database
from spot_services.payload import Notification, Result, stage

_SCHEMA = """
CREATE TABLE IF NOT EXISTS result (
    analysis TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    verdict TEXT,
    score INTEGER,
    submitted_at TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS result_finished ON result (finished_at);
"""


class ResultStore:
    def __init__(self, path: Path) -> None:
        self._database = Database(path, _SCHEMA)

    async def open(self) -> None:
        """:raises Refusal: if another process uses the store."""
        await self._database.open()

    async def close(self) -> None:
        await self._database.close()

    async def add(self, result: Result) -> Result:
        """Stores a result; returns the one that was stored first."""

        def work(connection: sqlite3.Connection) -> Result:
            connection.execute(
                "INSERT INTO result (analysis, state, verdict, score, submitted_at, finished_at, body)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (analysis) DO NOTHING",
                (
                    result.analysis,
                    result.state,
                    result.verdict,
                    result.score,
                    result.submitted_at.isoformat(),
                    result.finished_at.isoformat(),
                    result.model_dump_json(by_alias=True),
                ),
            )
            row = connection.execute("SELECT body FROM result WHERE analysis = ?", (result.analysis,)).fetchone()
            return Result.model_validate_json(row["body"])

        return await self._database.run(work)


class Processor:
    def __init__(self, store: ResultStore, publisher: Publishes, service: str, clock: Clock = now) -> None:
        self._store = store
        self._publisher = publisher
        self._service = service
        self._clock = clock

    async def on_result(self, result: Result, _delivery: Delivery) -> None:
        stored = await self._store.add(result)
        # Published on every delivery, also for a stored result, because a crash can have prevented the first
        # notification.
        # Its id is always the same, so the notifier detects duplicates.
        await self._publisher.publish(
            stored.state,
            Notification(
                kind=stored.state,
                analysis=stored.analysis,
                verdict=stored.verdict,
                score=stored.score,
                reasons=stored.reasons,
                missing=stored.missing,
                filename=stored.filename,
                subject=stored.subject,
                at=stored.finished_at,
            ),
            analysis=stored.analysis,
            urgency=stored.urgency,
            message_id=stable_id(stored.analysis, stored.state),
        )
        log("info", "stored", analysis=stored.analysis, state=stored.state, verdict=stored.verdict, score=stored.score)
        status = stage(stored.analysis, "stored", self._service, self._clock())
        await self._publisher.announce("status", status, analysis=stored.analysis)
