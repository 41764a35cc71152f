"""What an operator reads when a service refuses its database: one sentence, without the password."""

import asyncio
import socket
import subprocess
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import text

from spot_messaging import Refusal
from spot_services.state import open_state
from spot_services.state.settings import parse_database_url
from support.postgres import OWNER, PASSWORD, Postgres, database_file, postgres_cluster


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def refusal(folder: Path, url: str, ca: str | None = None) -> tuple[str, int]:
    with pytest.raises(Refusal) as raised:
        async with open_state("notifier", folder, database_file(folder, url, ca), start_wait=0):
            pass
    [problem] = raised.value.problems
    assert PASSWORD not in problem
    assert "Traceback" not in problem
    return problem, raised.value.exit_code


@pytest.mark.parametrize(
    ("change", "sentence", "exit_code"),
    [
        ({"password": "wrong-one"}, "refuses the user or the password; correct the URL", 2),
        ({"user": "nobody"}, "refuses the user or the password; correct the URL", 2),
        ({"database": "missing"}, "does not exist; create it (python -m spot_services database)", 2),
        ({"host": "no-such-host.invalid"}, "has a host name that cannot be resolved; correct the URL", 3),
        ({"port": unused_port()}, "refuses the connection; start it, or correct host and port", 3),
        (
            {"query": "?sslmode=require"},
            "refuses TLS, or is not PostgreSQL; correct the port or the sslmode of the URL",
            2,
        ),
        ({"host": "/no/such/folder"}, "has no socket there; start it, or correct the host of the URL", 3),
    ],
)
async def test_refuses_to_start_with_one_sentence(
    postgres: Postgres, tmp_path: Path, change: dict[str, str | int], sentence: str, exit_code: int
) -> None:
    given: dict[str, str | int] = {
        "user": OWNER,
        "password": PASSWORD,
        "host": "127.0.0.1",
        "port": postgres.port,
        "database": "postgres",
        "query": "",
    }
    given |= change
    host = quote(str(given["host"]), safe="") if str(given["host"]).startswith("/") else given["host"]
    address = f":{given['port']}" if host == given["host"] else ""
    query = given["query"] or ("" if host == given["host"] else f"?host={host}")
    netloc = f"{given['user']}:{given['password']}@{host if address else ''}{address}"
    problem, code = await refusal(tmp_path, f"postgresql://{netloc}/{given['database']}{query}")
    place = f'database "{given["user"]}@{given["host"]}:'
    assert problem.startswith(place)
    assert problem.removesuffix(" (waited 0 s)").endswith(f'/{given["database"]}": {sentence}')
    assert code == exit_code


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"220 mail ESMTP\r\n", b"AMQP\x00\x00\x09\x01", b""]
)
async def test_recognises_what_is_not_postgresql(tmp_path: Path, answer: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(8)
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        problem, _ = await refusal(tmp_path, f"postgresql://{OWNER}:{PASSWORD}@127.0.0.1:{port}/spot")
    assert "lost the connection" in problem or "not PostgreSQL" in problem


async def test_a_server_that_accepts_and_stays_silent_ends_in_time(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        port = silent.getsockname()[1]
        started = asyncio.get_running_loop().time()
        problem, code = await refusal(tmp_path, f"postgresql://{OWNER}:{PASSWORD}@127.0.0.1:{port}/spot")
    assert "does not answer in time" in problem
    assert code == 3
    assert asyncio.get_running_loop().time() - started < 12


@pytest.mark.parametrize(
    ("url", "problems"),
    [
        ("", ['field "url": string should have at least 1 character']),
        ("nonsense", ["the URL is not valid"]),
        ("mysql://a:b@c/d", ['the URL has the scheme "mysql", not "postgresql"']),
        ("postgresql://host/spot", ["the URL names no user"]),
        ("postgresql://user@/spot", ["the URL names no host"]),
        ("postgresql://user@host", ["the URL names no database"]),
        ("postgresql://user@host:x/spot", ["the URL is not valid"]),
        ("postgresql://user@host:70000/spot", ["the URL has the port 70000"]),
        ("postgresql://user@host/spot?sslmode=maybe", ['the URL has the sslmode "maybe"; known: disable, allow']),
        ("postgresql://user@host/spot?pool=3", ['the URL has the unknown parameter "pool"']),
        ("https:///?a=1", ["the scheme", "no host", "no user", "no database", "unknown parameter"]),
    ],
)
async def test_refuses_a_wrong_url_with_all_its_problems(tmp_path: Path, url: str, problems: list[str]) -> None:
    with pytest.raises(Refusal) as raised:
        async with open_state("notifier", tmp_path, database_file(tmp_path, url), start_wait=0):
            pass
    for problem in problems:
        assert any(problem in given for given in raised.value.problems), raised.value.problems


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"url": 3}', '{"url": "postgresql://a:secret@b/c", "ca": 1}', "\x00"]
)
async def test_refuses_a_wrong_file_without_its_content(tmp_path: Path, content: str) -> None:
    path = tmp_path / "database.json"
    path.write_text(content)
    with pytest.raises(Refusal) as raised:
        async with open_state("notifier", tmp_path, {"SPOT_DATABASE": str(path)}):
            pass
    assert all("secret" not in problem and str(path) in problem for problem in raised.value.problems)


@pytest.mark.parametrize(
    ("text", "tls"),
    [
        ("postgres://u:p@h/d", "prefer"),
        ("postgresql+asyncpg://u:p@h/d", "prefer"),
        ("postgresql://u:p@h/d?sslmode=verify-full", "verify-full"),
        ("postgresql://u:p%40%2F%3A@[::1]:6432/d", "prefer"),
        ("postgresql://u@/d?host=/run/postgresql&port=6432", "prefer"),
    ],
)
def test_accepts_the_urls_of_providers(text: str, tls: str) -> None:
    settings = parse_database_url(text, None, "url")
    assert (settings.user, settings.database, settings.tls) == ("u", "d", tls)
    assert "p@/:" not in settings.place
    assert "p@/:" not in repr(settings)


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A server certificate for 127.0.0.1, which is its own authority."""
    key, certificate = tmp_path / "server.key", tmp_path / "server.crt"
    subprocess.run(  # noqa: S603
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", str(key), "-out",  # noqa: S607
         str(certificate), "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    return key, certificate


async def test_checks_the_certificate_of_the_server(certificate: tuple[Path, Path], tmp_path: Path) -> None:
    key, own = certificate
    with postgres_cluster(files={"server.key": key, "server.crt": own}, options=("-cssl=on",)) as cluster:
        url = await cluster.create_database("spot")
        folder = tmp_path / "service"
        folder.mkdir()
        opened = open_state("notifier", folder, database_file(folder, url, str(own)), start_wait=0)
        async with opened as state, state.transaction() as connection:
            assert await connection.scalar(text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")) is True
        problem, code = await refusal(folder, f"{url}?sslmode=verify-full")
        assert (code, "has a certificate that is not trusted" in problem) == (2, True)
        problem, code = await refusal(folder, url, str(tmp_path / "none.crt"))
        assert (code, "cannot be read (no such file or directory)" in problem) == (2, True)
        problem, code = await refusal(folder, url.replace("127.0.0.1", "localhost"), str(own))
        assert (code, "has a certificate that is not trusted" in problem) == (2, True)
