"""The faults of a PostgreSQL database, each as a context: it begins, and it ends."""

import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from support.keepers import Keeper
from support.postgres import ACCOUNT, PASSWORD, Postgres
from support.relay import Mode, Relay

DATABASE = "faults"
ROLE = "faults_role"


@dataclass
class Rig:
    """The services, their database, and the network between."""

    postgres: Postgres
    relay: Relay
    keepers: list[Keeper]
    folder: Path

    async def run(self, *statements: str) -> None:
        """Runs statements as the superuser."""
        await self.postgres.execute(*statements, database=DATABASE)

    async def each_table(self, template: str) -> None:
        await self.run(*(template.format(table=table) for table in await self.tables()))

    async def tables(self) -> list[str]:
        schemas = [keeper.schema for keeper in self.keepers]
        connection = await self.postgres.connect(DATABASE)
        try:
            rows = await connection.fetch(
                "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname = ANY($1)", schemas
            )
            return sorted(row[0] for row in rows)
        finally:
            await connection.close()


Begin = Callable[[Rig], AbstractAsyncContextManager[None]]


@dataclass(frozen=True)
class Fault:
    begin: Begin
    # Part of the sentence about it.
    words: str
    # Part of the sentence of the readiness check, which has less time; empty if it need not meet the fault.
    ready_words: str | None = None


def _altered(thing: str, change: str, undo: str, words: str) -> Fault:
    """A change that counts for new connections."""

    @asynccontextmanager
    async def fault(rig: Rig) -> AsyncIterator[None]:
        for number, clause in enumerate((change, undo)):
            await rig.postgres.execute(f"ALTER {thing} {clause}")
            await rig.postgres.disconnect(DATABASE)
            if number == 0:
                yield

    return Fault(fault, words)


def _tables(change: str, undo: str, words: str) -> Fault:
    @asynccontextmanager
    async def fault(rig: Rig) -> AsyncIterator[None]:
        await rig.each_table(f"ALTER TABLE {{table}} {change}")
        yield
        await rig.each_table(f"ALTER TABLE {{table}} {undo}")

    return Fault(fault, words)


def _written(body: str, words: str, *, at_commit: bool = False) -> Fault:
    """Every write runs `body` with the rights of a superuser."""

    @asynccontextmanager
    async def fault(rig: Rig) -> AsyncIterator[None]:
        await rig.run(
            "CREATE FUNCTION fault() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql AS "
            f"$$ BEGIN {body}; RETURN NULL; END $$"
        )
        kind, moment = ("CONSTRAINT ", "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW") if at_commit else ("", "")
        await rig.each_table(
            f"CREATE {kind}TRIGGER fault AFTER INSERT OR UPDATE OR DELETE ON {{table}} {moment} "
            "EXECUTE FUNCTION fault()"
        )
        yield
        await rig.run("DROP FUNCTION fault() CASCADE")

    return Fault(fault, words)


def _network(mode: Mode, words: str) -> Fault:
    @asynccontextmanager
    async def fault(rig: Rig) -> AsyncIterator[None]:
        await rig.relay.switch(mode)
        yield
        await rig.relay.switch("open")

    return Fault(fault, words)


@asynccontextmanager
async def _locked(rig: Rig) -> AsyncIterator[None]:
    """Another session holds the tables, as a careless migration or VACUUM FULL does."""
    connection = await rig.postgres.connect(DATABASE)
    async with connection.transaction():
        for table in await rig.tables():
            await connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield
    await connection.close()


@asynccontextmanager
async def _full(rig: Rig) -> AsyncIterator[None]:
    """All tables on a file system of their own, which is full."""
    folder = rig.postgres.folder / "small"
    folder.mkdir()
    _as_root("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder))
    try:
        (folder / "data").mkdir()
        _as_root("chown", ACCOUNT, str(folder), str(folder / "data"))
        await rig.run(f"CREATE TABLESPACE small LOCATION '{folder / 'data'}'")
        await rig.each_table("ALTER TABLE {table} SET TABLESPACE small")
        with suppress(OSError), (folder / "filler").open("wb", buffering=0) as filler:
            while True:
                filler.write(bytes(4096))
        yield
        (folder / "filler").unlink()
        await rig.each_table("ALTER TABLE {table} SET TABLESPACE pg_default")
        await rig.run("DROP TABLESPACE small")
    finally:
        _as_root("umount", "--lazy", str(folder))
        folder.rmdir()


def _as_root(*command: str) -> None:
    subprocess.run(command, check=True)  # noqa: S603


def _error(state: str) -> str:
    return f"RAISE EXCEPTION 'the message' USING ERRCODE = '{state}', DETAIL = 'marker-of-a-row'"


_END = "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5)"

# The states that a server reports when it, and not the statement, is the cause.
STATES = {
    "08006": "lost the connection",
    "25006": "is read-only; connect to the primary",
    "25P03": "closed an idle connection",
    "25P04": "needed too long for a transaction",
    "40001": "cancelled a conflicting transaction",
    "40P01": "cancelled a deadlocked transaction",
    "53000": "lacks resources",
    "53100": "has no space left; enlarge its disk",
    "53200": "has no memory left; enlarge it",
    "53400": "lacks resources",
    "55000": "cannot do it at the moment (the message)",
    "55006": "cannot do it at the moment (the message)",
    "55P03": "held a lock too long",
    "57000": "interrupted the operation",
    "57014": "needed too long for a statement",
    "57P01": "closed the connection (shutdown)",
    "57P02": "closed the connection (crash)",
    "57P03": "is starting up or shutting down",
    "57P04": "interrupted the operation",
    "57P05": "closed an idle connection",
    "58030": "has a system error",
    "F0000": "has a wrong configuration file",
    "XX000": "reports an internal error",
    "XX001": "reports an internal error",
}

FAULTS: dict[str, Fault] = {
    # What an administrator or a provider does.
    "read-only": _altered(
        f"DATABASE {DATABASE}",
        "SET default_transaction_read_only = on",
        "RESET default_transaction_read_only",
        "is read-only; connect to the primary",
    ),
    "no connection left": _altered(
        f"DATABASE {DATABASE}", "CONNECTION LIMIT 0", "CONNECTION LIMIT -1", "has too many connections"
    ),
    "closed to connections": _altered(
        f"DATABASE {DATABASE}",
        "ALLOW_CONNECTIONS false",
        "ALLOW_CONNECTIONS true",
        "cannot do it at the moment (database",
    ),
    "password changed": _altered(
        f"ROLE {ROLE}", "PASSWORD 'another'", f"PASSWORD '{PASSWORD}'", "refuses the user or the password"
    ),
    "role without login": _altered(f"ROLE {ROLE}", "NOLOGIN", "LOGIN", "refuses this client"),
    "role without connections": _altered(
        f"ROLE {ROLE}", "CONNECTION LIMIT 0", "CONNECTION LIMIT -1", "has too many connections"
    ),
    "rights revoked": _tables("OWNER TO postgres", f"OWNER TO {ROLE}", "refuses a right"),
    "disk full": Fault(_full, "has no space left; enlarge its disk", ready_words=""),
    "tables locked": Fault(_locked, "held a lock too long", "does not answer in time"),
    # What a transaction meets.
    "statement hangs": _written("PERFORM pg_sleep(60)", "does not answer in time"),
    "backend ended in a statement": _written(_END, "closed the connection"),
    "backend ended in a commit": _written(_END, "closed the connection", at_commit=True),
    # What the network does.
    "network refuses": _network("refuses", "refuses the connection"),
    "network resets": _network("resets", "lost the connection"),
    "network silent": _network("silent", "does not answer in time"),
    "answers cut": _network("cuts answers", "lost the connection"),
    "answer of a commit lost": _network("loses the answer of a commit", "lost the connection"),
}

# In this order, without a recovery between them.
ERRORS: dict[str, list[Fault]] = {
    "statements": [_written(_error(state), words) for state, words in STATES.items()],
    "commits": [_written(_error(state), STATES[state], at_commit=True) for state in ("40001", "53100", "57014")],
}
