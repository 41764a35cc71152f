"""The databases that the tests of every service share."""

import itertools
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from spot_services.state import State, open_state
from support.gateway import Bench, running_gateway
from support.postgres import Postgres, database_file, postgres_cluster

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL server of the test run."""
    with postgres_cluster() as cluster:
        yield cluster


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """All spans of a test. OpenTelemetry has one provider for a process, so it is made once."""
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider()
        trace.set_tracer_provider(provider)
    exporter = InMemorySpanExporter()
    processor = SimpleSpanProcessor(exporter)
    provider.add_span_processor(processor)
    yield exporter
    processor.shutdown()


@dataclass(frozen=True)
class Database:
    """A database of its own for one test; `opened` opens it as a replica of a service does."""

    kind: str
    folder: Path
    environment: dict[str, str]

    @property
    def is_shared(self) -> bool:
        return self.kind == "postgresql"

    def opened(self, schema: str, **options: Any) -> AbstractAsyncContextManager[State]:
        return open_state(schema, self.folder, self.environment, **options)


@pytest.fixture
async def postgres_database(postgres: Postgres, tmp_path: Path) -> AsyncIterator[Database]:
    name = f"test_{os.getpid()}_{next(_NUMBERS)}"
    url = await postgres.create_database(name)
    yield Database("postgresql", tmp_path, database_file(tmp_path, url))
    await postgres.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """Every test that uses it runs twice: on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return Database("sqlite", tmp_path, {})
    given: Database = request.getfixturevalue("postgres_database")
    return given


@pytest.fixture
def open_database(database: Database) -> Callable[..., AbstractAsyncContextManager[State]]:
    return database.opened


@pytest.fixture
async def gateway_state(tmp_path: Path) -> AsyncIterator[State]:
    async with open_state("gateway", tmp_path, {}) as opened:
        yield opened


@pytest.fixture
async def bench(gateway_state: State, tmp_path: Path) -> AsyncIterator[Bench]:
    """A running gateway."""
    async with running_gateway(gateway_state, tmp_path) as running:
        yield running


@pytest.fixture
async def any_bench(database: Database, tmp_path: Path) -> AsyncIterator[Bench]:
    """A running gateway; every test that uses it runs on SQLite and on PostgreSQL."""
    async with database.opened("gateway") as opened, running_gateway(opened, tmp_path) as running:
        yield running
