"""The HTTP side, down to the publisher and the calls, which are fakes."""

import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from pydantic import BaseModel

from fakes import NOW, FakePublisher
from spot_messaging import CallError, CallTimeoutError
from spot_services.gateway import http
from spot_services.gateway.http import create_app
from spot_services.gateway.intake import Intake
from spot_services.mailstore import DirectoryStore
from spot_services.payload import Request


class FakeCalls:
    def __init__(self) -> None:
        self.asked: list[tuple[str, BaseModel]] = []
        self.answer: object = {"ok": True, "value": {"id": "a", "state": "completed"}}
        self.error: CallError | None = None

    async def call(self, name: str, payload: BaseModel, *, analysis: str = "") -> bytes:
        self.asked.append((name, payload))
        if self.error is not None:
            raise self.error
        return json.dumps(self.answer).encode()


class Bench:
    def __init__(self, data: Path) -> None:
        self.publisher = FakePublisher()
        self.calls = FakeCalls()
        self.store = DirectoryStore(data, writable=True)
        self.healthy = True
        intake = Intake(self.publisher, self.calls, self.store, "gateway", lambda: NOW)
        transport = httpx.ASGITransport(create_app(intake, lambda: self.healthy))
        self.client = httpx.AsyncClient(transport=transport, base_url="http://gateway")


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    given = Bench(tmp_path)
    async with given.client:
        yield given


async def test_stores_a_mail_and_publishes_its_reference(bench: Bench) -> None:
    response = await bench.client.post("/analyses?urgency=urgent&filename=C:\\x\\a.eml", content=b"From: a\n\nb")
    assert response.status_code == 202
    request = bench.publisher.only("request")
    assert isinstance(request, Request)
    assert response.json() == {"id": request.analysis}
    assert response.headers["location"] == f"/analyses/{request.analysis}"
    assert (request.mail.inline, request.urgency, request.filename) == (None, "urgent", "a.eml")
    assert await bench.store.get(request.mail) == b"From: a\n\nb"
    assert bench.publisher.urgencies == ["urgent"]
    assert json.loads(request.model_dump_json(by_alias=True))["mail"]["reference"]["size"] == 10


async def test_submits_by_call_on_demand(bench: Bench) -> None:
    response = await bench.client.post("/analyses?via=rpc", content=b"x")
    assert response.status_code == 202
    [(name, payload)] = bench.calls.asked
    assert name == "submit"
    assert isinstance(payload, Request)
    assert bench.publisher.names == []


async def test_does_not_accept_what_the_broker_did_not_confirm(bench: Bench) -> None:
    bench.publisher.refusing = {"request"}
    response = await bench.client.post("/analyses", content=b"x")
    assert response.status_code == 503
    assert response.json() == {"error": "not accepted: refused by the broker, a queue is full; try again later"}


async def test_does_not_accept_what_cannot_be_stored(bench: Bench, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path)
    response = await bench.client.post("/analyses", content=b"x" * 200)
    assert response.status_code == 503
    assert "mail store" in response.json()["error"]


async def test_refuses_a_body_that_is_too_large_whether_declared_or_not(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MAX_BODY", 10)

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield b"xxxx"

    assert (await bench.client.post("/analyses", content=b"x" * 11)).status_code == 413
    assert (await bench.client.post("/analyses", content=chunks())).status_code == 413
    assert (await bench.client.post("/analyses", content=b"x" * 10)).status_code == 202


@pytest.mark.parametrize("query", ["urgency=high", "via=pigeon", "colour=red", f"filename={'x' * 300}"])
async def test_refuses_a_query_that_it_does_not_understand(bench: Bench, query: str) -> None:
    response = await bench.client.post(f"/analyses?{query}", content=b"x")
    assert response.status_code == 400
    assert response.json()["error"].startswith(f'query: parameter "{query.partition("=")[0]}": ')


async def test_tells_the_status(bench: Bench) -> None:
    response = await bench.client.get("/analyses/a")
    assert (response.status_code, response.json()) == (200, {"id": "a", "state": "completed"})
    assert [payload.model_dump(exclude_none=True) for _, payload in bench.calls.asked] == [
        {"analysis": "a", "newest": 0}
    ]


@pytest.mark.parametrize(("query", "newest"), [("", 0), ("?list=1", 50)])
async def test_tells_the_counts_and_lists_on_demand(bench: Bench, query: str, newest: int) -> None:
    assert (await bench.client.get(f"/analyses{query}")).status_code == 200
    assert [payload.model_dump(exclude_none=True) for _, payload in bench.calls.asked] == [{"newest": newest}]


@pytest.mark.parametrize(
    ("code", "status"), [("unknown", 404), ("invalid", 400), ("unavailable", 503), ("timeout", 504), ("internal", 502)]
)
async def test_translates_the_orchestrators_refusals(bench: Bench, code: str, status: int) -> None:
    bench.calls.answer = {"ok": False, "error": {"code": code, "message": "no"}}
    response = await bench.client.get("/analyses/a")
    assert (response.status_code, response.json()) == (status, {"error": "no"})


async def test_tells_a_time_out_from_an_unreachable_broker(bench: Bench) -> None:
    bench.calls.error = CallTimeoutError("no reply within 5 s")
    assert (await bench.client.get("/analyses/a")).status_code == 504
    bench.calls.error = CallError("the broker cannot be reached")
    assert (await bench.client.get("/analyses/a")).status_code == 503


async def test_knows_an_accepted_analysis_before_the_orchestrator_does(bench: Bench) -> None:
    accepted = (await bench.client.post("/analyses", content=b"x")).json()["id"]
    bench.calls.answer = {"ok": False, "error": {"code": "unknown", "message": "no"}}
    response = await bench.client.get(f"/analyses/{accepted}")
    assert (response.status_code, response.json()) == (200, {"id": accepted, "state": "running"})


async def test_reports_its_health(bench: Bench) -> None:
    assert (await bench.client.get("/healthz")).status_code == 200
    bench.healthy = False
    assert (await bench.client.get("/healthz")).status_code == 503
