"""Traces: W3C trace context in message headers and HTTP, so that one mail is one trace across all services.

Without an exporter, the spans are dropped, but the trace ids still connect the log lines of all services. Attributes
contain names, ids and sizes, never the content of a mail.
"""

import os
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any

from aio_pika import Message
from aio_pika.abc import AbstractIncomingMessage
from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from spot_messaging.log import log_fields

_EXPORTER = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_CONTEXT = TraceContextTextMapPropagator()
_TRACER = "spot_messaging"
FLUSH_LIMIT = 2.0
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_ROUTES = frozenset({"analyses", "healthz", "metrics"})

# ASGI's own types.
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def configure_tracing(service: str, environment: Mapping[str, str] = os.environ) -> TracerProvider:
    """Exports by OTLP over HTTP if an endpoint is set; OpenTelemetry's other variables apply."""
    resource = Resource.create({"service.name": service, "service.namespace": "spot"})
    # Not at exit: a collector that does not answer would delay it; `flush` has a limit.
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    if any(environment.get(variable) for variable in _EXPORTER):
        # Imported on use: it loads an HTTP client.
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        # In a thread with a bounded queue: a collector that does not answer costs spans, never messages.
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    propagate.set_global_textmap(_CONTEXT)
    return provider


def flush(limit: float = FLUSH_LIMIT) -> None:
    """Exports the last spans in at most `limit` seconds, also if the collector does not answer."""
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        last = threading.Thread(target=provider.force_flush, args=(int(limit * 1000),), daemon=True)
        last.start()
        last.join(limit)


def current_trace() -> str | None:
    """The trace id of the current work, for log lines."""
    context = trace.get_current_span().get_span_context()
    return trace.format_trace_id(context.trace_id) if context.is_valid else None


def traceparent() -> str | None:
    """The W3C context of the current work, to be stored with work that another task or process continues."""
    carrier: dict[str, str] = {}
    _CONTEXT.inject(carrier)
    return carrier.get("traceparent")


@contextmanager
def continue_trace(parent: str | None, name: str) -> Iterator[Span]:
    """A span for stored work: part of the current work or, in a task of its own, of the trace that it began in."""
    context = None if parent is None or traceparent() is not None else _CONTEXT.extract({"traceparent": parent})
    with _span(name, SpanKind.INTERNAL, {}, context) as span:
        yield span


@contextmanager
def send_span(message: Message, exchange: str, routing_key: str) -> Iterator[Span]:
    """The span of a publish; writes its context into the message's headers."""
    # A reply's queue is one caller's; as a name, it would make a new kind of span for each connection.
    destination = exchange or "(default)"
    attributes: dict[str, Any] = {
        "messaging.system": "rabbitmq",
        "messaging.operation.type": "send",
        "messaging.operation.name": "publish",
        "messaging.destination.name": destination,
        "messaging.message.body.size": len(message.body),
    }
    if exchange:
        attributes["messaging.rabbitmq.destination.routing_key"] = routing_key
    _describe(attributes, message.message_id, message.correlation_id)
    with _span(f"publish {destination}", SpanKind.PRODUCER, attributes) as span:
        carrier: dict[str, str] = {}
        _CONTEXT.inject(carrier)
        message.headers.update(carrier)
        yield span


@contextmanager
def process_span(message: AbstractIncomingMessage, queue: str) -> Iterator[Span]:
    """The span of a delivery, in the trace of the message. A retry is one more span of the same trace."""
    attributes: dict[str, Any] = {
        "messaging.system": "rabbitmq",
        "messaging.operation.type": "process",
        "messaging.operation.name": "consume",
        "messaging.destination.name": queue,
        "messaging.message.body.size": len(message.body),
    }
    _describe(attributes, message.message_id, message.correlation_id)
    with _span(f"consume {queue}", SpanKind.CONSUMER, attributes, context_of(message.headers)) as span:
        yield span


class TraceMiddleware:
    """ASGI: the span of a request, in the trace of its `traceparent` header.

    Neither the path nor the query is an attribute, because both can contain names of mails and analyses.
    """

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        carrier = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in scope["headers"]
            if name in {b"traceparent", b"tracestate"}
        }
        method = scope["method"] if scope["method"] in _METHODS else "_OTHER"
        attributes = {"http.request.method": method, "url.scheme": scope.get("scheme", "http")}
        with (
            _span(f"{method} {_route(scope['path'])}", SpanKind.SERVER, attributes, context_of(carrier)) as span,
            log_fields(trace=current_trace()),
        ):

            async def send_and_note(message: MutableMapping[str, Any]) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                    if message["status"] >= 500:
                        mark_failed(span, str(message["status"]))
                await send(message)

            await self._app(scope, receive, send_and_note)


def _route(path: str) -> str:
    """The first segment, so that the number of span names stays small."""
    first = path.strip("/").partition("/")[0]
    return f"/{first}" if first in _ROUTES else "/"


def mark_failed(span: Span, error_type: str) -> None:
    """The class alone: an exception's text can quote a mail."""
    span.set_attribute("error.type", error_type)
    span.set_status(Status(StatusCode.ERROR))


def context_of(headers: Mapping[str, Any]) -> Context:
    """The context that the sender wrote; headers of any other type or form begin a new trace."""
    carrier = {key: headers[key] for key in ("traceparent", "tracestate") if isinstance(headers.get(key), str)}
    return _CONTEXT.extract(carrier, context=Context())


def _describe(attributes: dict[str, Any], message_id: str | None, correlation_id: object) -> None:
    if message_id:
        attributes["messaging.message.id"] = message_id
    if correlation_id:
        attributes["messaging.message.conversation_id"] = str(correlation_id)


@contextmanager
def _span(name: str, kind: SpanKind, attributes: Mapping[str, Any], context: Context | None = None) -> Iterator[Span]:
    with trace.get_tracer(_TRACER).start_as_current_span(
        name,
        context=context,
        kind=kind,
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield span
        except Exception as error:
            mark_failed(span, type(error).__name__)
            raise
