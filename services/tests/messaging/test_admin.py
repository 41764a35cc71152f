"""Commands come from a stream that is read from its beginning at every start and after every reconnect."""

import asyncio
from datetime import UTC, datetime, timedelta

from spot_messaging import admin
from spot_messaging.admin import Admin, Command
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

    async def apply(paused: bool) -> None:
        applied.append(paused)

    running = asyncio.create_task(target.run(apply))
    for offset, command in enumerate(["pause", "resume", "pause", "resume", "pause"]):
        await send(target, command, offset)
    await asyncio.sleep(admin.QUIET * 2)
    assert applied == [True]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
