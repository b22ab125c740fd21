"""What notices share: the place of a session in words, and rows of buttons."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from models.statement import Row
from services.message import Button, Rows
from services.phrases.hours import Lang
from services.phrases.when import say_span
from services.reach import Reach

# a longer label is cut off on a narrow phone
MOST_LABEL = 16
MOST_BUTTONS = 6
# in big mode a message has at most this many, one a row
MOST_BIG_BUTTONS = 4
WEEK = timedelta(days=7)
# 后天 is the farthest day with a word of its own
_NEAR = timedelta(days=4)


def lang_of(to: Reach) -> Lang:
    """The language in which somebody is told."""
    return "en" if to.lang == "en" else "zh"


def span_words(start: datetime, end: datetime, lang: Lang, sent: datetime, zone: ZoneInfo) -> str:
    """When a session is held, by weekday and date: who reads it after a night must not take 明天 wrongly."""
    near = abs(start - sent) < _NEAR
    return say_span(start, end, lang, start - WEEK if near else sent, zone)


def place_words(to: Reach, session: Row) -> str:
    """Where a session is held: the room with its address, or that it is online."""
    if session.online:
        return to.say("search.online")
    words = dict.fromkeys(word for word in (session.venue, session.address) if word)
    return " ".join(words) or str(session.school)


def short_place(to: Reach, session: Row) -> str:
    """Where a session is held, without the address."""
    if session.online:
        return to.say("search.online")
    return str(session.venue or session.school)


def shortened(title: str, most: int = MOST_LABEL) -> str:
    """A title as it may stand on a button."""
    return title if len(title) <= most else title[: most - 1] + "…"


def button_rows(to: Reach, buttons: Sequence[Button]) -> Rows:
    """One button a row, no more than a person can look over."""
    return tuple((button,) for button in buttons[: MOST_BIG_BUTTONS if to.big else MOST_BUTTONS])
