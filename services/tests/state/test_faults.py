"""Every fault of the database for every service with state: nothing is acknowledged that is not stored, the operator
reads a sentence, and the work continues without a restart.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.databasefaults import DATABASE, ERRORS, FAULTS, ROLE, Fault, Rig
from support.keepers import attempts, open_keepers
from support.postgres import PASSWORD, Postgres, database_file
from support.relay import relay_to

# What the orchestrator publishes of an analysis is a job for each of its two analyzers.
SENT = {"gateway": 1, "analyzer_orchestrator": 2, "result_processor": 1, "notifier": 1}


@pytest.fixture
async def rig(postgres: Postgres, tmp_path: Path) -> AsyncIterator[Rig]:
    await postgres.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'")
    await postgres.create_database(DATABASE, ROLE)
    try:
        async with relay_to(postgres.port) as relay:
            url = f"postgresql://{ROLE}:{PASSWORD}@127.0.0.1:{relay.port}/{DATABASE}"
            async with open_keepers(tmp_path, database_file(tmp_path, url)) as keepers:
                yield Rig(postgres, relay, keepers, tmp_path)
    finally:
        await postgres.drop_database(DATABASE)
        await postgres.execute(f"DROP ROLE {ROLE}")


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_acknowledges_nothing_that_is_not_stored_and_continues(rig: Rig, fault: Fault) -> None:
    await suffer(rig, fault)
    await recover(rig)


@pytest.mark.parametrize("faults", ERRORS.values(), ids=ERRORS)
async def test_no_error_of_the_server_is_taken_for_a_defect(rig: Rig, faults: list[Fault]) -> None:
    for fault in faults:
        await suffer(rig, fault)
    await recover(rig)


async def suffer(rig: Rig, fault: Fault) -> None:
    async with fault.begin(rig):
        failures = await attempts(rig.keepers)
        sentences = await asyncio.gather(*(keeper.state.ready() for keeper in rig.keepers))
    for keeper, failure, sentence in zip(rig.keepers, failures, sentences, strict=True):
        assert failure is not None, keeper.schema
        assert list(keeper.sent()) == []
        texts = [str(failure)] if sentence is None else [str(failure), sentence]
        assert [text for text in texts if PASSWORD in text or "marker" in text] == []
        if keeper.schema != "gateway":
            assert fault.words in str(failure)
        ready_words = fault.words if fault.ready_words is None else fault.ready_words
        if ready_words:
            assert sentence is not None
            assert sentence.startswith(keeper.state.place)
            assert ready_words in sentence
        keeper.advance()
        # The memory of a full disk, which holds readiness off for some seconds.
        keeper.state._full = None


async def recover(rig: Rig) -> None:
    """Without a restart: ready, and each step happens exactly once."""
    async with asyncio.timeout(20):
        for keeper in rig.keepers:
            while await keeper.state.ready() is not None:  # noqa: ASYNC110 - the server has no event for it
                await asyncio.sleep(0.2)
    for _ in range(2):
        assert await attempts(rig.keepers) == [None] * len(rig.keepers)
    for keeper in rig.keepers:
        assert (keeper.schema, await keeper.rows(), len(set(keeper.sent()))) == (keeper.schema, 1, SENT[keeper.schema])
