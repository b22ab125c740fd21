"""Who came: attendance with its written transitions, hours and credits, and the standing after no-shows.

Nothing here is changed in place but a stratum that is decided: a correction is a new row with its reason, and
the newest row of a person and session is what holds.
"""

from datetime import datetime

from sqlalchemy import Column, Index, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.types import UtcTime, table_of

# 待到, 到, 迟到, 请假, 缺席
STATES = ("expected", "present", "late", "excused", "absent")
# no row is `expected`; every other move is a new row
ATTENDANCE_TRANSITIONS: dict[str, frozenset[str]] = {
    "expected": frozenset({"present", "late", "excused", "absent"}),
    "present": frozenset({"late", "absent", "excused"}),
    "late": frozenset({"present", "absent", "excused"}),
    "excused": frozenset({"expected", "present", "late", "absent"}),
    "absent": frozenset({"present", "late", "excused"}),
}
# how a row came about
WAYS = ("roster", "code", "link", "excuse", "closing", "correction")
STRATUM_TRANSITIONS: dict[str, frozenset[str]] = {
    "standing": frozenset({"appealed", "lifted"}),
    "appealed": frozenset({"upheld", "lifted"}),
    "upheld": frozenset({"lifted"}),
    "lifted": frozenset({"standing"}),
}


class Attendance(SQLModel, table=True):
    """考勤: what holds of one person at one session from `at` on; `version` counts from 1."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("session_id", "enrolment_id", "version"),)
    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="class_session.id")
    enrolment_id: int = Field(foreign_key="enrolment.id", index=True)
    version: int = 1
    state: str = Field(sa_column=Column(String(16), nullable=False))
    way: str = Field(sa_column=Column(String(16), nullable=False))
    reason: str = Field(default="", sa_column=Column(String(200), nullable=False))
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class RollCall(SQLModel, table=True):
    """点名: the roll of one session was closed; from then on a change is a correction with a reason."""

    __tablename__ = "roll_call"
    session_id: int = Field(primary_key=True, foreign_key="class_session.id")
    closed_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class CheckInTry(SQLModel, table=True):
    """A wrong 签到码 of an account; five in ten minutes stop it."""

    __tablename__ = "check_in_try"
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class HourEntry(SQLModel, table=True):
    """学时: hundredths of an hour of learning added, or taken back by a correction."""

    __tablename__ = "hour_entry"
    id: int | None = Field(default=None, primary_key=True)
    enrolment_id: int = Field(foreign_key="enrolment.id", index=True)
    session_id: int = Field(foreign_key="class_session.id", index=True)
    hundredths: int
    reason: str = Field(default="", sa_column=Column(String(16), nullable=False))
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class CreditEntry(SQLModel, table=True):
    """学分: hundredths of a credit that follow from the hours of one class."""

    __tablename__ = "credit_entry"
    id: int | None = Field(default=None, primary_key=True)
    enrolment_id: int = Field(foreign_key="enrolment.id", index=True)
    hundredths: int
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class LearningRule(SQLModel, table=True):
    """How a unit and everything under it counts: minutes of an hour, hours of a credit, the credit's steps.

    `late_percent` is the share of a session's hours that somebody late is credited.
    """

    __tablename__ = "learning_rule"
    unit_id: int = Field(primary_key=True, foreign_key="org_unit.id")
    minutes_per_hour: int = 45
    hours_per_credit: int = 16
    credit_step: int = 50
    late_percent: int = 100


class LaterStratum(SQLModel, table=True):
    """After two unexcused absences: in the draws of `term` this person comes later, until its end."""

    __tablename__ = "later_stratum"
    __table_args__ = (
        UniqueConstraint("person_id", "term"),
        Index("ix_later_stratum_term", "term", "state"),
    )
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    unit_id: int = Field(foreign_key="org_unit.id")
    term: str = Field(sa_column=Column(String(16), nullable=False))
    until: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    state: str = Field(default="standing", sa_column=Column(String(16), nullable=False))
    reason: str = Field(default="", sa_column=Column(String(200), nullable=False))
    appeal: str = Field(default="", sa_column=Column(String(200), nullable=False))
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    changed_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


attendance = table_of(Attendance)
roll_call = table_of(RollCall)
check_in_try = table_of(CheckInTry)
hour_entry = table_of(HourEntry)
credit_entry = table_of(CreditEntry)
learning_rule = table_of(LearningRule)
later_stratum = table_of(LaterStratum)
