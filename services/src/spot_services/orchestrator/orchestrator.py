"""The workflow of one analysis. Every step can be repeated, because messages are delivered at least once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeVar

from pydantic import JsonValue

from spot_messaging import (
    Delivery,
    Erasure,
    PublishError,
    Publishes,
    UnknownError,
    continue_trace,
    log,
    one_line,
    stable_id,
)
from spot_services.clock import Clock, now
from spot_services.orchestrator import metrics
from spot_services.orchestrator.claims import Dispatch, Publication
from spot_services.orchestrator.overview import Overview, describe
from spot_services.orchestrator.store import Store
from spot_services.payload import Finding, Job, Request, StatusQuery, stage

Item = TypeVar("Item")

# Small, so that an urgent analysis that arrives during a round waits for few others.
BATCH = 20


class Orchestrator:
    """A step is stored in a transaction first and published afterwards.

    The message that caused it is acknowledged when it is stored; what could not be published is published by a
    background round of any replica, with the same message ids.
    """

    def __init__(
        self,
        store: Store,
        overview: Overview,
        publisher: Publishes,
        *,
        service: str,
        analyzers: Sequence[str],
        deadline: timedelta,
        clock: Clock = now,
    ) -> None:
        self._store = store
        self._overview = overview
        self._publisher = publisher
        self._service = service
        self._analyzers = tuple(analyzers)
        self._deadline = deadline
        self._clock = clock
        self._waiting = asyncio.Event()

    async def on_request(self, request: Request, delivery: Delivery) -> None:
        if request.urgency == "normal" and delivery.attempt == 1 and delivery.age is not None:
            self._overview.took(delivery.age, self._clock())
        match await self._add(request, dispatch=True):
            case Dispatch() as dispatch:
                await self._dispatch(dispatch)
            case Publication() as publication:
                await self._publish(publication)

    async def on_finding(self, finding: Finding, _delivery: Delivery) -> None:
        publication = await self._store.add_finding(finding, self._clock())
        if publication is not None:
            await self._publish(publication)

    async def submit(self, request: Request) -> JsonValue:
        """Submission by RPC:

        the reply confirms that the analysis is stored, and from then on the orchestrator is responsible for it. A
        background task publishes the jobs, because the caller cannot act on that within its timeout. A repeated
        submission changes nothing.
        """
        publication = await self._add(request, dispatch=False)
        if isinstance(publication, Publication):
            await self._publish(publication)
        self._waiting.set()
        return {"id": request.analysis}

    async def status(self, query: StatusQuery) -> JsonValue:
        if query.analysis is None:
            return await self._overview.read(query.newest, self._clock())
        found = await self._store.get(query.analysis)
        if found is None:
            raise UnknownError(f'analysis "{query.analysis}" is unknown')
        return describe(*found)

    async def erase(self, erasure: Erasure) -> None:
        await self._store.erase(erasure, self._clock())

    async def prune(self) -> None:
        await self._store.prune()
        await self._store.expire_retention(self._clock())

    async def expire(self) -> None:
        """Ends every analysis whose deadline has passed, also while no orchestrator was running."""
        while publications := await self._store.claim_overdue(self._clock(), BATCH):
            for publication in publications:
                log("warning", "deadline passed", analysis=publication.claim.analysis)
            await self._each(self._publish, publications)

    async def dispatch_waiting(self) -> None:
        """Publishes the jobs of analyses that were submitted by RPC or whose dispatch was interrupted."""
        self._waiting.clear()
        while dispatches := await self._store.claim_waiting(self._clock(), BATCH):
            if not await self._each(self._dispatch, dispatches):
                return

    async def publish_decided(self) -> None:
        """Publishes the decided results that a replica could not publish."""
        while publications := await self._store.claim_unpublished(self._clock(), BATCH):
            if not await self._each(self._publish, publications):
                return

    async def _each(self, publish: Callable[[Item], Awaitable[bool]], items: Sequence[Item]) -> bool:
        """Publishes a batch; returns whether the broker confirmed all. If not, the next round tries again."""
        return all(await asyncio.gather(*(publish(item) for item in items)))

    async def measure(self) -> None:
        """Writes the gauges."""
        running = await self._overview.running()
        for urgent in (False, True):
            metrics.RUNNING.labels("urgent" if urgent else "normal").set(running.get(urgent, 0))

    async def wait_for_work(self, seconds: float) -> None:
        """Waits until an analysis needs a dispatch, but at most `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._waiting.wait()

    async def _add(self, request: Request, *, dispatch: bool) -> Dispatch | Publication | None:
        deadline: datetime = request.deadline_at or request.submitted_at + self._deadline
        added = await self._store.add(request, self._analyzers, deadline, self._clock(), dispatch=dispatch)
        if isinstance(added, Publication) and added.decision.alert is not None:
            log("warning", "deadline passed before the analysis", analysis=request.analysis)
        return added

    async def _dispatch(self, dispatch: Dispatch) -> bool:
        """Publishes one job for every analyzer without a finding; returns whether the broker confirmed all."""
        analysis = dispatch.analysis
        request = analysis.request
        if request is None:
            raise AssertionError("a running analysis keeps its request")
        with continue_trace(analysis.trace, "dispatch"):
            return await self._dispatch_jobs(dispatch, request)

    async def _dispatch_jobs(self, dispatch: Dispatch, request: Request) -> bool:
        analysis = dispatch.analysis
        published = await asyncio.gather(
            *(
                self._publisher.publish(
                    f"job.{analyzer}",
                    Job(analysis=analysis.id, analyzer=analyzer, mail=request.mail, deadline_at=analysis.deadline_at),
                    analysis=analysis.id,
                    urgency=request.urgency,
                    message_id=stable_id(analysis.id, "job", analyzer),
                )
                for analyzer in analysis.missing
            ),
            return_exceptions=True,
        )
        failures = [failure for failure in published if isinstance(failure, BaseException)]
        if not failures:
            await self._store.mark_dispatched(analysis.id)
            await self._announce(analysis.id, "dispatched")
            return True
        await self._store.release(dispatch.claim)
        for failure in failures:
            if not isinstance(failure, PublishError):
                raise failure
        log("warning", "jobs not published", analysis=analysis.id, reason=one_line(failures[0]))
        return False

    async def _publish(self, publication: Publication) -> bool:
        """Publishes a decided result, and its alert; returns whether the broker confirmed both.

        A crash before the mark publishes the same again; receivers detect the duplicate by the message id.
        """
        with continue_trace(publication.trace, "conclude"):
            return await self._publish_decision(publication)

    async def _publish_decision(self, publication: Publication) -> bool:
        result, alert = publication.decision.result, publication.decision.alert
        try:
            if alert is not None:
                await self._publisher.publish(
                    "alert", alert, analysis=result.analysis, message_id=stable_id(result.analysis, "alert", "deadline")
                )
            await self._publisher.publish(
                "result",
                result,
                analysis=result.analysis,
                urgency=result.urgency,
                message_id=stable_id(result.analysis, "result"),
            )
        except PublishError as error:
            log("warning", "result not published", analysis=result.analysis, reason=one_line(error))
            await self._store.release(publication.claim)
            return False
        await self._store.mark_published(result.analysis)
        metrics.ANALYSES.labels(result.state, result.urgency).inc()
        metrics.SECONDS.labels(result.state, result.urgency).observe(
            max(0.0, (result.finished_at - result.submitted_at).total_seconds())
        )
        log("info", "concluded", analysis=result.analysis, state=result.state, verdict=result.verdict)
        await self._announce(result.analysis, result.state)
        return True

    async def _announce(self, analysis: str, name: str) -> None:
        status = stage(analysis, name, self._service, self._clock())
        await self._publisher.announce("status", status, analysis=analysis)
