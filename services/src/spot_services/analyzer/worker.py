"""One job: read the mail, analyze it in a thread, publish the finding."""

import asyncio
import time
from collections.abc import Callable
from typing import NamedTuple

from spot_messaging import Delivery, PermanentError, Publishes, log, stable_id
from spot_services.analyzer.budget import SHARE_OF_LIMIT, Budget
from spot_services.analyzer.mail import ParsedMail, parse_mail
from spot_services.analyzer.report import Report
from spot_services.clock import Clock, now
from spot_services.mailstore import MailStore
from spot_services.payload import Finding, Job, stage

Analyze = Callable[[ParsedMail, Report, Budget], None]


class Analyzer(NamedTuple):
    name: str
    analyze: Analyze


class Worker:
    def __init__(
        self,
        analyzer: Analyzer,
        publisher: Publishes,
        store: MailStore,
        *,
        service: str,
        job_limit: float,
        clock: Clock = now,
    ) -> None:
        self._analyzer = analyzer
        self._publisher = publisher
        self._store = store
        self._service = service
        self._job_limit = job_limit
        self._clock = clock

    async def on_job(self, job: Job, _delivery: Delivery) -> None:
        if job.analyzer != self._analyzer.name:
            raise PermanentError(f'job is for analyzer "{job.analyzer}", this is "{self._analyzer.name}"')
        raw = await self._store.get(job.mail)
        # In a thread, so that heartbeats and other jobs continue during the computation.
        finding = await asyncio.to_thread(examine, self._analyzer, job.analysis, raw, self._job_limit * SHARE_OF_LIMIT)
        await self._publisher.publish(
            "finding",
            finding,
            analysis=job.analysis,
            message_id=stable_id(job.analysis, "finding", job.analyzer),
        )
        log("info", "analyzed", analysis=job.analysis, score=finding.score, signals=len(finding.signals))
        status = stage(job.analysis, f"analyzed.{job.analyzer}", self._service, self._clock())
        await self._publisher.announce("status", status, analysis=job.analysis)


def examine(analyzer: Analyzer, analysis: str, raw: bytes, seconds: float) -> Finding:
    """The finding for one raw mail."""
    started = time.monotonic()
    budget = Budget(seconds)
    report = Report()
    mail = parse_mail(raw, budget)
    analyzer.analyze(mail, report, budget)
    report.facts["defects"] = list(mail.defects[:20])
    if budget.exceeded:
        report.add("incomplete", "medium", "the mail was too large or too tangled to be analyzed in time")
    return Finding(
        analysis=analysis,
        analyzer=analyzer.name,
        score=report.score,
        signals=report.signals,
        facts=report.facts,
        duration_ms=round((time.monotonic() - started) * 1000),
    )
