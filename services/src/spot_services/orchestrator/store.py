"""The orchestrator's state, which survives a restart."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import JsonValue

from spot_services.database import Database
from spot_services.payload import Finding, Request, Result, State

KEPT = 10_000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS analysis (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('running', 'completed', 'failed')),
    analyzers TEXT NOT NULL,
    request TEXT,            -- with the mail; dropped when finished, it is no longer needed then
    submitted_at REAL NOT NULL,
    deadline_at REAL NOT NULL,
    filename TEXT,
    dispatched INTEGER NOT NULL DEFAULT 0,
    result TEXT
);
CREATE INDEX IF NOT EXISTS analysis_deadline ON analysis (deadline_at) WHERE state = 'running';
CREATE INDEX IF NOT EXISTS analysis_undispatched ON analysis (number) WHERE state = 'running' AND dispatched = 0;
CREATE INDEX IF NOT EXISTS analysis_finished ON analysis (number) WHERE state <> 'running';
CREATE TABLE IF NOT EXISTS finding (
    analysis TEXT NOT NULL REFERENCES analysis (id),
    analyzer TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (analysis, analyzer)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Analysis:
    id: str
    state: State
    analyzers: tuple[str, ...]
    dispatched: bool
    request: Request | None
    findings: dict[str, Finding]

    @property
    def missing(self) -> list[str]:
        return [analyzer for analyzer in self.analyzers if analyzer not in self.findings]


class Store:
    def __init__(self, path: Path, kept: int = KEPT) -> None:
        self._database = Database(path, _SCHEMA)
        self._kept = kept

    async def open(self) -> None:
        """:raises Refusal: if another process uses the store."""
        await self._database.open()

    async def close(self) -> None:
        await self._database.close()

    async def add(self, request: Request, analyzers: Sequence[str], deadline: datetime) -> bool:
        """Adds a new analysis and returns True; does not change an existing one."""

        def work(connection: sqlite3.Connection) -> bool:
            added = connection.execute(
                "INSERT INTO analysis (id, state, analyzers, request, submitted_at, deadline_at, filename)"
                " VALUES (?, 'running', ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
                (
                    request.analysis,
                    json.dumps(list(analyzers)),
                    request.model_dump_json(by_alias=True),
                    request.submitted_at.timestamp(),
                    deadline.timestamp(),
                    request.filename,
                ),
            ).rowcount
            if added:
                _count(connection, "submitted")
            return bool(added)

        return await self._database.run(work)

    async def mark_dispatched(self, analysis: str) -> None:
        """Marks that the broker confirmed all jobs."""
        await self._database.run(
            lambda connection: connection.execute("UPDATE analysis SET dispatched = 1 WHERE id = ?", (analysis,))
        )

    async def undispatched(self) -> list[str]:
        """The analyses with possibly missing jobs, oldest first."""
        rows = await self._database.run(
            lambda connection: connection.execute(
                "SELECT id FROM analysis WHERE state = 'running' AND dispatched = 0 ORDER BY number LIMIT 100"
            ).fetchall()
        )
        return [row["id"] for row in rows]

    async def get(self, analysis: str) -> Analysis | None:
        return await self._database.run(lambda connection: _get(connection, analysis))

    async def add_finding(self, finding: Finding) -> None:
        """Only the first finding of an analyzer counts; a redelivered job produces the same again."""
        await self._database.run(
            lambda connection: connection.execute(
                "INSERT INTO finding (analysis, analyzer, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (finding.analysis, finding.analyzer, finding.model_dump_json(by_alias=True)),
            )
        )

    async def finish(self, result: Result) -> None:
        def work(connection: sqlite3.Connection) -> None:
            finished = connection.execute(
                "UPDATE analysis SET state = ?, result = ?, request = NULL WHERE id = ? AND state = 'running'",
                (result.state, result.model_dump_json(by_alias=True), result.analysis),
            ).rowcount
            if finished:
                _count(connection, result.state)
                connection.execute("DELETE FROM finding WHERE analysis = ?", (result.analysis,))
                self._prune(connection)

        await self._database.run(work)

    def _prune(self, connection: sqlite3.Connection) -> None:
        # Keep the newest finished ones for status requests; without a limit, the file would grow forever.
        connection.execute(
            "DELETE FROM analysis WHERE state <> 'running' AND number <= ("
            " SELECT number FROM analysis WHERE state <> 'running' ORDER BY number DESC LIMIT 1 OFFSET ?)",
            (self._kept,),
        )

    async def overdue(self, now: datetime) -> list[str]:
        rows = await self._database.run(
            lambda connection: connection.execute(
                "SELECT id FROM analysis WHERE state = 'running' AND deadline_at <= ? ORDER BY deadline_at LIMIT 100",
                (now.timestamp(),),
            ).fetchall()
        )
        return [row["id"] for row in rows]

    async def describe(self, analysis: str) -> dict[str, JsonValue] | None:
        """The public state of an analysis; None if it is unknown or finished too long ago."""

        def work(connection: sqlite3.Connection) -> dict[str, JsonValue] | None:
            row = connection.execute("SELECT * FROM analysis WHERE id = ?", (analysis,)).fetchone()
            if row is None:
                return None
            if row["result"] is not None:
                result: dict[str, JsonValue] = json.loads(row["result"])
                del result["analysis"]
                return {"id": analysis, **result}
            found = _get(connection, analysis)
            findings = found.findings.values() if found else []
            return {
                **_brief(row),
                "missing": list(found.missing) if found else [],
                "findings": [finding.model_dump(mode="json", by_alias=True) for finding in findings],
            }

        return await self._database.run(work)

    async def overview(self, newest: int) -> dict[str, JsonValue]:
        """Counts since the store was created, and a summary of the newest analyses."""

        def work(connection: sqlite3.Connection) -> dict[str, JsonValue]:
            counts = {row["name"]: row["value"] for row in connection.execute("SELECT name, value FROM counter")}
            running = connection.execute("SELECT count(*) FROM analysis WHERE state = 'running'").fetchone()[0]
            overview: dict[str, JsonValue] = {
                "submitted": counts.get("submitted", 0),
                "completed": counts.get("completed", 0),
                "failed": counts.get("failed", 0),
                "running": running,
            }
            if newest:
                rows = connection.execute("SELECT * FROM analysis ORDER BY number DESC LIMIT ?", (newest,))
                overview["analyses"] = [_brief(row) for row in rows]
            return overview

        return await self._database.run(work)


def _count(connection: sqlite3.Connection, name: str, step: int = 1) -> None:
    connection.execute(
        "INSERT INTO counter (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
        (name, step),
    )


def _get(connection: sqlite3.Connection, analysis: str) -> Analysis | None:
    row = connection.execute("SELECT * FROM analysis WHERE id = ?", (analysis,)).fetchone()
    if row is None:
        return None
    bodies = connection.execute("SELECT body FROM finding WHERE analysis = ? ORDER BY analyzer", (analysis,))
    findings = [Finding.model_validate_json(body["body"]) for body in bodies]
    return Analysis(
        id=analysis,
        state=row["state"],
        analyzers=tuple(json.loads(row["analyzers"])),
        dispatched=bool(row["dispatched"]),
        request=None if row["request"] is None else Request.model_validate_json(row["request"]),
        findings={finding.analyzer: finding for finding in findings},
    )


def _brief(row: sqlite3.Row) -> dict[str, JsonValue]:
    result = {} if row["result"] is None else json.loads(row["result"])
    return {
        "id": row["id"],
        "state": row["state"],
        "verdict": result.get("verdict"),
        "score": result.get("score"),
        "filename": row["filename"],
        "subject": result.get("subject"),
        "submittedAt": datetime.fromtimestamp(row["submitted_at"], UTC).isoformat(timespec="milliseconds"),
    }
