"""Before and during a class: too few learners, a change to a parallel class, and the fees."""

from datetime import date, datetime

from sqlalchemy import Column, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.types import UtcTime, partial_index, table_of

# what becomes of a class that too few have joined by its date
DECISIONS = ("", "enough", "keep", "merge", "cancel")
TRANSFER_TRANSITIONS: dict[str, frozenset[str]] = {
    "waiting": frozenset({"done", "dropped"}),
    "done": frozenset(),
    "dropped": frozenset(),
}
# 应缴, 减免, 已缴, 免去 (the school lets it go), 退费, 退班后不再应缴, 随转班带走
FEE_KINDS = ("due", "discount", "paid", "waived", "refunded", "released", "carried")


class ClassMinimum(SQLModel, table=True):
    """最低开班人数: what is decided on `decide_by` where fewer have a seat."""

    __tablename__ = "class_minimum"
    offering_id: int = Field(primary_key=True, foreign_key="offering.id")
    min_enrolled: int
    decide_by: date = Field(index=True)
    decision: str = Field(default="", sa_column=Column(String(16), nullable=False))
    asked_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))
    decided_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))


class Transfer(SQLModel, table=True):
    """换班: from a seat in one class to a parallel one; the old seat is kept until the new one is had."""

    __tablename__ = "transfer"
    __table_args__ = (
        partial_index(
            "uq_transfer_living", "from_id", unique=True,
            where="state = 'waiting'",
        ),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    from_id: int = Field(foreign_key="enrolment.id")
    to_id: int = Field(foreign_key="enrolment.id", unique=True)
    state: str = Field(default="waiting", sa_column=Column(String(16), nullable=False))
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class FeeEntry(SQLModel, table=True):
    """One line of an enrolment's account in fen; their sum is what is still owed, below zero by the school.

    `source` says whose money it is (a fund's name, or empty: one's own); rows are added and never changed.
    """

    __tablename__ = "fee_entry"
    id: int | None = Field(default=None, primary_key=True)
    enrolment_id: int = Field(foreign_key="enrolment.id", index=True)
    kind: str = Field(sa_column=Column(String(16), nullable=False))
    fen: int
    reason: str = Field(default="", sa_column=Column(String(80), nullable=False))
    source: str = Field(default="", sa_column=Column(String(40), nullable=False))
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class FeeRule(SQLModel, table=True):
    """A unit's own rule: `refund` in a week of the class (0: before it begins), or a named `discount`."""

    __tablename__ = "fee_rule"
    __table_args__ = (UniqueConstraint("unit_id", "kind", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="org_unit.id")
    kind: str = Field(sa_column=Column(String(16), nullable=False))
    name: str = Field(sa_column=Column(String(40), nullable=False))
    percent: int


class_minimum = table_of(ClassMinimum)
transfer = table_of(Transfer)
fee_entry = table_of(FeeEntry)
fee_rule = table_of(FeeRule)
