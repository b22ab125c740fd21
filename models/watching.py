"""What people wait for and what nobody found: watches on a wish, and unmet demand counted without persons."""

from datetime import date, datetime

from sqlalchemy import Boolean, Column, String, Text, false
from sqlmodel import Field, SQLModel

from models.types import UtcTime, partial_index, table_of


class Watch(SQLModel, table=True):
    """订阅: what a person wants to hear of, until it is stopped; a 开课提醒 ends by itself at `until`.

    A `lasting` one has no end of its own; its `until` lies beyond every calendar.
    """

    __tablename__ = "watch"
    __table_args__ = (
        partial_index(
            "ix_watch_living_until", "until",
            where="ended_at IS NULL",
        ),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    meaning: str = Field(sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    until: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    told_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, index=True))
    lasting: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))


class Demand(SQLModel, table=True):
    """未满足的需求: how often in a week (its Monday) a wish found nothing; never whose it was."""

    __tablename__ = "demand"
    week: date = Field(primary_key=True)
    topic: str = Field(sa_column=Column(String(80), primary_key=True))
    place: str = Field(default="", sa_column=Column(String(24), primary_key=True))
    days: str = Field(default="", sa_column=Column(String(8), primary_key=True))
    part: str = Field(default="", sa_column=Column(String(10), primary_key=True))
    times: int = 1


watch = table_of(Watch)
demand = table_of(Demand)
