"""What is taught: units of the three-level network, venues, courses, classes and their sessions."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from models.types import UtcTime, table_of

CATEGORIES = (
    "civic", "integrity", "arts", "science", "vocational",
    "early_years", "sport", "wellbeing", "leisure", "staff",
)  # fmt: skip
FORMS = ("class", "showcase", "tour", "salon", "team", "workshop", "online")
LEVELS = ("root", "college", "school", "point")


class OrgUnit(SQLModel, table=True):
    """办学机构: a node of the network; `path` is `/root id/.../own id/`, so a subtree is a prefix."""

    __tablename__ = "org_unit"
    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(sa_column=Column(String(64), nullable=False, unique=True))
    name: str = Field(sa_column=Column(String(120), nullable=False))
    level: str = Field(sa_column=Column(String(16), nullable=False))
    parent_id: int | None = Field(default=None, foreign_key="org_unit.id")
    path: str = Field(default="", sa_column=Column(String(255), nullable=False, index=True))
    phone: str = ""
    desk_hours: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None


class Venue(SQLModel, table=True):
    """学习点 / 场地: where a class meets."""

    __tablename__ = "venue"
    __table_args__ = (UniqueConstraint("name", "address", "district"),)
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_column=Column(String(120), nullable=False))
    address: str = Field(default="", sa_column=Column(String(200), nullable=False))
    district: str = Field(default="", sa_column=Column(String(80), nullable=False))
    latitude: float | None = None
    longitude: float | None = None


class Course(SQLModel, table=True):
    """课程（大纲）: what is taught, apart from when and where."""

    __tablename__ = "course"
    __table_args__ = (UniqueConstraint("unit_id", "title", "category"),)
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="org_unit.id")
    title: str = Field(sa_column=Column(String(120), nullable=False))
    category: str = Field(sa_column=Column(String(16), nullable=False))


class Offering(SQLModel, table=True):
    """班级（开班）: one class that people join. `taken` counts enrolled and offered seats."""

    __tablename__ = "offering"
    __table_args__ = (
        CheckConstraint("taken >= 0", name="taken_not_negative"),
        CheckConstraint("capacity IS NULL OR taken <= capacity", name="taken_within_capacity"),
    )
    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(sa_column=Column(String(64), nullable=False, unique=True))
    link_key: str = Field(sa_column=Column(String(60), nullable=False, unique=True))
    course_id: int = Field(foreign_key="course.id", index=True)
    unit_id: int = Field(foreign_key="org_unit.id", index=True)
    venue_id: int | None = Field(default=None, foreign_key="venue.id")
    form: str = Field(sa_column=Column(String(16), nullable=False))
    description: str = Field(default="", sa_column=Column(Text, nullable=False))
    teacher: str = ""
    audience: str = ""
    online: bool = False
    slots: str = Field(default="", sa_column=Column(Text, nullable=False))
    starts_on: date
    ends_on: date
    skips: str = Field(default="", sa_column=Column(Text, nullable=False))
    first_start: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    last_end: datetime = Field(sa_column=Column(UtcTime, nullable=False, index=True))
    capacity: int | None = None
    taken: int = 0
    fee_fen: int | None = None
    min_age: int | None = None
    max_age: int | None = None
    enrol_opens: datetime | None = Field(default=None, sa_column=Column(UtcTime, index=True))
    enrol_closes: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    hours: float | None = None
    status: str = Field(default="open", sa_column=Column(String(16), nullable=False))
    fingerprint: str = Field(default="", sa_column=Column(String(64), nullable=False))


class ClassSession(SQLModel, table=True):
    """课次: one meeting of a class. `number` never changes, so a calendar entry can follow a move."""

    __tablename__ = "class_session"
    __table_args__ = (
        UniqueConstraint("offering_id", "number"),
        Index("ix_class_session_starts_at", "starts_at"),
        # a list asks of each of its classes when it meets next, which is found here alone
        Index("ix_class_session_next", "offering_id", "starts_at", "state"),
    )
    id: int | None = Field(default=None, primary_key=True)
    offering_id: int = Field(foreign_key="offering.id")
    number: int
    starts_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    ends_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    venue_id: int | None = Field(default=None, foreign_key="venue.id")
    state: str = Field(default="planned", sa_column=Column(String(16), nullable=False))
    sequence: int = 0
    reason: str = ""


class CatalogueChange(SQLModel, table=True):
    """A numbered change of one class, from which every process brings its index up to date."""

    __tablename__ = "catalogue_change"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    offering_id: int = Field(index=True)
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class ImportBatch(SQLModel, table=True):
    """One import of a sheet, with what it changed, so that it can be undone within a day."""

    __tablename__ = "import_batch"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    by: str = ""
    kind: str = Field(sa_column=Column(String(16), nullable=False))
    before: str = Field(default="", sa_column=Column(Text, nullable=False))
    undone_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))


org_unit = table_of(OrgUnit)
venue = table_of(Venue)
course = table_of(Course)
offering = table_of(Offering)
class_session = table_of(ClassSession)
catalogue_change = table_of(CatalogueChange)
import_batch = table_of(ImportBatch)
