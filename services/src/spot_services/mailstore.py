"""The claim check: mails too large for a message, stored once under their digest on the volume that services share."""

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
        """Stores a mail; when it returns, the mail survives a crash."""
        digest = hashlib.sha256(raw).hexdigest()
        path = self._path(digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            # Its retention starts anew: another analysis counts on it now.
            os.utime(path)
            return Reference(sha256=digest, size=len(raw))
        # A reader must never see half a mail, so: write aside, flush, rename.
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

        :raises PermanentError: when the stored mail is not what was put in.
        :raises OSError: when it cannot be read now; a volume may be late.
        """
        if mail.inline is not None:
            return mail.inline
        if mail.reference is None:
            raise AssertionError("a validated mail has one of the two")
        digest = mail.reference.sha256
        try:
            raw = self._path(digest).read_bytes()
        except FileNotFoundError:
            # Without the path, which says more about our disks than about the failure.
            raise FileNotFoundError(f'mail "{digest}" is not in the mail store') from None
        if hashlib.sha256(raw).hexdigest() != digest:
            raise PermanentError(f'mail "{digest}": the stored file does not match its digest')
        return raw

    def sweep(self, keep_seconds: float) -> int:
        """Removes what is older, and what a crash left half written. Returns how many files."""
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
        # Two hundred and fifty-six folders keep each of them small.
        return self._folder / digest[:2] / digest
