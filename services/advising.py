"""Advice: where last term far more people wanted a class than it had seats, a draw is fairer than a rush.

Demand for a course is everybody who asked for one of its classes, as a place or as a wish in a draw; of
several years the last term counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, union

from models.catalogue import course, offering, org_unit
from models.enrolment import enrolment
from models.statement import Statement, Tx
from models.windows import application, application_wish, enrol_window, window_class
from services.town import Town

RATIO = 1.5
TERM = timedelta(days=200)
_PATH = bindparam("path", type_=org_unit.c.path.type)

_asked = union(
    select(enrolment.c.offering_id, enrolment.c.person_id),
    select(application_wish.c.offering_id, application.c.person_id).join_from(
        application_wish, application, application.c.id == application_wish.c.application_id
    ),
    select(application.c.offering_id, application.c.person_id).where(application.c.offering_id.is_not(None)),
).subquery()
# classes of the last term, each with how many persons ever asked for it
PAST = Statement(
    select(
        course.c.title,
        course.c.unit_id,
        offering.c.id,
        offering.c.code,
        offering.c.capacity,
        func.count(func.distinct(_asked.c.person_id)).label("asked"),
    )
    .join_from(offering, course, course.c.id == offering.c.course_id)
    .join(org_unit, org_unit.c.id == offering.c.unit_id)
    .outerjoin(_asked, _asked.c.offering_id == offering.c.id)
    .where(
        offering.c.first_start <= bindparam("now"),
        offering.c.first_start > bindparam("since"),
        offering.c.capacity.is_not(None),
        offering.c.capacity > 0,
        func.substr(org_unit.c.path, 1, func.length(_PATH)) == _PATH,
    )
    .group_by(course.c.title, course.c.unit_id, offering.c.id, offering.c.code, offering.c.capacity)
    .order_by(course.c.title, offering.c.code)
)
COMING = Statement(
    select(course.c.title, course.c.unit_id, offering.c.code, enrol_window.c.mode)
    .join_from(offering, course, course.c.id == offering.c.course_id)
    .outerjoin(window_class, window_class.c.offering_id == offering.c.id)
    .outerjoin(enrol_window, enrol_window.c.id == window_class.c.window_id)
    .where(
        offering.c.first_start > bindparam("now"),
        offering.c.enrol_closes > bindparam("now"),
        offering.c.status == "open",
    )
    .order_by(offering.c.code)
)
UNIT = Statement(select(org_unit.c.path).where(org_unit.c.code == bindparam("unit_code")))


@dataclass(frozen=True, slots=True)
class Advice:
    """What is recommended for one course of one school: its classes to come, and why."""

    title: str
    asked: int
    seats: int
    past: tuple[str, ...]
    coming: tuple[str, ...]
    mode: str

    @property
    def ratio(self) -> float:
        """How many asked for one seat."""
        return self.asked / self.seats

    @property
    def draw(self) -> bool:
        """Whether a draw is recommended."""
        return self.ratio > RATIO


def advise(tx: Tx, town: Town, path: str = "/", since: datetime | None = None) -> list[Advice]:
    """Every course that was taught last term, those with the most asked for each seat first."""
    now = town.now()
    past: dict[tuple[int, str], list[tuple[str, int, int]]] = {}
    for row in tx.all(PAST, now=now, since=since or now - TERM, path=path):
        past.setdefault((row.unit_id, row.title), []).append((row.code, row.capacity, row.asked))
    coming: dict[tuple[int, str], list[tuple[str, str]]] = {}
    for row in tx.all(COMING, now=now):
        coming.setdefault((row.unit_id, row.title), []).append((row.code, row.mode or "fcfs"))
    found = []
    for key, rows in past.items():
        to_come = coming.get(key, [])
        modes = {mode for _, mode in to_come}
        found.append(
            Advice(
                key[1], sum(row[2] for row in rows), sum(row[1] for row in rows),
                tuple(row[0] for row in rows), tuple(code for code, _ in to_come),
                modes.pop() if len(modes) == 1 else "fcfs",
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (-one.ratio, one.title))
