"""Commands come from a stream that is read from its beginning at every start and after every reconnect."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from spot_messaging import admin
from spot_messaging.admin import Admin, Command, Erasure
from spot_messaging.delivery import Delivery

LATER = datetime.now(UTC) + timedelta(hours=1)


class Reloads:
    count = 0

    def __call__(self) -> None:
        self.count += 1


async def send(target: Admin, command: str, offset: int, issued: datetime = LATER) -> None:
    payload = Command.model_validate_json(f'{{"command": "{command}", "issuedAt": "{issued.isoformat()}", "by": "me"}}')
    await target.handle(payload, Delivery(analysis="", message_id="", attempt=1, stream_offset=offset))


async def test_the_last_of_pause_and_resume_wins() -> None:
    target = Admin(Reloads())
    for offset, command in enumerate(["pause", "resume", "pause"]):
        await send(target, command, offset)
    assert target.paused
    await send(target, "resume", 3)
    assert not target.paused


async def test_a_replay_after_a_reconnect_changes_nothing() -> None:
    reloads = Reloads()
    target = Admin(reloads)
    await send(target, "pause", 0)
    await send(target, "resume", 1)
    await send(target, "reload", 2)
    for offset, command in enumerate(["pause", "resume", "reload"]):
        await send(target, command, offset)
        assert not target.paused
    assert reloads.count == 1


async def test_applies_commands_of_a_recreated_stream() -> None:
    target = Admin(Reloads())
    await send(target, "resume", 41)
    await send(target, "pause", 0, LATER + timedelta(seconds=1))
    assert target.paused


async def test_ignores_a_reload_from_before_its_start() -> None:
    reloads = Reloads()
    target = Admin(reloads)
    await send(target, "reload", 0, datetime.now(UTC) - timedelta(hours=1))
    assert reloads.count == 0
    await send(target, "reload", 1)
    assert reloads.count == 1


async def test_switches_once_for_a_burst_of_commands() -> None:
    target = Admin(Reloads())
    applied: list[bool] = []

    async def apply() -> None:
        applied.append(target.paused)

    running = asyncio.create_task(target.run(apply))
    for offset, command in enumerate(["pause", "resume", "pause", "resume", "pause"]):
        await send(target, command, offset)
    await asyncio.sleep(admin.QUIET * 2)
    assert applied == [True]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_erases_again_until_it_succeeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin, "FIRST_ERASE_PAUSE", 0)
    target = Admin(Reloads())
    calls: list[tuple[str, str | None]] = []

    async def rows(erasure: Erasure) -> None:
        calls.append(("rows", erasure.analysis))

    async def bodies(erasure: Erasure) -> None:
        calls.append(("bodies", erasure.analysis))
        if len(calls) < 4:
            raise OSError("the store is away")

    command = Command.model_validate_json('{"command":"erase","analysis":"a-1","issuedAt":"2026-01-05T09:00:00Z"}')
    await target.handle(command, Delivery(analysis="", message_id="", attempt=1, stream_offset=0))
    erasing = asyncio.create_task(target.erase([rows, bodies]))
    await asyncio.sleep(0.05)
    erasing.cancel()
    assert calls == [("rows", "a-1"), ("bodies", "a-1")] * 2
    assert target.paused is False


@pytest.mark.parametrize(
    "thing", [{}, {"analysis": "a-1", "before": "2026-01-05T09:00:00Z"}, {"before": "2026-01-05"}, {"analysis": 7}]
)
def test_refuses_an_erase_of_nothing_or_of_two_things(thing: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Command.model_validate_json(json.dumps({"command": "erase", "issuedAt": "2026-01-05T09:00:00Z", **thing}))
