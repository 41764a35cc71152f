"""One job becomes one finding."""

import hashlib
from pathlib import Path

import pytest

from fakes import DELIVERY, NOW, FakePublisher
from spot_messaging import PermanentError, PublishError
from spot_services.analyzer.registry import load_analyzer
from spot_services.analyzer.worker import Worker
from spot_services.mailstore import DirectoryStore
from spot_services.payload import Job, Mail


def worker(publisher: FakePublisher, data: Path) -> Worker:
    return Worker(
        load_analyzer("headers"),
        publisher,
        DirectoryStore(data, writable=False),
        service="analyzer.headers",
        job_limit=5,
        clock=lambda: NOW,
    )


async def test_publishes_the_finding_with_the_same_id_every_time(tmp_path: Path) -> None:
    publisher = FakePublisher()
    raw = b"Subject: Hello\n\nx"
    digest = hashlib.sha256(raw).hexdigest()
    reference = await DirectoryStore(tmp_path, writable=True).put(raw, digest, len(raw))
    job = Job(analysis="a-1", analyzer="headers", mail=Mail(reference=reference))
    for _ in range(2):
        await worker(publisher, tmp_path).on_job(job, DELIVERY)
    assert publisher.names == ["finding", "finding"]
    assert publisher.ids[0] == publisher.ids[1]
    finding = publisher.published[0][1]
    assert finding.model_dump()["facts"]["subject"] == "Hello"
    assert [name for name, _ in publisher.announced] == ["status", "status"]


async def test_refuses_a_job_for_another_analyzer(tmp_path: Path) -> None:
    job = Job(analysis="a-1", analyzer="links", mail=Mail(inline=b"x"))
    with pytest.raises(PermanentError, match='job is for analyzer "links"'):
        await worker(FakePublisher(), tmp_path).on_job(job, DELIVERY)


async def test_fails_when_the_finding_is_not_confirmed(tmp_path: Path) -> None:
    publisher = FakePublisher()
    publisher.refusing = {"finding"}
    job = Job(analysis="a-1", analyzer="headers", mail=Mail(inline=b"x"))
    with pytest.raises(PublishError):
        await worker(publisher, tmp_path).on_job(job, DELIVERY)
    assert publisher.announced == []
