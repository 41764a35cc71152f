"""Jobs whose mail was erased: they are acknowledged, because nothing needs their findings."""

from collections.abc import Awaitable, Callable

from spot_messaging import Delivery, Erasure, ExpiredError
from spot_services.mailstore import MissingMailError
from spot_services.payload import Job


class ErasedJobs:
    """In memory: after a restart, the stream of commands is read again."""

    def __init__(self) -> None:
        self._analyses: set[str] = set()

    async def erase(self, erasure: Erasure) -> None:
        # An erasure by age concerns no running analysis but those whose jobs have expired.
        if erasure.analysis is not None:
            self._analyses.add(erasure.analysis)

    def without(self, on_job: Callable[[Job, Delivery], Awaitable[None]]) -> Callable[[Job, Delivery], Awaitable[None]]:
        async def handle(job: Job, delivery: Delivery) -> None:
            try:
                await on_job(job, delivery)
            except MissingMailError:
                if job.analysis in self._analyses:
                    raise ExpiredError("the mail was erased") from None
                raise

        return handle
