"""The trace of an analysis."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
oldest_reader = "0001"


def upgrade() -> None:
    op.add_column("analysis", sa.Column("trace", sa.String(100)))
