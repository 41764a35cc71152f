"""Transactions, migrations and readiness on both databases."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from conftest import Database
from spot_messaging import Refusal
from spot_services.state.schema import SCHEMAS


@pytest.mark.parametrize("schema", sorted(SCHEMAS))
async def test_migrates_an_empty_database_once(database: Database, schema: str) -> None:
    for _ in range(2):
        async with database.opened(schema) as state:
            assert await state.ready() is None
            async with state.transaction() as connection:
                revisions = await connection.scalar(text("SELECT count(*) FROM schema_revision"))
                readers = await connection.scalar(text("SELECT count(*) FROM schema_compatibility"))
            assert (revisions, readers) == (1, 1)


async def test_undoes_a_transaction_that_fails(database: Database) -> None:
    async with database.opened("result_processor") as state:

        async def fail() -> None:
            async with state.transaction() as connection:
                await connection.execute(text("INSERT INTO schema_compatibility VALUES (7, 'x')"))
                raise ValueError("no")

        with pytest.raises(ValueError, match="no"):
            await fail()
        async with state.transaction() as connection:
            assert await connection.scalar(text("SELECT count(*) FROM schema_compatibility")) == 1


async def test_sqlite_admits_one_process_at_a_time(tmp_path: Path) -> None:
    database = Database("sqlite", tmp_path, {})
    async with database.opened("notifier"):
        with pytest.raises(Refusal) as raised:
            async with database.opened("notifier", lock_wait=0):
                pass
    assert raised.value.problems == [
        f'data "{tmp_path / "notifier.lock"}": another process uses it; run one replica of this service, '
        "or give all replicas a PostgreSQL database (SPOT_DATABASE)"
    ]


async def test_replicas_that_start_together_migrate_once(postgres_database: Database) -> None:
    async def start() -> None:
        async with postgres_database.opened("analyzer_orchestrator"):
            pass

    await asyncio.gather(*(start() for _ in range(6)))
