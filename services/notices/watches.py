"""The messages of watches: there is a class that was waited for; a watch has ended by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from models.statement import Row
from services.message import Button, Message
from services.notices.wording import lang_of, shortened
from services.phrases.money import say_fee
from services.phrases.slots import say_slots
from services.reach import Reach
from services.texts import Texts
from services.understanding.meaning import Meaning

MOST_LISTED = 5
# in big mode a message has four buttons: two classes, all of them, and the one that stops it
MOST_LISTED_BIG = 2
# the watches that one tap stops, so that its action stays short
MOST_STOPPED = 5


def stop_action(watch_ids: Sequence[int]) -> str:
    """What a tap does that stops these watches."""
    return f"unwatch:{'.'.join(map(str, watch_ids[:MOST_STOPPED]))}"


def stopped_by(message: Message) -> list[int]:
    """The watches that a message of `watch_message` tells of."""
    verb, _, numbers = message.rows[-1][0].action.partition(":")
    return [int(number) for number in numbers.split(".")] if verb == "unwatch" else []


def named(say: Texts, wishes: Sequence[Meaning]) -> str:
    """Wishes as one names them: “书法 · 周末”."""
    return say("watch.between").join(
        say("watch.named", words=wish.say(say.lang) or say("search.all")) for wish in wishes
    )


def watch_message(
    to: Reach, rows: Sequence[Row], of: Sequence[tuple[int, Meaning]], now: datetime, zone: ZoneInfo
) -> Message:
    """Why it comes, the classes (rows of `services.classes`), and one tap that stops it.

    `of` are the watches that the classes fit, by id.
    """
    say = to.say
    shown = rows[: MOST_LISTED_BIG if to.big else MOST_LISTED]
    wishes = named(say, [wish for _, wish in of])
    lines = [say("watch.found", wishes=wishes)]
    lines += [_item(to, row, now, zone) for row in shown]
    if len(rows) > len(shown):
        lines.append(say("watch.more"))
    lines.append(say("watch.look"))
    buttons = [Button(shortened(row.title), f"card:{row.id}") for row in shown]
    if len(rows) > len(shown):
        buttons.append(Button(say("watch.all"), f"watch_see:{of[0][0]}"))
    buttons.append(Button(say("watch.stop"), stop_action([watch_id for watch_id, _ in of])))
    return Message(
        "\n".join(lines), tuple((button,) for button in buttons), courses=tuple(row.code for row in rows)
    )


def over_message(to: Reach, watch_id: int, wish: Meaning) -> Message:
    """A watch has ended by itself, and can be taken up again."""
    say = to.say
    return Message(
        say("watch.over", wishes=named(say, [wish])),
        ((Button(say("watch.again"), f"watch_again:{watch_id}"),),),
    )


def _item(to: Reach, row: Row, now: datetime, zone: ZoneInfo) -> str:
    lang = lang_of(to)
    when = say_slots(row.slots, lang, now.astimezone(zone).date())
    where = to.say("search.online") if row.online else row.venue or row.district or row.school
    return to.say("watch.item", title=row.title, when=when, where=where, fee=say_fee(row.fee_fen, lang))
