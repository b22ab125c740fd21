"""学习共同体 and those who take their seats together: all of them or none."""

from datetime import datetime

from sqlalchemy import Column, String
from sqlmodel import Field, SQLModel

from models.types import UtcTime, partial_index, table_of


class SeatGroup(SQLModel, table=True):
    """Those who wait and are seated together in one class; `told_at`: that too few seats were free."""

    __tablename__ = "seat_group"
    id: int | None = Field(default=None, primary_key=True)
    offering_id: int = Field(foreign_key="offering.id", index=True)
    team_id: int | None = Field(default=None, foreign_key="team.id")
    created_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    told_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))


class SeatGroupMember(SQLModel, table=True):
    """An enrolment that stands together with others."""

    __tablename__ = "seat_group_member"
    enrolment_id: int = Field(primary_key=True, foreign_key="enrolment.id")
    group_id: int = Field(foreign_key="seat_group.id", index=True)


class Team(SQLModel, table=True):
    """学习共同体: people who learn together by their own arrangement; joined by a code."""

    __tablename__ = "team"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_column=Column(String(40), nullable=False))
    code: str = Field(sa_column=Column(String(12), nullable=False, unique=True))
    lead_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    created_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))


class TeamMember(SQLModel, table=True):
    """Somebody in a team, by the name that the others see."""

    __tablename__ = "team_member"
    __table_args__ = (
        partial_index(
            "uq_team_member_living", "team_id", "person_id", unique=True,
            where="left_at IS NULL",
        ),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    name: str = Field(default="", sa_column=Column(String(60), nullable=False))
    joined_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    left_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))


class TeamMeeting(SQLModel, table=True):
    """A team's own meeting; its members are reminded on the evening before."""

    __tablename__ = "team_meeting"
    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id", index=True)
    starts_at: datetime = Field(sa_column=Column(UtcTime, nullable=False, index=True))
    what: str = Field(default="", sa_column=Column(String(120), nullable=False))
    made_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    cancelled_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))


seat_group = table_of(SeatGroup)
seat_group_member = table_of(SeatGroupMember)
team = table_of(Team)
team_member = table_of(TeamMember)
team_meeting = table_of(TeamMeeting)
