"""换班: from a seat in one class to a parallel class of the same course.

Where the other class has a free seat and nobody waits for it, both happen in one transaction: the new seat is
taken, the old one freed. Otherwise a place at the end of the other line is taken and the old seat is kept; it
is given up in the very transaction in which the new one is surely had.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select, update

from models.catalogue import offering
from models.enrolment import LIVING, check_move, enrolment
from models.running import TRANSFER_TRANSITIONS, transfer
from models.statement import Row, Statement, Tx, insert_into
from services import classes
from services.audit import record
from services.enrolling import gates, offers, seats
from services.enrolling.moves import free_seat, move
from services.enrolling.refusal import Refused
from services.running import fees
from services.running.parallel import clash_with
from services.town import Town
from services.windows import gate, reading

MOST_SETTLED = 20

PLACE = Statement(
    select(
        enrolment.c.id, enrolment.c.state, enrolment.c.person_id, enrolment.c.account_id,
        enrolment.c.offering_id, enrolment.c.name, enrolment.c.age_confirmed, enrolment.c.since,
        offering.c.course_id, offering.c.min_age, offering.c.max_age,
    )
    .join_from(enrolment, offering, offering.c.id == enrolment.c.offering_id)
    .where(enrolment.c.id == bindparam("id"))
)  # fmt: skip
COURSE = Statement(select(offering.c.course_id).where(offering.c.id == bindparam("id")))
ADD = insert_into(transfer, "from_id", "to_id", "state", "at")
_old = enrolment.alias("old")
_new = enrolment.alias("new")
_transfers = (
    select(
        transfer.c.id, transfer.c.state, transfer.c.from_id, transfer.c.to_id,
        _old.c.state.label("old_state"), _old.c.offering_id.label("old_class"), _old.c.person_id,
        _new.c.state.label("new_state"), _new.c.offering_id.label("new_class"),
    )
    .join_from(transfer, _old, _old.c.id == transfer.c.from_id)
    .join(_new, _new.c.id == transfer.c.to_id)
    .where(transfer.c.state == "waiting")
)  # fmt: skip
TO = Statement(_transfers.where(transfer.c.to_id == bindparam("enrolment_id")))
FROM = Statement(_transfers.where(transfer.c.from_id == bindparam("enrolment_id")))
# those that another way of getting or losing a place has settled
SETTLED = Statement(
    _transfers.where(
        (_new.c.state == "enrolled") | _new.c.state.not_in(LIVING) | _old.c.state.not_in(("enrolled",))
    ).limit(MOST_SETTLED)
)
SET = Statement(
    update(transfer)
    .where(transfer.c.id == bindparam("transfer_id"), transfer.c.state == "waiting")
    .values(state=bindparam("after", type_=transfer.c.state.type))
)


@dataclass(frozen=True, slots=True)
class Changed:
    """A change to a parallel class: done, or waiting at a position with the old seat kept."""

    enrolment_id: int
    state: str
    position: int = 0


def lock_classes(tx: Tx, *ids: int) -> dict[int, Row]:
    """Lock classes in the order of their ids, as everybody does."""
    return {one: tx.one(offers.LOCK_CLASS, id=one) for one in sorted(set(ids))}


def change(tx: Tx, town: Town, enrolment_id: int, to_id: int, *, actor: str) -> Changed | Refused:
    """Change somebody who has a seat to the parallel class `to_id`, at once or as soon as a seat is had."""
    place = tx.one(PLACE, id=enrolment_id)
    if place is None:
        return Refused("transfer_no_seat", ("mine",))
    tx.one(gates.LOCK_PERSON, person_id=place.person_id)
    locked = lock_classes(tx, place.offering_id, to_id)
    place = tx.one(PLACE, id=enrolment_id)
    refused = _refused(tx, town, place, locked[to_id])
    if refused is not None:
        return refused
    now = town.now()
    waiting = seats.living(tx, place.person_id, to_id)
    new = waiting.id if waiting else tx.add(
        seats.ADD, person_id=place.person_id, account_id=place.account_id, offering_id=to_id,
        state="waiting", name=place.name, age_confirmed=place.age_confirmed, created_at=now, since=now,
    )  # fmt: skip
    tx.add(ADD, from_id=place.id, to_id=new, state="waiting", at=now)
    record(tx, now, actor, "transfer", f"offering:{to_id}", f"enrolment:{new} from:{place.id}")
    late = offers.too_late(town, locked[to_id].first_start, locked[to_id].enrol_closes)
    if seats.take(tx, to_id, [new], now, late=late):
        settle(tx, town, new, actor=actor)
        return Changed(new, "enrolled")
    offers.promote(tx, town, to_id, freed=False)
    state = tx.one(seats.BY_ID, id=new).state
    return Changed(new, state, seats.position(tx, to_id, new) if state == "waiting" else 0)


def _refused(tx: Tx, town: Town, place: Row, to: Row) -> Refused | None:
    if to is None or place.state != "enrolled":
        return Refused("transfer_no_seat", ("mine",))
    if place.offering_id == to.id or tx.one(COURSE, id=to.id).course_id != place.course_id:
        return Refused("transfer_other_course", ("mine",))
    refused = gates.takes_nobody(to, town.now())
    if refused is not None:
        return refused
    asked = tx.one(FROM, enrolment_id=place.id)
    if asked is not None and asked.new_state in LIVING:
        return Refused("transfer_already", ("mine",))
    if asked is not None:
        _set(tx, asked, "dropped")
    mine = seats.living(tx, place.person_id, to.id)
    if mine is not None and mine.state != "waiting":
        return gates.has_place(mine)
    window = reading.window_of(tx, to)
    if window is not None:  # its seats are drawn or asked for, or it is not this person's turn
        refused = gate.not_at_once(tx, window.id) or gate.refused(
            tx, window, to.id, place.person_id, True, town.now()
        )
        if refused is not None:
            return Refused("transfer_window", (f"offering:{to.id}",))
    row = classes.one_class(tx, to.id, town.now())
    if gates.asks_age(row) and (row.min_age, row.max_age) != (place.min_age, place.max_age):
        return Refused("transfer_age", (f"offering:{to.id}",))
    clash = clash_with(tx, town, place.person_id, to.id, leaving=place.offering_id)
    if clash is None:
        return None
    return Refused(
        "clash", ("other", "similar"), {"title": clash.title, "other": clash.id, "at": clash.starts_at}
    )


def old_class(tx: Tx, enrolment_id: int) -> int:
    """The class whose seat is given up once this place is a seat; 0 where there is none."""
    row = tx.one(TO, enrolment_id=enrolment_id)
    return int(row.old_class) if row is not None else 0


def settle(tx: Tx, town: Town, enrolment_id: int, *, actor: str) -> bool:
    """This place has become a seat: one that was kept for it is given up. True where there was one."""
    row = tx.one(TO, enrolment_id=enrolment_id)
    if row is None:
        return False
    _settle(tx, town, row, actor)
    return True


def settle_some(tx: Tx, town: Town) -> int:
    """Settle those that came about in another way; how many."""
    rows = tx.all(SETTLED)
    for row in rows:
        _settle(tx, town, row, "system")
    return len(rows)


def _settle(tx: Tx, town: Town, row: Row, actor: str) -> None:
    now = town.now()
    lock_classes(tx, row.old_class, row.new_class)
    row = tx.one(TO, enrolment_id=row.to_id)
    if row is None:
        return
    if row.new_state != "enrolled" or row.old_state != "enrolled":
        _set(tx, row, "dropped")
        record(tx, now, actor, "transfer_dropped", f"offering:{row.new_class}", f"enrolment:{row.to_id}")
        return
    fees.carry(tx, town, row.from_id, row.to_id)
    move(tx, row.from_id, "enrolled", "withdrawn", now, "transferred")
    free_seat(tx, row.old_class)
    _set(tx, row, "done")
    record(tx, now, actor, "transfer_done", f"offering:{row.new_class}", f"enrolment:{row.to_id}")
    offers.promote(tx, town, row.old_class)


def _set(tx: Tx, row: Row, after: str) -> None:
    check_move(TRANSFER_TRANSITIONS, row.state, after)
    tx.run(SET, transfer_id=row.id, after=after)
