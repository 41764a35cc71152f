"""Claims: one replica publishes what another one may not publish at the same time."""

import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from spot_services.orchestrator.decision import Analysis, Decision, decide
from spot_services.orchestrator.tables import ANALYSIS, COUNTER, COUNTER_SLOTS, FINDING
from spot_services.payload import Finding, Notification, Request, Result
from spot_services.state.statements import insert_into

# Above a publish's own time limits: an expired claim means that its replica is lost.
CLAIM_SECONDS = 40.0

# Urgent first, then the oldest.
_ORDER = (ANALYSIS.c.urgent.desc(), ANALYSIS.c.number)


@dataclass(frozen=True)
class Claim:
    """The right of one replica to publish something of an analysis; it expires."""

    analysis: str
    until: float


@dataclass(frozen=True)
class Dispatch:
    """Jobs to publish."""

    claim: Claim
    analysis: Analysis


@dataclass(frozen=True)
class Publication:
    """A decided result to publish."""

    claim: Claim
    decision: Decision
    trace: str | None


async def lock_analysis(connection: AsyncConnection, analysis: str) -> "Row[Any] | None":
    """The row, which other replicas cannot change before the transaction ends."""
    query = select(ANALYSIS).where(ANALYSIS.c.id == analysis).with_for_update()
    return (await connection.execute(query)).one_or_none()


def select_claimable(now: datetime) -> Any:
    return (
        select(ANALYSIS)
        .where(ANALYSIS.c.claimed_until <= now.timestamp())
        .order_by(*_ORDER)
        .with_for_update(skip_locked=True)
    )


async def make_claim(connection: AsyncConnection, analysis: str, now: datetime) -> Claim:
    claim = Claim(analysis, now.timestamp() + CLAIM_SECONDS)
    await connection.execute(update(ANALYSIS).where(ANALYSIS.c.id == analysis).values(claimed_until=claim.until))
    return claim


async def claim_publication(connection: AsyncConnection, row: "Row[Any]", now: datetime) -> Publication:
    alert = None if row.alert is None else Notification.model_validate_json(row.alert)
    decision = Decision(Result.model_validate_json(row.result), alert)
    return Publication(await make_claim(connection, row.id, now), decision, row.trace)


async def conclude(connection: AsyncConnection, analysis: Analysis, now: datetime) -> Publication:
    """Decides the result of a locked, running analysis; this replica publishes it after the commit."""
    decision = decide(analysis, now)
    claim = Claim(analysis.id, now.timestamp() + CLAIM_SECONDS)
    await connection.execute(
        update(ANALYSIS)
        .where(ANALYSIS.c.id == analysis.id)
        .values(
            state=decision.result.state,
            request=None,
            result=decision.result.model_dump_json(by_alias=True),
            alert=None if decision.alert is None else decision.alert.model_dump_json(by_alias=True),
            decided_at=now.timestamp(),
            claimed_until=claim.until,
        )
    )
    await connection.execute(delete(FINDING).where(FINDING.c.analysis == analysis.id))
    await count_analysis(connection, decision.result.state)
    return Publication(claim, decision, analysis.trace)


async def count_analysis(connection: AsyncConnection, name: str) -> None:
    statement = insert_into(connection, COUNTER).values(name=name, slot=random.randrange(COUNTER_SLOTS), value=1)  # noqa: S311
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["name", "slot"], set_={"value": COUNTER.c.value + statement.excluded.value}
        )
    )


async def read_analysis(connection: AsyncConnection, row: "Row[Any]") -> Analysis:
    bodies = await connection.scalars(
        select(FINDING.c.body).where(FINDING.c.analysis == row.id).order_by(FINDING.c.analyzer)
    )
    findings = [Finding.model_validate_json(body) for body in bodies.all()]
    return Analysis(
        id=row.id,
        state=row.state,
        analyzers=tuple(json.loads(row.analyzers)),
        dispatched=row.dispatched,
        deadline_at=datetime.fromtimestamp(row.deadline_at, UTC),
        request=None if row.request is None else Request.model_validate_json(row.request),
        findings={finding.analyzer: finding for finding in findings},
        trace=row.trace,
    )
