"""The orchestrator's tables; the migrations make them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)

METADATA = MetaData()

_RUNNING = text("state = 'running'")
_WAITING = text("state = 'running' AND NOT dispatched")
_UNPUBLISHED = text("state <> 'running' AND NOT published")

ANALYSIS = Table(
    "analysis",
    METADATA,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("id", String(100), nullable=False, unique=True),
    Column("state", String(20), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("analyzers", Text, nullable=False),
    # With the mail's reference; removed at the end, because nothing needs it then.
    Column("request", Text),
    Column("filename", Text),
    Column("submitted_at", Double, nullable=False),
    Column("deadline_at", Double, nullable=False),
    Column("dispatched", Boolean, nullable=False),
    # Until then, one replica publishes the jobs or the result.
    Column("claimed_until", Double, nullable=False, server_default="0"),
    # The outbox: decided, and published until `published` is set.
    Column("result", Text),
    Column("alert", Text),
    Column("decided_at", Double),
    Column("published", Boolean, nullable=False),
    # The W3C context of the submission, for what a background round publishes.
    Column("trace", String(100)),
    CheckConstraint("state IN ('running', 'completed', 'failed')", name="analysis_state"),
    Index("analysis_deadline", "deadline_at", postgresql_where=_RUNNING, sqlite_where=_RUNNING),
    Index("analysis_waiting", "number", postgresql_where=_WAITING, sqlite_where=_WAITING),
    Index("analysis_unpublished", "number", postgresql_where=_UNPUBLISHED, sqlite_where=_UNPUBLISHED),
    Index("analysis_decided", "decided_at"),
    sqlite_autoincrement=True,
)

FINDING = Table(
    "finding",
    METADATA,
    Column("analysis", String(100), primary_key=True),
    Column("analyzer", String(100), primary_key=True),
    Column("body", Text, nullable=False),
    ForeignKeyConstraint(["analysis"], ["analysis.id"], name="finding_analysis", ondelete="CASCADE"),
)

# Several rows for each name, so that replicas do not wait for one another's row.
COUNTER = Table(
    "counter",
    METADATA,
    Column("name", String(20), primary_key=True),
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("value", BigInteger, nullable=False),
)
COUNTER_SLOTS = 16
