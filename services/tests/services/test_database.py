"""One writer, whole transactions."""

import sqlite3
from pathlib import Path

import pytest

from spot_messaging import Refusal
from spot_services.database import Database

SCHEMA = "CREATE TABLE IF NOT EXISTS thing (name TEXT)"


async def test_undoes_a_transaction_that_fails(tmp_path: Path) -> None:
    database = Database(tmp_path / "t.db", SCHEMA)
    await database.open()

    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO thing VALUES ('half')")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await database.run(fail)
    count = await database.run(lambda connection: connection.execute("SELECT count(*) FROM thing").fetchone()[0])
    assert count == 0
    await database.close()


async def test_admits_one_process_at_a_time(tmp_path: Path) -> None:
    first, second = Database(tmp_path / "t.db", SCHEMA), Database(tmp_path / "t.db", SCHEMA)
    await first.open()
    with pytest.raises(Refusal) as raised:
        await second.open(lock_wait=0)
    assert raised.value.problems == [
        f'data "{tmp_path / "t.lock"}": another process uses it; run one replica of this service'
    ]
    await first.close()
    await second.open(lock_wait=0)
    await second.close()
