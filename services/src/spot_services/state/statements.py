"""Statements that the two databases write differently."""

from typing import TypeVar

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Text = TypeVar("Text", str, str | None)


def insert_into(connection: AsyncConnection, table: Table) -> postgresql.Insert:
    """An INSERT with ON CONFLICT; both databases have the same."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    # The same methods with the same names; only the types are not related.
    return sqlite.insert(table)  # type: ignore[return-value]


def storable(text: Text) -> Text:
    """Text of unknown origin for a column: PostgreSQL stores neither NUL nor lone surrogates."""
    if text is None:
        return text
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
