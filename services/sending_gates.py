"""The gates of sending: whether a queued notice may still go at this very moment."""

from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import exists

from models.catalogue import class_session
from models.enrolment import LIVING, enrolment, seat_offer
from models.outgoing import outgoing
from models.people import account, consent, person
from services import opting
from services.daytime import ANYTHING_ELSE, OWN_CLASSES, Quiet, is_quiet, next_waking
from services.town import Town

REMINDERS = frozenset({"reminder_evening", "reminder_hour"})
# what concerns a class that the person has joined or waits for
CLASS_MATTERS = REMINDERS | {"weekly", "change", "offer", "seat_free", "lapse", "draw", "approval"}
# these say something only to somebody who still has a place in the class or in its line
FOR_MEMBERS = REMINDERS | {"weekly", "change", "offer", "seat_free"}
# what goes only to those who said yes to announcements
BY_CONSENT = frozenset({"announcement", "campaign", "watch", "watch_over"})
_SWITCH = {"reminder_evening": "remind_evening", "reminder_hour": "remind_hour", "weekly": "weekly"}

ASKED = (
    outgoing.c.urgent,
    account.c.state.label("account_state"),
    person.c.quiet_from, person.c.quiet_to, person.c.remind_evening, person.c.remind_hour, person.c.weekly,
    person.c.forget_at,
    enrolment.c.state.label("enrolment_state"), enrolment.c.remind, enrolment.c.remind_only,
    seat_offer.c.state.label("offer_state"),
    class_session.c.state.label("session_state"),
    exists()
    .where(
        consent.c.person_id == person.c.id,
        consent.c.purpose == "announcements",
        consent.c.withdrawn_at.is_(None),
    )
    .label("wants_announcements"),
    opting.OPTED_OUT,
    opting.FULL_SINCE,
)  # fmt: skip
ROW_AND_STANDING = (
    outgoing.join(account, account.c.id == outgoing.c.account_id)
    .join(person, person.c.id == account.c.person_id)
    .outerjoin(enrolment, enrolment.c.id == outgoing.c.enrolment_id)
    .outerjoin(seat_offer, seat_offer.c.id == outgoing.c.offer_id)
    .outerjoin(class_session, class_session.c.id == outgoing.c.session_id)
)


@dataclass(frozen=True, slots=True)
class Go:
    """It may be sent now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """It may not disturb now, but from `until` (civil time) on."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Drop:
    """It must not be sent any more."""

    reason: str


GO = Go()


def gate(row: Any, town: Town, now: datetime) -> Go | Wait | Drop:
    """What may be done with a row that was read with `ASKED` beside its own columns."""
    reason = _refused(row)
    if reason:
        return Drop(reason)
    room = opting.room_from(row.full_since, now)
    if room is not None:
        return Wait(room)
    if row.silent or row.urgent:
        return GO
    return _at_this_hour(row.purpose, row.quiet_from, row.quiet_to, town.zone, now)


@lru_cache(1024)
def _at_this_hour(
    purpose: str, own_from: int | None, own_to: int | None, zone: ZoneInfo, now: datetime
) -> Go | Wait:
    # a batch of a broadcast asks hundreds of times with the same few hours
    return disturbing(quiet_hours(purpose, own_from, own_to), zone, now)


@lru_cache(256)
def disturbing(quiet: Quiet, zone: ZoneInfo, now: datetime) -> Go | Wait:
    """Whether a message would disturb now; asked for hundreds of rows at one instant."""
    return Wait(next_waking(now, quiet, zone)) if is_quiet(now, quiet, zone) else GO


def quiet_hours(purpose: str, own_from: int | None, own_to: int | None) -> Quiet:
    """The hours in which a message of this purpose waits; own minutes after midnight go before the town's."""
    if own_from is not None and own_to is not None:
        return Quiet(_wall(own_from), _wall(own_to))
    return OWN_CLASSES if purpose in CLASS_MATTERS else ANYTHING_ELSE


def _refused(row: Any) -> str:
    purpose = row.purpose
    if row.account_state != "active":
        return f"account_{row.account_state}"
    if purpose in BY_CONSENT and not row.wants_announcements:
        return "no_consent"
    if row.opted_out:
        return "opted_out"
    if row.lane == "bulk" and row.forget_at is not None and purpose != "recall":
        return "forgetting"
    if row.enrolment_id is not None and purpose in FOR_MEMBERS and row.enrolment_state not in LIVING:
        return "enrolment_ended"
    if purpose == "offer" and row.offer_id is not None and row.offer_state not in ("made", "running"):
        return "offer_over"
    if purpose in REMINDERS and row.session_state == "cancelled":
        return "session_cancelled"
    if purpose in _SWITCH and not getattr(row, _SWITCH[purpose]):
        return "silenced"
    if purpose in REMINDERS and row.enrolment_id is not None and not row.remind:
        return "silenced"
    if purpose == "reminder_hour" and row.remind_only == "evening":
        return "silenced"
    return ""


def _wall(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)
