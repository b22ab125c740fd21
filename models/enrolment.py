"""Who joins what: enrolments with their written transitions, offers, favourites and excuses."""

from datetime import datetime

from sqlalchemy import Column, Index, Integer, String, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.types import UtcTime, partial_index, table_of

LIVING = ("waiting", "offered", "enrolled")

# every legal move; anything else raises
TRANSITIONS: dict[str, frozenset[str]] = {
    "waiting": frozenset({"offered", "enrolled", "withdrawn"}),
    "offered": frozenset({"enrolled", "withdrawn", "waiting"}),
    "enrolled": frozenset({"withdrawn"}),
    "withdrawn": frozenset(),
}
OFFER_TRANSITIONS: dict[str, frozenset[str]] = {
    "made": frozenset({"running", "accepted", "declined", "lapsed", "undelivered"}),
    "running": frozenset({"accepted", "declined", "lapsed"}),
    "accepted": frozenset(),
    "declined": frozenset(),
    "lapsed": frozenset(),
    "undelivered": frozenset(),
}


class IllegalMove(Exception):
    """A state was asked to move where its table does not allow."""


def check_move(table: dict[str, frozenset[str]], before: str, after: str) -> None:
    """Raise IllegalMove unless `before` -> `after` stands in the table."""
    if after not in table[before]:
        raise IllegalMove(f"{before} -> {after}")


class Enrolment(SQLModel, table=True):
    """报名: one person's place in one class; a return is a new row at the end."""

    __tablename__ = "enrolment"
    __table_args__ = (
        partial_index(
            "uq_enrolment_living", "person_id", "offering_id", unique=True,
            where="state IN ('waiting', 'offered', 'enrolled')",
        ),
        Index("ix_enrolment_line", "offering_id", "state", "id"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    offering_id: int = Field(foreign_key="offering.id")
    # indexed for erasing and merging: an account that goes is looked for in every place ever taken
    account_id: int = Field(foreign_key="account.id", index=True)
    # which row of its class this is, from 1; 0: made by hand, and counted where that is asked
    number: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default=text("0")))
    state: str = Field(sa_column=Column(String(16), nullable=False))
    name: str = Field(default="", sa_column=Column(String(60), nullable=False))
    age_confirmed: bool = False
    remind: bool = True
    # of the person's own reminders only this one for this class: evening or hour; empty: as everywhere
    remind_only: str = Field(
        default="", sa_column=Column(String(8), nullable=False, server_default=text("''"))
    )
    ended: str = Field(default="", sa_column=Column(String(16), nullable=False))
    created_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    since: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class SeatOffer(SQLModel, table=True):
    """补位: a freed seat held for the first in line; its clock starts when the message was sent."""

    __tablename__ = "seat_offer"
    __table_args__ = (
        partial_index(
            "uq_seat_offer_living", "enrolment_id", unique=True,
            where="state IN ('made', 'running')",
        ),
        Index("ix_seat_offer_due", "state", "expires_at"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    enrolment_id: int = Field(foreign_key="enrolment.id", index=True)
    offering_id: int = Field(foreign_key="offering.id", index=True)
    state: str = Field(default="made", sa_column=Column(String(16), nullable=False))
    made_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class Favourite(SQLModel, table=True):
    """收藏."""

    __tablename__ = "favourite"
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    offering_id: int = Field(primary_key=True, foreign_key="offering.id")
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class Excuse(SQLModel, table=True):
    """这次去不了: somebody told us beforehand that they miss one session."""

    __tablename__ = "excuse"
    __table_args__ = (UniqueConstraint("enrolment_id", "session_id"),)
    id: int | None = Field(default=None, primary_key=True)
    enrolment_id: int = Field(foreign_key="enrolment.id")
    session_id: int = Field(foreign_key="class_session.id", index=True)
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


enrolment = table_of(Enrolment)
seat_offer = table_of(SeatOffer)
favourite = table_of(Favourite)
excuse = table_of(Excuse)
