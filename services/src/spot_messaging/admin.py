"""Administration: commands that are replayed from a stream, so that every replica ends in the same state."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, model_validator

from spot_messaging.delivery import Delivery
from spot_messaging.failure import one_line
from spot_messaging.log import log

# The replay of a day's commands must result in one switch of the consumers, not in many.
QUIET = 0.3
FIRST_ERASE_PAUSE = 1.0
LONGEST_ERASE_PAUSE = 60.0


class Command(BaseModel):
    # Commands come from operators' tools of any version: an unknown field must not prevent a "pause".
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True, populate_by_name=True)

    command: Literal["pause", "resume", "reload", "erase"]
    issuedAt: AwareDatetime  # noqa: N815 - the wire's name
    # Of "erase": one analysis, or all that were submitted before a time.
    analysis: str | None = None
    before: AwareDatetime | None = None

    @model_validator(mode="after")
    def _erases_one_thing(self) -> Self:
        if self.command == "erase" and (self.analysis is None) == (self.before is None):
            raise ValueError("an erase needs either analysis or before")
        return self


@dataclass(frozen=True)
class Erasure:
    """What must be erased: one analysis, or all that were submitted before a time. Exactly one is set."""

    analysis: str | None
    before: datetime | None
    issued_at: datetime


class Admin:
    """Stores the requested state; `run` applies it to the consumers."""

    def __init__(self, reload: Callable[[], None]) -> None:
        self.paused = False
        self._reload = reload
        self._started = datetime.now(UTC)
        self._last_offset = -1
        self._last_issued = datetime.min.replace(tzinfo=UTC)
        self._changed = asyncio.Event()
        self._last_change = 0.0
        self._erasures: asyncio.Queue[Erasure] = asyncio.Queue()

    async def handle(self, command: Command, delivery: Delivery) -> None:
        if self._is_replay(command, delivery):
            return
        match command.command:
            case "pause" | "resume":
                self.paused = command.command == "pause"
                self._last_change = asyncio.get_running_loop().time()
                self._changed.set()
            case "reload" if command.issuedAt < self._started:
                # A service that started after the command has already read the new contract.
                return
            case "reload":
                self._reload()
            case "erase":
                self._erasures.put_nowait(Erasure(command.analysis, command.before, command.issuedAt))
        log("info", "command", command=command.command, issued_at=command.issuedAt.isoformat())

    def _is_replay(self, command: Command, delivery: Delivery) -> bool:
        """Whether the command was already applied:

        after a reconnect, the stream is read from its first message again. The offset alone is not enough, because a
        recreated stream starts at 0; so a command that was issued later counts as new.
        """
        offset = delivery.stream_offset
        if offset is None:
            return False
        seen = offset <= self._last_offset and command.issuedAt <= self._last_issued
        self._last_offset = offset if not seen else self._last_offset
        self._last_issued = max(self._last_issued, command.issuedAt)
        return seen

    async def settled(self, limit: float = 3.0) -> None:
        """Waits for the end of the replay, so that a paused service does not consume a few jobs first."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        while True:
            quiet_at = max(self._last_change, began) + QUIET
            wait = min(quiet_at, began + limit) - loop.time()
            if wait <= 0:
                return
            await asyncio.sleep(wait)

    async def run(self, apply: Callable[[], Awaitable[None]]) -> None:
        """Applies each change of state after a short time without commands."""
        while True:
            await self._changed.wait()
            await self.settled()
            self._changed.clear()
            await apply()

    async def erase(self, handlers: Sequence[Callable[[Erasure], Awaitable[None]]]) -> None:
        """Runs every erasure until it succeeds. The stream replays them after a restart, so they are idempotent."""
        while True:
            erasure = await self._erasures.get()
            pause = FIRST_ERASE_PAUSE
            while not await _erased(erasure, handlers):
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_ERASE_PAUSE)
            log("info", "erased", analysis=erasure.analysis, before=erasure.before, issued_at=erasure.issued_at)


async def _erased(erasure: Erasure, handlers: Sequence[Callable[[Erasure], Awaitable[None]]]) -> bool:
    try:
        for handler in handlers:
            await handler(erasure)
    except Exception as error:
        log("warning", "not erased yet", analysis=erasure.analysis, before=erasure.before, reason=one_line(error, 200))
        return False
    return True
