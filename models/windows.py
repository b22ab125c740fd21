"""How seats of a class are given: enrolment windows with their phases, applications, and draws."""

from datetime import datetime

from sqlalchemy import Column, Index, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.types import UtcTime, partial_index, table_of

MODES = ("fcfs", "draw", "approve")
# who may come in a phase, or has reserved seats in a draw
AUDIENCES = ("returning", "first_timer", "resident", "priority", "everyone")
MOST_WISHES = 3

# every legal move of an application; anything else raises
APPLICATION_TRANSITIONS: dict[str, frozenset[str]] = {
    "applied": frozenset({"withdrawn", "drawn"}),
    "pending": frozenset({"withdrawn", "approved", "declined"}),
    "drawn": frozenset(),
    "approved": frozenset(),
    "declined": frozenset(),
    "withdrawn": frozenset(),
}
# committed: the seed is fixed; listed: so is the list; drawn: the order is known; publishing: being told
DRAW_TRANSITIONS: dict[str, frozenset[str]] = {
    "committed": frozenset({"listed"}),
    "listed": frozenset({"drawn"}),
    "drawn": frozenset({"publishing"}),
    "publishing": frozenset({"published"}),
    "published": frozenset(),
}


class EnrolWindow(SQLModel, table=True):
    """报名安排: how and when the seats of some classes are given; `most` is what one draw gives a person."""

    __tablename__ = "enrol_window"
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="org_unit.id", index=True)
    mode: str = Field(sa_column=Column(String(8), nullable=False))
    title: str = Field(default="", sa_column=Column(String(120), nullable=False))
    opens_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))
    closes_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))
    draws_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, index=True))
    most: int = 1
    created_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class WindowClass(SQLModel, table=True):
    """A class whose seats are given by a window; no class has two.

    A draw leaves here how many asked for it, how many seats it had, and the last lot that got one.
    """

    __tablename__ = "window_class"
    offering_id: int = Field(primary_key=True, foreign_key="offering.id")
    window_id: int = Field(foreign_key="enrol_window.id", index=True)
    asked: int | None = None
    seats: int | None = None
    last_lot: int | None = None


class WindowPhase(SQLModel, table=True):
    """阶段: from when on one audience may come; `area` is the district of its residents."""

    __tablename__ = "window_phase"
    __table_args__ = (UniqueConstraint("window_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    window_id: int = Field(foreign_key="enrol_window.id")
    number: int
    audience: str = Field(sa_column=Column(String(16), nullable=False))
    area: str = Field(default="", sa_column=Column(String(40), nullable=False))
    opens_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class WindowQuota(SQLModel, table=True):
    """保留名额: seats of each class that a draw gives first to one audience, by number or by percentage."""

    __tablename__ = "window_quota"
    __table_args__ = (UniqueConstraint("window_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    window_id: int = Field(foreign_key="enrol_window.id")
    number: int
    audience: str = Field(sa_column=Column(String(16), nullable=False))
    area: str = Field(default="", sa_column=Column(String(40), nullable=False))
    seats: int | None = None
    percent: int | None = None


class Application(SQLModel, table=True):
    """登记申请: somebody asks for a place that is not given at once, by a draw or by the staff's yes.

    In a draw a person has one, with ranked wishes; with approval one for each class. `ref` is the number by
    which a published draw names it. `lot` and `answer` come with the draw or the staff's decision.
    """

    __tablename__ = "application"
    __table_args__ = (
        partial_index(
            "uq_application_draw", "window_id", "person_id", unique=True,
            where="state = 'applied'",
        ),
        partial_index(
            "uq_application_pending", "offering_id", "person_id", unique=True,
            where="state = 'pending'",
        ),
        UniqueConstraint("window_id", "ref"),
        Index("ix_application_state", "window_id", "state", "lot"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    window_id: int = Field(foreign_key="enrol_window.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    offering_id: int | None = Field(default=None, foreign_key="offering.id")
    ref: str = Field(sa_column=Column(String(16), nullable=False))
    state: str = Field(sa_column=Column(String(12), nullable=False))
    name: str = Field(default="", sa_column=Column(String(60), nullable=False))
    age_confirmed: bool = False
    lot: int | None = None
    answer: str = Field(default="", sa_column=Column(String(200), nullable=False))
    created_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    since: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class ApplicationWish(SQLModel, table=True):
    """志愿: one class of an application in a draw, by its rank from 1."""

    __tablename__ = "application_wish"
    __table_args__ = (UniqueConstraint("application_id", "offering_id"),)
    id: int | None = Field(default=None, primary_key=True)
    application_id: int = Field(foreign_key="application.id", index=True)
    offering_id: int = Field(foreign_key="offering.id", index=True)
    rank: int


class Draw(SQLModel, table=True):
    """抽签: the secret and what was published when; `secret` leaves the house only with the result.

    `listing` is the canonical list of applications, fixed at closing; `result` the whole published file.
    """

    __tablename__ = "draw"
    window_id: int = Field(primary_key=True, foreign_key="enrol_window.id")
    state: str = Field(default="committed", sa_column=Column(String(12), nullable=False, index=True))
    secret: str = Field(sa_column=Column(String(64), nullable=False))
    commitment: str = Field(sa_column=Column(String(64), nullable=False))
    committed_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    listing: str = Field(default="", sa_column=Column(Text, nullable=False))
    list_hash: str = Field(default="", sa_column=Column(String(64), nullable=False))
    listed_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))
    public: str = Field(default="", sa_column=Column(String(200), nullable=False))
    drawn_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))
    result: str = Field(default="", sa_column=Column(Text, nullable=False))
    told: int = 0
    published_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))


class Standing(SQLModel, table=True):
    """What a person is, where a phase or a reserved seat asks for it.

    A resident of `area` by the own word or the staff's, one of a priority group by the staff's, or drawn
    after the others (`later`) until a day.
    """

    __tablename__ = "standing"
    __table_args__ = (UniqueConstraint("person_id", "kind", "area"),)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    kind: str = Field(sa_column=Column(String(16), nullable=False))
    area: str = Field(default="", sa_column=Column(String(40), nullable=False))
    said_by: str = Field(default="", sa_column=Column(String(80), nullable=False))
    until: datetime | None = Field(default=None, sa_column=Column(UtcTime))
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


enrol_window = table_of(EnrolWindow)
window_class = table_of(WindowClass)
window_phase = table_of(WindowPhase)
window_quota = table_of(WindowQuota)
application = table_of(Application)
application_wish = table_of(ApplicationWish)
draw = table_of(Draw)
standing = table_of(Standing)
