"""What a person is where a phase or a reserved seat asks for it: learnt here before, lives in the district.

Nobody is asked for a document: a resident says so, and what the school knows of itself it notes at the desk.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BindParameter, bindparam, delete, func, or_, select

from models.catalogue import offering, org_unit
from models.enrolment import enrolment
from models.statement import Statement, Tx, insert_into
from models.windows import standing
from services.audit import record
from services.town import Town

_PATH: BindParameter[str] = bindparam("path", type_=org_unit.c.path.type)
# somebody who has been in a class that began, at this school or below it
_learnt = (
    select(enrolment.c.person_id)
    .join_from(enrolment, offering, offering.c.id == enrolment.c.offering_id)
    .join(org_unit, org_unit.c.id == offering.c.unit_id)
    .where(
        enrolment.c.state == "enrolled",
        offering.c.first_start <= bindparam("now"),
        func.substr(org_unit.c.path, 1, func.length(_PATH)) == _PATH,
    )
)
LEARNT = Statement(_learnt.where(enrolment.c.person_id == bindparam("person_id")).limit(1))
ALL_LEARNT = Statement(_learnt.distinct())
_valid = or_(standing.c.until.is_(None), standing.c.until > bindparam("now"))
OF_PERSON = Statement(
    select(standing.c.kind, standing.c.area).where(standing.c.person_id == bindparam("person_id"), _valid)
)
ALL_STANDING = Statement(select(standing.c.person_id, standing.c.kind, standing.c.area).where(_valid))
ADD = insert_into(standing, "person_id", "kind", "area", "said_by", "until", "at")
REMOVE = Statement(
    delete(standing).where(
        standing.c.person_id == bindparam("person_id"),
        standing.c.kind == bindparam("which"),
        standing.c.area == bindparam("where"),
    )
)


def group(audience: str, area: str = "") -> str:
    """The name of a group, as a draw's file writes it: `returning`, `resident:新城街道`."""
    return f"{audience}:{area}" if area else audience


def groups_of(tx: Tx, person_id: int, unit_path: str, now: datetime) -> frozenset[str]:
    """The groups that a person belongs to at a school; `later` among them is no honour."""
    learnt = tx.one(LEARNT, person_id=person_id, path=unit_path, now=now) is not None
    said = (group(row.kind, row.area) for row in tx.all(OF_PERSON, person_id=person_id, now=now))
    return frozenset({"everyone", "returning" if learnt else "first_timer", *said})


def groups_of_all(tx: Tx, unit_path: str, now: datetime) -> tuple[set[int], dict[int, set[str]]]:
    """Who has learnt at a school before, and what else is known of whom."""
    learnt = {row.person_id for row in tx.all(ALL_LEARNT, path=unit_path, now=now)}
    known: dict[int, set[str]] = {}
    for row in tx.all(ALL_STANDING, now=now):
        known.setdefault(row.person_id, set()).add(group(row.kind, row.area))
    return learnt, known


def note(
    tx: Tx, town: Town, person_id: int, kind: str, area: str, *, by: str, until: datetime | None = None
) -> None:
    """Note what a person is, with who said so; again for the same replaces it."""
    now = town.now()
    tx.run(REMOVE, person_id=person_id, which=kind, where=area)
    tx.add(ADD, person_id=person_id, kind=kind, area=area, said_by=by, until=until, at=now)
    record(tx, now, by, "standing_noted", f"person:{person_id}", kind)


def take_back(tx: Tx, town: Town, person_id: int, kind: str, area: str, *, by: str) -> bool:
    """Take a note back; False where there was none."""
    gone = tx.run(REMOVE, person_id=person_id, which=kind, where=area) > 0
    if gone:
        record(tx, town.now(), by, "standing_taken_back", f"person:{person_id}", kind)
    return gone
