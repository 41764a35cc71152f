"""A running gateway: its real HTTP server on a port, its real database, and fakes for the broker and the mail store."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from pydantic import BaseModel

from fakes import NOW, FakePublisher
from spot_messaging import CallError
from spot_services.gateway.admission import Admission
from spot_services.gateway.connection import ConnectionLimits
from spot_services.gateway.http import Routes, create_app
from spot_services.gateway.intake import Intake
from spot_services.gateway.program import server
from spot_services.gateway.reconciliation import Reconciliation
from spot_services.gateway.spool import Spool
from spot_services.gateway.submissions import Submissions
from spot_services.gateway.tokens import Tokens
from spot_services.gateway.uploads import UploadLimits, Uploads
from spot_services.mailstore import StoreUnavailableError
from spot_services.payload import Mail, Reference, Request, StatusQuery
from spot_services.state import State

MIB = 1024 * 1024


class FakeOrchestrator:
    """Answers the calls of the gateway; `error` takes the answers away."""

    def __init__(self) -> None:
        self.analyses: dict[str, dict[str, Any]] = {}
        self.submitted: list[Request] = []
        self.asked: list[StatusQuery] = []
        self.error: CallError | None = None
        self.refusal: str | None = None
        self.load: dict[str, Any] | None = None

    async def call(self, name: str, payload: BaseModel, *, analysis: str = "") -> bytes:
        if self.error is not None:
            raise self.error
        if self.refusal is not None:
            return _reply(error={"code": self.refusal, "message": 'exchange "spot.rpc" <Channel at 0x7f>'})
        if isinstance(payload, Request):
            assert name == "submit"
            self.submitted.append(payload)
            self.analyses.setdefault(payload.analysis, {"id": payload.analysis, "state": "running"})
            return _reply({"id": payload.analysis})
        assert name == "status"
        assert isinstance(payload, StatusQuery)
        self.asked.append(payload)
        if payload.analysis is None:
            counts = {"submitted": len(self.analyses), "completed": 0, "failed": 0, "running": 0}
            newest = list(self.analyses.values())[: payload.newest]
            return _reply({**counts, "load": self.load, **({"analyses": newest} if payload.newest else {})})
        if payload.analysis not in self.analyses:
            return _reply(error={"code": "unknown", "message": "no"})
        return _reply(self.analyses[payload.analysis])

    def conclude(self, analysis: str, state: str = "completed", **fields: Any) -> None:
        self.analyses[analysis] = {
            "id": analysis,
            "state": state,
            "verdict": "clean",
            "score": 0,
            "reasons": [],
            **fields,
        }


def _reply(value: object = None, error: object = None) -> bytes:
    return json.dumps({"ok": error is None, "value": value, "error": error}).encode()


class FakeMailStore:
    """Keeps mails in memory; does not work while `fails` is set."""

    def __init__(self) -> None:
        self.mails: dict[str, bytes] = {}
        self.put_at: dict[str, datetime] = {}
        self.fails = False
        self.is_asked = asyncio.Event()
        # Nothing is stored until this is set.
        self.may_store = asyncio.Event()
        self.may_store.set()

    async def put(self, body: Path | bytes, digest: str, size: int) -> Reference:
        self.is_asked.set()
        await self.may_store.wait()
        if self.fails:
            raise StoreUnavailableError('object store "https://minio:9000": bucket "mails": 503')
        self.mails[digest] = body if isinstance(body, bytes) else await asyncio.to_thread(body.read_bytes)
        self.put_at[digest] = datetime.now(UTC)
        assert len(self.mails[digest]) == size
        return Reference(sha256=digest, size=size)

    async def get(self, mail: Mail) -> bytes:
        assert mail.reference is not None
        return self.mails[mail.reference.sha256]

    async def read(self, mail: Mail) -> AsyncIterator[bytes]:
        yield await self.get(mail)

    async def older_than(self, moment: datetime) -> AsyncIterator[str]:
        for digest in [each for each, at in self.put_at.items() if each in self.mails and at < moment]:
            yield digest

    async def delete(self, digest: str) -> None:
        self.mails.pop(digest, None)

    async def ready(self) -> str | None:
        return None


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Bench:
    """The parts of a gateway, and a client of its HTTP interface."""

    def __init__(self, state: State, folder: Path, **options: Any) -> None:
        self.clock = Clock()
        self.publisher = FakePublisher()
        self.orchestrator = FakeOrchestrator()
        self.store = FakeMailStore()
        self.submissions = Submissions(state)
        self.admission = Admission()
        self.problem: str | None = None
        self.spool = Spool(folder / "spool")
        self.limits = options.pop("uploads", UploadLimits(maximum_body=50 * MIB, bytes_in_flight=1024 * MIB))
        self.uploads = Uploads(self.spool, self.limits)
        self.intake = Intake(
            self.publisher, self.orchestrator, self.store, self.submissions, "gateway", self.clock, lambda: 60.0
        )
        self.reconciliation = Reconciliation(self.intake, self.submissions, self.clock)
        routes = Routes(self.intake, self.submissions, self.uploads, self.admission, lambda: self.problem)
        tokens: Tokens | None = options.pop("tokens", None)
        self.connections: ConnectionLimits = options.pop("connections", ConnectionLimits())
        self.app = create_app(routes, maximum_body=self.limits.maximum_body, tokens=tokens, **options)
        self.port = 0
        self.client = httpx.AsyncClient()

    async def post(
        self, content: bytes = b"From: a\r\n\r\nb", path: str = "/analyses", **options: Any
    ) -> httpx.Response:
        return await self.client.post(path, content=content, **options)

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.client.get(path, **options)

    async def raw(self, request: bytes, *, end: bool = False, seconds: float = 5) -> bytes:
        """What the server answers to these bytes until it closes the connection, or nothing comes for a while."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            with suppress(ConnectionError):
                writer.write(request)
                await writer.drain()
                if end:
                    writer.write_eof()
            return await read_answer(reader, seconds, has_body=not request.startswith(b"HEAD"))
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


async def read_answer(reader: asyncio.StreamReader, seconds: float = 5, *, has_body: bool = True) -> bytes:
    """One answer with its body and the informational ones before it, or what came before the connection ended."""
    answer = b""
    with suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(seconds):
            try:
                header = b"HTTP/1.1 1"
                while header.startswith(b"HTTP/1.1 1"):
                    header = await reader.readuntil(b"\r\n\r\n")
                    answer += header
                length = re.search(rb"(?i)\r\ncontent-length: *([0-9]+)", header)
                if length is not None and has_body:
                    answer += await reader.readexactly(int(length[1]))
            except asyncio.IncompleteReadError as error:
                answer += error.partial
    return answer


@asynccontextmanager
async def running_gateway(state: State, folder: Path, **options: Any) -> AsyncIterator[Bench]:
    bench = Bench(state, folder, **options)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        bench.port = free.getsockname()[1]
    running = server(bench.app, bench.port, bench.connections)
    serving = asyncio.create_task(running.serve())
    while not running.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    bench.client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{bench.port}", timeout=30, trust_env=False)
    try:
        async with bench.client:
            yield bench
    finally:
        running.should_exit = True
        await serving
        bench.spool.close()
