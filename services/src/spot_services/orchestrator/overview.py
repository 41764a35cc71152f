"""What status requests read: counts, the newest analyses, and the load."""

import json
from collections import deque
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import JsonValue
from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from spot_services.orchestrator.decision import Analysis
from spot_services.orchestrator.tables import ANALYSIS, COUNTER
from spot_services.payload import Result
from spot_services.state import State

WINDOW = timedelta(minutes=1)
INTAKE_WINDOW = timedelta(seconds=5)


class Overview:
    def __init__(self, state: State, deadline: timedelta) -> None:
        self._state = state
        self._deadline = deadline
        # When normal requests were taken from their queue, and how long they had waited there.
        self._taken: deque[tuple[datetime, timedelta]] = deque(maxlen=1_000)

    def took(self, waited: timedelta, now: datetime) -> None:
        """A normal request was delivered for the first time."""
        self._taken.append((now, waited))

    async def read(self, newest: int, now: datetime) -> dict[str, JsonValue]:
        """Counts since the tables were created, the load, and a summary of the newest analyses."""
        async with self._state.transaction(is_overview=True) as connection:
            counters = select(COUNTER.c.name, func.sum(COUNTER.c.value)).group_by(COUNTER.c.name)
            counts = {name: int(value) for name, value in (await connection.execute(counters)).all()}
            load = await self._load(connection, now)
            overview: dict[str, JsonValue] = {
                "submitted": counts.get("submitted", 0),
                "completed": counts.get("completed", 0),
                "failed": counts.get("failed", 0),
                "running": load["running"],
                "load": load,
            }
            if newest:
                rows = await connection.execute(select(ANALYSIS).order_by(ANALYSIS.c.number.desc()).limit(newest))
                overview["analyses"] = [_brief(row) for row in rows.all()]
            return overview

    async def _load(self, connection: AsyncConnection, now: datetime) -> dict[str, JsonValue]:
        running = await self._running(connection)
        oldest = min((submitted for _, submitted in running.values()), default=None)
        normal, urgent = await self._rates(connection, now)
        return {
            "running": sum(number for number, _ in running.values()),
            "urgent": running.get(True, (0, 0.0))[0],
            "concludedPerSecond": round(normal + urgent, 3),
            "urgentConcludedPerSecond": round(urgent, 3),
            "intakeSeconds": round(self._intake(now).total_seconds(), 3),
            "deadlineSeconds": self._deadline.total_seconds(),
            "oldestSeconds": 0.0 if oldest is None else round(max(0.0, now.timestamp() - oldest), 3),
        }

    async def running(self) -> dict[bool, int]:
        """Running analyses, by whether they are urgent."""
        async with self._state.transaction(is_overview=True) as connection:
            return {urgent: number for urgent, (number, _) in (await self._running(connection)).items()}

    async def _running(self, connection: AsyncConnection) -> dict[bool, tuple[int, float]]:
        query = (
            select(ANALYSIS.c.urgent, func.count(), func.min(ANALYSIS.c.submitted_at))
            .where(ANALYSIS.c.state == "running")
            .group_by(ANALYSIS.c.urgent)
        )
        return {bool(urgent): (number, oldest) for urgent, number, oldest in (await connection.execute(query)).all()}

    def _intake(self, now: datetime) -> timedelta:
        """How long normal requests wait in their queue. The shortest counts: a lost replica's requests are old."""
        while self._taken and self._taken[0][0] < now - INTAKE_WINDOW:
            self._taken.popleft()
        return min((waited for _, waited in self._taken), default=timedelta())

    async def _rates(self, connection: AsyncConnection, now: datetime) -> tuple[float, float]:
        """Completed analyses per second, normal and urgent.

        Failed ones do not count, because expiry is not work. The time counts from the first completion within the last
        minute, so that the rate is right from the start of a burst.
        """
        query = (
            select(ANALYSIS.c.urgent, func.count(), func.min(ANALYSIS.c.decided_at))
            .where(ANALYSIS.c.decided_at > (now - WINDOW).timestamp(), ANALYSIS.c.state == "completed")
            .group_by(ANALYSIS.c.urgent)
        )
        found = {bool(urgent): (number, first) for urgent, number, first in (await connection.execute(query)).all()}
        first = min((first for _, first in found.values()), default=0.0)
        seconds = max(1.0, now.timestamp() - first)
        normal, urgent = (found.get(urgent, (0, 0.0))[0] / seconds for urgent in (False, True))
        return normal, urgent


def describe(analysis: Analysis, result: Result | None) -> dict[str, JsonValue]:
    """The public state of one analysis."""
    if result is not None:
        described: dict[str, JsonValue] = json.loads(result.model_dump_json(by_alias=True))
        del described["analysis"]
        return {"id": analysis.id, **described}
    request = analysis.request
    return {
        "id": analysis.id,
        "state": analysis.state,
        "verdict": None,
        "score": None,
        "filename": None if request is None else request.filename,
        "subject": None,
        "submittedAt": None if request is None else _time(request.submitted_at),
        "missing": list(analysis.missing),
        "findings": [finding.model_dump(mode="json", by_alias=True) for finding in analysis.findings.values()],
    }


def _brief(row: "Row[Any]") -> dict[str, JsonValue]:
    result = {} if row.result is None else json.loads(row.result)
    return {
        "id": row.id,
        "state": row.state,
        "verdict": result.get("verdict"),
        "score": result.get("score"),
        "filename": row.filename,
        "subject": result.get("subject"),
        "submittedAt": _time(datetime.fromtimestamp(row.submitted_at, UTC)),
    }


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")
