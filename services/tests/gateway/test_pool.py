"""A slow database: what does not need it is answered immediately, and the others get an honest 503 in time."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from conftest import Database
from spot_messaging import CallError
from spot_services.gateway.admission import Load
from support.gateway import Bench, running_gateway
from support.postgres import Postgres

MAIL = b"From: a\r\n\r\nb"
REQUESTS = 60
# The pool's limit, and the statement's and the lock's after it.
LONGEST_SECONDS = 20.0


@pytest.fixture
async def small_pool(postgres_database: Database) -> AsyncIterator[Bench]:
    """A gateway with two connections to its database."""
    path = postgres_database.folder / "database.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"connections": 2}))
    folder = postgres_database.folder
    async with postgres_database.opened("gateway") as state, running_gateway(state, folder) as bench:
        yield bench


def database_of(folder: Path) -> str:
    return str(json.loads((folder / "database.json").read_text())["url"]).rsplit("/", 1)[1]


async def submit(bench: Bench, number: int) -> tuple[httpx.Response, float]:
    began = time.monotonic()
    answer = await bench.post(MAIL, headers={"Idempotency-Key": f"key-{number}"} if number % 2 else {})
    return answer, time.monotonic() - began


async def test_answers_in_time_while_the_table_is_locked(
    small_pool: Bench, postgres: Postgres, postgres_database: Database
) -> None:
    bench = small_pool
    bench.orchestrator.error = CallError("away")
    connection = await postgres.connect(database_of(postgres_database.folder))
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("LOCK TABLE gateway.submission IN ACCESS EXCLUSIVE MODE")
    waiting = asyncio.gather(
        *(submit(bench, number) for number in range(REQUESTS)),
        *((_timed(bench, path)) for path in ("/submissions", "/analyses/a-1")),
    )
    await asyncio.sleep(0.5)
    began = time.monotonic()
    for path in ("/", "/openapi.json", "/healthz"):
        assert (await bench.get(path)).status_code == 200
    bench.admission.report(Load(running=1000, urgent=0, concluded_per_second=1, deadline_seconds=60, oldest_seconds=50))
    refused = await bench.post(MAIL)
    assert (refused.status_code, refused.json()["outcome"]) == (503, "not accepted")
    assert time.monotonic() - began < 2
    answers = await waiting
    assert max(seconds for _, seconds in answers) < LONGEST_SECONDS
    assert {answer.status_code for answer, _ in answers} == {503}
    assert all("retry-after" in answer.headers for answer, _ in answers)
    for number, (answer, _) in enumerate(answers[:REQUESTS]):
        # With a key of its own, the sender may have sent the mail before.
        assert answer.json()["outcome"] == ("unknown" if number % 2 else "not accepted")
    assert bench.publisher.names == []
    await transaction.rollback()
    await connection.close()
    bench.admission.report(Load(running=0, urgent=0, concluded_per_second=1, deadline_seconds=60, oldest_seconds=0))
    keyed = [number for number in range(REQUESTS) if number % 2]
    repeated = await asyncio.gather(*(submit(bench, number) for number in keyed))
    assert [answer.status_code for answer, _ in repeated] == [202] * len(keyed)
    assert len(set(bench.publisher.ids)) == len(bench.publisher.ids) == len(keyed)


async def test_what_it_accepts_while_the_database_is_slow_is_published_and_nothing_else(
    small_pool: Bench, postgres: Postgres, postgres_database: Database
) -> None:
    bench = small_pool
    name = database_of(postgres_database.folder)
    await postgres.execute(
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.5); RETURN NEW; END $$",
        "CREATE TRIGGER slow BEFORE INSERT OR UPDATE ON gateway.submission FOR EACH ROW EXECUTE FUNCTION slow()",
        database=name,
    )
    answers = await asyncio.gather(*(submit(bench, number) for number in range(REQUESTS)))
    assert max(seconds for _, seconds in answers) < LONGEST_SECONDS
    accepted = {answer.json()["id"] for answer, _ in answers if answer.status_code == 202}
    assert accepted
    assert accepted <= set(bench.publisher.ids)
    for answer, _ in answers:
        assert answer.status_code in (202, 503)
        if answer.status_code == 503:
            assert "retry-after" in answer.headers
            # Nothing that is called not accepted left the gateway.
            assert answer.json()["outcome"] in ("not accepted", "unknown")
    certain = sum(
        1 for answer, _ in answers if answer.status_code == 503 and answer.json()["outcome"] == "not accepted"
    )
    assert len(bench.publisher.ids) <= REQUESTS - certain


async def _timed(bench: Bench, path: str) -> tuple[httpx.Response, float]:
    began = time.monotonic()
    return await bench.get(path), time.monotonic() - began
