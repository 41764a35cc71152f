"""Erased analyses: their rows are deleted, and a late or redriven message must not bring them back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, Double, MetaData, String, Table, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from spot_messaging import Erasure
from spot_services.retention import ERASED
from spot_services.state.statements import insert_into

METADATA = MetaData()

TABLE = Table(
    "erased",
    METADATA,
    # An id; or empty, for all analyses that were submitted before a time.
    Column("analysis", String(100), primary_key=True),
    Column("before", Double),
    Column("at", Double, nullable=False),
)
_ALL = ""


async def record(connection: AsyncConnection, erasure: Erasure, now: datetime) -> None:
    """Remembers an erasure. A repeated one, and one of an earlier time, changes nothing."""
    before = None if erasure.before is None else erasure.before.timestamp()
    statement = insert_into(connection, TABLE).values(
        analysis=erasure.analysis or _ALL, before=before, at=now.timestamp()
    )
    if before is None:
        await connection.execute(statement.on_conflict_do_nothing(index_elements=["analysis"]))
        return
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["analysis"],
            set_={"before": before, "at": now.timestamp()},
            where=TABLE.c.before < before,
        )
    )


async def is_erased(connection: AsyncConnection, analysis: str, submitted_at: datetime | None = None) -> bool:
    """Whether an analysis must not be stored again: erased by its id, or submitted before an erased time."""
    matches = TABLE.c.analysis == analysis
    if submitted_at is not None:
        matches = or_(matches, (TABLE.c.analysis == _ALL) & (TABLE.c.before > submitted_at.timestamp()))
    return bool(await connection.scalar(select(func.count()).select_from(TABLE).where(matches)))


async def erased_since(connection: AsyncConnection, since: datetime) -> Sequence[str]:
    """The ids of the analyses that were erased recently.

    A transaction that began before an erasure can store a row after it; the owner deletes such rows again.
    """
    recent = (TABLE.c.at >= since.timestamp()) & (TABLE.c.analysis != _ALL)
    return (await connection.scalars(select(TABLE.c.analysis).where(recent))).all()


async def forget(connection: AsyncConnection, now: datetime) -> None:
    """Deletes what no message can refer to any longer."""
    ended = (TABLE.c.at < (now - ERASED).timestamp()) & (TABLE.c.analysis != _ALL)
    await connection.execute(delete(TABLE).where(ended))
