"""Reminders: what is on tomorrow, and what begins within the hour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from models.statement import Row
from services.message import Button, Message
from services.notices.wording import button_rows, lang_of, place_words, shortened
from services.phrases.days import day_words, near_word
from services.phrases.when import say_hours
from services.reach import Reach

MOST_LISTED = 8


def evening_message(to: Reach, sessions: Sequence[Row], sent: datetime, zone: ZoneInfo) -> Message:
    """All of one day's sessions (rows of `own_sessions`), as told at `sent` on the evening before."""
    day = sessions[0].starts_at.astimezone(zone).date()
    today, lang = sent.astimezone(zone).date(), lang_of(to)
    words = near_word(day, lang, today) or day_words(day, lang, today)
    return _message(to, to.say.count("reminder.evening", len(sessions), day=words), sessions, zone)


def hour_message(to: Reach, session: Row, zone: ZoneInfo) -> Message:
    """One session that begins soon."""
    return _message(to, to.say("reminder.hour"), [session], zone, key="reminder.item_today")


def _message(
    to: Reach, heading: str, sessions: Sequence[Row], zone: ZoneInfo, key: str = "reminder.item"
) -> Message:
    say = to.say
    shown = sessions[:MOST_LISTED]
    lines = [heading, *(_item(to, session, zone, key) for session in shown)]
    if len(sessions) > len(shown):
        lines.append(say.count("reminder.more", len(sessions) - len(shown)))
    lines.append(say("reminder.cannot"))
    buttons = [excuse_button(to, session, alone=len(sessions) == 1) for session in shown]
    return Message(
        "\n".join(lines),
        button_rows(to, buttons),
        courses=tuple(dict.fromkeys(session.code for session in shown)),
    )


def _item(to: Reach, session: Row, zone: ZoneInfo, key: str) -> str:
    hours = say_hours(session.starts_at, session.ends_at, lang_of(to), zone)
    return to.say(key, title=session.title, hours=hours, where=place_words(to, session))


def excuse_button(to: Reach, session: Row, *, alone: bool) -> Button:
    """这次去不了; with the title where several sessions are listed."""
    title = shortened(session.title)
    label = to.say("reminder.excuse") if alone else to.say("reminder.excuse_one", title=title)
    return Button(label, f"excuse:{session.enrolment_id}:{session.session_id}")
