"""The ledger of notifications: each is sent once per channel, by one replica at a time."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    Double,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from spot_messaging import Erasure
from spot_services import retention
from spot_services.clock import Clock, now
from spot_services.erasure import erased_since, forget, is_erased, record
from spot_services.state import State
from spot_services.state.statements import insert_into

KEPT = 50_000
# Above a channel's own time limit: an expired claim means that its replica is lost, and its answer with it.
CLAIM_SECONDS = 45.0

METADATA = MetaData()

DELIVERY = Table(
    "delivery",
    METADATA,
    Column("channel", String(50), primary_key=True),
    Column("message", String(255), primary_key=True),
    Column("analysis", String(100)),
    Column("state", String(20), nullable=False),
    Column("claimed_until", Double),
    # How many times it was sent again after a lost answer.
    Column("repeats", Integer, nullable=False, server_default="0"),
    Column("at", Double, nullable=False),
    CheckConstraint("state IN ('sending', 'unanswered', 'sent')", name="delivery_state"),
    Index("delivery_at", "at"),
    Index("delivery_analysis", "analysis"),
)


@dataclass(frozen=True)
class Claim:
    """The right to send one notification now; it expires."""

    channel: str
    message: str
    until: float
    # The attempt before has no answer: the receiver may get the notification a second time.
    is_repeat: bool


class Ledger:
    def __init__(self, state: State, kept: int = KEPT, clock: Clock = now) -> None:
        self._state = state
        self._kept = kept
        self._clock = clock

    async def claim(
        self, channel: str, message: str, analysis: str, notified_at: datetime
    ) -> Claim | Literal["sent", "sending", "erased"]:
        """Claims the sending, unless the notification is sent, another handler or replica is sending it, or its
        analysis is erased.
        """
        message = _key(message)

        async def work(connection: AsyncConnection) -> Claim | Literal["sent", "sending", "erased"]:
            if await is_erased(connection, analysis, notified_at):
                return "erased"
            at = self._clock().timestamp()
            until = at + CLAIM_SECONDS
            added = await connection.execute(
                insert_into(connection, DELIVERY)
                .values(
                    channel=channel, message=message, analysis=analysis, state="sending", claimed_until=until, at=at
                )
                .on_conflict_do_nothing(index_elements=["channel", "message"])
            )
            if added.rowcount:
                return Claim(channel, message, until, is_repeat=False)
            row = (await connection.execute(select(DELIVERY).where(_is(channel, message)).with_for_update())).one()
            if row.state == "sent":
                return "sent"
            if row.state == "sending" and row.claimed_until > at:
                return "sending"
            await connection.execute(
                update(DELIVERY)
                .where(_is(channel, message))
                .values(state="sending", claimed_until=until, repeats=DELIVERY.c.repeats + 1)
            )
            return Claim(channel, message, until, is_repeat=True)

        return await self._state.run(work)

    async def settle(self, claim: Claim) -> None:
        """Marks a claimed notification as sent."""
        async with self._state.transaction() as connection:
            await connection.execute(
                update(DELIVERY)
                .where(_is(claim.channel, claim.message))
                .values(state="sent", claimed_until=None, at=self._clock().timestamp())
            )

    async def release(self, claim: Claim, *, answer_lost: bool) -> None:
        """Returns a claim after a failed attempt. The next attempt is a repetition if the answer was lost."""
        mine = _is(claim.channel, claim.message) & (DELIVERY.c.claimed_until == claim.until)
        async with self._state.transaction() as connection:
            # An attempt before it without an answer stays one.
            if answer_lost or claim.is_repeat:
                await connection.execute(update(DELIVERY).where(mine).values(state="unanswered", claimed_until=None))
            else:
                await connection.execute(delete(DELIVERY).where(mine))

    async def erase(self, erasure: Erasure) -> None:
        """Deletes the deliveries of one analysis, or all before a time."""
        async with self._state.transaction() as connection:
            await record(connection, erasure, self._clock())
            if erasure.analysis is not None:
                await connection.execute(delete(DELIVERY).where(DELIVERY.c.analysis == erasure.analysis))
        if erasure.before is not None:
            await self._delete(DELIVERY.c.at < erasure.before.timestamp())

    async def expire_retention(self) -> None:
        """Deletes what is older than its retention, and what a late transaction stored after its erasure."""
        now = self._clock()
        await self._delete(DELIVERY.c.at < (now - retention.NOTIFICATIONS).timestamp())
        async with self._state.transaction() as connection:
            erased = await erased_since(connection, now - timedelta(hours=1))
            if erased:
                await connection.execute(delete(DELIVERY).where(DELIVERY.c.analysis.in_(erased)))
            await forget(connection, now)

    async def _delete(self, condition: ColumnElement[bool]) -> None:
        """Deletes in batches."""
        key = tuple_(DELIVERY.c.channel, DELIVERY.c.message)
        some = select(DELIVERY.c.channel, DELIVERY.c.message).where(condition).limit(retention.BATCH)
        removed = retention.BATCH
        while removed == retention.BATCH:
            async with self._state.transaction() as connection:
                removed = (await connection.execute(delete(DELIVERY).where(key.in_(some)))).rowcount

    async def prune(self) -> int:
        """Forgets the oldest; without a limit, the table would grow forever."""

        async def work(connection: AsyncConnection) -> int:
            newest_removed = await connection.scalar(
                select(DELIVERY.c.at).order_by(DELIVERY.c.at.desc()).offset(self._kept).limit(1)
            )
            if newest_removed is None:
                return 0
            return (await connection.execute(delete(DELIVERY).where(DELIVERY.c.at <= newest_removed))).rowcount

        return await self._state.run(work)


def _is(channel: str, message: str) -> ColumnElement[bool]:
    return (DELIVERY.c.channel == channel) & (DELIVERY.c.message == message)


def _key(message: str) -> str:
    """The publisher chooses the id: what a column cannot hold is replaced by its digest."""
    if message.isprintable() and message.isascii() and len(message) <= 255:
        return message
    return hashlib.sha256(message.encode("utf-8", "surrogatepass")).hexdigest()
