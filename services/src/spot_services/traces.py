"""`python -m spot_services traces`: receives spans by OTLP over HTTP and prints them, one JSON object a line.

`npm run traces` runs it on the networks of the services and draws the traces.
"""

import gzip
import json
import sys
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

PORT = 4318
BODY_LIMIT = 16 * 1024 * 1024
_PROTOBUF = "application/x-protobuf"
_printing = Lock()


def read_spans(request: ExportTraceServiceRequest) -> Iterator[dict[str, Any]]:
    """The spans of an export, with times in milliseconds since 1970."""
    for resource in request.resource_spans:
        names = {each.key: each.value.string_value for each in resource.resource.attributes}
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield {
                    "service": names.get("service.name", ""),
                    "trace": span.trace_id.hex(),
                    "id": span.span_id.hex(),
                    "parent": span.parent_span_id.hex() or None,
                    "name": span.name,
                    "kind": Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_").lower(),
                    "start": span.start_time_unix_nano / 1e6,
                    "end": span.end_time_unix_nano / 1e6,
                    "failed": span.status.code == Status.STATUS_CODE_ERROR,
                    "attributes": {each.key: _plain(each.value) for each in span.attributes},
                }


def _plain(value: AnyValue) -> str | int | float | bool | None:
    kind = value.WhichOneof("value")
    if kind in {"string_value", "bool_value", "int_value", "double_value"}:
        plain: str | int | float | bool = getattr(value, kind)
        return plain
    return None if kind is None else str(value)


class TraceReceiver(ThreadingHTTPServer):
    """Answers like a collector."""

    daemon_threads = True

    def __init__(self, host: str = "0.0.0.0", port: int = PORT) -> None:  # noqa: S104 - a container of its own
        super().__init__((host, port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    timeout = 10.0

    def do_POST(self) -> None:
        if self.path != "/v1/traces":
            self._answer(404)
            return
        if self.headers.get("Content-Type") != _PROTOBUF:
            self._answer(415)
            return
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > BODY_LIMIT:
            self._answer(413)
            return
        body = self.rfile.read(int(length))
        try:
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            spans = list(read_spans(ExportTraceServiceRequest.FromString(body)))
        except (DecodeError, OSError, EOFError, zlib.error):
            self._answer(400)
            return
        # Printed first: the answer means that the spans are kept.
        with _printing:
            sys.stdout.writelines(f"{json.dumps(span)}\n" for span in spans)
            sys.stdout.flush()
        self._answer(200)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", _PROTOBUF)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the base class
        """Prints nothing: stdout has only spans."""


def receive_traces() -> None:
    """Receives until the process is ended."""
    with TraceReceiver() as receiver:
        sys.stderr.write(f"receiving on port {PORT}\n")
        receiver.serve_forever()
