"""Hours and credits: what follows from the roll, by rules that are data, as entries that are only added."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from models.attending import credit_entry, hour_entry, learning_rule
from models.catalogue import class_session, course, offering, org_unit
from models.enrolment import enrolment
from models.statement import Row, Statement, Tx, insert_into
from services.town import Town

_over = org_unit.alias("over")
# the rule of the unit itself goes before that of one above it
RULE = Statement(
    select(
        learning_rule.c.minutes_per_hour, learning_rule.c.hours_per_credit, learning_rule.c.credit_step,
        learning_rule.c.late_percent,
    )
    .join_from(learning_rule, _over, _over.c.id == learning_rule.c.unit_id)
    .join(org_unit, org_unit.c.path.startswith(_over.c.path, autoescape=False))
    .where(org_unit.c.id == bindparam("unit_id"))
    .order_by(func.length(_over.c.path).desc())
    .limit(1)
)  # fmt: skip
MEETINGS = Statement(
    select(func.count().label("n")).where(
        class_session.c.offering_id == bindparam("offering_id"), class_session.c.state == "planned"
    )
)
HAD = Statement(
    select(func.coalesce(func.sum(hour_entry.c.hundredths), 0).label("n")).where(
        hour_entry.c.enrolment_id == bindparam("enrolment_id"),
        hour_entry.c.session_id == bindparam("session_id"),
    )
)
OF_CLASS = Statement(
    select(func.coalesce(func.sum(hour_entry.c.hundredths), 0).label("n")).where(
        hour_entry.c.enrolment_id == bindparam("enrolment_id")
    )
)
CREDITED = Statement(
    select(func.coalesce(func.sum(credit_entry.c.hundredths), 0).label("n")).where(
        credit_entry.c.enrolment_id == bindparam("enrolment_id")
    )
)
ADD_HOURS = insert_into(hour_entry, "enrolment_id", "session_id", "hundredths", "reason", "at")
ADD_CREDIT = insert_into(credit_entry, "enrolment_id", "hundredths", "at")
OWN_HOURS = Statement(
    select(
        hour_entry.c.enrolment_id, hour_entry.c.hundredths, class_session.c.starts_at,
        hour_entry.c.session_id, offering.c.id.label("offering_id"), course.c.title, course.c.category,
    )
    .join_from(hour_entry, enrolment, enrolment.c.id == hour_entry.c.enrolment_id)
    .join(class_session, class_session.c.id == hour_entry.c.session_id)
    .join(offering, offering.c.id == enrolment.c.offering_id)
    .join(course, course.c.id == offering.c.course_id)
    .where(
        enrolment.c.person_id == bindparam("person_id"),
        class_session.c.starts_at >= bindparam("since"),
        class_session.c.starts_at < bindparam("before"),
    )
    .order_by(class_session.c.starts_at)
)  # fmt: skip
OWN_CREDITS = Statement(
    select(func.coalesce(func.sum(credit_entry.c.hundredths), 0).label("n"))
    .join_from(credit_entry, enrolment, enrolment.c.id == credit_entry.c.enrolment_id)
    .where(enrolment.c.person_id == bindparam("person_id"))
)


@dataclass(frozen=True, slots=True)
class Rule:
    """How a school counts: minutes of an hour, hours of a credit and its steps, the share when late."""

    minutes_per_hour: int = 45
    hours_per_credit: int = 16
    credit_step: int = 50
    late_percent: int = 100


@dataclass(frozen=True, slots=True)
class Learnt:
    """What somebody has learnt in a span: hundredths of hours and credits, hours by kind, and by class."""

    hours: int
    credits: int
    kinds: dict[str, int]
    classes: dict[str, int]
    sessions: tuple[datetime, ...]


def rule_of(tx: Tx, unit_id: int) -> Rule:
    """The rule of the nearest unit that has one, else the house's own."""
    row = tx.one(RULE, unit_id=unit_id)
    return Rule(*row) if row is not None else Rule()


def worth(tx: Tx, session: Row, rule: Rule) -> int:
    """What a session counts in hundredths: its share of what the class promises, else by the clock."""
    if session.hours:
        meetings = int(tx.one(MEETINGS, offering_id=session.offering_id).n) or 1
        return round(float(session.hours) * 100 / meetings)
    minutes = float((session.ends_at - session.starts_at).total_seconds()) / 60
    return round(minutes * 100 / rule.minutes_per_hour)


def credits_for(hours: int, rule: Rule) -> int:
    """Hundredths of credits for hundredths of hours, in whole steps."""
    return hours // rule.hours_per_credit // rule.credit_step * rule.credit_step


def follow(tx: Tx, town: Town, session: Row, enrolment_id: int, state: str, *, correction: bool) -> None:
    """Bring hours and credits in line with what now holds, by entries of the difference."""
    rule = rule_of(tx, session.unit_id)
    share = {"present": 100, "late": rule.late_percent}.get(state, 0)
    had = int(tx.one(HAD, enrolment_id=enrolment_id, session_id=session.id).n)
    due = worth(tx, session, rule) * share // 100 if share else 0
    if due == had:
        return
    now = town.now()
    tx.add(
        ADD_HOURS, enrolment_id=enrolment_id, session_id=session.id, hundredths=due - had,
        reason="correction" if correction else state, at=now,
    )  # fmt: skip
    credit = credits_for(int(tx.one(OF_CLASS, enrolment_id=enrolment_id).n), rule)
    credited = int(tx.one(CREDITED, enrolment_id=enrolment_id).n)
    if credit != credited:
        tx.add(ADD_CREDIT, enrolment_id=enrolment_id, hundredths=credit - credited, at=now)


def learnt(tx: Tx, person_id: int, since: datetime, before: datetime) -> Learnt:
    """A person's own hours in a span, with all credits so far."""
    by_session: dict[int, int] = defaultdict(int)
    kinds: dict[str, int] = defaultdict(int)
    titles: dict[str, int] = defaultdict(int)
    starts: dict[int, datetime] = {}
    for row in tx.all(OWN_HOURS, person_id=person_id, since=since, before=before):
        by_session[row.session_id] += row.hundredths
        kinds[row.category] += row.hundredths
        titles[row.title] += row.hundredths
        starts[row.session_id] = row.starts_at
    came = sorted(starts[session] for session, hours in by_session.items() if hours > 0)
    return Learnt(
        sum(kinds.values()), int(tx.one(OWN_CREDITS, person_id=person_id).n),
        {kind: n for kind, n in kinds.items() if n}, {title: n for title, n in titles.items() if n},
        tuple(came),
    )  # fmt: skip


def say_hundredths(n: int) -> str:
    """4: 0.04, 400: 4, 250: 2.5."""
    return f"{n / 100:.2f}".rstrip("0").rstrip(".")
