"""Which row of its class each enrolment is, so that a place in line need not be counted row by row."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NUMBER = sa.text(
    "UPDATE enrolment SET number = ranked.number FROM"
    " (SELECT id, row_number() OVER (PARTITION BY offering_id ORDER BY id) AS number FROM enrolment)"
    " AS ranked"
    " WHERE ranked.id = enrolment.id"
)


def upgrade() -> None:
    """Change the table and number the rows there are; going back is done by restoring a backup."""
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("number", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.execute(NUMBER)
