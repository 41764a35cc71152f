"""A database that stops working while a service runs, and works again."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conftest import Database
from spot_messaging import DependencyError, Refusal
from spot_services.state import State, StateUnavailableError, open_state
from support.postgres import PASSWORD, Postgres, database_file, postgres_cluster


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A server that a test may kill."""
    with postgres_cluster() as cluster:
        yield cluster


async def write(state: State) -> None:
    async with state.transaction() as connection:
        await connection.execute(
            text("INSERT INTO delivery (channel, message, state, at) VALUES ('c', 'm', 'sent', 0)")
        )
        await connection.execute(text("DELETE FROM delivery"))


@asynccontextmanager
async def working(database: Database) -> AsyncIterator[State]:
    async with database.opened("notifier") as state:
        await write(state)
        assert await state.ready() is None
        yield state


async def fails(state: State, sentence: str) -> None:
    """The transaction fails as the database's failure, and the service is not ready."""
    with pytest.raises(StateUnavailableError) as raised:
        await write(state)
    assert sentence in str(raised.value)
    assert PASSWORD not in str(raised.value)
    assert isinstance(raised.value, DependencyError)
    assert await state.ready() is not None


def name_of(database: Database) -> str:
    return str(json.loads((database.folder / "database.json").read_text())["url"]).rsplit("/", 1)[1]


async def test_leaves_a_read_only_server_as_soon_as_there_is_another(
    postgres: Postgres, postgres_database: Database
) -> None:
    name = name_of(postgres_database)
    async with working(postgres_database) as state:
        await postgres.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        await state._engine.dispose()
        await fails(state, "is read-only; connect to the primary")
        assert await state.ready() == f"{state.place}: is read-only; connect to the primary"
        # It counts for new connections only, as the address of a primary does.
        await postgres.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = off')
        await write(state)
        assert await state.ready() is None


async def test_says_that_there_are_too_many_connections(postgres: Postgres, postgres_database: Database) -> None:
    name = name_of(postgres_database)
    async with working(postgres_database) as state:
        await postgres.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT 0')
        await state._engine.dispose()
        await fails(state, "has too many connections")
        await postgres.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT -1')
        await write(state)


async def test_says_that_tables_or_rights_are_missing(postgres: Postgres, postgres_database: Database) -> None:
    name = name_of(postgres_database)
    async with working(postgres_database) as state:
        await postgres.execute("ALTER TABLE notifier.delivery RENAME TO hidden", database=name)
        with pytest.raises(StateUnavailableError, match="lacks a table"):
            await write(state)
        await postgres.execute("ALTER TABLE notifier.hidden RENAME TO delivery", database=name)
        await postgres.execute("ALTER TABLE notifier.delivery OWNER TO postgres", database=name)
        with pytest.raises(StateUnavailableError, match="refuses a right"):
            await write(state)


async def test_connections_that_the_server_cut_do_not_fail_a_transaction(
    postgres: Postgres, postgres_database: Database
) -> None:
    async with working(postgres_database) as state:
        for _ in range(3):
            await postgres.disconnect(name_of(postgres_database))
            await write(state)


async def test_a_killed_server_fails_and_a_started_one_works_again(own_postgres: Postgres, tmp_path: Path) -> None:
    url = await own_postgres.create_database("spot")
    database = Database("postgresql", tmp_path, database_file(tmp_path, url))
    async with working(database) as state:
        own_postgres.kill()
        await fails(state, 'spot": ')
        await asyncio.to_thread(own_postgres.start)
        await write(state)
        assert await state.ready() is None


async def test_a_paused_server_fails_in_time_and_works_again(own_postgres: Postgres, tmp_path: Path) -> None:
    url = await own_postgres.create_database("spot")
    database = Database("postgresql", tmp_path, database_file(tmp_path, url))
    loop = asyncio.get_running_loop()
    async with working(database) as state:
        own_postgres.freeze(True)
        try:
            started = loop.time()
            assert "does not answer in time" in str(await state.ready())
            assert loop.time() - started < 6
            with pytest.raises(StateUnavailableError, match=r"does not answer in time|lost the connection"):
                await write(state)
            assert loop.time() - started < 30
        finally:
            own_postgres.freeze(False)
        for _ in range(20):
            if await state.ready() is None:
                break
            await asyncio.sleep(0.5)
        await write(state)


async def test_waits_for_a_server_that_starts_late(own_postgres: Postgres, tmp_path: Path) -> None:
    url = await own_postgres.create_database("spot")
    own_postgres.kill()

    async def start() -> None:
        await asyncio.sleep(1)
        await asyncio.to_thread(own_postgres.start)

    starting = asyncio.create_task(start())
    async with open_state("notifier", tmp_path, database_file(tmp_path, url), start_wait=30) as state:
        await write(state)
    await starting


async def test_a_statement_continues_after_its_table_was_changed(
    postgres: Postgres, postgres_database: Database
) -> None:
    """A newer release migrates while this one runs: what the server has prepared for it becomes invalid."""

    async def read(connection: AsyncConnection) -> int:
        return len((await connection.execute(text("SELECT * FROM delivery"))).all())

    name = name_of(postgres_database)
    async with working(postgres_database) as state:
        for change in ("ADD COLUMN more text", "ALTER COLUMN more TYPE bigint USING 0", "DROP COLUMN more"):
            await postgres.execute(f"ALTER TABLE notifier.delivery {change}", database=name)
            for _ in range(3):
                assert await state.run(read) == 0
        assert await state.ready() is None


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], check=True)  # noqa: S603, S607
    yield folder
    subprocess.run(["umount", str(folder)], check=True)  # noqa: S603, S607


def fill(path: Path) -> None:
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


async def test_a_full_disk_stores_nothing_until_there_is_space(small_disk: Path) -> None:
    database = Database("sqlite", small_disk, {})
    async with database.opened("notifier") as state:
        filler = small_disk / "filler"
        fill(filler)
        stored = 0

        async def add() -> None:
            nonlocal stored
            while True:
                async with state.transaction() as connection:
                    await connection.execute(
                        text("INSERT INTO delivery (channel, message, state, at) VALUES ('c', :m, 'sent', 0)"),
                        {"m": f"m-{stored}" + "x" * 200},
                    )
                stored += 1

        with pytest.raises(StateUnavailableError, match="has no space left; enlarge the volume"):
            await add()
        assert "has no space left" in str(await state.ready())
        filler.unlink()
        async with state.transaction() as connection:
            assert await connection.scalar(text("SELECT count(*) FROM delivery")) == stored
        state._full = None
        assert await state.ready() is None


async def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notifier.db").write_bytes(b"not a database, but long enough to look at" * 100)
    with pytest.raises(Refusal, match="is not an SQLite file; restore it from a backup"):
        async with Database("sqlite", tmp_path, {}).opened("notifier", start_wait=0):
            pass
