"""Writes a planned course sheet in one transaction, all or nothing, and keeps what is needed to undo it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.exc import IntegrityError

from models.catalogue import import_batch
from models.operations import audit_entry
from models.statement import Statement, Tx, insert_into
from services import audit
from services.catalogue import note_changes
from services.importing import current
from services.importing.columns import fingerprint
from services.importing.edits import Batch, ClassEdit
from services.importing.making import Ground, Target, add_classes, lay_ground, reference_columns
from services.importing.meetings import CLASS_VENUE
from services.importing.minimums import write_minimums
from services.importing.planning import Changed, Plan
from services.importing.writing import Stale, check_unchanged, classes_at, promote_raised, write_edits
from services.town import Town

COURSES = "courses"
UNDO_WITHIN = timedelta(days=1)

ADD_BATCH = insert_into(import_batch, "at", "by", "kind", "before")
# what can no longer be undone need not be kept
EMPTY_OLD = Statement(
    update(import_batch)
    .where(import_batch.c.at < bindparam("since"), import_batch.c.before != "")
    .values(before="")
)
ADD_AUDIT = insert(audit_entry)


@dataclass(frozen=True)
class Result:
    """What was written: the batch (None: nothing was to be done), counts, and how many people are told."""

    batch: int | None
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    notified: int = 0


def apply_courses(tx: Tx, town: Town, plan: Plan, by: str, notify: bool) -> Result:
    """Write a plan without problems. Raises Stale when the classes are no longer as they were planned.

    With `notify`, everybody whose class meets at another time or place is told, in one message each.
    """
    if plan.problems:
        raise ValueError("a plan with problems is not written")
    if plan.empty:
        return Result(None, unchanged=plan.unchanged)
    try:
        return _write(tx, town, plan, by, notify)
    except IntegrityError as error:  # another import brought in the same class in this very moment
        raise Stale(str(error.orig)) from error


def _write(tx: Tx, town: Town, plan: Plan, by: str, notify: bool) -> Result:
    if current.taken_codes(tx, [target.row.code for target in plan.new]):
        raise Stale("a class that was new exists")
    check_unchanged(tx, [one.edit for one in plan.changed])
    ground = lay_ground(tx, plan.known, [*plan.new, *(one.target for one in plan.changed)])
    ids = add_classes(tx, ground, plan.new)
    edits = _completed(tx, ground, plan.changed)
    write_edits(tx, edits)
    batch = Batch(tuple(sorted(ids.values())), ground.made_units, tuple(edits), ground.pins)
    batch_id = _keep(tx, town, batch, by)
    touched = batch.class_ids() | classes_at(tx, [pin[0] for pin in ground.pins])
    write_minimums(tx, town, plan.minimums, by)
    note_changes(tx, sorted(touched), town.now())
    promote_raised(tx, town, edits)
    notified = _follow(tx, town, edits, notify) if edits else 0
    return Result(batch_id, len(ids), len(edits), plan.unchanged, notified)


def _follow(tx: Tx, town: Town, edits: Sequence[ClassEdit], notify: bool) -> int:
    """Put reminders right, and tell people; how many."""
    # loads whatever writes to people, which a first start with the sample town need not wait for
    from services.importing.telling import refresh, tell

    refresh(tx, town, edits)
    return tell(tx, town, edits) if notify else 0


def _completed(tx: Tx, ground: Ground, changed: Sequence[Changed]) -> list[ClassEdit]:
    """The edits with what exists only now: references, fingerprints, and the class's place in sessions."""
    standing = current.classes(tx, [one.edit.offering_id for one in changed])
    done = []
    for one in changed:
        edit, held = one.edit, standing[one.edit.offering_id]._mapping
        wanted = _references(ground, one.target)
        differing = [name for name, value in wanted.items() if held[name] != value]
        place = wanted["venue_id"]
        meetings = tuple(
            replace(met, after=replace(met.after, venue_id=place))
            if met.after.venue_id == CLASS_VENUE
            else met
            for met in edit.meetings
        )
        done.append(
            replace(
                edit,
                before={**edit.before, **{name: held[name] for name in differing}},
                after={**edit.after, **{name: wanted[name] for name in differing}},
                meetings=meetings,
            )
        )
    return done


def _references(ground: Ground, target: Target) -> dict[str, Any]:
    return {
        **reference_columns(ground, target),
        "fingerprint": fingerprint(target.row, ground.unit_id(target)),
    }


def _keep(tx: Tx, town: Town, batch: Batch, by: str) -> int:
    now = town.now()
    tx.run(EMPTY_OLD, since=now - UNDO_WITHIN)
    batch_id = tx.add(ADD_BATCH, at=now, by=by, kind=COURSES, before=batch.to_json())
    audit.record(
        tx,
        now,
        by,
        "import_courses",
        f"batch:{batch_id}",
        f"new={len(batch.new)} changed={len(batch.changed)}",
    )
    if batch.changed:
        tx.core(ADD_AUDIT, [_audit_row(edit, batch_id, by, now) for edit in batch.changed])
    return batch_id


def _audit_row(edit: ClassEdit, batch_id: int, by: str, now: Any) -> dict[str, Any]:
    fields = sorted(name for name in edit.after if name != "fingerprint")
    if edit.meetings:
        fields.append("sessions")
    return {
        "at": now, "actor": by, "action": "import_changed", "subject": f"offering:{edit.offering_id}",
        "fields": f"batch:{batch_id} {' '.join(fields)}",
    }  # fmt: skip
