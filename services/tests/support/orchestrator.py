"""A replica of the orchestrator with a fake publisher, on any database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from conftest import Database
from fakes import DELIVERY, NOW, FakePublisher
from spot_messaging import Delivery
from spot_services.orchestrator.orchestrator import Orchestrator
from spot_services.orchestrator.overview import Overview
from spot_services.orchestrator.store import Store
from spot_services.payload import Finding, Mail, Request, Signal, StatusQuery
from spot_services.state import State

ANALYZERS = ("headers", "links")
DEADLINE = timedelta(minutes=10)


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


class Bench:
    """One replica of the orchestrator."""

    def __init__(self, state: State, kept: int = 100) -> None:
        self.publisher = FakePublisher()
        self.clock = Clock()
        self.state = state
        self.store = Store(state, kept)
        self.orchestrator = Orchestrator(
            self.store,
            Overview(state, DEADLINE),
            self.publisher,
            service="analyzer-orchestrator",
            analyzers=ANALYZERS,
            deadline=DEADLINE,
            clock=self.clock,
        )

    async def request(self, analysis: str = "a-1", delivery: Delivery = DELIVERY, **changes: Any) -> None:
        await self.orchestrator.on_request(request(analysis, **changes), delivery)

    async def finding(self, analyzer: str, score: int = 0, analysis: str = "a-1") -> None:
        await self.orchestrator.on_finding(finding(analyzer, score, analysis), DELIVERY)

    async def status(self, analysis: str = "a-1") -> Any:
        return await self.orchestrator.status(StatusQuery(analysis=analysis))

    async def overview(self) -> Any:
        return await self.orchestrator.status(StatusQuery())

    async def counts(self) -> Any:
        overview = await self.overview()
        return {name: overview[name] for name in ("submitted", "completed", "failed", "running")}


def request(analysis: str = "a-1", **changes: Any) -> Request:
    given: dict[str, Any] = {"mail": Mail(inline=b"From: a\n\nb"), "filename": "a.eml", "submitted_at": NOW}
    return Request(analysis=analysis, **(given | changes))


def finding(analyzer: str, score: int = 0, analysis: str = "a-1") -> Finding:
    signals = [Signal(id="odd", severity="high", detail="looks odd")] if score else []
    facts: dict[str, Any] = {"subject": "Hello"} if analyzer == "headers" else {}
    return Finding(analysis=analysis, analyzer=analyzer, score=score, signals=signals, facts=facts, duration_ms=3)


@asynccontextmanager
async def opened(database: Database, kept: int = 100) -> AsyncIterator[Bench]:
    async with database.opened("analyzer_orchestrator") as state:
        yield Bench(state, kept)
