"""The workflow of one analysis. Every step may be repeated: messages are delivered at least once."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from pydantic import JsonValue

from spot_messaging import (
    Delivery,
    PermanentError,
    PublishError,
    Publishes,
    UnknownError,
    log,
    one_line,
    stable_id,
)
from spot_services.clock import Clock, now
from spot_services.keyedlock import KeyedLock
from spot_services.orchestrator.store import Analysis, Store
from spot_services.orchestrator.verdict import judge
from spot_services.payload import Finding, Job, Notification, Request, Result, StatusQuery, stage


class Orchestrator:
    def __init__(
        self,
        store: Store,
        publisher: Publishes,
        *,
        service: str,
        analyzers: Sequence[str],
        deadline: timedelta,
        clock: Clock = now,
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._service = service
        self._analyzers = tuple(analyzers)
        self._deadline = deadline
        self._clock = clock
        self._waiting = asyncio.Event()
        # One step of an analysis at a time: two last findings at once would conclude it twice.
        self._alone = KeyedLock()

    async def on_request(self, request: Request, _delivery: Delivery) -> None:
        await self._store.add(request, self._analyzers, request.submitted_at + self._deadline)
        await self._dispatch(request.analysis)

    async def on_finding(self, finding: Finding, _delivery: Delivery) -> None:
        async with self._alone.hold(finding.analysis):
            analysis = await self._store.get(finding.analysis)
            if analysis is None:
                raise PermanentError(f'analysis "{finding.analysis}" is unknown here')
            if finding.analyzer not in analysis.analyzers:
                raise PermanentError(f'analysis "{finding.analysis}" asked no analyzer "{finding.analyzer}"')
            if analysis.state != "running":
                log("debug", "late finding", analysis=finding.analysis, analyzer=finding.analyzer)
                return
            await self._store.add_finding(finding)
            await self._conclude_if_complete(finding.analysis)

    async def submit(self, request: Request) -> JsonValue:
        """The RPC way in: the reply says that the analysis is stored; from then on it is our duty, not the caller's.

        The jobs follow in the background: whether they fit into the caller's time-out is nothing it could act on.
        """
        await self._store.add(request, self._analyzers, request.submitted_at + self._deadline)
        self._waiting.set()
        return {"id": request.analysis}

    async def status(self, query: StatusQuery) -> JsonValue:
        if query.analysis is None:
            return await self._store.overview(query.newest)
        described = await self._store.describe(query.analysis)
        if described is None:
            raise UnknownError(f'analysis "{query.analysis}" is unknown')
        return described

    async def expire(self) -> None:
        """Ends every analysis whose deadline has passed, also those that passed while this service was away."""
        for identity in await self._store.overdue(self._clock()):
            try:
                async with self._alone.hold(identity):
                    await self._expire_one(identity)
            except PublishError as error:
                # It stays running and overdue, so the next round tries again.
                log("warning", "expiry not published", analysis=identity, reason=one_line(error))

    async def dispatch_waiting(self) -> None:
        """Publishes the jobs of analyses that came by RPC, or whose dispatch was interrupted."""
        self._waiting.clear()
        for identity in await self._store.undispatched():
            try:
                await self._dispatch(identity, repair=False)
            except PublishError as error:
                log("warning", "jobs not published", analysis=identity, reason=one_line(error))

    async def wait_for_work(self, seconds: float) -> None:
        """Returns as soon as something waits to be dispatched, at the latest after `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._waiting.wait()

    async def _dispatch(self, identity: str, *, repair: bool = True) -> None:
        """One job for every analyzer that has found nothing yet.

        A request that is delivered again, or sent again by an operator, has the jobs published again; the background
        round only completes what is not complete.
        """
        async with self._alone.hold(identity):
            analysis = await self._store.get(identity)
            if analysis is None or analysis.state != "running" or analysis.request is None:
                return
            if analysis.dispatched and not repair:
                return
            request = analysis.request
            for analyzer in analysis.missing:
                await self._publisher.publish(
                    f"job.{analyzer}",
                    Job(analysis=identity, analyzer=analyzer, mail=request.mail),
                    analysis=identity,
                    urgency=request.urgency,
                    message_id=stable_id(identity, "job", analyzer),
                )
            await self._store.mark_dispatched(identity)
            # The last finding may have arrived while its conclusion could not be published.
            await self._conclude_if_complete(identity)
        await self._announce(identity, "dispatched")

    async def _conclude_if_complete(self, identity: str) -> None:
        analysis = await self._store.get(identity)
        if analysis is None or analysis.state != "running" or analysis.missing:
            return
        await self._conclude(analysis)

    async def _expire_one(self, identity: str) -> None:
        analysis = await self._store.get(identity)
        if analysis is None or analysis.state != "running":
            return
        if analysis.missing:
            log("warning", "deadline passed", analysis=identity, missing=analysis.missing)
            alert = Notification(
                kind="alert",
                analysis=identity,
                reasons=[f"deadline passed without: {', '.join(analysis.missing)}"],
                missing=analysis.missing,
                filename=analysis.request.filename if analysis.request else None,
                subject=_subject(analysis),
                at=self._clock(),
            )
            await self._publisher.publish(
                "alert", alert, analysis=identity, message_id=stable_id(identity, "alert", "deadline")
            )
        await self._conclude(analysis)

    async def _conclude(self, analysis: Analysis) -> None:
        """Publishes before it marks: a crash in between publishes twice, which receivers know by the message id."""
        result = self._result(analysis)
        await self._publisher.publish(
            "result",
            result,
            analysis=analysis.id,
            urgency=result.urgency,
            message_id=stable_id(analysis.id, "result"),
        )
        await self._store.finish(result)
        log("info", "concluded", analysis=analysis.id, state=result.state, verdict=result.verdict, score=result.score)
        await self._announce(analysis.id, result.state)

    def _result(self, analysis: Analysis) -> Result:
        request = analysis.request
        if request is None:
            raise AssertionError("a running analysis keeps its request")
        findings = list(analysis.findings.values())
        judgement = judge(findings)
        missing = analysis.missing
        # A verdict over half the evidence would be read as a whole one, so an incomplete analysis has none.
        return Result(
            analysis=analysis.id,
            state="failed" if missing else "completed",
            verdict=None if missing else judgement.verdict,
            score=None if missing else judgement.score,
            reasons=[f"incomplete: no finding from {', '.join(missing)}"] if missing else judgement.reasons,
            missing=missing,
            findings=findings,
            filename=request.filename,
            subject=_subject(analysis),
            urgency=request.urgency,
            submitted_at=request.submitted_at,
            finished_at=self._clock(),
        )

    async def _announce(self, analysis: str, name: str) -> None:
        status = stage(analysis, name, self._service, self._clock())
        await self._publisher.announce("status", status, analysis=analysis)


def _subject(analysis: Analysis) -> str | None:
    """Only the headers analyzer reads the mail, so the subject comes with its finding."""
    headers = analysis.findings.get("headers")
    subject = None if headers is None else headers.facts.get("subject")
    return subject if isinstance(subject, str) else None
