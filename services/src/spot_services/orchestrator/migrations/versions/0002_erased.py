"""Erased analyses."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
oldest_reader = "0001"


def upgrade() -> None:
    op.create_table(
        "erased",
        sa.Column("analysis", sa.String(100), primary_key=True),
        sa.Column("before", sa.Double),
        sa.Column("at", sa.Double, nullable=False),
    )
