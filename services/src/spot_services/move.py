"""`python -m spot_services move [part …]`: copies what the release before kept on its shared volume.

SQLite files become rows of this release's database, mails become objects of its mail store. The source is only read;
what is copied already is skipped, so the command can be repeated after an interruption.
"""

import asyncio
import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from spot_messaging import Refusal, log
from spot_messaging.refusal import UNREACHABLE
from spot_services.mailstore import StoreUnavailableError, open_mailstore
from spot_services.mailstore.store import is_digest
from spot_services.notifier.ledger import DELIVERY
from spot_services.orchestrator.tables import ANALYSIS, COUNTER, FINDING
from spot_services.payload import Request
from spot_services.result_processor.store import RESULT
from spot_services.state import State, StateUnavailableError, open_state
from spot_services.state.statements import insert_into, storable

SOURCE_VARIABLE = "SPOT_OLD_DATA"
DEFAULT_SOURCE = "/var/lib/spot-old"
BATCH = 200
# The counts of the release before, in a slot of their own, so that a repetition does not add them twice.
COUNTER_SLOT = -1

Row = sqlite3.Row


@dataclass(frozen=True)
class Moved:
    """The outcome of one part."""

    part: str
    found: int
    copied: int
    present: int
    problems: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        return self.found == self.present and not self.problems


async def move(parts: Sequence[str], environment: Mapping[str, str], data: Path) -> list[Moved]:
    """Copies the parts, all by default.

    :raises Refusal: if a part is unknown, nothing is there, the old service still runs, or the target does not work.
    """
    unknown = sorted(set(parts) - set(_PARTS))
    if unknown:
        known = ", ".join(_PARTS)
        raise Refusal([f'argument "{part}": is not a part of the state; known: {known}' for part in unknown])
    source = Path(environment.get(SOURCE_VARIABLE, DEFAULT_SOURCE))
    if not any((source / name).exists() for name in _SOURCES.values()):
        raise Refusal(
            [f'{SOURCE_VARIABLE} "{source}": has none of {", ".join(_SOURCES.values())}; mount the old volume']
        )
    return [await _PARTS[part](source, environment, data) for part in parts or _PARTS]


def report(moved: Sequence[Moved]) -> tuple[str, int]:
    """The table for the terminal, and the exit code: 1 if something of the source is not in the target."""
    lines = [f"{'part':24}{'in the source':>15}{'copied now':>12}{'in the target':>15}"]
    lines += [f"{one.part:24}{one.found:>15}{one.copied:>12}{one.present:>15}" for one in moved]
    lines += [problem for one in moved for problem in one.problems]
    return "\n".join(lines), 0 if all(one.is_complete for one in moved) else 1


async def _move_analyses(source: Path, environment: Mapping[str, str], data: Path) -> Moved:
    async def copy(old: sqlite3.Connection, state: State) -> Moved:
        rows = old.execute("SELECT * FROM analysis ORDER BY number")
        found = _count(old, "analysis")
        moved = await _copy_rows(
            "analyzer_orchestrator", state, rows, found, insert, ANALYSIS.c.id, lambda row: str(row["id"])
        )
        counts = [(row["name"], row["value"]) for row in old.execute("SELECT name, value FROM counter")]
        async with state.transaction() as connection:
            for name, value in counts:
                statement = insert_into(connection, COUNTER).values(name=name, slot=COUNTER_SLOT, value=value)
                await connection.execute(
                    statement.on_conflict_do_update(index_elements=["name", "slot"], set_={"value": value})
                )
        return moved

    async def insert(connection: AsyncConnection, row: Row, old: sqlite3.Connection) -> bool:
        request = None if row["request"] is None else Request.model_validate_json(row["request"])
        result = None if row["result"] is None else json.loads(row["result"])
        urgency = result["urgency"] if request is None and result is not None else request and request.urgency
        values = {
            "id": row["id"],
            "state": row["state"],
            "urgent": urgency == "urgent",
            "analyzers": row["analyzers"],
            "request": row["request"],
            "filename": storable(row["filename"]),
            "submitted_at": row["submitted_at"],
            "deadline_at": row["deadline_at"],
            "dispatched": bool(row["dispatched"]),
            "result": row["result"],
            "decided_at": None if result is None else datetime.fromisoformat(result["finishedAt"]).timestamp(),
            # The release before published a result before it stored the end.
            "published": row["state"] != "running",
        }
        if not await _insert(connection, ANALYSIS, values):
            return False
        findings = old.execute("SELECT analyzer, body FROM finding WHERE analysis = ?", (row["id"],)).fetchall()
        for finding in findings:
            await _insert(
                connection,
                FINDING,
                {"analysis": row["id"], "analyzer": finding["analyzer"], "body": finding["body"]},
            )
        return True

    return await _move_file("analyzer_orchestrator", source, environment, data, copy)


async def _move_results(source: Path, environment: Mapping[str, str], data: Path) -> Moved:
    async def copy(old: sqlite3.Connection, state: State) -> Moved:
        rows = old.execute("SELECT * FROM result ORDER BY analysis")
        found = _count(old, "result")
        return await _copy_rows(
            "result_processor", state, rows, found, insert, RESULT.c.analysis, lambda row: str(row["analysis"])
        )

    async def insert(connection: AsyncConnection, row: Row, _old: sqlite3.Connection) -> bool:
        values = {name: row[name] for name in ("analysis", "state", "verdict", "score", "body")}
        for name in ("submitted_at", "finished_at"):
            values[name] = datetime.fromisoformat(row[name]).timestamp()
        return await _insert(connection, RESULT, values)

    return await _move_file("result_processor", source, environment, data, copy)


async def _move_deliveries(source: Path, environment: Mapping[str, str], data: Path) -> Moved:
    async def copy(old: sqlite3.Connection, state: State) -> Moved:
        rows = old.execute("SELECT * FROM delivered ORDER BY number")
        found = _count(old, "delivered")
        key = DELIVERY.c.channel + " " + DELIVERY.c.message
        moved = await _copy_rows(
            "notifier", state, rows, found, insert, key, lambda row: f"{row['channel']} {row['message']}"
        )
        outbox = source / "outbox"
        if outbox.is_dir():
            await asyncio.to_thread(_copy_missing, outbox, data / "outbox")
        return moved

    async def insert(connection: AsyncConnection, row: Row, _old: sqlite3.Connection) -> bool:
        values = {"channel": row["channel"], "message": row["message"], "state": "sent", "at": row["at"]}
        return await _insert(connection, DELIVERY, values)

    return await _move_file("notifier", source, environment, data, copy)


async def _move_mails(source: Path, environment: Mapping[str, str], _data: Path) -> Moved:
    store = open_mailstore(environment, writable=True)
    problem = await store.ready()
    if problem is not None:
        raise Refusal([problem])
    files = sorted(path for path in (source / "mail").glob("*/*") if is_digest(path.name))
    problems: list[str] = []
    copied = 0
    for number, path in enumerate(files, 1):
        digest = await asyncio.to_thread(_digest, path)
        if digest == path.name:
            try:
                await store.put(path, digest, path.stat().st_size)
            except StoreUnavailableError as error:
                raise Refusal(
                    [f"{error}; {copied} of {len(files)} mails are copied, repeat the command"], UNREACHABLE
                ) from None
            copied += 1
        else:
            problems.append(f'mail "{path.name}": the file does not match its digest; it is not copied')
        if number % BATCH == 0:
            log("info", "moving", part="mail", done=number, of=len(files))
    return Moved("mail", len(files), copied, copied, tuple(problems))


_PARTS: dict[str, Callable[[Path, Mapping[str, str], Path], Awaitable[Moved]]] = {
    "analyzer_orchestrator": _move_analyses,
    "result_processor": _move_results,
    "notifier": _move_deliveries,
    "mail": _move_mails,
}
_SOURCES = {
    "analyzer_orchestrator": "orchestrator/analyses.db",
    "result_processor": "results/results.db",
    "notifier": "notifier/deliveries.db",
    "mail": "mail",
}


async def _move_file(
    schema: str,
    source: Path,
    environment: Mapping[str, str],
    data: Path,
    copy: Callable[[sqlite3.Connection, State], Awaitable[Moved]],
) -> Moved:
    path = source / _SOURCES[schema]
    if not path.exists():
        return Moved(schema, 0, 0, 0)
    with _opened(path, data) as old:
        try:
            async with open_state(schema, data, environment) as state:
                return await copy(old, state)
        except StateUnavailableError as error:
            raise Refusal([f"{error}; repeat the command"], UNREACHABLE) from None


async def _copy_rows(
    part: str,
    state: State,
    rows: sqlite3.Cursor,
    found: int,
    insert: Callable[[AsyncConnection, Row, sqlite3.Connection], Awaitable[bool]],
    key: Any,
    name: Callable[[Row], str],
) -> Moved:
    """Copies the rows in batches, and counts afterwards which of them the target has: `key` equals `name`."""
    copied = present = done = 0
    while batch := rows.fetchmany(BATCH):
        async with state.transaction() as connection:
            copied += sum([await insert(connection, row, rows.connection) for row in batch])
            present += await connection.scalar(select(func.count()).where(key.in_([name(row) for row in batch]))) or 0
        done += len(batch)
        log("info", "moving", part=part, done=done, of=found)
    return Moved(part, found, copied, present)


async def _insert(connection: AsyncConnection, table: Table, values: dict[str, Any]) -> bool:
    statement = insert_into(connection, table).values(**values).on_conflict_do_nothing()
    return bool((await connection.execute(statement)).rowcount)


@contextmanager
def _opened(path: Path, data: Path) -> Iterator[sqlite3.Connection]:
    """A copy of an SQLite file: reading it where it is would need a writable volume, for the write-ahead log.

    :raises Refusal: if a service still uses it.
    """
    lock = path.with_suffix(".lock")
    if lock.exists():
        handle = os.open(lock, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal([f'data "{lock}": a service still uses it; stop the services of the old release']) from None
        finally:
            os.close(handle)
    with tempfile.TemporaryDirectory(dir=data, prefix=".move-") as folder:
        copied = Path(folder) / path.name
        for suffix in ("", "-wal"):
            part = path.with_name(path.name + suffix)
            if part.exists():
                shutil.copy(part, copied.with_name(part.name))
        with closing(sqlite3.connect(copied)) as old:
            old.row_factory = sqlite3.Row
            yield old


def _count(old: sqlite3.Connection, table: str) -> int:
    return int(old.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - a name of this file


def _copy_missing(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*")):
        copy = target / path.relative_to(source)
        if path.is_dir():
            copy.mkdir(parents=True, exist_ok=True)
        elif not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, copy)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
