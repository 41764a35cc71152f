"""Receives the body of a request: bounded, timed, to the disk when it is large, with its digest."""

import asyncio
import base64
import binascii
import hashlib
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request

from spot_messaging import log, one_line
from spot_services.gateway.answers import HttpError
from spot_services.gateway.metrics import UPLOAD_BYTES, UPLOADS
from spot_services.gateway.spool import Spool

# A larger body goes to the disk while it arrives.
MEMORY_BYTES = 256 * 1024
# The smallest piece that is written to the file.
PIECE = 1024 * 1024
CONCURRENT = 256
RETRY_SECONDS = 5


class NoRoomError(HttpError):
    """The gateway cannot receive the body now."""

    def __init__(self, text: str) -> None:
        super().__init__(503, text, {"Retry-After": str(RETRY_SECONDS)})


@dataclass(frozen=True)
class UploadLimits:
    maximum_body: int
    bytes_in_flight: int
    # The longest silence, and the slowest average after as long: 0.5 Mbit/s.
    silence_seconds: float = 15.0
    bytes_per_second: int = 64 * 1024


@dataclass(frozen=True)
class Body:
    content: Path | bytes
    digest: str
    size: int


class Uploads:
    def __init__(self, spool: Spool, limits: UploadLimits) -> None:
        self._spool = spool
        self.limits = limits
        self._count = 0
        self._bytes = 0

    @asynccontextmanager
    async def receive(self, request: Request) -> AsyncIterator[Body]:
        """The body of a request; its file exists until the context ends.

        :raises NoRoomError: if there is no room for it now.
        :raises HttpError: if it is empty, too large, too slow, or does not match its digest.
        """
        declared = declared_size(request)
        if declared is not None and declared > self.limits.maximum_body:
            raise self._too_large()
        if declared == 0:
            raise _EMPTY
        wanted = wanted_digests(request)
        if self._count >= CONCURRENT:
            raise NoRoomError("gateway: too many uploads; try again later")
        upload = _Upload(self, wanted)
        upload.reserve(declared or 0)
        self._count += 1
        UPLOADS.set(self._count)
        try:
            try:
                body = await upload.read(request)
            except OSError as error:
                log("error", "spool failed", reason=error.strerror or one_line(error, 200))
                raise NoRoomError("gateway: its disk has no room for the body; try again later") from None
            yield body
        finally:
            self._count -= 1
            UPLOADS.set(self._count)
            await upload.close()

    def reserve(self, size: int) -> None:
        if self._bytes + size > self.limits.bytes_in_flight:
            raise NoRoomError("gateway: too many bytes are being uploaded; try again later")
        self._bytes += size
        UPLOAD_BYTES.set(self._bytes)

    def release(self, size: int) -> None:
        self._bytes -= size
        UPLOAD_BYTES.set(self._bytes)

    def create_file(self) -> tuple[int, Path]:
        return self._spool.create()

    def _too_large(self) -> HttpError:
        return HttpError(413, f"body: larger than {self.limits.maximum_body} bytes; send less")


class _Upload:
    def __init__(self, uploads: Uploads, wanted: dict[str, bytes]) -> None:
        self._uploads = uploads
        self._wanted = wanted
        self._digests = {name: hashlib.new(name) for name in {"sha256", *wanted}}
        self._reserved = 0
        self._size = 0
        self._handle: int | None = None
        self._path: Path | None = None

    def reserve(self, size: int) -> None:
        self._uploads.reserve(size)
        self._reserved += size

    async def read(self, request: Request) -> Body:
        pending = bytearray()
        async for chunk in self._chunks(request):
            self._size += len(chunk)
            if self._size > self._uploads.limits.maximum_body:
                raise self._uploads._too_large()
            if self._size > self._reserved:
                self.reserve(self._size - self._reserved)
            pending += chunk
            if len(pending) >= PIECE or (self._handle is None and self._size > MEMORY_BYTES):
                piece, pending = pending, bytearray()
                await asyncio.to_thread(self._write, piece)
        if self._size == 0:
            raise _EMPTY
        if self._handle is not None:
            await asyncio.to_thread(self._write, pending)
        else:
            self._update(pending)
        self._compare()
        content = bytes(pending) if self._path is None else self._path
        return Body(content, self._digests["sha256"].hexdigest(), self._size)

    async def _chunks(self, request: Request) -> AsyncIterator[bytes]:
        """The chunks, as long as the client is fast enough. The time that writing takes is not the client's."""
        limits = self._uploads.limits
        loop = asyncio.get_running_loop()
        stream = request.stream()
        waited = 0.0
        while True:
            credit = limits.silence_seconds + self._size / limits.bytes_per_second - waited
            started = loop.time()
            try:
                async with asyncio.timeout(min(limits.silence_seconds, credit)):
                    chunk = await anext(stream, None)
            except TimeoutError:
                raise HttpError(
                    408,
                    f"body: arrived too slowly; send at least {limits.bytes_per_second} bytes a second",
                    {"Connection": "close"},
                ) from None
            waited += loop.time() - started
            if chunk is None:
                return
            if chunk:
                yield chunk

    def _write(self, piece: bytearray) -> None:
        if self._handle is None:
            self._handle, self._path = self._uploads.create_file()
        view = memoryview(piece)
        while view:
            view = view[os.write(self._handle, view) :]
        self._update(piece)

    def _update(self, piece: bytearray) -> None:
        for digest in self._digests.values():
            digest.update(piece)

    def _compare(self) -> None:
        for name, wanted in self._wanted.items():
            if self._digests[name].digest() != wanted:
                raise HttpError(400, f"header: the {name} digest does not match the body; send the body again")

    async def close(self) -> None:
        self._uploads.release(self._reserved)
        if self._handle is not None and self._path is not None:
            with suppress(OSError):
                os.close(self._handle)
            await asyncio.to_thread(self._path.unlink, missing_ok=True)


_EMPTY = HttpError(400, "body: empty; send the mail as the body (curl --data-binary @mail.eml)")

_DIGEST = re.compile(r"\s*([a-z0-9*][a-z0-9_.*-]*)=:([A-Za-z0-9+/=]*):\s*(?:;[^,]*)?")
_ALGORITHMS = {"sha-256": "sha256", "sha-512": "sha512"}


def declared_size(request: Request) -> int | None:
    """Content-Length, which the HTTP parser has checked; None for a chunked body. Without both, the body is empty."""
    if "transfer-encoding" in request.headers:
        return None
    return int(request.headers.get("content-length", "0"))


def wanted_digests(request: Request) -> dict[str, bytes]:
    """What Repr-Digest and Content-Digest (RFC 9530) say; algorithms that are not known are ignored.

    :raises HttpError: if a header is malformed.
    """
    wanted: dict[str, bytes] = {}
    for name in ("Repr-Digest", "Content-Digest"):
        for part in ",".join(request.headers.getlist(name)).split(","):
            if part.strip() == "":
                continue
            match = _DIGEST.fullmatch(part)
            try:
                if match is None:
                    raise ValueError
                value = base64.b64decode(match[2], validate=True)
            except (ValueError, binascii.Error):
                raise HttpError(400, f'header {name}: not valid; write it like "sha-256=:<base64>:"') from None
            algorithm = _ALGORITHMS.get(match[1])
            if algorithm is None:
                continue
            if wanted.setdefault(algorithm, value) != value:
                raise HttpError(400, f"header {name}: contradicts the other digest; send one")
    return wanted
