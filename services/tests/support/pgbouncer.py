"""A real PgBouncer in front of a PostgreSQL server."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.postgres import ACCOUNT, OWNER, PASSWORD, Postgres


@contextmanager
def pgbouncer(postgres: Postgres, **settings: str | int) -> Iterator[int]:
    """Runs PgBouncer with these settings; returns its port."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    assert program is not None, 'program "pgbouncer": not installed; install pgbouncer'
    with tempfile.TemporaryDirectory(prefix="spot-pgbouncer-") as name, socket.socket() as probe:
        folder = Path(name)
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
        probe.close()
        (folder / "users").write_text(f'"{OWNER}" "{PASSWORD}"\n')
        given = {
            "listen_addr": "127.0.0.1",
            "listen_port": port,
            "unix_socket_dir": "",
            "auth_type": "scram-sha-256",
            "auth_file": folder / "users",
            **settings,
        }
        lines = [f"{key} = {value}" for key, value in given.items()]
        databases = ["[databases]", f"* = host=127.0.0.1 port={postgres.port}", "[pgbouncer]"]
        (folder / "configuration").write_text("\n".join([*databases, *lines, ""]))
        folder.chmod(0o755)
        account = ["--user", ACCOUNT] if os.geteuid() == 0 else []
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603
                [program, *account, str(folder / "configuration")], stdout=log, stderr=log
            )
        try:
            _wait(port)
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)


def _wait(port: int) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
