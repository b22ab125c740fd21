"""Taking seats together: several people, or one for whom another acts, all of them or none."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.statement import Tx
from services.audit import record
from services.enrolling import gates, groups, offers, seats
from services.enrolling.refusal import Refused
from services.enrolling.seats import Joined
from services.town import Town
from services.windows import gate


@dataclass(frozen=True, slots=True)
class Seeker:
    """Who is to have a seat: the account that the place is kept under, and the name on the list."""

    person_id: int
    account_id: int
    name: str
    age_confirmed: bool = False


def join_together(
    tx: Tx, town: Town, seekers: Sequence[Seeker], *, offering_id: int, actor: str,
    team_id: int | None = None, approved: bool = False,
) -> tuple[Joined, ...] | Refused:  # fmt: skip
    """Seats for all of them, or one place in the line for all. The gates have been asked by the caller.

    What may have changed since then is asked again under the lock of the class. `approved`: whoever does it
    may say the staff's yes.
    """
    now = town.now()
    row = tx.one(offers.LOCK_CLASS, id=offering_id)
    refused = (
        gates.takes_nobody(row, now)
        or gate.each_alone(tx, row.window_id, approved=approved)
        or _unfit(tx, row.capacity, seekers, offering_id)
    )
    if refused is not None:
        return refused
    ids = []
    for seeker in seekers:
        made = tx.add(
            seats.ADD, person_id=seeker.person_id, account_id=seeker.account_id, offering_id=offering_id,
            state="waiting", name=seeker.name, age_confirmed=seeker.age_confirmed, created_at=now, since=now,
        )  # fmt: skip
        record(tx, now, actor, "enrol", f"offering:{offering_id}", f"enrolment:{made}")
        ids.append(made)
    if len(ids) > 1:
        groups.bind(tx, offering_id, ids, now, team_id)
    late = offers.too_late(town, row.first_start, row.enrol_closes)
    if seats.take(tx, offering_id, ids, now, late=late):
        return tuple(Joined(enrolment_id, "enrolled") for enrolment_id in ids)
    offers.promote(tx, town, offering_id, freed=False)
    return tuple(_standing(tx, offering_id, enrolment_id) for enrolment_id in ids)


def _unfit(tx: Tx, capacity: int | None, seekers: Sequence[Seeker], offering_id: int) -> Refused | None:
    if capacity is not None and len(seekers) > capacity:
        return Refused("group_too_big", ("similar",), {"size": len(seekers), "capacity": capacity})
    for seeker in seekers:
        living = seats.living(tx, seeker.person_id, offering_id)
        if living is not None:
            return Refused(f"already_{living.state}", ("mine",), {"name": seeker.name})
    return None


def _standing(tx: Tx, offering_id: int, enrolment_id: int) -> Joined:
    state = tx.one(seats.BY_ID, id=enrolment_id).state
    if state != "waiting":
        return Joined(enrolment_id, state)
    return Joined(enrolment_id, "waiting", seats.position(tx, offering_id, enrolment_id))
