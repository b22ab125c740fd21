"""The outbox: every message to a person is one row, from the turn that wrote it to its outcome."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    and_,
    false,
    literal_column,
    text,
)
from sqlmodel import Field, SQLModel

from models.types import BigId, UtcTime, partial_index, table_of

LANES = ("reply", "notice", "bulk")
STATES = ("queued", "sending", "sent", "unknown", "stopped", "dead", "invalid", "expired", "dropped")


class Outgoing(SQLModel, table=True):
    """One message to one account.

    `payload` is the JSON of a reply (text, buttons, place, file name); `purpose` says why it is sent
    and is asked again at the moment of sending; `lease_until` is elapsed time in seconds. `parts` is how many
    of the calls that make up the message have been answered with success, so that none is made twice; a
    `secret` payload carries a code and is emptied as soon as the message has its outcome. `recipient_id` is
    the row of a broadcast that this message is for, one of each purpose at most: nobody gets it twice.
    `ended_at` is empty exactly while the row is queued or being sent.
    """

    __tablename__ = "outgoing"
    __table_args__ = (
        # What is queued or being sent. A claim changes nothing that any index knows of, so that it is written
        # down beside the row alone, for which PostgreSQL has room on the same page (fillfactor 50).
        partial_index(
            "ix_outgoing_open", "platform", "lane", "id",
            where="ended_at IS NULL",
        ),
        Index("ix_outgoing_account", "account_id", "id"),
        partial_index(
            "uq_outgoing_recipient", "recipient_id", "purpose", unique=True,
            where="recipient_id IS NOT NULL",
        ),
        partial_index(
            "ix_outgoing_learner_id", "learner_id",
            where="learner_id IS NOT NULL",
        ),
        # an answer is written without an end, and pays for none
        partial_index(
            "ix_outgoing_ended_at", "ended_at",
            where="ended_at IS NOT NULL",
        ),
    )  # fmt: skip
    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True))
    account_id: int = Field(foreign_key="account.id")
    platform: str = Field(sa_column=Column(String(16), nullable=False))
    chat: str = Field(default="", sa_column=Column(String(80), nullable=False))
    lane: str = Field(sa_column=Column(String(8), nullable=False))
    purpose: str = Field(sa_column=Column(String(24), nullable=False))
    payload: str = Field(sa_column=Column(Text, nullable=False))
    document: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    edit_of: str = Field(default="", sa_column=Column(String(40), nullable=False))
    silent: bool = False
    state: str = Field(default="queued", sa_column=Column(String(8), nullable=False))
    reason: str = Field(default="", sa_column=Column(String(40), nullable=False))
    attempts: int = 0
    lease_until: float = 0
    not_before: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    offer_id: int | None = None
    session_id: int | None = None
    enrolment_id: int | None = None
    platform_message_id: str = Field(default="", sa_column=Column(String(40), nullable=False))
    created_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    parts: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default=text("0")))
    secret: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    recipient_id: int | None = Field(default=None, sa_column=Column(BigInteger))
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))
    # whose matters it tells, where that is somebody whom the account's owner keeps
    learner_id: int | None = None
    # an owner's urgent notice: it waits for no quiet hours
    urgent: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))


outgoing = table_of(Outgoing)
# For looking through what is open; with a condition on the first column of its index, as SQLite else reads
# all that was ever sent. Rows known by number or account are asked for their state alone: PostgreSQL would go
# through all that is open and ask of each whether it is among the numbers.
OPEN = and_(outgoing.c.ended_at.is_(None), outgoing.c.platform > literal_column("''"))
