"""Connects the result processor to its queue."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from spot_messaging import Service, Settings
from spot_services.payload import Result
from spot_services.result_processor.processor import Processor, ResultStore


class ResultProcessorSettings(Settings):
    """No settings; an unknown setting is an error in the contract."""


@asynccontextmanager
async def program(service: Service) -> AsyncIterator[None]:
    runtime = service.runtime
    runtime.settings(ResultProcessorSettings)
    runtime.require(publishes=["completed", "failed", "status"], consumes=["result", "admin"])
    store = ResultStore(runtime.data / "results" / "results.db")
    processor = Processor(store, service.publisher, service.contract.service)
    service.on("result", Result, processor.on_result)
    await store.open()
    try:
        yield
    finally:
        await store.close()
