"""The attendance of a class for its staff: every session, who came, and what each was credited."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select

from models.attending import STATES, credit_entry, hour_entry
from models.enrolment import enrolment
from models.statement import Statement, Tx
from services import classes
from services.attending import roll
from services.attending.crediting import say_hundredths
from services.town import Town

HOURS = Statement(
    select(hour_entry.c.enrolment_id, func.sum(hour_entry.c.hundredths).label("n"))
    .join_from(hour_entry, enrolment, enrolment.c.id == hour_entry.c.enrolment_id)
    .where(enrolment.c.offering_id == bindparam("offering_id"))
    .group_by(hour_entry.c.enrolment_id)
)
CREDITS = Statement(
    select(credit_entry.c.enrolment_id, func.sum(credit_entry.c.hundredths).label("n"))
    .join_from(credit_entry, enrolment, enrolment.c.id == credit_entry.c.enrolment_id)
    .where(enrolment.c.offering_id == bindparam("offering_id"))
    .group_by(credit_entry.c.enrolment_id)
)


def attendance_of(tx: Tx, town: Town, offering_id: int, day: date | None = None) -> list[dict[str, Any]]:
    """Each planned session (of one day where it is named) with its roll in the order of enrolment.

    Hours and credits are those of the whole class so far.
    """
    hours = {row.enrolment_id: int(row.n) for row in tx.all(HOURS, offering_id=offering_id)}
    credit = {row.enrolment_id: int(row.n) for row in tx.all(CREDITS, offering_id=offering_id)}
    found = []
    for session in classes.sessions_of(tx, offering_id):
        starts = session.starts_at.astimezone(town.zone)
        if session.state != "planned" or day not in (None, starts.date()):
            continue
        members = roll.roll(tx, session.id, offering_id)
        count = Counter(member.state for member in members)
        people = [
            {
                "name": member.name,
                "state": member.state,
                "way": member.way,
                "reason": member.reason,
                "corrections": max(0, member.version - 1),
                "hours": say_hundredths(hours.get(member.enrolment_id, 0)),
                "credits": say_hundredths(credit.get(member.enrolment_id, 0)),
            }
            for member in members
        ]
        found.append(
            {
                "date": starts.date().isoformat(),
                "from": starts.strftime("%H:%M"),
                "closed": roll.closed(tx, session.id),
                "count": {state: count[state] for state in STATES},
                "people": people,
            }
        )
    return found
