"""The ledger of notifications."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
oldest_reader = "0001"


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("channel", sa.String(50), primary_key=True),
        sa.Column("message", sa.String(255), primary_key=True),
        sa.Column("analysis", sa.String(100)),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("claimed_until", sa.Double),
        sa.Column("repeats", sa.Integer, nullable=False, server_default="0"),
        sa.Column("at", sa.Double, nullable=False),
        sa.CheckConstraint("state IN ('sending', 'unanswered', 'sent')", name="delivery_state"),
    )
    op.create_index("delivery_at", "delivery", ["at"])
    op.create_index("delivery_analysis", "delivery", ["analysis"])
