"""群发: a message to many, its recipients as rows, the rules of a unit, and the groups people declare."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Column, Index, LargeBinary, String, Text, false, text
from sqlmodel import Field, SQLModel

from models.types import BigId, UtcTime, partial_index, table_of

STATES = ("draft", "waiting_approval", "scheduled", "running", "paused", "done", "stopped", "recalled")
# every legal move; anything else raises
TRANSITIONS: dict[str, frozenset[str]] = {
    "draft": frozenset({"waiting_approval", "scheduled", "running", "stopped"}),
    "waiting_approval": frozenset({"scheduled", "running", "stopped"}),
    "scheduled": frozenset({"running", "stopped"}),
    "running": frozenset({"paused", "done", "stopped", "recalled"}),
    "paused": frozenset({"running", "stopped", "recalled"}),
    "done": frozenset({"recalled"}),
    "stopped": frozenset({"recalled"}),
    "recalled": frozenset(),
}
OUTCOMES = ("sent", "unknown", "failed", "skipped")
RECIPIENT_STATES = (*OUTCOMES, "pending", "sending")
REPEATS = ("", "daily", "weekly", "monthly")
# a closed list: nothing of health, religion or disability is ever asked or kept
GROUPS = (
    "elders", "migrant_workers", "parents", "youth", "farmers", "job_seekers", "new_residents", "veterans",
    "volunteers",
)  # fmt: skip


class Broadcast(SQLModel, table=True):
    """One message to an audience, on behalf of a unit.

    `audience` is the expression as data, resolved once, at launch, into rows; `resolved_up_to` is the last
    person looked at, until `resolved`. It is `open` while anything of it is still to be done by itself.
    `account_id` is the chat in which its progress is shown. What is `urgent` waits for no quiet hours; only
    an owner of the unit sends that. `counted` is what the preview counted, for which audience, and when.
    """

    __tablename__ = "broadcast"
    __table_args__ = (
        partial_index(
            "ix_broadcast_open", "id",
            where="open",
        ),
        partial_index(
            "ix_broadcast_starts", "starts_at",
            where="state = 'scheduled'",
        ),
        Index("ix_broadcast_fingerprint", "fingerprint", "created_at"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="org_unit.id", index=True)
    author_id: int | None = Field(default=None, index=True)
    approver_id: int | None = None
    account_id: int | None = None
    # `text` for those who read English; empty: everybody reads `text`
    text_en: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=text("''")))
    counted: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=text("''")))
    text: str = Field(sa_column=Column(Text, nullable=False))
    buttons: str = Field(default="[]", sa_column=Column(Text, nullable=False))
    audience: str = Field(sa_column=Column(Text, nullable=False))
    fingerprint: str = Field(sa_column=Column(String(64), nullable=False))
    state: str = Field(default="draft", sa_column=Column(String(16), nullable=False))
    reason: str = Field(default="", sa_column=Column(String(40), nullable=False))
    repeat: str = Field(default="", sa_column=Column(String(8), nullable=False))
    series_id: int | None = None
    open: bool = False
    resolved: bool = False
    resolved_up_to: int = 0
    recalled_up_to: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    created_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    starts_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))
    valid_until: datetime | None = Field(default=None, sa_column=Column(UtcTime))
    launched_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))
    progress_id: int | None = Field(default=None, sa_column=Column(BigInteger))
    progress_at: float = 0
    progress_done: int = 0
    urgent: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))


class BroadcastFile(SQLModel, table=True):
    """The picture or document of a broadcast: kept once, however many get it."""

    __tablename__ = "broadcast_file"
    broadcast_id: int = Field(primary_key=True, foreign_key="broadcast.id")
    name: str = Field(sa_column=Column(String(200), nullable=False))
    mime: str = Field(sa_column=Column(String(100), nullable=False))
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class BroadcastRecipient(SQLModel, table=True):
    """One person's part in a broadcast: pending -> sending -> sent | unknown | failed | skipped.

    While it is `sending` there is one row of the outbox that names it; what becomes of that row becomes of
    this one. The person and the account are emptied by erasure, so that the numbers stay and the name goes.
    """

    __tablename__ = "broadcast_recipient"
    __table_args__ = (
        Index("uq_broadcast_recipient_person", "broadcast_id", "person_id", unique=True),
        partial_index(
            "ix_broadcast_recipient_pending", "broadcast_id", "not_before", "id",
            where="state = 'pending'",
        ),
        partial_index(
            "ix_broadcast_recipient_sending", "broadcast_id", "id",
            where="state = 'sending'",
        ),
        partial_index(
            "ix_broadcast_recipient_recall", "broadcast_id", "id",
            where="recall = 'asked'",
        ),
        Index("ix_broadcast_recipient_of", "person_id", "ended_at"),
    )  # fmt: skip
    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True))
    # no foreign key: the one statement that makes these rows reads the broadcast, which is never deleted, and
    # a check for each of a million rows takes longer than making them
    broadcast_id: int
    person_id: int | None = None
    account_id: int | None = None
    platform: str = Field(default="", sa_column=Column(String(16), nullable=False))
    state: str = Field(default="pending", sa_column=Column(String(8), nullable=False))
    reason: str = Field(default="", sa_column=Column(String(40), nullable=False))
    recall: str = Field(default="", sa_column=Column(String(8), nullable=False))
    not_before: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))
    tapped_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))


class BroadcastRule(SQLModel, table=True):
    """What a unit set for itself and everything under it; None: as the unit above."""

    __tablename__ = "broadcast_rule"
    unit_id: int = Field(primary_key=True, foreign_key="org_unit.id")
    approve_above: int | None = None
    weekly_cap: int | None = None


class PersonGroup(SQLModel, table=True):
    """我是…: a group that a person said to belong to."""

    __tablename__ = "person_group"
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    code: str = Field(sa_column=Column(String(24), primary_key=True, index=True))
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


broadcast = table_of(Broadcast)
broadcast_file = table_of(BroadcastFile)
broadcast_recipient = table_of(BroadcastRecipient)
broadcast_rule = table_of(BroadcastRule)
person_group = table_of(PersonGroup)
