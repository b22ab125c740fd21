"""Family."""

import sqlalchemy as sa
from alembic import op

from models.types import UtcTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables; going back is done by restoring a backup."""
    op.create_table(
        "acting_right",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("wording", sa.String(length=16), nullable=False),
        sa.Column("given_at", UtcTime(), nullable=False),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_acting_right_actor_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["person.id"], name=op.f("fk_acting_right_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acting_right")),
    )
    with op.batch_alter_table("acting_right", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_acting_right_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_acting_right_subject_id"), ["subject_id"], unique=False)
        batch_op.create_index(
            "uq_acting_right_living",
            ["actor_id", "subject_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "dependent",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("keeper_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("age_band", sa.String(length=8), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["keeper_id"], ["person.id"], name=op.f("fk_dependent_keeper_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_dependent_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name=op.f("fk_dependent_unit_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_dependent")),
    )
    with op.batch_alter_table("dependent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dependent_keeper_id"), ["keeper_id"], unique=False)
        batch_op.create_index(
            "uq_dependent_child",
            ["keeper_id", "label"],
            unique=True,
            sqlite_where=sa.text("kind = 'child'"),
            postgresql_where=sa.text("kind = 'child'"),
        )
        batch_op.create_index(
            "uq_dependent_paper",
            ["unit_id", "label"],
            unique=True,
            sqlite_where=sa.text("kind = 'paper'"),
            postgresql_where=sa.text("kind = 'paper'"),
        )

    op.create_table(
        "team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["person.id"], name=op.f("fk_team_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("code", name=op.f("uq_team_code")),
    )
    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_lead_id"), ["lead_id"], unique=False)

    op.create_table(
        "team_meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UtcTime(), nullable=False),
        sa.Column("what", sa.String(length=120), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("cancelled_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_meeting_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_meeting")),
    )
    with op.batch_alter_table("team_meeting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_meeting_starts_at"), ["starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_team_meeting_team_id"), ["team_id"], unique=False)

    op.create_table(
        "team_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("joined_at", UtcTime(), nullable=False),
        sa.Column("left_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_team_member_person_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_member_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_member")),
    )
    with op.batch_alter_table("team_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_member_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_team_member_team_id"), ["team_id"], unique=False)
        batch_op.create_index(
            "uq_team_member_living",
            ["team_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        )

    op.create_table(
        "seat_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offering_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("told_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["offering_id"], ["offering.id"], name=op.f("fk_seat_group_offering_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_seat_group_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_group")),
    )
    with op.batch_alter_table("seat_group", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seat_group_offering_id"), ["offering_id"], unique=False)

    op.create_table(
        "acted_for",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=60), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_acted_for_actor_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_acted_for_enrolment_id")),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_acted_for")),
    )
    with op.batch_alter_table("acted_for", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_acted_for_actor_id"), ["actor_id"], unique=False)

    op.create_table(
        "seat_group_member",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_seat_group_member_enrolment_id")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["seat_group.id"], name=op.f("fk_seat_group_member_group_id")),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_seat_group_member")),
    )
    with op.batch_alter_table("seat_group_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seat_group_member_group_id"), ["group_id"], unique=False)

    with op.batch_alter_table("outgoing", schema=None) as batch_op:
        batch_op.add_column(sa.Column("learner_id", sa.Integer(), nullable=True))
