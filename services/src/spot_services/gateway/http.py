"""The HTTP interface of the gateway."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from spot_messaging import CallError, CallTimeoutError, PublishError, Urgency, log, one_line
from spot_services.gateway.intake import Intake, RefusedError
from spot_services.mailstore import StoreUnavailableError

MAX_BODY = 50 * 1024 * 1024
NEWEST = 50

_CODES = {"invalid": 400, "unknown": 404, "timeout": 504, "unavailable": 503, "internal": 502}


class Submission(BaseModel):
    """The query of `POST /analyses`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    urgency: Urgency = "normal"
    filename: str | None = Field(default=None, max_length=255)
    via: Literal["publish", "rpc"] = "publish"


class TooLargeError(Exception):
    """The body exceeds the size limit."""


def create_app(intake: Intake, healthy: Callable[[], bool]) -> Starlette:
    async def submit(request: Request) -> Response:
        try:
            query = Submission.model_validate(dict(request.query_params))
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False)[0]
            field = ".".join(str(part) for part in problem["loc"])
            return _sentence(400, f'query: parameter "{field}": {problem["msg"].lower()}')
        raw = await _read(request)
        # Only the file name: a path would reveal details of the sender's disk.
        filename = None if query.filename is None else Path(query.filename.replace("\\", "/")).name
        analysis = await intake.submit(raw, urgency=query.urgency, filename=filename, via=query.via)
        return JSONResponse({"id": analysis}, 202, headers={"Location": f"/analyses/{analysis}"})

    async def status(request: Request) -> Response:
        return JSONResponse(await intake.status(request.path_params["analysis"]))

    async def overview(request: Request) -> Response:
        newest = NEWEST if request.query_params.get("list") in {"1", "true"} else 0
        return JSONResponse(await intake.overview(newest))

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"healthy": True}) if healthy() else _sentence(503, "the broker cannot be reached")

    return Starlette(
        routes=[
            Route("/analyses", submit, methods=["POST"]),
            Route("/analyses", overview, methods=["GET"]),
            Route("/analyses/{analysis}", status, methods=["GET"]),
            Route("/healthz", healthz, methods=["GET"]),
        ],
        exception_handlers={
            TooLargeError: _answering(lambda _error: (413, f"body: larger than {MAX_BODY} bytes; send less")),
            PublishError: _answering(lambda error: (503, f"not accepted: {one_line(error)}; try again later")),
            CallTimeoutError: _answering(lambda error: (504, f"{one_line(error)}; try again later")),
            RefusedError: _answering(_refused),
            CallError: _answering(lambda error: (503, f"{one_line(error)}; try again later")),
            # The client has disconnected.
            ClientDisconnect: _answering(lambda _error: (400, "the body ended early")),
            StoreUnavailableError: _answering(_unstorable),
        },
    )


async def _read(request: Request) -> bytes:
    """Reads the body into memory, never more than `MAX_BODY` of it.

    :raises TooLargeError: after the same amount was read and dropped again: most clients read the answer only after
        they sent everything
        and would report a broken connection otherwise.
    """
    body = bytearray()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > 2 * MAX_BODY:
            break
        if size <= MAX_BODY:
            body += chunk
    if size > MAX_BODY:
        raise TooLargeError
    return bytes(body)


def _refused(error: Exception) -> tuple[int, str]:
    code = error.code if isinstance(error, RefusedError) else "internal"
    return _CODES.get(code, 502), one_line(error)


def _unstorable(error: Exception) -> tuple[int, str]:
    log("error", "mail store failed", reason=one_line(error))
    return 503, "not accepted: the mail store cannot be written; try again later"


def _answering(
    describe: Callable[[Exception], tuple[int, str]],
) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def handle(_request: Request, error: Exception) -> Response:
        status, text = describe(error)
        return _sentence(status, text)

    return handle


def _sentence(status: int, text: str) -> Response:
    return JSONResponse({"error": text}, status)
