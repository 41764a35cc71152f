"""Claim check: mails that are too large for a message are stored under their digest on the shared volume."""

import hashlib
import os
import tempfile
import time
from pathlib import Path

from spot_messaging import PermanentError
from spot_services.payload import Mail, Reference


class MailStore:
    def __init__(self, data: Path) -> None:
        self._folder = data / "mail"

    def put(self, raw: bytes) -> Reference:
        """Stores a mail durably."""
        digest = hashlib.sha256(raw).hexdigest()
        path = self._path(digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            # Restart its retention, because another analysis needs it now.
            os.utime(path)
            return Reference(sha256=digest, size=len(raw))
        # Write to a temporary file, flush, rename: a reader must never see an incomplete mail.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".incoming-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return Reference(sha256=digest, size=len(raw))

    def get(self, mail: Mail) -> bytes:
        """The raw mail of a message.

        :raises PermanentError: if the stored mail does not match its digest.
        :raises OSError: if it cannot be read now, for example because a volume is slow.
        """
        if mail.inline is not None:
            return mail.inline
        if mail.reference is None:
            raise AssertionError("a validated mail has one of the two")
        digest = mail.reference.sha256
        try:
            raw = self._path(digest).read_bytes()
        except FileNotFoundError:
            # Without the path, which does not help to find the cause.
            raise FileNotFoundError(f'mail "{digest}" is not in the mail store') from None
        if hashlib.sha256(raw).hexdigest() != digest:
            raise PermanentError(f'mail "{digest}": the stored file does not match its digest')
        return raw

    def sweep(self, keep_seconds: float) -> int:
        """Removes older mails and incomplete files of crashes. Returns the number of removed files."""
        oldest = time.time() - keep_seconds
        removed = 0
        for path in self._folder.glob("*/*"):
            try:
                if path.stat().st_mtime < oldest:
                    path.unlink()
                    removed += 1
            except FileNotFoundError:
                continue
        return removed

    def _path(self, digest: str) -> Path:
        # 256 folders, so that each of them stays small.
        return self._folder / digest[:2] / digest
