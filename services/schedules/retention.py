"""Every hour at 20 past and at 03:40: nothing is kept longer than was promised, in small batches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, or_, select, tuple_, update

from models.attending import check_in_try
from models.catalogue import catalogue_change
from models.operations import audit_entry, audit_text, occurrence
from models.outgoing import outgoing
from models.people import (
    code_try,
    conversation,
    link_code,
    received_update,
)
from models.statement import Statement, Tx
from models.watching import demand, watch
from services import keeping, watches
from services.broadcasting.keeping import forget_old
from services.demand import monday_of
from services.erasing import erase_due
from services.message import EMPTY
from services.schedules.claims import claim, claimed
from services.schedules.places import keep_place, read_place
from services.schedules.retention_silent import forget_silent
from services.schedules.schedule import NOTHING, Cron, Done, Schedule
from services.town import Town

NAME = "retention"
HOURLY = Cron(minute=20)
NIGHTLY = Cron(hour=3, minute=40)
MOST = 300
# so many dialogues are looked through in a millisecond
STRETCH = 3000
UPDATES = timedelta(hours=48)
DIALOGUES = timedelta(hours=24)
TEXTS = timedelta(days=7)
CODES = timedelta(days=1)
SPARE = timedelta(days=1)
# as /privacy says: answers are of no use to anybody after a month; what was told and when, for a year
ANSWERS = timedelta(days=30)
MESSAGES = timedelta(days=365)
AUDIT = timedelta(days=3 * 365)
OCCURRENCES = timedelta(days=60)
# a watch lives for half a year, and as long it must be known what it told
TOLD = timedelta(days=215)
ENDED_WATCHES = timedelta(days=30)
DEMAND = timedelta(days=365)
CHANGES = timedelta(days=7)
LAST_ACCOUNT = 2**31 - 1
LONG_AGO = "2000-01-01T00:00:00+00:00"

_update_key = (received_update.c.platform, received_update.c.bot, received_update.c.update_id)
OLD_UPDATES = Statement(
    delete(received_update).where(
        tuple_(*_update_key).in_(
            select(*_update_key)
            .where(received_update.c.at < bindparam("before"))
            .order_by(received_update.c.at)
            .limit(MOST)
        )
    )
)
# By account, a stretch at a time: an index by time would be written to in every turn of everybody's, to spare
# a look through some megabytes in an hour.
STRETCH_END = Statement(
    select(conversation.c.account_id)
    .where(conversation.c.account_id > bindparam("after"))
    .order_by(conversation.c.account_id)
    .limit(1)
    .offset(STRETCH - 1)
)
EMPTY_DIALOGUES = Statement(
    update(conversation)
    .where(
        conversation.c.account_id > bindparam("after"),
        conversation.c.account_id <= bindparam("last"),
        conversation.c.state != "",
        conversation.c.updated_at < bindparam("before"),
    )
    .values(state="")
)
ENDED = Statement(
    select(outgoing.c.id)
    .where(
        outgoing.c.ended_at >= bindparam("since"),
        outgoing.c.ended_at < bindparam("before"),
        outgoing.c.payload != EMPTY,
    )
    .order_by(outgoing.c.ended_at)
    .limit(MOST)
)
EMPTY_TEXT = Statement(
    update(outgoing).where(outgoing.c.id == bindparam("row")).values(payload=EMPTY, document=None)
)
OLD_CODES = Statement(
    delete(link_code).where(
        link_code.c.id.in_(
            select(link_code.c.id).where(link_code.c.expires_at < bindparam("before")).limit(MOST)
        )
    )
)
OLD_TRIES = Statement(
    delete(code_try).where(
        code_try.c.id.in_(select(code_try.c.id).where(code_try.c.at < bindparam("before")).limit(MOST))
    )
)
OLD_CHECK_INS = Statement(
    delete(check_in_try).where(
        check_in_try.c.id.in_(
            select(check_in_try.c.id).where(check_in_try.c.at < bindparam("before")).limit(MOST)
        )
    )
)
OLD_OCCURRENCES = Statement(
    delete(occurrence).where(
        occurrence.c.id.in_(
            select(occurrence.c.id)
            .where(
                occurrence.c.at < bindparam("before"),
                or_(occurrence.c.schedule != watches.NAME, occurrence.c.at < bindparam("long_before")),
            )
            .limit(MOST)
        )
    )
)
OLD_WATCHES = Statement(
    delete(watch).where(
        watch.c.id.in_(select(watch.c.id).where(watch.c.ended_at < bindparam("before")).limit(MOST))
    )
)
# counters of a week: some hundred rows, gone at once
OLD_DEMAND = Statement(delete(demand).where(demand.c.week < bindparam("before")))
OLD_CHANGES = Statement(
    delete(catalogue_change).where(
        catalogue_change.c.number.in_(
            select(catalogue_change.c.number)
            .where(
                catalogue_change.c.at < bindparam("before"),
                # the newest stays, so that a process can always tell whether it has seen everything
                catalogue_change.c.number < select(func.max(catalogue_change.c.number)).scalar_subquery(),
            )
            .order_by(catalogue_change.c.number)
            .limit(MOST)
        )
    )
)
_ended = select(outgoing.c.id).where(outgoing.c.ended_at < bindparam("before")).limit(MOST)
# what lies before `since` was looked through in an earlier night, and the notices there stay for a year
OLD_ANSWERS = Statement(
    delete(outgoing).where(
        outgoing.c.id.in_(_ended.where(outgoing.c.ended_at >= bindparam("since"), outgoing.c.lane == "reply"))
    )
)
OLD_MESSAGES = Statement(delete(outgoing).where(outgoing.c.id.in_(_ended)))
OLD_ENTRIES = Statement(
    select(audit_entry.c.id)
    .where(audit_entry.c.at < bindparam("before"))
    .order_by(audit_entry.c.at)
    .limit(MOST)
)
DROP_WORDS = Statement(delete(audit_text).where(audit_text.c.entry_id == bindparam("entry")))
DROP_ENTRY = Statement(delete(audit_entry).where(audit_entry.c.id == bindparam("entry")))
Step = Callable[[Tx, Town], int]


def due(tx: Tx, town: Town) -> Done:
    """One batch of what is due; an hour's or a night's work is claimed when nothing of it is left."""
    for time, name, steps in ((HOURLY, "hourly", EACH_HOUR), (NIGHTLY, "nightly", EACH_NIGHT)):
        subject = f"{name}:{time.latest(town.now(), town.zone).isoformat()}"
        if claimed(tx, NAME, subject):
            continue
        for step in steps:
            done = step(tx, town)
            if done:
                return Done(done)
        claim(tx, NAME, subject, town.now())
    return NOTHING


def _updates(tx: Tx, town: Town) -> int:
    return tx.run(OLD_UPDATES, before=town.within(-UPDATES))


def _looked_at(tx: Tx, name: str) -> datetime:
    """From when on there may be something left, with a day to spare."""
    return datetime.fromisoformat(read_place(tx, name, LONG_AGO)) - SPARE


def _dialogues(tx: Tx, town: Town) -> int:
    """Empty what is idle in the next stretch; how many were looked through, 0 after the last ones."""
    after = int(read_place(tx, "retention_accounts", "0"))
    end = tx.one(STRETCH_END, after=after)
    tx.run(
        EMPTY_DIALOGUES,
        after=after,
        last=LAST_ACCOUNT if end is None else end.account_id,
        before=town.within(-DIALOGUES),
    )
    keep_place(tx, "retention_accounts", "0" if end is None else str(end.account_id))
    return 0 if end is None else STRETCH


def _texts(tx: Tx, town: Town) -> int:
    before = town.now() - TEXTS
    since = _looked_at(tx, "retention_texts")
    rows = tx.all(ENDED, since=since, before=before)
    for row in rows:
        tx.run(EMPTY_TEXT, row=row.id)
    if not rows:
        keep_place(tx, "retention_texts", before.isoformat())
    return len(rows)


def _answers(tx: Tx, town: Town) -> int:
    before = town.now() - ANSWERS
    done = tx.run(OLD_ANSWERS, since=_looked_at(tx, "retention_answers"), before=before)
    if not done:
        keep_place(tx, "retention_answers", before.isoformat())
    return done


def _messages(tx: Tx, town: Town) -> int:
    return tx.run(OLD_MESSAGES, before=town.now() - MESSAGES)


def _audit(tx: Tx, town: Town) -> int:
    rows = tx.all(OLD_ENTRIES, before=town.now() - AUDIT)
    for row in rows:
        tx.run(DROP_WORDS, entry=row.id)
        tx.run(DROP_ENTRY, entry=row.id)
    return len(rows)


def _codes(tx: Tx, town: Town) -> int:
    before = town.within(-CODES)
    return sum(tx.run(old, before=before) for old in (OLD_CODES, OLD_TRIES, OLD_CHECK_INS))


def _occurrences(tx: Tx, town: Town) -> int:
    now = town.now()
    return tx.run(OLD_OCCURRENCES, before=now - OCCURRENCES, long_before=now - TOLD)


def _watches(tx: Tx, town: Town) -> int:
    return tx.run(OLD_WATCHES, before=town.now() - ENDED_WATCHES)


def _demand(tx: Tx, town: Town) -> int:
    return tx.run(OLD_DEMAND, before=monday_of(town.now() - DEMAND, town.zone))


def _between(tx: Tx, town: Town) -> int:
    return keeping.drop_old(tx, town)


def _changes(tx: Tx, town: Town) -> int:
    return tx.run(OLD_CHANGES, before=town.now() - CHANGES)


# last, as each batch of the others would begin the walk anew
EACH_HOUR: tuple[Step, ...] = (erase_due, _updates, _dialogues)
EACH_NIGHT: tuple[Step, ...] = (
    _texts, _answers, _messages, forget_old, _codes, forget_silent, _occurrences, _changes, _watches, _demand,
    _between, _audit,
)  # fmt: skip
SCHEDULE = Schedule(NAME, due, "made up for whenever the house opens")
