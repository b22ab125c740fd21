"""Standing: two unexcused absences in a term put somebody into a later stratum of the next term's draws.

Never a ban: first come, first served stays open, and in a draw the others are only drawn before. The person
is told kindly and with the way to appeal; when an absence is corrected the stratum is lifted by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import bindparam, func, select, update

from models.attending import STRATUM_TRANSITIONS, attendance, later_stratum
from models.catalogue import class_session, course, offering
from models.enrolment import check_move, enrolment
from models.statement import Row, Statement, Tx, insert_into
from services.attending.terms import next_term, span_of, term_of
from services.audit import record
from services.message import Button, Message, clean
from services.outbox import post_notice
from services.phrases.when import say_day
from services.reach import Reach, reach
from services.scope import EDITING, nearest_colleagues
from services.town import Town

ABSENCES = 2
MOST_WORDS = 200
TOLD_FOR = timedelta(days=7)

_newer = attendance.alias("newer")
ABSENT = Statement(
    select(class_session.c.id, class_session.c.starts_at, course.c.title)
    .join_from(attendance, enrolment, enrolment.c.id == attendance.c.enrolment_id)
    .join(class_session, class_session.c.id == attendance.c.session_id)
    .join(offering, offering.c.id == class_session.c.offering_id)
    .join(course, course.c.id == offering.c.course_id)
    .where(
        enrolment.c.person_id == bindparam("person_id"),
        attendance.c.state == "absent",
        class_session.c.starts_at >= bindparam("since"),
        class_session.c.starts_at < bindparam("before"),
        attendance.c.version
        == select(func.max(_newer.c.version))
        .where(
            _newer.c.session_id == attendance.c.session_id, _newer.c.enrolment_id == attendance.c.enrolment_id
        )
        .scalar_subquery(),
    )
    .order_by(class_session.c.starts_at)
)
_COLUMNS = (
    later_stratum.c.id, later_stratum.c.person_id, later_stratum.c.unit_id, later_stratum.c.term,
    later_stratum.c.until, later_stratum.c.state, later_stratum.c.reason, later_stratum.c.appeal,
)  # fmt: skip
OF_TERM = Statement(
    select(*_COLUMNS)
    .where(later_stratum.c.person_id == bindparam("person_id"), later_stratum.c.term == bindparam("term"))
    .with_for_update()
)
BY_ID = Statement(select(*_COLUMNS).where(later_stratum.c.id == bindparam("id")).with_for_update())
OWN = Statement(
    select(*_COLUMNS)
    .where(
        later_stratum.c.person_id == bindparam("person_id"),
        later_stratum.c.state != "lifted",
        later_stratum.c.until > bindparam("now"),
    )
    .order_by(later_stratum.c.id)
)
OPEN_APPEALS = Statement(
    select(*_COLUMNS).where(later_stratum.c.state == "appealed").order_by(later_stratum.c.changed_at)
)
IN_TERM = Statement(
    select(later_stratum.c.person_id).where(
        later_stratum.c.term == bindparam("term"), later_stratum.c.state != "lifted"
    )
)
ADD = insert_into(
    later_stratum, "person_id", "unit_id", "term", "until", "state", "reason", "at", "changed_at"
)
SET = Statement(
    update(later_stratum)
    .where(later_stratum.c.id == bindparam("stratum_id"), later_stratum.c.state == bindparam("before"))
    .values(
        state=bindparam("after", type_=later_stratum.c.state.type),
        reason=bindparam("why", type_=later_stratum.c.reason.type),
        appeal=bindparam("words", type_=later_stratum.c.appeal.type),
        changed_at=bindparam("now", type_=later_stratum.c.changed_at.type),
    )
)


def later(tx: Tx, persons: Sequence[int], term: str) -> frozenset[int]:
    """Those of some persons who come later in the draws of a term (`2027-spring`)."""
    found = {row.person_id for row in tx.all(IN_TERM, term=term)}
    return frozenset(found.intersection(persons))


def own(tx: Tx, town: Town, person_id: int) -> list[Row]:
    """The strata that hold for somebody, also those not yet in force."""
    return tx.all(OWN, person_id=person_id, now=town.now())


def appeals(tx: Tx, units: frozenset[int]) -> list[Row]:
    """The appeals that wait for an answer by those who run these units, oldest first."""
    return [row for row in tx.all(OPEN_APPEALS) if row.unit_id in units]


def follow(tx: Tx, town: Town, person_id: int, session: Row, *, actor: str) -> None:
    """Bring a person's standing in line with the absences of the term in which a session lies."""
    now, missed_in = town.now(), term_of(session.starts_at.astimezone(town.zone).date())
    since, before = span_of(missed_in, town.zone)
    missed = tx.all(ABSENT, person_id=person_id, since=since, before=before)
    term = next_term(missed_in)
    row = tx.one(OF_TERM, person_id=person_id, term=term)
    if len(missed) >= ABSENCES and (row is None or (row.state == "lifted" and row.reason == "corrected")):
        if row is None:
            until = span_of(term, town.zone)[1]
            made = tx.add(
                ADD, person_id=person_id, unit_id=session.unit_id, term=term, until=until, state="standing",
                reason="absences", at=now, changed_at=now,
            )  # fmt: skip
        else:
            made = row.id
            _set(tx, town, row, "standing", "absences", row.appeal)
        record(tx, now, actor, "later_stratum", f"person:{person_id}", f"stratum:{made} {term}")
        _tell(tx, town, person_id, "standing.told", made, missed)
    elif len(missed) < ABSENCES and row is not None and row.state != "lifted":
        _set(tx, town, row, "lifted", "corrected", row.appeal)
        record(tx, now, actor, "stratum_lifted", f"person:{person_id}", f"stratum:{row.id} corrected")
        _tell(tx, town, person_id, "standing.lifted", 0, missed)


def appeal(tx: Tx, town: Town, person_id: int, stratum_id: int, words: str) -> int | None:
    """Put an appeal before those who run the school; how many were told, None where there is none to make."""
    row = tx.one(BY_ID, id=stratum_id)
    if row is None or row.person_id != person_id or row.state != "standing" or row.until <= town.now():
        return None
    words = clean(words, MOST_WORDS).strip()
    _set(tx, town, row, "appealed", row.reason, words)
    who = f"person:{person_id}"
    record(tx, town.now(), who, "appeal", who, f"stratum:{row.id}")
    told = 0
    for staff in nearest_colleagues(tx, row.unit_id, EDITING):
        to = reach(tx, staff)
        if to is None:
            continue
        message = Message(
            to.say("standing.appeal_staff", words=words or to.say("standing.no_words")),
            (
                (Button(to.say("standing.accept"), f"appeal_yes:{row.id}"),),
                (Button(to.say("standing.decline"), f"appeal_no:{row.id}"),),
            ),
        )
        _post(tx, town, to, message)
        told += 1
    return told


def decide(tx: Tx, town: Town, stratum_id: int, *, accepted: bool, actor: str) -> bool:
    """Answer an appeal; False where it was answered before. The person is told either way."""
    row = tx.one(BY_ID, id=stratum_id)
    if row is None or row.state != "appealed":
        return False
    _set(
        tx, town, row, "lifted" if accepted else "upheld", "accepted" if accepted else row.reason, row.appeal
    )
    record(
        tx, town.now(), actor, "appeal_accepted" if accepted else "appeal_declined",
        f"person:{row.person_id}", f"stratum:{row.id}",
    )  # fmt: skip
    _tell(tx, town, row.person_id, "standing.accepted" if accepted else "standing.declined", 0, [])
    return True


def stratum(tx: Tx, stratum_id: int) -> Row:
    """One stratum, or None."""
    return tx.one(BY_ID, id=stratum_id)


def _set(tx: Tx, town: Town, row: Row, after: str, why: str, words: str) -> None:
    check_move(STRATUM_TRANSITIONS, row.state, after)
    tx.run(SET, stratum_id=row.id, before=row.state, after=after, why=why, words=words, now=town.now())


def _tell(tx: Tx, town: Town, person_id: int, key: str, stratum_id: int, missed: Sequence[Row]) -> None:
    to = reach(tx, person_id)
    if to is None:
        return
    dates = to.say("standing.between").join(
        to.say("standing.missed", title=row.title, day=_day(row, to, town)) for row in missed
    )
    rows: tuple[tuple[Button, ...], ...] = ((Button(to.say("enrol.mine"), "my"),),)
    if stratum_id:
        rows = ((Button(to.say("standing.appeal"), f"appeal:{stratum_id}"),), *rows)
    _post(tx, town, to, Message(to.say(key, missed=dates, n=ABSENCES), rows))


def _day(row: Row, to: Reach, town: Town) -> str:
    return say_day(row.starts_at, to.lang, row.starts_at - timedelta(days=30), town.zone)


def _post(tx: Tx, town: Town, to: Reach, message: Message) -> None:
    post_notice(tx, town, to.address, message, purpose="standing", expires_at=town.now() + TOLD_FOR)
