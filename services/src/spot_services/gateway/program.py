"""Runs the gateway: the HTTP server and the broker connections in one event loop."""

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.types import ASGIApp

from spot_messaging import Refusal, Service, TraceMiddleware
from spot_services.gateway.admission import Admission
from spot_services.gateway.connection import ConnectionLimits, guarded
from spot_services.gateway.http import Routes, create_app
from spot_services.gateway.intake import Intake
from spot_services.gateway.reconciliation import Reconciliation
from spot_services.gateway.retention import MAILS_SECONDS, Retention
from spot_services.gateway.settings import GatewaySettings
from spot_services.gateway.spool import Spool
from spot_services.gateway.submissions import Submissions
from spot_services.gateway.tokens import open_tokens
from spot_services.gateway.uploads import UploadLimits, Uploads
from spot_services.mailstore import open_mailstore
from spot_services.payload import StatusQuery
from spot_services.state import open_state
from spot_services.state.rounds import every, rounds

SHUTDOWN_SECONDS = 10


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
    tokens = open_tokens(os.environ, is_required=settings.require_token)
    store = open_mailstore(os.environ, writable=True)
    uploads = Uploads(
        spool := Spool(runtime.data / "spool"), UploadLimits(settings.maximum_body, settings.bytes_in_flight)
    )
    admission = Admission()
    with contextlib.closing(spool):
        async with open_state("gateway", runtime.data) as state:
            submissions = Submissions(state)
            intake = Intake(
                service.publisher,
                service.rpc,
                store,
                submissions,
                contract.service,
                deadline=lambda: admission.deadline_seconds,
            )
            service.requires("database", state.ready)
            service.requires("mail store", store.ready)
            routes = Routes(
                intake,
                submissions,
                uploads,
                admission,
                lambda: None if service.connected else "the broker cannot be reached",
            )
            app = create_app(
                routes,
                maximum_body=settings.maximum_body,
                hosts=settings.hosts,
                origins=settings.origins,
                tokens=tokens,
            )
            service.background(lambda: _serve(server(TraceMiddleware(app), settings.http_port), settings.http_port))
            service.background(lambda: admission.poll(lambda: intake.ask("status", StatusQuery(), "")))
            service.background(Reconciliation(intake, submissions).run)
            kept = Retention(submissions, store)
            service.erases(kept.erase)
            service.background(rounds("retention", kept.prune, every(MAILS_SECONDS)))
            yield


def server(app: ASGIApp, port: int, limits: ConnectionLimits | None = None) -> Server:
    """The HTTP server of the gateway."""
    given = limits or ConnectionLimits()
    # Malformed requests are the clients' mistakes.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    return Server(
        uvicorn.Config(
            app,
            # All addresses: the container's network limits who can connect.
            host="0.0.0.0",  # noqa: S104
            port=port,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            # The addresses of clients are not used.
            proxy_headers=False,
            backlog=1024,
            timeout_keep_alive=int(given.idle_seconds),
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            h11_max_incomplete_event_size=given.header_bytes,
            # Without uvloop and httptools: fewer dependencies, and the body costs more than the parsing.
            loop="asyncio",
            http=guarded(given),
            ws="none",
        )
    )


async def _serve(running: Server, port: int) -> None:
    serving = asyncio.create_task(_listen(running, port))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        # Pending requests still get an answer; the publishing connection closes afterwards.
        running.should_exit = True
        await serving
        raise


async def _listen(running: Server, port: int) -> None:
    try:
        await running.serve()
    except SystemExit:
        # uvicorn exits if it cannot bind the port; it has logged the reason.
        raise Refusal([f"gateway: port {port} cannot be listened on; free it or choose another httpPort"]) from None
