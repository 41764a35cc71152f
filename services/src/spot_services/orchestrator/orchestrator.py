"""The workflow of one analysis. Every step can be repeated, because messages are delivered at least once."""

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
from spot_services.orchestrator.verdict import combine
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
        # One step of an analysis at a time: two concurrent last findings would complete it twice.
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
        """Submission by RPC:

        the reply confirms that the analysis is stored, and from then on the orchestrator is responsible for it. A
        background task publishes the jobs, because the caller cannot act on that within its timeout.
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
        """Ends every analysis whose deadline has passed, also while this service was down."""
        for identity in await self._store.overdue(self._clock()):
            try:
                async with self._alone.hold(identity):
                    await self._expire_one(identity)
            except PublishError as error:
                # It stays running and overdue, so the next round retries.
                log("warning", "expiry not published", analysis=identity, reason=one_line(error))

    async def dispatch_waiting(self) -> None:
        """Publishes the jobs of analyses that were submitted by RPC or whose dispatch was interrupted."""
        self._waiting.clear()
        for identity in await self._store.undispatched():
            try:
                await self._dispatch(identity, repair=False)
            except PublishError as error:
                log("warning", "jobs not published", analysis=identity, reason=one_line(error))

    async def wait_for_work(self, seconds: float) -> None:
        """Waits until an analysis needs a dispatch, but at most `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._waiting.wait()

    async def _dispatch(self, identity: str, *, repair: bool = True) -> None:
        """Publishes one job for every analyzer without a finding.

        A redelivered or redriven request publishes them again; the background task only publishes missing ones.
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
            # The last finding can have arrived while the result could not be published.
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
        """Publishes before the store is updated.

        A crash in between publishes twice; receivers detect the duplicate by the message id.
        """
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
        combined = combine(findings)
        missing = analysis.missing
        # An incomplete analysis has no verdict, because readers would treat it as a complete one.
        return Result(
            analysis=analysis.id,
            state="failed" if missing else "completed",
            verdict=None if missing else combined.verdict,
            score=None if missing else combined.score,
            reasons=[f"incomplete: no finding from {', '.join(missing)}"] if missing else combined.reasons,
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
    """Only the headers analyzer reads the subject, so it is part of its finding."""
    headers = analysis.findings.get("headers")
    subject = None if headers is None else headers.facts.get("subject")
    return subject if isinstance(subject, str) else None
