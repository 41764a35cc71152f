"""A real PostgreSQL server: one cluster for the test run, one database for each test."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg

OWNER = "owner"
PASSWORD = "secret"
# `postgres` refuses to run as root; Debian's package makes this account.
ACCOUNT = "postgres"


@dataclass
class Postgres:
    """A running cluster on a loopback port."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes]"

    def url(self, database: str, user: str = OWNER, password: str = PASSWORD) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    async def execute(self, *statements: str, database: str = "postgres") -> None:
        """Runs statements as the superuser, each in its own transaction."""
        connection = await self.connect(database)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def connect(self, database: str = "postgres") -> "asyncpg.Connection[asyncpg.Record]":
        return await asyncpg.connect(self.url(database, ACCOUNT), timeout=10)

    async def create_database(self, name: str, owner: str = OWNER) -> str:
        """Creates an empty database; returns its URL for the owner."""
        await self.execute(f'CREATE DATABASE "{name}" OWNER "{owner}" STRATEGY wal_log')
        return self.url(name, owner)

    async def drop_database(self, name: str) -> None:
        await self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    async def disconnect(self, database: str) -> None:
        """Ends the connections of a database, as an administrator or a restart does."""
        connection = await self.connect()
        await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", database)
        await connection.close()

    def kill(self) -> None:
        """Kills every process of the cluster, as a lost machine does."""
        self._signal(signal.SIGKILL)
        self.process.wait(10)

    def freeze(self, frozen: bool) -> None:
        """Stops or continues every process of the cluster: connections stay open, nothing answers."""
        self._signal(signal.SIGSTOP if frozen else signal.SIGCONT)

    def start(self) -> None:
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)
        self.process = _start(self.folder, self.port)
        _wait(self.port, self.process)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.freeze(False)
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(30)

    def _signal(self, number: signal.Signals) -> None:
        for process in self._processes():
            # A session can end in between.
            with suppress(ProcessLookupError):
                os.kill(process, number)

    def _processes(self) -> list[int]:
        # `/proc` instead of pgrep, so that only children of this cluster's own postmaster are found.
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid, *map(int, children)]


@contextmanager
def postgres_cluster(options: tuple[str, ...] = (), files: Mapping[str, Path] | None = None) -> Iterator[Postgres]:
    """Starts a cluster in a temporary folder, and removes it at the end. `files` are copied into its data."""
    with tempfile.TemporaryDirectory(prefix="spot-postgres-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, ACCOUNT)
        (folder / "password").write_text(PASSWORD)
        (folder / "password").chmod(0o644)
        _run(
            [
                _program("initdb"),
                f"--pgdata={folder / 'data'}",
                f"--username={ACCOUNT}",
                f"--pwfile={folder / 'password'}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ]
        )
        for copy, source in (files or {}).items():
            target = shutil.copy(source, folder / "data" / copy)
            Path(target).chmod(0o600)
            if os.geteuid() == 0:
                shutil.chown(target, ACCOUNT)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process = _start(folder, port, options)
        postgres = Postgres(folder, port, process)
        try:
            _wait(port, process)
            statement = f"CREATE ROLE {OWNER} LOGIN CREATEROLE PASSWORD '{PASSWORD}'"
            _in_thread(lambda: postgres.execute(statement))
            yield postgres
        finally:
            postgres.stop()


def database_file(folder: Path, url: str, ca: str | None = None) -> dict[str, str]:
    """The environment of a service with this database."""
    path = folder / "database.json"
    path.write_text(json.dumps({"url": url, "ca": ca}))
    return {"SPOT_DATABASE": str(path)}


def _start(folder: Path, port: int, options: tuple[str, ...] = ()) -> "subprocess.Popen[bytes]":
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": folder,
        # The tests kill processes, not the machine.
        "fsync": "off",
        "full_page_writes": "off",
        # A default that loses transactions in a crash: services must not rely on it.
        "synchronous_commit": "off",
        "max_connections": 60,
        "shared_buffers": "16MB",
        "autovacuum": "off",
    }
    arguments = [f"-c{name}={value}" for name, value in settings.items()]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603
            [*_as_account(), _program("postgres"), "-D", str(folder / "data"), *arguments, *options],
            stdout=log,
            stderr=log,
            cwd=folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        )


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            _in_thread(lambda: _ping(port))
        except (OSError, asyncpg.PostgresError):
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def _in_thread(work: Callable[[], Coroutine[None, None, None]]) -> None:
    """In a loop of its own: the caller can be a fixture or a running test."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(work())).result()


async def _ping(port: int) -> None:
    url = f"postgresql://{ACCOUNT}:{PASSWORD}@127.0.0.1:{port}/postgres"
    await (await asyncpg.connect(url, timeout=5)).close()


def _run(command: list[str]) -> None:
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    done = subprocess.run([*_as_account(), *command], capture_output=True, check=False, cwd="/", env=environment)  # noqa: S603
    assert done.returncode == 0, done.stderr.decode()


def _as_account() -> list[str]:
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={ACCOUNT}", f"--regid={ACCOUNT}", "--clear-groups"]


def _program(name: str) -> str:
    # Debian keeps the server's programs out of the PATH, one folder for each version.
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    found = str(versions[-1]) if versions else shutil.which(name)
    assert found is not None, f'program "{name}": not installed; install postgresql'
    return found
