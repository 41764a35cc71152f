"""The stored results."""

from sqlalchemy import Column, Double, Index, Integer, MetaData, String, Table, Text, select
from sqlalchemy.ext.asyncio import AsyncConnection

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

    async def add(self, result: Result) -> tuple[Result, bool]:
        """Stores a result; returns the one that was stored first, and whether it is this one."""

        async def work(connection: AsyncConnection) -> tuple[Result, bool]:
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
