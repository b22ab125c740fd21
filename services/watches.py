"""Subscriptions (订阅) and watches (开课提醒): a person is told of each class that fits a wish, once.

Both are rows of one table and found by one schedule: a watch ends by itself after half a year, a lasting
subscription when its person stops it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import BindParameter, bindparam, delete, select, text, update
from sqlalchemy.types import Integer, String

from models.operations import occurrence
from models.outgoing import outgoing
from models.people import account, person
from models.statement import Row, Statement, Tx, insert_into
from models.types import UtcTime
from models.watching import watch
from services.message import message_from_json
from services.notices.watches import stopped_by
from services.town import Town
from services.understanding.meaning import Meaning

NAME = "watches"
# of its messages: there is a class; a watch has ended by itself
PURPOSE, PURPOSE_OVER = "watch", "watch_over"
MOST = 5
LIFE = timedelta(days=183)
# the end of what has none; still a date in every zone
NEVER = datetime(9000, 1, 1, tzinfo=UTC)
# classes that fit when a watch begins are no news, as far as somebody can have seen them
MOST_KNOWN = 100
# what a wish for the time to come may consist of
MOST_WORDS = 4
_WHOSE: BindParameter[int] = bindparam("person_id", type_=watch.c.person_id.type)

LOCK_PERSON = Statement(select(person.c.id).where(person.c.id == bindparam("person_id")).with_for_update())
LIVING = Statement(
    select(watch.c.id, watch.c.meaning, watch.c.created_at, watch.c.until, watch.c.told_at, watch.c.lasting)
    .where(watch.c.person_id == _WHOSE, watch.c.ended_at.is_(None))
    .order_by(watch.c.id)
)
ONE = Statement(
    select(watch.c.id, watch.c.meaning, watch.c.until, watch.c.ended_at, watch.c.lasting).where(
        watch.c.id == bindparam("id"), watch.c.person_id == _WHOSE
    )
)
ADD = insert_into(watch, "person_id", "meaning", "created_at", "until", "lasting")
CHANGE = Statement(
    update(watch)
    .where(watch.c.id == bindparam("row"), watch.c.ended_at.is_(None))
    .values(
        meaning=bindparam("new", type_=watch.c.meaning.type),
        until=bindparam("ends", type_=watch.c.until.type),
        lasting=bindparam("stays", type_=watch.c.lasting.type),
    )
)
END = Statement(
    update(watch)
    .where(watch.c.id == bindparam("row"), watch.c.ended_at.is_(None))
    .values(ended_at=bindparam("now", type_=watch.c.ended_at.type))
)
TOLD = Statement(
    update(watch)
    .where(watch.c.id == bindparam("row"))
    .values(told_at=bindparam("now", type_=watch.c.told_at.type))
)
SEEN = Statement(
    text(
        "INSERT INTO occurrence (schedule, subject, outcome, at)"
        " VALUES ('watches', :subject, 'known', :at) ON CONFLICT (schedule, subject) DO NOTHING"
    ).bindparams(bindparam("subject", type_=String()), bindparam("at", type_=UtcTime()))
)
# of two who become one, whatever either was told of is told
MOVE_TOLD = Statement(
    text(
        "INSERT INTO occurrence (schedule, subject, outcome, at)"
        " SELECT schedule, CAST(:giver AS VARCHAR(80)) || substr(subject, :rest), outcome, at FROM occurrence"
        " WHERE schedule = 'watches' AND subject LIKE :whose ON CONFLICT (schedule, subject) DO NOTHING"
    ).bindparams(
        bindparam("giver", type_=String()), bindparam("rest", type_=Integer()),
        bindparam("whose", type_=String()),
    )
)  # fmt: skip
DROP_TOLD = Statement(
    delete(occurrence).where(occurrence.c.schedule == NAME, occurrence.c.subject.like(bindparam("whose")))
)


UNSENT = Statement(
    select(outgoing.c.id, outgoing.c.payload)
    .where(
        outgoing.c.account_id == bindparam("account_id"), outgoing.c.purpose == PURPOSE,
        outgoing.c.state == "queued", outgoing.c.not_before > bindparam("now"),
    )
    .with_for_update()
)  # fmt: skip
DROP = Statement(
    update(outgoing)
    .where(outgoing.c.id == bindparam("row"), outgoing.c.state == "queued")
    .values(
        state="dropped",
        reason=bindparam("why", type_=outgoing.c.reason.type),
        ended_at=bindparam("now", type_=outgoing.c.ended_at.type),
    )
)
OWN_UNSENT = Statement(
    select(outgoing.c.id, outgoing.c.payload)
    .join_from(account, outgoing, outgoing.c.account_id == account.c.id)
    .where(account.c.person_id == _WHOSE, outgoing.c.purpose == PURPOSE, outgoing.c.state == "queued")
)


class TooMany(Exception):
    """A person waits for as many things as one may."""


def subject(person_id: int, offering_id: int) -> str:
    """The occurrence of one person's hearing of one class."""
    return f"{person_id}:{offering_id}"


def lasting(meaning: Meaning, today: date) -> Meaning:
    """What of a wish can be waited for: no order, no place on the map, no seats, no days that are over."""
    over = [
        name
        for name in ("dates", "starts")
        if (span := getattr(meaning, name)) and span[1] < today.toordinal()
    ]
    for part in ("near", "seats", *over, *sorted(meaning.soft)):
        meaning = meaning.without(part)
    return replace(
        meaning, intent="search", order="relevance", words=meaning.words[:MOST_WORDS],
        place=meaning.place[:MOST_WORDS], within=None, soft=frozenset(),
    )  # fmt: skip


def living(tx: Tx, person_id: int) -> list[Row]:
    """What a person waits for, the oldest first: id, meaning, created_at, until, told_at, lasting."""
    return tx.all(LIVING, person_id=person_id)


def one(tx: Tx, person_id: int, watch_id: int) -> Row:
    """One of the person's own watches, ended or not: id, meaning, until, ended_at, lasting; or None."""
    return tx.one(ONE, id=watch_id, person_id=person_id)


def begin(
    tx: Tx, town: Town, person_id: int, meaning: Meaning, *, for_good: bool = False
) -> tuple[int, int]:  # fmt: skip
    """Wait for a wish made by `lasting`: the watch's id, and how many classes fit already.

    A wish that is waited for already stays as it is, but may become one `for_good`. Raises TooMany.
    """
    stored = meaning.to_json()
    tx.one(LOCK_PERSON, person_id=person_id)
    rows = living(tx, person_id)
    now = town.now()
    until = NEVER if for_good else _until(meaning, town)
    for row in rows:
        if row.meaning == stored:
            if for_good and not row.lasting:
                tx.run(CHANGE, row=row.id, new=stored, ends=until, stays=True)
            return int(row.id), _fitting(tx, town, person_id, meaning, known=False)
    if len(rows) >= MOST:
        raise TooMany
    made = tx.add(
        ADD, person_id=person_id, meaning=stored, created_at=now, until=until, lasting=for_good
    )  # fmt: skip
    return made, _fitting(tx, town, person_id, meaning, known=True)


def change(tx: Tx, town: Town, person_id: int, watch_id: int, meaning: Meaning) -> int | None:
    """Put another wish in the place of a living watch's; how many classes fit it already, None where gone.

    Two that come to wish the same become one.
    """
    tx.one(LOCK_PERSON, person_id=person_id)
    own = {row.id: row for row in living(tx, person_id)}
    row = own.get(watch_id)
    if row is None:
        return None
    stored = meaning.to_json()
    until = NEVER if row.lasting else min(row.until, _until(meaning, town))
    tx.run(CHANGE, row=watch_id, new=stored, ends=until, stays=row.lasting)
    for other in own.values():
        if other.id != watch_id and other.meaning == stored:
            tx.run(END, row=other.id, now=town.now())
    return _fitting(tx, town, person_id, meaning, known=True)


def _fitting(tx: Tx, town: Town, person_id: int, meaning: Meaning, *, known: bool) -> int:
    """How many classes fit now; with `known` the person is shown them, and they are no news any more."""
    now = town.now()
    found = town.catalogue.index.search(meaning, now=now, zone=town.zone, limit=MOST_KNOWN)
    for hit in found.hits if known else ():
        tx.run(SEEN, subject=subject(person_id, hit.offering_id), at=now)
    return int(found.total)


def stop(tx: Tx, person_id: int, watch_ids: Iterable[int], now: datetime) -> list[Row]:
    """End these of the person's own watches; those that were there, ended already or not."""
    found = [row for watch_id in watch_ids if (row := one(tx, person_id, watch_id)) is not None]
    for row in found:
        tx.run(END, row=row.id, now=now)
    left = {row.id for row in living(tx, person_id)} if found else set()
    # news of nothing that is still wanted need not arrive in the morning
    for unsent in tx.all(OWN_UNSENT, person_id=person_id) if found else ():
        if not left.intersection(stopped_by(message_from_json(unsent.payload))):
            tx.run(DROP, row=unsent.id, why="stopped", now=now)
    return found


def join_told(tx: Tx, giver: int, taker: int) -> None:
    """Take over what the taker was told of."""
    before = f"{taker}:"
    tx.run(MOVE_TOLD, giver=f"{giver}:", rest=len(before) + 1, whose=f"{before}%")
    forget_told(tx, taker)


def forget_told(tx: Tx, person_id: int) -> None:
    """Keep nothing of what a person was told of."""
    tx.run(DROP_TOLD, whose=f"{person_id}:%")


def read(stored: str) -> Meaning:
    """A watch's wish; one that is no longer understood wants nothing."""
    try:
        return Meaning.from_json(stored)
    except ValueError:
        return Meaning(intent="unknown")


def _until(meaning: Meaning, town: Town) -> datetime:
    """Half a year from now, or the end of the days that the wish names."""
    ends = town.now() + LIFE
    for span in (meaning.dates, meaning.starts):
        if span is not None and 1 <= span[1] < date.max.toordinal():
            over = datetime.combine(date.fromordinal(span[1] + 1), time(0), town.zone).astimezone(UTC)
            ends = min(ends, over)
    return ends
