"""Connects the result processor to its queue."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from spot_messaging import Service, Settings
from spot_services import retention
from spot_services.payload import Result
from spot_services.result_processor.processor import Processor
from spot_services.result_processor.store import ResultStore
from spot_services.state import open_state
from spot_services.state.rounds import every, rounds


class ResultProcessorSettings(Settings):
    """No settings; an unknown setting is an error in the contract."""


@asynccontextmanager
async def program(service: Service) -> AsyncIterator[None]:
    runtime = service.runtime
    runtime.settings(ResultProcessorSettings)
    runtime.require(publishes=["completed", "failed", "status"], consumes=["result", "admin"])
    async with open_state("result_processor", runtime.data) as state:
        service.requires("database", state.ready)
        processor = Processor(ResultStore(state), service.publisher, service.contract.service)
        service.on("result", Result, processor.on_result)
        service.erases(processor.erase)
        service.background(rounds("prune", processor.prune, every(retention.SECONDS)))
        yield
