"""The mail store in an S3-compatible object store."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from spot_services.mailstore.explanation import FOREIGN, explain, says_missing
from spot_services.mailstore.location import Location
from spot_services.mailstore.metrics import measured
from spot_services.mailstore.store import (
    MissingMailError,
    StoreUnavailableError,
    is_digest,
    object_key,
)
from spot_services.mailstore.storedmails import StoredMails
from spot_services.payload import Reference

if TYPE_CHECKING:
    from obstore import GetResult, ObjectMeta

Value = TypeVar("Value")

CONNECT_SECONDS = 2.0
# Of one operation with its retries. A large mail gets the time that it needs at this rate in addition.
OPERATION_SECONDS = 8.0
BYTES_PER_SECOND = 4 * 1024 * 1024
_RETRIES = 3
# Larger mails are sent in parts, so that a lost connection costs one part and few of them are in memory. All parts have
# the same length, which Cloudflare R2 requires, and at least 5 MiB, which all stores require.
PART_BYTES = 8 * 1024 * 1024
_PARTS_AT_ONCE = 2
# Some replicated stores show a new object a moment later.
_MISSING_PAUSE = 0.5

# Written by the gateway to know whether it can write; never a digest.
PROBE = "ready"
_PROBE_BODY = b"The gateway can write mails here.\n"
_PROBE_READ_SECONDS = 5.0
# Less often than it is read: a bucket with versions keeps each one.
_PROBE_WRITE_SECONDS = 60.0


class ObjectStore(StoredMails):
    def __init__(
        self,
        locate: Callable[[], Location],
        *,
        writable: bool,
        operation_seconds: float = OPERATION_SECONDS,
    ) -> None:
        """Calls `locate` before each operation, so that rotated keys are used without a restart."""
        self._locate = locate
        self._writable = writable
        self._operation_seconds = operation_seconds
        self._location: Location | None = None
        self._store: S3Store | None = None
        # Where the probe was written and read back.
        self._proven: Location | None = None
        self._problem: str | None = "the object store was not checked yet"
        self._checked = float("-inf")
        self._written = float("-inf")
        self._checking = asyncio.Lock()

    async def put(self, body: Path | bytes, digest: str, size: int) -> Reference:
        with measured("put"):
            key = object_key(digest)
            if self._proven != self._locate():
                await self._prove()

            async def work(store: S3Store) -> None:
                await obstore.put_async(
                    store,
                    self._key(key),
                    body,
                    use_multipart=size > PART_BYTES,
                    chunk_size=PART_BYTES,
                    max_concurrency=_PARTS_AT_ONCE,
                )

            await self._run(work, self._limit(size))
        return Reference(sha256=digest, size=size)

    async def delete(self, digest: str) -> None:
        with measured("delete"):
            key = object_key(digest)

            async def work(store: S3Store) -> None:
                await obstore.delete_async(store, self._key(key))

            try:
                await self._run(work)
            except FileNotFoundError:
                # S3 confirms the deletion of a missing object, some other stores report it.
                return

    async def older_than(self, moment: datetime) -> AsyncIterator[str]:
        pages = obstore.list(self._connected(self._locate()), self._locate().prefix or None)

        async def page_of(_store: S3Store) -> "Sequence[ObjectMeta] | None":
            return await anext(pages, None)

        while (page := await self._run(page_of)) is not None:
            for entry in page:
                name = entry["path"].rpartition("/")[2]
                if is_digest(name) and entry["last_modified"] < moment:
                    yield name

    async def ready(self) -> str | None:
        async with self._checking:
            loop = asyncio.get_running_loop()
            now = loop.time()
            if now - self._checked >= _PROBE_READ_SECONDS:
                self._problem = await self._probe(now)
                self._checked = loop.time()
            return self._problem

    async def _prove(self) -> None:
        """Before the first mail, because not everything that answers a PUT with 200 stores it.

        :raises StoreUnavailableError: if the store does not return what was written.
        """
        async with self._checking:
            if self._proven != self._locate() and (problem := await self._probe(asyncio.get_running_loop().time())):
                raise StoreUnavailableError(problem)

    async def _probe(self, now: float) -> str | None:
        location, key = self._locate(), self._key(PROBE)
        is_stale = self._proven != location or now - self._written >= _PROBE_WRITE_SECONDS

        async def write(store: S3Store) -> None:
            await obstore.put_async(store, key, _PROBE_BODY, use_multipart=False)

        async def read(store: S3Store) -> bytes:
            return bytes(await (await obstore.get_async(store, key)).bytes_async())

        try:
            if self._writable and (self._problem is not None or is_stale):
                await self._run(write)
                self._written = now
            if await self._run(read) != _PROBE_BODY:
                return f"{location.place}: {FOREIGN}"
        except FileNotFoundError:
            # Before the gateway has started for the first time; the store answered, and that is what counts.
            return f"{location.place}: {FOREIGN}" if self._writable else None
        except StoreUnavailableError as error:
            return str(error)
        self._proven = location
        return None

    async def _pieces(self, reference: Reference) -> AsyncIterator[bytes]:
        key = self._key(object_key(reference.sha256))

        async def request(store: S3Store) -> "GetResult":
            return await obstore.get_async(store, key)

        deadline = asyncio.get_running_loop().time() + self._limit(reference.size)
        try:
            result = await self._run(request)
        except FileNotFoundError:
            await asyncio.sleep(_MISSING_PAUSE)
            try:
                result = await self._run(request)
            except FileNotFoundError:
                raise MissingMailError(reference.sha256) from None
        stream = aiter(result.stream())

        async def piece_of(_store: S3Store) -> bytes | None:
            piece = await anext(stream, None)
            return None if piece is None else bytes(piece)

        while True:
            remaining = deadline - asyncio.get_running_loop().time()
            if (piece := await self._run(piece_of, max(remaining, 0.0))) is None:
                return
            yield piece

    async def _run(self, work: Callable[[S3Store], Awaitable[Value]], seconds: float | None = None) -> Value:
        """:raises FileNotFoundError: if the object does not exist.
        :raises StoreUnavailableError: for every other failure.
        """
        location = self._locate()
        try:
            async with asyncio.timeout(self._operation_seconds if seconds is None else seconds):
                return await work(self._connected(location))
        except TimeoutError:
            problem = explain(None)
        except (BaseError, OSError, ValueError) as error:
            if isinstance(error, FileNotFoundError) and says_missing(error):
                raise FileNotFoundError from None
            problem = explain(error)
        # Without the library's error: it contains the answer of the store, and with it for example the access key.
        raise StoreUnavailableError(f"{location.place}: {problem}")

    def _limit(self, size: int) -> float:
        return self._operation_seconds + size / BYTES_PER_SECOND

    def _key(self, key: str) -> str:
        prefix = self._locate().prefix
        return f"{prefix}/{key}" if prefix else key

    def _connected(self, location: Location) -> S3Store:
        if self._store is None or self._location != location:
            self._store = connect(location)
            self._location = location
        return self._store


def connect(location: Location) -> S3Store:
    virtual = location.addressing == "virtual"
    return S3Store(
        location.bucket,
        endpoint=location.bucket_endpoint if virtual else location.endpoint,
        virtual_hosted_style_request=virtual,
        region=location.region,
        access_key_id=location.access_key_id,
        secret_access_key=location.secret_access_key.get_secret_value(),
        # Only what every S3-compatible store has: no bulk deletion, no tags, no checksum headers. The signature
        # contains the SHA-256 of each request's body, and a mail is compared with its digest whenever it is read.
        disable_bulk_delete=True,
        disable_tagging=True,
        unsigned_payload=False,
        client_options={
            "allow_http": True,
            "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
            # Without an answer for so long, the request is tried again.
            "read_timeout": timedelta(seconds=OPERATION_SECONDS / 2),
            "timeout": timedelta(seconds=60),
            **({} if location.certificates is None else {"root_certificate": location.certificates}),
        },
        retry_config={
            "max_retries": _RETRIES,
            "retry_timeout": timedelta(seconds=OPERATION_SECONDS),
            "backoff": {
                "init_backoff": timedelta(milliseconds=100),
                "max_backoff": timedelta(seconds=2),
                "base": 2,
            },
        },
    )
