"""签到码: six digits that are shown in class, for those who are enrolled in it, around its hours.

A code follows from the session and the town's key, so nothing of it is stored and asking twice shows the same
one. Only an own session of this very hour is looked at, so a code says nothing to anybody else.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select

from models.attending import check_in_try
from models.catalogue import class_session, course, offering
from models.enrolment import enrolment
from models.people import account
from models.statement import Row, Statement, Tx, insert_into
from services.attending import crediting, roll
from services.enrolling.refusal import Refused
from services.town import Town

DIGITS = 6
AROUND = timedelta(minutes=15)
# who comes later than this after the beginning is late
LATE_AFTER = timedelta(minutes=15)
TRIES = 5
TRIES_WITHIN = timedelta(minutes=10)
LINK = "s_"

OPEN = Statement(
    select(
        class_session.c.id, class_session.c.starts_at, class_session.c.ends_at,
        enrolment.c.id.label("enrolment_id"), offering.c.code, offering.c.hours, offering.c.unit_id,
        offering.c.id.label("offering_id"), course.c.title,
    )
    .join_from(enrolment, class_session, class_session.c.offering_id == enrolment.c.offering_id)
    .join(offering, offering.c.id == enrolment.c.offering_id)
    .join(course, course.c.id == offering.c.course_id)
    .where(
        enrolment.c.person_id == bindparam("person_id"),
        enrolment.c.state == "enrolled",
        class_session.c.state == "planned",
        class_session.c.starts_at <= bindparam("latest"),
        class_session.c.ends_at >= bindparam("earliest"),
    )
    .order_by(class_session.c.starts_at)
)  # fmt: skip
ADD_TRY = insert_into(check_in_try, "account_id", "at")
OWN_TRIES = Statement(
    select(func.count().label("n"))
    .join_from(check_in_try, account, account.c.id == check_in_try.c.account_id)
    .where(account.c.person_id == bindparam("person_id"), check_in_try.c.at > bindparam("since"))
)


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """Somebody is there: the session, the state, the hours it counts, and whether it was noted before."""

    session: Row
    state: str
    hundredths: int
    before: bool


def code_of(town: Town, session_id: int) -> str:
    """The code of a session."""
    made = hmac.new(town.secret, f"checkin:{session_id}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(made[:8]) % 10**DIGITS:0{DIGITS}d}"


def is_open(session: Row, now: datetime) -> bool:
    """Whether one can check in for a session now."""
    return bool(session.starts_at - AROUND <= now <= session.ends_at + AROUND)


def link_of(town: Town, session_id: int) -> str:
    """What a QR code of a session opens: the web chat, which leads on to Telegram, or else the Telegram bot.

    Nothing where the town has neither.
    """
    token = f"{session_id}_{code_of(town, session_id)}"
    if town.public_url:
        return f"{town.public_url}/s/{token}"
    return telegram_link(town, f"{LINK}{token}")


def telegram_link(town: Town, payload: str) -> str:
    """What opens the same in the Telegram bot, where the town has one."""
    return f"https://t.me/{town.telegram_name}?start={payload}" if town.telegram_name else ""


def code_in_link(payload: str) -> str:
    """The code of a deep link `s_SESSION_CODE`; empty where it is none."""
    code = payload.removeprefix(LINK).partition("_")[2]
    return code if payload.startswith(LINK) and code.isdigit() and len(code) == DIGITS else ""


def open_sessions(tx: Tx, town: Town, person_id: int) -> list[Row]:
    """A person's own sessions for which one can check in now."""
    now = town.now()
    return tx.all(OPEN, person_id=person_id, latest=now + AROUND, earliest=now - AROUND)


def fits(tx: Tx, town: Town, person_id: int, code: str) -> bool:
    """Whether this number is the code of an own session of this hour."""
    return any(_same(town, row, code) for row in open_sessions(tx, town, person_id))


def check_in(
    tx: Tx, town: Town, person_id: int, account_id: int, code: str, *, way: str = "code"
) -> CheckedIn | Refused:
    """Note by its code that somebody is there. Five wrong codes within ten minutes stop this person."""
    now = town.now()
    if int(tx.one(OWN_TRIES, person_id=person_id, since=town.within(-TRIES_WITHIN)).n) >= TRIES:
        return Refused("checkin_tries")
    rows = open_sessions(tx, town, person_id)
    if not rows:
        return Refused("checkin_none")
    session = next((row for row in rows if _same(town, row, code)), None)
    if session is None:
        tx.add(ADD_TRY, account_id=account_id, at=now)
        return Refused("checkin_wrong")
    known = {member.enrolment_id: member for member in roll.roll(tx, session.id, session.offering_id)}
    had = known[session.enrolment_id]
    worth = crediting.worth(tx, session, crediting.rule_of(tx, session.unit_id))
    if had.state in ("present", "late"):
        return CheckedIn(session, had.state, worth, before=True)
    if roll.closed(tx, session.id):
        return Refused("checkin_closed")
    state = "late" if now > session.starts_at + LATE_AFTER else "present"
    done = roll.note(tx, town, session.id, session.enrolment_id, state, way=way, actor=f"person:{person_id}")
    return done if isinstance(done, Refused) else CheckedIn(session, done.state, worth, before=False)


def _same(town: Town, session: Row, code: str) -> bool:
    return hmac.compare_digest(code_of(town, session.id), code)
