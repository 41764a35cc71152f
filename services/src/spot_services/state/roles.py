"""`python -m spot_services database`: prepares a PostgreSQL database with the rights of its owner.

It creates the schemas, migrates them, and gives each service a role that can use its own schema only. It can be
repeated.
"""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, text
from sqlalchemy.schema import CreateSchema

from spot_messaging import Refusal, log
from spot_services.secretfile import place_of, read_secret
from spot_services.state.engine import migration_engine
from spot_services.state.migration import migrate
from spot_services.state.pooling import check_pooling
from spot_services.state.schema import SCHEMAS
from spot_services.state.settings import VARIABLE, read_database_settings
from spot_services.state.state import MIGRATION_LIMIT, START_WAIT, State, retry_start

ROLES_VARIABLE = "SPOT_ROLES"
# Marks the roles that this command made in a database: only these may it remove.
_MARK = "spot-services role of database "


class Role(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_.-]{0,62}$")]
    schema_name: Annotated[str, Field(alias="schema")]
    # None: the role exists already, and its administrator sets the password.
    password: Annotated[str, Field(min_length=1, pattern=r"^[\x21-\x7e]+$")] | None


class _RolesFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    roles: list[Role]


async def prepare_database(environment: Mapping[str, str] = os.environ, *, start_wait: float = START_WAIT) -> None:
    """:raises Refusal: if the input is wrong, or the database refuses or does not answer."""
    settings = read_database_settings(environment)
    if settings is None:
        raise Refusal([f"environment: {VARIABLE} is not set; set it to the file with the URL of the database's owner"])
    roles = _read_roles(environment)
    state = State(migration_engine(settings, None), "", settings.place, size=1)

    async def prepare() -> None:
        await check_pooling(settings)
        async with state.transaction(MIGRATION_LIMIT) as connection:
            await connection.run_sync(_prepare, roles, settings.place)

    try:
        await retry_start(prepare, start_wait)
    finally:
        await state.close()


def _prepare(connection: Connection, roles: list[Role], place: str) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('spot.database'))"))
    existing = set(connection.execute(text("SELECT nspname FROM pg_namespace")).scalars())
    for schema in SCHEMAS:
        if schema not in existing:
            connection.execute(CreateSchema(schema))
        _execute(connection, "SET LOCAL search_path TO %I", schema)
        migrate(connection, schema, place)
    for role in roles:
        _create(connection, role)
        _grant(connection, role)
    _remove_others(connection, roles)
    log("info", "database prepared", database=place, schemas=sorted(SCHEMAS), roles=[role.name for role in roles])


def _create(connection: Connection, role: Role) -> None:
    known = connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": role.name})
    if role.password is None:
        if known is None:
            raise Refusal([f'role "{role.name}": does not exist, and has no password to create it with; give one'])
        return
    verb = "CREATE" if known is None else "ALTER"
    # The verifier instead of the password, because servers can log statements.
    _execute(connection, f"{verb} ROLE %I LOGIN PASSWORD %L", role.name, scram_verifier(role.password))
    if known is None:
        database = connection.scalar(text("SELECT current_database()"))
        _execute(connection, "COMMENT ON ROLE %I IS %L", role.name, f"{_MARK}{database}")


def _grant(connection: Connection, role: Role) -> None:
    for statement in (
        "GRANT USAGE ON SCHEMA %I TO %I",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO %I",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO %I",
    ):
        _execute(connection, statement, role.schema_name, role.name)


def _remove_others(connection: Connection, roles: list[Role]) -> None:
    """Removes the roles of earlier runs that are no longer listed, and rights in schemas that changed."""
    listed = {(role.name, role.schema_name) for role in roles}
    granted = connection.execute(
        text(
            "SELECT DISTINCT r.rolname, n.nspname FROM pg_namespace n, aclexplode(n.nspacl) a, pg_roles r"
            " WHERE a.grantee = r.oid AND n.nspname = ANY(:schemas)"
            " AND shobj_description(r.oid, 'pg_authid') = :mark || current_database()"
        ),
        {"schemas": sorted(SCHEMAS), "mark": _MARK},
    ).all()
    removed = set()
    for name, schema in granted:
        if (name, schema) in listed:
            continue
        for statement in (
            "REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I",
            "REVOKE ALL ON ALL SEQUENCES IN SCHEMA %I FROM %I",
            "REVOKE ALL ON SCHEMA %I FROM %I",
        ):
            _execute(connection, statement, schema, name)
        removed.add(name)
    for name in sorted(removed - {role.name for role in roles}):
        _execute(connection, "DROP ROLE %I", name)
        log("info", "role removed", role=name)


def _execute(connection: Connection, template: str, *names: str) -> None:
    """A statement whose names and literals the server quotes: such statements have no parameters."""
    arguments = {f"name{number}": name for number, name in enumerate(names)}
    values = "".join(f", CAST(:{key} AS text)" for key in arguments)
    statement = connection.scalar(text(f"SELECT format('{template}'{values})"), arguments)
    connection.exec_driver_sql(str(statement))


def scram_verifier(password: str, salt: bytes | None = None, iterations: int = 4096) -> str:
    """What PostgreSQL stores for a password.

    @see https://www.rfc-editor.org/rfc/rfc5803
    """
    salt = secrets.token_bytes(16) if salt is None else salt
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${iterations}:{_base64(salt)}${_base64(stored)}:{_base64(server)}"


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _read_roles(environment: Mapping[str, str]) -> list[Role]:
    """:raises Refusal: with all problems of the file, without its passwords."""
    value = environment.get(ROLES_VARIABLE, "")
    if value == "":
        return []
    example = '{"roles": [{"name": "dev_notifier_1", "schema": "notifier", "password": "..."}]}'
    roles = read_secret(ROLES_VARIABLE, Path(value), _RolesFile, f"write it like {example}").roles
    place = place_of(ROLES_VARIABLE, Path(value))
    problems = [
        f'{place}: role "{role.name}" has the unknown schema "{role.schema_name}"; known: {", ".join(sorted(SCHEMAS))}'
        for role in roles
        if role.schema_name not in SCHEMAS
    ]
    names = [role.name for role in roles]
    problems += [f'{place}: role "{name}" is listed twice; remove one' for name in set(names) if names.count(name) > 1]
    problems += [f'{place}: role "{name}" has a name that PostgreSQL reserves' for name in names if name[:3] == "pg_"]
    if problems:
        raise Refusal(problems)
    return roles
