"""An HTTP server that answers like an object store which has a fault, or which lacks a part of S3."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

KEY = "AKIA-TEST-KEY"
SECRET = "very-secret-key"


@dataclass
class Answer:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    # Pauses before the answer; the length that is announced instead of the real one.
    seconds: float = 0.0
    announced: int | None = None


@dataclass(frozen=True)
class Asked:
    method: str
    host: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes


Fault = Callable[[Asked], Answer | None]


def error(status: int, code: str) -> Answer:
    return Answer(status, f"<Error><Code>{code}</Code><AWSAccessKeyId>{KEY}</AWSAccessKeyId></Error>".encode())


class ObjectServer:
    """Keeps objects in memory; `fault` can answer a request instead."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.parts: dict[str, bytes] = {}
        self.asked: list[Asked] = []
        self.fault: Fault = lambda _asked: None
        self.port = 0

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        return self.fault(asked) or self._kept(asked)

    def _kept(self, asked: Asked) -> Answer:
        kind = {"Last-Modified": "Mon, 05 Jan 2026 09:00:00 GMT", "ETag": '"e"'}
        match asked.method:
            case "POST" if "uploads" in asked.query:
                return Answer(
                    200, b"<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"
                )
            case "POST" if "uploadId" in asked.query:
                self.objects[asked.path] = b"".join(part for _, part in sorted(self.parts.items()))
                return Answer(200, b"<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>")
            case "PUT" if "partNumber" in asked.query:
                self.parts[asked.query["partNumber"][0].zfill(5)] = asked.body
                return Answer(200, headers=kind)
            case "PUT":
                self.objects[asked.path] = asked.body
                return Answer(200, headers=kind)
            case "DELETE":
                self.objects.pop(asked.path, None)
                return Answer(204)
            case _ if asked.path in self.objects:
                return Answer(200, self.objects[asked.path], kind)
            case _:
                return error(404, "NoSuchKey")


@contextmanager
def object_server() -> Iterator[ObjectServer]:
    kept = ObjectServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            parts = urlsplit(self.path)
            answer = kept.answer(
                Asked(
                    self.command,
                    self.headers.get("host", ""),
                    parts.path,
                    parse_qs(parts.query, keep_blank_values=True),
                    {name.lower(): value for name, value in self.headers.items()},
                    body,
                )
            )
            time.sleep(answer.seconds)
            try:
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                length = len(answer.body) if answer.announced is None else answer.announced
                if answer.status != 204:
                    self.send_header("Content-Length", str(length))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer.body)
            except (BrokenPipeError, ConnectionResetError):
                pass
            self.close_connection = answer.announced is not None

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _serve  # noqa: N815 - the library's names

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    kept.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
