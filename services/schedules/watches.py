"""Whoever waits for a class is told once when one that fits opens for enrolment.

Only classes changed since the last number are looked at, and those whose enrolment has begun since, each
batch against the watches of some persons at a time, in a small index of the batch's own. Its place is kept:
the catalogue number, the time, and within a batch the last person.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby

from sqlalchemy import bindparam, exists, or_, select

from models.catalogue import catalogue_change, offering
from models.enrolment import LIVING, enrolment
from models.people import consent
from models.statement import Row, Statement, Tx
from models.watching import watch
from services import classes, watches
from services.daytime import ANYTHING_ELSE, next_waking
from services.message import message_from_json
from services.notices.watches import over_message, stopped_by, watch_message
from services.outbox import post_notice
from services.reach import Reach, reach
from services.schedules.claims import claim
from services.schedules.places import keep_place, read_place
from services.schedules.schedule import NOTHING, Cron, Done, Schedule
from services.search.record import CatalogueRecord
from services.town import Town
from services.understanding.meaning import Meaning
from services.watches_matching import matcher_of

NAME = watches.NAME
MINUTE = Cron()
# a small index of so many classes takes about 20 ms to build and is kept for the whole batch
MOST_CLASSES = 50
MOST_PERSONS = 250
# what one unit may cost, in tenths of a millisecond or so: a wish looked for, a message, a class claimed
MOST_COST, SEARCH_COST, MESSAGE_COST = 80, 4, 10
MOST_ENDED = 20
# of several messages that become one
MOST_FOLDED = 50
# what opens within so short a time is told together
GATHERED = timedelta(seconds=10)
# how long a notice is worth telling
LIFE = timedelta(days=7)
LAST_ID = 2**31 - 1
FOREVER = datetime.max.replace(tzinfo=UTC)

CHANGED = Statement(
    select(catalogue_change.c.number, catalogue_change.c.offering_id)
    .where(catalogue_change.c.number > bindparam("after"), catalogue_change.c.number <= bindparam("up_to"))
    .order_by(catalogue_change.c.number)
    .limit(MOST_CLASSES)
)
OPENED = Statement(
    select(offering.c.id, offering.c.enrol_opens)
    .where(
        offering.c.enrol_opens >= bindparam("since"), offering.c.enrol_opens <= bindparam("until"),
        or_(offering.c.enrol_opens > bindparam("since"), offering.c.id > bindparam("after")),
        offering.c.status == "open", offering.c.enrol_closes > bindparam("now"),
    )
    .order_by(offering.c.enrol_opens, offering.c.id)
    .limit(MOST_CLASSES)
)  # fmt: skip
_yes = exists().where(
    consent.c.person_id == watch.c.person_id, consent.c.purpose == "announcements",
    consent.c.withdrawn_at.is_(None),
)  # fmt: skip
_wanted = (watch.c.ended_at.is_(None), watch.c.until > bindparam("now", type_=watch.c.until.type), _yes)
_persons = (
    select(watch.c.person_id)
    .where(watch.c.person_id > bindparam("after"), *_wanted)
    .group_by(watch.c.person_id)
    .order_by(watch.c.person_id)
    .limit(MOST_PERSONS)
    .subquery()
)
WAITING = Statement(
    select(watch.c.id, watch.c.person_id, watch.c.meaning)
    .where(watch.c.person_id.in_(select(_persons.c.person_id)), *_wanted)
    .order_by(watch.c.person_id, watch.c.id)
)
IN_CLASS = Statement(
    select(enrolment.c.id).where(
        enrolment.c.person_id == bindparam("person_id"), enrolment.c.offering_id == bindparam("offering_id"),
        enrolment.c.state.in_(LIVING),
    )
)  # fmt: skip
OVER = Statement(
    select(watch.c.id, watch.c.person_id, watch.c.meaning, _yes.label("wanted"))
    .where(watch.c.ended_at.is_(None), watch.c.until <= bindparam("now"))
    .order_by(watch.c.until)
    .limit(MOST_ENDED)
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Everything before `number`, and all that opened before `opened` and `opened_id`, is handled.

    While `last`, the person told last, is not 0, a batch is at work that ends at `end`.
    """

    number: int
    opened: str
    opened_id: int
    last: int = 0
    end: tuple[int, str, int] = (0, "", 0)

    def written(self) -> str:
        return json.dumps([self.number, self.opened, self.opened_id, self.last, self.end])


@dataclass(frozen=True, slots=True)
class _Batch:
    """The classes of a batch, and the place once it is done."""

    records: tuple[CatalogueRecord, ...]
    done: _Place


# a watch with its wish and the classes of the batch that it fits
_Fit = tuple[int, Meaning, tuple[int, ...]]


def due(tx: Tx, town: Town) -> Done:
    """Tell some of those who wait, or end some watches that are over."""
    begin = _Place(0, town.now().isoformat(), LAST_ID)
    place = _Place(*json.loads(read_place(tx, NAME, begin.written())))
    batch = _changed(tx, town, place) or _opened(tx, town, place)
    if batch is None:
        return _end_some(tx, town)
    rows = tx.all(WAITING, after=place.last, now=town.now()) if batch.records else []
    done, missed = batch.done, 0
    if rows:
        last, missed = _tell(tx, town, batch.records, rows)
        done = replace(place, last=last, end=(done.number, done.opened, done.opened_id))
    keep_place(tx, NAME, done.written())
    return Done(1, missed)


def _changed(tx: Tx, town: Town, place: _Place) -> _Batch | None:
    """The next changed classes, as far as the index of this process knows of them."""
    up_to = place.end[0] if place.last else town.catalogue.number
    if not place.number < up_to <= town.catalogue.number:
        return None
    rows = tx.all(CHANGED, after=place.number, up_to=up_to)
    # the numbers of a long-shut house are gone; what is left of them is not looked for again
    number = rows[-1].number if rows else up_to
    done = _Place(number, place.opened, place.opened_id)
    return _Batch(_joinable(town, (row.offering_id for row in rows)), done)


def _opened(tx: Tx, town: Town, place: _Place) -> _Batch | None:
    """The next classes whose enrolment has begun by the clock; looked for once a minute."""
    until = place.end[1] if place.last else MINUTE.latest(town.now(), town.zone).isoformat()
    if place.last and place.end[0] > place.number:
        return None  # a batch of changes, of which the index of this process does not know yet
    since, upper = datetime.fromisoformat(place.opened), datetime.fromisoformat(until)
    if upper <= since and not place.last and place.opened_id == LAST_ID:
        return None
    rows = tx.all(OPENED, since=since, until=upper, after=place.opened_id, now=town.now())
    done = _Place(place.number, until, LAST_ID)
    if len(rows) == MOST_CLASSES:
        done = _Place(place.number, rows[-1].enrol_opens.isoformat(), rows[-1].id)
    return _Batch(_joinable(town, (row.id for row in rows)), done)


def _joinable(town: Town, offering_ids: Iterable[int]) -> tuple[CatalogueRecord, ...]:
    """Those of the classes that one can join now, as the index of this process has them."""
    index, now = town.catalogue.index, town.now()
    records = (index.get(offering_id) for offering_id in dict.fromkeys(offering_ids))
    return tuple(
        record
        for record in records
        if record is not None
        and not record.cancelled
        and (record.enrol_opens is None or record.enrol_opens <= now)
        and (record.enrol_closes is None or record.enrol_closes > now)
    )


def _tell(tx: Tx, town: Town, records: tuple[CatalogueRecord, ...], rows: list[Row]) -> tuple[int, int]:
    """Tell persons in their order while there is time; the last one, and how many hear too late."""
    matcher = matcher_of(town.catalogue.lexicon, records)
    closes = {record.offering_id: record.enrol_closes or FOREVER for record in records}
    missed = spent = last = 0
    for person_id, own in groupby(rows, key=lambda row: row.person_id):
        if spent >= MOST_COST:
            break
        found: list[_Fit] = []
        for row in own:
            spent += 0 if matcher.knows(row.meaning) else SEARCH_COST
            fitting = matcher.fits(row.meaning, town)
            if fitting:
                found.append((row.id, watches.read(row.meaning), fitting))
        if found:
            missed += _tell_one(tx, town, person_id, found, closes)
            spent += MESSAGE_COST + sum(len(fitting) for _, _, fitting in found)
        last = person_id
    return last, missed


def _tell_one(
    tx: Tx, town: Town, person_id: int, found: list[_Fit], closes: Mapping[int, datetime]
) -> int:  # fmt: skip
    """One person's news; how many of the classes close before the person may be disturbed."""
    now, to = town.now(), reach(tx, person_id)
    at = next_waking(now + GATHERED, (to and to.own_quiet) or ANYTHING_ELSE, town.zone)
    told: list[int] = []
    missed = 0
    for offering_id in dict.fromkeys(offering_id for _, _, fitting in found for offering_id in fitting):
        if tx.one(IN_CLASS, person_id=person_id, offering_id=offering_id) is not None:
            continue
        late = closes[offering_id] <= at
        outcome = "unreachable" if to is None else "missed" if late else "done"
        if claim(tx, NAME, watches.subject(person_id, offering_id), now, outcome) and to is not None:
            missed += late
            told += [] if late else [offering_id]
    of = [(watch_id, wish) for watch_id, wish, fitting in found if {*told} & {*fitting}]
    if to is not None and told:
        _post(tx, town, person_id, to, told, of, at)
    return missed


def _post(
    tx: Tx, town: Town, person_id: int, to: Reach, told: list[int], of: list[tuple[int, Meaning]],
    at: datetime,
) -> None:  # fmt: skip
    now = town.now()
    for watch_id, _ in of:
        tx.run(watches.TOLD, row=watch_id, now=now)
    rows = classes.some_classes(tx, told, now)
    # what still waits for its hour is said in the same message
    for unsent in tx.all(watches.UNSENT, account_id=to.address.account_id, now=now):
        before = message_from_json(unsent.payload)
        tx.run(watches.DROP, row=unsent.id, why="folded", now=now)
        earlier = [classes.class_by_code(tx, code, now) for code in before.courses[:MOST_FOLDED]]
        rows = [*(row for row in earlier if row is not None and row.enrol_closes > at), *rows]
        known = {watch_id for watch_id, _ in of}
        again = [watches.one(tx, person_id, number) for number in stopped_by(before)]
        of += [(row.id, watches.read(row.meaning)) for row in again if row and row.id not in known]
    if rows:
        last = max(row.enrol_closes for row in rows)
        post_notice(
            tx, town, to.address, watch_message(to, rows, of, now, town.zone),
            purpose=watches.PURPOSE, not_before=at, expires_at=min(last, at + LIFE),
        )  # fmt: skip


def _end_some(tx: Tx, town: Town) -> Done:
    """End watches whose time is over, with a word to those who still want to hear."""
    now = town.now()
    rows = tx.all(OVER, now=now)
    for row in rows:
        to = reach(tx, row.person_id) if row.wanted else None
        wish = watches.read(row.meaning)
        # the first to end it tells of it
        if tx.run(watches.END, row=row.id, now=now) and to is not None and wish.intent == "search":
            at = next_waking(now, to.own_quiet or ANYTHING_ELSE, town.zone)
            post_notice(
                tx, town, to.address, over_message(to, row.id, wish),
                purpose=watches.PURPOSE_OVER, not_before=at, expires_at=at + LIFE,
            )  # fmt: skip
    return Done(len(rows)) if rows else NOTHING


SCHEDULE = Schedule(NAME, due, "as long as the class can still be joined; then missed")
