"""The rules for fees of a unit: its refund schedule by week, and the discounts its desk may grant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, select, text
from sqlalchemy.types import Integer, String

from models.catalogue import org_unit
from models.running import fee_rule
from models.statement import Row, Statement, Tx
from services.audit import record
from services.roles import UNIT
from services.town import Town

WEEK = timedelta(weeks=1)
# until a school says otherwise: all of it before the class begins, 70 % in its first week, then nothing
REFUNDS = {0: 100, 1: 70, 2: 0}
_over = org_unit.alias("over")
RULES = Statement(
    select(fee_rule.c.name, fee_rule.c.percent, fee_rule.c.unit_id)
    .join_from(fee_rule, _over, _over.c.id == fee_rule.c.unit_id)
    .join(org_unit, org_unit.c.path.startswith(_over.c.path, autoescape=False))
    .where(org_unit.c.id == bindparam("unit_id"), fee_rule.c.kind == bindparam("kind"))
    .order_by(func.length(_over.c.path).desc(), fee_rule.c.name)
)
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


def refund_percent(rules: dict[int, int], starts: datetime, left: datetime) -> int:
    """The share that is not owed any more by who leaves at `left`: week 0 is before the class begins."""
    week = 0 if left < starts else int((left - starts) / WEEK) + 1
    known = [one for one in rules if one <= week]
    return rules[max(known)] if known else 0


def refunds(tx: Tx, unit_id: int) -> dict[int, int]:
    """Percent by week for a unit: its own schedule, else that of the nearest above, else the house's."""
    rows = _nearest(tx.all(RULES, unit_id=unit_id, kind="refund"))
    return {int(row.name): row.percent for row in rows} or dict(REFUNDS)


def discounts(tx: Tx, unit_id: int) -> dict[str, int]:
    """The discounts that a unit's desk may grant, by name."""
    return {row.name: row.percent for row in _nearest(tx.all(RULES, unit_id=unit_id, kind="discount"))}


def _nearest(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.unit_id == rows[0].unit_id]


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
