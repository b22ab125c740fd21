"""Where a schedule that works in pieces has got to: one setting each, locked while a piece is done."""

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.types import String

from models.operations import setting
from models.statement import Statement, Tx

READ = Statement(select(setting.c.value).where(setting.c.key == bindparam("name")).with_for_update())
BEGIN = Statement(
    text("INSERT INTO setting (key, value) VALUES (:name, :value) ON CONFLICT (key) DO NOTHING").bindparams(
        bindparam("name", type_=String()), bindparam("value", type_=String())
    )
)
KEEP = Statement(
    update(setting)
    .where(setting.c.key == bindparam("name"))
    .values(value=bindparam("new", type_=setting.c.value.type))
)


def read_place(tx: Tx, name: str, first: str) -> str:
    """What was kept under `schedule:NAME`, or `first`; no other process reads it before this one commits."""
    key = f"schedule:{name}"
    row = tx.one(READ, name=key)
    if row is None:
        tx.run(BEGIN, name=key, value=first)
        row = tx.one(READ, name=key)
    return str(row.value)


def keep_place(tx: Tx, name: str, place: str) -> None:
    """Note how far it got."""
    tx.run(KEEP, name=f"schedule:{name}", new=place)
