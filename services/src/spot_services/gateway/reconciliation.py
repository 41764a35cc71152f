"""Finds the end of every submission after an outage: asks the orchestrator, and submits again if needed."""

import asyncio

from spot_messaging import CallError, log, one_line
from spot_services.clock import Clock, now
from spot_services.gateway.intake import Intake
from spot_services.gateway.outcomes import RefusedCallError
from spot_services.gateway.submissions import Submission, Submissions
from spot_services.state import StateUnavailableError

ROUND_SECONDS = 2.0
BATCH = 50
CONCURRENT = 4


class Reconciliation:
    def __init__(self, intake: Intake, submissions: Submissions, clock: Clock = now) -> None:
        self._intake = intake
        self._submissions = submissions
        self._clock = clock

    async def run(self) -> None:
        while True:
            try:
                count = await self.round()
            except StateUnavailableError as error:
                log("warning", "submissions not reconciled", reason=one_line(error, 200))
                count = 0
            if count < BATCH:
                await asyncio.sleep(ROUND_SECONDS)

    async def round(self) -> int:
        """Checks the submissions that are due; returns their number.

        :raises StateUnavailableError: if the database cannot work now.
        """
        due = await self._submissions.claim_due(self._clock(), BATCH)
        free = asyncio.Semaphore(CONCURRENT)
        is_away = False

        async def settle(submission: Submission) -> None:
            nonlocal is_away
            async with free:
                # The claim ends in a minute, so the others are tried again.
                if is_away:
                    return
                try:
                    await self._intake.settle(submission)
                except CallError as error:
                    # An answer, even an error, shows that the orchestrator is there.
                    is_away = not isinstance(error, RefusedCallError)
                    log("warning", "submission not settled", analysis=submission.id, reason=one_line(error, 200))

        await asyncio.gather(*(settle(submission) for submission in due))
        # No orchestrator answers: the next round waits.
        return 0 if is_away else len(due)
