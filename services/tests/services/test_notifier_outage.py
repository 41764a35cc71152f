"""An outage of hours, with a real mail server and a real web server that stop and start again, on a fake clock."""

import asyncio
import socket
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Protocol

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from fakes import BROKER_RETRY, GRAVE, NOW, FakeForwarder, as_message, consumption, incoming
from spot_messaging import Delivery
from spot_messaging.breaker import Breaker, State, follow
from spot_messaging.delivery import Receiver
from spot_services.notifier.channel import Channel
from spot_services.notifier.smtp import SmtpChannel
from spot_services.notifier.webhook import WebhookChannel
from spot_services.payload import Notification

HOURS = 3 * 3600.0
NOTIFICATIONS = 30
PREFETCH = 4


class Receiving(Protocol):
    """A server that can go away; `received` are the message ids in their order."""

    received: list[str]
    channel: Channel

    def start(self, answer: str | None = None) -> None: ...
    def stop(self) -> None: ...


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class MailServer:
    def __init__(self) -> None:
        self.received: list[str] = []
        self._answer: str | None = None
        self._port = free_port()
        self._controller: Controller | None = None

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        if self._answer is not None:
            return self._answer
        content = envelope.content
        assert isinstance(content, bytes)
        self.received.append(str(message_from_bytes(content)["Message-ID"]).strip("<>").partition("@")[0])
        return "250 ok"

    def start(self, answer: str | None = None) -> None:
        self._answer = answer
        if self._controller is None:
            self._controller = Controller(self, "127.0.0.1", self._port)
            self._controller.start()
            self.channel: Channel = SmtpChannel("127.0.0.1", self._port, "spot@example.com", "desk@example.com")

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None


class WebServer:
    def __init__(self) -> None:
        self.received: list[str] = []
        self._answer: str | None = None
        self._port = 0
        self._server: ThreadingHTTPServer | None = None

    def start(self, answer: str | None = None) -> None:
        self._answer = answer
        if self._server is not None:
            return
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                if outer._answer is None:
                    outer.received.append(self.headers["Idempotency-Key"])
                self.send_response(int(outer._answer or 204))
                if outer._answer == "429":
                    self.send_header("Retry-After", "300")
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        self._port = self._server.server_address[1]
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.channel: Channel = WebhookChannel(f"http://127.0.0.1:{self._port}/spot")

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class Queue:
    """A quorum queue as RabbitMQ 4.3 has it: what is released returns before the others, in the order of the nacks."""

    def __init__(self) -> None:
        self.ready = deque(range(NOTIFICATIONS))
        self.returned: deque[int] = deque()
        self.done: list[int] = []
        self.counted: list[int] = []
        # The messages whose sending succeeded, by the position at which it began.
        self.sent: dict[int, int] = {}
        self.replicas: list[Replica] = []
        self._begun = 0

    def take(self) -> int | None:
        for messages in (self.returned, self.ready):
            if messages:
                return messages.popleft()
        return None

    @asynccontextmanager
    async def sending(self, number: int) -> AsyncIterator[None]:
        self._begun += 1
        position = self._begun
        yield
        self.sent[position] = number

    def settle(self, number: int, settled: list[str]) -> None:
        if settled == ["release"]:
            self.returned.append(number)
        else:
            (self.done if settled == ["ack"] else self.counted).append(number)
        for replica in self.replicas:
            replica.fill()


class Replica:
    """One notifier: its consumer, and the code under test around it."""

    def __init__(self, queue: Queue, channel: Channel, passed: Callable[[float], None]) -> None:
        self.breaker = Breaker(jitter=lambda low, high: (low + high) / 2)
        self._queue = queue
        self._passed = passed
        self._channel = channel
        self._tasks: set[asyncio.Task[None]] = set()
        self._consuming = False
        self._tag = 0
        given = consumption(BROKER_RETRY, GRAVE, job_limit_ms=60_000)
        self._receiver = Receiver("s", "user", given, Notification, self._handle, FakeForwarder(), self.breaker)
        queue.replicas.append(self)

    async def run(self) -> None:
        await self._apply()
        await follow(self.breaker, "work", self._apply, self._sleep)

    def fill(self) -> None:
        while self._consuming and len(self._tasks) < PREFETCH and (number := self._queue.take()) is not None:
            self._tag += 1
            task = asyncio.create_task(self._receive(number, self._tag))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            task.add_done_callback(lambda _task: self.fill())

    async def _receive(self, number: int, tag: int) -> None:
        body = Notification(kind="alert", analysis=f"a-{number}", at=NOW).model_dump_json(by_alias=True).encode()
        message = incoming(body, message_id=f"m-{number}", delivery_tag=tag)
        await self._receiver.receive(as_message(message))
        self._queue.settle(number, message.settled)

    async def _handle(self, notification: Notification, delivery: Delivery) -> None:
        async with self._queue.sending(int(delivery.message_id.removeprefix("m-"))):
            await self._channel.send(notification, delivery.message_id)

    async def _apply(self) -> None:
        if self.breaker.state is State.OPEN:
            self._consuming = False
            self.breaker.consumer_cancelled()
            while self._tasks:
                await asyncio.wait(set(self._tasks))
        elif not self._consuming:
            self._consuming = True
            self.breaker.consumer_started()
            self.fill()

    async def _sleep(self, seconds: float) -> None:
        self._passed(seconds)
        await asyncio.sleep(0)


async def outage(server: Receiving, replicas: int, answer: str | None) -> tuple[Queue, list[float]]:
    """A server that does not work for hours, and then does; the pauses between the probes."""
    pauses: list[float] = []
    server.start()
    if answer is None:
        server.stop()
    else:
        server.start(answer)

    def passed(seconds: float) -> None:
        pauses.append(seconds)
        if sum(pauses) >= HOURS * replicas:
            server.start()

    queue = Queue()
    running = [asyncio.create_task(Replica(queue, server.channel, passed).run()) for _ in range(replicas)]
    async with asyncio.timeout(60):
        while len(queue.done) < NOTIFICATIONS and not queue.counted:  # noqa: ASYNC110 - the servers run in threads
            await asyncio.sleep(0.01)
    for task in running:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    server.stop()
    if isinstance(server.channel, WebhookChannel):
        await server.channel.close()
    return queue, pauses


def assert_in_order(server: Receiving, queue: Queue) -> None:
    """Each arrives once, and is sent in the order of the queue; of those on the way, one may overtake another."""
    assert sorted(server.received) == sorted(f"m-{number}" for number in range(NOTIFICATIONS))
    assert [number for _, number in sorted(queue.sent.items())] == list(range(NOTIFICATIONS))


@pytest.mark.parametrize("make", [MailServer, WebServer])
async def test_after_an_outage_of_hours_each_notification_arrives_once_and_in_order(make: Any) -> None:
    server: Receiving = make()
    queue, pauses = await outage(server, 1, None)
    assert_in_order(server, queue)
    assert (queue.counted, sorted(queue.done)) == ([], list(range(NOTIFICATIONS)))
    # A probe a minute, after a few shorter ones: not more than 200 in three hours.
    assert pauses[:7] == [1, 2, 4, 8, 16, 32, 60]
    assert set(pauses[7:]) == {60}
    assert len(pauses) < 200


@pytest.mark.parametrize(
    ("make", "answer"),
    [(MailServer, "421 4.3.2 shutting down"), (MailServer, "452 4.3.1 disk full"), (WebServer, "503")],
)
async def test_a_server_that_answers_with_an_outage_is_treated_as_one(make: Any, answer: str) -> None:
    server: Receiving = make()
    queue, _ = await outage(server, 1, answer)
    assert_in_order(server, queue)
    assert queue.counted == []


async def test_waits_as_long_as_a_webhook_asks() -> None:
    server = WebServer()
    queue, pauses = await outage(server, 1, "429")
    assert_in_order(server, queue)
    assert set(pauses) == {300}
    assert queue.counted == []


@pytest.mark.parametrize("make", [MailServer, WebServer])
async def test_two_replicas_deliver_each_notification_once(make: Any) -> None:
    server: Receiving = make()
    queue, _ = await outage(server, 2, None)
    assert sorted(server.received) == sorted(f"m-{number}" for number in range(NOTIFICATIONS))
    assert queue.counted == []
