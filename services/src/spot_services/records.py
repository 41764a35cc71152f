"""`python -m spot_services records [since]`: prints what a service has stored about mails, one JSON object a line.

It runs in the container of the service and only reads; `npm run account` matches the records of all services.
"""

import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from sqlalchemy import URL, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from spot_messaging import Refusal
from spot_messaging.refusal import UNREACHABLE
from spot_services.state.engine import postgres_engine
from spot_services.state.failure import diagnose
from spot_services.state.settings import read_database_settings

# Times are seconds since 1970. The names are those of the printed fields.
_QUERIES = {
    "gateway": "SELECT id, outcome, state, submitted_at AS at FROM submission WHERE submitted_at >= :since",
    "analyzer_orchestrator": (
        'SELECT id, state, submitted_at AS at, deadline_at AS "deadlineAt", published'
        " FROM analysis WHERE submitted_at >= :since"
    ),
    "result_processor": ("SELECT analysis AS id, state, finished_at AS at FROM result WHERE submitted_at >= :since"),
    "notifier": "SELECT analysis AS id, channel, message, state, repeats, at FROM delivery WHERE at >= :since",
}
_FLAGS = frozenset({"published"})


async def read_records(
    service: str, since: float, data: Path, environment: Mapping[str, str] = os.environ
) -> AsyncIterator[dict[str, object]]:
    """The records of a service.

    :raises Refusal: if the service keeps none, or the database cannot be read.
    """
    schema = service.replace("-", "_")
    if schema not in _QUERIES:
        known = ", ".join(sorted(name.replace("_", "-") for name in _QUERIES))
        raise Refusal([f'service "{service}": keeps no records; those that do: {known}'])
    engine, place = _engine(schema, data, environment)
    try:
        async with engine.connect() as connection:
            rows = await connection.stream(text(_QUERIES[schema]), {"since": since})
            async for row in rows.mappings():
                record = {name: bool(value) if name in _FLAGS else value for name, value in row.items()}
                yield {"service": service, **record}
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        failure = diagnose(error, place)
        if failure is None:
            raise
        raise Refusal([failure.sentence], 2 if failure.is_wrong_input else UNREACHABLE) from None
    finally:
        await engine.dispose()


async def print_records(service: str, since: float, data: Path) -> None:
    """:raises Refusal: if the service keeps none, or the database cannot be read."""
    async for record in read_records(service, since, data):
        sys.stdout.write(f"{json.dumps(record)}\n")


def _engine(schema: str, data: Path, environment: Mapping[str, str]) -> tuple[AsyncEngine, str]:
    """:raises Refusal: if there is no database."""
    settings = read_database_settings(environment)
    if settings is not None:
        return postgres_engine(settings, schema), settings.place
    # The service itself has the lock and writes; a reader does not disturb it.
    path = data / f"{schema}.db"
    if not path.exists():
        raise Refusal([f'database "{path}": does not exist; start the service, which creates it'])
    url = URL.create("sqlite+aiosqlite", database=f"file:{path}", query={"mode": "ro", "uri": "true"})
    return create_async_engine(url), f'database "{path}"'
