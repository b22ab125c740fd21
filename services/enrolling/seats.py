"""Seats: taking, releasing and counting them. Never count, then insert: the update itself decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, bindparam, func, or_, select, text, update
from sqlalchemy.types import Boolean, Integer, String

from models.catalogue import offering
from models.enrolment import LIVING, enrolment
from models.statement import Row, Statement, Tx, insert_into
from models.types import UtcTime
from services import liking, naming
from services.audit import record
from services.enrolling import gates, groups, line, offers
from services.enrolling.moves import DUE, free_seat, move
from services.enrolling.refusal import Refused
from services.town import Town
from services.windows import gate

ADD = insert_into(
    enrolment,
    "person_id",
    "offering_id",
    "account_id",
    "state",
    "name",
    "age_confirmed",
    "created_at",
    "since",
    number=line.next_number(),
)
_earlier = enrolment.alias("earlier")
# one seat, or as many as a group has members
_WANTED: BindParameter[int] = bindparam("wanted", type_=offering.c.taken.type)


def _take(*conditions: ColumnElement[bool]) -> Statement:
    return Statement(
        update(offering)
        .where(
            offering.c.id == bindparam("offering_id"),
            offering.c.status == "open",
            or_(offering.c.capacity.is_(None), offering.c.taken + _WANTED <= offering.c.capacity),
            *conditions,
        )
        .values(taken=offering.c.taken + _WANTED)
    )


# nobody overtakes: a free seat is first for whoever waits already
TAKE = _take(
    ~select(_earlier.c.id)
    .where(
        _earlier.c.offering_id == bindparam("offering_id"),
        _earlier.c.state == "waiting",
        _earlier.c.id < bindparam("enrolment_id"),
    )
    .exists()
)
# shortly before the class no seat can be held for an answer: it is for whoever comes, waiting or new
TAKE_LATE = _take()
# somebody new stands behind all who wait
TAKE_NEW = _take(
    ~select(_earlier.c.id)
    .where(_earlier.c.offering_id == bindparam("offering_id"), _earlier.c.state == "waiting")
    .exists()
)
# All that makes a new place, in one call. The seat is taken first, by the conditional update, and what it
# says decides the state of the row; the line is looked at as it was before the row. That is safe because the
# lock of the class was taken by an earlier statement: this one sees whatever was committed under it.
_NEXT_NUMBER = str(line.next_number())
_NOT_WAITING = ", ".join(f"'{state}'" for state in line.NOT_WAITING)
PLACE_AT_ONCE = Statement(
    text(  # nothing but constants is put in
        "WITH took AS ("  # noqa: S608
        "UPDATE offering SET taken = taken + 1 WHERE id = :offering_id AND status = 'open'"
        " AND (capacity IS NULL OR taken + 1 <= capacity) AND (:late OR NOT EXISTS ("
        "SELECT 1 FROM enrolment WHERE offering_id = :offering_id AND state = 'waiting'))"
        " RETURNING fee_fen"
        "), placed AS ("
        "INSERT INTO enrolment (person_id, offering_id, account_id, state, name, age_confirmed, remind,"
        " ended, created_at, since, number) SELECT :person_id, :offering_id, :account_id,"
        " CASE WHEN EXISTS (SELECT 1 FROM took) THEN 'enrolled' ELSE 'waiting' END,"
        f" :name, :age_confirmed, true, '', :now, :now, {_NEXT_NUMBER} RETURNING id, state, number"
        "), due AS ("
        "INSERT INTO fee_entry (enrolment_id, kind, fen, reason, source, at)"
        " SELECT placed.id, 'due', took.fee_fen, '', '', :now FROM placed, took WHERE took.fee_fen > 0"
        "), named AS ("
        "UPDATE person SET name = :name WHERE id = :person_id AND :remember"
        "), noted AS ("
        "INSERT INTO audit_entry (at, actor, action, subject, fields)"
        " SELECT :now, :actor, 'enrol', :subject, 'enrolment:' || placed.id FROM placed"
        ") SELECT placed.id, placed.state, CASE WHEN placed.state = 'waiting' THEN placed.number - ("
        f"SELECT COUNT(*) FROM enrolment WHERE offering_id = :offering_id AND state IN ({_NOT_WAITING})"
        ") ELSE 0 END AS position FROM placed"
    )
    .bindparams(
        bindparam("now", type_=UtcTime()),
        bindparam("late", type_=Boolean()),
        bindparam("remember", type_=Boolean()),
        bindparam("age_confirmed", type_=Boolean()),
    )
    .columns(id=Integer(), state=String(), position=Integer()),
    own=True,
)
POSITION = Statement(
    select(line.place().label("place")).where(
        enrolment.c.id == bindparam("enrolment_id"), enrolment.c.offering_id == bindparam("offering_id")
    )
)
# as many wait as the place of the last one says
WAITING = Statement(
    select(line.place().label("waiting")).where(
        enrolment.c.id
        == select(func.max(_earlier.c.id))
        .where(_earlier.c.offering_id == bindparam("offering_id"), _earlier.c.state == "waiting")
        .scalar_subquery()
    )
)
_PLACE = (
    enrolment.c.id, enrolment.c.state, enrolment.c.offering_id, enrolment.c.person_id, enrolment.c.name
)  # fmt: skip
LIVING_ONE = Statement(
    select(*_PLACE).where(
        enrolment.c.person_id == bindparam("person_id"),
        enrolment.c.offering_id == bindparam("offering_id"),
        enrolment.c.state.in_(LIVING),
    )
)
STANDING = Statement(
    select(*_PLACE, liking.is_liked(), groups.first_members())
    .select_from(offering)
    .outerjoin(
        enrolment,
        (enrolment.c.offering_id == offering.c.id)
        & (enrolment.c.person_id == bindparam("person_id"))
        & enrolment.c.state.in_(LIVING),
    )
    .where(offering.c.id == bindparam("offering_id"))
)
BY_ID = Statement(
    select(
        enrolment.c.id, enrolment.c.state, enrolment.c.offering_id, enrolment.c.person_id,
        enrolment.c.name, enrolment.c.ended, enrolment.c.remind,
    ).where(enrolment.c.id == bindparam("id"))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Joined:
    """A place in a class: enrolled, or waiting at a position counted from 1."""

    enrolment_id: int
    state: str
    position: int = 0


def join(
    tx: Tx, town: Town, *, person_id: int, account_id: int, offering_id: int, name: str, age_confirmed: bool,
    actor: str, approved: bool = False, locked: Row = None, remember: bool = False,
) -> Joined | Refused:  # fmt: skip
    """Take a seat, or a place at the end of the line. The gates have been asked by the caller.

    What may have changed since then is asked again under the lock of the class. When it is too late for
    offers, a free seat is taken by whoever comes, also by one who waits. `approved`: the staff has said yes.
    `locked`: the class as LOCK_CLASS gave it earlier in this transaction; since then seats may only have been
    taken. `remember`: it is whoever speaks, and the name is kept for the next enrolment.
    """
    now = town.now()
    # rows of a class are made one after the other, so that their order is the line and nobody overtakes
    row = locked or tx.one(offers.LOCK_CLASS, id=offering_id)
    refused = gates.takes_nobody(row, now) or (None if approved else gate.not_at_once(tx, row.window_id))
    if refused is not None:
        return refused
    late = offers.too_late(town, row.first_start, row.enrol_closes)
    waiting = living(tx, person_id, offering_id) if late else None
    if waiting:
        if waiting.state != "waiting" or row.taken == row.capacity:
            return gates.has_place(waiting)
        if remember:
            naming.remember(tx, person_id, name)
        return _take_late(tx, town, row, waiting, actor)
    joined = _place(
        tx, row, late, now, actor, person_id=person_id, account_id=account_id, name=name,
        age_confirmed=age_confirmed, remember=remember,
    )  # fmt: skip
    # under the lock of the class a full one has nothing for those who wait
    if joined.state == "enrolled" or row.taken == row.capacity:
        return joined
    # a seat freed between our look and our row is found here
    return _promoted(tx, town, offering_id, joined.enrolment_id)


def _place(
    tx: Tx, row: Row, late: bool, now: datetime, actor: str, *, person_id: int, account_id: int, name: str,
    age_confirmed: bool, remember: bool,
) -> Joined:  # fmt: skip
    """A new place with its audit and fee: a seat if the update gives one, otherwise one in the line."""
    subject = f"offering:{row.id}"
    if tx.kind == "postgresql":
        made = tx.one(
            PLACE_AT_ONCE, offering_id=row.id, late=late, person_id=person_id, account_id=account_id,
            name=name, age_confirmed=age_confirmed, remember=remember, now=now, actor=actor, subject=subject,
        )  # fmt: skip
        return Joined(made.id, made.state, made.position)
    taken = tx.run(TAKE_LATE if late else TAKE_NEW, offering_id=row.id, wanted=1)
    enrolment_id = tx.add(
        ADD, person_id=person_id, offering_id=row.id, account_id=account_id,
        state="enrolled" if taken else "waiting", name=name, age_confirmed=age_confirmed, created_at=now,
        since=now,
    )  # fmt: skip
    record(tx, now, actor, "enrol", subject, f"enrolment:{enrolment_id}")
    if remember:
        naming.remember(tx, person_id, name)
    if not taken:
        return Joined(enrolment_id, "waiting", position(tx, row.id, enrolment_id))
    if row.fee_fen:
        tx.run(DUE, enrolment_id=enrolment_id, now=now)
    return Joined(enrolment_id, "enrolled")


def _take_late(tx: Tx, town: Town, row: Row, waiting: Row, actor: str) -> Joined:
    """A late seat for one who waits, or for all of a group of which one comes."""
    now = town.now()
    record(tx, now, actor, "enrol", f"offering:{row.id}", f"enrolment:{waiting.id}")
    ids = [one.id for one in groups.party(tx, waiting.id, "waiting")] or [waiting.id]
    if not take(tx, row.id, ids, now, late=True):
        return _promoted(tx, town, row.id, waiting.id)
    for seated in ids:
        _settle_transfer(tx, town, seated, actor)
    return Joined(waiting.id, "enrolled")


def _promoted(tx: Tx, town: Town, offering_id: int, enrolment_id: int) -> Joined:
    """How one who waits stands after the free seats were offered, under the lock of the class."""
    offers.promote(tx, town, offering_id, freed=False)
    state = tx.one(BY_ID, id=enrolment_id).state
    if state != "waiting":
        return Joined(enrolment_id, state)
    return Joined(enrolment_id, "waiting", position(tx, offering_id, enrolment_id))


def take(tx: Tx, offering_id: int, enrolment_ids: Sequence[int], now: datetime, *, late: bool) -> bool:
    """Seat these waiting enrolments if seats are free for all of them and nobody waits before the first."""
    wanted = len(enrolment_ids)
    if late:
        taken = tx.run(TAKE_LATE, offering_id=offering_id, wanted=wanted)
    else:
        taken = tx.run(TAKE, offering_id=offering_id, wanted=wanted, enrolment_id=enrolment_ids[0])
    if taken:
        for enrolment_id in enrolment_ids:
            move(tx, enrolment_id, "waiting", "enrolled", now)
    return bool(taken)


def _settle_transfer(tx: Tx, town: Town, enrolment_id: int, actor: str) -> None:
    from services.enrolling import transfers  # which need the seats

    transfers.settle(tx, town, enrolment_id, actor=actor)


def leave(tx: Tx, town: Town, row: Row, *, why: str, actor: str) -> bool:
    """End a living enrolment (its row as LIVING_ONE or BY_ID gives it) and pass a held seat on.

    Its state is read again under the lock of the class; False when it had ended meanwhile.
    """
    now = town.now()
    tx.one(offers.LOCK_CLASS, id=row.offering_id)
    row = tx.one(BY_ID, id=row.id)
    if row.state not in LIVING:
        return False
    offers.close_offer(tx, row.id, "declined")
    move(tx, row.id, row.state, "withdrawn", now, why)
    record(tx, now, actor, "withdraw", f"offering:{row.offering_id}", f"enrolment:{row.id} {why}")
    if row.state != "waiting":
        free_seat(tx, row.offering_id)
    offers.promote(tx, town, row.offering_id, freed=row.state != "waiting")
    return True


def living(tx: Tx, person_id: int, offering_id: int) -> Row:
    """The person's living place in this class, or None."""
    return tx.one(LIVING_ONE, person_id=person_id, offering_id=offering_id)


def standing(tx: Tx, person_id: int, offering_id: int) -> Row:
    """How a person stands to a class: the living place (its columns None where there is none), `liked`,
    and `ahead`: how many wait together at the very front of the line, 0 where nobody or a single one does.
    """
    return tx.one(STANDING, person_id=person_id, offering_id=offering_id)


def position(tx: Tx, offering_id: int, enrolment_id: int) -> int:
    """The place in line of a waiting enrolment, from 1."""
    return int(tx.one(POSITION, offering_id=offering_id, enrolment_id=enrolment_id).place)


def waiting_count(tx: Tx, offering_id: int) -> int:
    """How many wait for this class."""
    last = tx.one(WAITING, offering_id=offering_id)
    return int(last.waiting) if last is not None else 0
