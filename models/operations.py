"""What keeps the house running: settings made once, counters, leases, occurrences and the audit."""

from datetime import datetime

from sqlalchemy import Column, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.types import UtcTime, table_of


class Setting(SQLModel, table=True):
    """A value made once and kept (keys, the recorded civil time)."""

    __tablename__ = "setting"
    key: str = Field(sa_column=Column(String(40), primary_key=True))
    value: str = Field(sa_column=Column(Text, nullable=False))


class Counter(SQLModel, table=True):
    """A number given out in order, inside the transaction that needs it."""

    __tablename__ = "counter"
    name: str = Field(sa_column=Column(String(40), primary_key=True))
    value: int = 0


class Lease(SQLModel, table=True):
    """Who holds a lane or the schedules; `until` is elapsed seconds, `epoch` rises at each takeover."""

    __tablename__ = "lease"
    name: str = Field(sa_column=Column(String(40), primary_key=True))
    holder: str = Field(default="", sa_column=Column(String(80), nullable=False))
    epoch: int = 0
    until: float = 0


class Occurrence(SQLModel, table=True):
    """One firing of a schedule for one subject, claimed by being inserted."""

    __tablename__ = "occurrence"
    __table_args__ = (UniqueConstraint("schedule", "subject"),)
    id: int | None = Field(default=None, primary_key=True)
    schedule: str = Field(sa_column=Column(String(24), nullable=False))
    subject: str = Field(sa_column=Column(String(80), nullable=False))
    outcome: str = Field(default="done", sa_column=Column(String(16), nullable=False))
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False, index=True))


class AuditEntry(SQLModel, table=True):
    """Who changed what, for whom, when: keys and field names only."""

    __tablename__ = "audit_entry"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False, index=True))
    actor: str = Field(sa_column=Column(String(80), nullable=False, index=True))
    action: str = Field(sa_column=Column(String(40), nullable=False))
    subject: str = Field(sa_column=Column(String(80), nullable=False, index=True))
    fields: str = Field(default="", sa_column=Column(Text, nullable=False))


class AuditText(SQLModel, table=True):
    """The words of an audit entry (names, texts before and after), which erasure empties."""

    __tablename__ = "audit_text"
    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="audit_entry.id", index=True)
    person_id: int | None = Field(default=None, index=True)
    before: str = Field(default="", sa_column=Column(Text, nullable=False))
    after: str = Field(default="", sa_column=Column(Text, nullable=False))


setting = table_of(Setting)
counter = table_of(Counter)
lease = table_of(Lease)
occurrence = table_of(Occurrence)
audit_entry = table_of(AuditEntry)
audit_text = table_of(AuditText)
