"""The four services that keep state, each with one step of its work on a real database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from fakes import DELIVERY, NOW, FakePublisher
from spot_services.notifier.ledger import Ledger
from spot_services.notifier.notifier import Notifier
from spot_services.payload import Notification, Result
from spot_services.result_processor.processor import Processor
from spot_services.result_processor.store import ResultStore
from spot_services.state import State, StateUnavailableError, open_state
from spot_services.state.failure import Failure
from support.gateway import running_gateway
from support.orchestrator import Bench as OrchestratorBench
from support.orchestrator import request

MAIL = b"From: a\r\n\r\nb"
KEY = "key-1"


@dataclass
class Keeper:
    """A service: one step of its work, which is repeated until it succeeds, and what it caused."""

    schema: str
    table: str
    state: State
    # Raises StateUnavailableError if the step is not acknowledged.
    step: Callable[[], Awaitable[None]]
    # The ids of what left the service.
    sent: Callable[[], Sequence[str | None]]
    # Ends leases and claims of a process that was lost.
    advance: Callable[[], None]

    async def attempt(self) -> StateUnavailableError | None:
        """The failure of one step; None if it succeeded."""
        try:
            await self.step()
        except StateUnavailableError as error:
            return error
        return None

    async def rows(self) -> int:
        async with self.state.transaction() as connection:
            return int(await connection.scalar(text(f"SELECT count(*) FROM {self.table}")) or 0)  # noqa: S608


@asynccontextmanager
async def open_keepers(folder: Path, environment: dict[str, str]) -> AsyncIterator[list[Keeper]]:
    """All four, with their own pools on one database."""
    async with AsyncExitStack() as resources:

        async def opened(schema: str) -> State:
            return await resources.enter_async_context(open_state(schema, folder, environment, start_wait=0))

        gateway = await resources.enter_async_context(running_gateway(await opened("gateway"), folder))

        async def submit() -> None:
            before = len(gateway.publisher.ids)
            answer = await gateway.post(MAIL, headers={"Idempotency-Key": KEY})
            if answer.status_code == 202:
                return
            body: dict[str, Any] = answer.json()
            assert (answer.status_code, "retry-after" in answer.headers) == (503, True), (answer.status_code, body)
            assert len(gateway.publisher.ids) == before
            # An earlier request with this key can be accepted, and only the database knows.
            assert body["outcome"] == "unknown"
            raise StateUnavailableError(Failure("http", body["error"]))

        orchestrator = OrchestratorBench(await opened("analyzer_orchestrator"))
        results, stored = FakePublisher(), await opened("result_processor")
        processor = Processor(ResultStore(stored), results, "result-processor")
        ledger_state = await opened("notifier")
        channel, clock = _Channel(), orchestrator.clock
        notifier = Notifier("email", channel, Ledger(ledger_state, clock=clock), clock)

        def advance() -> None:
            clock.time += timedelta(seconds=100)

        yield [
            Keeper(
                "gateway",
                "submission",
                gateway.submissions._state,
                submit,
                lambda: gateway.publisher.ids,
                lambda: gateway.clock.advance(100),
            ),
            Keeper(
                "analyzer_orchestrator",
                "analysis",
                orchestrator.state,
                lambda: orchestrator.orchestrator.on_request(request(), DELIVERY),
                lambda: orchestrator.publisher.ids,
                advance,
            ),
            Keeper(
                "result_processor",
                "result",
                stored,
                lambda: processor.on_result(_RESULT, DELIVERY),
                lambda: results.ids,
                lambda: None,
            ),
            Keeper(
                "notifier",
                "delivery",
                ledger_state,
                lambda: notifier.on_notification(_NOTIFICATION, DELIVERY),
                lambda: channel.sent,
                lambda: None,
            ),
        ]


class _Channel:
    def __init__(self) -> None:
        self.sent: list[str] = []

    async def send(self, _notification: Notification, message_id: str) -> None:
        self.sent.append(message_id)


async def attempts(keepers: Sequence[Keeper]) -> list[StateUnavailableError | None]:
    """One step of each, at the same time."""
    return await asyncio.gather(*(keeper.attempt() for keeper in keepers))


_RESULT = Result(
    analysis="a-1",
    state="completed",
    verdict="clean",
    score=0,
    reasons=[],
    missing=[],
    findings=[],
    filename=None,
    subject=None,
    urgency="normal",
    submitted_at=NOW,
    finished_at=NOW,
)
_NOTIFICATION = Notification(kind="completed", analysis="a-1", at=NOW)
