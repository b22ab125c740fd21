"""Spare the outbox an index that nobody reads, and rows without an end their entry in another.

Writing an answer costs less without them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables; going back is done by restoring a backup."""
    op.drop_index("ix_outgoing_offer_id", "outgoing")
    op.drop_index("ix_outgoing_ended_at", "outgoing")
    only = sa.text("ended_at IS NOT NULL")
    op.create_index(
        "ix_outgoing_ended_at", "outgoing", ["ended_at"], sqlite_where=only, postgresql_where=only
    )
