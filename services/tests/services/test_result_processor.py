"""Results are stored once and published every time."""

from pathlib import Path
from typing import Literal

from fakes import DELIVERY, NOW, FakePublisher
from spot_services.payload import Result
from spot_services.result_processor.processor import Processor, ResultStore


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


async def test_publishes_the_notification_that_fits_the_state(tmp_path: Path) -> None:
    store, publisher = ResultStore(tmp_path / "r.db"), FakePublisher()
    await store.open()
    processor = Processor(store, publisher, "result-processor", lambda: NOW)
    await processor.on_result(result("failed", None), DELIVERY)
    # The first result counts: one that is computed again after a crash must not contradict the published one.
    await processor.on_result(result("completed", 3), DELIVERY)
    await store.close()
    assert publisher.names == ["failed", "failed"]
    assert publisher.ids[0] == publisher.ids[1]
    notification = publisher.published[0][1].model_dump()
    assert (notification["kind"], notification["missing"], notification["subject"]) == ("failed", ["links"], "Hello")
