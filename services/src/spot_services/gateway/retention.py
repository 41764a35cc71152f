"""Erases submissions and their mails: by command, and when their retention has ended."""

from datetime import datetime

from spot_messaging import Erasure, log
from spot_services import retention
from spot_services.clock import Clock, now
from spot_services.gateway.submissions import Submissions
from spot_services.mailstore import MailStore, StoreUnavailableError
from spot_services.state import StateUnavailableError

# Lists the whole store.
MAILS_SECONDS = 3600.0


class Retention:
    def __init__(self, submissions: Submissions, store: MailStore, clock: Clock = now) -> None:
        self._submissions = submissions
        self._store = store
        self._clock = clock

    async def erase(self, erasure: Erasure) -> None:
        """Deletes one submission, or all before a time, and each mail that no other submission has."""
        if erasure.analysis is not None:
            await self._submissions.erase(erasure.analysis, self._store.delete)
        if erasure.before is not None:
            await self._erase_before(erasure.before)
            # Also those without a submission: of a stack of the release before, or of a process that was killed.
            await self._discard(erasure.before)

    async def prune(self) -> None:
        """Ends the retention of submissions and mails; the next round continues after a failure."""
        at = self._clock()
        try:
            await self._erase_before(at - retention.SUBMISSIONS)
            await self._discard(at - retention.MAILS)
        except (StoreUnavailableError, StateUnavailableError) as error:
            log("warning", "retention not ended", reason=str(error))

    async def _erase_before(self, time: datetime) -> None:
        while identities := await self._submissions.before(time, retention.BATCH):
            for identity in identities:
                await self._submissions.erase(identity, self._store.delete)

    async def _discard(self, before: datetime) -> None:
        removed = 0
        async for digest in self._store.older_than(before):
            removed += await self._submissions.discard(digest, before, self._store.delete)
        if removed:
            log("info", "mails removed", count=removed)
