"""A real object store: MinIO, started by the tests with data of its own."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

KEY = "spot-test-key"
SECRET = "spot-test-secret-key"
BUCKET = "spot"
REGION = "us-east-1"
_START_SECONDS = 60.0


@dataclass(frozen=True)
class Minio:
    folder: Path
    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """The server accepts connections and does not answer."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            # A signal takes effect a moment later.
            while Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
                time.sleep(0.01)
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def make_bucket(self, name: str) -> None:
        """A folder of the drive is a bucket."""
        (self.folder / name).mkdir(exist_ok=True)


@contextmanager
def minio_server() -> Iterator[Minio]:
    with tempfile.TemporaryDirectory(prefix="spot-minio-") as name:
        folder = Path(name) / "data"
        folder.mkdir()
        port = _free_port()
        environment = os.environ | {
            "MINIO_ROOT_USER": KEY,
            "MINIO_ROOT_PASSWORD": SECRET,
            "MINIO_BROWSER": "off",
            "MINIO_UPDATE": "off",
            "MINIO_SITE_REGION": REGION,
            "HOME": name,
        }
        with (Path(name) / "log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - the tests' own program
                [_program(), "server", "--quiet", "--address", f"127.0.0.1:{port}", str(folder)],
                env=environment,
                stdout=log,
                stderr=log,
            )
        try:
            _wait(process, port, Path(name) / "log")
            server = Minio(folder, port, process)
            server.make_bucket(BUCKET)
            yield server
        finally:
            process.terminate()
            process.wait(30)


def _program() -> str:
    """`npm test` builds it; the file that it keeps is found also when pytest is started by hand."""
    given = os.environ.get("SPOT_TEST_MINIO") or shutil.which("minio")
    if given:
        return given
    cache = Path(os.environ.get("SPOT_MESSAGING_CACHE") or Path.home() / ".cache" / "spot-messaging")
    found = sorted(path for path in cache.glob("minio-v*") if path.name.count(".") == 2)
    assert found, 'program "minio": not found; run npm test -- python once, which builds it'
    return str(found[-1])


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/minio/health/ready")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        running = process.poll() is None and time.monotonic() < deadline
        assert running, f"minio does not start: {log.read_text(errors='replace')[-1000:]}"
        time.sleep(0.1)
