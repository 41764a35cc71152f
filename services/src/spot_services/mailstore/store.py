"""The interface of a mail store, its errors, and the keys of mails."""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

from spot_messaging import DependencyError, PermanentError
from spot_services.payload import Mail, Reference

_DIGEST = re.compile("[0-9a-f]{64}")


class StoreUnavailableError(DependencyError):
    """The store does not work now; the same operation can succeed later. The text contains no credential."""


class MissingMailError(PermanentError):
    """The store does not hold the mail: it was erased, or its retention has ended."""

    def __init__(self, digest: str) -> None:
        super().__init__(f'mail "{digest}" is not in the mail store: it was erased, or its retention has ended')


class DamagedMailError(PermanentError):
    """The stored bytes are not the mail."""

    def __init__(self, digest: str) -> None:
        super().__init__(f'mail "{digest}": the stored object does not match its digest')


class MailStore(Protocol):
    async def put(self, body: Path | bytes, digest: str, size: int) -> Reference:
        """Stores a mail durably and as a whole; a mail that exists already is written again with the same bytes.

        :raises StoreUnavailableError: if it is not certainly stored.
        """

    async def get(self, mail: Mail) -> bytes:
        """The raw mail of a message, compared with its digest.

        :raises StoreUnavailableError: if it cannot be read now.
        :raises MissingMailError: if the store does not hold it.
        :raises DamagedMailError: if the stored bytes are others.
        """

    def read(self, mail: Mail) -> AsyncIterator[bytes]:
        """As `get`, in pieces. Only after the last piece it is certain that the bytes are the mail."""

    async def delete(self, digest: str) -> None:
        """Deletes a mail; one that does not exist is deleted already.

        :raises StoreUnavailableError: if it is not certainly deleted.
        """

    def older_than(self, moment: datetime) -> AsyncIterator[str]:
        """The digests of the mails that were last put before a moment.

        :raises StoreUnavailableError: if they cannot be listed now.
        """

    async def ready(self) -> str | None:
        """A sentence with the reason why the store does not work now, else None."""


def is_digest(text: str) -> bool:
    return _DIGEST.fullmatch(text) is not None


def object_key(digest: str) -> str:
    """Where a mail is stored. 256 folders, so that each of them stays small."""
    if not is_digest(digest):
        # A digest becomes part of a path, so nothing else may pass.
        raise ValueError("a digest is 64 lowercase hexadecimal characters")
    return f"{digest[:2]}/{digest}"
