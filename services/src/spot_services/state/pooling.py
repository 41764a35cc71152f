"""Connection poolers in front of PostgreSQL: only those that give a session to one client are of use."""

from dataclasses import replace

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from spot_services.state.engine import postgres_engine
from spot_services.state.failure import POOLING, Failure, StateUnavailableError, diagnose
from spot_services.state.settings import DatabaseSettings

_PROCESS = text("SELECT pg_backend_pid()")
# A pooler that takes its sessions in turns shows it in the second look.
_LOOKS = 3


async def check_pooling(settings: DatabaseSettings) -> None:
    """A service needs a session of its own: for its settings, such as the schema, and for prepared statements.

    :raises StateUnavailableError: if a pooler gives this client's session to others between two transactions, or the
        database cannot work now.
    """
    # Connections of its own, because the pool of the service can have one only.
    engine = postgres_engine(replace(settings, connections=2), None)
    try:
        is_shared = await _is_session_shared(engine)
    except (SQLAlchemyError, OSError) as error:
        failure = diagnose(error, settings.place)
        if failure is None:
            raise
        raise StateUnavailableError(failure) from None
    finally:
        await engine.dispose()
    if is_shared:
        raise StateUnavailableError(Failure("pooling", f"{settings.place}: {POOLING}", is_wrong_input=True))


async def _is_session_shared(engine: AsyncEngine) -> bool:
    async with engine.connect() as one:
        announced = (await one.get_raw_connection()).driver_connection.get_server_pid()  # type: ignore[union-attr]
        # PostgreSQL announces the number of the process that serves the session; a pooler has numbers of its own.
        if await one.scalar(_PROCESS) == announced:
            return False
        async with engine.connect() as two:
            # The first one holds its process in a transaction. After its end, a pooler gives it to the second one.
            before = await _process(two)
            await one.rollback()
            return any([await _process(two) != before for _ in range(_LOOKS)])


async def _process(connection: AsyncConnection) -> int:
    process: int = await connection.scalar(_PROCESS)
    await connection.rollback()
    return process
