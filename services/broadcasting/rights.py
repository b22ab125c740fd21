"""Who may write to many: owners and broadcasters of a unit, for its subtree; and what the unit has set.

What is urgent wakes people, so an owner alone (of the unit or of one above) may send it.
"""

from __future__ import annotations

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.types import Integer, String

from models.broadcasting import broadcast_rule
from models.catalogue import org_unit
from models.statement import Row, Statement, Tx
from services.audience import Audience, codes
from services.audience.resolve import class_of
from services.scope import OWNING, SENDING, colleagues, covers, may, own_units, unit_by_code

APPROVE_ABOVE = 500
WEEKLY_CAP = 7


def _rule(column: str) -> Statement:
    """What the nearest unit above (or the unit itself) has set."""
    return Statement(
        select(broadcast_rule.c[column].label("most"))
        .join_from(broadcast_rule, org_unit, org_unit.c.id == broadcast_rule.c.unit_id)
        .where(
            bindparam("path", type_=String()).startswith(org_unit.c.path),
            broadcast_rule.c[column].is_not(None),
        )
        .order_by(func.length(org_unit.c.path).desc())
        .limit(1)
    )


APPROVAL_RULE = _rule("approve_above")
CAP_RULE = _rule("weekly_cap")
SET_RULE = {
    name: Statement(
        text(
            f"INSERT INTO broadcast_rule (unit_id, {name}) VALUES (:unit_id, :most)"  # noqa: S608
            f" ON CONFLICT (unit_id) DO UPDATE SET {name} = excluded.{name}"
        ).bindparams(bindparam("unit_id", type_=Integer()), bindparam("most", type_=Integer()))
    )
    for name in ("approve_above", "weekly_cap")
}


def units_of(tx: Tx, person_id: int) -> list[Row]:
    """The units on whose behalf a person may broadcast, the widest first."""
    return own_units(tx, person_id, SENDING)


def may_send(tx: Tx, person_id: int, unit: Row) -> bool:
    """Whether a person may broadcast for this unit, by a role on it or on one above."""
    return may(tx, person_id, SENDING, unit.path)


def may_wake(tx: Tx, person_id: int, unit: Row) -> bool:
    """Whether a person may send what waits for no quiet hours on behalf of this unit."""
    return may(tx, person_id, OWNING, unit.path)


def fitting_unit(tx: Tx, person_id: int, audience: Audience) -> Row:
    """The narrowest of a person's units under which the whole audience lies; the widest where none does."""
    own = units_of(tx, person_id)
    if not own:
        return None
    paths = [row.path for code in codes(audience, "unit") if (row := unit_by_code(tx, code)) is not None]
    paths += [row.path for code in codes(audience, "class") if (row := class_of(tx, code)) is not None]
    if paths:
        for unit in reversed(own):
            if all(covers([unit], path) for path in paths):
                return unit
    return own[0]


def other_organisers(tx: Tx, person_id: int, unit: Row, urgent: bool = False) -> list[int]:
    """The persons who could approve a broadcast of this unit in place of its author."""
    roles = OWNING if urgent else SENDING
    return [other for other in colleagues(tx, unit.path, roles) if other != person_id]


def approve_above(tx: Tx, unit: Row) -> int:
    """Up to how many people one organiser alone may write to."""
    row = tx.one(APPROVAL_RULE, path=unit.path)
    return APPROVE_ABOVE if row is None else int(row.most)


def weekly_cap(tx: Tx, unit: Row) -> int:
    """How many announcements a person gets in seven days at most."""
    row = tx.one(CAP_RULE, path=unit.path)
    return WEEKLY_CAP if row is None else int(row.most)


def set_rule(tx: Tx, unit: Row, name: str, most: int) -> None:
    """Set `approve_above` or `weekly_cap` for a unit and what is under it. Raises KeyError for another."""
    tx.run(SET_RULE[name], unit_id=unit.id, most=most)
