"""Writes changes of classes, provided that nothing else has changed them since they were planned."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from models.catalogue import class_session, offering
from models.statement import Tx
from services.enrolling.offers import promote
from services.importing import current
from services.importing.edits import ClassEdit
from services.importing.making import chunks
from services.town import Town

SET_SESSION = (
    update(class_session)
    .where(class_session.c.offering_id == bindparam("of"), class_session.c.number == bindparam("at"))
    .values(
        starts_at=bindparam("starts", type_=class_session.c.starts_at.type),
        ends_at=bindparam("ends", type_=class_session.c.ends_at.type),
        venue_id=bindparam("place", type_=class_session.c.venue_id.type),
        state=bindparam("new", type_=class_session.c.state.type),
        sequence=class_session.c.sequence + 1,
        reason="",
    )
)
ADD_SESSION = insert(class_session)
AT_VENUES = select(offering.c.id).where(offering.c.venue_id.in_(bindparam("ids", expanding=True)))


class Stale(Exception):
    """Somebody has changed a class between the plan and now: plan again."""


def check_unchanged(tx: Tx, edits: Sequence[ClassEdit]) -> None:
    """Lock the classes of these edits and see that each stands as its edit says. Raises Stale."""
    ids = [edit.offering_id for edit in edits]
    columns = current.locked(tx, ids)
    meetings = current.meetings(tx, [edit.offering_id for edit in edits if edit.meetings])
    for edit in edits:
        held = columns.get(edit.offering_id)
        if held is None or any(held[name] != value for name, value in edit.before.items()):
            raise Stale(edit.code)
        capacity = edit.after.get("capacity")
        if capacity is not None and capacity < held["taken"]:
            raise Stale(edit.code)
        standing = {one.number: one.meeting for one in meetings.get(edit.offering_id, ())}
        if any(standing.get(one.number) != one.before for one in edit.meetings):
            raise Stale(edit.code)


def write_edits(tx: Tx, edits: Sequence[ClassEdit]) -> None:
    """Write columns and sessions of edits that were checked; each touched session's sequence rises."""
    alike: dict[tuple[str, ...], list[ClassEdit]] = defaultdict(list)
    for edit in edits:
        if edit.after:
            alike[tuple(sorted(edit.after))].append(edit)
    for names, group in alike.items():
        setting = {name: bindparam(f"new_{name}", type_=offering.c[name].type) for name in names}
        tx.core(
            update(offering).where(offering.c.id == bindparam("class_id")).values(setting),
            [
                {"class_id": edit.offering_id, **{f"new_{name}": edit.after[name] for name in names}}
                for edit in group
            ],
        )
    moved: list[dict[str, Any]] = []
    added: list[dict[str, Any]] = []
    for edit in edits:
        for one in edit.meetings:
            at = one.after
            if one.before is None:
                added.append(
                    {
                        "offering_id": edit.offering_id, "number": one.number, "starts_at": at.starts_at,
                        "ends_at": at.ends_at, "venue_id": at.venue_id,
                    }
                )  # fmt: skip
            else:
                moved.append(
                    {
                        "of": edit.offering_id, "at": one.number, "starts": at.starts_at, "ends": at.ends_at,
                        "place": at.venue_id, "new": at.state,
                    }
                )  # fmt: skip
    for chunk in chunks(moved, 5000):
        tx.core(SET_SESSION, list(chunk))
    for chunk in chunks(added, 5000):
        tx.core(ADD_SESSION, list(chunk))


def promote_raised(tx: Tx, town: Town, edits: Iterable[ClassEdit]) -> None:
    """Offer seats to those who wait where there are more of them now."""
    for edit in edits:
        if "capacity" in edit.after and _more(edit.before["capacity"], edit.after["capacity"]):
            promote(tx, town, edit.offering_id)


def classes_at(tx: Tx, venue_ids: Sequence[int]) -> set[int]:
    """The classes that meet at these places."""
    return {row.id for chunk in chunks(venue_ids) for row in tx.core(AT_VENUES, {"ids": list(chunk)})}


def _more(before: int | None, after: int | None) -> bool:
    return before is not None and (after is None or after > before)
