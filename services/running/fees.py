"""Fees: an account of rows per enrolment, whose sum is what is still owed; nothing is ever changed in it.

Due on getting a seat, reduced by the greatest discount alone, paid at the desk, and given back by the
school's own schedule when somebody leaves. Doorstep takes no money itself; see docs/money.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import String, bindparam, select

from models.catalogue import course, offering, org_unit
from models.enrolment import enrolment
from models.running import fee_entry
from models.statement import Row, Statement, Tx, insert_into
from services.audit import record
from services.enrolling.refusal import Refused
from services.message import clean
from services.running.fee_rules import discounts, refund_percent, refunds
from services.town import Town

# the school lets the whole fee go
ALL = "全免"
# what is noted at the desk, with the sign of its amounts; an entry of the other sign takes one back
AT_DESK = {"paid": -1, "discount": -1, "waived": -1, "refunded": 1}
# a class that is called off, or merged into one that does not suit, is owed nothing
BY_SCHOOL = frozenset({"class_cancelled", "declined"})

ADD = insert_into(fee_entry, "enrolment_id", "kind", "fen", "reason", "source", "at")
ENTRIES = Statement(
    select(
        fee_entry.c.id, fee_entry.c.kind, fee_entry.c.fen, fee_entry.c.reason, fee_entry.c.source,
        fee_entry.c.at,
    )
    .where(fee_entry.c.enrolment_id == bindparam("enrolment_id"))
    .order_by(fee_entry.c.id)
)  # fmt: skip
PLACE = Statement(
    select(
        enrolment.c.id, enrolment.c.person_id, enrolment.c.offering_id, enrolment.c.state,
        enrolment.c.ended, enrolment.c.since, enrolment.c.name, offering.c.fee_fen, offering.c.unit_id,
        offering.c.first_start,
    )
    .join_from(enrolment, offering, offering.c.id == enrolment.c.offering_id)
    .where(enrolment.c.id == bindparam("id"))
    .with_for_update(key_share=True, of=enrolment)
)  # fmt: skip
OF_CLASS = Statement(
    select(enrolment.c.id, enrolment.c.name, enrolment.c.state)
    .where(
        enrolment.c.offering_id == bindparam("offering_id"),
        (enrolment.c.state == "enrolled")
        | select(fee_entry.c.id).where(fee_entry.c.enrolment_id == enrolment.c.id).exists(),
    )
    .order_by(enrolment.c.id)
)
# classes that are not over, cost something and have somebody in them, of the units under one path
COSTING = Statement(
    select(offering.c.id, offering.c.code, course.c.title)
    .join_from(offering, org_unit, org_unit.c.id == offering.c.unit_id)
    .join(course, course.c.id == offering.c.course_id)
    .where(
        org_unit.c.path.startswith(bindparam("path", type_=String())),
        offering.c.fee_fen > 0,
        offering.c.taken > 0,
        offering.c.last_end > bindparam("now"),
    )
    .order_by(offering.c.first_start, offering.c.id)
)
LATEST = Statement(
    select(enrolment.c.id)
    .where(
        enrolment.c.person_id == bindparam("person_id"),
        enrolment.c.offering_id == bindparam("offering_id"),
        (enrolment.c.state == "enrolled")
        | select(fee_entry.c.id).where(fee_entry.c.enrolment_id == enrolment.c.id).exists(),
    )
    .order_by(enrolment.c.id.desc())
    .limit(1)
)
# classes that somebody has left and that had a fee: there may be something to give back, or still owed
LEFT = Statement(
    select(enrolment.c.id)
    .where(
        enrolment.c.person_id == bindparam("person_id"),
        enrolment.c.state == "withdrawn",
        select(fee_entry.c.id).where(fee_entry.c.enrolment_id == enrolment.c.id).exists(),
    )
    .order_by(enrolment.c.id.desc())
    .limit(20)
)


@dataclass(frozen=True, slots=True)
class Account:
    """What one place costs: due, taken off, paid, given back, and what is still owed (below zero: by us)."""

    enrolment_id: int
    name: str
    state: str
    due: int
    off: int
    paid: int
    refunded: int
    balance: int
    reason: str
    entries: tuple[Row, ...]

    @property
    def last(self) -> Row:
        """What was noted last at the desk and may be taken back, or None; not what went to another class."""
        carried = max((one.id for one in self.entries if one.kind == "carried"), default=0)
        noted = _standing(self.entries)
        if not noted or noted[-1].id < carried:
            return None
        reduces = noted[-1].kind in ("discount", "waived")
        return None if reduces and self.state != "enrolled" else noted[-1]


def left_places(tx: Tx, person_id: int) -> list[int]:
    """The places that a person left and that had a fee, the latest first."""
    return [row.id for row in tx.all(LEFT, person_id=person_id)]


def latest_place(tx: Tx, person_id: int, offering_id: int) -> int | None:
    """The latest enrolment of a person in a class that was ever a seat, or None."""
    row = tx.one(LATEST, person_id=person_id, offering_id=offering_id)
    return int(row.id) if row is not None else None


def account_of(tx: Tx, town: Town, enrolment_id: int) -> Account | None:
    """The account of one place, brought up to date first; None where there is no such place."""
    place = tx.one(PLACE, id=enrolment_id)
    if place is None:
        return None
    return _account(place, _up_to_date(tx, town, place))


def accounts_of(tx: Tx, town: Town, offering_id: int) -> list[Account]:
    """The accounts of a class in the order of enrolment, also of those who left and paid before."""
    found = [account_of(tx, town, row.id) for row in tx.all(OF_CLASS, offering_id=offering_id)]
    return [one for one in found if one is not None]


def pay(
    tx: Tx, town: Town, enrolment_id: int, fen: int | None, *, actor: str, source: str = ""
) -> Account | Refused:
    """Note what was paid at the desk; `fen` None: all that is owed. Never more than that."""
    place = tx.one(PLACE, id=enrolment_id)
    if place is None:
        return Refused("fee_no_place")
    held = _account(place, _up_to_date(tx, town, place))
    fen = held.balance if fen is None else fen
    if fen <= 0 or fen > held.balance:
        return Refused(
            "fee_nothing_owed" if held.balance <= 0 else "fee_too_much", values={"fen": held.balance}
        )
    return _add(tx, town, place, "paid", -fen, actor, "fee_paid", source=source)


def waive(
    tx: Tx, town: Town, enrolment_id: int, name: str, *, actor: str, source: str = ""
) -> Account | Refused:
    """Grant a discount of the school's list, or let the whole fee go (`全免`); only the greatest counts."""
    place = tx.one(PLACE, id=enrolment_id)
    if place is None:
        return Refused("fee_no_place")
    held = _account(place, _up_to_date(tx, town, place))
    percent = {ALL: 100, **discounts(tx, place.unit_id)}.get(name)
    if percent is None:
        return Refused("fee_no_discount", values={"name": name})
    off = held.due * percent // 100
    if off <= held.off:
        return Refused("fee_less", values={"reason": held.reason or name})
    more = off - held.off
    kind = "waived" if percent == 100 else "discount"
    return _add(tx, town, place, kind, -more, actor, "fee_waived", reason=name, source=source)


def refund(tx: Tx, town: Town, enrolment_id: int, fen: int | None, *, actor: str) -> Account | Refused:
    """Note what was given back at the desk; `fen` None: all that is owed to the person. Never more."""
    place = tx.one(PLACE, id=enrolment_id)
    if place is None:
        return Refused("fee_no_place")
    held = _account(place, _up_to_date(tx, town, place))
    fen = -held.balance if fen is None else fen
    if fen <= 0 or fen > -held.balance:
        code = "fee_nothing_back" if held.balance >= 0 else "fee_too_much"
        return Refused(code, values={"fen": -held.balance})
    return _add(tx, town, place, "refunded", fen, actor, "fee_refunded")


def take_back(
    tx: Tx, town: Town, enrolment_id: int, entry_id: int, reason: str, *, actor: str
) -> Account | Refused:
    """Take back what was noted last at the desk by mistake: a row of the other sign, with its reason."""
    place = tx.one(PLACE, id=enrolment_id)
    reason = clean(reason, 80).strip()
    if place is None:
        return Refused("fee_no_place")
    last = _account(place, _up_to_date(tx, town, place)).last
    if last is None or last.id != entry_id or not reason:
        return Refused("fee_changed")
    return _add(
        tx, town, place, last.kind, -last.fen, actor, "fee_taken_back", reason=reason, source=last.source
    )


def carry(tx: Tx, town: Town, old: int, new: int) -> None:
    """Take what was paid and granted for one place over to the seat that takes its place; no money moves."""
    before, after = tx.one(PLACE, id=old), tx.one(PLACE, id=new)
    held = _account(before, _up_to_date(tx, town, before))
    due = _account(after, _up_to_date(tx, town, after)).due
    had = held.paid - held.refunded

    def add(enrolment_id: int, kind: str, fen: int, reason: str = "") -> None:
        if fen:
            tx.add(
                ADD, enrolment_id=enrolment_id, kind=kind, fen=fen, reason=reason, source="", at=town.now()
            )

    add(old, "released", held.off - held.due)
    add(old, "carried", had)
    add(new, "discount", -min(held.off, due), held.reason)
    add(new, "carried", -had)


def _up_to_date(tx: Tx, town: Town, place: Row) -> list[Row]:
    """The entries of a place with what has come to be due, or is due no more since it was left."""
    entries = tx.all(ENTRIES, enrolment_id=place.id)
    kinds = {entry.kind for entry in entries}
    now = town.now()
    if place.state == "enrolled" and "due" not in kinds and place.fee_fen:
        tx.add(ADD, enrolment_id=place.id, kind="due", fen=place.fee_fen, reason="", source="", at=now)
    elif place.state == "withdrawn" and "due" in kinds and not kinds & {"released", "carried"}:
        percent = 100
        if place.ended not in BY_SCHOOL:
            percent = refund_percent(refunds(tx, place.unit_id), place.first_start, place.since)
        owed = sum(entry.fen for entry in entries if entry.kind in ("due", "discount", "waived"))
        tx.add(
            ADD, enrolment_id=place.id, kind="released", fen=-(owed * percent // 100), reason=f"{percent}%",
            source="", at=now,
        )  # fmt: skip
    else:
        return entries
    return tx.all(ENTRIES, enrolment_id=place.id)


def _add(
    tx: Tx, town: Town, place: Row, kind: str, fen: int, actor: str, action: str, *, reason: str = "",
    source: str = "",
) -> Account:  # fmt: skip
    source = clean(source, 40).strip()
    tx.add(ADD, enrolment_id=place.id, kind=kind, fen=fen, reason=reason, source=source, at=town.now())
    record(
        tx, town.now(), actor, action, f"offering:{place.offering_id}", f"enrolment:{place.id} {kind}",
        person_id=place.person_id, after=f"{fen} {reason} {source}".strip(),
    )  # fmt: skip
    return _account(place, tx.all(ENTRIES, enrolment_id=place.id))


def _account(place: Row, entries: Sequence[Row]) -> Account:
    def total(*kinds: str) -> int:
        return sum(entry.fen for entry in entries if entry.kind in kinds)

    off = [entry for entry in _standing(entries) if entry.kind in ("discount", "waived")]
    return Account(
        place.id, place.name, place.state, total("due", "released"), -total("discount", "waived"),
        -total("paid", "carried"), total("refunded"), sum(entry.fen for entry in entries),
        off[-1].reason if off else "", tuple(entries),
    )  # fmt: skip


def _standing(entries: Sequence[Row]) -> list[Row]:
    """What was noted at the desk and not taken back, oldest first."""
    noted: list[Row] = []
    for entry in entries:
        if entry.kind in AT_DESK:
            if entry.fen * AT_DESK[entry.kind] > 0:
                noted.append(entry)
            elif noted:
                noted.pop()
    return noted
