"""The workflow, on a real store: every step may come twice, and a restart may come between any two."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fakes import DELIVERY, NOW, FakePublisher
from spot_messaging import PermanentError, PublishError, UnknownError
from spot_services.orchestrator.orchestrator import Orchestrator
from spot_services.orchestrator.store import Store
from spot_services.payload import Finding, Mail, Request, Signal, StatusQuery

ANALYZERS = ("headers", "links")
DEADLINE = timedelta(minutes=10)


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


class Bench:
    def __init__(self, store: Store) -> None:
        self.publisher = FakePublisher()
        self.clock = Clock()
        self.store = store
        self.orchestrator = Orchestrator(
            store,
            self.publisher,
            service="analyzer-orchestrator",
            analyzers=ANALYZERS,
            deadline=DEADLINE,
            clock=self.clock,
        )

    async def request(self, analysis: str = "a-1", **changes: Any) -> None:
        await self.orchestrator.on_request(request(analysis, **changes), DELIVERY)

    async def finding(self, analyzer: str, score: int = 0, analysis: str = "a-1") -> None:
        await self.orchestrator.on_finding(finding(analyzer, score, analysis), DELIVERY)

    async def status(self, analysis: str = "a-1") -> Any:
        return await self.orchestrator.status(StatusQuery(analysis=analysis))

    async def counts(self) -> Any:
        return await self.orchestrator.status(StatusQuery())


def request(analysis: str = "a-1", **changes: Any) -> Request:
    given: dict[str, Any] = {"mail": Mail(inline=b"From: a\n\nb"), "filename": "a.eml", "submitted_at": NOW}
    return Request(analysis=analysis, **(given | changes))


def finding(analyzer: str, score: int = 0, analysis: str = "a-1") -> Finding:
    signals = [Signal(id="odd", severity="high", detail="looks odd")] if score else []
    facts: dict[str, Any] = {"subject": "Hello"} if analyzer == "headers" else {}
    return Finding(analysis=analysis, analyzer=analyzer, score=score, signals=signals, facts=facts, duration_ms=3)


@asynccontextmanager
async def opened(path: Path, kept: int = 100) -> AsyncIterator[Bench]:
    store = Store(path, kept)
    await store.open()
    try:
        yield Bench(store)
    finally:
        await store.close()


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with opened(tmp_path / "analyses.db") as given:
        yield given


async def test_publishes_one_job_per_analyzer_with_the_requests_urgency(bench: Bench) -> None:
    await bench.request(urgency="urgent")
    assert bench.publisher.names == ["job.headers", "job.links"]
    assert bench.publisher.only("job.links").mail.inline == b"From: a\n\nb"
    assert bench.publisher.urgencies == ["urgent", "urgent"]
    assert [status.stage for _, status in bench.publisher.announced] == ["dispatched"]  # type: ignore[attr-defined]


async def test_concludes_when_the_last_finding_is_in(bench: Bench) -> None:
    await bench.request()
    await bench.finding("headers")
    assert "result" not in bench.publisher.names
    await bench.finding("links", 90)
    result = bench.publisher.only("result")
    assert (result.state, result.verdict, result.score, result.subject) == ("completed", "malicious", 81, "Hello")
    assert result.reasons == ["links: odd: looks odd"]
    assert (result.missing, result.filename, len(result.findings)) == ([], "a.eml", 2)
    status = await bench.status()
    assert (status["id"], status["state"], status["verdict"]) == ("a-1", "completed", "malicious")
    assert await bench.counts() == {"submitted": 1, "completed": 1, "failed": 0, "running": 0}


async def test_a_request_that_comes_again_asks_only_for_what_is_missing(bench: Bench) -> None:
    await bench.request()
    await bench.finding("headers")
    bench.publisher.published.clear()
    await bench.request()
    assert bench.publisher.names == ["job.links"]
    await bench.finding("links")
    bench.publisher.published.clear()
    await bench.request()
    await bench.finding("links")
    assert bench.publisher.names == []
    assert await bench.counts() == {"submitted": 1, "completed": 1, "failed": 0, "running": 0}


async def test_the_same_message_ids_again_when_a_step_is_repeated(bench: Bench) -> None:
    await bench.request()
    await bench.request()
    assert bench.publisher.ids[:2] == bench.publisher.ids[2:]


async def test_two_concurrent_last_findings_make_one_result(bench: Bench) -> None:
    await bench.request()
    await asyncio.gather(*(bench.finding(analyzer) for analyzer in [*ANALYZERS, *ANALYZERS]))
    assert bench.publisher.names.count("result") == 1


async def test_a_refused_result_leaves_the_finding_to_be_delivered_again(bench: Bench) -> None:
    await bench.request()
    await bench.finding("headers")
    bench.publisher.refusing = {"result"}
    with pytest.raises(PublishError):
        await bench.finding("links")
    assert (await bench.counts())["running"] == 1
    bench.publisher.refusing = set()
    await bench.finding("links")
    assert (await bench.counts())["completed"] == 1


async def test_the_deadline_ends_an_analysis_as_failed_with_the_missing_named(bench: Bench) -> None:
    await bench.request()
    await bench.finding("headers", 90)
    bench.clock.time = NOW + DEADLINE - timedelta(seconds=1)
    await bench.orchestrator.expire()
    assert "result" not in bench.publisher.names
    bench.clock.time = NOW + DEADLINE
    await bench.orchestrator.expire()
    result = bench.publisher.only("result")
    assert (result.state, result.verdict, result.score, result.missing) == ("failed", None, None, ["links"])
    assert result.reasons == ["incomplete: no finding from links"]
    assert bench.publisher.only("alert").reasons == ["deadline passed without: links"]
    await bench.orchestrator.expire()
    await bench.finding("links")
    assert bench.publisher.names.count("result") == 1
    assert await bench.counts() == {"submitted": 1, "completed": 0, "failed": 1, "running": 0}


async def test_expiry_is_tried_again_when_it_could_not_be_published(bench: Bench) -> None:
    await bench.request()
    bench.clock.time = NOW + DEADLINE
    bench.publisher.refusing = {"result"}
    await bench.orchestrator.expire()
    assert (await bench.counts())["running"] == 1
    bench.publisher.refusing = set()
    await bench.orchestrator.expire()
    assert (await bench.counts())["failed"] == 1


async def test_a_restart_forgets_nothing(tmp_path: Path) -> None:
    path = tmp_path / "analyses.db"
    async with opened(path) as before:
        await before.request()
        await before.finding("headers")
    async with opened(path) as after:
        await after.finding("links")
        assert after.publisher.only("result").state == "completed"
    async with opened(path) as later:
        await later.request("a-2")
    async with opened(path) as last:
        last.clock.time = NOW + DEADLINE
        await last.orchestrator.expire()
        assert last.publisher.only("result").missing == ["headers", "links"]
        assert await last.counts() == {"submitted": 2, "completed": 1, "failed": 1, "running": 0}


async def test_a_submission_is_stored_immediately_and_dispatched_in_the_background(bench: Bench) -> None:
    bench.publisher.refusing = {"job.links"}
    assert await bench.orchestrator.submit(request()) == {"id": "a-1"}
    await bench.orchestrator.wait_for_work(5)
    await bench.orchestrator.dispatch_waiting()
    assert bench.publisher.names == ["job.headers"]
    bench.publisher.refusing = set()
    await bench.orchestrator.dispatch_waiting()
    await bench.orchestrator.dispatch_waiting()
    assert bench.publisher.names == ["job.headers", "job.headers", "job.links"]


async def test_the_background_leaves_alone_what_is_dispatched(bench: Bench) -> None:
    await bench.request()
    await bench.orchestrator.dispatch_waiting()
    assert bench.publisher.names == ["job.headers", "job.links"]


async def test_refuses_unexpected_findings(bench: Bench) -> None:
    with pytest.raises(PermanentError, match='analysis "a-1" is unknown here'):
        await bench.finding("headers")
    await bench.request()
    with pytest.raises(PermanentError, match='asked no analyzer "magic"'):
        await bench.finding("magic")


async def test_tells_the_state_of_a_running_analysis(bench: Bench) -> None:
    await bench.request()
    await bench.finding("headers", 40)
    status = await bench.status()
    assert (status["state"], status["verdict"], status["missing"]) == ("running", None, ["links"])
    assert [given["analyzer"] for given in status["findings"]] == ["headers"]
    with pytest.raises(UnknownError):
        await bench.status("a-2")


async def test_lists_the_newest_first(bench: Bench) -> None:
    for analysis in ("a-1", "a-2", "a-3"):
        await bench.request(analysis)
    overview = await bench.orchestrator.status(StatusQuery(newest=2))
    assert isinstance(overview, dict)
    assert [given["id"] for given in overview["analyses"]] == ["a-3", "a-2"]  # type: ignore[index,call-overload,union-attr]


async def test_keeps_only_the_newest_finished_ones(tmp_path: Path) -> None:
    async with opened(tmp_path / "analyses.db", kept=2) as bench:
        for number in range(5):
            await bench.request(f"a-{number}")
            for analyzer in ANALYZERS:
                await bench.finding(analyzer, analysis=f"a-{number}")
        with pytest.raises(UnknownError):
            await bench.status("a-2")
        assert (await bench.status("a-3"))["state"] == "completed"
        assert (await bench.counts())["completed"] == 5
