"""Runs the gateway: the HTTP server beside the broker's connections, in one event loop."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Annotated

import uvicorn
from pydantic import Field

from spot_messaging import Refusal, Service, Settings
from spot_services.gateway.http import create_app
from spot_services.gateway.intake import Intake
from spot_services.mailstore import MailStore

SHUTDOWN_SECONDS = 10


class GatewaySettings(Settings):
    http_port: Annotated[int, Field(ge=1, le=65535)]


class Server(uvicorn.Server):
    """uvicorn without its own signal handling: the service decides when everything stops, and in which order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def program(service: Service) -> AsyncIterator[None]:
    runtime, contract = service.runtime, service.contract
    runtime.require(publishes=["request", "status"], consumes=["admin"], calls=["status", "submit"])
    settings = runtime.settings(GatewaySettings)
    intake = Intake(
        service.publisher, service.rpc, MailStore(runtime.data), contract.service, contract.limits.inline_bytes
    )

    async def serve() -> None:
        # All addresses: in a container the port is reachable only as far as the network lets it.
        config = uvicorn.Config(
            create_app(intake, lambda: service.connected),
            host="0.0.0.0",  # noqa: S104
            port=settings.http_port,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            # No uvloop, no httptools: two wheels fewer, and the body is the cost here, not the parsing.
            loop="asyncio",
            http="h11",
        )
        server = Server(config)
        serving = asyncio.create_task(_listen(server, settings.http_port))
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            # Requests under way still get their answer; the publishing connection closes after this.
            server.should_exit = True
            await serving
            raise

    service.background(serve)
    yield


async def _listen(server: Server, port: int) -> None:
    try:
        await server.serve()
    except SystemExit:
        # uvicorn's way to say that it could not bind; it has logged the reason.
        raise Refusal([f"gateway: port {port} cannot be listened on; free it or choose another httpPort"]) from None
