"""The rules for fees of a unit: its refund schedule by week, and the discounts its desk may grant."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, text
from sqlalchemy.types import Integer, String

from models.running import fee_rule
from models.statement import Statement, Tx
from services.audit import record
from services.roles import UNIT
from services.town import Town

SET = Statement(
    text(
        "INSERT INTO fee_rule (unit_id, kind, name, percent) VALUES (:unit_id, :kind, :name, :percent)"
        " ON CONFLICT (unit_id, kind, name) DO UPDATE SET percent = :percent"
    ).bindparams(
        bindparam("unit_id", type_=Integer()), bindparam("kind", type_=String()),
        bindparam("name", type_=String()), bindparam("percent", type_=Integer()),
    )
)  # fmt: skip
DROP = Statement(
    delete(fee_rule).where(fee_rule.c.unit_id == bindparam("whose"), fee_rule.c.kind == bindparam("which"))
)


def set_rule(tx: Tx, town: Town, unit_code: str, kind: str, name: str, percent: int, *, actor: str) -> bool:
    """Set one rule; False where there is no such unit. Entries made before stay as they are."""
    unit = tx.one(UNIT, unit_code=unit_code)
    if unit is None:
        return False
    tx.run(SET, unit_id=unit.id, kind=kind, name=name, percent=percent)
    record(tx, town.now(), actor, "fee_rule", f"unit:{unit.id}", f"{kind} {name}", after=str(percent))
    return True


def drop_rules(tx: Tx, town: Town, unit_code: str, kind: str, *, actor: str) -> bool:
    """Take a unit's own rules of a kind away, so that those above it hold."""
    unit = tx.one(UNIT, unit_code=unit_code)
    if unit is None:
        return False
    tx.run(DROP, whose=unit.id, which=kind)
    record(tx, town.now(), actor, "fee_rule", f"unit:{unit.id}", kind)
    return True
