"""Transactions, migrations and readiness on both databases."""

import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from prometheus_client import REGISTRY
from sqlalchemy import Connection, MetaData, text

from conftest import Database
from spot_messaging import Refusal
from spot_services.erasure import TABLE as ERASED
from spot_services.notifier.ledger import METADATA as NOTIFIER
from spot_services.orchestrator.tables import METADATA as ORCHESTRATOR
from spot_services.result_processor.store import METADATA as RESULT_PROCESSOR
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


@pytest.mark.parametrize(
    ("schema", "tables"),
    [("analyzer_orchestrator", ORCHESTRATOR), ("notifier", NOTIFIER), ("result_processor", RESULT_PROCESSOR)],
)
async def test_the_migrations_make_the_tables_that_the_code_reads(
    database: Database, schema: str, tables: MetaData
) -> None:
    def differences(connection: Connection) -> list[object]:
        own = {"schema_revision", "schema_compatibility"}
        options = {"include_object": lambda _item, name, *_rest: name not in own, "compare_type": True}
        expected = MetaData()
        for table in (*tables.tables.values(), ERASED):
            table.to_metadata(expected)
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), expected))

    async with database.opened(schema) as state, state.transaction() as connection:
        assert await connection.run_sync(differences) == []


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
        f'data "{tmp_path / "notifier.lock"}": another process uses it; stop that process, '
        "run one replica of this service, or give all replicas a PostgreSQL database (SPOT_DATABASE)"
    ]


async def test_replicas_that_start_together_migrate_once(postgres_database: Database) -> None:
    async def start() -> None:
        async with postgres_database.opened("analyzer_orchestrator"):
            pass

    await asyncio.gather(*(start() for _ in range(6)))


async def test_waits_and_stays_ready_while_many_transactions_are_before_it(database: Database) -> None:
    """Six seconds of them one by one: longer than a check may take, and than the pool of PostgreSQL waits."""
    async with database.opened("notifier") as state:

        async def hold() -> None:
            async with state.transaction():
                await asyncio.sleep(0.2)

        async with asyncio.TaskGroup() as group:
            for _ in range(30):
                group.create_task(hold())
            await asyncio.sleep(0.1)
            assert await state.ready() is None


async def test_an_overview_does_not_wait_for_work_that_takes_all_other_connections(postgres_database: Database) -> None:
    """And the metrics show that no connection is left for work."""
    async with postgres_database.opened("notifier") as state:
        done = asyncio.Event()

        async def work() -> None:
            async with state.transaction():
                await done.wait()

        async with asyncio.TaskGroup() as group:
            for _ in range(state.size + 2):
                group.create_task(work())
            await asyncio.sleep(0.1)
            async with state.transaction(is_overview=True) as connection:
                assert await connection.scalar(text("SELECT 1")) == 1
            assert await state.ready() is None
            names = ("spot_database_connections_in_use", "spot_database_connections_limit")
            assert [REGISTRY.get_sample_value(name) for name in names] == [state.size - 1, state.size - 1]
            done.set()
