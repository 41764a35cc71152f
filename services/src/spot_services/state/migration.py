"""Migrations: forward only, under a lock, and readable by the release before."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, inspect, select, text
from sqlalchemy.schema import CreateSchema

from spot_messaging import Refusal, log
from spot_services.state.schema import migrations_of

_METADATA = MetaData()
# The oldest revision whose code can work with this schema. A program of an older release reads it, because it does not
# know the newer migrations themselves.
COMPATIBILITY = Table(
    "schema_compatibility",
    _METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("oldest_reader", String, nullable=False),
)
_REVISION = Table("schema_revision", MetaData(), Column("version_num", String, primary_key=True))


def config_of(schema: str, connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", _escaped(Path(__file__).parent / "alembic"))
    config.set_main_option("version_locations", _escaped(migrations_of(schema)))
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = connection
    return config


def scripts_of(schema: str) -> ScriptDirectory:
    return ScriptDirectory.from_config(config_of(schema))


def head_of(schema: str) -> str:
    """The newest revision that this release knows."""
    head = scripts_of(schema).get_current_head()
    if head is None:
        raise AssertionError(f'schema "{schema}" has no migration')
    return head


def revision_of(connection: Connection) -> str | None:
    """The revision of the schema in the database; None if it is empty."""
    if not inspect(connection).has_table(_REVISION.name):
        return None
    return connection.execute(select(_REVISION.c.version_num)).scalar()


def is_current(connection: Connection, schema: str, place: str) -> bool:
    """Whether this release can work with the schema as it is; False means that it needs a migration.

    :raises Refusal: if the schema is of a newer release that does not support this one.
    """
    revision, head = revision_of(connection), head_of(schema)
    if revision == head:
        return True
    if revision is None or _knows(schema, revision):
        return False
    oldest_reader = connection.execute(select(COMPATIBILITY.c.oldest_reader)).scalar()
    # Revisions are numbers of four digits, so they compare as text.
    if oldest_reader is not None and head >= oldest_reader:
        log("info", "newer schema", schema=schema, revision=revision, known=head)
        return True
    raise Refusal(
        [
            f'{place}: schema "{schema}" has revision {revision} of a newer release, which needs at least '
            f"{oldest_reader}; this release has {head}; deploy the newer release"
        ]
    )


def migrate(connection: Connection, schema: str, place: str) -> str | None:
    """Migrates the schema to this release in the caller's transaction; returns the new revision if it changed.

    :raises Refusal: if the schema is of a newer release that does not support this one.
    """
    if connection.dialect.name == "postgresql":
        # Another replica can be migrating: wait for it. The lock ends with the transaction.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:key))"), {"key": f"spot.{schema}"})
        _ensure_schema(connection, schema)
    if is_current(connection, schema, place):
        return None
    command.upgrade(config_of(schema, connection), "head")
    head = head_of(schema)
    _METADATA.create_all(connection)
    connection.execute(COMPATIBILITY.delete())
    connection.execute(COMPATIBILITY.insert().values(id=1, oldest_reader=oldest_reader_of(schema, head)))
    log("info", "schema migrated", schema=schema, revision=head)
    return head


def _ensure_schema(connection: Connection, schema: str) -> None:
    exists = connection.scalar(text("SELECT 1 FROM pg_namespace WHERE nspname = :schema"), {"schema": schema})
    if exists is None:
        # Needs the right to create one; `python -m spot_services database` makes it for roles without.
        connection.execute(CreateSchema(schema))


def oldest_reader_of(schema: str, revision: str) -> str:
    """The oldest revision whose code can work with this one, as its migration states it."""
    script = scripts_of(schema).get_revision(revision)
    oldest: str = script.module.oldest_reader
    return oldest


def _knows(schema: str, revision: str) -> bool:
    return any(script.revision == revision for script in scripts_of(schema).walk_revisions())


def _escaped(path: Path) -> str:
    # The configuration's syntax gives the percent sign a meaning.
    return str(path).replace("%", "%%")
