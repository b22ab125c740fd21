"""Asking for a place: in a draw with ranked wishes, or for the staff to say yes. No seat is given here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select, update

from models.enrolment import check_move
from models.people import person
from models.statement import Row, Statement, Tx, insert_into
from models.windows import APPLICATION_TRANSITIONS, MOST_WISHES, application, application_wish
from services.audit import record
from services.enrolling.moves import Gone
from services.enrolling.refusal import Refused
from services.town import Town
from services.windows import applications, gate
from services.windows.reading import Window, window

REF_DIGITS = 12
LOCK_PERSON = Statement(
    select(person.c.id).where(person.c.id == bindparam("person_id")).with_for_update(key_share=True)
)
ADD = insert_into(
    application, "window_id", "person_id", "account_id", "offering_id", "ref", "state", "name",
    "age_confirmed", "created_at", "since",
)  # fmt: skip
ADD_WISH = insert_into(application_wish, "application_id", "offering_id", "rank")
DROP_WISHES = Statement(
    delete(application_wish).where(application_wish.c.application_id == bindparam("whose"))
)
REF_TAKEN = Statement(
    select(application.c.id).where(
        application.c.window_id == bindparam("window_id"), application.c.ref == bindparam("number")
    )
)
MOVE = Statement(
    update(application)
    .where(application.c.id == bindparam("application_id"), application.c.state == bindparam("before"))
    .values(
        state=bindparam("after", type_=application.c.state.type),
        answer=bindparam("why", type_=application.c.answer.type),
        since=bindparam("now", type_=application.c.since.type),
    )
)
CONFIRM_AGE = Statement(
    update(application).where(application.c.id == bindparam("application_id")).values(age_confirmed=True)
)


@dataclass(frozen=True, slots=True)
class Applied:
    """An application as it stands: its row's id, and the rank of the wish (0: for the staff to decide)."""

    application_id: int
    rank: int


def apply(
    tx: Tx, town: Town, found: Window, *, person_id: int, account_id: int, offering_id: int, name: str,
    age_confirmed: bool, verified: bool, actor: str,
) -> Applied | Refused:  # fmt: skip
    """Ask for a place in a class; in a draw it is the last of one's wishes so far.

    The caller has asked the other gates; whose turn it is is asked again under the person's lock.
    """
    tx.one(LOCK_PERSON, person_id=person_id)
    now = town.now()
    refused = gate.refused(tx, found, offering_id, person_id, verified, now)
    if refused is not None:
        return refused
    by_lot = found.by_lot
    mine = applications.in_draw(tx, found.id, person_id) if by_lot else None
    if mine is None:
        made = tx.add(
            ADD, window_id=found.id, person_id=person_id, account_id=account_id,
            offering_id=None if by_lot else offering_id, ref=_new_ref(tx, town, found.id),
            state="applied" if by_lot else "pending", name=name, age_confirmed=age_confirmed,
            created_at=now, since=now,
        )  # fmt: skip
    else:
        made = mine.id
        if age_confirmed:
            tx.run(CONFIRM_AGE, application_id=made)
    rank = 0
    if by_lot:
        rank = len(applications.wishes(tx, made)) + 1
        tx.add(ADD_WISH, application_id=made, offering_id=offering_id, rank=rank)
    record(tx, now, actor, "apply", f"offering:{offering_id}", f"application:{made}")
    return Applied(made, rank)


def open_to_change(tx: Tx, town: Town, application_id: int, person_id: int) -> Row:
    """The person's own application if it may still be changed, under the person's lock, or None."""
    tx.one(LOCK_PERSON, person_id=person_id)
    row = tx.one(applications.BY_ID, id=application_id)
    if row is None or row.person_id != person_id or row.state not in ("applied", "pending"):
        return None
    found = window(tx, row.window_id)
    closed = found is None or (row.state == "applied" and found.closed(town.now()))
    return None if closed else row


def reorder(tx: Tx, town: Town, row: Row, offering_ids: Sequence[int], actor: str) -> None:
    """Put one's wishes into this order; a class that is left out is no wish any more."""
    has = {wish.offering_id for wish in applications.wishes(tx, row.id)}
    kept = [offering_id for offering_id in dict.fromkeys(offering_ids) if offering_id in has][:MOST_WISHES]
    tx.run(DROP_WISHES, whose=row.id)
    for rank, offering_id in enumerate(kept, 1):
        tx.add(ADD_WISH, application_id=row.id, offering_id=offering_id, rank=rank)
    record(tx, town.now(), actor, "wishes_changed", f"application:{row.id}", str(len(kept)))


def withdraw(tx: Tx, town: Town, row: Row, actor: str, why: str = "") -> None:
    """Take an application back."""
    move(tx, town, row, "withdrawn", why)
    record(tx, town.now(), actor, "application_withdrawn", f"application:{row.id}", why)


def withdraw_all(tx: Tx, town: Town, person_id: int, actor: str, why: str) -> None:
    """Take everything back that a person asked for and that may still be changed."""
    for row in applications.own(tx, person_id):
        mine = open_to_change(tx, town, row.id, person_id)
        if mine is not None:
            withdraw(tx, town, mine, actor, why)


def move(tx: Tx, town: Town, row: Row, after: str, why: str = "") -> None:
    """Move an application along the written table. Raises IllegalMove, or Gone where somebody was faster."""
    check_move(APPLICATION_TRANSITIONS, row.state, after)
    if not tx.run(MOVE, application_id=row.id, before=row.state, after=after, why=why[:200], now=town.now()):
        raise Gone(f"application {row.id} is no longer {row.state}")


def _new_ref(tx: Tx, town: Town, window_id: int) -> str:
    while True:
        ref = town.random_digits(REF_DIGITS)
        if tx.one(REF_TAKEN, window_id=window_id, number=ref) is None:
            return ref
