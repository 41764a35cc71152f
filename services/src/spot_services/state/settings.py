"""Where the state is: the file that SPOT_DATABASE names, or SQLite files."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from spot_messaging import Refusal
from spot_services.secretfile import place_of, read_secret

VARIABLE = "SPOT_DATABASE"
EXAMPLE = "postgresql://user:password@host:5432/spot"

# Transactions take milliseconds, so a few connections serve all handlers of a process. The sum over all processes must
# stay below PostgreSQL's max_connections (100 by default).
DEFAULT_CONNECTIONS = 5

TlsMode = Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]
_TLS_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_SCHEMES = ("postgresql", "postgres", "postgresql+asyncpg")
_PARAMETERS = ("host", "port", "sslmode")


class _DatabaseFile(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    url: Annotated[str, Field(min_length=1)]
    ca: Annotated[str, Field(min_length=1)] | None = None
    connections: Annotated[int, Field(ge=1, le=100)] = DEFAULT_CONNECTIONS


@dataclass(frozen=True)
class DatabaseSettings:
    """A PostgreSQL database and how to reach it."""

    host: str
    port: int
    database: str
    user: str
    password: str | None = field(repr=False)
    tls: TlsMode
    ca: Path | None
    connections: int = DEFAULT_CONNECTIONS

    @property
    def place(self) -> str:
        """The database as error messages name it: without the password."""
        return f'database "{self.user}@{self.host}:{self.port}/{self.database}"'

    @property
    def url(self) -> URL:
        return URL.create(
            "postgresql+asyncpg",
            username=self.user,
            password=self.password,
            host=None if self.host.startswith("/") else self.host,
            port=None if self.host.startswith("/") else self.port,
            database=self.database,
            query={"host": self.host, "port": str(self.port)} if self.host.startswith("/") else {},
        )

    def tls_argument(self) -> ssl.SSLContext | str:
        """asyncpg's `ssl` argument.

        :raises Refusal: if the CA file cannot be read.
        """
        if self.ca is None and not self.tls.startswith("verify"):
            return self.tls
        try:
            # Without a CA: those of the system.
            context = ssl.create_default_context(cafile=None if self.ca is None else str(self.ca))
        except (OSError, ssl.SSLError) as error:
            reason = (getattr(error, "strerror", None) or type(error).__name__).lower()
            raise Refusal(
                [f'{self.place}: CA file "{self.ca}" cannot be read ({reason}); give the CA certificate as PEM']
            ) from None
        context.check_hostname = self.tls != "verify-ca"
        return context


def read_database_settings(environment: Mapping[str, str]) -> DatabaseSettings | None:
    """The database that SPOT_DATABASE names; None means SQLite.

    :raises Refusal: with all problems of the file, without its password.
    """
    value = environment.get(VARIABLE, "")
    if value == "":
        return None
    file = read_secret(VARIABLE, Path(value), _DatabaseFile, f'write {{"url": "{EXAMPLE}", "ca": null}}')
    place = place_of(VARIABLE, Path(value))
    return replace(parse_database_url(file.url, file.ca, place), connections=file.connections)


def parse_database_url(text: str, ca: str | None, place: str) -> DatabaseSettings:
    """:raises Refusal: with all problems of the URL, without its password."""
    wanted = f'write it like "{EXAMPLE}"'
    # `postgres://` is what many providers show; SQLAlchemy parses the rest alike.
    try:
        url = make_url(text)
        query = {name: value if isinstance(value, str) else value[-1] for name, value in url.query.items()}
        port = int(query.get("port", url.port or 5432))
    except (ArgumentError, ValueError):
        raise Refusal([f"{place}: the URL is not valid; {wanted} and percent-encode special characters"]) from None
    host = query.get("host", url.host or "")
    problems = []
    if url.drivername not in _SCHEMES:
        problems.append(f'{place}: the URL has the scheme "{url.drivername}", not "postgresql"; {wanted}')
    if host == "":
        problems.append(f"{place}: the URL names no host; {wanted}")
    if not url.username:
        problems.append(f"{place}: the URL names no user; {wanted}")
    if not url.database:
        problems.append(f"{place}: the URL names no database; {wanted}")
    if not 0 < port < 65536:
        problems.append(f"{place}: the URL has the port {port}; use 1 to 65535")
    problems += [
        f'{place}: the URL has the unknown parameter "{name}"; known: {", ".join(_PARAMETERS)}'
        for name in sorted(set(query) - set(_PARAMETERS))
    ]
    tls = query.get("sslmode", "prefer" if ca is None else "verify-full")
    if tls not in _TLS_MODES:
        problems.append(f'{place}: the URL has the sslmode "{tls}"; known: {", ".join(_TLS_MODES)}')
    elif ca is not None and tls not in ("require", "verify-ca", "verify-full"):
        problems.append(f'{place}: the URL has the sslmode "{tls}", which ignores the CA; remove one of the two')
    if problems:
        raise Refusal(problems)
    return DatabaseSettings(
        host=host,
        port=port,
        database=url.database or "",
        user=url.username or "",
        password=url.password,
        tls=tls,  # type: ignore[arg-type]  # checked above
        ca=None if ca is None else Path(ca),
    )
