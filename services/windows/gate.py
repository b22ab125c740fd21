"""The gates of a window: whose turn it is, and whether a place is taken, drawn for or asked for."""

from __future__ import annotations

from datetime import datetime

from models.statement import Tx
from models.windows import MOST_WISHES
from services.enrolling.refusal import Refused
from services.windows import applications
from services.windows.reading import Phase, Window, window
from services.windows.standing import group, groups_of


def refused(
    tx: Tx, found: Window, offering_id: int, person_id: int, verified: bool, now: datetime
) -> Refused | None:
    """Why a person may not take, or ask for, a place in this class now; None where nothing is in the way."""
    if found.mode == "draw" and not found.by_lot:
        return None
    if found.by_lot and not verified:
        return Refused("draw_unverified", ("phone",))
    if found.applies:
        again = _asked_already(tx, found, offering_id, person_id)
        if again is not None:
            return again
    not_open = None
    if found.opens_at is not None and found.opens_at > now:
        not_open = Refused("not_open_yet", ("favourite", "similar"), {"opens": found.opens_at})
    if not_open is not None and not found.phases:
        return not_open
    if found.closed(now):
        return Refused("draw_closed", ("draw", "similar"), {"at": found.draws_at, "window": found.id})
    if not found.phases:
        return None
    groups = groups_of(tx, person_id, found.unit_path, now)
    # a window may open later than the first of its phases
    return phase_refused(found.phases, groups, now) or not_open


def phase_refused(phases: tuple[Phase, ...], groups: frozenset[str], now: datetime) -> Refused | None:
    """Whether some phase that has begun is for one of these groups; otherwise when the first of theirs is."""
    mine = [phase for phase in phases if group(phase.audience, phase.area) in groups]
    if any(phase.opens_at <= now for phase in mine):
        return None
    opens = min((phase.opens_at for phase in mine), default=None)
    later = {"opens": opens} if opens else {}
    there = next((one for one in phases if one.audience == "resident" and one not in mine), None)
    if there is not None and there.opens_at <= now:
        key = "phase_resident_or_later" if opens else "phase_resident"
        return Refused(key, ("resident", "favourite"), {"area": there.area, **later})
    if there is not None and (opens is None or there.opens_at < opens):  # who lives there is asked then
        key = "phase_resident_soon" if opens else "phase_resident_only"
        return Refused(key, ("favourite", "similar"), {"area": there.area, "at": there.opens_at, **later})
    if opens is None:
        return Refused("phase_never", ("similar", "phone"))
    return Refused("phase_later", ("favourite", "similar"), later)


def not_at_once(tx: Tx, window_id: int | None) -> Refused | None:
    """Asked again under the lock of the class: whether its seats are not to be taken by whoever comes."""
    found = None if window_id is None else window(tx, window_id)
    if found is None or not found.applies:
        return None
    if found.by_lot:
        return Refused("draw_closed", ("similar",), {"at": found.draws_at, "window": found.id})
    return Refused("needs_approval", ("similar",))


def each_alone(tx: Tx, window_id: int | None, *, approved: bool = False) -> Refused | None:
    """Whether a place is asked for by each alone, so that nobody can take it for others or for several.

    `approved`: whoever takes it is the one who would be asked.
    """
    found = None if window_id is None else window(tx, window_id)
    if found is None or not found.applies or (approved and not found.by_lot):
        return None
    return Refused("each_alone", ("phone", "similar"))


def _asked_already(tx: Tx, found: Window, offering_id: int, person_id: int) -> Refused | None:
    if found.mode == "approve":
        if applications.pending(tx, offering_id, person_id) is not None:
            return Refused("already_pending", ("wishes",))
        return None
    mine = applications.in_draw(tx, found.id, person_id)
    if mine is None:
        return None
    wishes = applications.wishes(tx, mine.id)
    for wish in wishes:
        if wish.offering_id == offering_id:
            return Refused("already_applied", ("wishes", "draw"), {"rank": wish.rank, "window": found.id})
    if len(wishes) >= MOST_WISHES and mine.state == "applied":
        return Refused("wishes_full", ("wishes",), {"most": MOST_WISHES})
    return None
