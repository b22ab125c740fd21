"""Who takes part: persons, their platform accounts, consents, dialogues and roles."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.types import UtcTime, partial_index, table_of

ROLES = ("owner", "editor", "broadcaster", "teacher", "viewer")
PURPOSES = ("enrolment", "announcements", "assistant", "guardian", "team")


class Person(SQLModel, table=True):
    """居民 / 学习者. Before a first yes it holds only chosen settings."""

    __tablename__ = "person"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(default="", sa_column=Column(String(60), nullable=False))
    lang: str = Field(default="zh", sa_column=Column(String(8), nullable=False))
    big: bool = False
    quiet_from: int | None = None  # minutes after midnight; None: the town's own quiet hours
    quiet_to: int | None = None
    remind_evening: bool = True
    remind_hour: bool = True
    weekly: bool = True
    created_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    forget_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, index=True))


class Account(SQLModel, table=True):
    """平台账号: how a person reaches us on one platform."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("platform", "external_id"),)
    id: int | None = Field(default=None, primary_key=True)
    platform: str = Field(sa_column=Column(String(16), nullable=False))
    external_id: str = Field(sa_column=Column(String(80), nullable=False))
    person_id: int = Field(foreign_key="person.id", index=True)
    chat: str = Field(default="", sa_column=Column(String(80), nullable=False))
    verified: bool = True
    state: str = Field(default="active", sa_column=Column(String(16), nullable=False))
    recovery_hash: str = Field(default="", sa_column=Column(String(64), nullable=False))
    cookie_epoch: int = 0
    created_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    seen_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class Conversation(SQLModel, table=True):
    """The dialogue of one account; its row is locked for the length of a turn."""

    __tablename__ = "conversation"
    account_id: int = Field(primary_key=True, foreign_key="account.id")
    state: str = Field(default="", sa_column=Column(Text, nullable=False))
    # without an index, which every turn would have to write to
    updated_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class ReceivedUpdate(SQLModel, table=True):
    """An update that was taken in; kept 48 hours so that a re-delivery changes nothing."""

    __tablename__ = "received_update"
    platform: str = Field(sa_column=Column(String(16), primary_key=True))
    bot: str = Field(sa_column=Column(String(80), primary_key=True))
    update_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    outcome: str = Field(default="done", sa_column=Column(String(8), nullable=False))
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False, index=True))


class Consent(SQLModel, table=True):
    """A yes for one purpose, with the version of the wording that was shown."""

    __tablename__ = "consent"
    __table_args__ = (
        partial_index(
            "uq_consent_living", "person_id", "purpose", unique=True,
            where="withdrawn_at IS NULL",
        ),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    purpose: str = Field(sa_column=Column(String(24), nullable=False))
    wording: str = Field(sa_column=Column(String(16), nullable=False))
    platform: str = Field(sa_column=Column(String(16), nullable=False))
    given_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    withdrawn_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))


class RoleGrant(SQLModel, table=True):
    """A role of a person on a unit, valid for its subtree."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("person_id", "unit_id", "role"),)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    unit_id: int = Field(foreign_key="org_unit.id")
    role: str = Field(sa_column=Column(String(16), nullable=False))
    granted_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class LinkCode(SQLModel, table=True):
    """A 6-digit code that joins two accounts; kept as a hash, ten minutes, five tries."""

    __tablename__ = "link_code"
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    code_hash: str = Field(sa_column=Column(String(64), nullable=False, index=True))
    expires_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))


class CodeTry(SQLModel, table=True):
    """A failed try of an account at a code; five in ten minutes stop it."""

    __tablename__ = "code_try"
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


person = table_of(Person)
account = table_of(Account)
conversation = table_of(Conversation)
received_update = table_of(ReceivedUpdate)
consent = table_of(Consent)
role_grant = table_of(RoleGrant)
link_code = table_of(LinkCode)
code_try = table_of(CodeTry)
