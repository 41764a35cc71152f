"""The workflow on both databases: every step can come twice, in any replica."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from conftest import Database
from fakes import DELIVERY, NOW
from spot_messaging import PermanentError, UnknownError, configure_tracing
from spot_services.orchestrator.claims import CLAIM_SECONDS
from spot_services.payload import StatusQuery
from support.orchestrator import ANALYZERS, DEADLINE, Bench, opened, request


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
    empty = {
        "running": 0,
        "urgent": 0,
        "concludedPerSecond": 0.0,
        "urgentConcludedPerSecond": 0.0,
        "intakeSeconds": 0.0,
        "deadlineSeconds": 600.0,
        "oldestSeconds": 0.0,
    }
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


async def test_tells_how_much_of_its_work_is_urgent(bench: Bench) -> None:
    for number in range(4):
        await bench.request(f"a-{number}", urgency="urgent" if number == 0 else "normal")
        for analyzer in ANALYZERS:
            await bench.finding(analyzer, analysis=f"a-{number}")
    bench.clock.time = NOW + timedelta(seconds=2)
    load = (await bench.overview())["load"]
    assert (load["concludedPerSecond"], load["urgentConcludedPerSecond"]) == (2.0, 0.5)


async def test_tells_how_long_normal_requests_wait_in_their_queue(bench: Bench) -> None:
    async def take(analysis: str, seconds: int, attempt: int = 1, urgency: str = "normal") -> None:
        delivery = replace(DELIVERY, attempt=attempt, age=timedelta(seconds=seconds))
        await bench.request(analysis, delivery, urgency=urgency)

    await take("a-1", 7)
    await take("a-2", 9)
    # Urgent ones go first, and a repeated one has waited for another reason.
    await take("a-3", 1, urgency="urgent")
    await take("a-4", 2, attempt=2)
    assert (await bench.overview())["load"]["intakeSeconds"] == 7.0
    bench.clock.time = NOW + timedelta(seconds=6)
    assert (await bench.overview())["load"]["intakeSeconds"] == 0.0


async def test_stores_any_file_name(bench: Bench) -> None:
    await bench.request(filename="\x00\u202e" + "ü" * 3000)
    assert (await bench.overview())["running"] == 1
