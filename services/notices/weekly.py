"""The weekly class notice: everything one has in the coming week, in one message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from models.statement import Row
from services.message import Button, Message
from services.notices.wording import button_rows, lang_of, short_place
from services.phrases.when import say_span
from services.reach import Reach

MOST_LISTED = 12


def weekly_message(
    to: Reach, sessions: Sequence[Row], monday: date, sent: datetime, zone: ZoneInfo
) -> Message:
    """The sessions (rows of `own_sessions`) of the week from `monday` on, as they are told at `sent`."""
    say = to.say
    began = sent.astimezone(zone).date() >= monday
    shown = sessions[:MOST_LISTED]
    lines = [say.count("weekly.this" if began else "weekly.next", len(sessions))]
    lines += [_item(to, session, sent, zone) for session in shown]
    if len(sessions) > len(shown):
        lines.append(say.count("weekly.more", len(sessions) - len(shown)))
    lines.append(say("weekly.ends"))
    return Message(
        "\n".join(lines),
        button_rows(to, [Button(say("weekly.mine"), "my")]),
        courses=tuple(dict.fromkeys(session.code for session in shown)),
    )


def _item(to: Reach, session: Row, sent: datetime, zone: ZoneInfo) -> str:
    when = say_span(session.starts_at, session.ends_at, lang_of(to), sent, zone)
    key = "weekly.item_excused" if session.excuse_id is not None else "weekly.item"
    return to.say(key, title=session.title, when=when, where=short_place(to, session))
