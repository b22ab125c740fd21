"""Two persons who turn out to be one: what each has, and making them one.

The giver (whose code it was) stays with the own settings; the taker's accounts, places, favourites and yeses
come over. Who holds a role is not joined at all: powers do not travel by a code. Of two places in one class
the better is kept: enrolled before offered before waiting, and of two alike the earlier.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, func, select, update

from models.catalogue import course, offering
from models.enrolment import LIVING, enrolment, favourite
from models.people import account, conversation, person
from models.statement import Row, Statement, Tx
from services import linking, merging_rows, watches
from services.accounts import revoke_cookies
from services.audit import record
from services.enrolling import offers, seats
from services.linking import Found
from services.merging_rows import GIVER, TAKER
from services.outbox import Address
from services.reach import Reach, reach
from services.town import Town

# how long the other account is worth telling
TOLD_FOR = timedelta(hours=24)
_ORDER = {"enrolled": 0, "offered": 1, "waiting": 2}
_BOTH = (GIVER, TAKER)

PLACES = Statement(
    select(
        enrolment.c.id, enrolment.c.person_id, enrolment.c.offering_id, enrolment.c.state, course.c.title,
        (offering.c.last_end > bindparam("now")).label("to_come"),
    )
    .join_from(enrolment, offering, offering.c.id == enrolment.c.offering_id)
    .join(course, course.c.id == offering.c.course_id)
    .where(enrolment.c.person_id.in_(_BOTH), enrolment.c.state.in_(LIVING))
    .order_by(offering.c.first_start, enrolment.c.id)
)  # fmt: skip
FAVOURITES = Statement(
    select(func.count(func.distinct(favourite.c.offering_id)).label("n")).where(
        favourite.c.person_id.in_(_BOTH)
    )
)
ACCOUNTS = Statement(
    select(account.c.id, account.c.platform, account.c.verified)
    .where(account.c.person_id.in_(_BOTH))
    .order_by(account.c.id)
)
LOCK_DIALOGUES = Statement(
    select(conversation.c.account_id)
    .where(conversation.c.account_id.in_(select(account.c.id).where(account.c.person_id.in_(_BOTH))))
    .order_by(conversation.c.account_id)
    .with_for_update()
)
LOCK_PERSONS = Statement(
    select(person.c.id, person.c.name).where(person.c.id.in_(_BOTH)).order_by(person.c.id).with_for_update()
)
_known = account.alias("known")
VERIFY_ALL = Statement(update(account).where(account.c.person_id == GIVER).values(verified=True))
SETTINGS = Statement(
    select(person.c.name, person.c.lang, person.c.big).where(person.c.id == bindparam("person_id"))
)
SET_NAME = Statement(
    update(person).where(person.c.id == GIVER).values(name=bindparam("new", type_=person.c.name.type))
)
COPY_RECOVERY = Statement(
    update(account)
    .where(
        account.c.id == bindparam("account_id"),
        account.c.platform == "web",
        account.c.recovery_hash == "",
    )
    .values(
        recovery_hash=select(_known.c.recovery_hash)
        .where(_known.c.id == bindparam("known_id"))
        .scalar_subquery()
    )
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What would come together: the places that stay, those that are given up, favourites, platforms.

    `verifies` are the platforms whose accounts would count as verified by the joining.
    """

    kept: tuple[Row, ...]
    dropped: tuple[Row, ...]
    favourites: int
    platforms: tuple[str, ...]
    verifies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """What was done, and how the giver's other account is reached to be told."""

    plan: Plan
    giver: Reach | None


def plan(tx: Tx, town: Town, giver: int, taker: int) -> Plan:
    """What merging would come to; places in classes that are over are not shown."""
    kept, dropped = _parted(row for row in _places(tx, town, giver, taker) if row.to_come)
    accounts = tx.all(ACCOUNTS, giver=giver, taker=taker)
    platforms = dict.fromkeys(row.platform for row in accounts)
    unverified = dict.fromkeys(row.platform for row in accounts if not row.verified)
    verifies = tuple(unverified) if any(row.verified for row in accounts) else ()
    favourites = tx.one(FAVOURITES, giver=giver, taker=taker).n
    return Plan(tuple(kept), tuple(dropped), int(favourites), tuple(platforms), verifies)


def merge(tx: Tx, town: Town, found: Found, *, taker: int, address: Address) -> Merged | None:
    """Make the taker's accounts the giver's; None when the code is no longer good or one of them is gone.

    `address` is the account that typed the code; what it was shown is in no need of being told to it again.
    """
    giver = found.person_id
    tx.take_time()
    tx.all(LOCK_DIALOGUES, giver=giver, taker=taker)
    names = {row.id: row.name for row in tx.all(LOCK_PERSONS, giver=giver, taker=taker)}
    if len(names) != 2 or not linking.still(tx, town, found):
        return None
    if linking.forgetting(tx, giver, taker) or linking.with_role(tx, giver, taker):
        return None
    before = reach(tx, giver)
    told = plan(tx, town, giver, taker)
    _leave_doubles(tx, town, giver, taker)
    verified = any(row.verified for row in tx.all(ACCOUNTS, giver=giver, taker=taker))
    _join(tx, town, giver, taker, found)
    if verified:  # whoever proved to be a person on one account is that person on each
        tx.run(VERIFY_ALL, giver=giver)
    if not names[giver] and names[taker]:
        tx.run(SET_NAME, giver=giver, new=names[taker])
    if found.account_id:
        tx.run(COPY_RECOVERY, account_id=address.account_id, known_id=found.account_id)
        # whoever needs the 取回码 no longer has the browser, or somebody else has
        revoke_cookies(tx, found.account_id)
    return Merged(told, before)


def settings_of(tx: Tx, person_id: int) -> Row:
    """How the joined person is spoken to: name, lang, big."""
    return tx.one(SETTINGS, person_id=person_id)


def _join(tx: Tx, town: Town, giver: int, taker: int, found: Found) -> None:
    now, name = town.now(), f"person:{giver}"
    if found.code_id:
        tx.run(linking.USE, code_id=found.code_id, now=now)
    values = {
        "giver": giver, "taker": taker, "giver_name": name, "taker_name": f"person:{taker}", "now": now,
    }  # fmt: skip
    watches.join_told(tx, giver, taker)
    for statement in merging_rows.JOIN:
        tx.run(statement, **values)
    record(tx, now, name, "linked", name, f"person:{taker} {'code' if found.code_id else 'recovery'}")


def _places(tx: Tx, town: Town, giver: int, taker: int) -> list[Row]:
    return tx.all(PLACES, giver=giver, taker=taker, now=town.now())


def _parted(places: Iterable[Row]) -> tuple[list[Row], list[Row]]:
    """The place to keep in each class, and the others."""
    of_class: dict[int, list[Row]] = defaultdict(list)
    for row in places:
        of_class[row.offering_id].append(row)
    kept, dropped = [], []
    for rows in of_class.values():
        best, *others = sorted(rows, key=lambda row: (_ORDER[row.state], row.id))
        kept.append(best)
        dropped += others
    return kept, dropped


def _leave_doubles(tx: Tx, town: Town, giver: int, taker: int) -> None:
    _, dropped = _parted(_places(tx, town, giver, taker))
    for offering_id in sorted({row.offering_id for row in dropped}):
        tx.one(offers.LOCK_CLASS, id=offering_id)
    # read again under the locks: an offer may have been made meanwhile
    _, dropped = _parted(_places(tx, town, giver, taker))
    for row in sorted(dropped, key=lambda row: row.offering_id):
        seats.leave(tx, town, row, why="linked", actor="system")
