"""At the desk: somebody who stands there lets another enrol them, with an account of their own or without."""

from dataclasses import dataclass
from enum import StrEnum

from models.statement import Tx
from services import consenting, naming, roles
from services.accounts import ADD_PERSON, find_account
from services.family import people
from services.paper.enrolling import KNOWN
from services.town import Town


class DeskRefusal(StrEnum):
    """Why it could not be kept, in the operator's words."""

    NO_ACTOR = "nobody is known by that account; they speak to the program once, and then it is"
    NO_SUBJECT = "nobody is known by the account after --for"
    NO_UNIT = "there is no such unit (机构); `doorstep import units FILE` brings units in"
    BAD_NAME = "that cannot be a name; write it like 王秀兰"
    SELF = "nobody needs to be allowed to enrol themselves"


@dataclass(frozen=True, slots=True)
class Allowed:
    """The right that was kept, and the name of whom it is about."""

    right_id: int
    name: str


def allow_at_desk(
    tx: Tx, town: Town, *, account: str, subject: str | None, name: str | None, unit_code: str, label: str,
    by: str,
) -> Allowed | DeskRefusal:  # fmt: skip
    """Keep a yes that was said at the desk; somebody without an account is told of by the one who acts."""
    actor = find_account(tx, account)
    if actor is None:
        return DeskRefusal.NO_ACTOR
    if subject is not None:
        row = find_account(tx, subject)
        subject_id = row.person_id if row is not None else None
        if subject_id is None:
            return DeskRefusal.NO_SUBJECT
    else:
        found = _without_account(tx, town, actor.person_id, name or "", unit_code)
        if isinstance(found, DeskRefusal):
            return found
        subject_id = found
    return _allow(tx, town, actor.person_id, subject_id, label, by)


def allow_by_staff(
    tx: Tx, town: Town, *, actor_id: int, unit_id: int, name: str, by: str
) -> Allowed | DeskRefusal:
    """The same by a member of staff in chat, for somebody without an account."""
    found = _of_unit(tx, town, actor_id, name, unit_id)
    return found if isinstance(found, DeskRefusal) else _allow(tx, town, actor_id, found, "", by)


def _allow(tx: Tx, town: Town, actor_id: int, subject_id: int, label: str, by: str) -> Allowed | DeskRefusal:
    if subject_id == actor_id:
        return DeskRefusal.SELF
    if not consenting.given(tx, subject_id, "enrolment"):
        consenting.give(tx, subject_id, "enrolment", "desk", town.now())
    called = people.name_of(tx, subject_id) or label
    right = people.allow(
        tx, town, actor_id=actor_id, subject_id=subject_id, label=label or called, way="desk", by=by
    )
    if called and not people.name_of(tx, subject_id):
        naming.remember(tx, subject_id, called)
    return Allowed(right, called)


def _without_account(tx: Tx, town: Town, keeper_id: int, name: str, unit_code: str) -> int | DeskRefusal:
    unit = tx.one(roles.UNIT, unit_code=unit_code)
    return DeskRefusal.NO_UNIT if unit is None else _of_unit(tx, town, keeper_id, name, unit.id)


def _of_unit(tx: Tx, town: Town, keeper_id: int, name: str, unit_id: int) -> int | DeskRefusal:
    """The person of this name whom the unit knows from paper, or a new one whom the keeper is told of."""
    if not name or not naming.fits(name):
        return DeskRefusal.BAD_NAME
    known = tx.one(KNOWN, unit_id=unit_id, name=name)
    if known is not None:
        return int(known.person_id)
    now = town.now()
    made = tx.add(ADD_PERSON, created_at=now)
    tx.run(naming.REMEMBER, person_id=made, new=name)
    tx.run(
        people.ADD_DEPENDENT, person_id=made, keeper_id=keeper_id, kind="paper", label=name, age_band="",
        unit_id=unit_id, created_at=now,
    )  # fmt: skip
    return made


def end_at_desk(
    tx: Tx, town: Town, *, account: str, subject: str | None, name: str | None, by: str
) -> int | None:
    """End the rights of an account, all or only that about one person; how many, or None for nobody known."""
    actor = find_account(tx, account)
    if actor is None:
        return None
    whose = find_account(tx, subject) if subject else None
    ended = 0
    for right in tx.all(people.GROWN, actor_id=actor.person_id):
        about = (whose is None or right.subject_id == whose.person_id) and name in (None, right.name)
        if (subject is None or whose is not None) and about:
            ended += people.end_right(tx, town, right.id, right.subject_id, actor=by) is not None
    return ended
