"""A relay in front of a server that does what networks do: refuse, break, fall silent, lose an answer."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Literal

Mode = Literal["open", "refuses", "resets", "silent", "cuts answers", "loses the answer of a commit"]

# Long enough for the start of an answer, too short for most of it.
_CUT_BYTES = 7


class Relay:
    """Passes bytes on while `mode` is `open`. `switch` breaks the connections that exist."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._mode: Mode = "open"
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        # Connections whose answers are lost.
        self._deaf: set[int] = set()
        self.port = 0

    async def switch(self, mode: Mode) -> None:
        """Changes the mode. Existing connections stay if the new mode is about what is sent on them."""
        self._mode = mode
        if mode in ("open", "refuses", "resets"):
            for writer in list(self._connections):
                _reset(writer)
        if mode == "refuses":
            await self._close()
        elif self._server is None:
            await self.open()

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        await self.switch("refuses")
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._mode == "resets":
            _reset(writer)
            return
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        with suppress(OSError, asyncio.CancelledError):
            server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._target)
            pair = (writer, server_writer)
            self._connections.update(pair)
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._pass_on(reader, server_writer, pair, is_answer=False))
                    group.create_task(self._pass_on(server_reader, writer, pair, is_answer=True))
            except* OSError:
                pass
            finally:
                self._connections.difference_update(pair)
                self._deaf.discard(id(pair))
                for each in pair:
                    each.transport.abort()

    async def _pass_on(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        pair: tuple[asyncio.StreamWriter, ...],
        *,
        is_answer: bool,
    ) -> None:
        while data := await reader.read(65536):
            if self._mode == "silent" or (is_answer and id(pair) in self._deaf):
                continue
            if self._mode == "cuts answers" and is_answer:
                writer.write(data[:_CUT_BYTES])
                await writer.drain()
                break
            is_commit = self._mode == "loses the answer of a commit" and not is_answer and b"COMMIT" in data
            if is_commit:
                self._deaf.add(id(pair))
            writer.write(data)
            await writer.drain()
            if is_commit:
                # The time in which the server commits.
                await asyncio.sleep(0.2)
                break
        for each in pair:
            each.transport.abort()


def _reset(writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        raw = writer.get_extra_info("socket")
        # Without lingering, closing sends a reset.
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@asynccontextmanager
async def relay_to(port: int) -> AsyncIterator[Relay]:
    relay = Relay(port)
    await relay.open()
    try:
        yield relay
    finally:
        await relay.close()
