"""The receiver prints exactly what OpenTelemetry's own exporter sends, and refuses everything else."""

import gzip
import http.client
import json
import threading
from collections.abc import Iterator

import pytest
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode

from spot_services.traces import BODY_LIMIT, TraceReceiver


@pytest.fixture
def receiver() -> Iterator[TraceReceiver]:
    with TraceReceiver("127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip])
def test_prints_the_spans_of_opentelemetrys_exporter(
    receiver: TraceReceiver, compression: Compression, capsys: pytest.CaptureFixture[str]
) -> None:
    provider = TracerProvider(resource=Resource.create({"service.name": "gateway"}))
    address = f"http://127.0.0.1:{receiver.server_port}/v1/traces"
    provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter(address, compression=compression)))
    tracer = provider.get_tracer("test")
    with (
        tracer.start_as_current_span("POST /analyses", kind=SpanKind.SERVER) as parent,
        tracer.start_as_current_span(
            "publish spot.analysis", kind=SpanKind.PRODUCER, attributes={"a": "b", "n": 3, "f": 1.5, "t": True}
        ) as child,
    ):
        child.set_status(Status(StatusCode.ERROR))
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [span["name"] for span in printed] == ["publish spot.analysis", "POST /analyses"]
    inner, outer = printed
    assert inner["attributes"] == {"a": "b", "n": 3, "f": 1.5, "t": True}
    assert (inner["kind"], inner["failed"], inner["service"]) == ("producer", True, "gateway")
    assert (outer["kind"], outer["failed"], outer["parent"]) == ("server", False, None)
    assert inner["parent"] == outer["id"] == f"{parent.get_span_context().span_id:016x}"
    assert inner["trace"] == outer["trace"] == f"{parent.get_span_context().trace_id:032x}"
    assert outer["start"] <= inner["start"] <= inner["end"] <= outer["end"]


PROTOBUF = {"Content-Type": "application/x-protobuf"}


@pytest.mark.parametrize(
    ("path", "headers", "body", "status"),
    [
        ("/v1/metrics", PROTOBUF, b"", 404),
        ("/v1/traces", {"Content-Type": "application/json"}, b"{}", 415),
        ("/v1/traces", PROTOBUF | {"Content-Length": str(BODY_LIMIT + 1)}, b"", 413),
        ("/v1/traces", PROTOBUF | {"Content-Length": "-1"}, b"", 413),
        ("/v1/traces", PROTOBUF, b"\xff\xff\xff", 400),
        ("/v1/traces", PROTOBUF | {"Content-Encoding": "gzip"}, b"no gzip", 400),
        ("/v1/traces", PROTOBUF | {"Content-Encoding": "gzip"}, gzip.compress(b"abc" * 99, mtime=0)[:20], 400),
        ("/v1/traces", PROTOBUF, b"", 200),
    ],
)
def test_answers_with_the_status_of_a_collector(
    receiver: TraceReceiver,
    path: str,
    headers: dict[str, str],
    body: bytes,
    status: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", receiver.server_port, timeout=10)
    connection.request("POST", path, body, headers)
    assert connection.getresponse().status == status
    connection.close()
    assert capsys.readouterr().out == ""
