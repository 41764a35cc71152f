"""The owner's command: every service gets its schema, and nothing of another one."""

import asyncio
import json
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from conftest import Database
from spot_messaging import Refusal
from spot_services.state import open_state
from spot_services.state.roles import prepare_database, scram_verifier
from spot_services.state.schema import SCHEMAS
from support.postgres import OWNER, Postgres, database_file

PASSWORD = "p@ss/w'ord%"


class Stack:
    def __init__(self, postgres: Postgres, database: Database, name: str) -> None:
        self.postgres = postgres
        self.database = database
        self.name = name
        self.folder = database.folder
        self.prefix = name.replace("test_", "t")

    def role(self, schema: str, generation: int = 1, **changes: Any) -> dict[str, Any]:
        name = f"{self.prefix}_{schema}_{generation}"
        return {"name": name, "schema": schema, "password": PASSWORD} | changes

    async def prepare(self, *roles: dict[str, Any]) -> None:
        path = self.folder / "roles.json"
        path.write_text(json.dumps({"roles": roles}))
        await prepare_database(self.database.environment | {"SPOT_ROLES": str(path)}, start_wait=0)

    async def connect(self, role: dict[str, Any]) -> Any:
        return await asyncpg.connect(
            host="127.0.0.1",
            port=self.postgres.port,
            user=role["name"],
            password=role["password"],
            database=self.name,
            timeout=5,
        )


@pytest.fixture
async def stack(postgres: Postgres, postgres_database: Database) -> Any:
    url = json.loads((postgres_database.folder / "database.json").read_text())["url"]
    given = Stack(postgres, postgres_database, url.rsplit("/", 1)[1])
    yield given
    await given.prepare()


async def test_gives_each_service_its_own_schema_only(stack: Stack) -> None:
    roles = {schema: stack.role(schema) for schema in SCHEMAS}
    for _ in range(2):
        await stack.prepare(*roles.values())
    connections = {schema: await stack.connect(role) for schema, role in roles.items()}
    for own, connection in connections.items():
        for schema in SCHEMAS:
            tables = await connection.fetch(
                "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = $1 ORDER BY 1", schema
            )
            for (table,) in tables:
                for statement in ("SELECT * FROM", "DELETE FROM", "TRUNCATE", "DROP TABLE"):
                    allowed = schema == own and statement in ("SELECT * FROM", "DELETE FROM")
                    transaction = connection.transaction()
                    await transaction.start()
                    try:
                        await connection.execute(f'{statement} "{schema}"."{table}"')
                        done = True
                    except asyncpg.InsufficientPrivilegeError:
                        done = False
                    await transaction.rollback()
                    assert (own, schema, table, statement, done) == (own, schema, table, statement, allowed)
        for statement in ("CREATE SCHEMA other", f'CREATE TABLE "{own}".other (id int)', "CREATE ROLE other"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    for connection in connections.values():
        await connection.close()


@pytest.mark.parametrize("schema", sorted(SCHEMAS))
async def test_a_service_starts_with_its_role(stack: Stack, schema: str, tmp_path: Path) -> None:
    role = stack.role(schema, password="simple")
    await stack.prepare(role)
    folder = tmp_path / "service"
    folder.mkdir()
    environment = database_file(folder, stack.postgres.url(stack.name, role["name"], "simple"))
    async with open_state(schema, folder, environment, start_wait=0) as state:
        assert await state.ready() is None


async def test_rotates_credentials_by_generations(stack: Stack) -> None:
    first, second = stack.role("notifier", 1), stack.role("notifier", 2)
    await stack.prepare(first)
    await stack.prepare(first, second)
    for role in (first, second):
        await (await stack.connect(role)).close()
    await stack.prepare(second)
    with pytest.raises(asyncpg.InvalidPasswordError):
        await stack.connect(first)
    changed = second | {"password": "another"}
    await stack.prepare(changed)
    await (await stack.connect(changed)).close()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await stack.connect(second)


async def test_leaves_roles_alone_that_it_did_not_make(stack: Stack) -> None:
    role = stack.role("notifier", password=None)
    with pytest.raises(Refusal, match="does not exist, and has no password"):
        await stack.prepare(role)
    await stack.postgres.execute(f"CREATE ROLE \"{role['name']}\" LOGIN PASSWORD 'theirs'")
    await stack.prepare(role)
    await stack.prepare()
    await (await stack.connect(role | {"password": "theirs"})).close()
    await stack.postgres.execute(f'DROP OWNED BY "{role["name"]}"', f'DROP ROLE "{role["name"]}"', database=stack.name)


async def test_runs_concurrently(stack: Stack) -> None:
    roles = [stack.role(schema) for schema in SCHEMAS]
    await asyncio.gather(*(stack.prepare(*roles) for _ in range(4)))


async def test_refuses_an_owner_without_the_right(stack: Stack) -> None:
    await stack.postgres.execute(f"ALTER ROLE {OWNER} NOCREATEROLE")
    try:
        with pytest.raises(Refusal) as raised:
            await stack.prepare(stack.role("notifier"))
    finally:
        await stack.postgres.execute(f"ALTER ROLE {OWNER} CREATEROLE")
    [problem] = raised.value.problems
    assert "permission denied to create role" in problem
    assert "secret" not in problem


@pytest.mark.parametrize(
    ("roles", "problem"),
    [
        ([{"name": "a", "schema": "magic", "password": "x"}], 'role "a" has the unknown schema "magic"; known: '),
        ([{"name": "a", "schema": "notifier", "password": "x"}] * 2, 'role "a" is listed twice; remove one'),
        ([{"name": "pg_a", "schema": "notifier", "password": "x"}], 'role "pg_a" has a name that PostgreSQL reserves'),
        (
            [{"name": 'a"; DROP', "schema": "notifier", "password": "x"}],
            'field "roles.0.name": string should match pattern',
        ),
        (
            [{"name": "a", "schema": "notifier", "password": "ü"}],
            'field "roles.0.password": string should match pattern',
        ),
        ([{"name": "a", "schema": "notifier"}], 'field "roles.0.password": field required'),
    ],
)
async def test_refuses_wrong_roles(tmp_path: Path, roles: list[dict[str, Any]], problem: str) -> None:
    path = tmp_path / "roles.json"
    path.write_text(json.dumps({"roles": roles}))
    environment = database_file(tmp_path, "postgresql://a:b@127.0.0.1:1/c") | {"SPOT_ROLES": str(path)}
    with pytest.raises(Refusal) as raised:
        await prepare_database(environment, start_wait=0)
    assert problem in raised.value.problems[0]


def test_makes_the_verifier_of_the_rfc() -> None:
    # RFC 7677, section 3: user "user", password "pencil".
    salt = b"[m\x99h\x9d\x125\x8e\xec\xa0K\x14\x126\xfa\x81"
    assert scram_verifier("pencil", salt).split(":")[0] == "SCRAM-SHA-256$4096"
    assert scram_verifier("pencil", salt).endswith(":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=")
