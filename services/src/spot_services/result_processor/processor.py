"""Stores a result once, then publishes its notification."""

from prometheus_client import Counter

from spot_messaging import Delivery, Erasure, Publishes, log, stable_id
from spot_services.clock import Clock, now
from spot_services.payload import Notification, Result, stage
from spot_services.result_processor.store import ResultStore

_RESULTS = Counter("spot_results_total", "Results that were stored.", ["state"])


class Processor:
    def __init__(self, store: ResultStore, publisher: Publishes, service: str, clock: Clock = now) -> None:
        self._store = store
        self._publisher = publisher
        self._service = service
        self._clock = clock

    async def erase(self, erasure: Erasure) -> None:
        await self._store.erase(erasure, self._clock())

    async def prune(self) -> None:
        await self._store.prune(self._clock())

    async def on_result(self, result: Result, _delivery: Delivery) -> None:
        added = await self._store.add(result)
        if added is None:
            log("info", "result of an erased analysis", analysis=result.analysis)
            return
        stored, is_new = added
        if is_new:
            _RESULTS.labels(result.state).inc()
        # Published on every delivery, also for a stored result, because a crash can have prevented the first
        # notification.
        # Its id is always the same, so the notifier detects duplicates.
        await self._publisher.publish(
            stored.state,
            Notification(
                kind=stored.state,
                analysis=stored.analysis,
                verdict=stored.verdict,
                score=stored.score,
                reasons=stored.reasons,
                missing=stored.missing,
                filename=stored.filename,
                subject=stored.subject,
                at=stored.finished_at,
            ),
            analysis=stored.analysis,
            urgency=stored.urgency,
            message_id=stable_id(stored.analysis, stored.state),
        )
        log("info", "stored", analysis=stored.analysis, state=stored.state, verdict=stored.verdict, score=stored.score)
        status = stage(stored.analysis, "stored", self._service, self._clock())
        await self._publisher.announce("status", status, analysis=stored.analysis)
