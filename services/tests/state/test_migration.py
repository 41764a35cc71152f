"""Migrations only add, so that the release before continues to work with the newer schema."""

import ast
import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from conftest import Database
from spot_messaging import Refusal
from spot_services.state import migration
from spot_services.state.migration import scripts_of
from spot_services.state.schema import SCHEMAS, migrations_of

# What code of the release before does not notice.
ADDITIVE = {"create_table", "create_index", "add_column"}

LATER = [(schema, script) for schema in sorted(SCHEMAS) for script in sorted(migrations_of(schema).glob("0*.py"))[1:]]

NEXT = '''
"""A migration of a later release."""

import sqlalchemy as sa
from alembic import op

revision = "9000"
down_revision = "{head}"
oldest_reader = "{oldest_reader}"


def upgrade() -> None:
    op.add_column("{table}", sa.Column("later", sa.Text))
'''
TABLES = {
    "analyzer_orchestrator": "analysis",
    "gateway": "submission",
    "notifier": "delivery",
    "result_processor": "result",
}


@pytest.mark.parametrize("schema", sorted(SCHEMAS))
def test_revisions_are_one_line_of_numbers(schema: str) -> None:
    scripts = list(scripts_of(schema).walk_revisions())[::-1]
    assert [script.revision for script in scripts] == [f"{number:04}" for number in range(1, len(scripts) + 1)]
    readers = [script.module.oldest_reader for script in scripts]
    assert readers == sorted(readers)
    assert all(script.module.oldest_reader <= script.revision for script in scripts)


@pytest.mark.parametrize(("schema", "path"), LATER)
def test_a_migration_only_adds(schema: str, path: Path) -> None:
    for call in ast.walk(ast.parse(path.read_text())):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        if isinstance(call.func.value, ast.Name) and call.func.value.id == "op":
            assert call.func.attr in ADDITIVE, f"{schema}: {path.name}: op.{call.func.attr} changes what exists"
            if call.func.attr == "add_column":
                column = call.args[1]
                assert isinstance(column, ast.Call)
                options = {keyword.arg: keyword.value for keyword in column.keywords}
                nullable = options.get("nullable")
                is_nullable = not (isinstance(nullable, ast.Constant) and nullable.value is False)
                # The release before inserts rows without the column.
                assert is_nullable or "server_default" in options, f"{schema}: {path.name}: a column without a default"


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> "Release":
    return Release(monkeypatch, tmp_path / "release")


class Release:
    """Lets the code know other migrations, as a release before or after this one does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self._monkeypatch = monkeypatch
        self._folder = folder

    def first(self, schema: str) -> None:
        folder = self._copy(schema)
        for path in sorted(folder.glob("0*.py"))[1:]:
            path.unlink()

    def next(self, schema: str, oldest_reader: str) -> None:
        head = scripts_of(schema).get_current_head()
        folder = self._copy(schema)
        (folder / "9000_later.py").write_text(NEXT.format(head=head, oldest_reader=oldest_reader, table=TABLES[schema]))

    def this(self) -> None:
        self._monkeypatch.undo()

    def _copy(self, schema: str) -> Path:
        shutil.rmtree(self._folder, ignore_errors=True)
        shutil.copytree(migrations_of(schema), self._folder, ignore=shutil.ignore_patterns("__pycache__"))
        self._monkeypatch.setattr(migration, "migrations_of", lambda _schema: self._folder)
        return self._folder


async def revision_in(database: Database, schema: str) -> str:
    async with database.opened(schema, start_wait=0) as state, state.transaction() as connection:
        return str(await connection.scalar(text("SELECT version_num FROM schema_revision")))


@pytest.mark.parametrize("schema", sorted(SCHEMAS))
async def test_migrates_from_the_first_revision(database: Database, schema: str, release: Release) -> None:
    release.first(schema)
    assert await revision_in(database, schema) == "0001"
    release.this()
    assert await revision_in(database, schema) == scripts_of(schema).get_current_head()


@pytest.mark.parametrize("schema", sorted(SCHEMAS))
async def test_an_older_service_continues_with_a_newer_schema(
    database: Database, schema: str, release: Release
) -> None:
    head = str(scripts_of(schema).get_current_head())
    release.next(schema, oldest_reader=head)
    assert await revision_in(database, schema) == "9000"
    release.this()
    for _ in range(2):
        assert await revision_in(database, schema) == "9000"
    async with database.opened(schema, start_wait=0) as state:
        assert await state.ready() is None


async def test_a_service_that_is_too_old_is_refused(database: Database, release: Release) -> None:
    head = scripts_of("notifier").get_current_head()
    release.next("notifier", oldest_reader="9000")
    await revision_in(database, "notifier")
    release.this()
    with pytest.raises(Refusal) as raised:
        await revision_in(database, "notifier")
    [problem] = raised.value.problems
    assert problem.endswith(
        'schema "notifier" has revision 9000 of a newer release, which needs at least 9000; '
        f"this release has {head}; deploy the newer release"
    )


async def test_a_migration_that_fails_leaves_the_schema_as_it_was(database: Database, release: Release) -> None:
    head = scripts_of("notifier").get_current_head()
    assert await revision_in(database, "notifier") == head
    release.next("notifier", oldest_reader="9000")
    broken = release._folder / "9000_later.py"
    broken.write_text(broken.read_text() + '    op.drop_table("no_such_table")\n')
    with pytest.raises(Exception, match="no_such_table"):
        await revision_in(database, "notifier")
    release.this()
    async with database.opened("notifier") as state, state.transaction() as connection:
        assert await connection.scalar(text("SELECT version_num FROM schema_revision")) == head
        columns = list((await connection.execute(text("SELECT * FROM delivery"))).keys())
        assert "later" not in columns
