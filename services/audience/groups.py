"""我是…: the groups of a closed list that a person said to belong to, declared and withdrawn at any time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.types import Integer, String

from models.broadcasting import GROUPS, person_group
from models.statement import Statement, Tx
from models.types import UtcTime

OWN = Statement(
    select(person_group.c.code)
    .where(person_group.c.person_id == bindparam("whose"))
    .order_by(person_group.c.at)
)
DECLARE = Statement(
    text(
        "INSERT INTO person_group (person_id, code, at) VALUES (:person_id, :code, :at)"
        " ON CONFLICT (person_id, code) DO NOTHING"
    ).bindparams(
        bindparam("person_id", type_=Integer()), bindparam("code", type_=String()),
        bindparam("at", type_=UtcTime()),
    )
)  # fmt: skip
WITHDRAW = Statement(
    delete(person_group).where(
        person_group.c.person_id == bindparam("whose"), person_group.c.code == bindparam("what")
    )
)


def own_groups(tx: Tx, person_id: int) -> list[str]:
    """The codes that a person declared, in that order."""
    return [row.code for row in tx.all(OWN, whose=person_id)]


def declare(tx: Tx, person_id: int, code: str, now: datetime) -> bool:
    """Note that the person belongs to a group; False when it was known. Raises ValueError for no group."""
    if code not in GROUPS:
        raise ValueError(f"not a group: {code!r}")
    return tx.run(DECLARE, person_id=person_id, code=code, at=now) == 1


def withdraw(tx: Tx, person_id: int, code: str) -> bool:
    """Forget it again; whether there was something to forget."""
    return tx.run(WITHDRAW, whose=person_id, what=code) == 1
