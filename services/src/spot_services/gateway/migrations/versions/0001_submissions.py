"""Submissions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
oldest_reader = "0001"


def upgrade() -> None:
    op.create_table(
        "submission",
        sa.Column("id", sa.String(100), primary_key=True),
        sa.Column("token", sa.String(100), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("urgency", sa.String(20), nullable=False),
        sa.Column("filename", sa.Text),
        sa.Column("submitted_at", sa.Double, nullable=False),
        sa.Column("stored", sa.Boolean, nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("uncertain", sa.Boolean, nullable=False),
        sa.Column("lease_until", sa.Double, nullable=False),
        sa.Column("checks", sa.Integer, nullable=False, server_default="0"),
        sa.Column("check_at", sa.Double, nullable=False),
        sa.Column("state", sa.String(20)),
        sa.Column("answer", sa.Text),
        sa.UniqueConstraint("token", "key", name="submission_key"),
        sa.CheckConstraint("outcome IN ('unknown', 'confirmed')", name="submission_outcome"),
    )
    op.create_index("submission_digest", "submission", ["digest", "submitted_at"])
    op.create_index("submission_submitted", "submission", ["submitted_at", "id"])
    unfinished = sa.text("state IS NULL")
    op.create_index(
        "submission_check", "submission", ["check_at"], postgresql_where=unfinished, sqlite_where=unfinished
    )
