"""The orchestrator's state. Each step of an analysis is one transaction, so any number of replicas can take it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from spot_messaging import Erasure, PermanentError, traceparent
from spot_services import retention
from spot_services.erasure import erased_since, forget, is_erased, record
from spot_services.orchestrator.claims import (
    Claim,
    Dispatch,
    Publication,
    claim_publication,
    conclude,
    count_analysis,
    lock_analysis,
    make_claim,
    read_analysis,
    select_claimable,
)
from spot_services.orchestrator.decision import Analysis
from spot_services.orchestrator.tables import ANALYSIS, FINDING
from spot_services.payload import Finding, Request, Result
from spot_services.state import State
from spot_services.state.statements import insert_into, storable

KEPT = 10_000


class Store:
    def __init__(self, state: State, kept: int = KEPT) -> None:
        self._state = state
        self._kept = kept

    async def add(
        self, request: Request, analyzers: Sequence[str], deadline: datetime, now: datetime, *, dispatch: bool
    ) -> Dispatch | Publication | None:
        """Adds a new analysis; an existing one stays as it is.

        Returns what the caller has to publish: the jobs without a finding, or the result if it is decided; nothing if
        another replica is doing it, or if the analysis is erased. Without `dispatch`, a running analysis is left to
        `claim_waiting`.
        """

        async def work(connection: AsyncConnection) -> Dispatch | Publication | None:
            if await is_erased(connection, request.analysis, request.submitted_at):
                return None
            added = await connection.execute(
                insert_into(connection, ANALYSIS)
                .values(
                    id=request.analysis,
                    state="running",
                    urgent=request.urgency == "urgent",
                    analyzers=json.dumps(list(analyzers)),
                    request=request.model_dump_json(by_alias=True),
                    filename=storable(request.filename),
                    submitted_at=request.submitted_at.timestamp(),
                    deadline_at=deadline.timestamp(),
                    dispatched=False,
                    published=False,
                    trace=request.traceparent or traceparent(),
                )
                .on_conflict_do_nothing(index_elements=["id"])
            )
            if added.rowcount:
                await count_analysis(connection, "submitted")
            row = await lock_analysis(connection, request.analysis)
            if row is None or row.claimed_until > now.timestamp():
                return None
            if row.state != "running":
                return None if row.published else await claim_publication(connection, row, now)
            analysis = await read_analysis(connection, row)
            if row.deadline_at <= now.timestamp():
                return await conclude(connection, analysis, now)
            if not dispatch:
                return None
            return Dispatch(await make_claim(connection, row.id, now), analysis)

        return await self._state.run(work)

    async def mark_dispatched(self, analysis: str) -> None:
        """Marks that the broker confirmed all jobs."""
        async with self._state.transaction() as connection:
            await connection.execute(
                update(ANALYSIS)
                # Once it is decided, the claim belongs to the publication of its result.
                .where(ANALYSIS.c.id == analysis, ANALYSIS.c.state == "running")
                .values(dispatched=True, claimed_until=0)
            )

    async def add_finding(self, finding: Finding, now: datetime) -> Publication | None:
        """Adds a finding, and decides the result in the same transaction if it is the last one.

        Only the first finding of an analyzer counts; a redelivered job produces the same again. The analysis is there:
        its jobs are published after it is committed.

        :raises PermanentError: if no analysis expects the finding.
        """

        async def work(connection: AsyncConnection) -> Publication | None:
            row = await lock_analysis(connection, finding.analysis)
            if row is None:
                if await is_erased(connection, finding.analysis):
                    return None
                raise PermanentError(f'analysis "{finding.analysis}" is unknown here')
            analyzers = json.loads(row.analyzers)
            if finding.analyzer not in analyzers:
                raise PermanentError(f'analysis "{finding.analysis}" asked no analyzer "{finding.analyzer}"')
            if row.state != "running":
                return None
            await connection.execute(
                insert_into(connection, FINDING)
                .values(
                    analysis=finding.analysis,
                    analyzer=finding.analyzer,
                    body=finding.model_dump_json(by_alias=True),
                )
                .on_conflict_do_nothing()
            )
            present = select(func.count()).select_from(FINDING).where(FINDING.c.analysis == finding.analysis)
            if (await connection.scalar(present) or 0) < len(analyzers):
                return None
            return await conclude(connection, await read_analysis(connection, row), now)

        return await self._state.run(work)

    async def claim_waiting(self, now: datetime, limit: int) -> list[Dispatch]:
        """Claims analyses with unpublished jobs."""

        async def work(connection: AsyncConnection) -> list[Dispatch]:
            rows = await connection.execute(
                select_claimable(now)
                .where(ANALYSIS.c.state == "running", ~ANALYSIS.c.dispatched)
                .where(ANALYSIS.c.deadline_at > now.timestamp())
                .limit(limit)
            )
            return [
                Dispatch(await make_claim(connection, row.id, now), await read_analysis(connection, row))
                for row in rows.all()
            ]

        return await self._state.run(work)

    async def claim_overdue(self, now: datetime, limit: int) -> list[Publication]:
        """Decides running analyses whose deadline has passed."""

        async def work(connection: AsyncConnection) -> list[Publication]:
            rows = await connection.execute(
                select(ANALYSIS)
                .where(ANALYSIS.c.state == "running", ANALYSIS.c.deadline_at <= now.timestamp())
                .order_by(ANALYSIS.c.urgent.desc(), ANALYSIS.c.deadline_at, ANALYSIS.c.number)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            return [await conclude(connection, await read_analysis(connection, row), now) for row in rows.all()]

        return await self._state.run(work)

    async def claim_unpublished(self, now: datetime, limit: int) -> list[Publication]:
        """Claims decided results that no replica has published."""

        async def work(connection: AsyncConnection) -> list[Publication]:
            rows = await connection.execute(
                select_claimable(now).where(ANALYSIS.c.state != "running", ~ANALYSIS.c.published).limit(limit)
            )
            return [await claim_publication(connection, row, now) for row in rows.all()]

        return await self._state.run(work)

    async def mark_published(self, analysis: str) -> None:
        """Marks that the broker confirmed the result."""
        async with self._state.transaction() as connection:
            await connection.execute(
                update(ANALYSIS).where(ANALYSIS.c.id == analysis).values(published=True, alert=None, claimed_until=0)
            )

    async def release(self, claim: Claim) -> None:
        """Returns a claim after a failed publish, so that the next round tries again."""
        async with self._state.transaction() as connection:
            await connection.execute(
                update(ANALYSIS)
                .where(ANALYSIS.c.id == claim.analysis, ANALYSIS.c.claimed_until == claim.until)
                .values(claimed_until=0)
            )

    async def erase(self, erasure: Erasure, now: datetime) -> None:
        """Deletes one analysis, or all that were submitted before a time: also running ones."""
        async with self._state.transaction() as connection:
            await record(connection, erasure, now)
            if erasure.analysis is not None:
                await connection.execute(delete(ANALYSIS).where(ANALYSIS.c.id == erasure.analysis))
            if erasure.before is not None:
                # Their findings are still to come, and have no time of submission.
                old = (ANALYSIS.c.state == "running") & (ANALYSIS.c.submitted_at < erasure.before.timestamp())
                for identity in (await connection.scalars(select(ANALYSIS.c.id).where(old))).all():
                    await record(connection, replace(erasure, analysis=identity, before=None), now)
        if erasure.before is not None:
            await self._delete(ANALYSIS.c.submitted_at < erasure.before.timestamp())

    async def expire_retention(self, now: datetime) -> None:
        """Deletes what is older than its retention, and what a late transaction stored after its erasure."""
        finished = (ANALYSIS.c.state != "running") & ANALYSIS.c.published
        await self._delete(finished & (ANALYSIS.c.submitted_at < (now - retention.ANALYSES).timestamp()))
        async with self._state.transaction() as connection:
            erased = await erased_since(connection, now - timedelta(hours=1))
            if erased:
                await connection.execute(delete(ANALYSIS).where(ANALYSIS.c.id.in_(erased)))
            await forget(connection, now)

    async def _delete(self, condition: ColumnElement[bool]) -> None:
        """Deletes in batches."""
        some = select(ANALYSIS.c.number).where(condition).limit(retention.BATCH)
        removed = retention.BATCH
        while removed == retention.BATCH:
            async with self._state.transaction() as connection:
                removed = (await connection.execute(delete(ANALYSIS).where(ANALYSIS.c.number.in_(some)))).rowcount

    async def prune(self) -> int:
        """Keeps the newest finished analyses for status requests; without a limit, the table would grow forever."""

        async def work(connection: AsyncConnection) -> int:
            finished = (ANALYSIS.c.state != "running") & ANALYSIS.c.published
            oldest = select(ANALYSIS.c.number).where(finished).order_by(ANALYSIS.c.number.desc()).offset(self._kept)
            newest_removed = await connection.scalar(oldest.limit(1))
            if newest_removed is None:
                return 0
            return (
                await connection.execute(delete(ANALYSIS).where(finished, ANALYSIS.c.number <= newest_removed))
            ).rowcount

        return await self._state.run(work)

    async def get(self, analysis: str) -> tuple[Analysis, Result | None] | None:
        """An analysis and its result; None if it is unknown or finished too long ago."""
        async with self._state.transaction() as connection:
            row = (await connection.execute(select(ANALYSIS).where(ANALYSIS.c.id == analysis))).one_or_none()
            if row is None:
                return None
            result = None if row.result is None else Result.model_validate_json(row.result)
            return await read_analysis(connection, row), result
