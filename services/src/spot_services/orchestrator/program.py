"""Connects the orchestrator to its queues."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from spot_messaging import Service, Settings, answer
from spot_services.orchestrator.orchestrator import Orchestrator
from spot_services.orchestrator.overview import Overview
from spot_services.orchestrator.store import Store
from spot_services.payload import Finding, Request, StatusQuery
from spot_services.state import open_state
from spot_services.state.rounds import every, rounds

DEADLINE_CHECK_SECONDS = 1.0
DISPATCH_CHECK_SECONDS = 2.0
MEASURE_SECONDS = 5.0
PRUNE_SECONDS = 60.0


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
    deadline = timedelta(milliseconds=settings.analysis_deadline_ms)
    async with open_state("analyzer_orchestrator", runtime.data) as state:
        service.requires("database", state.ready)
        store = Store(state)
        orchestrator = Orchestrator(
            store,
            Overview(state, deadline),
            service.publisher,
            service=service.contract.service,
            analyzers=settings.analyzers,
            deadline=deadline,
        )
        service.on("request", Request, orchestrator.on_request)
        service.on("finding", Finding, orchestrator.on_finding)
        service.answer(
            "rpc",
            {"status": answer(StatusQuery, orchestrator.status), "submit": answer(Request, orchestrator.submit)},
        )
        service.background(
            rounds(
                "dispatch", orchestrator.dispatch_waiting, lambda: orchestrator.wait_for_work(DISPATCH_CHECK_SECONDS)
            )
        )
        service.background(rounds("expire", orchestrator.expire, every(DEADLINE_CHECK_SECONDS)))
        service.background(rounds("publish", orchestrator.publish_decided, every(DEADLINE_CHECK_SECONDS)))
        service.background(rounds("measure", orchestrator.measure, every(MEASURE_SECONDS)))
        service.background(rounds("prune", orchestrator.prune, every(PRUNE_SECONDS)))
        service.erases(orchestrator.erase)
        yield
