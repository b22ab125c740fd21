"""Keys made once and kept in the database where the environment gives none."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import bindparam, exists, func, select, text
from sqlalchemy.types import String

from bot.settings import Settings
from models.catalogue import offering
from models.operations import setting
from models.people import person
from models.statement import Statement, Tx
from services.calendar import Uids

READ = Statement(select(setting.c.value).where(setting.c.key == bindparam("name")))
KEEP = Statement(
    text("INSERT INTO setting (key, value) VALUES (:name, :made) ON CONFLICT (key) DO NOTHING").bindparams(
        bindparam("name", type_=String()), bindparam("made", type_=String())
    )
)
# what a town of before this key had given out; one to which nobody ever spoke gave out nothing
GIVEN_OUT = Statement(
    select(func.coalesce(func.max(offering.c.id), 0).label("last")).where(exists(select(person.c.id)))
)


@dataclass(frozen=True, slots=True)
class Keys:
    """`secret` signs cookies and links; `webhook` is the word that Telegram repeats to us."""

    secret: bytes = field(repr=False)
    webhook: str = field(repr=False)
    calendar_uids: Uids


def build_keys(tx: Tx, settings: Settings) -> Keys:
    """The operator's keys, or those made at the first start."""
    given, word = settings.secret_key, settings.telegram_secret
    return Keys(
        secret=(given.get_secret_value() if given else kept(tx, "secret_key")).encode(),
        webhook=word.get_secret_value() if word else kept(tx, "telegram_secret"),
        calendar_uids=calendar_uids(tx),
    )


def calendar_uids(tx: Tx) -> Uids:
    """The town's own mark in its calendars, made at the first start."""

    def make() -> str:
        return f"{secrets.token_hex(8)}:{tx.one(GIVEN_OUT).last}"

    key, _, given_out = kept(tx, "calendar_uids", make).partition(":")
    return Uids(key, int(given_out))


def kept(tx: Tx, name: str, make: Callable[[], str] = secrets.token_urlsafe) -> str:
    """The value on record under `name`, made now if there is none; two processes get the same one."""
    row = tx.one(READ, name=name)
    if row is None:
        tx.run(KEEP, name=name, made=make())
        row = tx.one(READ, name=name)
    return str(row.value)


def random_digits(count: int) -> str:
    """So many digits that nobody can foresee (the codes that people type)."""
    return str(secrets.randbelow(10**count)).zfill(count)
