"""One job: examine the mail in a parser process, publish the finding."""

import time

from spot_messaging import Delivery, ExpiredError, PermanentError, Publishes, log, stable_id
from spot_services.analyzer.process.examination import Examination
from spot_services.analyzer.process.parsers import Answer, Parsers
from spot_services.clock import Clock, now
from spot_services.mailstore import MailStore
from spot_services.payload import Finding, Job, Signal, stage


class Worker:
    def __init__(
        self,
        analyzer: str,
        publisher: Publishes,
        store: MailStore,
        parsers: Parsers,
        *,
        service: str,
        clock: Clock = now,
    ) -> None:
        self._analyzer = analyzer
        self._publisher = publisher
        self._store = store
        self._parsers = parsers
        self._service = service
        self._clock = clock

    async def on_job(self, job: Job, _delivery: Delivery) -> None:
        if job.analyzer != self._analyzer:
            raise PermanentError(f'job is for analyzer "{job.analyzer}", this is "{self._analyzer}"')
        if job.deadline_at is not None and self._clock() >= job.deadline_at:
            # The analysis has ended without it. Late work would delay the analyses that can still be in time.
            raise ExpiredError(f'the deadline of analysis "{job.analysis}" has passed')
        started = time.monotonic()
        outcome = await self._parsers.examine(_size(job), lambda: self._store.read(job.mail))
        finding = to_finding(job.analysis, self._analyzer, outcome.answer, time.monotonic() - started)
        await self._publisher.publish(
            "finding",
            finding,
            analysis=job.analysis,
            message_id=stable_id(job.analysis, "finding", job.analyzer),
        )
        log(
            "info",
            "analyzed",
            analysis=job.analysis,
            score=finding.score,
            signals=len(finding.signals),
            incomplete=sorted(outcome.answer.incomplete) or None,
            cpu_ms=round(outcome.cpu_seconds * 1000),
            memory_bytes=outcome.memory_bytes,
        )
        status = stage(job.analysis, f"analyzed.{job.analyzer}", self._service, self._clock())
        await self._publisher.announce("status", status, analysis=job.analysis)


def _size(job: Job) -> int:
    if job.mail.inline is not None:
        return len(job.mail.inline)
    return 0 if job.mail.reference is None else job.mail.reference.size


def to_finding(analysis: str, analyzer: str, found: Answer | Examination, seconds: float) -> Finding:
    return Finding(
        analysis=analysis,
        analyzer=analyzer,
        score=found.score,
        signals=[Signal(id=name, severity=severity, detail=detail) for name, severity, detail in found.signals],
        facts=found.facts,
        duration_ms=round(seconds * 1000),
    )
