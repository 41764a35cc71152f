"""Erasure and retention, on both databases: what is erased is in no store, and no message brings it back."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from conftest import Database
from fakes import DELIVERY, NOW, FakePublisher
from spot_messaging import Delivery, Erasure, PermanentError, UnknownError
from spot_services import retention
from spot_services.notifier.ledger import Ledger
from spot_services.notifier.notifier import Notifier, StatusBoard
from spot_services.notifier.outbox import LinesChannel, OutboxChannel
from spot_services.orchestrator.orchestrator import Orchestrator
from spot_services.orchestrator.overview import Overview
from spot_services.orchestrator.store import Store
from spot_services.payload import Finding, Mail, Notification, Reference, Request, Result, Status, StatusQuery
from spot_services.result_processor.processor import Processor
from spot_services.result_processor.store import ResultStore
from spot_services.state import State

DEADLINE = timedelta(minutes=10)
LATER = NOW + timedelta(hours=1)


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


def of(analysis: str) -> Erasure:
    return Erasure(analysis, None, LATER)


def older_than(moment: datetime) -> Erasure:
    return Erasure(None, moment, LATER)


def request(analysis: str, at: datetime = NOW) -> Request:
    return Request(
        analysis=analysis,
        mail=Mail(reference=Reference(sha256="0" * 64, size=1)),
        filename="secret.eml",
        submitted_at=at,
    )


def finding(analysis: str) -> Finding:
    return Finding(analysis=analysis, analyzer="headers", score=0, signals=[], facts={"subject": "Hi"}, duration_ms=1)


def result(analysis: str, at: datetime = NOW) -> Result:
    return Result(
        analysis=analysis,
        state="completed",
        verdict="clean",
        score=0,
        reasons=[],
        missing=[],
        findings=[],
        filename="secret.eml",
        subject="Hi",
        urgency="normal",
        submitted_at=at,
        finished_at=at + timedelta(seconds=1),
    )


def notification(analysis: str, at: datetime = NOW, **changes: Any) -> Notification:
    return Notification.model_validate({"kind": "completed", "analysis": analysis, "subject": "Hi", "at": at} | changes)


async def rows(state: State, table: str) -> int:
    async with state.transaction() as connection:
        return int(await connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608 - the tests' names


class Analyses:
    def __init__(self, state: State) -> None:
        self.clock = Clock()
        self.publisher = FakePublisher()
        self.orchestrator = Orchestrator(
            Store(state),
            Overview(state, DEADLINE),
            self.publisher,
            service="analyzer-orchestrator",
            analyzers=["headers"],
            deadline=DEADLINE,
            clock=self.clock,
        )

    async def complete(self, analysis: str, at: datetime = NOW) -> None:
        await self.orchestrator.on_request(request(analysis, at), DELIVERY)
        await self.orchestrator.on_finding(finding(analysis), DELIVERY)


async def test_the_orchestrator_erases_a_finished_analysis_and_keeps_the_others(database: Database) -> None:
    async with database.opened("analyzer_orchestrator") as state:
        analyses = Analyses(state)
        for analysis in ("a-1", "a-2"):
            await analyses.complete(analysis)
        for _ in range(2):
            await analyses.orchestrator.erase(of("a-1"))
        assert await rows(state, "analysis") == 1
        with pytest.raises(UnknownError):
            await analyses.orchestrator.status(StatusQuery(analysis="a-1"))


async def test_the_orchestrator_erases_a_running_analysis_and_accepts_its_late_messages(database: Database) -> None:
    async with database.opened("analyzer_orchestrator") as state:
        analyses = Analyses(state)
        await analyses.orchestrator.on_request(request("a-1"), DELIVERY)
        await analyses.orchestrator.erase(of("a-1"))
        published = list(analyses.publisher.names)
        # A finding that comes late, a redelivered or redriven request, a submission by RPC: acknowledged, not stored.
        await analyses.orchestrator.on_finding(finding("a-1"), DELIVERY)
        await analyses.orchestrator.on_request(request("a-1"), DELIVERY)
        await analyses.orchestrator.submit(request("a-1"))
        assert (await rows(state, "analysis"), await rows(state, "finding")) == (0, 0)
        assert analyses.publisher.names == published
        with pytest.raises(PermanentError, match="is unknown here"):
            await analyses.orchestrator.on_finding(finding("a-2"), DELIVERY)


async def test_an_erasure_that_precedes_its_message_counts(database: Database) -> None:
    async with database.opened("analyzer_orchestrator") as state:
        analyses = Analyses(state)
        await analyses.orchestrator.erase(of("a-1"))
        await analyses.complete("a-1")
        assert await rows(state, "analysis") == 0


async def test_the_orchestrator_erases_by_age_in_batches(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)
    async with database.opened("analyzer_orchestrator") as state:
        analyses = Analyses(state)
        for number in range(10):
            await analyses.complete(f"old-{number}", NOW)
        await analyses.complete("new", LATER)
        await analyses.orchestrator.on_request(request("running"), DELIVERY)
        await analyses.orchestrator.erase(older_than(LATER))
        assert await rows(state, "analysis") == 1
        await analyses.orchestrator.on_finding(finding("running"), DELIVERY)
        await analyses.orchestrator.on_request(request("old-1"), DELIVERY)
        assert await rows(state, "analysis") == 1
        # An earlier time changes nothing of a later one.
        await analyses.orchestrator.erase(older_than(NOW - timedelta(days=1)))
        await analyses.orchestrator.on_request(request("old-1"), DELIVERY)
        assert await rows(state, "analysis") == 1


async def test_the_result_processor_erases_and_neither_stores_nor_notifies_again(database: Database) -> None:
    async with database.opened("result_processor") as state:
        publisher = FakePublisher()
        processor = Processor(ResultStore(state), publisher, "result-processor", lambda: LATER)
        for analysis in ("a-1", "a-2", "a-3"):
            await processor.on_result(result(analysis), DELIVERY)
        await processor.erase(of("a-1"))
        await processor.on_result(result("a-1"), DELIVERY)
        assert (await rows(state, "result"), len(publisher.names)) == (2, 3)
        await processor.erase(older_than(NOW + timedelta(seconds=1)))
        await processor.on_result(result("a-2"), DELIVERY)
        assert (await rows(state, "result"), len(publisher.names)) == (0, 3)


async def test_the_notifier_erases_and_does_not_send_again(database: Database) -> None:
    class Channel:
        def __init__(self) -> None:
            self.sent: list[str] = []

        async def send(self, notification: Notification, _message_id: str) -> None:
            self.sent.append(notification.analysis)

    async with database.opened("notifier") as state:
        ledger, channel = Ledger(state, clock=lambda: NOW), Channel()
        notifier = Notifier("email", channel, ledger)
        for analysis in ("a-1", "a-2"):
            delivery = Delivery(analysis=analysis, message_id=f"m-{analysis}", attempt=1, stream_offset=None)
            await notifier.on_notification(notification(analysis), delivery)
        await ledger.erase(of("a-1"))
        assert await rows(state, "delivery") == 1
        for kind in ("completed", "alert"):
            delivery = Delivery(analysis="a-1", message_id=f"again-{kind}", attempt=1, stream_offset=None)
            await notifier.on_notification(notification("a-1", kind=kind), delivery)
        assert channel.sent == ["a-1", "a-2"]
        await ledger.erase(older_than(LATER))
        assert await rows(state, "delivery") == 0


async def test_what_a_late_transaction_stored_is_erased_by_the_next_round(database: Database) -> None:
    async with database.opened("result_processor") as state:
        store = ResultStore(state)
        await store.erase(of("a-1"), NOW)
        async with state.transaction() as connection:
            await connection.execute(
                text("INSERT INTO result VALUES ('a-1', 'completed', NULL, NULL, :at, :at, '{}')"),
                {"at": NOW.timestamp()},
            )
        await store.prune(NOW + timedelta(seconds=30))
        assert await rows(state, "result") == 0


async def test_replicas_that_erase_and_store_at_the_same_time_end_without_a_row(postgres_database: Database) -> None:
    async with postgres_database.opened("result_processor") as one, postgres_database.opened("result_processor") as two:
        stores = [ResultStore(one), ResultStore(two)]
        identities = [f"a-{number}" for number in range(50)]
        await asyncio.gather(
            *(store.add(result(identity)) for identity in identities for store in stores),
            *(store.erase(of(identity), NOW) for identity in identities for store in stores),
        )
        await stores[0].prune(NOW + timedelta(seconds=30))
        assert await rows(one, "result") == 0


async def test_each_owner_deletes_what_is_older_than_its_retention(database: Database) -> None:
    async with database.opened("analyzer_orchestrator") as state:
        analyses = Analyses(state)
        await analyses.complete("old")
        # Not finished: its deadline, and not its age, ends it.
        await analyses.orchestrator.on_request(request("running"), DELIVERY)
        analyses.clock.time = NOW + retention.ANALYSES + timedelta(seconds=1)
        await analyses.orchestrator.prune()
        assert await rows(state, "analysis") == 1
    async with database.opened("result_processor") as state:
        store = ResultStore(state)
        await store.add(result("old"))
        await store.prune(NOW + retention.RESULTS)
        assert await rows(state, "result") == 1
        await store.prune(NOW + retention.RESULTS + timedelta(seconds=2))
        assert await rows(state, "result") == 0
    async with database.opened("notifier") as state:
        clock = Clock()
        ledger = Ledger(state, clock=clock)
        await ledger.claim("email", "m-1", "a-1", NOW)
        clock.time += retention.NOTIFICATIONS + timedelta(seconds=1)
        await ledger.expire_retention()
        assert await rows(state, "delivery") == 0


async def test_the_ids_of_erased_analyses_are_forgotten_after_their_time(database: Database) -> None:
    async with database.opened("result_processor") as state:
        store = ResultStore(state)
        await store.erase(of("a-1"), NOW)
        await store.erase(older_than(NOW), NOW)
        await store.prune(NOW + retention.ERASED - timedelta(seconds=1))
        assert await rows(state, "erased") == 2
        await store.prune(NOW + retention.ERASED + timedelta(seconds=1))
        # The time before which all are erased stays: it is one row.
        assert await rows(state, "erased") == 1


@pytest.mark.parametrize("subject", ["Hi", "Grüße 😀", "a" * 500, "Analysis: a-2", ""])
async def test_the_files_of_the_outbox_are_erased(tmp_path: Path, subject: str) -> None:
    letters, lines = OutboxChannel(tmp_path / "mail"), LinesChannel(tmp_path / "webhook.jsonl")
    for analysis in ("a-1", "a-2", "a-10"):
        for kind in ("completed", "alert"):
            each = notification(analysis, subject=subject, kind=kind)
            await letters.send(each, f"m-{analysis}-{kind}")
            await lines.send(each, f"m-{analysis}-{kind}")
    for channel in (letters, lines):
        await channel.erase(of("a-1"))
        await channel.erase(of("a-1"))
        await channel.erase(of("a-11"))
    files = sorted(path.name for path in (tmp_path / "mail" / "new").iterdir())
    assert files == ["m-a-10-alert", "m-a-10-completed", "m-a-2-alert", "m-a-2-completed"]
    assert (tmp_path / "webhook.jsonl").read_text().count('"analysis"') == 4
    # What is sent later is appended.
    await lines.send(notification("a-3"), "m-a-3")
    assert (tmp_path / "webhook.jsonl").read_text().count("\n") == 5
    for channel in (letters, lines):
        await channel.erase(older_than(datetime.now(NOW.tzinfo) + timedelta(seconds=5)))
    assert list((tmp_path / "mail" / "new").iterdir()) == []
    assert (tmp_path / "webhook.jsonl").read_text() == ""
    await LinesChannel(tmp_path / "none" / "webhook.jsonl").erase(of("a-1"))


async def test_the_status_board_erases() -> None:
    board = StatusBoard()
    for analysis in ("a-1", "a-2"):
        await board.on_status(Status(analysis=analysis, stage="x", service="s", at=NOW), DELIVERY)
    await board.erase(of("a-1"))
    assert list(board.latest) == ["a-2"]
    await board.erase(older_than(LATER))
    assert list(board.latest) == []
