"""The staff's yes or no to what somebody asked for; the person is told of either, and why."""

from __future__ import annotations

from sqlalchemy import BindParameter, bindparam, func, select

from models.catalogue import course, offering, org_unit
from models.people import account
from models.statement import Row, Statement, Tx
from models.windows import application
from services import classes
from services.audit import record
from services.enrolling import gates, seats
from services.enrolling.refusal import Refused
from services.family import acts
from services.notices import windows as notices
from services.reach import reach
from services.town import Town
from services.windows import applications, applying

_PATH: BindParameter[str] = bindparam("path", type_=org_unit.c.path.type)
# what waits for a decision in a subtree, the oldest first
PENDING = Statement(
    select(
        application.c.id, application.c.name, application.c.offering_id, application.c.created_at,
        offering.c.code, course.c.title, account.c.platform, account.c.external_id,
    )
    .join_from(application, offering, offering.c.id == application.c.offering_id)
    .join(course, course.c.id == offering.c.course_id)
    .join(org_unit, org_unit.c.id == offering.c.unit_id)
    .join(account, account.c.id == application.c.account_id)
    .where(
        application.c.state == "pending",
        func.substr(org_unit.c.path, 1, func.length(_PATH)) == _PATH,
    )
    .order_by(application.c.id)
    .limit(500)
)  # fmt: skip


def waiting(tx: Tx, unit_path: str) -> list[Row]:
    """What is to be decided within a subtree."""
    return tx.all(PENDING, path=unit_path)


def approve(tx: Tx, town: Town, application_id: int, actor: str) -> seats.Joined | Refused | None:
    """Say yes: a seat, or a place in line; None where it has been decided already.

    Refused where the class takes nobody any more, or the person has joined what stands against it.
    """
    row = _pending(tx, application_id)
    if row is None:
        return None
    now = town.now()
    found = classes.one_class(tx, row.offering_id, now)
    living = tx.all(gates.LIVING_ROWS, person_id=row.person_id, now=now)
    who = gates.Applicant(tx, found, row.person_id, True, now, town.term_limit, living)
    for gate in (gates.already, gates.term, gates.clash):
        if (refused := gate(who)) is not None:
            return refused
    joined = seats.join(
        tx, town, person_id=row.person_id, account_id=row.account_id, offering_id=row.offering_id,
        name=row.name, age_confirmed=bool(row.age_confirmed), actor=actor, approved=True,
    )  # fmt: skip
    if isinstance(joined, Refused):
        return joined
    applying.move(tx, town, row, "approved")
    acts.note_keeper(tx, town, joined.enrolment_id, row.person_id)
    record(tx, now, actor, "approve", f"offering:{row.offering_id}", f"application:{row.id}")
    to = reach(tx, row.person_id)
    if to is not None and joined.state != "offered":
        notices.post_approved(tx, town, to, found, joined.enrolment_id, joined.position)
    return joined


def decline(tx: Tx, town: Town, application_id: int, reason: str, actor: str) -> bool:
    """Say no, with the reason that the person reads; False where it has been decided already."""
    row = _pending(tx, application_id)
    if row is None:
        return False
    applying.move(tx, town, row, "declined", reason)
    record(
        tx, town.now(), actor, "decline", f"offering:{row.offering_id}", f"application:{row.id}",
        person_id=row.person_id, after=reason,
    )  # fmt: skip
    to = reach(tx, row.person_id)
    if to is not None:
        notices.post_declined(tx, town, to, classes.one_class(tx, row.offering_id, town.now()), reason)
    return True


def _pending(tx: Tx, application_id: int) -> Row:
    row = tx.one(applications.BY_ID, id=application_id)
    if row is None or row.state != "pending":
        return None
    tx.one(applying.LOCK_PERSON, person_id=row.person_id)
    row = tx.one(applications.BY_ID, id=application_id)
    return row if row.state == "pending" else None
