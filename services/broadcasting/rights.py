"""Who may write to many: owners and broadcasters of a unit, for its subtree; and what the unit has set.

What is urgent wakes people, so an owner alone (of the unit or of one above) may send it.
"""

from __future__ import annotations

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.types import Integer, String

from models.broadcasting import broadcast_rule
from models.catalogue import org_unit
from models.people import role_grant
from models.statement import Row, Statement, Tx
from services.audience import Audience, codes
from services.audience.resolve import class_of
from services.audience.scope import covers, unit_of

SENDING_ROLES = ("owner", "broadcaster")
URGENT_ROLE = "owner"
APPROVE_ABOVE = 500
WEEKLY_CAP = 7

_unit_columns = (org_unit.c.id, org_unit.c.code, org_unit.c.name, org_unit.c.level, org_unit.c.path)
UNITS = Statement(
    select(*_unit_columns)
    .where(
        org_unit.c.id.in_(
            select(role_grant.c.unit_id).where(
                role_grant.c.person_id == bindparam("person_id"), role_grant.c.role.in_(SENDING_ROLES)
            )
        )
    )
    .order_by(func.length(org_unit.c.path), org_unit.c.id)
)
OWNS = Statement(
    select(role_grant.c.id)
    .join_from(role_grant, org_unit, org_unit.c.id == role_grant.c.unit_id)
    .where(
        role_grant.c.role == URGENT_ROLE,
        role_grant.c.person_id == bindparam("person_id"),
        bindparam("path", type_=String()).startswith(org_unit.c.path),
    )
    .limit(1)
)


def _others(*roles: str) -> Statement:
    """Those who may approve what somebody else of the unit wants to send."""
    return Statement(
        select(role_grant.c.person_id)
        .join_from(role_grant, org_unit, org_unit.c.id == role_grant.c.unit_id)
        .where(
            role_grant.c.role.in_(roles),
            role_grant.c.person_id != bindparam("person_id"),
            bindparam("path", type_=String()).startswith(org_unit.c.path),
        )
        .distinct()
        .order_by(role_grant.c.person_id)
    )


OTHERS = {False: _others(*SENDING_ROLES), True: _others(URGENT_ROLE)}


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
    return tx.all(UNITS, person_id=person_id)


def may_send(tx: Tx, person_id: int, unit: Row) -> bool:
    """Whether a person may broadcast for this unit, by a role on it or on one above."""
    return any(covers(own, unit.path) for own in units_of(tx, person_id))


def may_wake(tx: Tx, person_id: int, unit: Row) -> bool:
    """Whether a person may send what waits for no quiet hours on behalf of this unit."""
    return tx.one(OWNS, person_id=person_id, path=unit.path) is not None


def fitting_unit(tx: Tx, person_id: int, audience: Audience) -> Row:
    """The narrowest of a person's units under which the whole audience lies; the widest where none does."""
    own = units_of(tx, person_id)
    if not own:
        return None
    paths = [row.path for code in codes(audience, "unit") if (row := unit_of(tx, code)) is not None]
    paths += [row.path for code in codes(audience, "class") if (row := class_of(tx, code)) is not None]
    if paths:
        for unit in reversed(own):
            if all(covers(unit, path) for path in paths):
                return unit
    return own[0]


def other_organisers(tx: Tx, person_id: int, unit: Row, urgent: bool = False) -> list[int]:
    """The persons who could approve a broadcast of this unit in place of its author."""
    return [row.person_id for row in tx.all(OTHERS[urgent], person_id=person_id, path=unit.path)]


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
