"""The results."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
oldest_reader = "0001"


def upgrade() -> None:
    op.create_table(
        "result",
        sa.Column("analysis", sa.String(100), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("verdict", sa.String(20)),
        sa.Column("score", sa.Integer),
        sa.Column("submitted_at", sa.Double, nullable=False),
        sa.Column("finished_at", sa.Double, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("result_finished", "result", ["finished_at"])
