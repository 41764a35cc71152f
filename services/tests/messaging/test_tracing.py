"""One mail is one trace: across HTTP, publishes, deliveries, retries and dead letters, and in every log line."""

import asyncio
import json
import logging
import time
from typing import Any, cast

import httpx
import pytest
from aio_pika import Message
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from fakes import EXCHANGE_RETRY, GRAVE, FakeIncoming, as_message, consumption, contract_json, incoming
from spot_messaging.channels import ChannelPool
from spot_messaging.contract import Contract
from spot_messaging.delivery import Delivery, Receiver
from spot_messaging.failure import PermanentError, RefusedError
from spot_messaging.log import JsonFormatter, log, log_fields
from spot_messaging.publisher import Publisher
from spot_messaging.tracing import (
    TraceMiddleware,
    configure_tracing,
    context_of,
    continue_trace,
    current_trace,
    flush,
    traceparent,
)

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Mail(BaseModel):
    text: str = "secret of the mail"


class Broker:
    """Routes by name in this process: each publish becomes a delivery of the receiver of that routing key."""

    def __init__(self) -> None:
        self.receivers: dict[str, Receiver[Mail]] = {}
        self.deliveries: list[asyncio.Task[None]] = []
        self.ended: list[str] = []

    async def publish(self, message: Message, *, exchange: str, routing_key: str, mandatory: bool) -> None:
        assert exchange
        assert mandatory
        queue = routing_key.removesuffix(".1").removesuffix(".2")
        if exchange == "spot.dead-letter" or queue not in self.receivers:
            self.ended.append(f"{exchange}/{routing_key}")
            return
        copy: FakeIncoming = incoming(
            message.body,
            dict(message.headers),
            message_id=message.message_id,
            correlation_id=message.correlation_id,
            user_id=message.user_id,
        )
        self.deliveries.append(asyncio.create_task(self.receivers[queue].receive(as_message(copy))))

    async def settled(self) -> None:
        while self.deliveries:
            await self.deliveries.pop(0)


class Services:
    """Gateway, orchestrator, two analyzers, result processor and notifier, with nothing but their hops."""

    def __init__(self) -> None:
        self.broker = Broker()
        self.steps = {
            "request": ["job.headers", "job.links"],
            "job.headers": ["finding"],
            "job.links": ["finding"],
            "finding": ["result"],
            "result": ["email"],
            "email": [],
        }
        given = contract_json("spot")
        address = {"persistent": True, "mandatory": True, "priorities": None, "expirationMs": None}
        given["publishes"] = {name: {"exchange": "spot.work", "routingKey": name, **address} for name in self.steps}
        self.publisher = Publisher(cast("ChannelPool", self.broker), Contract.model_validate_json(json.dumps(given)))
        self.failing: dict[str, list[Exception]] = {}
        self.traces: set[str | None] = set()
        for name in self.steps:
            queue = consumption(EXCHANGE_RETRY, GRAVE).model_copy(update={"queue": name})
            retry = queue.retry.model_copy(update={"routing_keys": (f"{name}.1", f"{name}.2")})  # type: ignore[union-attr]
            queue = queue.model_copy(update={"retry": retry})
            self.broker.receivers[name] = Receiver("spot", "spot", queue, Mail, self._handler(name), self.publisher)

    def _handler(self, name: str) -> Any:
        async def handle(mail: Mail, delivery: Delivery) -> None:
            self.traces.add(current_trace())
            if self.failing.get(name):
                raise self.failing[name].pop()
            for step in self.steps[name]:
                await self.publisher.publish(step, mail, analysis=delivery.analysis)

        return handle

    async def submit(self, headers: dict[str, str] | None = None) -> None:
        async def accept(_request: Request) -> JSONResponse:
            await self.publisher.publish("request", Mail(), analysis="a-1")
            return JSONResponse({}, 202)

        app = TraceMiddleware(Starlette(routes=[Route("/analyses", accept, methods=["POST"])]))
        transport = httpx.ASGITransport(app=cast("Any", app))
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            response = await client.post("/analyses?filename=secret.eml", headers=headers or {})
        assert response.status_code == 202
        await self.broker.settled()


def roots(spans: tuple[ReadableSpan, ...]) -> list[str]:
    known = {span.context.span_id for span in spans if span.context}
    return [span.name for span in spans if span.parent is None or span.parent.span_id not in known]


async def test_one_mail_is_one_tree_across_all_services(spans: InMemorySpanExporter) -> None:
    services = Services()
    await services.submit({"traceparent": PARENT})
    finished = spans.get_finished_spans()
    assert {trace.format_trace_id(span.context.trace_id) for span in finished if span.context} == {PARENT.split("-")[1]}
    assert roots(finished) == ["POST /analyses"]
    [server] = [span for span in finished if span.kind is SpanKind.SERVER]
    assert server.parent is not None
    assert trace.format_span_id(server.parent.span_id) == PARENT.split("-")[2]
    assert sorted(span.name for span in finished if span.kind is SpanKind.CONSUMER) == [
        "consume email",
        "consume email",
        "consume finding",
        "consume finding",
        "consume job.headers",
        "consume job.links",
        "consume request",
        "consume result",
        "consume result",
    ]
    assert services.traces == {PARENT.split("-")[1]}


async def test_a_retry_and_a_dead_letter_stay_in_the_trace(spans: InMemorySpanExporter) -> None:
    services = Services()
    services.failing = {"job.links": [OSError("disk")] * 2, "email": [PermanentError("secret of the mail")] * 2}
    await services.submit()
    finished = spans.get_finished_spans()
    assert roots(finished) == ["POST /analyses"]
    links = [span for span in finished if span.name == "consume job.links"]
    assert [(span.attributes or {}).get("error.type") for span in links] == ["OSError", "OSError", None]
    assert services.broker.ended == ["spot.dead-letter/work"] * 2
    assert "publish spot.dead-letter" in {span.name for span in finished}


async def test_no_span_contains_anything_of_a_mail(spans: InMemorySpanExporter) -> None:
    services = Services()
    services.failing = {
        "job.links": [ValueError("secret of the mail")],
        "email": [PermanentError("secret of the mail")],
    }
    await services.submit()
    for span in spans.get_finished_spans():
        assert "secret" not in span.to_json()
        assert span.events == ()


def test_attributes_follow_the_conventions_for_messaging(spans: InMemorySpanExporter) -> None:
    asyncio.run(Services().submit())
    [consumed] = [span for span in spans.get_finished_spans() if span.name == "consume request"]
    [published] = [span for span in spans.get_finished_spans() if span.name == "publish spot.work"][-1:]
    common = {"messaging.system": "rabbitmq", "messaging.message.conversation_id": "a-1"}
    for span, operation in ((consumed, "process"), (published, "send")):
        attributes = dict(span.attributes or {})
        assert attributes.items() >= {**common, "messaging.operation.type": operation}.items()
        assert attributes["messaging.message.id"]
    assert dict(published.attributes or {})["messaging.destination.name"] == "spot.work"
    assert dict(consumed.attributes or {})["messaging.destination.name"] == "request"


async def test_a_failed_publish_is_marked_by_its_class(spans: InMemorySpanExporter) -> None:
    class Full:
        async def publish(self, *_arguments: Any, **_rest: Any) -> None:
            raise RefusedError("a queue is full of secret mails")

    services = Services()
    publisher = Publisher(cast("ChannelPool", Full()), services.publisher._contract)
    with pytest.raises(RefusedError):
        await publisher.publish("request", Mail(), analysis="a-1")
    [span] = spans.get_finished_spans()
    assert dict(span.attributes or {})["error.type"] == "RefusedError"
    assert "secret" not in span.to_json()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"traceparent": 7},
        {"traceparent": b"bytes"},
        {"traceparent": ""},
        {"traceparent": "00-" + "0" * 32 + "-" + "0" * 16 + "-01"},
        {"traceparent": "00-zz-yy-01"},
        {"traceparent": PARENT + "\r\nx: y"},
        {"traceparent": "x" * 100_000},
        {"tracestate": "a=b"},
        {"traceparent": None, "tracestate": ["a"]},
    ],
)
def test_a_hostile_context_begins_a_new_trace(headers: dict[str, Any]) -> None:
    assert not trace.get_current_span(context_of(headers)).get_span_context().is_valid


async def test_stored_work_continues_in_its_trace(spans: InMemorySpanExporter) -> None:
    assert traceparent() is None
    with continue_trace(PARENT, "dispatch") as span:
        stored = traceparent()
        assert stored is not None
        assert stored.split("-")[1] == PARENT.split("-")[1]
        assert current_trace() == PARENT.split("-")[1]
    with continue_trace(None, "dispatch"):
        inside = current_trace()
        # Work that already belongs to a trace stays in it.
        with continue_trace(PARENT, "step"):
            assert current_trace() == inside
        assert inside not in {None, PARENT.split("-")[1]}
    assert span.get_span_context().is_valid
    assert [each.name for each in spans.get_finished_spans()] == ["dispatch", "step", "dispatch"]


async def test_every_log_line_of_a_delivery_has_its_analysis_and_trace(caplog: pytest.LogCaptureFixture) -> None:
    async def handle(_mail: Mail, _delivery: Delivery) -> None:
        log("info", "own")
        logging.getLogger("library").warning("of a library")
        await asyncio.create_task(later())

    async def later() -> None:
        log("info", "of a task")

    lines: list[dict[str, Any]] = []
    formatter = JsonFormatter("s")

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(formatter.format(record)))

    collect = Collect()
    logging.getLogger().addHandler(collect)
    caplog.set_level("DEBUG")
    try:
        receiver = Receiver("s", "user", consumption(), Mail, handle, cast("Any", None))
        await receiver.receive(as_message(incoming(b"{}", {"traceparent": PARENT})))
        log("info", "after")
    finally:
        logging.getLogger().removeHandler(collect)
    *inside, after = [line for line in lines if line["event"] != "library" or line["logger"] == "library"]
    assert [line.get("message", line["event"]) for line in inside] == ["own", "of a library", "of a task", "delivery"]
    assert {(line["analysis"], line["trace"]) for line in inside} == {("a-1", PARENT.split("-")[1])}
    assert "analysis" not in after


def test_fields_of_blocks_end_with_them() -> None:
    formatter = JsonFormatter("s")
    record = logging.LogRecord("x", logging.INFO, "", 0, "m", None, None)
    with log_fields(analysis="a", trace=None):
        with log_fields(trace="t"):
            assert json.loads(formatter.format(record)).items() >= {"analysis": "a", "trace": "t"}.items()
        assert "trace" not in json.loads(formatter.format(record))
    assert "analysis" not in json.loads(formatter.format(record))


def test_a_collector_that_does_not_answer_delays_the_exit_by_its_limit_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://192.0.2.1:4318")
    provider = configure_tracing("s", {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://192.0.2.1:4318"})
    with trace.get_tracer("x", tracer_provider=provider).start_as_current_span("one"):
        pass
    started = time.monotonic()
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    flush(0.1)
    assert time.monotonic() - started < 5
