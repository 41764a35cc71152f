"""The stored results."""

from datetime import datetime, timedelta

from sqlalchemy import Column, ColumnElement, Double, Index, Integer, MetaData, String, Table, Text, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from spot_messaging import Erasure
from spot_services import retention
from spot_services.erasure import erased_since, forget, is_erased, record
from spot_services.payload import Result
from spot_services.state import State
from spot_services.state.statements import insert_into

METADATA = MetaData()

RESULT = Table(
    "result",
    METADATA,
    Column("analysis", String(100), primary_key=True),
    Column("state", String(20), nullable=False),
    Column("verdict", String(20)),
    Column("score", Integer),
    Column("submitted_at", Double, nullable=False),
    Column("finished_at", Double, nullable=False),
    Column("body", Text, nullable=False),
    Index("result_finished", "finished_at"),
)


class ResultStore:
    def __init__(self, state: State) -> None:
        self._state = state

    async def add(self, result: Result) -> tuple[Result, bool] | None:
        """Stores a result; returns the one that was stored first, and whether it is this one; nothing if the analysis
        is erased.
        """

        async def work(connection: AsyncConnection) -> tuple[Result, bool] | None:
            if await is_erased(connection, result.analysis, result.submitted_at):
                return None
            added = await connection.execute(
                insert_into(connection, RESULT)
                .values(
                    analysis=result.analysis,
                    state=result.state,
                    verdict=result.verdict,
                    score=result.score,
                    submitted_at=result.submitted_at.timestamp(),
                    finished_at=result.finished_at.timestamp(),
                    body=result.model_dump_json(by_alias=True),
                )
                .on_conflict_do_nothing(index_elements=["analysis"])
            )
            if added.rowcount:
                return result, True
            body = await connection.scalar(select(RESULT.c.body).where(RESULT.c.analysis == result.analysis))
            # Erased in between: then this is the one.
            return (result if body is None else Result.model_validate_json(body)), False

        return await self._state.run(work)

    async def erase(self, erasure: Erasure, now: datetime) -> None:
        """Deletes the results of one analysis, or all of analyses that were submitted before a time."""
        async with self._state.transaction() as connection:
            await record(connection, erasure, now)
            if erasure.analysis is not None:
                await connection.execute(delete(RESULT).where(RESULT.c.analysis == erasure.analysis))
        if erasure.before is not None:
            await self._delete(RESULT.c.submitted_at < erasure.before.timestamp())

    async def prune(self, now: datetime) -> None:
        """Deletes what is older than its retention, and what a late transaction stored after its erasure."""
        await self._delete(RESULT.c.finished_at < (now - retention.RESULTS).timestamp())
        async with self._state.transaction() as connection:
            erased = await erased_since(connection, now - timedelta(hours=1))
            if erased:
                await connection.execute(delete(RESULT).where(RESULT.c.analysis.in_(erased)))
            await forget(connection, now)

    async def _delete(self, condition: ColumnElement[bool]) -> None:
        """Deletes in batches."""
        some = select(RESULT.c.analysis).where(condition).limit(retention.BATCH)
        removed = retention.BATCH
        while removed == retention.BATCH:
            async with self._state.transaction() as connection:
                removed = (await connection.execute(delete(RESULT).where(RESULT.c.analysis.in_(some)))).rowcount
