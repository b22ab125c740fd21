"""The rules by which a unit counts hours and credits: read and set as data."""

from __future__ import annotations

from sqlalchemy import bindparam, text
from sqlalchemy.types import Integer

from models.statement import Statement, Tx
from services.attending.crediting import Rule, rule_of
from services.audit import record
from services.roles import UNIT
from services.town import Town

SET = Statement(
    text(
        "INSERT INTO learning_rule (unit_id, minutes_per_hour, hours_per_credit, credit_step, late_percent)"
        " VALUES (:unit_id, :minutes, :hours, :step, :late) ON CONFLICT (unit_id) DO UPDATE SET"
        " minutes_per_hour = :minutes, hours_per_credit = :hours, credit_step = :step, late_percent = :late"
    ).bindparams(
        *(bindparam(name, type_=Integer()) for name in ("unit_id", "minutes", "hours", "step", "late"))
    )
)


def rule_for(tx: Tx, unit_code: str) -> Rule | None:
    """The rule that holds for a unit, or None where there is no such unit."""
    unit = tx.one(UNIT, unit_code=unit_code)
    return rule_of(tx, unit.id) if unit is not None else None


def set_rule(tx: Tx, town: Town, unit_code: str, rule: Rule, *, actor: str) -> None:
    """Give a unit its own rule; entries made before stay as they are."""
    unit = tx.one(UNIT, unit_code=unit_code)
    tx.run(
        SET, unit_id=unit.id, minutes=rule.minutes_per_hour, hours=rule.hours_per_credit,
        step=rule.credit_step, late=rule.late_percent,
    )  # fmt: skip
    record(tx, town.now(), actor, "learning_rule", f"unit:{unit.id}", unit_code)
