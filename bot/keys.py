"""Keys made once and kept in the database where the environment gives none."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select, text
from sqlalchemy.types import String

from bot.settings import Settings
from models.operations import setting
from models.statement import Statement, Tx

READ = Statement(select(setting.c.value).where(setting.c.key == bindparam("name")))
KEEP = Statement(
    text("INSERT INTO setting (key, value) VALUES (:name, :made) ON CONFLICT (key) DO NOTHING").bindparams(
        bindparam("name", type_=String()), bindparam("made", type_=String())
    )
)


@dataclass(frozen=True, slots=True)
class Keys:
    """`secret` signs cookies and links; `webhook` is the word that Telegram repeats to us."""

    secret: bytes = field(repr=False)
    webhook: str = field(repr=False)


def build_keys(tx: Tx, settings: Settings) -> Keys:
    """The operator's keys, or those made at the first start."""
    given, word = settings.secret_key, settings.telegram_secret
    return Keys(
        secret=(given.get_secret_value() if given else kept(tx, "secret_key")).encode(),
        webhook=word.get_secret_value() if word else kept(tx, "telegram_secret"),
    )


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
