"""Takes an import of classes back within a day: new classes go, changed ones are put back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, delete, func, select, text, update

from models.attending import roll_call
from models.catalogue import class_session, import_batch, offering
from models.enrolment import LIVING, enrolment, favourite
from models.running import class_minimum
from models.statement import Statement, Tx
from services import audit, classes
from services.catalogue import note_changes
from services.importing import current
from services.importing.applying import COURSES, UNDO_WITHIN
from services.importing.edits import (
    CANCELLED,
    PLANNED,
    UNDONE,
    Batch,
    ClassEdit,
    Meeting,
    batch_from_json,
    only,
)
from services.importing.making import SET_PIN, chunks
from services.importing.telling import refresh, tell
from services.importing.writing import check_unchanged, classes_at, promote_raised, write_edits
from services.texts import texts_of
from services.town import Town

_MOST_CODES = 5

BATCH = Statement(
    select(
        import_batch.c.id, import_batch.c.at, import_batch.c.kind, import_batch.c.before,
        import_batch.c.undone_at,
    ).where(import_batch.c.id == bindparam("batch"))
)  # fmt: skip
LATER = Statement(
    select(import_batch.c.id, import_batch.c.before)
    .where(
        import_batch.c.id > bindparam("batch"),
        import_batch.c.kind == COURSES,
        import_batch.c.undone_at.is_(None),
        import_batch.c.before != "",
    )
    .order_by(import_batch.c.id.desc())
)
SET_UNDONE = Statement(
    update(import_batch)
    .where(import_batch.c.id == bindparam("batch"), import_batch.c.undone_at.is_(None))
    .values(undone_at=bindparam("now", type_=import_batch.c.undone_at.type))
)
_ids: Any = bindparam("ids", expanding=True)
LOCK = select(offering.c.id).where(offering.c.id.in_(_ids)).order_by(offering.c.id).with_for_update()
PLACES = (
    select(enrolment.c.offering_id, func.count().label("people"))
    .where(enrolment.c.offering_id.in_(_ids), enrolment.c.state.in_(LIVING))
    .group_by(enrolment.c.offering_id)
)
REMEMBERED = (
    select(enrolment.c.offering_id)
    .where(enrolment.c.offering_id.in_(_ids))
    .union(select(favourite.c.offering_id).where(favourite.c.offering_id.in_(_ids)))
)
CLOSE = update(offering).where(offering.c.id.in_(_ids)).values(status=UNDONE)
CANCEL = (
    update(class_session)
    .where(class_session.c.offering_id.in_(_ids), class_session.c.state != CANCELLED)
    .values(state=CANCELLED, sequence=class_session.c.sequence + 1)
)
REMOVE_MINIMUM = delete(class_minimum).where(class_minimum.c.offering_id.in_(_ids))
REMOVE_ROLLS = delete(roll_call).where(
    roll_call.c.session_id.in_(select(class_session.c.id).where(class_session.c.offering_id.in_(_ids)))
)
REMOVE_SESSIONS = delete(class_session).where(class_session.c.offering_id.in_(_ids))
REMOVE = delete(offering).where(offering.c.id.in_(_ids))
REMOVE_COURSES = text(
    "DELETE FROM course WHERE unit_id = :unit"
    " AND NOT EXISTS (SELECT 1 FROM offering WHERE offering.course_id = course.id)"
)
REMOVE_UNIT = text(
    "DELETE FROM org_unit WHERE id = :unit"
    " AND NOT EXISTS (SELECT 1 FROM course WHERE course.unit_id = :unit)"
    " AND NOT EXISTS (SELECT 1 FROM offering WHERE offering.unit_id = :unit)"
    " AND NOT EXISTS (SELECT 1 FROM role_grant WHERE role_grant.unit_id = :unit)"
    " AND NOT EXISTS (SELECT 1 FROM org_unit child WHERE child.parent_id = :unit)"
)


class CannotUndo(Exception):
    """An import that stays; `text_zh` and `text_en` say why and what can be done."""

    def __init__(self, key: str, **values: object) -> None:
        self.text_zh, self.text_en = (texts_of(lang)(f"undo.{key}", **values) for lang in ("zh", "en"))
        super().__init__(self.text_zh)


@dataclass(frozen=True)
class UndoPlan:
    """What undoing would do: new classes that go, edits that put others back, how many people are told."""

    batch: Batch
    edits: tuple[ClassEdit, ...]
    people: int


@dataclass(frozen=True)
class Undone:
    """What was undone: classes that are gone, classes put back, and how many people are told."""

    removed: int
    restored: int
    notified: int


def plan_undo(tx: Tx, town: Town, batch_id: int) -> UndoPlan:
    """What undoing this import would do, writing nothing. Raises CannotUndo."""
    batch = _read(tx, town, batch_id)
    _check_newest(tx, batch_id, batch)
    _check_nobody_joined(tx, town, batch)
    edits = _way_back(tx, batch)
    _check_seats(tx, town, edits)
    told = [edit.offering_id for edit in edits if edit.tells(town.now())]
    return UndoPlan(batch, tuple(edits), len(current.seated(tx, told)))


def undo(tx: Tx, town: Town, batch_id: int, by: str, *, notify: bool = False) -> Undone:
    """Undo an import of classes in one transaction; what was changed by hand since then stays as it is.

    Raises CannotUndo, or Stale when it should be tried again.
    """
    now = town.now()
    touched = _read(tx, town, batch_id).class_ids()
    for chunk in chunks(sorted(touched)):  # nobody joins meanwhile
        tx.core(LOCK, {"ids": list(chunk)})
    plan = plan_undo(tx, town, batch_id)
    if not tx.run(SET_UNDONE, batch=batch_id, now=now):
        raise CannotUndo("undone", id=batch_id)
    check_unchanged(tx, plan.edits)
    _remove(tx, plan.batch.new)
    write_edits(tx, plan.edits)
    _restore_ground(tx, plan.batch)
    note_changes(tx, sorted(touched | classes_at(tx, [pin[0] for pin in plan.batch.pins])), now)
    audit.record(tx, now, by, "import_undone", f"batch:{batch_id}")
    promote_raised(tx, town, plan.edits)
    refresh(tx, town, plan.edits)
    return Undone(len(plan.batch.new), len(plan.edits), tell(tx, town, plan.edits) if notify else 0)


def _read(tx: Tx, town: Town, batch_id: int) -> Batch:
    row = tx.one(BATCH, batch=batch_id)
    if row is None:
        raise CannotUndo("no_batch", id=batch_id)
    if row.kind != COURSES:
        raise CannotUndo("not_courses", id=batch_id)
    if row.undone_at is not None:
        raise CannotUndo("undone", id=batch_id)
    if town.now() - row.at > UNDO_WITHIN or not row.before:
        raise CannotUndo("too_late", id=batch_id)
    return batch_from_json(row.before)


def _check_newest(tx: Tx, batch_id: int, batch: Batch) -> None:
    own = batch.class_ids()
    for later in tx.all(LATER, batch=batch_id):
        both = own & batch_from_json(later.before).class_ids()
        if both:
            codes = [row.code for row in current.classes(tx, sorted(both)[:_MOST_CODES]).values()]
            more = "…" if len(both) > _MOST_CODES else ""
            raise CannotUndo("later", id=batch_id, later=later.id, codes="、".join(codes) + more)


def _check_nobody_joined(tx: Tx, town: Town, batch: Batch) -> None:
    """Of new classes, and of those that it opened again."""
    opened = [edit.offering_id for edit in batch.changed if edit.before.get("status") == UNDONE]
    for chunk in chunks([*batch.new, *opened]):
        found = tx.core(PLACES, {"ids": list(chunk)}).first()
        if found is not None:
            row = classes.one_class(tx, found.offering_id, town.now())
            raise CannotUndo("joined", title=row.title, code=row.code, people=found.people)


def _check_seats(tx: Tx, town: Town, edits: Sequence[ClassEdit]) -> None:
    for edit in edits:
        capacity = edit.after.get("capacity")
        if capacity is None:
            continue
        row = classes.one_class(tx, edit.offering_id, town.now())
        if capacity < row.taken:
            raise CannotUndo(
                "below_taken", title=row.title, code=row.code, taken=row.taken, capacity=capacity
            )


def _way_back(tx: Tx, batch: Batch) -> list[ClassEdit]:
    """The edits turned round, without what is no longer as the import left it."""
    turned = [edit.turned() for edit in batch.changed]
    standing = current.classes(tx, [edit.offering_id for edit in turned])
    meetings = current.meetings(tx, [edit.offering_id for edit in turned])
    back = []
    for edit in turned:
        row = standing.get(edit.offering_id)
        if row is None or row.status == CANCELLED:
            continue
        held = row._mapping
        untouched = [name for name, value in edit.before.items() if held[name] == value]
        numbered = {one.number: one.meeting for one in meetings[edit.offering_id]}
        kept = tuple(one for one in edit.meetings if numbered.get(one.number) == one.before)
        edit = replace(only(untouched, edit), meetings=kept)
        back.append(_with_term(edit, held, numbered))
    return back


def _with_term(edit: ClassEdit, held: Mapping[str, Any], numbered: dict[int, Meeting]) -> ClassEdit:
    """The edit with the first and last time of the sessions that take place after it."""
    after = {**numbered, **{one.number: one.after for one in edit.meetings}}
    planned = [one for one in after.values() if one.state == PLANNED]
    if not edit.meetings or not planned:
        return edit
    term = {
        "first_start": min(one.starts_at for one in planned),
        "last_end": max(one.ends_at for one in planned),
    }
    return replace(
        edit,
        before={**edit.before, **{name: held[name] for name in term}},
        after={**edit.after, **term},
    )


def _remove(tx: Tx, new: Sequence[int]) -> None:
    """Delete new classes; one that somebody remembers (left, or has as a favourite) is only closed."""
    removed = (REMOVE_MINIMUM, REMOVE_ROLLS, REMOVE_SESSIONS, REMOVE)
    for chunk in chunks(new):
        remembered = {row.offering_id for row in tx.core(REMEMBERED, {"ids": list(chunk)})}
        gone = [offering_id for offering_id in chunk if offering_id not in remembered]
        for ids, statements in ((sorted(remembered), (CLOSE, CANCEL)), (gone, removed)):
            if ids:
                for statement in statements:
                    tx.core(statement, {"ids": ids})


def _restore_ground(tx: Tx, batch: Batch) -> None:
    """Put places back on the map, and take away schools that the import made and nobody uses."""
    if batch.pins:
        tx.core(
            SET_PIN, [{"place": place, "north": north, "east": east} for place, north, east in batch.pins]
        )
    for unit_id in batch.units:
        tx.core(REMOVE_COURSES, {"unit": unit_id})
        tx.core(REMOVE_UNIT, {"unit": unit_id})
