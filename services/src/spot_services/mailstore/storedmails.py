"""How both mail stores read a mail."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from spot_services.mailstore.metrics import measured
from spot_services.mailstore.store import DamagedMailError
from spot_services.payload import Mail, Reference


class StoredMails(ABC):
    """A mail inside its message needs no store, and `get` is `read` in one piece."""

    async def get(self, mail: Mail) -> bytes:
        body = bytearray()
        async for piece in self.read(mail):
            body += piece
        return bytes(body)

    async def read(self, mail: Mail) -> AsyncIterator[bytes]:
        if mail.inline is not None:
            yield mail.inline
            return
        if mail.reference is None:
            raise AssertionError("a validated mail has either inline bytes or a reference")
        with measured("get"):
            async with aclosing(_verified(self._pieces(mail.reference), mail.reference)) as pieces:
                async for piece in pieces:
                    yield piece

    @abstractmethod
    def _pieces(self, reference: Reference) -> AsyncIterator[bytes]:
        """What the store has, unchecked.

        :raises StoreUnavailableError: if it cannot be read now.
        :raises MissingMailError: if the store does not hold it.
        """


async def _verified(pieces: AsyncIterator[bytes], reference: Reference) -> AsyncGenerator[bytes, None]:
    """Passes the pieces on while they can still become the mail.

    :raises DamagedMailError: as soon as there are too many bytes, or at the end if the digest differs.
    """
    digest = hashlib.sha256()
    size = 0
    async for piece in pieces:
        size += len(piece)
        if size > reference.size:
            raise DamagedMailError(reference.sha256)
        digest.update(piece)
        yield piece
    if digest.hexdigest() != reference.sha256:
        raise DamagedMailError(reference.sha256)
