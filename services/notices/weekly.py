"""The weekly class notice: everything one has in the coming week, in one message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from models.statement import Row
from services.message import Button, Message
from services.notices.wording import WEEK, button_rows, lang_of, short_place, span_words
from services.phrases.days import say_date
from services.reach import Reach

MOST_LISTED = 12


def weekly_message(to: Reach, sessions: Sequence[Row], monday: date, zone: ZoneInfo) -> Message:
    """The sessions (rows of `own_sessions`) of the week from `monday` on, in words that hold on any day."""
    say = to.say
    shown = sessions[:MOST_LISTED]
    first, last = (say_date(day, lang_of(to), monday) for day in (monday, monday + WEEK - timedelta(days=1)))
    lines = [say.count("weekly.heading", len(sessions), monday=first, sunday=last)]
    lines += [_item(to, session, zone) for session in shown]
    if len(sessions) > len(shown):
        lines.append(say.count("weekly.more", len(sessions) - len(shown)))
    lines.append(say("weekly.ends"))
    return Message(
        "\n".join(lines),
        button_rows(to, [Button(say("weekly.mine"), "my")]),
        courses=tuple(dict.fromkeys(session.code for session in shown)),
    )


def _item(to: Reach, session: Row, zone: ZoneInfo) -> str:
    starts = session.starts_at
    when = span_words(starts, session.ends_at, lang_of(to), starts - WEEK, zone)
    key = "weekly.item_excused" if session.excuse_id is not None else "weekly.item"
    return to.say(key, title=session.title, when=when, where=short_place(to, session))
