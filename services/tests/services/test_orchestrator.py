"""The workflow on both databases: every step can come twice, in any replica, and a crash between any two."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from datetime import datetime, timedelta
from typing import Any

import pytest

from conftest import Database
from fakes import DELIVERY, NOW, FakePublisher
from spot_messaging import PermanentError, UnknownError, configure_tracing
from spot_services.orchestrator.orchestrator import Orchestrator
from spot_services.orchestrator.overview import Overview
from spot_services.orchestrator.store import CLAIM_SECONDS, Store
from spot_services.payload import Finding, Mail, Request, Signal, StatusQuery
from spot_services.state import State

ANALYZERS = ("headers", "links")
DEADLINE = timedelta(minutes=10)


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


class Bench:
    """One replica of the orchestrator."""

    def __init__(self, state: State, kept: int = 100) -> None:
        self.publisher = FakePublisher()
        self.clock = Clock()
        self.state = state
        self.store = Store(state, kept)
        self.orchestrator = Orchestrator(
            self.store,
            Overview(state, DEADLINE),
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

    async def overview(self) -> Any:
        return await self.orchestrator.status(StatusQuery())

    async def counts(self) -> Any:
        overview = await self.overview()
        return {name: overview[name] for name in ("submitted", "completed", "failed", "running")}


def request(analysis: str = "a-1", **changes: Any) -> Request:
    given: dict[str, Any] = {"mail": Mail(inline=b"From: a\n\nb"), "filename": "a.eml", "submitted_at": NOW}
    return Request(analysis=analysis, **(given | changes))


def finding(analyzer: str, score: int = 0, analysis: str = "a-1") -> Finding:
    signals = [Signal(id="odd", severity="high", detail="looks odd")] if score else []
    facts: dict[str, Any] = {"subject": "Hello"} if analyzer == "headers" else {}
    return Finding(analysis=analysis, analyzer=analyzer, score=score, signals=signals, facts=facts, duration_ms=3)


@asynccontextmanager
async def opened(database: Database, kept: int = 100) -> AsyncIterator[Bench]:
    async with database.opened("analyzer_orchestrator") as state:
        yield Bench(state, kept)


@pytest.fixture
async def bench(database: Database) -> AsyncIterator[Bench]:
    async with opened(database) as given:
        yield given


async def test_publishes_one_job_per_analyzer_with_the_requests_urgency(bench: Bench) -> None:
    await bench.request(urgency="urgent")
    assert bench.publisher.names == ["job.headers", "job.links"]
    assert bench.publisher.only("job.links").mail.inline == b"From: a\n\nb"
    assert bench.publisher.urgencies == ["urgent", "urgent"]
    assert [status.stage for _, status in bench.publisher.announced] == ["dispatched"]  # type: ignore[attr-defined]


async def test_what_a_round_publishes_later_stays_in_the_trace_of_the_submission(bench: Bench) -> None:
    configure_tracing("analyzer-orchestrator", {})
    trace = "0af7651916cd43dd8448eb211c80319c"
    submitted = request(traceparent=f"00-{trace}-b7ad6b7169203331-01")
    await bench.orchestrator.submit(submitted)
    await bench.orchestrator.dispatch_waiting()
    bench.publisher.refusing = {"alert"}
    bench.clock.time += DEADLINE
    await bench.orchestrator.expire()
    bench.publisher.refusing = {"result"}
    await bench.orchestrator.publish_decided()
    bench.publisher.refusing = set()
    bench.clock.time += timedelta(seconds=CLAIM_SECONDS)
    await bench.orchestrator.publish_decided()
    assert bench.publisher.names == ["job.headers", "job.links", "alert", "alert", "result"]
    assert bench.publisher.traces == [trace] * 5


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


async def test_a_refused_result_is_decided_and_published_later_with_the_same_bytes(bench: Bench) -> None:
    await bench.request()
    await bench.finding("headers")
    bench.publisher.refusing = {"result"}
    await bench.finding("links")
    assert (await bench.counts())["completed"] == 1
    decided = (await bench.status())["finishedAt"]
    bench.clock.time += timedelta(seconds=5)
    bench.publisher.refusing = set()
    await bench.orchestrator.publish_decided()
    await bench.orchestrator.publish_decided()
    await bench.finding("links")
    result = bench.publisher.only("result")
    assert result.finished_at.isoformat().replace("+00:00", "Z") == decided


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


async def test_an_expiry_that_could_not_be_published_is_published_later(bench: Bench) -> None:
    await bench.request()
    bench.clock.time = NOW + DEADLINE
    bench.publisher.refusing = {"result"}
    await bench.orchestrator.expire()
    assert (await bench.counts())["failed"] == 1
    bench.publisher.refusing = set()
    await bench.orchestrator.publish_decided()
    assert bench.publisher.only("result").state == "failed"


async def test_a_restart_forgets_nothing(database: Database) -> None:
    async with opened(database) as before:
        await before.request()
        await before.finding("headers")
    async with opened(database) as after:
        await after.finding("links")
        assert after.publisher.only("result").state == "completed"
    async with opened(database) as later:
        await later.request("a-2")
    async with opened(database) as last:
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
    assert await bench.orchestrator.submit(request()) == {"id": "a-1"}
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


async def test_keeps_only_the_newest_finished_ones(database: Database) -> None:
    async with opened(database, kept=2) as bench:
        for number in range(5):
            await bench.request(f"a-{number}")
            for analyzer in ANALYZERS:
                await bench.finding(analyzer, analysis=f"a-{number}")
        assert await bench.store.prune() == 3
        with pytest.raises(UnknownError):
            await bench.status("a-2")
        assert (await bench.status("a-3"))["state"] == "completed"
        assert (await bench.counts())["completed"] == 5


async def test_every_job_says_until_when_its_finding_is_wanted(bench: Bench) -> None:
    await bench.request()
    sooner = NOW + timedelta(seconds=30)
    await bench.request("a-2", deadline_at=sooner)
    assert [job.deadline_at for _, job in bench.publisher.published] == [NOW + DEADLINE] * 2 + [sooner] * 2  # type: ignore[attr-defined]


@pytest.mark.parametrize("by_rpc", [False, True])
async def test_a_request_that_comes_after_its_deadline_ends_immediately(bench: Bench, by_rpc: bool) -> None:
    bench.clock.time = NOW + DEADLINE
    for _ in range(2):
        if by_rpc:
            await bench.orchestrator.submit(request())
        else:
            await bench.request()
    assert bench.publisher.names == ["alert", "result"]
    assert bench.publisher.only("result").reasons == ["incomplete: the deadline passed before it could be analysed"]
    assert (await bench.status())["missing"] == list(ANALYZERS)


async def test_urgent_analyses_are_dispatched_and_expired_before_normal_ones(bench: Bench) -> None:
    for number, urgency in enumerate(["normal", "normal", "urgent"]):
        await bench.orchestrator.submit(request(f"a-{number}", urgency=urgency))
    await bench.orchestrator.dispatch_waiting()
    assert [job.analysis for _, job in bench.publisher.published[::2]] == ["a-2", "a-0", "a-1"]  # type: ignore[attr-defined]
    bench.publisher.published.clear()
    bench.clock.time = NOW + DEADLINE
    await bench.orchestrator.expire()
    ended = [payload.analysis for name, payload in bench.publisher.published if name == "result"]  # type: ignore[attr-defined]
    assert ended == ["a-2", "a-0", "a-1"]


async def test_tells_the_load(bench: Bench) -> None:
    empty = {"running": 0, "urgent": 0, "concludedPerSecond": 0.0, "deadlineSeconds": 600.0, "oldestSeconds": 0.0}
    assert (await bench.overview())["load"] == empty
    for number in range(6):
        await bench.request(f"a-{number}")
    await bench.request("u-1", urgency="urgent")
    for number in range(4):
        bench.clock.time = NOW + timedelta(seconds=number)
        for analyzer in ANALYZERS:
            await bench.finding(analyzer, analysis=f"a-{number}")
    bench.clock.time = NOW + timedelta(seconds=4)
    assert (await bench.overview())["load"] == empty | {
        "running": 3,
        "urgent": 1,
        "concludedPerSecond": 1.0,
        "oldestSeconds": 4.0,
    }
    bench.clock.time = NOW + timedelta(seconds=70)
    assert (await bench.overview())["load"]["concludedPerSecond"] == 0.0


async def test_stores_any_file_name(bench: Bench) -> None:
    await bench.request(filename="\x00\u202e" + "ü" * 3000)
    assert (await bench.overview())["running"] == 1


class CrashError(Exception):
    """The process ends here."""


def crash_at(bench: Bench, step: str) -> None:
    """Lets the replica crash instead of a publish or of a transaction after it."""

    async def crash(*_given: object, **_options: object) -> None:
        raise CrashError

    target = bench.publisher if step in ("publish", "announce") else bench.store
    setattr(target, step, crash)


@pytest.mark.parametrize("step", ["publish", "mark_dispatched", "mark_published", "announce"])
@pytest.mark.parametrize("action", ["request", "finding", "expire"])
async def test_a_crash_between_any_two_steps_loses_and_duplicates_nothing(
    database: Database, step: str, action: str
) -> None:
    async with opened(database) as first:
        if action != "request":
            await first.request()
            await first.finding("headers")
        if action == "expire":
            first.clock.time = NOW + DEADLINE
        crash_at(first, step)
        crash = pytest.raises(CrashError) if (step, action) not in _UNTOUCHED else nullcontext()
        with crash:
            match action:
                case "request":
                    await first.request()
                case "finding":
                    await first.finding("links")
                case "expire":
                    await first.orchestrator.expire()
        time = first.clock.time
    async with opened(database) as second:
        # The dead replica's claim expires; the broker redelivers what it did not acknowledge.
        second.clock.time = time + timedelta(seconds=CLAIM_SECONDS + 1)
        if action == "request":
            await second.request()
        await second.orchestrator.dispatch_waiting()
        await second.orchestrator.publish_decided()
        for analyzer in ANALYZERS:
            await second.finding(analyzer)
        await second.orchestrator.expire()
        await second.orchestrator.publish_decided()
        everything = [*first.publisher.published, *second.publisher.published]
        results = {payload.model_dump_json() for name, payload in everything if name == "result"}
        assert len(results) == 1
        ids = {
            given
            for bench in (first, second)
            for given, (name, _) in zip(bench.publisher.ids, bench.publisher.published, strict=True)
            if name == "result"
        }
        assert len(ids) == 1
        state = "failed" if action == "expire" else "completed"
        assert (await second.status())["state"] == state
        counts = {"submitted": 1, "completed": 0, "failed": 0, "running": 0} | {state: 1}
        assert await second.counts() == counts


# These steps do not occur in the action.
_UNTOUCHED = {("mark_published", "request"), ("mark_dispatched", "finding"), ("mark_dispatched", "expire")}


async def test_replicas_decide_each_analysis_once_and_share_the_work(postgres_database: Database) -> None:
    async with AsyncExitStack() as stack:
        replicas = [await stack.enter_async_context(opened(postgres_database)) for _ in range(3)]
        analyses = [f"a-{number}" for number in range(30)]
        await asyncio.gather(
            *(replica.orchestrator.submit(request(analysis)) for replica in replicas for analysis in analyses)
        )
        await asyncio.gather(*(replica.orchestrator.dispatch_waiting() for replica in replicas))
        jobs = [given for replica in replicas for given in replica.publisher.ids]
        assert (len(jobs), len(set(jobs))) == (60, 60)
        # Both findings of an analysis arrive at the same time, twice, in different replicas; some never.
        await asyncio.gather(
            *(
                replicas[(number + turn) % 3].finding(analyzer, analysis=analysis)
                for number, analysis in enumerate(analyses[:20])
                for turn, analyzer in enumerate([*ANALYZERS, *ANALYZERS])
            )
        )
        for replica in replicas:
            replica.clock.time = NOW + DEADLINE
        await asyncio.gather(*(replica.orchestrator.expire() for replica in replicas))
        results = [
            (payload.analysis, payload.state)  # type: ignore[attr-defined]
            for replica in replicas
            for name, payload in replica.publisher.published
            if name == "result"
        ]
        expected = [(analysis, "completed" if number < 20 else "failed") for number, analysis in enumerate(analyses)]
        assert sorted(results) == sorted(expected)
        assert await replicas[0].counts() == {"submitted": 30, "completed": 20, "failed": 10, "running": 0}
