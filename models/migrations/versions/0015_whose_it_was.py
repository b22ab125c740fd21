"""Whose it was is found without going through years of everybody's: for /mydata, /forget and merging.

The audit by who acted, places by the account that took them,
and what was told of somebody whom another keeps.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables; going back is done by restoring a backup."""
    op.create_index("ix_audit_entry_actor", "audit_entry", ["actor"])
    op.create_index("ix_enrolment_account_id", "enrolment", ["account_id"])
    only = sa.text("learner_id IS NOT NULL")
    op.create_index(
        "ix_outgoing_learner_id", "outgoing", ["learner_id"], sqlite_where=only, postgresql_where=only
    )
