"""Replicas of the orchestrator: a crash between any two steps, and work that several take at the same time."""

import asyncio
from contextlib import AsyncExitStack, nullcontext
from datetime import timedelta

import pytest

from conftest import Database
from fakes import NOW
from spot_services.orchestrator.claims import CLAIM_SECONDS
from support.orchestrator import ANALYZERS, DEADLINE, Bench, opened, request


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
