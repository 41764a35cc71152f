"""A service behind PgBouncer works with session pooling, and refuses to start with any other."""

import asyncio
from collections.abc import Awaitable
from pathlib import Path

import pytest
from sqlalchemy import text

from spot_messaging import Refusal
from spot_services.state import open_state
from spot_services.state.roles import prepare_database
from support.keepers import attempts, open_keepers
from support.pgbouncer import pgbouncer
from support.postgres import Postgres, database_file, postgres_cluster

# What is often configured, so that clients with more settings can connect: it drops them silently.
DROPPED = "extra_float_digits,options,search_path,statement_timeout,lock_timeout"


@pytest.fixture
async def database(postgres: Postgres) -> str:
    await postgres.drop_database("pooled")
    await postgres.create_database("pooled")
    return "pooled"


def through(postgres: Postgres, port: int, folder: Path, database: str) -> dict[str, str]:
    return database_file(folder, postgres.url(database).replace(str(postgres.port), str(port)))


@pytest.mark.parametrize("dropped", ["", DROPPED])
async def test_all_services_share_a_database_behind_session_pooling(
    postgres: Postgres, database: str, tmp_path: Path, dropped: str
) -> None:
    with pgbouncer(postgres, pool_mode="session", ignore_startup_parameters=dropped) as port:
        environment = through(postgres, port, tmp_path, database)
        await prepare_database(environment, start_wait=0)
        async with open_keepers(tmp_path, environment) as keepers:
            for _ in range(2):
                assert await attempts(keepers) == [None] * 4
            assert [await keeper.rows() for keeper in keepers] == [1] * 4
            for keeper in keepers:
                async with keeper.state.transaction() as connection:
                    assert await connection.scalar(text("SELECT current_schema()")) == keeper.schema
                    assert await connection.scalar(text("SHOW lock_timeout")) == "8s"
                    assert await connection.scalar(text("SHOW synchronous_commit")) == "on"
            # PgBouncer may still give away a session that ends; then the step fails, and its repetition does not.
            await postgres.disconnect(database)
            async with asyncio.timeout(20):
                while any(await attempts(keepers)):
                    await asyncio.sleep(0.1)
                    for keeper in keepers:
                        keeper.advance()
            assert [await keeper.rows() for keeper in keepers] == [1] * 4


@pytest.mark.parametrize("mode", ["transaction", "statement"])
@pytest.mark.parametrize("turns", [0, 1])
@pytest.mark.parametrize("dropped", ["", DROPPED])
async def test_refuses_to_start_behind_any_other_pooling(
    postgres: Postgres, database: str, tmp_path: Path, mode: str, turns: int, dropped: str
) -> None:
    with pgbouncer(postgres, pool_mode=mode, server_round_robin=turns, ignore_startup_parameters=dropped) as port:
        environment = through(postgres, port, tmp_path, database)
        starts: list[Awaitable[None]] = [start_service(tmp_path, environment), prepare_database(environment)]
        for start in starts:
            with pytest.raises(Refusal) as raised:
                await start
            [problem] = raised.value.problems
            assert problem.endswith("; use session pooling, or give the address of PostgreSQL itself")
            assert raised.value.exit_code == 2
    connection = await postgres.connect(database)
    assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    await connection.close()


async def test_a_server_that_is_away_behind_pgbouncer_fails_and_works_again(tmp_path: Path) -> None:
    with (
        postgres_cluster() as own,
        pgbouncer(own, pool_mode="session", server_login_retry=1, query_wait_timeout=2) as port,
    ):
        await own.create_database("pooled")
        environment = through(own, port, tmp_path, "pooled")
        async with open_keepers(tmp_path, environment) as keepers:
            own.kill()
            failures = await attempts(keepers)
            assert [failure is None for failure in failures] == [False] * 4
            with pytest.raises(Refusal) as raised:
                await start_service(tmp_path / "other", environment, start_wait=2)
            assert raised.value.exit_code == 3
            await asyncio.to_thread(own.start)
            async with asyncio.timeout(20):
                while any([await keeper.state.ready() for keeper in keepers]):  # noqa: ASYNC110
                    await asyncio.sleep(0.2)
            for keeper in keepers:
                keeper.advance()
            assert await attempts(keepers) == [None] * 4


async def start_service(folder: Path, environment: dict[str, str], start_wait: float = 60) -> None:
    async with open_state("notifier", folder, environment, start_wait=start_wait):
        pass
