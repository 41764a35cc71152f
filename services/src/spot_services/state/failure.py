"""What a failure of the database means: whose fault it is, and one sentence for the operator."""

import asyncio
import errno
import socket
import sqlite3
import ssl
from dataclasses import dataclass

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from spot_messaging import DependencyError


@dataclass(frozen=True)
class Failure:
    """Why the database did not work; `reason` is the metric's label."""

    reason: str
    sentence: str
    # Wrong input, which only an operator can correct.
    is_wrong_input: bool = False


class StateUnavailableError(DependencyError):
    """The database cannot work now. Messages return to their queue, and the attempt does not count."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(failure.sentence)


class ConflictError(StateUnavailableError):
    """The database cancelled the transaction because of another one; the next attempt can succeed immediately."""


_POOLING_WAY_OUT = "use session pooling, or give the address of PostgreSQL itself"
POOLING = f"is behind a connection pooler that gives a session to several clients; {_POOLING_WAY_OUT}"

# The SQLSTATE of a write to a server that is a replica.
READ_ONLY = "25006"

_STATES: dict[str, tuple[str, str, bool]] = {
    # Also of a pooler whose server is away.
    "08P01": ("closed", "ends the connection ({detail})", False),
    "26000": ("pooling", POOLING, True),
    "42P05": ("pooling", POOLING, True),
    "28P01": ("refused", "refuses the user or the password; correct the URL", True),
    "28000": ("refused", "refuses this client ({detail}); correct the URL or pg_hba.conf", True),
    "3D000": ("missing", "does not exist; create it (python -m spot_services database)", True),
    "3F000": ("missing", "has no such schema; create it (python -m spot_services database)", True),
    "42P01": ("missing", "lacks a table ({detail}); migrate it (python -m spot_services database)", True),
    "42703": ("missing", "lacks a column ({detail}); migrate it (python -m spot_services database)", True),
    "42501": ("refused", "refuses a right ({detail}); grant it (python -m spot_services database)", True),
    READ_ONLY: ("read_only", "is read-only; connect to the primary", False),
    "25P03": ("closed", "closed an idle connection", False),
    "25P04": ("slow", "needed too long for a transaction; the operation was cancelled", False),
    "53100": ("full", "has no space left; enlarge its disk", False),
    "53200": ("full", "has no memory left; enlarge it", False),
    "53300": ("too_many_connections", "has too many connections; raise max_connections or run fewer replicas", False),
    "57014": ("slow", "needed too long for a statement; the operation was cancelled", False),
    "57P01": ("closed", "closed the connection (shutdown)", False),
    "57P02": ("closed", "closed the connection (crash)", False),
    "57P03": ("starting", "is starting up or shutting down", False),
    "57P05": ("closed", "closed an idle connection", False),
    "55P03": ("locked", "held a lock too long", False),
    "40001": ("conflict", "cancelled a conflicting transaction", False),
    "40P01": ("conflict", "cancelled a deadlocked transaction", False),
}

_CLASSES: dict[str, tuple[str, str]] = {
    "08": ("closed", "lost the connection"),
    "53": ("full", "lacks resources ({detail})"),
    "55": ("locked", "cannot do it at the moment ({detail})"),
    "57": ("closed", "interrupted the operation ({detail})"),
    "58": ("io", "has a system error ({detail})"),
    "F0": ("io", "has a wrong configuration file ({detail})"),
    "XX": ("io", "reports an internal error ({detail})"),
}

_SQLITE: tuple[tuple[str, str, str], ...] = (
    ("full", "full", "has no space left; enlarge the volume"),
    ("readonly", "read_only", "is read-only; mount a writable volume at SPOT_DATA"),
    ("disk i/o", "io", "cannot be read or written (disk I/O error); check the volume"),
    ("unable to open", "io", "cannot be opened; mount a writable volume at SPOT_DATA"),
    ("locked", "locked", "is locked by another process; run one replica of this service"),
    ("not a database", "damaged", "is not an SQLite file; restore it from a backup"),
    ("malformed", "damaged", "is damaged; restore it from a backup"),
)


def diagnose(error: BaseException, place: str) -> Failure | None:
    """Why the database failed; None if the error is a defect of the program, not of the database."""
    for cause in _causes(error):
        found = _diagnose_one(cause)
        if found is not None:
            reason, text, is_wrong_input = found
            return Failure(reason, f"{place}: {text}", is_wrong_input)
    return None


def _causes(error: BaseException) -> list[BaseException]:
    """The error and what caused it, the most specific first."""
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        original = current.orig if isinstance(current, DBAPIError) else None
        current = original or current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return chain[::-1]


def _diagnose_one(error: BaseException) -> tuple[str, str, bool] | None:
    match error:
        case asyncpg.InvalidCachedStatementError():
            return "conflict", "changed a table while it was used", False
        case asyncpg.PostgresError():
            return _diagnose_state(error)
        case PoolTimeoutError():
            return "pool", "has no free connection in the pool; run more replicas", False
        case ssl.SSLCertVerificationError():
            return "tls", f"has a certificate that is not trusted ({error.verify_message}); give its CA", True
        case ssl.SSLError():
            return "tls", f"failed the TLS handshake ({_message(error, 100)}); compare its TLS settings", True
        case socket.gaierror():
            return "unreachable", "has a host name that cannot be resolved; correct the URL", False
        case sqlite3.Error():
            return _diagnose_sqlite(error)
        case asyncpg.InterfaceError() if "closed" in str(error) or "in progress" in str(error):
            return "closed", "lost the connection", False
        case asyncpg.InternalClientError() | asyncpg.exceptions.ProtocolError():
            return "protocol", "does not answer as PostgreSQL does; correct host and port", True
        case ConnectionError() if "rejected SSL upgrade" in str(error):
            return "tls", "refuses TLS, or is not PostgreSQL; correct the port or the sslmode of the URL", True
        case ConnectionRefusedError():
            return "unreachable", "refuses the connection; start it, or correct host and port", False
        case TimeoutError() | asyncio.TimeoutError():
            return "timeout", "does not answer in time", False
        case ConnectionError():
            return "closed", "lost the connection", False
        case OSError(errno=errno.ENOENT):
            return "unreachable", "has no socket there; start it, or correct the host of the URL", False
        case OSError():
            return "unreachable", f"cannot be reached ({_message(error, 100)})", False
        case _:
            return None


def _diagnose_state(error: asyncpg.PostgresError) -> tuple[str, str, bool] | None:
    state = error.sqlstate or ""
    detail = _message(error, 200)
    if state == "08P01" and ("startup parameter" in detail or "pooling mode" in detail):
        return "pooling", f"is behind a connection pooler that does not fit ({detail}); {_POOLING_WAY_OUT}", True
    if state in _STATES:
        reason, text, is_wrong_input = _STATES[state]
        return reason, text.format(detail=detail), is_wrong_input
    if state[:2] in _CLASSES:
        reason, text = _CLASSES[state[:2]]
        return reason, text.format(detail=detail), False
    return None


def _diagnose_sqlite(error: sqlite3.Error) -> tuple[str, str, bool] | None:
    text = str(error).lower()
    for part, reason, sentence in _SQLITE:
        if part in text:
            return reason, sentence, reason == "damaged"
    return None


def _message(error: BaseException, limit: int) -> str:
    """The database's or the system's own words, without details: those can hold values of rows."""
    words = (
        error.strerror if isinstance(error, OSError) and error.strerror else str(error.args[0] if error.args else "")
    )
    return " ".join(words.split())[:limit] or type(error).__name__
