"""Offers: a freed seat is held for whoever waits first, for a time that is told."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Integer, bindparam, select, update

from models.catalogue import offering
from models.enrolment import OFFER_TRANSITIONS, check_move, enrolment, seat_offer
from models.statement import Row, Statement, Tx, insert_into
from models.teams import seat_group_member
from models.windows import window_class
from services.audit import record
from services.daytime import next_waking, offer_deadline
from services.enrolling import groups
from services.enrolling.moves import Gone, free_seat, hold_seat, move
from services.notices.offers import post_free, post_offer, post_short
from services.reach import CLASS_QUIET, Reach, reach
from services.town import Town
from services.windows.reading import window_of

LOCK_CLASS = Statement(
    select(
        offering.c.id, offering.c.capacity, offering.c.taken, offering.c.status, offering.c.first_start,
        offering.c.enrol_opens, offering.c.enrol_closes, offering.c.fee_fen,
        select(window_class.c.window_id)
        .where(window_class.c.offering_id == offering.c.id)
        .scalar_subquery()
        .label("window_id"),
    )
    .where(offering.c.id == bindparam("id"))
    # not against the share that each new row of the class takes of it, or two who join block each other
    .with_for_update(key_share=True)
)  # fmt: skip
_waiting = (
    select(enrolment.c.id, enrolment.c.person_id, enrolment.c.name, seat_group_member.c.group_id)
    .outerjoin_from(enrolment, seat_group_member, seat_group_member.c.enrolment_id == enrolment.c.id)
    .where(enrolment.c.offering_id == bindparam("id"), enrolment.c.state == "waiting")
    .order_by(enrolment.c.id)
)
FIRST_WAITING = Statement(_waiting.limit(1))
ALL_WAITING = Statement(_waiting)
ADD_OFFER = insert_into(seat_offer, "enrolment_id", "offering_id", "state", "made_at", "expires_at")
LIVING_OFFER = Statement(
    select(seat_offer.c.id, seat_offer.c.state, seat_offer.c.expires_at, seat_offer.c.enrolment_id).where(
        seat_offer.c.enrolment_id == bindparam("enrolment_id"), seat_offer.c.state.in_(("made", "running"))
    )
)
OFFER = Statement(
    select(
        seat_offer.c.id, seat_offer.c.state, seat_offer.c.expires_at, seat_offer.c.offering_id,
        seat_offer.c.enrolment_id, enrolment.c.person_id, enrolment.c.state.label("enrolment_state"),
        offering.c.first_start, offering.c.enrol_closes,
    )
    .join_from(seat_offer, enrolment, enrolment.c.id == seat_offer.c.enrolment_id)
    .join(offering, offering.c.id == seat_offer.c.offering_id)
    .where(seat_offer.c.id == bindparam("id"))
)  # fmt: skip
SET_OFFER = Statement(
    update(seat_offer)
    .where(seat_offer.c.id == bindparam("offer_id"), seat_offer.c.state == bindparam("before"))
    .values(
        state=bindparam("after", type_=seat_offer.c.state.type),
        expires_at=bindparam("until", type_=seat_offer.c.expires_at.type),
    )
)
WITH_FREE_SEATS = Statement(
    select(offering.c.id)
    .where(
        offering.c.status == "open",
        offering.c.enrol_closes > bindparam("now"),
        offering.c.id > bindparam("after"),
        (offering.c.capacity.is_(None)) | (offering.c.taken < offering.c.capacity),
        select(enrolment.c.id)
        .where(enrolment.c.offering_id == offering.c.id, enrolment.c.state == "waiting")
        .exists(),
    )
    .order_by(offering.c.id)
    .limit(bindparam("most", type_=Integer()))
)


def promote(tx: Tx, town: Town, offering_id: int, *, freed: bool = True) -> int:
    """Offer every free seat to whoever waits first; returns how many offers were made. Repeatable.

    A group that is first waits until seats are free for all of it; until then nobody behind it is asked.
    `freed`: a seat has just become free. Where it is too late to hold it for anybody, all who wait are told.
    """
    row = tx.one(LOCK_CLASS, id=offering_id)
    if row is None or row.status != "open" or _to_be_drawn(tx, row):
        return 0
    now = town.now()
    starts_at = _first_ahead(row.first_start, now)
    made, taken = 0, row.taken
    while row.capacity is None or taken < row.capacity:
        waiting = tx.one(FIRST_WAITING, id=offering_id)
        if waiting is None:
            break
        party = groups.party(tx, waiting.id, "waiting") if waiting.group_id else [waiting]
        tell = _reached(tx, party)
        if not tell:  # nobody can tell them: their place ends and the next in line is asked
            # as it may be with many one after the other
            tx.take_time()
            for one in party:
                move(tx, one.id, "waiting", "withdrawn", now, "unreachable")
            continue
        sent = max(next_waking(now, to.class_quiet, town.zone) for to in tell.values())
        expires = offer_deadline(sent, starts_at, row.enrol_closes, town.zone)
        if expires is None:
            if freed and too_late(town, row.first_start, row.enrol_closes):
                _tell_all(tx, town, row)
            break
        if row.capacity is not None and taken + len(party) > row.capacity:
            _tell_short(tx, town, row, party, tell, row.capacity - taken)
            break
        _offer(tx, town, tell, row, party, expires)
        made, taken = made + len(party), taken + len(party)
    return made


def _reached(tx: Tx, party: Sequence[Row]) -> dict[int, Reach]:
    """By which of a party's places each account is told of all of it; a guardian is told once."""
    found: dict[int, Reach] = {}
    accounts: set[int] = set()
    for one in party:
        to = reach(tx, one.person_id)
        if to is not None and to.address.account_id not in accounts:
            accounts.add(to.address.account_id)
            found[one.id] = to
    return found


def _tell_short(
    tx: Tx, town: Town, row: Row, party: Sequence[Row], tell: dict[int, Reach], free: int
) -> None:
    """Tell a group once that a seat is free, that it is not enough for all, and that they may part."""
    now = town.now()
    if not groups.first_told(tx, party[0].group_id, now):
        return
    for enrolment_id, to in tell.items():
        sent = next_waking(now, to.class_quiet, town.zone)
        post_short(
            tx, town, to, offering_id=row.id, enrolment_id=enrolment_id, size=len(party), free=free,
            sent=sent,
        )  # fmt: skip


def _to_be_drawn(tx: Tx, row: Row) -> bool:
    """Whether the seats of the class are a draw's until its result is out."""
    found = window_of(tx, row)
    return found is not None and found.by_lot


def too_late(town: Town, first_start: datetime, enrol_closes: datetime) -> bool:
    """Whether no seat can be held for an answer any more: from then on a free one is for whoever comes.

    That is so shortly before the first session, and shortly before enrolment closes; once the class has
    begun only the latter counts, and who waits is asked first as ever.
    """
    now = town.now()
    sent = next_waking(now, CLASS_QUIET, town.zone)
    return offer_deadline(sent, _first_ahead(first_start, now), enrol_closes, town.zone) is None


def _first_ahead(first_start: datetime, now: datetime) -> datetime | None:
    return first_start if first_start > now else None


def _tell_all(tx: Tx, town: Town, row: Row) -> None:
    """Tell everybody who waits that a seat is free for whoever comes."""
    tx.take_time()
    now = town.now()
    ahead = _first_ahead(row.first_start, now)
    until = min(ahead, row.enrol_closes) if ahead else row.enrol_closes
    for waiting in tx.all(ALL_WAITING, id=row.id):
        to = reach(tx, waiting.person_id)
        sent = next_waking(now, to.class_quiet, town.zone) if to else until
        if to is not None and sent < until:
            post_free(tx, town, to, offering_id=row.id, enrolment_id=waiting.id, sent=sent, until=until)


def _offer(
    tx: Tx, town: Town, tell: dict[int, Reach], row: Row, party: Sequence[Row], expires: datetime
) -> None:
    """Hold a seat for each of a party; the message goes once to each account, and answers for all."""
    now = town.now()
    made: dict[int, int] = {}
    for one in party:
        move(tx, one.id, "waiting", "offered", now)
        hold_seat(tx, row.id)
        made[one.id] = tx.add(
            ADD_OFFER, enrolment_id=one.id, offering_id=row.id, state="made", made_at=now, expires_at=expires
        )
        record(tx, now, "system", "offer", f"offering:{row.id}", f"enrolment:{one.id} offer:{made[one.id]}")
    names = tuple(one.name for one in party) if len(party) > 1 else ()
    for enrolment_id, to in tell.items():
        post_offer(
            tx, town, to, offering_id=row.id, offer_id=made[enrolment_id], enrolment_id=enrolment_id,
            sent=next_waking(now, to.class_quiet, town.zone), expires=expires, names=names,
        )  # fmt: skip


def delivered(tx: Tx, town: Town, offer_id: int) -> None:
    """The offer's message was sent (or fetched): its clock starts, never earlier than the hour it names."""
    row = tx.one(OFFER, id=offer_id)
    if row is None or row.state != "made":
        return
    now = town.now()
    expires = offer_deadline(now, _first_ahead(row.first_start, now), row.enrol_closes, town.zone)
    until = max(row.expires_at, expires) if expires else row.expires_at
    tx.run(SET_OFFER, offer_id=offer_id, before="made", after="running", until=until)
    for fellow in groups.living_offers(tx, row.enrolment_id):
        if (
            fellow.id != offer_id and fellow.expires_at < until
        ):  # whoever reads first has all the others' time
            tx.run(SET_OFFER, offer_id=fellow.id, before=fellow.state, after=fellow.state, until=until)


def promote_some(tx: Tx, town: Town, after: int, most: int = 10) -> tuple[int, int]:
    """Promote in the next classes with a free seat and somebody waiting.

    Gives how many offers were made and the id to go on after; 0 when the last class was reached.
    """
    rows = tx.all(WITH_FREE_SEATS, now=town.now(), after=after, most=most)
    made = sum(promote(tx, town, row.id, freed=False) for row in rows)
    return made, rows[-1].id if len(rows) == most else 0


def living_offer(tx: Tx, town: Town, offer_id: int) -> Row:
    """The offer under the lock of its class if it can still be answered, otherwise None."""
    from services.enrolling import transfers  # which need the offers

    row = tx.one(OFFER, id=offer_id)
    if row is None:
        return None
    # a seat that is given up for this one is in a class of its own
    transfers.lock_classes(tx, row.offering_id, transfers.old_class(tx, row.enrolment_id) or row.offering_id)
    row = tx.one(OFFER, id=offer_id)
    return row if row.state in ("made", "running") and row.expires_at > town.now() else None


def accept(tx: Tx, town: Town, row: Row, *, actor: str) -> None:
    """Turn an offer that `living_offer` gave into an enrolment; one to a group into that of each.

    A seat that was given up for it is freed.
    """
    from services.enrolling import transfers  # which need the offers

    now = town.now()
    for one in groups.living_offers(tx, row.enrolment_id) or [row]:
        set_offer(tx, one, "accepted")
        move(tx, one.enrolment_id, "offered", "enrolled", now)
        record(tx, now, actor, "accept", f"offering:{row.offering_id}", f"enrolment:{one.enrolment_id}")
        transfers.settle(tx, town, one.enrolment_id, actor=actor)


def close_offer(tx: Tx, enrolment_id: int, why: str) -> None:
    """End the living offer of an enrolment, if there is one; the caller holds the lock of the class."""
    row = tx.one(LIVING_OFFER, enrolment_id=enrolment_id)
    if row is not None:
        set_offer(tx, row, why)


def decline(tx: Tx, town: Town, row: Row, *, actor: str) -> list[Row]:
    """Give back an offer that `living_offer` gave; a group's goes back whole. Returns whose it was."""
    now = town.now()
    party = groups.living_offers(tx, row.enrolment_id) or [row]
    for one in party:
        set_offer(tx, one, "declined")
        move(tx, one.enrolment_id, "offered", "withdrawn", now, "declined")
        free_seat(tx, row.offering_id)
        fields = f"enrolment:{one.enrolment_id} declined"
        record(tx, now, actor, "withdraw", f"offering:{row.offering_id}", fields)
    promote(tx, town, row.offering_id)
    return party


def set_offer(tx: Tx, row: Row, after: str) -> None:
    """Move an offer along the written table. Raises IllegalMove, or Gone where somebody was faster."""
    check_move(OFFER_TRANSITIONS, row.state, after)
    if not tx.run(SET_OFFER, offer_id=row.id, before=row.state, after=after, until=row.expires_at):
        raise Gone(f"offer {row.id} is no longer {row.state}")
