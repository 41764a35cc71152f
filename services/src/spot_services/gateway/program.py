"""Runs the gateway: the HTTP server and the broker connections in one event loop."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Iterator
from typing import Annotated

import uvicorn
from pydantic import Field

from spot_messaging import Refusal, Service, Settings
from spot_services.gateway.http import create_app
from spot_services.gateway.intake import Intake
from spot_services.mailstore import open_mailstore

SHUTDOWN_SECONDS = 10


class GatewaySettings(Settings):
    http_port: Annotated[int, Field(ge=1, le=65535)]


class Server(uvicorn.Server):
    """uvicorn without its own signal handling, because the service controls the order of the shutdown."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def program(service: Service) -> AsyncIterator[None]:
    runtime, contract = service.runtime, service.contract
    runtime.require(publishes=["request", "status"], consumes=["admin"], calls=["status", "submit"])
    settings = runtime.settings(GatewaySettings)
    store = open_mailstore(os.environ, writable=True)
    intake = Intake(service.publisher, service.rpc, store, contract.service)

    async def serve() -> None:
        # All addresses: the container's network limits who can connect.
        config = uvicorn.Config(
            create_app(intake, lambda: service.connected),
            host="0.0.0.0",  # noqa: S104
            port=settings.http_port,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            # Without uvloop and httptools: fewer dependencies, and the body costs more than the parsing.
            loop="asyncio",
            http="h11",
        )
        server = Server(config)
        serving = asyncio.create_task(_listen(server, settings.http_port))
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            # Pending requests still get an answer; the publishing connection closes afterwards.
            server.should_exit = True
            await serving
            raise

    service.background(serve)
    yield


async def _listen(server: Server, port: int) -> None:
    try:
        await server.serve()
    except SystemExit:
        # uvicorn exits if it cannot bind the port; it has logged the reason.
        raise Refusal([f"gateway: port {port} cannot be listened on; free it or choose another httpPort"]) from None
