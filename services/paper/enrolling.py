"""Enrolling people from a paper list, in its order, by the same gates and the same line as everybody."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select, update

from models.enrolment import enrolment
from models.family import dependent
from models.statement import Row, Statement, Tx
from services import consenting, naming, scope
from services.accounts import ADD_PERSON
from services.audit import record
from services.enrolling import gates, offers
from services.enrolling.refusal import Refused
from services.enrolling.together import Seeker, join_together
from services.family import acts
from services.family.people import ADD_DEPENDENT
from services.paper.names import Line
from services.paper.sheet import names_this
from services.town import Town
from services.windows import gate

# what the people on the list signed
WORDING = "paper-2026-12"

KNOWN = Statement(
    select(dependent.c.person_id, dependent.c.keeper_id).where(
        dependent.c.kind == "paper",
        dependent.c.unit_id == bindparam("unit_id"),
        dependent.c.label == bindparam("name"),
    )
)
KEEP = Statement(
    update(dependent)
    .where(dependent.c.person_id == bindparam("whose"))
    .values(keeper_id=bindparam("keeper", type_=dependent.c.keeper_id.type))
)
# their slip has all dates; the clerk is not reminded of each of them
SILENCE = Statement(update(enrolment).where(enrolment.c.id == bindparam("row")).values(remind=False))


@dataclass(frozen=True, slots=True)
class Clerk:
    """Whoever brings a list: person and account, name, and the unit that the people belong to."""

    person_id: int
    account_id: int
    name: str
    unit_id: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What came of one line: enrolled, waiting at a position, or refused with its reason."""

    line: int
    name: str
    state: str
    position: int = 0
    code: str = ""
    values: dict[str, Any] = field(default_factory=dict)


def enrol_list(
    tx: Tx, town: Town, row: Row, lines: Sequence[Line], clerk: Clerk, *, ages_checked: bool = False
) -> list[Entry]:
    """Enrol each in the class `row`; one who is refused does not hold up the others."""
    entries: list[Entry] = []
    seen: set[str] = set()
    known = {line.name: tx.one(KNOWN, unit_id=clerk.unit_id, name=line.name) for line in lines}
    # persons before classes, and all in one order, as everywhere
    for person_id in sorted(found.person_id for found in known.values() if found is not None):
        tx.one(gates.LOCK_PERSON, person_id=person_id)
    for line in lines:
        refused = _unfit(row, line, seen, ages_checked)
        if refused is None:
            seen.add(line.name)
            entries.append(_enrol(tx, town, row, line, known[line.name], clerk))
        else:
            entries.append(Entry(line.number, line.name, "refused", code=refused.code, values=refused.values))
    done = sum(entry.state != "refused" for entry in entries)
    record(
        tx, town.now(), f"person:{clerk.person_id}", "paper_list", f"offering:{row.id}",
        f"unit:{clerk.unit_id} lines:{len(entries)} done:{done}",
    )  # fmt: skip
    return entries


def _unfit(row: Row, line: Line, seen: set[str], ages_checked: bool) -> Refused | None:
    if not line.good or not line.sure:
        return Refused("paper_name")
    if line.course and not names_this(line.course, row):
        return Refused("paper_other_class", values={"other": line.course[:40]})
    if line.name in seen:
        return Refused("paper_twice")
    if not gates.asks_age(row):
        return None
    if line.age is None:
        return None if ages_checked else Refused("paper_age")
    return None if of_age(row, line.age) else Refused("paper_not_of_age")


def of_age(row: Row, age: int) -> bool:
    """Whether the class takes somebody of this age."""
    return bool((row.min_age or 0) <= age <= (row.max_age or 999))


def _enrol(tx: Tx, town: Town, row: Row, line: Line, known: Row, clerk: Clerk) -> Entry:
    now = town.now()
    approved = scope.may(tx, clerk.person_id, scope.EDITING, row.unit_path)
    refusal = gate.each_alone(tx, row.window_id, approved=approved) or gates.check(
        gates.Applicant(
            tx, row, known.person_id if known else 0, True, now, town.term_limit,
            tx.all(gates.LIVING_ROWS, person_id=known.person_id, now=now) if known else [],
            late=offers.too_late(town, row.first_start, row.enrol_closes),
        )
    )  # fmt: skip
    if refusal is None:
        person_id = known.person_id if known else _keep(tx, town, line.name, clerk)
        if known and known.keeper_id is None:
            tx.run(KEEP, whose=person_id, keeper=clerk.person_id)
        seeker = Seeker(person_id, clerk.account_id, line.name, age_confirmed=gates.asks_age(row))
        joined = join_together(
            tx, town, [seeker], offering_id=row.id, actor=f"person:{clerk.person_id}",
            approved=approved,
        )  # fmt: skip
        if not isinstance(joined, Refused):
            (place,) = joined
            tx.run(SILENCE, row=place.enrolment_id)
            acts.note(tx, town, [place.enrolment_id], clerk.person_id, clerk.name)
            return Entry(line.number, line.name, place.state, place.position)
        refusal = joined
    return Entry(line.number, line.name, "refused", code=refusal.code, values=refusal.values)


def _keep(tx: Tx, town: Town, name: str, clerk: Clerk) -> int:
    """A person of whom nothing but the name is known, with the yes that was given on paper."""
    now = town.now()
    made = tx.add(ADD_PERSON, created_at=now)
    tx.run(naming.REMEMBER, person_id=made, new=name)
    tx.run(
        ADD_DEPENDENT, person_id=made, keeper_id=clerk.person_id, kind="paper", label=name, age_band="",
        unit_id=clerk.unit_id, created_at=now,
    )  # fmt: skip
    consenting.give(tx, made, "enrolment", "desk", now, WORDING)
    record(tx, now, f"person:{clerk.person_id}", "consent", f"person:{made}", "enrolment desk")
    return made
