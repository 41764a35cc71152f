"""Files of the release before become rows and objects, however often the command runs."""

import fcntl
import hashlib
import os
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from conftest import Database
from fakes import NOW, FakePublisher
from spot_messaging import Refusal
from spot_services.mailstore import DirectoryStore
from spot_services.move import Moved, move, report
from spot_services.orchestrator.orchestrator import Orchestrator
from spot_services.orchestrator.overview import Overview
from spot_services.orchestrator.store import Store
from spot_services.payload import Finding, Mail, Reference, Request, Result, StatusQuery
from spot_services.state import open_state

# The schemas of the release before, as its code made them.
OLD_SCHEMAS = {
    "orchestrator/analyses.db": """
CREATE TABLE analysis (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('running', 'completed', 'failed')), analyzers TEXT NOT NULL, request TEXT,
    submitted_at REAL NOT NULL, deadline_at REAL NOT NULL, filename TEXT, dispatched INTEGER NOT NULL DEFAULT 0,
    result TEXT);
CREATE TABLE finding (analysis TEXT NOT NULL REFERENCES analysis (id), analyzer TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (analysis, analyzer)) WITHOUT ROWID;
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
""",
    "results/results.db": """
CREATE TABLE result (analysis TEXT PRIMARY KEY, state TEXT NOT NULL, verdict TEXT, score INTEGER,
    submitted_at TEXT NOT NULL, finished_at TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
""",
    "notifier/deliveries.db": """
CREATE TABLE delivered (number INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, message TEXT NOT NULL,
    at REAL NOT NULL, UNIQUE (channel, message));
""",
}
FINISHED = 450
MAILS = [b"Subject: one\n\n1", b"Subject: two\n\n2"]


def digest(mail: bytes) -> str:
    return hashlib.sha256(mail).hexdigest()


def request(analysis: str) -> Request:
    mail = Mail(reference=Reference(sha256=digest(MAILS[0]), size=len(MAILS[0])))
    return Request(analysis=analysis, mail=mail, submitted_at=NOW, filename="a\x00.eml")


def result(analysis: str) -> Result:
    return Result(
        analysis=analysis, state="completed", verdict="clean", score=3, reasons=[], missing=[], findings=[],
        filename=None, subject="Hello", urgency="urgent", submitted_at=NOW, finished_at=NOW + timedelta(seconds=2),
    )  # fmt: skip


def finding(analysis: str, analyzer: str) -> Finding:
    return Finding(analysis=analysis, analyzer=analyzer, score=0, signals=[], facts={}, duration_ms=1)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A volume of the release before; its last rows are still in the write-ahead log, as after a kill."""
    folder = tmp_path / "old"
    left: list[sqlite3.Connection] = []
    for name, schema in OLD_SCHEMAS.items():
        (folder / name).parent.mkdir(parents=True)
        connection = sqlite3.connect(folder / name, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.executescript(schema)
        left.append(connection)
    analyses, results, deliveries = left
    at, deadline = NOW.timestamp(), (NOW + timedelta(minutes=2)).timestamp()
    for number in range(FINISHED):
        name = f"done-{number}"
        body = result(name).model_dump_json(by_alias=True)
        analyses.execute(
            "INSERT INTO analysis (id, state, analyzers, submitted_at, deadline_at, dispatched, result)"
            " VALUES (?, 'completed', '[\"headers\", \"links\"]', ?, ?, 1, ?)",
            (name, at, deadline, body),
        )
        iso = (NOW.isoformat(), (NOW + timedelta(seconds=2)).isoformat())
        results.execute("INSERT INTO result VALUES (?, 'completed', 'clean', 3, ?, ?, ?)", (name, *iso, body))
        deliveries.execute("INSERT INTO delivered (channel, message, at) VALUES ('email', ?, ?)", (name, at))
    analyses.execute(
        "INSERT INTO analysis (id, state, analyzers, request, submitted_at, deadline_at, filename, dispatched)"
        " VALUES ('running', 'running', '[\"headers\", \"links\"]', ?, ?, ?, ?, 1)",
        (request("running").model_dump_json(by_alias=True), at, deadline, "a\x00.eml"),
    )
    body = finding("running", "headers").model_dump_json(by_alias=True)
    analyses.execute("INSERT INTO finding VALUES ('running', 'headers', ?)", (body,))
    analyses.executemany("INSERT INTO counter VALUES (?, ?)", [("submitted", FINISHED + 50), ("completed", FINISHED)])
    for mail in MAILS:
        (folder / "mail" / digest(mail)[:2]).mkdir(parents=True, exist_ok=True)
        (folder / "mail" / digest(mail)[:2] / digest(mail)).write_bytes(mail)
    (folder / "outbox" / "mail" / "new").mkdir(parents=True)
    (folder / "outbox" / "mail" / "new" / "m-1").write_text("letter")
    (folder / "outbox" / "webhook.jsonl").write_text('{"messageId":"m-1"}\n')
    # A killed process leaves the log and no lock; a copy is what the next one finds.
    copy = tmp_path / "copy"
    for path in folder.rglob("*"):
        if path.is_file() and not path.name.endswith("-shm"):
            target = copy / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    for connection in left:
        connection.close()
    return copy


def environment_of(database: Database, source: Path) -> dict[str, str]:
    mails = database.folder / "new-mail"
    mails.mkdir(exist_ok=True)
    return database.environment | {"SPOT_OLD_DATA": str(source), "SPOT_MAIL": str(mails)}


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def test_copies_everything_and_repeats_without_a_change(database: Database, source: Path) -> None:
    before = snapshot(source)
    environment = environment_of(database, source)
    data = database.folder / "data"
    data.mkdir()
    first = await move([], environment, data)
    assert first == [
        Moved("analyzer_orchestrator", FINISHED + 1, FINISHED + 1, FINISHED + 1),
        Moved("result_processor", FINISHED, FINISHED, FINISHED),
        Moved("notifier", FINISHED, FINISHED, FINISHED),
        Moved("mail", 2, 2, 2),
    ]
    second = await move([], environment, data)
    assert [one.copied for one in second] == [0, 0, 0, 2]
    assert report(second)[1] == 0
    assert snapshot(source) == before
    assert (data / "outbox" / "mail" / "new" / "m-1").read_text() == "letter"
    store = DirectoryStore(Path(environment["SPOT_MAIL"]), writable=False)
    assert await store.get(request("x").mail) == MAILS[0]


async def test_the_new_release_ends_what_was_running(database: Database, source: Path) -> None:
    data = database.folder / "data"
    data.mkdir()
    await move([], environment_of(database, source), data)
    async with open_state("analyzer_orchestrator", data, database.environment) as state:
        publisher = FakePublisher()
        deadline = timedelta(minutes=2)
        orchestrator = Orchestrator(
            Store(state), Overview(state, deadline), publisher,
            service="analyzer-orchestrator", analyzers=("headers", "links"), deadline=deadline, clock=lambda: NOW,
        )  # fmt: skip
        overview: Any = await orchestrator.status(StatusQuery(newest=1))
        assert (overview["submitted"], overview["completed"], overview["running"]) == (FINISHED + 50, FINISHED, 1)
        done: Any = await orchestrator.status(StatusQuery(analysis="done-7"))
        assert (done["verdict"], done["subject"]) == ("clean", "Hello")
        await orchestrator.on_finding(finding("running", "links"), None)  # type: ignore[arg-type]
        assert publisher.only("result").state == "completed"
        await orchestrator.publish_decided()
        assert publisher.names == ["result"]
    # A repetition does not bring back the state before.
    await move(["analyzer_orchestrator"], environment_of(database, source), data)
    opened = open_state("analyzer_orchestrator", data, database.environment)
    async with opened as state, state.transaction() as connection:
        assert await connection.scalar(text("SELECT state FROM analysis WHERE id = 'running'")) == "completed"
        assert await connection.scalar(text("SELECT count(*) FROM finding")) == 0


async def test_an_interrupted_move_continues(database: Database, source: Path) -> None:
    data = database.folder / "data"
    data.mkdir()
    environment = environment_of(database, source)
    await move(["result_processor"], environment, data)
    opened = open_state("result_processor", data, database.environment)
    async with opened as state, state.transaction() as connection:
        await connection.execute(text("DELETE FROM result WHERE analysis > 'done-3'"))
        left: Any = await connection.scalar(text("SELECT count(*) FROM result"))
    [moved] = await move(["result_processor"], environment, data)
    assert (moved.copied, moved.present) == (FINISHED - left, FINISHED)


async def test_names_damaged_mails(tmp_path: Path, source: Path) -> None:
    damaged = source / "mail" / digest(MAILS[1])[:2] / digest(MAILS[1])
    damaged.write_bytes(b"something else")
    [moved] = await move(["mail"], environment_of(Database("sqlite", tmp_path, {}), source), tmp_path)
    assert moved.problems == (f'mail "{digest(MAILS[1])}": the file does not match its digest; it is not copied',)
    text, exit_code = report([moved])
    assert (exit_code, moved.problems[0] in text) == (1, True)


async def test_refuses_while_the_old_release_runs(tmp_path: Path, source: Path) -> None:
    handle = os.open(source / "results" / "results.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(Refusal, match="a service still uses it; stop the services of the old release"):
        await move(["result_processor"], environment_of(Database("sqlite", tmp_path, {}), source), tmp_path)
    os.close(handle)


async def test_refuses_wrong_parts_and_an_empty_source(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match='argument "mails": is not a part of the state; known: analyzer_orchestrator'):
        await move(["mails"], {}, tmp_path)
    with pytest.raises(Refusal, match=r"mount the old volume"):
        await move([], {"SPOT_OLD_DATA": str(tmp_path)}, tmp_path)
