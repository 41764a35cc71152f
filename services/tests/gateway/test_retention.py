"""Erasure and retention of submissions and mails, on both databases and with a real mail directory."""

import asyncio
import hashlib
import os
from datetime import timedelta
from pathlib import Path

from conftest import Database
from fakes import NOW
from spot_messaging import Erasure
from spot_services import retention
from spot_services.gateway.retention import Retention
from spot_services.gateway.submissions import Submission, Submissions
from spot_services.mailstore import DirectoryStore
from spot_services.payload import Mail, Reference
from spot_services.state import State


def reference_of(body: bytes) -> Reference:
    return Reference(sha256=hashlib.sha256(body).hexdigest(), size=len(body))


class Bench:
    def __init__(self, state: State, folder: Path) -> None:
        self.folder = folder / "mails"
        self.folder.mkdir(exist_ok=True)
        self.store = DirectoryStore(self.folder, writable=True)
        self.submissions = Submissions(state)
        self.time = NOW
        self.retention = Retention(self.submissions, self.store, lambda: self.time)

    async def submit(self, identity: str, body: bytes) -> None:
        reference = reference_of(body)
        submission = Submission(
            id=identity,
            token="",
            key=f"key of {identity}",
            digest=reference.sha256,
            size=reference.size,
            urgency="normal",
            filename=None,
            submitted_at=self.time,
        )
        begun = await self.submissions.begin(submission, self.time)
        assert begun.is_mine
        await self.store.put(body, reference.sha256, reference.size)
        os.utime(self.path(body), (self.time.timestamp(), self.time.timestamp()))

    def path(self, body: bytes) -> Path:
        digest = reference_of(body).sha256
        return self.folder / digest[:2] / digest

    def has(self, body: bytes) -> bool:
        return self.path(body).exists()


async def test_erases_a_mail_with_its_last_submission(database: Database, tmp_path: Path) -> None:
    async with database.opened("gateway") as state:
        bench = Bench(state, tmp_path)
        for identity in ("a-1", "a-2"):
            await bench.submit(identity, b"same")
        await bench.submit("a-3", b"other")
        for _ in range(2):
            await bench.retention.erase(Erasure("a-1", None, NOW))
        assert (await bench.submissions.get("a-1"), bench.has(b"same")) == (None, True)
        await bench.retention.erase(Erasure("a-2", None, NOW))
        assert (bench.has(b"same"), bench.has(b"other")) == (False, True)


async def test_erases_by_age_also_mails_without_a_submission(database: Database, tmp_path: Path) -> None:
    async with database.opened("gateway") as state:
        bench = Bench(state, tmp_path)
        await bench.submit("old", b"old")
        await bench.submit("old-of-both", b"both")
        orphan = reference_of(b"orphan")
        await bench.store.put(b"orphan", orphan.sha256, orphan.size)
        os.utime(bench.path(b"orphan"), (NOW.timestamp(), NOW.timestamp()))
        bench.time = NOW + timedelta(days=2)
        await bench.submit("new", b"new")
        await bench.submit("new-of-both", b"both")
        await bench.retention.erase(Erasure(None, NOW + timedelta(days=1), NOW))
        assert [bench.has(body) for body in (b"old", b"orphan", b"both", b"new")] == [False, False, True, True]
        kept = [await bench.submissions.get(identity) for identity in ("old", "old-of-both", "new", "new-of-both")]
        assert [found is not None for found in kept] == [False, False, True, True]


async def test_ends_the_retention_of_mails_before_that_of_submissions(database: Database, tmp_path: Path) -> None:
    async with database.opened("gateway") as state:
        bench = Bench(state, tmp_path)
        await bench.submit("a-1", b"mail")
        bench.time = NOW + retention.MAILS - timedelta(seconds=1)
        await bench.retention.prune()
        assert bench.has(b"mail")
        bench.time = NOW + retention.MAILS + timedelta(seconds=1)
        await bench.retention.prune()
        assert not bench.has(b"mail")
        assert await bench.submissions.get("a-1") is not None
        bench.time = NOW + retention.SUBMISSIONS + timedelta(seconds=1)
        await bench.retention.prune()
        assert await bench.submissions.get("a-1") is None


async def test_a_mail_that_is_submitted_again_starts_its_retention_again(database: Database, tmp_path: Path) -> None:
    async with database.opened("gateway") as state:
        bench = Bench(state, tmp_path)
        await bench.submit("a-1", b"mail")
        bench.time = NOW + retention.MAILS
        await bench.submit("a-2", b"mail")
        bench.time = NOW + retention.MAILS + timedelta(days=1)
        await bench.retention.prune()
        assert bench.has(b"mail")


async def test_a_store_that_does_not_work_delays_the_retention(database: Database, tmp_path: Path) -> None:
    async with database.opened("gateway") as state:
        bench = Bench(state, tmp_path)
        await bench.submit("a-1", b"mail")
        bench.time = NOW + retention.SUBMISSIONS + timedelta(days=1)
        bench.folder.rename(tmp_path / "away")
        (tmp_path / "mails").write_text("in the way")
        await bench.retention.prune()
        assert await bench.submissions.get("a-1") is not None
        (tmp_path / "mails").unlink()
        (tmp_path / "away").rename(bench.folder)
        await bench.retention.prune()
        assert (await bench.submissions.get("a-1"), bench.has(b"mail")) == (None, False)


async def test_no_submission_loses_its_mail_to_a_retention_that_ends_now(
    postgres_database: Database, tmp_path: Path
) -> None:
    """The mail is old and its retention ends, in one replica, while another takes it again."""
    async with postgres_database.opened("gateway") as one, postgres_database.opened("gateway") as two:
        for number in range(30):
            body = f"mail {number}".encode()
            first, second = Bench(one, tmp_path), Bench(two, tmp_path)
            reference = reference_of(body)
            await first.store.put(body, reference.sha256, reference.size)
            cutoff = NOW + timedelta(days=1)
            second.time = cutoff + timedelta(seconds=1)

            async def slow_delete(digest: str, bench: Bench = first) -> None:
                await asyncio.sleep(0.01)
                await bench.store.delete(digest)

            await asyncio.gather(
                first.submissions.discard(reference.sha256, cutoff, slow_delete),
                second.submit(f"a-{number}", body),
            )
            assert await second.store.get(Mail(reference=reference)) == body
