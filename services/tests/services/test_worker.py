"""One job becomes one finding."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from datetime import timedelta
from pathlib import Path

import pytest

from fakes import DELIVERY, NOW, FakePublisher
from spot_messaging import ExpiredError, PermanentError, PublishError, Refusal
from spot_services.analyzer.process.parsers import Parsers
from spot_services.analyzer.program import check_analyzer
from spot_services.analyzer.worker import Worker
from spot_services.mailstore import DirectoryStore
from spot_services.payload import Job, Mail


@asynccontextmanager
async def worker(publisher: FakePublisher, data: Path) -> AsyncIterator[Worker]:
    async with Parsers("headers", 1 << 30) as parsers:
        yield Worker(
            "headers",
            publisher,
            DirectoryStore(data, writable=False),
            parsers,
            service="analyzer.headers",
            clock=lambda: NOW,
        )


async def test_publishes_the_finding_with_the_same_id_every_time(tmp_path: Path) -> None:
    publisher = FakePublisher()
    raw = b"Subject: Hello\n\nx"
    digest = hashlib.sha256(raw).hexdigest()
    reference = await DirectoryStore(tmp_path, writable=True).put(raw, digest, len(raw))
    job = Job(analysis="a-1", analyzer="headers", mail=Mail(reference=reference))
    async with worker(publisher, tmp_path) as one:
        for _ in range(2):
            await one.on_job(job, DELIVERY)
    assert publisher.names == ["finding", "finding"]
    assert publisher.ids[0] == publisher.ids[1]
    finding = publisher.published[0][1]
    assert finding.model_dump()["facts"]["subject"] == "Hello"
    assert [name for name, _ in publisher.announced] == ["status", "status"]


async def test_refuses_a_job_for_another_analyzer(tmp_path: Path) -> None:
    job = Job(analysis="a-1", analyzer="links", mail=Mail(inline=b"x"))
    async with worker(FakePublisher(), tmp_path) as one:
        with pytest.raises(PermanentError, match='job is for analyzer "links"'):
            await one.on_job(job, DELIVERY)


@pytest.mark.parametrize(("seconds", "drops"), [(-1, True), (0, True), (1, False)])
async def test_drops_a_job_whose_analysis_has_ended(tmp_path: Path, seconds: int, drops: bool) -> None:
    publisher = FakePublisher()
    deadline = NOW + timedelta(seconds=seconds)
    job = Job(analysis="a-1", analyzer="headers", mail=Mail(inline=b"x"), deadline_at=deadline)
    async with worker(publisher, tmp_path) as one:
        with pytest.raises(ExpiredError) if drops else nullcontext():
            await one.on_job(job, DELIVERY)
    assert publisher.names == ([] if drops else ["finding"])


async def test_fails_when_the_finding_is_not_confirmed(tmp_path: Path) -> None:
    publisher = FakePublisher()
    publisher.refusing = {"finding"}
    job = Job(analysis="a-1", analyzer="headers", mail=Mail(inline=b"x"))
    async with worker(publisher, tmp_path) as one:
        with pytest.raises(PublishError):
            await one.on_job(job, DELIVERY)
    assert publisher.announced == []


def test_refuses_an_unknown_analyzer_and_names_the_known() -> None:
    with pytest.raises(Refusal) as raised:
        check_analyzer("magic")
    assert raised.value.problems == [
        'settings: analyzer "magic" is unknown; known: "attachments", "content", "headers", "links"'
    ]
