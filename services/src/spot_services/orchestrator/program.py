"""Connects the orchestrator to its queues."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from spot_messaging import Service, Settings, answer
from spot_services.orchestrator.orchestrator import Orchestrator
from spot_services.orchestrator.store import Store
from spot_services.payload import Finding, Request, StatusQuery

DEADLINE_CHECK_SECONDS = 1.0
DISPATCH_CHECK_SECONDS = 5.0


class OrchestratorSettings(Settings):
    analyzers: Annotated[tuple[str, ...], Field(min_length=1)]
    analysis_deadline_ms: Annotated[int, Field(gt=0)]


@asynccontextmanager
async def program(service: Service) -> AsyncIterator[None]:
    runtime = service.runtime
    settings = runtime.settings(OrchestratorSettings)
    runtime.require(
        publishes=["result", "status", "alert", *(f"job.{analyzer}" for analyzer in settings.analyzers)],
        consumes=["request", "finding", "rpc", "admin"],
    )
    store = Store(runtime.data / "orchestrator" / "analyses.db")
    orchestrator = Orchestrator(
        store,
        service.publisher,
        service=service.contract.service,
        analyzers=settings.analyzers,
        deadline=timedelta(milliseconds=settings.analysis_deadline_ms),
    )

    async def expire() -> None:
        while True:
            await orchestrator.expire()
            await asyncio.sleep(DEADLINE_CHECK_SECONDS)

    async def dispatch() -> None:
        while True:
            await orchestrator.dispatch_waiting()
            await orchestrator.wait_for_work(DISPATCH_CHECK_SECONDS)

    service.on("request", Request, orchestrator.on_request)
    service.on("finding", Finding, orchestrator.on_finding)
    service.answer(
        "rpc",
        {"status": answer(StatusQuery, orchestrator.status), "submit": answer(Request, orchestrator.submit)},
    )
    service.background(dispatch)
    service.background(expire)
    await store.open()
    try:
        yield
    finally:
        await store.close()
