"""The records of a service can be read while it runs, on both databases."""

from pathlib import Path

import pytest
from sqlalchemy import text

from conftest import Database
from spot_messaging import Refusal
from spot_services.records import read_records

_ROWS = {
    "gateway": (
        "INSERT INTO submission (id, token, key, digest, size, urgency, submitted_at, stored, outcome, uncertain,"
        " lease_until, check_at, state) VALUES (:id, '', CAST(:id AS VARCHAR), '', 1, 'normal', :at, true, 'confirmed',"
        " false, 0, 0, 'completed')"
    ),
    "analyzer-orchestrator": (
        "INSERT INTO analysis (id, state, urgent, analyzers, submitted_at, deadline_at, dispatched, published)"
        " VALUES (:id, 'completed', false, '[]', :at, 20.5, true, true)"
    ),
    "result-processor": (
        "INSERT INTO result (analysis, state, submitted_at, finished_at, body) VALUES (:id, 'failed', :at, 11.0, '{}')"
    ),
    "notifier": (
        "INSERT INTO delivery (channel, message, analysis, state, repeats, at)"
        " VALUES ('email', :id || '-m', :id, 'sent', 2, :at)"
    ),
}
_RECORDS = {
    "gateway": {"id": "b", "outcome": "confirmed", "state": "completed", "at": 10.0},
    "analyzer-orchestrator": {"id": "b", "state": "completed", "at": 10.0, "deadlineAt": 20.5, "published": True},
    "result-processor": {"id": "b", "state": "failed", "at": 11.0},
    "notifier": {"id": "b", "channel": "email", "message": "b-m", "state": "sent", "repeats": 2, "at": 10.0},
}


@pytest.mark.parametrize("service", sorted(_ROWS))
async def test_reads_the_records_since_a_time_while_the_service_has_its_state_open(
    database: Database, service: str
) -> None:
    async with database.opened(service.replace("-", "_")) as state:
        async with state.transaction() as connection:
            for identity, at in (("a", 1.0), ("b", 10.0)):
                await connection.execute(text(_ROWS[service]), {"id": identity, "at": at})
        found = [record async for record in read_records(service, 5.0, database.folder, database.environment)]
    assert found == [{"service": service, **_RECORDS[service]}]


async def test_names_the_services_that_keep_records(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r'service "analyzer\.links": keeps no records; those that do: analyzer-orch'):
        async for _ in read_records("analyzer.links", 0.0, tmp_path, {}):
            pass


async def test_says_that_a_database_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="does not exist; start the service"):
        async for _ in read_records("notifier", 0.0, tmp_path, {}):
            pass
