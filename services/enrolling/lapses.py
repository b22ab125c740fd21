"""Offers that end unanswered: the seat goes on, and who had it is told how it stands then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from models.enrolment import enrolment, seat_offer
from models.statement import Row, Statement, Tx, insert_into
from services.audit import record
from services.enrolling import groups, line
from services.enrolling.moves import free_seat, move
from services.enrolling.offers import LOCK_CLASS, OFFER, promote, set_offer, too_late
from services.notices.offers import post_lapsed
from services.reach import Reach, reach
from services.town import Town

LAPSED = Statement(
    select(enrolment.c.id)
    .where(
        enrolment.c.person_id == bindparam("person_id"),
        enrolment.c.offering_id == bindparam("offering_id"),
        enrolment.c.ended == "lapsed",
    )
    .limit(1)
)
IN_LINE = Statement(
    select(enrolment.c.state, line.place().label("position")).where(enrolment.c.id == bindparam("id"))
)
OF_ENROLMENT = Statement(
    select(enrolment.c.account_id, enrolment.c.name, enrolment.c.age_confirmed, enrolment.c.remind).where(
        enrolment.c.id == bindparam("id")
    )
)
ADD_PLACE = insert_into(
    enrolment, "person_id", "offering_id", "account_id", "state", "name", "age_confirmed", "remind",
    "created_at", "since", number=line.next_number(),
)  # fmt: skip
DUE = Statement(
    select(seat_offer.c.id)
    .where(seat_offer.c.state.in_(("made", "running")), seat_offer.c.expires_at <= bindparam("now"))
    .order_by(seat_offer.c.expires_at)
    .limit(50)
)


@dataclass(frozen=True, slots=True)
class _Ended:
    """Somebody whose offer has ended: how to reach them, the class, and the new place (0: none)."""

    to: Reach
    offering_id: int
    enrolment_id: int


def undeliverable(tx: Tx, town: Town, offer_id: int) -> None:
    """The offer's message cannot arrive: the seat goes to the next in line.

    An offer to a group stands as long as somebody else of it can be told.
    """
    row = tx.one(OFFER, id=offer_id)
    fellows = groups.living_offers(tx, row.enrolment_id) if row is not None else []
    others = [one for one in fellows if one.id != offer_id]
    own = reach(tx, row.person_id) if row is not None else None
    mine = own.address.account_id if own else None
    told = (reach(tx, one.person_id) for one in others)
    if any(to is not None and to.address.account_id != mine for to in told):
        return
    _tell_ended(tx, town, _end_offer(tx, town, offer_id, {"made": "undelivered"}))


def lapse_due(tx: Tx, town: Town) -> int:
    """End the offers whose time has passed; returns how many."""
    due = tx.all(DUE, now=town.now())
    ended = [
        one
        for found in due
        for one in _end_offer(tx, town, found.id, {"made": "undelivered", "running": "lapsed"})
    ]
    _tell_ended(tx, town, ended)
    return len(due)


def _end_offer(tx: Tx, town: Town, offer_id: int, ends: dict[str, str]) -> list[_Ended]:
    """End an offer whose state, once the class is locked, is one of `ends`; gives who is to be told."""
    found = tx.one(OFFER, id=offer_id)
    if found is None:
        return []
    tx.one(LOCK_CLASS, id=found.offering_id)
    row = tx.one(OFFER, id=offer_id)
    why = ends.get(row.state)
    if why is None:  # answered while we waited for the lock
        return []
    now = town.now()
    party = groups.living_offers(tx, row.enrolment_id) or [row]
    # read before this lapse counts as one
    again = why == "lapsed" and not any(lapsed_before(tx, one.person_id, row.offering_id) for one in party)
    for one in party:
        set_offer(tx, one, ends.get(one.state, "lapsed"))
        move(tx, one.enrolment_id, "offered", "withdrawn", now, why)
        free_seat(tx, row.offering_id)
        record(tx, now, "system", why, f"offering:{row.offering_id}", f"enrolment:{one.enrolment_id}")
    told = {to.address.account_id: to for one in party if (to := reach(tx, one.person_id)) is not None}
    place = _to_the_end(tx, town, row, party) if again and told else 0
    promote(tx, town, row.offering_id)
    return [_Ended(to, row.offering_id, place) for to in told.values()]


def _tell_ended(tx: Tx, town: Town, ended: Sequence[_Ended]) -> None:
    """Tell that offers have ended once every freed seat was passed on, with the line as it stands then."""
    for one in ended:
        at = tx.one(IN_LINE, id=one.enrolment_id) if one.enrolment_id else None
        # a seat that came back at once, where nobody else waited, is told by its own message
        if at is None or at.state == "waiting":
            position = int(at.position) if at is not None else 0
            post_lapsed(tx, town, one.to, offering_id=one.offering_id, position=position)


def lapsed_before(tx: Tx, person_id: int, offering_id: int) -> bool:
    """Whether the person has let a seat of this class lapse: the first time costs the place, the second ends
    it.
    """
    return tx.one(LAPSED, person_id=person_id, offering_id=offering_id) is not None


def _to_the_end(tx: Tx, town: Town, row: Row, party: Sequence[Row]) -> int:
    """Give those who missed an offer a new place at the end of the line, a group one for all of it.

    Returns the first of them, 0 where no place is left.
    """
    now = town.now()
    if too_late(town, row.first_start, row.enrol_closes):
        return 0
    ids = []
    for one in party:
        old = tx.one(OF_ENROLMENT, id=one.enrolment_id)
        made = tx.add(
            ADD_PLACE, person_id=one.person_id, offering_id=row.offering_id, account_id=old.account_id,
            state="waiting", name=old.name, age_confirmed=old.age_confirmed, remind=old.remind,
            created_at=now, since=now,
        )  # fmt: skip
        record(tx, now, "system", "enrol", f"offering:{row.offering_id}", f"enrolment:{made} lapsed")
        ids.append(made)
    if len(ids) > 1:
        groups.bind(tx, row.offering_id, ids, now, None)
    return ids[0]
