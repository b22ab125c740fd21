"""Attendance."""

import sqlalchemy as sa
from alembic import op

from models.types import UtcTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables; going back is done by restoring a backup."""
    op.create_table(
        "fee_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name=op.f("fk_fee_rule_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_rule")),
        sa.UniqueConstraint("unit_id", "kind", "name", name=op.f("uq_fee_rule_unit_id_kind_name")),
    )
    op.create_table(
        "later_stratum",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("term", sa.String(length=16), nullable=False),
        sa.Column("until", UtcTime(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("appeal", sa.String(length=200), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_later_stratum_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name=op.f("fk_later_stratum_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_later_stratum")),
        sa.UniqueConstraint("person_id", "term", name=op.f("uq_later_stratum_person_id_term")),
    )
    with op.batch_alter_table("later_stratum", schema=None) as batch_op:
        batch_op.create_index("ix_later_stratum_term", ["term", "state"], unique=False)

    op.create_table(
        "learning_rule",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("minutes_per_hour", sa.Integer(), nullable=False),
        sa.Column("hours_per_credit", sa.Integer(), nullable=False),
        sa.Column("credit_step", sa.Integer(), nullable=False),
        sa.Column("late_percent", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name=op.f("fk_learning_rule_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_learning_rule")),
    )
    op.create_table(
        "check_in_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_check_in_try_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in_try")),
    )
    with op.batch_alter_table("check_in_try", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_check_in_try_account_id"), ["account_id"], unique=False)

    op.create_table(
        "class_minimum",
        sa.Column("offering_id", sa.Integer(), nullable=False),
        sa.Column("min_enrolled", sa.Integer(), nullable=False),
        sa.Column("decide_by", sa.Date(), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=True),
        sa.Column("decided_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["offering_id"], ["offering.id"], name=op.f("fk_class_minimum_offering_id")),
        sa.PrimaryKeyConstraint("offering_id", name=op.f("pk_class_minimum")),
    )
    with op.batch_alter_table("class_minimum", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_class_minimum_decide_by"), ["decide_by"], unique=False)

    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_attendance_enrolment_id")),
        sa.ForeignKeyConstraint(["session_id"], ["class_session.id"], name=op.f("fk_attendance_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint(
            "session_id",
            "enrolment_id",
            "version",
            name=op.f("uq_attendance_session_id_enrolment_id_version"),
        ),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_enrolment_id"), ["enrolment_id"], unique=False)

    op.create_table(
        "credit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("hundredths", sa.Integer(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_credit_entry_enrolment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_entry")),
    )
    with op.batch_alter_table("credit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credit_entry_enrolment_id"), ["enrolment_id"], unique=False)

    op.create_table(
        "fee_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("fen", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_fee_entry_enrolment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_entry")),
    )
    with op.batch_alter_table("fee_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fee_entry_enrolment_id"), ["enrolment_id"], unique=False)

    op.create_table(
        "hour_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("hundredths", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_hour_entry_enrolment_id")),
        sa.ForeignKeyConstraint(["session_id"], ["class_session.id"], name=op.f("fk_hour_entry_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hour_entry")),
    )
    with op.batch_alter_table("hour_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hour_entry_enrolment_id"), ["enrolment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hour_entry_session_id"), ["session_id"], unique=False)

    op.create_table(
        "roll_call",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("closed_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["class_session.id"], name=op.f("fk_roll_call_session_id")),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_roll_call")),
    )
    op.create_table(
        "transfer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["from_id"], ["enrolment.id"], name=op.f("fk_transfer_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["enrolment.id"], name=op.f("fk_transfer_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("to_id", name=op.f("uq_transfer_to_id")),
    )
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.create_index(
            "uq_transfer_living",
            ["from_id"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
