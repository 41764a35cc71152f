"""Reads what a client still sends before the answer, because most clients read the answer only afterwards."""

import asyncio
from contextlib import suppress

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECONDS = 30.0


class Drain:
    """ASGI middleware. Without it, a client that sends everything first sees a broken connection, not its 413."""

    def __init__(self, app: ASGIApp, *, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        is_waiting = headers.get("expect", "").lower() == "100-continue"
        is_complete = headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers
        is_gone = False

        async def receiving() -> Message:
            nonlocal is_complete, is_gone, is_waiting
            is_waiting = False
            message = await receive()
            is_gone = message["type"] == "http.disconnect"
            is_complete = is_complete or is_gone or not message.get("more_body", False)
            return message

        async def drain() -> None:
            size = 0
            while not is_complete and size <= self._limit:
                size += len((await receiving()).get("body", b""))

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and not is_complete:
                closing = MutableHeaders(scope=message)
                # A client that waits for "100 Continue" has sent nothing, and need not.
                if not is_waiting and closing.get("connection", "") != "close":
                    with suppress(TimeoutError):
                        async with asyncio.timeout(SECONDS):
                            await drain()
                if not is_complete:
                    closing["Connection"] = "close"
            await send(message)

        await self._app(scope, receiving, sending)
