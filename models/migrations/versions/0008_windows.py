"""Windows."""

import sqlalchemy as sa
from alembic import op

from models.types import UtcTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables; going back is done by restoring a backup."""
    op.create_table(
        "enrol_window",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("opens_at", UtcTime(), nullable=True),
        sa.Column("closes_at", UtcTime(), nullable=True),
        sa.Column("draws_at", UtcTime(), nullable=True),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name=op.f("fk_enrol_window_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrol_window")),
    )
    with op.batch_alter_table("enrol_window", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrol_window_draws_at"), ["draws_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrol_window_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "standing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("said_by", sa.String(length=80), nullable=False),
        sa.Column("until", UtcTime(), nullable=True),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_standing_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing")),
        sa.UniqueConstraint("person_id", "kind", "area", name=op.f("uq_standing_person_id_kind_area")),
    )
    with op.batch_alter_table("standing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standing_person_id"), ["person_id"], unique=False)

    op.create_table(
        "draw",
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("committed_at", UtcTime(), nullable=False),
        sa.Column("listing", sa.Text(), nullable=False),
        sa.Column("list_hash", sa.String(length=64), nullable=False),
        sa.Column("listed_at", UtcTime(), nullable=True),
        sa.Column("public", sa.String(length=200), nullable=False),
        sa.Column("drawn_at", UtcTime(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("published_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["window_id"], ["enrol_window.id"], name=op.f("fk_draw_window_id")),
        sa.PrimaryKeyConstraint("window_id", name=op.f("pk_draw")),
    )
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draw_state"), ["state"], unique=False)

    op.create_table(
        "window_phase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("opens_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["window_id"], ["enrol_window.id"], name=op.f("fk_window_phase_window_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_window_phase")),
        sa.UniqueConstraint("window_id", "number", name=op.f("uq_window_phase_window_id_number")),
    )
    op.create_table(
        "window_quota",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["window_id"], ["enrol_window.id"], name=op.f("fk_window_quota_window_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_window_quota")),
        sa.UniqueConstraint("window_id", "number", name=op.f("uq_window_quota_window_id_number")),
    )
    op.create_table(
        "application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("offering_id", sa.Integer(), nullable=True),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("age_confirmed", sa.Boolean(), nullable=False),
        sa.Column("lot", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_application_account_id")),
        sa.ForeignKeyConstraint(["offering_id"], ["offering.id"], name=op.f("fk_application_offering_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_application_person_id")),
        sa.ForeignKeyConstraint(["window_id"], ["enrol_window.id"], name=op.f("fk_application_window_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("window_id", "ref", name=op.f("uq_application_window_id_ref")),
    )
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_application_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_application_state", ["window_id", "state", "lot"], unique=False)
        batch_op.create_index(
            "uq_application_draw",
            ["window_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("state = 'applied'"),
            postgresql_where=sa.text("state = 'applied'"),
        )
        batch_op.create_index(
            "uq_application_pending",
            ["offering_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )

    op.create_table(
        "window_class",
        sa.Column("offering_id", sa.Integer(), nullable=False),
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("last_lot", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["offering_id"], ["offering.id"], name=op.f("fk_window_class_offering_id")),
        sa.ForeignKeyConstraint(["window_id"], ["enrol_window.id"], name=op.f("fk_window_class_window_id")),
        sa.PrimaryKeyConstraint("offering_id", name=op.f("pk_window_class")),
    )
    with op.batch_alter_table("window_class", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_window_class_window_id"), ["window_id"], unique=False)

    op.create_table(
        "application_wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("offering_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_wish_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["offering.id"], name=op.f("fk_application_wish_offering_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_wish")),
        sa.UniqueConstraint(
            "application_id", "offering_id", name=op.f("uq_application_wish_application_id_offering_id")
        ),
    )
    with op.batch_alter_table("application_wish", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_application_wish_application_id"), ["application_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_application_wish_offering_id"), ["offering_id"], unique=False)
