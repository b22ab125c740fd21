"""最低开班人数: a class says how many it needs by which day; on that day its staff are asked."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.types import Date, Integer

from models.catalogue import offering
from models.enrolment import enrolment
from models.running import class_minimum
from models.statement import Row, Statement, Tx
from services import classes
from services.audit import record
from services.notices.merging import ask_message
from services.outbox import post_notice
from services.reach import reach
from services.scope import EDITING, nearest_colleagues
from services.town import Town

ASKED_FOR = timedelta(days=3)
MOST_DUE = 10

SET = Statement(
    text(
        "INSERT INTO class_minimum (offering_id, min_enrolled, decide_by, decision)"
        " VALUES (:offering_id, :least, :day, '') ON CONFLICT (offering_id) DO UPDATE SET"
        " min_enrolled = :least, decide_by = :day, decision = '', asked_at = NULL, decided_at = NULL"
    ).bindparams(
        bindparam("offering_id", type_=Integer()), bindparam("least", type_=Integer()),
        bindparam("day", type_=Date()),
    )
)  # fmt: skip
_rows = (
    select(
        class_minimum.c.offering_id, class_minimum.c.min_enrolled, class_minimum.c.decide_by,
        class_minimum.c.decision, class_minimum.c.asked_at, offering.c.unit_id, offering.c.status,
        select(func.count())
        .select_from(enrolment)
        .where(enrolment.c.offering_id == offering.c.id, enrolment.c.state == "enrolled")
        .scalar_subquery()
        .label("enrolled"),
    )
    .join_from(class_minimum, offering, offering.c.id == class_minimum.c.offering_id)
)  # fmt: skip
ONE = Statement(_rows.where(class_minimum.c.offering_id == bindparam("id")))
DUE = Statement(
    _rows.where(
        class_minimum.c.decide_by <= bindparam("today", type_=Date()),
        class_minimum.c.decision == "",
        class_minimum.c.asked_at.is_(None),
        offering.c.status == "open",
    )
    .order_by(class_minimum.c.decide_by, class_minimum.c.offering_id)
    .limit(MOST_DUE)
)
OPEN = Statement(
    _rows.where(
        class_minimum.c.decision == "", class_minimum.c.asked_at.is_not(None), offering.c.status == "open"
    ).order_by(class_minimum.c.decide_by)
)
ASKED = Statement(
    update(class_minimum)
    .where(class_minimum.c.offering_id == bindparam("id"))
    .values(asked_at=bindparam("now", type_=class_minimum.c.asked_at.type))
)
DECIDE = Statement(
    update(class_minimum)
    .where(class_minimum.c.offering_id == bindparam("id"))
    .values(
        decision=bindparam("came", type_=class_minimum.c.decision.type),
        decided_at=bindparam("now", type_=class_minimum.c.decided_at.type),
    )
)


def minimum_of(tx: Tx, offering_id: int) -> Row:
    """What a class needs by when, and what was decided; None where nothing was set."""
    return tx.one(ONE, id=offering_id)


def set_minimum(tx: Tx, town: Town, offering_id: int, least: int, by: date, *, actor: str) -> None:
    """A class needs so many by this day; setting it again asks again."""
    tx.run(SET, offering_id=offering_id, least=least, day=by)
    record(
        tx, town.now(), actor, "class_minimum", f"offering:{offering_id}", "min_enrolled decide_by",
        after=f"{least} {by}",
    )  # fmt: skip


def waiting_for(tx: Tx, units: frozenset[int]) -> list[Row]:
    """The classes of some units about which staff were asked and have not decided."""
    return [row for row in tx.all(OPEN) if row.unit_id in units]


def ask_due(tx: Tx, town: Town, today: date) -> tuple[int, list[str]]:
    """Ask the staff of some classes whose day has come; how many classes, and alarms where none could be."""
    now = town.now()
    rows = tx.all(DUE, today=today)
    alarms = []
    for row in rows:
        if row.enrolled >= row.min_enrolled:
            tx.run(DECIDE, id=row.offering_id, came="enough", now=now)
            continue
        tx.run(ASKED, id=row.offering_id, now=now)
        found = classes.one_class(tx, row.offering_id, now)
        told = 0
        for staff in nearest_colleagues(tx, row.unit_id, EDITING):
            to = reach(tx, staff)
            if to is not None:
                message = ask_message(to, found, row.enrolled, row.min_enrolled)
                post_notice(tx, town, to.address, message, purpose="decide", expires_at=now + ASKED_FOR)
                told += 1
        if not told:
            alarms.append(
                f"{found.code}: {row.enrolled} of {row.min_enrolled} enrolled, and no staff to be asked"
            )
    return len(rows), alarms
