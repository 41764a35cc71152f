"""Results are stored once and published every time."""

import asyncio
from typing import Literal

from conftest import Database
from fakes import DELIVERY, NOW, FakePublisher
from spot_services.payload import Result
from spot_services.result_processor.processor import Processor
from spot_services.result_processor.store import ResultStore


def result(state: Literal["completed", "failed"], score: int | None) -> Result:
    return Result(
        analysis="a-1",
        state=state,
        verdict=None if score is None else "clean",
        score=score,
        reasons=["because"],
        missing=[] if score is not None else ["links"],
        findings=[],
        filename="a.eml",
        subject="Hello",
        urgency="normal",
        submitted_at=NOW,
        finished_at=NOW,
    )


async def test_publishes_the_notification_that_fits_the_state(database: Database) -> None:
    async with database.opened("result_processor") as state:
        publisher = FakePublisher()
        processor = Processor(ResultStore(state), publisher, "result-processor", lambda: NOW)
        await processor.on_result(result("failed", None), DELIVERY)
        # The first result counts: one that is computed again after a crash must not contradict the published one.
        await processor.on_result(result("completed", 3), DELIVERY)
    assert publisher.names == ["failed", "failed"]
    assert publisher.ids[0] == publisher.ids[1]
    notification = publisher.published[0][1].model_dump()
    assert (notification["kind"], notification["missing"], notification["subject"]) == ("failed", ["links"], "Hello")


async def test_replicas_that_store_different_results_publish_the_same(postgres_database: Database) -> None:
    async with postgres_database.opened("result_processor") as one, postgres_database.opened("result_processor") as two:
        publisher = FakePublisher()
        processors = [Processor(ResultStore(state), publisher, "result-processor", lambda: NOW) for state in (one, two)]
        await asyncio.gather(
            *(
                processor.on_result(given, DELIVERY)
                for processor in processors
                for given in (result("failed", None), result("completed", 3))
            )
        )
    assert len(publisher.names) == 4
    assert len({notification.model_dump_json() for _, notification in publisher.published}) == 1
