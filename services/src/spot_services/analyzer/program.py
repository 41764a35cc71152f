"""Connects one analyzer to its queue."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from spot_messaging import Refusal, Service, Settings
from spot_services.analyzer.erasedjobs import ErasedJobs
from spot_services.analyzer.process.memory import capacity, container_memory
from spot_services.analyzer.process.parsers import ParserLostError, Parsers
from spot_services.analyzer.registry import ANALYZERS
from spot_services.analyzer.worker import Worker
from spot_services.mailstore import open_mailstore
from spot_services.payload import Job


class AnalyzerSettings(Settings):
    analyzer: str
    # The memory limit of the service; without it, that of its container.
    memory_bytes: int | None = None


@asynccontextmanager
async def program(service: Service) -> AsyncIterator[None]:
    runtime = service.runtime
    settings = runtime.settings(AnalyzerSettings)
    runtime.require(publishes=["finding", "status"], consumes=["job", "admin"])
    check_analyzer(settings.analyzer)
    memory = container_memory() if settings.memory_bytes is None else settings.memory_bytes
    store = open_mailstore(os.environ, writable=False)
    service.requires("mail store", store.ready)
    try:
        async with Parsers(settings.analyzer, capacity(memory)) as parsers:
            worker = Worker(
                settings.analyzer,
                service.publisher,
                store,
                parsers,
                service=service.contract.service,
            )
            erased = ErasedJobs()
            service.erases(erased.erase)
            service.on("job", Job, erased.without(worker.on_job))
            yield
    except ParserLostError as error:
        raise Refusal([f'settings: analyzer "{settings.analyzer}": {error}']) from error


def check_analyzer(name: str) -> None:
    """:raises Refusal: for an unknown name."""
    if name not in ANALYZERS:
        known = ", ".join(f'"{known}"' for known in ANALYZERS)
        raise Refusal([f'settings: analyzer "{name}" is unknown; known: {known}'])
