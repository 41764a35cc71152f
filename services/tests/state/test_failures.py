"""What an operator reads when the database does not work: one sentence, without the password."""

import asyncio
import json
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import text

from conftest import Database
from spot_messaging import DependencyError, Refusal
from spot_services.state import State, StateUnavailableError, open_state
from spot_services.state.settings import parse_database_url
from support.postgres import OWNER, PASSWORD, Postgres, database_file, postgres_cluster


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A server that a test may kill."""
    with postgres_cluster() as cluster:
        yield cluster


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
        ("", ["url: string should have at least 1 character"]),
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


async def write(state: State) -> None:
    async with state.transaction() as connection:
        await connection.execute(
            text("INSERT INTO delivery (channel, message, state, at) VALUES ('c', 'm', 'sent', 0)")
        )
        await connection.execute(text("DELETE FROM delivery"))


@asynccontextmanager
async def working(database: Database) -> AsyncIterator[State]:
    async with database.opened("notifier") as state:
        await write(state)
        assert await state.ready() is None
        yield state


async def fails(state: State, sentence: str) -> None:
    """The transaction fails as the database's failure, and the service is not ready."""
    with pytest.raises(StateUnavailableError) as raised:
        await write(state)
    assert sentence in str(raised.value)
    assert PASSWORD not in str(raised.value)
    assert isinstance(raised.value, DependencyError)
    assert await state.ready() is not None


def name_of(database: Database) -> str:
    return str(json.loads((database.folder / "database.json").read_text())["url"]).rsplit("/", 1)[1]


async def test_is_not_ready_on_a_read_only_server_and_recovers(postgres: Postgres, postgres_database: Database) -> None:
    name = name_of(postgres_database)
    async with working(postgres_database) as state:
        await postgres.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        await state._engine.dispose()
        await fails(state, "is read-only; connect to the primary")
        await postgres.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = off')
        await state._engine.dispose()
        await write(state)
        assert await state.ready() is None


async def test_says_that_there_are_too_many_connections(postgres: Postgres, postgres_database: Database) -> None:
    name = name_of(postgres_database)
    async with working(postgres_database) as state:
        await postgres.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT 0')
        await state._engine.dispose()
        await fails(state, "has too many connections")
        await postgres.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT -1')
        await write(state)


async def test_says_that_tables_or_rights_are_missing(postgres: Postgres, postgres_database: Database) -> None:
    name = name_of(postgres_database)
    async with working(postgres_database) as state:
        await postgres.execute("ALTER TABLE notifier.delivery RENAME TO hidden", database=name)
        with pytest.raises(StateUnavailableError, match="lacks a table"):
            await write(state)
        await postgres.execute("ALTER TABLE notifier.hidden RENAME TO delivery", database=name)
        await postgres.execute("ALTER TABLE notifier.delivery OWNER TO postgres", database=name)
        with pytest.raises(StateUnavailableError, match="refuses a right"):
            await write(state)


async def test_connections_that_the_server_cut_do_not_fail_a_transaction(
    postgres: Postgres, postgres_database: Database
) -> None:
    async with working(postgres_database) as state:
        for _ in range(3):
            await postgres.disconnect(name_of(postgres_database))
            await write(state)


async def test_a_killed_server_fails_and_a_started_one_works_again(own_postgres: Postgres, tmp_path: Path) -> None:
    url = await own_postgres.create_database("spot")
    database = Database("postgresql", tmp_path, database_file(tmp_path, url))
    async with working(database) as state:
        own_postgres.kill()
        await fails(state, 'spot": ')
        await asyncio.to_thread(own_postgres.start)
        await write(state)
        assert await state.ready() is None


async def test_a_paused_server_fails_in_time_and_works_again(own_postgres: Postgres, tmp_path: Path) -> None:
    url = await own_postgres.create_database("spot")
    database = Database("postgresql", tmp_path, database_file(tmp_path, url))
    loop = asyncio.get_running_loop()
    async with working(database) as state:
        own_postgres.freeze(True)
        try:
            started = loop.time()
            assert "does not answer in time" in str(await state.ready())
            assert loop.time() - started < 6
            with pytest.raises(StateUnavailableError, match=r"does not answer in time|lost the connection"):
                await write(state)
            assert loop.time() - started < 30
        finally:
            own_postgres.freeze(False)
        for _ in range(20):
            if await state.ready() is None:
                break
            await asyncio.sleep(0.5)
        await write(state)


async def test_waits_for_a_server_that_starts_late(own_postgres: Postgres, tmp_path: Path) -> None:
    url = await own_postgres.create_database("spot")
    own_postgres.kill()

    async def start() -> None:
        await asyncio.sleep(1)
        await asyncio.to_thread(own_postgres.start)

    starting = asyncio.create_task(start())
    async with open_state("notifier", tmp_path, database_file(tmp_path, url), start_wait=30) as state:
        await write(state)
    await starting


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


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], check=True)  # noqa: S603, S607
    yield folder
    subprocess.run(["umount", str(folder)], check=True)  # noqa: S603, S607


def fill(path: Path) -> None:
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


async def test_a_full_disk_stores_nothing_until_there_is_space(small_disk: Path) -> None:
    database = Database("sqlite", small_disk, {})
    async with database.opened("notifier") as state:
        filler = small_disk / "filler"
        fill(filler)
        stored = 0

        async def add() -> None:
            nonlocal stored
            while True:
                async with state.transaction() as connection:
                    await connection.execute(
                        text("INSERT INTO delivery (channel, message, state, at) VALUES ('c', :m, 'sent', 0)"),
                        {"m": f"m-{stored}" + "x" * 200},
                    )
                stored += 1

        with pytest.raises(StateUnavailableError, match="has no space left; enlarge the volume"):
            await add()
        assert "has no space left" in str(await state.ready())
        filler.unlink()
        async with state.transaction() as connection:
            assert await connection.scalar(text("SELECT count(*) FROM delivery")) == stored
        state._full = None
        assert await state.ready() is None


async def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notifier.db").write_bytes(b"not a database, but long enough to look at" * 100)
    with pytest.raises(Refusal, match="is not an SQLite file; restore it from a backup"):
        async with Database("sqlite", tmp_path, {}).opened("notifier", start_wait=0):
            pass
