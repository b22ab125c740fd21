"""When a class meets next is found in an index alone, and no turn writes to one of idle dialogues.

Idle dialogues are looked for by account, a stretch at a time.
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables; going back is done by restoring a backup."""
    op.create_index("ix_class_session_next", "class_session", ["offering_id", "starts_at", "state"])
    op.drop_index("ix_class_session_offering_id", "class_session")
    op.drop_index("ix_conversation_updated_at", "conversation")
    op.execute("DELETE FROM setting WHERE key = 'schedule:retention_dialogues'")
