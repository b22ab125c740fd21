"""What passes between people and a school: opt-outs, invitations, sheets sent in, threads, answers, feeds."""

from datetime import datetime

from sqlalchemy import Column, Index, LargeBinary, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.types import UtcTime, partial_index, table_of

# what somebody may wish to get no more, each by itself
OPTIONAL_PURPOSES = ("watch", "announcement", "campaign", "survey")


class OptOut(SQLModel, table=True):
    """A person wants no more messages of one purpose; asked when each is about to be sent."""

    __tablename__ = "opt_out"
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    purpose: str = Field(sa_column=Column(String(24), primary_key=True))
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class Invitation(SQLModel, table=True):
    """A link that gives a role on a unit once; its secret is kept as a hash. `person_id` is who used it."""

    __tablename__ = "invitation"
    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(sa_column=Column(String(64), nullable=False, unique=True))
    unit_id: int = Field(foreign_key="org_unit.id", index=True)
    role: str = Field(sa_column=Column(String(16), nullable=False))
    made_by: str = Field(sa_column=Column(String(80), nullable=False, index=True))
    made_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UtcTime, nullable=False, index=True))
    revoked_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))
    used_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)


class SheetDraft(SQLModel, table=True):
    """A course sheet that was sent in and checked, until it is published, taken back, or a day old."""

    __tablename__ = "sheet_draft"
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    name: str = Field(sa_column=Column(String(200), nullable=False))
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False, index=True))


class HelpThread(SQLModel, table=True):
    """找人帮忙: what a person asks a unit, with the answers; one open thread per person and unit."""

    __tablename__ = "help_thread"
    __table_args__ = (
        partial_index(
            "uq_help_thread_open", "person_id", "unit_id", unique=True,
            where="state <> 'closed'",
        ),
        Index("ix_help_thread_unit", "unit_id", "state", "updated_at"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="org_unit.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    broadcast_id: int | None = None
    state: str = Field(default="open", sa_column=Column(String(8), nullable=False))
    opened_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    updated_at: datetime = Field(sa_column=Column(UtcTime, nullable=False, index=True))


class HelpMessage(SQLModel, table=True):
    """One message of a thread; `answered_by` is the colleague who answered, empty for the asking person."""

    __tablename__ = "help_message"
    id: int | None = Field(default=None, primary_key=True)
    thread_id: int = Field(foreign_key="help_thread.id", index=True)
    answered_by: int | None = Field(default=None, foreign_key="person.id", index=True)
    text: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class Survey(SQLModel, table=True):
    """满意度: one person's answer about a class, from 5 (很满意) to 1; without one until it was given."""

    __tablename__ = "survey"
    __table_args__ = (UniqueConstraint("enrolment_id"), Index("ix_survey_offering", "offering_id", "score"))
    id: int | None = Field(default=None, primary_key=True)
    offering_id: int = Field(foreign_key="offering.id")
    enrolment_id: int = Field(foreign_key="enrolment.id")
    score: int | None = None
    words: str = Field(default="", sa_column=Column(Text, nullable=False))
    asked_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class CalendarFeed(SQLModel, table=True):
    """The secret address of a person's calendar, as a hash; a new epoch makes the old address a dead one."""

    __tablename__ = "calendar_feed"
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    epoch: int = 1
    secret_hash: str = Field(sa_column=Column(String(64), nullable=False, unique=True))
    created_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


opt_out = table_of(OptOut)
invitation = table_of(Invitation)
sheet_draft = table_of(SheetDraft)
help_thread = table_of(HelpThread)
help_message = table_of(HelpMessage)
survey = table_of(Survey)
calendar_feed = table_of(CalendarFeed)
