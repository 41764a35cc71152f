"""The HTTP interface of the gateway."""

import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC
from uuid import uuid4

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from spot_messaging import CallError, CallTimeoutError, log, one_line
from spot_services.gateway.admission import Admission
from spot_services.gateway.answers import HttpError
from spot_services.gateway.drain import Drain
from spot_services.gateway.guard import HEALTH, Guard
from spot_services.gateway.intake import Intake
from spot_services.gateway.metrics import SUBMISSIONS
from spot_services.gateway.model import NEWEST, ListQuery, NoQuery, PageQuery, SubmitQuery
from spot_services.gateway.openapi import openapi_document
from spot_services.gateway.outcomes import RefusedCallError, no_room
from spot_services.gateway.page import PATHS, page
from spot_services.gateway.parameters import check_media_type, read_key, read_query
from spot_services.gateway.submissions import Submission, Submissions
from spot_services.gateway.tokens import Tokens
from spot_services.gateway.uploads import NoRoomError, Uploads
from spot_services.state import StateUnavailableError

Handler = Callable[[Request], Awaitable[Response]]

_CODES = {"invalid": 400, "unknown": 404, "timeout": 504, "unavailable": 503, "internal": 502}
_SENTENCES = {
    400: "analysis: the id is not valid; use the id that the submission returned",
    404: "analysis: unknown here; use the id that the submission returned",
}
_IDENTITY = re.compile(r"[A-Za-z0-9._:-]{1,100}")
RETRY_SECONDS = 5


class Routes:
    """The handlers."""

    def __init__(
        self,
        intake: Intake,
        submissions: Submissions,
        uploads: Uploads,
        admission: Admission,
        problem: Callable[[], str | None],
    ) -> None:
        self._intake = intake
        self._submissions = submissions
        self._uploads = uploads
        self._admission = admission
        self._problem = problem

    async def submit(self, request: Request) -> Response:
        query = read_query(request, SubmitQuery)
        key = read_key(request)
        check_media_type(request)
        given = key or str(uuid4())
        try:
            accepted = await self._accept(request, query, given, is_new=key is None)
        except HttpError as error:
            if 400 <= error.status < 500:
                SUBMISSIONS.labels("rejected").inc()
            error.headers["Idempotency-Key"] = given
            raise
        headers = {"Location": f"/analyses/{accepted[0]}", "Idempotency-Key": given}
        if accepted[1]:
            headers["Idempotency-Replayed"] = "true"
        return JSONResponse({"id": accepted[0]}, 202, headers=headers)

    async def _accept(self, request: Request, query: SubmitQuery, key: str, *, is_new: bool) -> tuple[str, bool]:
        token: str = request.state.token

        async def known() -> Submission | None:
            return None if is_new else await self._intake.find(token, key)

        try:
            self._admission.check(query.urgency)
        except HttpError:
            # The repetition of an accepted mail adds no load.
            if await known() is None:
                raise
        try:
            async with self._uploads.receive(request) as body:
                accepted = await self._intake.submit(
                    body,
                    token=token,
                    key=key,
                    is_new=is_new,
                    urgency=query.urgency,
                    filename=query.filename,
                    via=query.via,
                )
        except NoRoomError as error:
            raise no_room(error, await known()) from None
        if not accepted.is_repeated:
            self._admission.admitted(query.urgency)
        return accepted.id, accepted.is_repeated

    async def status(self, request: Request) -> Response:
        read_query(request, NoQuery)
        identity: str = request.path_params["analysis"]
        if _IDENTITY.fullmatch(identity) is None:
            raise HttpError(404, _SENTENCES[404])
        return JSONResponse(await self._intake.status(identity))

    async def overview(self, request: Request) -> Response:
        query = read_query(request, ListQuery)
        return JSONResponse(await self._intake.overview(NEWEST if query.list else 0))

    async def submissions(self, request: Request) -> Response:
        query = read_query(request, PageQuery)
        time, _, identity = query.after.partition("_")
        page = await self._submissions.page((float(time or 0), identity), query.limit)
        last = page[-1] if len(page) == query.limit else None
        return JSONResponse(
            {
                "submissions": [_describe(submission) for submission in page],
                "next": None if last is None else f"{last.submitted_at.timestamp():.6f}_{last.id}",
            }
        )

    async def healthz(self, _request: Request) -> Response:
        problem = self._problem()
        if problem is None:
            return JSONResponse({"healthy": True})
        raise HttpError(503, problem)


def create_app(
    routes: Routes,
    *,
    maximum_body: int,
    hosts: Collection[str] = (),
    origins: Collection[str] = (),
    tokens: Tokens | None = None,
) -> Starlette:
    def cors() -> list[Middleware]:
        if not origins:
            return []
        return [
            Middleware(
                CORSMiddleware,
                allow_origins=sorted(origins),
                allow_methods=["*"],
                allow_headers=["*"],
                expose_headers=["Idempotency-Key", "Idempotency-Replayed", "Location", "Retry-After"],
            )
        ]

    app = Starlette(
        routes=[
            Route("/analyses", Resource({"POST": routes.submit, "GET": routes.overview})),
            Route("/analyses/{analysis}", Resource({"GET": routes.status})),
            Route("/submissions", Resource({"GET": routes.submissions})),
            Route("/openapi.json", Resource({"GET": _document})),
            *(Route(path, Resource({"GET": page})) for path in PATHS),
            Route(HEALTH, Resource({"GET": routes.healthz})),
        ],
        middleware=[
            Middleware(Drain, limit=2 * maximum_body),
            Middleware(Guard, hosts=hosts, origins=origins, tokens=tokens),
            *cors(),
        ],
        exception_handlers={
            HttpError: _answering(lambda error: error if isinstance(error, HttpError) else _DEFECT),
            HTTPException: _answering(_routing),
            RefusedCallError: _answering(_refused),
            CallTimeoutError: _answering(
                lambda _error: HttpError(504, "orchestrator: did not answer in time; try again later", _RETRY)
            ),
            CallError: _answering(
                lambda _error: HttpError(503, "orchestrator: does not answer at the moment; try again later", _RETRY)
            ),
            StateUnavailableError: _answering(_unreadable),
            # The client has disconnected.
            ClientDisconnect: _answering(lambda _error: HttpError(400, "body: ended early; send the whole mail")),
            Exception: _answering(_defect),
        },
    )
    # A redirect would name the host that the client claimed.
    app.router.redirect_slashes = False
    return app


async def _document(_request: Request) -> Response:
    return JSONResponse(openapi_document())


class Resource:
    """All methods of a path. A method that it does not have gets 405, OPTIONS the list of those that it has."""

    def __init__(self, handlers: Mapping[str, Handler]) -> None:
        self._handlers = handlers
        self._allowed = ", ".join(sorted({*handlers, "OPTIONS", *(["HEAD"] if "GET" in handlers else [])}))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._respond(Request(scope, receive, send))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": self._allowed})
        handler = self._handlers.get("GET" if request.method == "HEAD" else request.method)
        if handler is None:
            raise HttpError(405, f"method: not available here; use {self._allowed}", {"Allow": self._allowed})
        return await handler(request)


def _describe(submission: Submission) -> dict[str, str | None]:
    return {
        "id": submission.id,
        "outcome": submission.outcome,
        "state": submission.state,
        "submittedAt": submission.submitted_at.astimezone(UTC).isoformat(timespec="milliseconds"),
    }


def _refused(error: Exception) -> HttpError:
    """The orchestrator's error, in the gateway's own words: its text can name things of the inside."""
    code = error.code if isinstance(error, RefusedCallError) else "internal"
    status = _CODES.get(code, 502)
    if status in _SENTENCES:
        return HttpError(status, _SENTENCES[status])
    return HttpError(status, "orchestrator: could not answer; try again later", _RETRY)


def _unreadable(error: Exception) -> HttpError:
    log("error", "submissions not read", reason=one_line(error))
    return HttpError(503, "gateway: the submissions cannot be read at the moment; try again later", _RETRY)


def _routing(error: Exception) -> HttpError:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return HttpError(404, "path: unknown; see /openapi.json for those that exist")
    return HttpError(status, "request: cannot be processed; see /openapi.json")


def _defect(error: Exception) -> HttpError:
    log("error", "request failed", error=error, reason=one_line(error, 200))
    return _DEFECT


def _answering(translate: Callable[[Exception], HttpError]) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def handle(_request: Request, error: Exception) -> Response:
        return translate(error).response()

    return handle


_RETRY = {"Retry-After": str(RETRY_SECONDS)}
_DEFECT = HttpError(500, "gateway: a defect; report it with the time of the request")
