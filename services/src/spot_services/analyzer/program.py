"""Connects one analyzer to its queue."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from spot_messaging import Service, Settings
from spot_services.analyzer.registry import load_analyzer
from spot_services.analyzer.worker import Worker
from spot_services.mailstore import open_mailstore
from spot_services.payload import Job


class AnalyzerSettings(Settings):
    analyzer: str


@asynccontextmanager
async def program(service: Service) -> AsyncIterator[None]:
    runtime = service.runtime
    settings = runtime.settings(AnalyzerSettings)
    runtime.require(publishes=["finding", "status"], consumes=["job", "admin"])
    worker = Worker(
        load_analyzer(settings.analyzer),
        service.publisher,
        open_mailstore(os.environ, writable=False),
        service=service.contract.service,
        job_limit=service.contract.consumes["job"].job_limit,
    )
    service.on("job", Job, worker.on_job)
    yield
