"""One HTTP connection, with the limits that uvicorn does not have.

uvicorn waits for the end of a request's header without a limit, accepts any number of connections, answers malformed
requests with text, and drops the answer to a client that closes its sending side first.
"""

import asyncio
import http
import json
import sys
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_BYTES = 32 * 1024
# The time in which a client that is still sending can read why it was refused.
LINGER_SECONDS = 2.0
# A client that does not read its answer for so long is disconnected.
UNREAD_SECONDS = 10.0

SECURITY_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_SENTENCES = {
    431: "header: larger than {limit} bytes; send fewer or shorter header fields",
    501: "header Transfer-Encoding: only chunked is supported; send chunks or a Content-Length",
}
_MALFORMED = "request: not valid HTTP/1.1; check the request line, the header fields, Content-Length and the chunks"


@dataclass(frozen=True)
class ConnectionLimits:
    connections: int = 1000
    # From the first byte of a request, or the connection, to the end of its header.
    header_seconds: float = 10.0
    header_bytes: int = HEADER_BYTES
    # Between two requests.
    idle_seconds: float = 15.0


class GuardedConnection(H11Protocol):
    """See `guarded`, which makes the class of one server."""

    limits: ConnectionLimits
    # The connections that wait for a request, the oldest first.
    waiting: OrderedDict["GuardedConnection", None]

    _timer: asyncio.TimerHandle | None = None
    _is_refused = False
    _is_half_closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast("asyncio.Transport", transport))
        if len(self.connections) > self.limits.connections:
            if not self.waiting:
                self._refuse(503, "gateway: too many connections; try again later", {"Retry-After": "1"})
                return
            # A connection without a request makes room for one that may send a request.
            oldest, _ = self.waiting.popitem(last=False)
            oldest.transport.abort()
        self._follow()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        if self.timeout_keep_alive_task is not None:
            # The first bytes of another request: its time begins now.
            self._stop_waiting()
        super().data_received(data)

    def eof_received(self) -> bool | None:  # type: ignore[override]
        """The client sends nothing more, but can still read."""
        if self._is_refused:
            return False
        self._is_half_closed = True
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            if cycle.more_body:
                self._refuse(400, "body: ended early; send as many bytes as Content-Length says, or the last chunk")
            return True
        if self.conn.trailing_data[0]:
            self._refuse(400, "request: ended before the end of its header; send the empty line after the header")
            return True
        return False

    def handle_events(self) -> None:
        super().handle_events()
        if not self._is_refused:
            self._follow()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._is_half_closed:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Replaces uvicorn's answer to a request that h11 cannot parse."""
        error = sys.exception()
        status = error.error_status_hint if isinstance(error, h11.RemoteProtocolError) else 400
        text = _SENTENCES.get(status, _MALFORMED).format(limit=self.limits.header_bytes)
        self._refuse(status, text)

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self.loop.call_later(UNREAD_SECONDS, self.transport.abort)

    def _follow(self) -> None:
        """Limits the time while the header of a request is expected."""
        if self.transport.is_closing() or self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._timer is None:
            self.waiting[self] = None
            # Between two requests, uvicorn's own timer closes the connection.
            if self.timeout_keep_alive_task is None:
                self._timer = self.loop.call_later(self.limits.header_seconds, self._header_late)

    def _stop_waiting(self) -> None:
        self.waiting.pop(self, None)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _header_late(self) -> None:
        self._timer = None
        if self.conn.trailing_data[0]:
            seconds = f"{self.limits.header_seconds:g}"
            self._refuse(408, f"request: its header did not arrive within {seconds} s; send it faster")
        else:
            self.transport.close()

    def _refuse(self, status: int, text: str, headers: Mapping[str, str] | None = None) -> None:
        """Answers without the application and closes the connection, but not before the client could read it."""
        self._is_refused = True
        self._stop_waiting()
        self._unset_keepalive_if_required()
        cycle = self.cycle
        if cycle is None or not cycle.response_started or cycle.response_complete:
            self.transport.write(_answer(status, text, headers or {}))
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)


def guarded(limits: ConnectionLimits) -> type[GuardedConnection]:
    """The protocol class of one server."""
    waiting: OrderedDict[GuardedConnection, None] = OrderedDict()
    return type("Connection", (GuardedConnection,), {"limits": limits, "waiting": waiting})


def _answer(status: int, text: str, headers: Mapping[str, str]) -> bytes:
    body = json.dumps({"error": text}).encode()
    fields = {
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **SECURITY_HEADERS,
        **headers,
    }
    lines = [
        f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}",
        *(f"{name}: {value}" for name, value in fields.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body
