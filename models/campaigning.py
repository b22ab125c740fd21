"""活动: a campaign of a unit as data, what of its plan went out, nominations and votes."""

from datetime import date, datetime

from sqlalchemy import Column, String, Text
from sqlmodel import Field, SQLModel

from models.types import UtcTime, partial_index, table_of

# every legal move; anything else raises
TRANSITIONS: dict[str, frozenset[str]] = {
    "draft": frozenset({"waiting_approval", "running", "stopped"}),
    "waiting_approval": frozenset({"draft", "running", "stopped"}),
    "running": frozenset({"done", "stopped"}),
    "done": frozenset(),
    "stopped": frozenset(),
}
# 百姓学习之星 is a person, 终身学习品牌项目 a project
AWARDS = ("star", "brand")
# proposed: the nominee's own yes is missing; agreed: the organiser looks at it
NOMINATION_TRANSITIONS: dict[str, frozenset[str]] = {
    "proposed": frozenset({"agreed", "refused"}),
    "agreed": frozenset({"published", "turned_down", "refused"}),
    "published": frozenset({"refused", "turned_down"}),
    "turned_down": frozenset({"published"}),
    "refused": frozenset(),
}


class Campaign(SQLModel, table=True):
    """One campaign: its own dates (一周一省、错峰), and its plan as a text.

    `joined_up_to` is the last yes to announcements that was looked at for people who join in its course.
    """

    __tablename__ = "campaign"
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="org_unit.id", index=True)
    author_id: int | None = Field(default=None, index=True)
    approver_id: int | None = None
    theme: str = Field(sa_column=Column(String(80), nullable=False))
    opens_on: date
    closes_on: date
    plan: str = Field(sa_column=Column(Text, nullable=False))
    state: str = Field(default="draft", sa_column=Column(String(16), nullable=False, index=True))
    joined_up_to: int = 0
    created_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    started_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))


class CampaignMessage(SQLModel, table=True):
    """What came of one message of the plan: claimed by being inserted, so it goes out once."""

    __tablename__ = "campaign_message"
    campaign_id: int = Field(primary_key=True, foreign_key="campaign.id")
    key: str = Field(sa_column=Column(String(40), primary_key=True))
    # sent, late (its time had passed), nobody (no one is in its audience)
    outcome: str = Field(sa_column=Column(String(8), nullable=False))
    broadcast_id: int | None = Field(default=None, index=True)
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class Nomination(SQLModel, table=True):
    """Who or what was named for an award; nothing is published before the nominee's own yes."""

    __tablename__ = "nomination"
    __table_args__ = (
        partial_index(
            "uq_nomination_living", "campaign_id", "award", "key", unique=True,
            where="state != 'refused'",
        ),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    award: str = Field(sa_column=Column(String(8), nullable=False))
    name: str = Field(sa_column=Column(String(40), nullable=False))
    # the name as it is compared, so that one is not named twice
    key: str = Field(sa_column=Column(String(40), nullable=False))
    story: str = Field(default="", sa_column=Column(Text, nullable=False))
    proposer_id: int | None = Field(default=None, index=True)
    nominee_id: int | None = Field(default=None, index=True)
    code: str = Field(sa_column=Column(String(16), nullable=False, unique=True))
    state: str = Field(default="proposed", sa_column=Column(String(12), nullable=False))
    created_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    agreed_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))


class Vote(SQLModel, table=True):
    """One person's vote for one award, whatever accounts the person has."""

    __tablename__ = "vote"
    campaign_id: int = Field(primary_key=True, foreign_key="campaign.id")
    award: str = Field(sa_column=Column(String(8), primary_key=True))
    person_id: int = Field(primary_key=True, foreign_key="person.id", index=True)
    nomination_id: int = Field(foreign_key="nomination.id", index=True)
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class EarlierWinner(SQLModel, table=True):
    """Who won an award of a unit before, and is not named again."""

    __tablename__ = "earlier_winner"
    unit_id: int = Field(primary_key=True, foreign_key="org_unit.id")
    award: str = Field(sa_column=Column(String(8), primary_key=True))
    key: str = Field(sa_column=Column(String(40), primary_key=True))
    year: int


campaign = table_of(Campaign)
campaign_message = table_of(CampaignMessage)
nomination = table_of(Nomination)
vote = table_of(Vote)
earlier_winner = table_of(EarlierWinner)
