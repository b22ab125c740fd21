"""Who acts for whom: people without an account and their keepers, rights to act, and acts done for others."""

from datetime import datetime

from sqlalchemy import Column, String
from sqlmodel import Field, SQLModel

from models.types import UtcTime, partial_index, table_of

# a child is kept by its guardian; a person on paper by the member of staff who brought the list
KINDS = ("child", "paper")
# ages from (and including) to (and excluding); nothing nearer to a birthday is kept
AGE_BANDS = {"0_3": (0, 3), "3_6": (3, 6), "6_9": (6, 9), "9_12": (9, 12), "12_14": (12, 14)}
# how a yes to being acted for was given
WAYS = ("code", "tap", "desk")


class Dependent(SQLModel, table=True):
    """A person without an account: of a child only a label and an age band, of one on paper only a name.

    The keeper is told what concerns them. A person on paper belongs to the unit whose staff enrolled them.
    """

    __tablename__ = "dependent"
    __table_args__ = (
        partial_index(
            "uq_dependent_child", "keeper_id", "label", unique=True,
            where="kind = 'child'",
        ),
        partial_index(
            "uq_dependent_paper", "unit_id", "label", unique=True,
            where="kind = 'paper'",
        ),
    )  # fmt: skip
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    keeper_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    kind: str = Field(sa_column=Column(String(8), nullable=False))
    label: str = Field(sa_column=Column(String(60), nullable=False))
    age_band: str = Field(default="", sa_column=Column(String(8), nullable=False))
    unit_id: int | None = Field(default=None, foreign_key="org_unit.id")
    created_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class ActingRight(SQLModel, table=True):
    """允许代报: a grown person's own yes to being enrolled by another, until it is taken back."""

    __tablename__ = "acting_right"
    __table_args__ = (
        partial_index(
            "uq_acting_right_living", "actor_id", "subject_id", unique=True,
            where="ended_at IS NULL",
        ),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    actor_id: int = Field(foreign_key="person.id", index=True)
    subject_id: int = Field(foreign_key="person.id", index=True)
    label: str = Field(default="", sa_column=Column(String(60), nullable=False))
    way: str = Field(sa_column=Column(String(8), nullable=False))
    wording: str = Field(sa_column=Column(String(16), nullable=False))
    given_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))


class ActedFor(SQLModel, table=True):
    """由 X 代 Y: an enrolment that somebody else made; the name is as it stood then."""

    __tablename__ = "acted_for"
    enrolment_id: int = Field(primary_key=True, foreign_key="enrolment.id")
    actor_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    actor_name: str = Field(default="", sa_column=Column(String(60), nullable=False))
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


dependent = table_of(Dependent)
acting_right = table_of(ActingRight)
acted_for = table_of(ActedFor)
