"""The engines of SQLAlchemy for the two databases."""

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, event
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from spot_services.state.failure import READ_ONLY
from spot_services.state.settings import DatabaseSettings

POOL_TIMEOUT = 5.0
# Above the limit of a transaction, which includes the wait for the transactions before it.
SQLITE_POOL_TIMEOUT = 60.0
CONNECT_TIMEOUT = 5.0
COMMAND_TIMEOUT = 10.0
# Load balancers forget idle connections; a fresh one costs milliseconds.
RECYCLE = 600.0


def postgres_engine(settings: DatabaseSettings, schema: str | None) -> AsyncEngine:
    """:raises Refusal: if the CA file cannot be read."""
    return _engine(settings, schema, COMMAND_TIMEOUT)


def migration_engine(settings: DatabaseSettings, schema: str | None) -> AsyncEngine:
    """Without the limits of a short transaction.

    :raises Refusal: if the CA file cannot be read.
    """
    return _engine(settings, schema, None)


def _engine(settings: DatabaseSettings, schema: str | None, command_timeout: float | None) -> AsyncEngine:
    session = {
        "tcp_keepalives_idle": "10",
        "tcp_keepalives_interval": "5",
        "tcp_keepalives_count": "3",
        # A message is acknowledged after its row is written, so the row must survive a crash.
        "synchronous_commit": "on",
    }
    if command_timeout is not None:
        # The server's limits hold when this process can no longer cancel: no lock outlives a lost replica for long.
        session |= {
            "statement_timeout": "15000",
            "lock_timeout": "8000",
            "idle_in_transaction_session_timeout": "20000",
        }
    if schema is not None:
        session["search_path"] = schema
    engine = create_async_engine(
        settings.url,
        pool_size=settings.connections,
        max_overflow=0,
        # An error must not repeat the values of a statement: they contain parts of mails.
        hide_parameters=True,
        pool_timeout=POOL_TIMEOUT,
        pool_recycle=RECYCLE,
        pool_pre_ping=True,
        pool_use_lifo=True,
        connect_args={
            "timeout": CONNECT_TIMEOUT,
            "command_timeout": command_timeout,
            "ssl": settings.tls_argument(),
            # Those that every connection pooler passes on; PgBouncer refuses others, or drops them.
            "server_settings": {"application_name": f"spot {schema or 'database'}", "timezone": "UTC"},
        },
    )
    statement = "; ".join(f"SET {name} TO '{value}'" for name, value in session.items())

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.run_async(lambda driver: driver.execute(statement))

    @event.listens_for(engine.sync_engine, "handle_error")
    def leave_replica(context: ExceptionContext) -> None:
        # A connection to a server that became a replica fails until another replaces it.
        if getattr(context.original_exception, "sqlstate", None) == READ_ONLY:
            context.is_disconnect = True

    return engine


class RollingBack(sqlite3.Connection):
    """Ends its transaction when it is closed.

    SQLite keeps a closed connection, with its lock, until the last statement is finalized: a cursor in the traceback
    of a cancelled task would lock the database until the garbage collector finds it.
    See https://sqlite.org/c3ref/close.html.
    """

    def close(self) -> None:
        with suppress(sqlite3.Error):
            self.rollback()
        super().close()


def sqlite_engine(path: Path) -> AsyncEngine:
    """One connection, so that transactions run one by one. They wait for it as long as a transaction may take."""
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        pool_size=1,
        max_overflow=0,
        # An error must not repeat the values of a statement: they contain parts of mails.
        hide_parameters=True,
        pool_timeout=SQLITE_POOL_TIMEOUT,
        connect_args={"isolation_level": None, "timeout": 5.0, "factory": RollingBack},
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _prepare(connection: DBAPIConnection, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # A message is acknowledged after its row is written, so the row must survive a power failure.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin(connection: Any) -> None:
    # With the write lock from the start: two transactions that read first and write later would fail.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
