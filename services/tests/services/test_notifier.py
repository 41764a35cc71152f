"""Deliveries: once as far as can be known, and the right kind of failure for each refusal."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import httpx
import pytest

from conftest import Database
from fakes import DELIVERY, NOW
from spot_messaging import PermanentError
from spot_services.notifier.channel import TransientError
from spot_services.notifier.ledger import CLAIM_SECONDS, Claim, Ledger
from spot_services.notifier.letter import compose
from spot_services.notifier.metrics import NOTIFICATIONS
from spot_services.notifier.notifier import Notifier, StatusBoard
from spot_services.notifier.outbox import LinesChannel, OutboxChannel
from spot_services.notifier.smtp import SmtpChannel
from spot_services.notifier.webhook import WebhookChannel
from spot_services.payload import Notification, stage
from spot_services.state import State, StateUnavailableError
from spot_services.state.failure import Failure


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


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


class Replica:
    """One process: a notifier for the channel "email", with a ledger of its own on the shared tables."""

    def __init__(self, state: State, kept: int = 100) -> None:
        self.clock = Clock()
        self.channel = FakeChannel()
        self.ledger = Ledger(state, kept, self.clock)
        self.notifier = Notifier("email", self.channel, self.ledger, self.clock)

    async def deliver(self, message: str = "m-1") -> None:
        await self.notifier.on_notification(notification(), replace(DELIVERY, message_id=message))


@pytest.fixture
async def replica(database: Database) -> AsyncIterator[Replica]:
    async with database.opened("notifier") as state:
        yield Replica(state, kept=2)


def repeated() -> float:
    return float(NOTIFICATIONS.labels("email", "repeated")._value.get())


async def test_delivers_a_message_once_per_channel(replica: Replica) -> None:
    webhook = FakeChannel()
    for _ in range(2):
        await replica.deliver()
        await Notifier("webhook", webhook, replica.ledger).on_notification(notification(), DELIVERY)
    assert (replica.channel.sent, webhook.sent) == (["m-1"], ["m-1"])


async def test_delivers_concurrent_duplicates_once(replica: Replica) -> None:
    await asyncio.gather(*(replica.deliver() for _ in range(5)))
    assert replica.channel.sent == ["m-1"]


@pytest.mark.parametrize("message", ["", "x" * 5000, "m\x00\ud800", "ü"])
async def test_takes_any_message_id(replica: Replica, message: str) -> None:
    for _ in range(2):
        await replica.deliver(message)
    assert replica.channel.sent == [message or "a-1-completed"]


@pytest.mark.parametrize(
    ("error", "repeats"),
    [
        (TransientError("busy"), 0),
        (PermanentError("no such address"), 0),
        (TransientError("no answer", answer_lost=True), 1),
        (RuntimeError("a defect"), 1),
    ],
)
async def test_counts_only_a_lost_answer_as_a_repetition(replica: Replica, error: Exception, repeats: int) -> None:
    before = repeated()
    replica.channel.error = error
    for _ in range(2):
        with pytest.raises(type(error)):
            await replica.deliver()
    replica.channel.error = None
    await replica.deliver()
    assert replica.channel.sent == ["m-1"]
    assert repeated() - before == repeats * 2


async def test_an_outage_of_the_database_after_the_answer_repeats_nothing(
    replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle, failures = replica.ledger.settle, [StateUnavailableError(Failure("closed", "away"))] * 3

    async def failing_first(claim: Claim) -> None:
        if failures:
            raise failures.pop()
        await settle(claim)

    monkeypatch.setattr(replica.ledger, "settle", failing_first)
    monkeypatch.setattr("spot_services.notifier.notifier.WAIT_SECONDS", 0.0)
    await replica.deliver()
    await replica.deliver()
    assert replica.channel.sent == ["m-1"]


async def test_stops_recording_when_the_claim_has_ended(replica: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    async def failing(_claim: Claim) -> None:
        replica.clock.time += timedelta(seconds=CLAIM_SECONDS)
        raise StateUnavailableError(Failure("closed", "away"))

    monkeypatch.setattr(replica.ledger, "settle", failing)
    with pytest.raises(StateUnavailableError):
        await replica.deliver()


async def test_the_ledger_forgets_the_oldest(replica: Replica) -> None:
    messages = ("m-1", "m-2", "m-3")
    for message in messages:
        replica.clock.time += timedelta(seconds=1)
        await replica.deliver(message)
    assert await replica.ledger.prune() == 1
    for message in messages:
        await replica.deliver(message)
    assert replica.channel.sent == [*messages, "m-1"]


async def test_replicas_send_each_notification_once(postgres_database: Database) -> None:
    async with postgres_database.opened("notifier") as one, postgres_database.opened("notifier") as two:
        replicas = [Replica(one), Replica(two)]
        messages = [f"m-{number}" for number in range(20)]
        await asyncio.gather(*(replica.deliver(message) for message in messages for replica in replicas))
        assert sorted([*replicas[0].channel.sent, *replicas[1].channel.sent]) == sorted(messages)


async def test_another_replica_takes_over_when_the_claim_of_a_dead_one_expires(postgres_database: Database) -> None:
    async with postgres_database.opened("notifier") as one, postgres_database.opened("notifier") as two:
        dead, living = Replica(one), Replica(two)
        claim = await dead.ledger.claim("email", "m-1", "a-1", NOW)
        assert isinstance(claim, Claim)
        assert await living.ledger.claim("email", "m-1", "a-1", NOW) == "sending"
        living.clock.time += timedelta(seconds=CLAIM_SECONDS)
        before = repeated()
        await living.deliver()
        assert (living.channel.sent, repeated() - before) == (["m-1"], 1)
        # It was only slow: its late end changes nothing.
        await dead.ledger.release(claim, answer_lost=True)
        await living.deliver()
        assert living.channel.sent == ["m-1"]


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
    with (tmp_path / "outbox" / "webhook.jsonl").open("a") as file:
        file.write('{"messageId":"m-2","ki')  # a crash in the middle of a line
    channel = LinesChannel(tmp_path / "outbox" / "webhook.jsonl")
    for message in ("m-1", "m-2", "m-2"):
        await channel.send(notification(kind="alert"), message)
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
