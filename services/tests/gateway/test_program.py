"""The program: what it needs to start, what it runs, and that its parts fit together on the real server."""

import asyncio
import json
import socket
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from fakes import CONNECTION, FakePublisher, contract_json
from spot_messaging import Refusal, Service, read_runtime
from spot_messaging.runtime import Runtime
from spot_services.gateway.program import program
from support.gateway import FakeOrchestrator


@dataclass
class FakeService:
    """The life cycle of a service, without a broker."""

    runtime: Runtime
    publisher: FakePublisher = field(default_factory=FakePublisher)
    rpc: FakeOrchestrator = field(default_factory=FakeOrchestrator)
    connected: bool = True
    requirements: dict[str, Any] = field(default_factory=dict)
    works: list[Callable[[], Coroutine[None, None, None]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.contract = self.runtime.contract

    def requires(self, name: str, check: Any) -> None:
        self.requirements[name] = check

    def erases(self, handler: Any) -> None:
        self.eraser = handler

    def background(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        self.works.append(work)


def gateway_runtime(folder: Path, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> Runtime:
    """The files of a gateway, and the environment that names them."""
    contract = contract_json("gateway")
    call = {"exchange": "spot.rpc", "routingKey": "rpc", "timeoutMs": 1000}
    contract["publishes"]["request"] = {**contract["publishes"]["finding"], "routingKey": "analyze.request"}
    contract["consumes"] = {"admin": contract["consumes"]["admin"]}
    contract["calls"] = {"status": call, "submit": call}
    contract["replies"] = {"queue": "gateway.replies", "prefetch": 100}
    contract["settings"] = settings
    for name, content in {"contract": contract, "connection": CONNECTION}.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
        monkeypatch.setenv(f"SPOT_{name.upper()}", str(folder / f"{name}.json"))
    for name in ("data", "mail"):
        (folder / name).mkdir()
        monkeypatch.setenv(f"SPOT_{name.upper()}", str(folder / name))
    return read_runtime()


async def test_serves_mails_with_the_store_and_the_database_of_its_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    service = FakeService(gateway_runtime(tmp_path, monkeypatch, httpPort=port))
    async with program(cast("Service", service)):
        assert {"database", "mail store"} <= set(service.requirements)
        assert [await check() for check in service.requirements.values()] == [None] * len(service.requirements)
        running = [asyncio.create_task(work()) for work in service.works]
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            async with asyncio.timeout(30):
                while True:
                    try:
                        accepted = await client.post("/analyses", content=b"x" * 1_000_000)
                        break
                    except httpx.ConnectError:
                        await asyncio.sleep(0.05)
            assert accepted.status_code == 202
            assert (await client.get(accepted.headers["location"])).json()["state"] == "accepted"
        assert sum(path.stat().st_size for path in (tmp_path / "mail").glob("*/*")) == 1_000_000
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    assert list((tmp_path / "data" / "spool").iterdir()) == []


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({}, "httpPort"),
        ({"httpPort": 0}, "httpPort"),
        ({"httpPort": 8080, "requireToken": True}, "SPOT_TOKENS"),
        ({"httpPort": 8080, "bytesInFlight": 5}, "bytesInFlight"),
        ({"httpPort": 8080, "hosts": "mail.example"}, "hosts"),
        ({"httpPort": 8080, "colour": "red"}, "colour"),
    ],
)
async def test_refuses_wrong_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any], problem: str
) -> None:
    service = FakeService(gateway_runtime(tmp_path, monkeypatch, **settings))
    with pytest.raises(Refusal, match=problem):
        async with program(cast("Service", service)):
            pass
