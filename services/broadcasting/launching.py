"""The launch: the audience is resolved, once, into rows, by INSERT ... SELECT over spans of persons.

A span is small enough that no transaction holds the writer of an embedded database for long. The place is
kept in the broadcast's own row, so a launch that was interrupted goes on; a person is inserted at most once.
"""

from __future__ import annotations

import calendar
import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    null,
    select,
    tuple_,
    update,
)
from sqlalchemy.types import Integer

from models.broadcasting import broadcast
from models.broadcasting import broadcast_recipient as recipient
from models.organising import opt_out
from models.people import account, consent, person
from models.statement import Row, Statement, Tx
from models.types import UtcTime
from services import audit
from services.audience.resolve import condition
from services.audience.within import between
from services.broadcasting import composing, rights, rows
from services.erasing import PLATFORM as ERASED
from services.town import Town

# from its launch on; what has not gone out by then goes to nobody any more
LIFE = timedelta(hours=48)
SPAN = {"sqlite": 4000, "postgresql": 50_000}

LAUNCH = Statement(
    update(broadcast)
    .where(broadcast.c.id == bindparam("which"))
    .values(
        launched_at=bindparam("now", type_=UtcTime()),
        valid_until=bindparam("until", type_=UtcTime()),
    )
)
RESOLVED = Statement(
    update(broadcast)
    .where(broadcast.c.id == bindparam("which"))
    .values(
        resolved_up_to=bindparam("up_to", type_=broadcast.c.resolved_up_to.type),
        resolved=bindparam("all_done", type_=broadcast.c.resolved.type),
    )
)
# the last of so many persons, however their numbers lie
LAST_OF_SPAN = Statement(
    select(person.c.id)
    .where(person.c.id > bindparam("after"))
    .order_by(person.c.id)
    .limit(1)
    .offset(bindparam("more", type_=Integer()))
)
LAST_PERSON = Statement(select(func.coalesce(func.max(person.c.id), 0).label("id")))
UNRESOLVED = Statement(
    select(broadcast.c.id)
    .where(broadcast.c.open, broadcast.c.state == "running", ~broadcast.c.resolved)
    .order_by(broadcast.c.id)
    .limit(1)
)
DUE = Statement(
    select(broadcast.c.id)
    .where(broadcast.c.state == "scheduled", broadcast.c.starts_at <= bindparam("now"))
    .order_by(broadcast.c.starts_at, broadcast.c.id)
    .limit(1)
)
NEXT_OF_SERIES = Statement(
    update(broadcast)
    .where(broadcast.c.id == bindparam("which"))
    .values(
        approver_id=bindparam("approver", type_=broadcast.c.approver_id.type),
        starts_at=bindparam("at", type_=UtcTime()),
    )
)


# whoever marked it is no owner any more
CALMED = Statement(update(broadcast).where(broadcast.c.id == bindparam("which")).values(urgent=False))


def launch(tx: Tx, town: Town, row: Row, by: str) -> None:
    """Begin: from now on its audience is resolved and fed. What repeats is scheduled anew."""
    now = town.now()
    tx.run(LAUNCH, which=row.id, now=now, until=now + LIFE)
    rows.move(tx, town, row, "running", by=by)
    if row.repeat:
        _schedule_next(tx, town, row)


def launch_due(tx: Tx, town: Town) -> int:
    """Launch one broadcast whose time has come; how many."""
    due = tx.one(DUE, now=town.now())
    row = rows.locked(tx, due.id) if due is not None else None
    if row is None or row.state != "scheduled":
        return 0
    if row.urgent and not rights.may_wake(tx, row.author_id or 0, composing.unit_row(tx, row)):
        tx.run(CALMED, which=row.id)
        audit.record(tx, town.now(), "system", "broadcast_calmed", f"broadcast:{row.id}", "no owner any more")
    launch(tx, town, row, "system")
    return 1


def resolve_due(tx: Tx, town: Town) -> int:
    """Resolve a span of some broadcast's audience; 0 when none is left."""
    row = tx.one(UNRESOLVED)
    return 0 if row is None else resolve_some(tx, town, row.id)


def resolve_some(tx: Tx, town: Town, broadcast_id: int, span: int = 0) -> int:
    """Make the recipients of the next span of persons; 0 when all are made."""
    row = rows.locked(tx, broadcast_id)
    if row is None or row.resolved or row.state != "running":
        return 0
    low = row.resolved_up_to
    found = tx.one(LAST_OF_SPAN, after=low, more=(span or SPAN[tx.kind]) - 1)
    high = int(found.id if found is not None else tx.one(LAST_PERSON).id)
    _insert(tx, town, row, (low, high))
    tx.run(RESOLVED, which=row.id, up_to=high, all_done=found is None)
    return 1


def _insert(tx: Tx, town: Town, row: Row, span: tuple[int, int]) -> None:
    audience, unit = composing.audience_of(row), composing.unit_row(tx, row)
    yes = (
        select(consent.c.person_id)
        .where(
            consent.c.purpose == "announcements", consent.c.withdrawn_at.is_(None),
            *between(consent.c.person_id, span),
            consent.c.person_id.not_in(
                select(opt_out.c.person_id).where(
                    opt_out.c.purpose == "announcement", *between(opt_out.c.person_id, span)
                )
            ),
        )
        .subquery()
    )  # fmt: skip
    now = literal(town.now(), UtcTime())
    active = account.c.state == "active"
    wants = and_(yes.c.person_id.is_not(None), person.c.forget_at.is_(None))
    wanted = (
        select(
            literal(row.id), person.c.id, case((active, account.c.id), else_=null()), account.c.platform,
            case((and_(active, wants), "pending"), else_="skipped"),
            case((~active, "blocked"), (~wants, "no_consent"), else_=""),
            literal(""), now, case((and_(active, wants), null()), else_=now),
        )
        .join_from(person, account, account.c.person_id == person.c.id)
        .outerjoin(yes, yes.c.person_id == person.c.id)
        .where(
            condition(tx, audience, unit, span), _known(account, span), ~_better_known(span),
            # two who became one meanwhile may be met twice; to ask of the whole span beforehand is much
            # cheaper than to have each row's insert look for a conflict
            ~exists().where(
                recipient.c.broadcast_id == row.id, recipient.c.person_id == person.c.id,
                *between(recipient.c.person_id, span),
            ),
        )
        .order_by(person.c.id)
    )  # fmt: skip
    columns = (
        "broadcast_id", "person_id", "account_id", "platform", "state", "reason", "recall", "not_before",
        "ended_at",
    )  # fmt: skip
    tx.core(insert(recipient).from_select(columns, wanted))


def _known(one: Any, span: tuple[int, int]) -> ColumnElement[bool]:
    return and_(one.c.platform != ERASED, *between(one.c.person_id, span))


def _better_known(span: tuple[int, int]) -> ColumnElement[bool]:
    """That somebody's account has another before it.

    As a set without those that are beaten, which a database joins in the order of persons; of ranks within
    each person it could not tell how many come first, and would then look up each person by itself.
    """
    better = account.alias("better")
    return exists().where(
        better.c.person_id == account.c.person_id, better.c.id != account.c.id, _known(better, span),
        tuple_(*_merits(better)) > tuple_(*_merits(account)),
    )  # fmt: skip


def _merits(one: Any) -> tuple[ColumnElement[Any], ...]:
    # telegram wakes its owner, the others wait to be fetched; of two alike the one used last
    return one.c.state == "active", one.c.platform == "telegram", one.c.seen_at, -one.c.id


def _schedule_next(tx: Tx, town: Town, row: Row) -> None:
    """The next of a series: the same text to the same audience, which was approved with the first.

    A series goes on as long as its author may send it.
    """
    if row.author_id is None or not rights.may_send(tx, row.author_id, composing.unit_row(tx, row)):
        audit.record(tx, town.now(), "system", "series_ended", f"broadcast:{row.id}", "no role any more")
        return
    first = rows.one(tx, row.series_id or row.id).starts_at
    at = next_time(first or town.now(), row.repeat, town.now(), town.zone)
    draft = composing.Draft(
        row.unit_id, row.author_id, row.text, composing.audience_of(row), composing.choices_of(row),
        composing.document_of(tx, row.id), row.account_id, row.repeat, row.series_id or row.id, row.text_en,
    )  # fmt: skip
    number = composing.create(tx, town, draft)
    tx.run(NEXT_OF_SERIES, which=number, approver=row.approver_id, at=at)
    rows.move(tx, town, rows.one(tx, number), "scheduled", by="system", reason=f"repeat of {row.id}")


def next_time(first: datetime, repeat: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The first time after `now` in the rhythm that `first` began, at the same hour of the wall clock."""
    begun, at = first.astimezone(zone), first
    for step in itertools.count(1):
        if at > now:
            break
        day = begun.date()
        if repeat == "monthly":
            # counted from the first, so that one short month does not bring forward all that follow
            year, month = divmod(day.year * 12 + day.month - 1 + step, 12)
            last = calendar.monthrange(year, month + 1)[1]
            day = day.replace(year=year, month=month + 1, day=min(day.day, last))
        else:
            day += timedelta(days=step if repeat == "daily" else 7 * step)
        at = datetime.combine(day, begun.time(), zone).astimezone(UTC)
    return at
