"""The mail store of a stack on one machine: a directory that its services share."""

import asyncio
import errno
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from spot_services.mailstore.metrics import measured
from spot_services.mailstore.store import (
    MissingMailError,
    StoreUnavailableError,
    is_digest,
    object_key,
)
from spot_services.mailstore.storedmails import StoredMails
from spot_services.payload import Reference

Value = TypeVar("Value")

_INCOMING = ".incoming-"
_PIECE = 1024 * 1024
# Longer than any upload: an older incomplete file belongs to a process that ended.
_ABANDONED_SECONDS = 3600.0

# errno instead of the system's text, which contains the path.
_REASONS = {
    errno.ENOSPC: "it is full; free disk space or enlarge the volume",
    errno.EDQUOT: "its quota is used up; free disk space or raise the quota",
    errno.EROFS: "it is mounted read-only; mount it writable for the gateway",
    errno.EACCES: "this process may not access it; give it to the user of the service (10001)",
    errno.EPERM: "this process may not access it; give it to the user of the service (10001)",
    errno.ENOENT: "it does not exist; mount the volume there",
    errno.ENOTDIR: "a file is in its place; mount the volume there",
    errno.EIO: "the disk reports an error; replace the volume",
    errno.ESTALE: "the network file system has lost it; mount it again",
    errno.ENAMETOOLONG: "its path is too long; mount it at a shorter path",
    errno.EMFILE: "this process has too many open files",
}


class DirectoryStore(StoredMails):
    def __init__(self, folder: Path, *, writable: bool) -> None:
        self._folder = folder
        self._writable = writable

    async def put(self, body: Path | bytes, digest: str, size: int) -> Reference:
        with measured("put"):
            await self._in_thread(lambda: self._write(body, digest))
        return Reference(sha256=digest, size=size)

    async def delete(self, digest: str) -> None:
        with measured("delete"):
            await self._in_thread(lambda: (self._folder / object_key(digest)).unlink(missing_ok=True))

    async def older_than(self, moment: datetime) -> AsyncIterator[str]:
        for number in range(256):
            for digest in await self._in_thread(partial(self._older, f"{number:02x}", moment.timestamp())):
                yield digest

    async def ready(self) -> str | None:
        try:
            await self._in_thread(self._check)
        except StoreUnavailableError as error:
            return str(error)
        return None

    def _write(self, body: Path | bytes, digest: str) -> None:
        path = self._folder / object_key(digest)
        if not self._folder.is_dir():
            raise FileNotFoundError(errno.ENOENT, "mail directory")
        path.parent.mkdir(exist_ok=True)
        # Write to a temporary file, flush, rename: a reader must never see an incomplete mail. An existing file is
        # replaced, because it can be damaged, and its sender can send the mail again only this way.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=_INCOMING)
        try:
            with os.fdopen(handle, "wb") as target:
                # Readers are other users' processes.
                os.fchmod(handle, 0o644)
                if isinstance(body, bytes):
                    target.write(body)
                else:
                    with body.open("rb") as source:
                        shutil.copyfileobj(source, target, _PIECE)
                target.flush()
                os.fsync(target.fileno())
            Path(name).replace(path)
            _flush_folder(path.parent)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    async def _pieces(self, reference: Reference) -> AsyncIterator[bytes]:
        path = self._folder / object_key(reference.sha256)
        try:
            file = await self._in_thread(lambda: path.open("rb"))
        except StoreUnavailableError as error:
            if isinstance(error.__cause__, FileNotFoundError) and self._folder.is_dir():
                raise MissingMailError(reference.sha256) from None
            raise
        with file:
            while piece := await self._in_thread(lambda: file.read(_PIECE)):
                yield piece

    def _check(self) -> None:
        if not self._writable:
            next(os.scandir(self._folder), None)
            return
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix=_INCOMING) as file:
            file.write(b"ready")
            file.flush()
            os.fsync(file.fileno())

    def _older(self, part: str, moment: float) -> list[str]:
        """Also removes incomplete files of processes that ended while they wrote."""
        found = []
        for path in (self._folder / part).glob("*"):
            try:
                changed = path.stat().st_mtime
            except FileNotFoundError:
                continue
            if is_digest(path.name):
                if changed < moment:
                    found.append(path.name)
            elif self._writable and path.name.startswith(_INCOMING) and changed < time.time() - _ABANDONED_SECONDS:
                path.unlink(missing_ok=True)
        return found

    async def _in_thread(self, work: Callable[[], Value]) -> Value:
        try:
            return await asyncio.to_thread(work)
        except OSError as error:
            reason = _REASONS.get(error.errno or 0, f"{errno.errorcode.get(error.errno or 0, 'an unknown error')}")
            raise StoreUnavailableError(f'mail directory "{self._folder}": {reason}') from error


def _flush_folder(folder: Path) -> None:
    """Makes a rename durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
