"""Publishing a draw: seats, places in line and messages, a few applications in each unit of work.

Winners come first and then, in the order of the lots, those who wait: so the line of a class is that order.
Whether a seat can still be taken is asked again, for a person may have joined something else since closing.
"""

from __future__ import annotations

import json

from sqlalchemy import bindparam, func, select, union_all

from models.catalogue import offering
from models.enrolment import enrolment
from models.statement import Row, Statement, Tx
from models.windows import APPLICATION_TRANSITIONS, application, window_class
from services import classes
from services.audit import record
from services.drawing import running
from services.enrolling import gates, offers, seats
from services.family import acts
from services.notices import windows as notices
from services.reach import reach
from services.town import Town
from services.windows import applying
from services.windows.applications import wishes

PIECE = 10
_won = application.c.answer.like('{"got":[[%')
_next = (
    select(
        application.c.id, application.c.person_id, application.c.account_id, application.c.name,
        application.c.age_confirmed, application.c.lot, application.c.answer, application.c.state,
    )
    .where(
        application.c.window_id == bindparam("id"),
        application.c.state == "applied",
        application.c.lot > bindparam("after"),
    )
    .order_by(application.c.lot)
    .limit(PIECE)
)  # fmt: skip
NEXT_WON = Statement(_next.where(_won))
NEXT = Statement(_next)
# by the states one after the other, each of which is the end of an index
LOTS = Statement(
    select(func.max(union_all(*(
        select(func.max(application.c.lot).label("lot")).where(
            application.c.window_id == bindparam("id"), application.c.state == state
        )
        for state in APPLICATION_TRANSITIONS
    )).subquery().c.lot).label("n"))
)  # fmt: skip
LAST_TOLD = Statement(
    select(func.coalesce(func.max(application.c.lot), 0).label("lot")).where(
        application.c.window_id == bindparam("id"), application.c.state == "drawn"
    )
)
ID_OF = Statement(select(offering.c.id).where(offering.c.code == bindparam("class_code")))
WITH_FREE_SEATS = Statement(
    select(offering.c.id)
    .join_from(window_class, offering, offering.c.id == window_class.c.offering_id)
    .where(
        window_class.c.window_id == bindparam("id"),
        (offering.c.capacity.is_(None)) | (offering.c.taken < offering.c.capacity),
        select(enrolment.c.id)
        .where(enrolment.c.offering_id == offering.c.id, enrolment.c.state == "waiting")
        .exists(),
    )
    .order_by(offering.c.id)
)


def publish_some(tx: Tx, town: Town, window_id: int) -> int:
    """Tell the next few; 0 when everybody has been told and the draw is over."""
    row = tx.one(running.LOCK, id=window_id)
    if row.state != "publishing":
        return 0
    of = int(tx.one(LOTS, id=window_id).n or 0)
    # winners come in the order of their lots, so the last one who was told stands before the next
    after = int(tx.one(LAST_TOLD, id=window_id).lot)
    rows = tx.all(NEXT_WON, id=window_id, after=after) or tx.all(NEXT, id=window_id, after=0)
    if not rows:
        _end(tx, town, window_id)
        return 0
    for one in rows:
        _give(tx, town, one, of)
    return len(rows)


def _end(tx: Tx, town: Town, window_id: int) -> None:
    running.end_publishing(tx, town, window_id)
    for row in tx.all(WITH_FREE_SEATS, id=window_id):
        offers.promote(tx, town, row.id, freed=False)


def _give(tx: Tx, town: Town, row: Row, of: int) -> None:
    tx.one(applying.LOCK_PERSON, person_id=row.person_id)
    outcome = json.loads(row.answer)
    won = [code for code, _ in outcome["got"]]
    for code in won:
        _seat(tx, town, row, code, of)
    if not won:
        _line(tx, town, row, outcome["waits"], of)
    applying.move(tx, town, row, "drawn", row.answer)


def _seat(tx: Tx, town: Town, row: Row, code: str, of: int) -> None:
    """Give a drawn seat, or say why it can no longer be given."""
    found = _class(tx, town, code)
    lost = found is None or found.status != "open" or _hindered(tx, town, row, found)
    if lost:
        record(tx, town.now(), "system", "draw_not_given", f"application:{row.id}", code)
        to, first = reach(tx, row.person_id), found or _class(tx, town, wishes(tx, row.id)[0].code)
        if to is not None:
            notices.post_lost(tx, town, to, [], first, row.lot, of)
        return
    made = _place(tx, town, row, found.id)
    if seats.take(tx, found.id, [made], town.now(), late=True):
        to = reach(tx, row.person_id)
        if to is not None:
            notices.post_won(tx, town, to, found, row.lot, of, made)
        return
    # the class has become smaller since: first in its line instead
    to = reach(tx, row.person_id)
    if to is not None:
        place = seats.position(tx, found.id, made)
        notices.post_lost(tx, town, to, [(found, place)], found, row.lot, of)


def _line(tx: Tx, town: Town, row: Row, waits: list[str], of: int) -> None:
    told: list[tuple[Row, int]] = []
    for code in waits:
        found = _class(tx, town, code)
        if found is None or gates.takes_nobody(found, town.now()) or _hindered(tx, town, row, found):
            continue
        made = _place(tx, town, row, found.id)
        told.append((found, seats.position(tx, found.id, made)))
    to = reach(tx, row.person_id)
    wished = wishes(tx, row.id)
    asked = _class(tx, town, wished[0].code) if wished else None
    if to is not None and asked is not None:
        notices.post_lost(tx, town, to, told, asked, row.lot, of)


def _hindered(tx: Tx, town: Town, row: Row, found: Row) -> bool:
    """Whether the person has joined something since closing that leaves no room for this class."""
    now = town.now()
    living = tx.all(gates.LIVING_ROWS, person_id=row.person_id, now=now)
    who = gates.Applicant(tx, found, row.person_id, True, now, town.term_limit, living)
    return any(gate(who) is not None for gate in (gates.already, gates.term, gates.clash))


def _place(tx: Tx, town: Town, row: Row, offering_id: int) -> int:
    tx.one(offers.LOCK_CLASS, id=offering_id)
    now = town.now()
    made = tx.add(
        seats.ADD, person_id=row.person_id, offering_id=offering_id, account_id=row.account_id,
        state="waiting", name=row.name, age_confirmed=row.age_confirmed, created_at=now, since=now,
    )  # fmt: skip
    acts.note_keeper(tx, town, made, row.person_id)
    record(tx, now, "system", "enrol", f"offering:{offering_id}", f"enrolment:{made} application:{row.id}")
    return made


def _class(tx: Tx, town: Town, code: str) -> Row:
    found = tx.one(ID_OF, class_code=code)
    return None if found is None else classes.one_class(tx, found.id, town.now())
