"""Analyses, their findings and their decided results."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
oldest_reader = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "analysis",
        sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(100), nullable=False, unique=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("analyzers", sa.Text, nullable=False),
        sa.Column("request", sa.Text),
        sa.Column("filename", sa.Text),
        sa.Column("submitted_at", sa.Double, nullable=False),
        sa.Column("deadline_at", sa.Double, nullable=False),
        sa.Column("dispatched", sa.Boolean, nullable=False),
        sa.Column("claimed_until", sa.Double, nullable=False, server_default="0"),
        sa.Column("result", sa.Text),
        sa.Column("alert", sa.Text),
        sa.Column("decided_at", sa.Double),
        sa.Column("published", sa.Boolean, nullable=False),
        sa.CheckConstraint("state IN ('running', 'completed', 'failed')", name="analysis_state"),
        sqlite_autoincrement=True,
    )
    running = sa.text("state = 'running'")
    op.create_index("analysis_deadline", "analysis", ["deadline_at"], postgresql_where=running, sqlite_where=running)
    waiting = sa.text("state = 'running' AND NOT dispatched")
    op.create_index("analysis_waiting", "analysis", ["number"], postgresql_where=waiting, sqlite_where=waiting)
    unpublished = sa.text("state <> 'running' AND NOT published")
    op.create_index(
        "analysis_unpublished", "analysis", ["number"], postgresql_where=unpublished, sqlite_where=unpublished
    )
    op.create_index("analysis_decided", "analysis", ["decided_at"])
    op.create_table(
        "finding",
        sa.Column("analysis", sa.String(100), primary_key=True),
        sa.Column("analyzer", sa.String(100), primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["analysis"], ["analysis.id"], name="finding_analysis", ondelete="CASCADE"),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("slot", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
