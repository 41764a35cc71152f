"""The gateway of each test."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from spot_services.state import State, open_state
from support.gateway import Bench, running_gateway


@pytest.fixture
async def state(tmp_path: Path) -> AsyncIterator[State]:
    async with open_state("gateway", tmp_path, {}) as opened:
        yield opened


@pytest.fixture
async def bench(state: State, tmp_path: Path) -> AsyncIterator[Bench]:
    async with running_gateway(state, tmp_path) as running:
        yield running


@pytest.fixture
async def any_bench(
    open_database: Callable[..., AbstractAsyncContextManager[State]], tmp_path: Path
) -> AsyncIterator[Bench]:
    """On SQLite and on PostgreSQL."""
    async with open_database("gateway") as state, running_gateway(state, tmp_path) as running:
        yield running
