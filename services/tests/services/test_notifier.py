"""Deliveries: once as far as can be known, and the right kind of failure for each refusal."""

import asyncio
import json
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import httpx
import pytest

from fakes import DELIVERY, NOW
from spot_messaging import PermanentError
from spot_services.notifier.channel import TransientError
from spot_services.notifier.ledger import Ledger
from spot_services.notifier.letter import compose
from spot_services.notifier.notifier import Notifier, StatusBoard
from spot_services.notifier.outbox import LinesChannel, OutboxChannel
from spot_services.notifier.smtp import SmtpChannel
from spot_services.notifier.webhook import WebhookChannel
from spot_services.payload import Notification, stage


def notification(**changes: Any) -> Notification:
    given: dict[str, Any] = {
        "kind": "completed",
        "analysis": "a-1",
        "verdict": "malicious",
        "score": 93,
        "reasons": ["links: ip-link: leads to the address 192.0.2.1"],
        "subject": "Hello",
        "at": NOW,
    }
    return Notification(**(given | changes))


class FakeChannel:
    def __init__(self) -> None:
        self.sent: list[str] = []
        self.error: Exception | None = None

    async def send(self, _notification: Notification, message_id: str) -> None:
        if self.error is not None:
            raise self.error
        self.sent.append(message_id)


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    given = Ledger(tmp_path / "deliveries.db", kept=2)
    await given.open()
    yield given
    await given.close()


async def test_delivers_a_message_once_per_channel(ledger: Ledger) -> None:
    email, webhook = FakeChannel(), FakeChannel()
    for _ in range(2):
        await Notifier("email", email, ledger).on_notification(notification(), DELIVERY)
        await Notifier("webhook", webhook, ledger).on_notification(notification(), DELIVERY)
    assert (email.sent, webhook.sent) == (["m-1"], ["m-1"])


async def test_delivers_concurrent_duplicates_once(ledger: Ledger) -> None:
    channel = FakeChannel()
    notifier = Notifier("email", channel, ledger)
    await asyncio.gather(*(notifier.on_notification(notification(), DELIVERY) for _ in range(5)))
    assert channel.sent == ["m-1"]


async def test_a_failed_delivery_is_not_taken_for_done(ledger: Ledger) -> None:
    channel = FakeChannel()
    channel.error = TransientError("busy")
    notifier = Notifier("email", channel, ledger)
    with pytest.raises(TransientError):
        await notifier.on_notification(notification(), DELIVERY)
    channel.error = None
    await notifier.on_notification(notification(), DELIVERY)
    assert channel.sent == ["m-1"]


async def test_the_ledger_forgets_the_oldest(ledger: Ledger) -> None:
    for message in ("m-1", "m-2", "m-3"):
        await ledger.add("email", message)
    assert [await ledger.knows("email", message) for message in ("m-1", "m-2", "m-3")] == [False, True, True]


async def test_writes_one_letter_a_message_into_the_maildir(tmp_path: Path) -> None:
    channel = OutboxChannel(tmp_path / "mail")
    for _ in range(2):
        await channel.send(notification(), "../m-1")
    [path] = (tmp_path / "mail" / "new").iterdir()
    assert path.name == "___m-1"
    letter = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert letter["Subject"] == "[spot] malicious (93): Hello"


async def test_appends_one_line_a_message(tmp_path: Path) -> None:
    channel = LinesChannel(tmp_path / "outbox" / "webhook.jsonl")
    await channel.send(notification(), "m-1")
    await channel.send(notification(kind="alert"), "m-2")
    lines = [json.loads(line) for line in (tmp_path / "outbox" / "webhook.jsonl").read_text().splitlines()]
    assert [(line["messageId"], line["kind"]) for line in lines] == [("m-1", "completed"), ("m-2", "alert")]


@pytest.mark.parametrize("subject", ["a\r\nBcc: victim@example.com", "\udcff\x00", "ü" * 500, ""])
def test_lets_no_hostile_subject_into_a_header(subject: str) -> None:
    letter = compose(notification(subject=subject), "m-1", sender="a@example.com", recipient="b@example.com")
    parsed = message_from_bytes(letter.as_bytes(), policy=policy.default)
    assert parsed["Bcc"] is None
    assert parsed["Message-ID"] == "<m-1@example.com>"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (200, None),
        (204, None),
        (302, PermanentError),
        (400, PermanentError),
        (404, PermanentError),
        (408, TransientError),
        (429, TransientError),
        (500, TransientError),
        (503, TransientError),
    ],
)
async def test_sorts_the_answers_of_a_webhook(status: int, error: type[Exception] | None) -> None:
    seen: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(status)

    channel = WebhookChannel("https://hook.example.com/spot", httpx.MockTransport(respond))
    if error is None:
        await channel.send(notification(), "m-1")
    else:
        with pytest.raises(error, match=str(status)):
            await channel.send(notification(), "m-1")
    await channel.close()
    [request] = seen
    assert request.headers["idempotency-key"] == "m-1"
    assert json.loads(request.content)["score"] == 93


async def test_takes_a_network_failure_of_a_webhook_for_transient() -> None:
    def refuse(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    channel = WebhookChannel("https://hook.example.com/", httpx.MockTransport(refuse))
    with pytest.raises(TransientError):
        await channel.send(notification(), "m-1")
    await channel.close()


class MailServer:
    """Just enough SMTP to answer one delivery; `verdict` answers the recipient."""

    def __init__(self, verdict: str) -> None:
        self.verdict = verdict
        self.letters: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 test\r\n")
        while line := (await reader.readline()).decode().strip():
            command = line.split(" ")[0].upper()
            if command == "RCPT":
                writer.write(f"{self.verdict}\r\n".encode())
            elif command == "DATA":
                writer.write(b"354 go\r\n")
                self.letters.append((await reader.readuntil(b"\r\n.\r\n")).decode())
                writer.write(b"250 ok\r\n")
            elif command == "QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 ok\r\n")
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize(
    ("verdict", "error"),
    [("250 ok", None), ("550 no such user", PermanentError), ("451 try later", TransientError)],
)
async def test_sorts_the_answers_of_a_mail_server(verdict: str, error: type[Exception] | None) -> None:
    mail_server = MailServer(verdict)
    server = await asyncio.start_server(mail_server.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    channel = SmtpChannel("127.0.0.1", port, "spot@example.com", "desk@example.com")
    async with server:
        if error is None:
            await channel.send(notification(), "m-1")
            [letter] = mail_server.letters
            assert "Message-ID: <m-1@example.com>" in letter
        else:
            with pytest.raises(error):
                await channel.send(notification(), "m-1")
    with pytest.raises(TransientError):
        await channel.send(notification(), "m-1")


async def test_keeps_the_latest_status_of_the_newest_analyses() -> None:
    board = StatusBoard(kept=2)
    for analysis, name in [("a", "submitted"), ("b", "submitted"), ("a", "stored"), ("c", "submitted")]:
        await board.on_status(stage(analysis, name, "s", NOW), DELIVERY)
    assert [(status.analysis, status.stage) for status in board.latest.values()] == [
        ("a", "stored"),
        ("c", "submitted"),
    ]
