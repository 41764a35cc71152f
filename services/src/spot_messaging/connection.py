"""A connection that reconnects: it tries the cluster's nodes in turn, at the start and after every loss."""

import asyncio
import random
import ssl
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from typing import Any

from aio_pika import RobustConnection
from aiormq.abc import AbstractChannel, AbstractConnection
from aiormq.exceptions import (
    AMQPError,
    AuthenticationError,
    ChannelInvalidStateError,
    InvalidFrameError,
    ProbableAuthenticationError,
)
from faststream.rabbit import Channel, RabbitBroker
from typing_extensions import override
from yarl import URL

from spot_messaging.endpoint import HEARTBEAT_SECONDS, Endpoint
from spot_messaging.failure import one_line
from spot_messaging.log import log
from spot_messaging.refusal import DECLARE_FIRST, UNREACHABLE, Refusal

GIVE_UP_AFTER = 60.0
ATTEMPT_TIMEOUT = 5.0
RECONNECT_INTERVAL = 2.0
# A vhost can be down for a moment while its node starts; if it stays closed, it does not exist for this user.
CLOSED_VHOST_ATTEMPTS = 5
# A node that vanished without closing its connections (a power failure, a paused container, a cut network) is left
# after seven seconds without a byte: time for another node within ten. After two, the service sends it a request.
SILENT_TICKS = 7
ASK_AFTER_TICKS = 2
# A memory or disk alarm: the broker answers nothing on a blocked connection, but goes on with its heartbeats.
BLOCKED_TICKS = 3 * HEARTBEAT_SECONDS
TICK_SECONDS = 1.0
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 5.0


class ClusterConnection(RobustConnection):
    """A robust connection that tries the next node with every attempt.

    aio-pika always reconnects to its one URL; if that node is down, a service would wait for it although other nodes
    are available. aio-pika reads `url` exactly once per attempt, so this property selects the next node; `__str__`
    would read it too and is overridden. tests/messaging/test_connection.py checks this behaviour of aio-pika.
    """

    def __init__(
        self, urls: Sequence[URL], ssl_context: ssl.SSLContext | None = None, *, fail_fast: bool = True
    ) -> None:
        self._urls = tuple(urls)
        self._attempts = 0
        self._rotating = False
        super().__init__(
            self._urls[0], ssl_context=ssl_context, reconnect_interval=RECONNECT_INTERVAL, fail_fast=fail_fast
        )
        self._rotating = True

    @property
    def url(self) -> URL:
        current = self._urls[self._attempts % len(self._urls)]
        if self._rotating:
            self._attempts += 1
        return current

    @url.setter
    def url(self, value: URL) -> None:
        """aio-pika's constructor assigns a URL; it is ignored in favour of the list of nodes."""

    @override
    def __str__(self) -> str:
        last = self._urls[max(self._attempts - 1, 0) % len(self._urls)]
        return f"{last.host}:{last.port}"


async def leave_silent_nodes(connection: RobustConnection) -> None:
    """Ends the connection to a node that does not answer, so that it reconnects to the next one.

    aiormq itself waits for three missed heartbeats, and a shorter heartbeat would make the broker close the connections
    of a service that is slow for a moment. This counts turns of the event loop, not time: after a pause of this
    process, the bytes that have arrived are read first. It reads three private attributes of aiormq's connection;
    tests/messaging/test_silence.py checks them.
    """
    silent, last = 0, 0.0
    asking: asyncio.Task[AbstractChannel | None] | None = None
    while True:
        await asyncio.sleep(TICK_SECONDS)
        transport = connection.transport
        if transport is None or transport.connection.is_closed:
            silent = 0
            continue
        current: Any = transport.connection
        received: float = current._Connection__last_frame_time
        silent = silent + 1 if received == last else 0
        last = received
        is_blocked = not current._Connection__connection_unblocked.is_set()
        if silent >= (BLOCKED_TICKS if is_blocked else SILENT_TICKS):
            log("warning", "node is silent", node=str(connection), seconds=round(silent * TICK_SECONDS))
            # As aiormq does after its own, longer limit; `close` would first wait for the node's answer.
            current._reader_task.cancel()
            silent = 0
        elif silent >= ASK_AFTER_TICKS and not is_blocked and (asking is None or asking.done()):
            channel = None if asking is None or asking.cancelled() or asking.exception() else asking.result()
            asking = asyncio.create_task(_ask(transport.connection, channel))


async def _ask(connection: AbstractConnection, channel: AbstractChannel | None) -> AbstractChannel | None:
    """Makes the node send something, and returns the channel for the next time.

    A new channel for each question would look like a client that opens one for each message.
    """
    with suppress(AMQPError, ChannelInvalidStateError, ConnectionError, RuntimeError, TimeoutError):
        async with asyncio.timeout(SILENT_TICKS * TICK_SECONDS):
            if channel is None or channel.is_closed or channel.connection is not connection:
                return await connection.channel(publisher_confirms=False)
            await channel.basic_qos(prefetch_count=0)
            return channel
    return None


class ClusterBroker(RabbitBroker):
    """FastStream's broker over a `ClusterConnection`."""

    def __init__(self, endpoint: Endpoint, purpose: str, *, graceful_timeout: float | None, channel: Channel) -> None:
        self._endpoint = endpoint
        self._purpose = purpose
        self._ssl_context = endpoint.ssl_context()
        super().__init__(
            # Without credentials: FastStream uses this URL only for documentation; the connection is opened below.
            f"amqp://{endpoint.hosts[0]}:{endpoint.port}",
            default_channel=channel,
            graceful_timeout=graceful_timeout,
            # This package validates and settles messages itself (see delivery.py), including those with a broken
            # payload.
            apply_types=False,
            logger=None,
        )

    @override
    async def _connect(self) -> RobustConnection:
        connection = await open_connection(self._endpoint, self._purpose, self._ssl_context)
        self.config.connect(connection)
        self._channel = await self.config.channel_manager.get_channel()
        return connection


async def open_connection(
    endpoint: Endpoint, purpose: str, ssl_context: ssl.SSLContext | None, give_up_after: float = GIVE_UP_AFTER
) -> ClusterConnection:
    """Connects, with backoff, to the first node that answers.

    :raises Refusal: immediately if the user is refused, after a few attempts if the vhost stays closed, after a timeout
        if no node answers.
    """
    urls = endpoint.urls(purpose)
    deadline = asyncio.get_running_loop().time() + give_up_after
    pause = FIRST_PAUSE
    closed_in_a_row = 0
    for attempt in count():
        # Each attempt begins with the next node; a robust connection that failed to open cannot be reused.
        start = attempt % len(urls)
        node = f"{urls[start].host}:{endpoint.port}"
        connection = ClusterConnection((*urls[start:], *urls[:start]), ssl_context)
        try:
            await connection.connect(timeout=ATTEMPT_TIMEOUT)
        except asyncio.CancelledError:
            # Stopped while connecting: without this, its reconnect task would outlive the event loop.
            await connection.close()
            raise
        except Exception as error:
            with suppress(Exception):
                await connection.close()
            closed_in_a_row = closed_in_a_row + 1 if _closed_at_open(error) else 0
            remaining = deadline - asyncio.get_running_loop().time()
            if (refusal := _refusal(error, endpoint, node, closed_in_a_row, remaining)) is not None:
                raise refusal from None
            reason = "the vhost is closed" if closed_in_a_row else one_line(error, 200)
            log("warning", "broker unreachable", node=node, reason=reason, retry_in=pause)
        else:
            return connection
        # Jitter: services that lost the same broker must not reconnect at the same moment.
        await asyncio.sleep(min(remaining, pause * random.uniform(0.8, 1.2)))  # noqa: S311 - no secret depends on it
        pause = min(pause * 2, LONGEST_PAUSE)
    raise AssertionError("the deadline ends the loop")


def _refusal(error: Exception, endpoint: Endpoint, node: str, closed_in_a_row: int, remaining: float) -> Refusal | None:
    """The final refusal, or None if another attempt makes sense."""
    if isinstance(error, ProbableAuthenticationError | AuthenticationError):
        problem = f'user "{endpoint.username}" was refused; check the connection file\'s username and password'
        return Refusal([f'broker "{node}": {problem}'])
    if closed_in_a_row >= CLOSED_VHOST_ATTEMPTS:
        problem = f'does not exist or is closed to user "{endpoint.username}"; {DECLARE_FIRST}'
        return Refusal([f'broker "{node}": vhost "{endpoint.vhost}" {problem}'])
    if remaining <= 0:
        nodes = ", ".join(f'"{host}:{endpoint.port}"' for host in endpoint.hosts)
        problem = f"no node accepted the connection; last error: {one_line(error, 200)}; start the broker (npm start)"
        return Refusal([f"broker {nodes}: {problem}"], UNREACHABLE)
    return None


def _closed_at_open(error: Exception) -> bool:
    """The broker accepted the user but closed the connection at the vhost; aiormq hides the reason."""
    text = str(error)
    return isinstance(error, InvalidFrameError) and "OpenOk" in text and "Connection.Close" in text
