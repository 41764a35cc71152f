"""The submissions: what was sent, under which key, whether the broker has it, and how it ended."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from spot_messaging import Urgency
from spot_services.state import State

# Longer than all steps of one submission take together; after it, the process that had it is dead.
LEASE_SECONDS = 90.0

Outcome = Literal["unknown", "confirmed"]

_TABLE = sa.table(
    "submission",
    sa.column("id", sa.String),
    sa.column("token", sa.String),
    sa.column("key", sa.String),
    sa.column("digest", sa.String),
    sa.column("size", sa.BigInteger),
    sa.column("urgency", sa.String),
    sa.column("filename", sa.Text),
    sa.column("submitted_at", sa.Double),
    sa.column("stored", sa.Boolean),
    sa.column("outcome", sa.String),
    sa.column("uncertain", sa.Boolean),
    sa.column("lease_until", sa.Double),
    sa.column("checks", sa.Integer),
    sa.column("check_at", sa.Double),
    sa.column("state", sa.String),
    sa.column("answer", sa.Text),
)
_COLUMNS = _TABLE.c


@dataclass(frozen=True)
class Submission:
    id: str
    token: str
    key: str
    digest: str
    size: int
    urgency: Urgency
    filename: str | None
    submitted_at: datetime
    # Whether the mail store has the body.
    stored: bool = False
    # `unknown` until the broker, or the orchestrator, has confirmed it.
    outcome: Outcome = "unknown"
    # An earlier attempt may have reached the broker.
    uncertain: bool = False
    checks: int = 0
    # The terminal state, and the orchestrator's answer with it.
    state: str | None = None
    answer: str | None = None


@dataclass(frozen=True)
class Begun:
    """What `begin` found: the caller's own submission, or that of another mail or process."""

    submission: Submission
    # The caller publishes it; otherwise it is finished, or another process works on it.
    is_mine: bool


class Submissions:
    def __init__(self, state: State) -> None:
        self._state = state

    async def find(self, token: str, key: str) -> Submission | None:
        return await self._one((_COLUMNS.token == token) & (_COLUMNS.key == key))

    async def get(self, identity: str) -> Submission | None:
        return await self._one(_COLUMNS.id == identity)

    async def begin(self, submission: Submission, now: datetime) -> Begun:
        """Reserves the key. Of two requests with the same key, also in different processes, one gets the submission."""

        async def work(connection: AsyncConnection) -> Begun:
            await _lock_mail(connection, submission.digest, is_shared=True)
            lease = now.timestamp() + LEASE_SECONDS
            row = {
                "id": submission.id,
                "token": submission.token,
                "key": submission.key,
                "digest": submission.digest,
                "size": submission.size,
                "urgency": submission.urgency,
                "filename": submission.filename,
                "submitted_at": submission.submitted_at.timestamp(),
                "stored": False,
                "outcome": "unknown",
                "uncertain": False,
                "lease_until": lease,
                "check_at": lease,
                "checks": 0,
            }
            insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            statement = insert(_TABLE).values(row).on_conflict_do_nothing(index_elements=["token", "key"])
            if (await connection.execute(statement)).rowcount == 1:
                return Begun(submission, is_mine=True)
            same_key = (_COLUMNS.token == submission.token) & (_COLUMNS.key == submission.key)
            found = (await connection.execute(sa.select(_TABLE).where(same_key).with_for_update())).one()
            is_free = found.outcome == "unknown" and found.lease_until <= now.timestamp()
            if found.digest != submission.digest or not is_free:
                return Begun(_submission(found), is_mine=False)
            taken = {"lease_until": lease, "check_at": lease, "uncertain": found.uncertain or found.stored}
            await connection.execute(sa.update(_TABLE).where(_COLUMNS.id == found.id).values(taken))
            return Begun(_submission(found, uncertain=taken["uncertain"]), is_mine=True)

        return await self._state.run(work)

    async def mark_stored(self, identity: str) -> None:
        await self._update(_COLUMNS.id == identity, stored=True)

    async def confirm(self, identity: str, check_at: datetime) -> None:
        """The broker, or the orchestrator, has it."""
        await self._update(
            (_COLUMNS.id == identity) & _COLUMNS.state.is_(None), outcome="confirmed", check_at=check_at.timestamp()
        )

    async def release(self, identity: str, now: datetime, check_at: datetime) -> None:
        """The broker may have it: a repetition, or the reconciliation, continues."""
        await self._update(
            (_COLUMNS.id == identity) & (_COLUMNS.outcome == "unknown"),
            uncertain=True,
            lease_until=now.timestamp(),
            check_at=check_at.timestamp(),
        )

    async def withdraw(self, identity: str, now: datetime) -> bool:
        """Forgets a submission that the broker certainly has not. False if an earlier attempt may have reached it."""

        async def work(connection: AsyncConnection) -> bool:
            certain = (_COLUMNS.id == identity) & (_COLUMNS.outcome == "unknown") & ~_COLUMNS.uncertain
            if (await connection.execute(sa.delete(_TABLE).where(certain))).rowcount == 1:
                return True
            values = {"lease_until": now.timestamp(), "check_at": now.timestamp()}
            unknown = (_COLUMNS.id == identity) & (_COLUMNS.outcome == "unknown")
            await connection.execute(sa.update(_TABLE).where(unknown).values(values))
            return False

        return await self._state.run(work)

    async def finish(self, identity: str, state: str, answer: str) -> None:
        """Keeps the terminal state."""
        await self._update(_COLUMNS.id == identity, outcome="confirmed", state=state, answer=answer)

    async def postpone(self, identity: str, check_at: datetime) -> None:
        await self._update(_COLUMNS.id == identity, check_at=check_at.timestamp())

    async def claim_due(self, now: datetime, limit: int) -> list[Submission]:
        """The submissions without an end that must be checked now. Other processes do not get them for a minute."""

        async def work(connection: AsyncConnection) -> list[Submission]:
            due = (
                sa.select(_COLUMNS.id)
                .where(_COLUMNS.state.is_(None) & (_COLUMNS.check_at <= now.timestamp()))
                .order_by(_COLUMNS.check_at)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            identities = (await connection.execute(due)).scalars().all()
            if not identities:
                return []
            mine = _COLUMNS.id.in_(identities)
            claimed = {"check_at": now.timestamp() + 60, "checks": _COLUMNS.checks + 1}
            await connection.execute(sa.update(_TABLE).where(mine).values(claimed))
            rows = await connection.execute(sa.select(_TABLE).where(mine).order_by(_COLUMNS.submitted_at))
            return [_submission(row) for row in rows]

        return await self._state.run(work)

    async def page(self, after: tuple[float, str], limit: int) -> list[Submission]:
        """All submissions, the oldest first, after a time and an id."""
        later = sa.tuple_(_COLUMNS.submitted_at, _COLUMNS.id) > sa.tuple_(sa.literal(after[0]), sa.literal(after[1]))
        statement = sa.select(_TABLE).where(later).order_by(_COLUMNS.submitted_at, _COLUMNS.id).limit(limit)

        async def work(connection: AsyncConnection) -> list[Submission]:
            return [_submission(row) for row in await connection.execute(statement)]

        return await self._state.run(work)

    async def before(self, time: datetime, limit: int) -> list[str]:
        """The ids of submissions that are older than a time."""
        older = sa.select(_COLUMNS.id).where(_COLUMNS.submitted_at < time.timestamp())

        async def work(connection: AsyncConnection) -> Sequence[str]:
            return (await connection.execute(older.order_by(_COLUMNS.submitted_at).limit(limit))).scalars().all()

        return list(await self._state.run(work))

    async def erase(self, identity: str, delete: Callable[[str], Awaitable[None]]) -> bool:
        """Removes a submission, and its mail with `delete` if no other submission has the same mail.

        A submission of the same mail that begins during the erasure waits, and stores the mail again afterwards.
        """

        async def work(connection: AsyncConnection) -> bool:
            digest = await connection.scalar(sa.select(_COLUMNS.digest).where(_COLUMNS.id == identity))
            if digest is None:
                return False
            await _lock_mail(connection, digest, is_shared=False)
            same = sa.select(_COLUMNS.id).where(_COLUMNS.digest == digest)
            others = await connection.scalar(
                sa.select(sa.func.count()).select_from(same.where(_COLUMNS.id != identity).limit(1).subquery())
            )
            if not others:
                await delete(digest)
            await connection.execute(sa.delete(_TABLE).where(_COLUMNS.id == identity))
            return True

        return await self._state.run(work)

    async def discard(self, digest: str, since: datetime, delete: Callable[[str], Awaitable[None]]) -> bool:
        """Removes a mail with `delete` unless it was submitted since a time, also while it is submitted again."""

        async def work(connection: AsyncConnection) -> bool:
            await _lock_mail(connection, digest, is_shared=False)
            recent = (_COLUMNS.digest == digest) & (_COLUMNS.submitted_at >= since.timestamp())
            if await connection.scalar(sa.select(sa.exists().where(recent))):
                return False
            await delete(digest)
            return True

        return await self._state.run(work)

    async def needs(self, digest: str) -> bool:
        """Whether a submission has this mail."""
        statement = sa.select(sa.exists().where(_COLUMNS.digest == digest))

        async def work(connection: AsyncConnection) -> bool:
            return bool(await connection.scalar(statement))

        return await self._state.run(work)

    async def _one(self, condition: sa.ColumnElement[bool]) -> Submission | None:
        async def work(connection: AsyncConnection) -> Submission | None:
            row = (await connection.execute(sa.select(_TABLE).where(condition))).one_or_none()
            return None if row is None else _submission(row)

        return await self._state.run(work)

    async def _update(self, condition: sa.ColumnElement[bool], **values: object) -> None:
        async def work(connection: AsyncConnection) -> None:
            await connection.execute(sa.update(_TABLE).where(condition).values(values))

        await self._state.run(work)


async def _lock_mail(connection: AsyncConnection, digest: str, *, is_shared: bool) -> None:
    """Until the transaction ends: who deletes a mail waits for those who submit it, and they wait for the deletion.

    They store the mail after their transaction, so a mail that is needed is never deleted. In SQLite, one transaction
    waits for the other anyway.
    """
    if connection.dialect.name == "postgresql":
        lock = sa.func.pg_advisory_xact_lock_shared if is_shared else sa.func.pg_advisory_xact_lock
        await connection.execute(sa.select(lock(int.from_bytes(bytes.fromhex(digest[:16]), "big", signed=True))))


def _submission(row: sa.Row[Any], **changed: Any) -> Submission:
    values = {name: getattr(row, name) for name in Submission.__dataclass_fields__}
    values["submitted_at"] = datetime.fromtimestamp(row.submitted_at, UTC)
    return Submission(**{**values, **changed})
