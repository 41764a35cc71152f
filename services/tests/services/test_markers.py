"""One mail with a marker in each part goes through all services, in every way that fails: where do the markers come?"""

import asyncio
import hashlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import generate_latest
from pydantic import BaseModel
from sqlalchemy import inspect, text

from conftest import Database
from fakes import EXCHANGE_RETRY, GRAVE, NOW, FakeForwarder, FakePublisher, as_message, consumption, incoming
from spot_messaging import DisconnectedError, RefusedError, ReturnedError, UnconfirmedError
from spot_messaging.delivery import Delivery, Receiver
from spot_messaging.log import JsonFormatter
from spot_services.analyzer.process.parsers import Parsers
from spot_services.analyzer.registry import ANALYZERS
from spot_services.analyzer.worker import Worker
from spot_services.mailstore import DirectoryStore
from spot_services.notifier.channel import Channel
from spot_services.notifier.ledger import Ledger
from spot_services.notifier.notifier import Notifier
from spot_services.notifier.smtp import SmtpChannel
from spot_services.notifier.webhook import WebhookChannel
from spot_services.orchestrator.orchestrator import Orchestrator
from spot_services.orchestrator.overview import Overview
from spot_services.orchestrator.store import Store
from spot_services.payload import Finding, Job, Mail, Notification, Reference, Request, Result
from spot_services.result_processor.processor import Processor
from spot_services.result_processor.store import ResultStore
from spot_services.state import State
from support.gateway import running_gateway
from support.orchestrator import DEADLINE

PARTS = (
    "subject sender senderhost recipient copy messageid headername headervalue body htmltext linkhost linkpath "
    "linktext attachmentname attachmentbody nestedsubject nestedbody parameter comment boundary"
)
MARKERS = {part: f"zq{part}qz" for part in PARTS.split()}

# What the user asked for is kept; see "Where mail content is" in the README.
KEPT = {"analysis.result", "finding.body", "result.body"}


def marked_mail() -> bytes:
    nested = EmailMessage()
    nested["Subject"] = MARKERS["nestedsubject"]
    nested.set_content(MARKERS["nestedbody"])
    mail = EmailMessage()
    mail["Subject"] = f"Urgent: verify your account {MARKERS['subject']}"
    mail["From"] = f"PayPal {MARKERS['sender']} <{MARKERS['sender']}@{MARKERS['senderhost']}.example>"
    mail["To"] = f"{MARKERS['recipient']}@example.com"
    mail["Cc"] = f"{MARKERS['copy']}@example.com"
    mail["Message-ID"] = f"<{MARKERS['messageid']}@example.com>"
    mail[f"X-{MARKERS['headername']}"] = MARKERS["headervalue"]
    mail["Received"] = f"from a by b ({MARKERS['comment']}); not a date"
    link = f"http://192.0.2.1.{MARKERS['linkhost']}.example/{MARKERS['linkpath']}"
    mail.set_content(f"Password expired, click here now: {MARKERS['body']} {link}")
    mail.add_alternative(
        f"<form><p>{MARKERS['htmltext']}<a href='{link}'>https://paypal.com/{MARKERS['linktext']}</a>", subtype="html"
    )
    mail.add_attachment(
        b"MZ" + MARKERS["attachmentbody"].encode(),
        maintype="application",
        subtype="pdf",
        filename=f"{MARKERS['attachmentname']}.pdf.exe",
        params={"x-name": MARKERS["parameter"]},
    )
    mail.add_attachment(nested)
    mail.set_boundary(MARKERS["boundary"])
    # Broken, so that the parsers have something to say.
    return mail.as_bytes().replace(b"\n", b"\r\n") + b"\r\n--" + MARKERS["boundary"].encode() + b"\r\n\xff"


class Deliveries:
    """Each message is delivered to its handler by the real receiver: valid, cut, and with values of other types."""

    def __init__(self) -> None:
        self.forwarder = FakeForwarder()

    async def deliver(self, payload: BaseModel, handler: Callable[[BaseModel, Delivery], Awaitable[None]]) -> None:
        queue = consumption(EXCHANGE_RETRY, GRAVE)
        receiver = Receiver("spot", "spot", queue, type(payload), handler, self.forwarder)
        body = payload.model_dump_json(by_alias=True).encode()
        wrong = json.dumps({name: [value] for name, value in json.loads(body).items()}).encode()
        for each in (body, body[:-9], wrong):
            await receiver.receive(as_message(incoming(each)))


async def gateway_answers(state: State, folder: Path, mail: bytes) -> AsyncIterator[httpx.Response]:
    query = f"/analyses?filename={MARKERS['attachmentname']}.eml"
    async with running_gateway(state, folder) as bench:
        for failure in (None, RefusedError, ReturnedError, DisconnectedError, UnconfirmedError):
            bench.publisher.refusing = {"request"} if failure else set()
            bench.publisher.failure = failure or RefusedError
            yield await bench.post(mail, query)
        bench.publisher.refusing = set()
        for headers in ({"Content-Type": "text/html"}, {"Repr-Digest": "sha-256=:AAAA:"}, {"Content-Encoding": "gzip"}):
            yield await bench.post(mail, headers=headers)
        for body in (mail, mail + b"other"):
            yield await bench.post(body, headers={"Idempotency-Key": "k"})
        bench.store.fails = True
        yield await bench.post(mail + b"not stored", query)
        async with state.transaction() as connection:
            await connection.execute(text("ALTER TABLE submission RENAME TO renamed"))
        # A defect, as of a wrong migration.
        yield await bench.post(mail, query)
        yield await bench.get("/submissions")
        async with state.transaction() as connection:
            await connection.execute(text("ALTER TABLE renamed RENAME TO submission"))


async def findings_of(deliveries: Deliveries, folder: Path, mail: bytes) -> list[Finding]:
    publisher = FakePublisher()
    store = DirectoryStore(folder, writable=True)
    digest = hashlib.sha256(mail).hexdigest()
    reference = await store.put(mail, digest, len(mail))
    damaged = await store.put(mail, hashlib.sha256(b"other").hexdigest(), len(mail))
    missing = Reference(sha256="0" * 64, size=len(mail))
    for analyzer in ANALYZERS:
        async with Parsers(analyzer, 1 << 30) as parsers:
            worker = Worker(analyzer, publisher, store, parsers, service="analyzer", clock=lambda: NOW)
            for each in (reference, damaged, missing):
                job = Job(analysis="a-1", analyzer=analyzer, mail=Mail(reference=each))
                await deliveries.deliver(job, worker.on_job)  # type: ignore[arg-type]
            publisher.refusing = {"finding"}
            await deliveries.deliver(job, worker.on_job)  # type: ignore[arg-type]
            publisher.refusing = set()
    found = [payload for name, payload in publisher.published if name == "finding"]
    return [each for each in found if isinstance(each, Finding)]


async def result_of(deliveries: Deliveries, state: State, findings: list[Finding]) -> Result:
    publisher = FakePublisher()
    orchestrator = Orchestrator(
        Store(state),
        Overview(state, DEADLINE),
        publisher,
        service="analyzer-orchestrator",
        analyzers=ANALYZERS,
        deadline=DEADLINE,
        clock=lambda: NOW,
    )
    request = Request(
        analysis="a-1", mail=Mail(reference=Reference(sha256="0" * 64, size=1)), filename="a.eml", submitted_at=NOW
    )
    publisher.refusing = {f"job.{ANALYZERS[0]}"}
    await deliveries.deliver(request, orchestrator.on_request)  # type: ignore[arg-type]
    # Of an analysis that is unknown, and of an analyzer that was not asked.
    for change in ({"analysis": "a-2"}, {"analyzer": "other"}):
        await deliveries.deliver(findings[0].model_copy(update=change), orchestrator.on_finding)  # type: ignore[arg-type]
    # The second analysis stays without its last finding.
    await deliveries.deliver(request.model_copy(update={"analysis": "a-3"}), orchestrator.on_request)  # type: ignore[arg-type]
    await deliveries.deliver(findings[-1].model_copy(update={"analysis": "a-3"}), orchestrator.on_finding)  # type: ignore[arg-type]
    publisher.refusing = {"result"}
    for finding in findings:
        await deliveries.deliver(finding, orchestrator.on_finding)  # type: ignore[arg-type]
    publisher.refusing = set()
    state_clock = NOW + DEADLINE / 2
    orchestrator._clock = lambda: state_clock
    await orchestrator.publish_decided()
    result = publisher.only("result")
    assert isinstance(result, Result)
    return result


async def notification_of(deliveries: Deliveries, state: State, result: Result) -> Notification:
    publisher = FakePublisher()
    processor = Processor(ResultStore(state), publisher, "result-processor")
    async with state.transaction() as connection:
        await connection.execute(text("ALTER TABLE result RENAME TO renamed"))
    await deliveries.deliver(result, processor.on_result)  # type: ignore[arg-type]
    async with state.transaction() as connection:
        await connection.execute(text("ALTER TABLE renamed RENAME TO result"))
    for refusing in ({str(result.state)}, set[str]()):
        publisher.refusing = refusing
        await deliveries.deliver(result, processor.on_result)  # type: ignore[arg-type]
    [notification] = {id(payload): payload for _, payload in publisher.published}.values()
    assert isinstance(notification, Notification)
    return notification


async def notify(deliveries: Deliveries, state: State, notification: Notification) -> None:
    async def quote(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A mail server that quotes what it refuses."""
        content = b" ".join([(notification.subject or "").encode(), *(each.encode() for each in notification.reasons)])
        with suppress(ConnectionError):
            writer.write(b"220 mx\r\n")
            while line := await reader.readline():
                refused = b"554 5.7.1 refused: " + b" ".join(content.split()) + b"\r\n"
                writer.write(refused if line.startswith(b"MAIL") else b"250 ok\r\n")
            writer.close()

    def echo(request: httpx.Request) -> httpx.Response:
        if request.headers["idempotency-key"].endswith("1"):
            raise httpx.RemoteProtocolError(f"illegal line {request.content.decode()}")
        return httpx.Response(400, content=request.content)

    server = await asyncio.start_server(quote, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        mail_server = SmtpChannel("127.0.0.1", port, "a@example.com", "b@example.com")
        closed = SmtpChannel("127.0.0.1", 1, "a@example.com", "b@example.com")
        webhook = WebhookChannel("http://hook.example", httpx.MockTransport(echo))
        channels: dict[str, Channel] = {"email": mail_server, "closed": closed, "webhook": webhook}
        for name, channel in channels.items():
            notifier = Notifier(name, channel, Ledger(state, clock=lambda: NOW), lambda: NOW)
            await deliveries.deliver(notification, notifier.on_notification)  # type: ignore[arg-type]
        await webhook.close()


async def columns_with_markers(state: State) -> set[str]:
    async with state.transaction() as connection:
        tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        found = set()
        for table in tables:
            rows = await connection.execute(text(f"SELECT * FROM {table}"))  # noqa: S608 - the database's own names
            found |= {f"{table}.{name}" for row in rows.mappings() for name, value in row.items() if markers(value)}
        return found


def markers(value: object) -> list[str]:
    shown = str(value).lower()
    return [part for part, marker in MARKERS.items() if marker in shown]


async def test_no_part_of_a_mail_leaves_the_places_that_the_user_asked_for(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture, spans: InMemorySpanExporter
) -> None:
    # As `configure_logging` sets them.
    caplog.set_level(logging.WARNING)
    caplog.set_level(logging.DEBUG, logger="spot")
    mail, deliveries, kept = marked_mail(), Deliveries(), set()
    # The attachment is encoded.
    assert set(markers(mail)) == set(MARKERS) - {"attachmentbody"}
    async with database.opened("gateway") as state:
        answers = [answer async for answer in gateway_answers(state, tmp_path, mail)]
        kept |= await columns_with_markers(state)
    assert {answer.status_code for answer in answers} >= {202, 400, 415, 422, 503}
    assert [(answer.status_code, answer.text) for answer in answers if markers((answer.text, answer.headers))] == []
    (tmp_path / "mails").mkdir()
    findings = await findings_of(deliveries, tmp_path / "mails", mail)
    # The mail was understood: without its content in the findings, the test would prove nothing.
    assert set(markers(findings)) >= {"subject", "sender", "linkhost", "attachmentname"}
    async with database.opened("analyzer_orchestrator") as state:
        result = await result_of(deliveries, state, [each for each in findings if each.analysis == "a-1"])
        kept |= await columns_with_markers(state)
    async with database.opened("result_processor") as state:
        notification = await notification_of(deliveries, state, result)
        kept |= await columns_with_markers(state)
    assert set(markers(notification)) >= {"subject", "linkhost"}
    async with database.opened("notifier") as state:
        await notify(deliveries, state, notification)
        kept |= await columns_with_markers(state)
    assert kept == KEPT | {"submission.filename"}
    headers = [str(message.headers) for _, message in deliveries.forwarder.forwarded]
    assert len(headers) > 30
    assert [each for each in headers if markers(each)] == []
    lines = [JsonFormatter("service").format(record) for record in caplog.records]
    assert len(lines) > 50
    assert [line for line in lines if markers(line)] == []
    seen = [(span.name, span.attributes, span.status.description, span.events) for span in spans.get_finished_spans()]
    assert len(seen) > 30
    assert [each for each in seen if markers([json.dumps(str(part)) for part in each])] == []
    assert markers(generate_latest().decode()) == []
