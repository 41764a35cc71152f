"""That aio-pika asks for the URL once per attempt is what the rotation over the nodes rests on."""

import asyncio
from typing import Any, NoReturn

import pytest
from aiormq.exceptions import InvalidFrameError, ProbableAuthenticationError
from yarl import URL

from fakes import ENDPOINT
from spot_messaging import connection as module
from spot_messaging.connection import ClusterConnection, open_connection
from spot_messaging.refusal import Refusal


class Attempts:
    """In place of the network: remembers whom aio-pika tried, and fails."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.hosts: list[str | None] = []
        self.fifth = asyncio.Event()

    async def connect(self, url: URL, *_arguments: Any, **_options: Any) -> NoReturn:
        self.hosts.append(url.host)
        if len(self.hosts) == 5:
            self.fifth.set()
        raise self.error


def attempts(monkeypatch: pytest.MonkeyPatch, error: Exception) -> Attempts:
    made = Attempts(error)
    monkeypatch.setattr("aio_pika.connection.UnderlayConnection.connect", made.connect)
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(module, "LONGEST_PAUSE", 0.001)
    return made


async def test_tries_the_nodes_in_turn_on_reconnect(monkeypatch: pytest.MonkeyPatch) -> None:
    made = attempts(monkeypatch, ConnectionError("down"))
    cluster = ClusterConnection(ENDPOINT.urls("test"), fail_fast=False)
    cluster.reconnect_interval = 0.001
    connecting = asyncio.create_task(cluster.connect())
    await asyncio.wait_for(made.fifth.wait(), 10)
    connecting.cancel()
    await asyncio.gather(connecting, return_exceptions=True)
    await cluster.close()
    assert made.hosts[:5] == ["rabbit-0", "rabbit-1", "rabbit-0", "rabbit-1", "rabbit-0"]


async def test_tries_the_nodes_in_turn_and_fails_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    made = attempts(monkeypatch, ConnectionError("down"))
    with pytest.raises(Refusal) as raised:
        await open_connection(ENDPOINT, "test", None, give_up_after=0.5)
    assert made.hosts[:4] == ["rabbit-0", "rabbit-1", "rabbit-0", "rabbit-1"]
    assert raised.value.exit_code == 3
    assert raised.value.problems == [
        'broker "rabbit-0:5672", "rabbit-1:5672": no node accepted the connection; last error: down; '
        "start the broker (npm start)"
    ]


async def test_does_not_insist_when_the_user_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    made = attempts(monkeypatch, ProbableAuthenticationError("ACCESS_REFUSED"))
    with pytest.raises(Refusal) as raised:
        await open_connection(ENDPOINT, "test", None)
    assert made.hosts == ["rabbit-0"]
    assert raised.value.exit_code == 2
    assert raised.value.problems == [
        'broker "rabbit-0:5672": user "analyzer.headers" was refused; '
        "check the connection file's username and password"
    ]


async def test_gives_a_closed_vhost_a_moment_and_then_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    error = InvalidFrameError("Expected one of ['Connection.OpenOk'], got <Connection.Close object>")
    made = attempts(monkeypatch, error)
    with pytest.raises(Refusal) as raised:
        await open_connection(ENDPOINT, "test", None)
    assert len(made.hosts) == module.CLOSED_VHOST_ATTEMPTS
    assert raised.value.exit_code == 2
    assert raised.value.problems == [
        'broker "rabbit-0:5672": vhost "spot" does not exist or is closed to user "analyzer.headers"; '
        "declare the topology first (npm start, or pulumi up --stack dev)"
    ]


def test_never_shows_the_password() -> None:
    async def shown() -> str:
        cluster = ClusterConnection(ENDPOINT.urls("test"))
        text = f"{cluster} {cluster!r}"
        await cluster.close()
        return text

    assert "word" not in asyncio.run(shown())
