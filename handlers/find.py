"""Finding classes: a list of five, the next page, other conditions, and what is nearest when nothing fits."""

import re
from collections.abc import Sequence
from dataclasses import replace

from handlers import other
from handlers.found_nothing import class_buttons, hits, nothing
from handlers.routes import Routes, action, number
from handlers.turn import Turn
from handlers.wordings import item_words, place_words
from models.statement import Row
from services import classes
from services.phrases.distance import haversine_m, say_distance
from services.search.index import Found
from services.search.seats import seats_first
from services.understanding.meaning import Meaning
from services.understanding.meaning_json import read_meaning
from services.understanding.wording import say

routes = Routes()
MOST_NEAR = 60
MOST_SEARCHES = 4
# what the order of a list was asked for
_ASKED_BY = {"soonest": "starts", "nearest": "where"}
_WHICH = re.compile("哪一?[个家门]|which", re.IGNORECASE)


def last_meaning(turn: Turn) -> Meaning | None:
    """The search that is being looked at in this dialogue, without words that nothing at all answers to."""
    return _gone_on_from(turn, turn.state.search.get("at", (0, 0))[0])


def _gone_on_from(turn: Turn, serial: int) -> Meaning | None:
    meaning = _meaning_of(turn, serial)
    if meaning is None:
        return None
    stored = turn.state.search["of"][str(serial)]
    if not stored.get("vain"):
        # what is looked at does without the quality that no class has
        return meaning.without(stored.get("less", ""))
    rest = meaning.without_words()
    before = stored.get("before", 0)
    # a word that was not understood takes the place of nothing
    return _gone_on_from(turn, before) or rest if rest.is_blank and before < serial else rest


def _meaning_of(turn: Turn, serial: int) -> Meaning | None:
    stored = turn.state.search.get("of", {}).get(str(serial))
    if not stored:
        return None
    try:
        return read_meaning(stored["meaning"])
    except ValueError:
        return None


def wish_told(turn: Turn) -> Meaning | None:
    """The search that is being looked at as it was said, for who waits for what there is not yet."""
    return _meaning_of(turn, turn.state.search.get("at", (0, 0))[0])


def means_something(turn: Turn, meaning: Meaning) -> bool:
    """Whether a text is worth leaving a question for: it has an intent, or classes that fit."""
    if meaning.intent != "search":
        return meaning.intent != "unknown"
    return hits(turn, meaning, 1, 0).total > 0


def found(turn: Turn, meaning: Meaning) -> None:
    """Search and show the first page; the searches before can still be paged and gone back to."""
    turn.state.settle()
    turn.state.about = ""
    if _near_nowhere(meaning):
        last = last_meaning(turn)
        if last is not None and _near_nowhere(last) and meaning != last:
            # asked where one is, somebody went on without telling it
            meaning = replace(meaning, order="relevance")
    if _near_nowhere(meaning):
        near_how(turn, meaning, _shown_alone(turn))
        return
    stored: dict[str, object] = {}
    if meaning.near is not None:
        # where somebody is, is used once: what is kept is the order of the classes it gave
        stored["near"] = [hit.offering_id for hit in hits(turn, meaning, MOST_NEAR, 0).hits]
        stored["ordered"] = meaning.order == "nearest"
        meaning = meaning.without("near")
    show(turn, meaning, keep(turn, meaning, stored), 0)
    if meaning.order != "relevance" and turn.state.shown and _WHICH.search(turn.text):
        # 哪个最便宜: what is asked next is asked of that one
        turn.state.focus = turn.state.shown[0]
        turn.state.about = _ASKED_BY.get(meaning.order, "fee")


def near_how(turn: Turn, meaning: Meaning, ids: Sequence[int]) -> None:
    """Ask where somebody is, and tell meanwhile where a few classes meet."""
    keep(turn, meaning, {})
    rows = classes.some_classes(turn.tx, ids, turn.now) if len(ids) > 1 else ()
    lines = [
        turn.say(
            "ask.of_each", n=turn.state.shown.index(row.id) + 1, title=row.title, words=place_words(turn, row)
        )
        for row in rows
    ]
    turn.keeps_choices = bool(lines)
    turn.reply("\n".join([*lines, turn.say("browse.near_how")]))


def _shown_alone(turn: Turn) -> list[int]:
    """The classes of the list that is looked at, where it has no further page."""
    last = last_meaning(turn)
    whole = last is not None and hits(turn, last, 1, 0).total == len(turn.state.shown)
    return turn.state.shown if whole else []


def _near_nowhere(meaning: Meaning) -> bool:
    """Whether the nearest are wanted, and nobody knows from where."""
    return meaning.order == "nearest" and meaning.near is None and not meaning.place


def keep(turn: Turn, meaning: Meaning, stored: dict[str, object]) -> int:
    """Remember a search and make it the one that is gone on from; its number."""
    serial = int(turn.state.search.get("serial", 0)) + 1
    stored["meaning"] = meaning.to_json()
    stored["before"] = turn.state.search.get("at", (0, 0))[0]
    before = turn.state.search.get("of", {})
    kept = {number: before[number] for number in sorted(before, key=int)[1 - MOST_SEARCHES :]}
    turn.state.search = {"serial": serial, "of": {**kept, str(serial): stored}, "at": (serial, 0)}
    return serial


def shown_fees(turn: Turn) -> tuple[int, ...]:
    """What the classes of the last list cost, in fen, where it is told."""
    state = turn.state
    # of a class that is looked at, its own fee
    alone = state.focus and state.trail[-1:] == [f"card:{state.focus}"]
    rows = classes.some_classes(turn.tx, [state.focus] if alone else state.shown, turn.now)
    return tuple(row.fee_fen for row in rows if row.fee_fen is not None)


def shown_starts(turn: Turn) -> tuple[int, ...]:
    """The days on which the classes of the last list begin."""
    rows = classes.some_classes(turn.tx, turn.state.shown, turn.now)
    zone = turn.town.zone
    return tuple(row.first_start.astimezone(zone).toordinal() for row in rows if row.first_start)


def last_page(turn: Turn) -> list[Row]:
    """The classes of the page that was looked at last, whatever list came in between."""
    return page_rows(turn, *turn.state.search.get("at", (0, 0)))


def page_rows(turn: Turn, serial: int, offset: int) -> list[Row]:
    """The classes of a page of one of the last searches."""
    meaning = _meaning_of(turn, serial)
    if meaning is None:
        return []
    found, ids = _page(turn, meaning, serial, offset)
    return seats_first(classes.some_classes(turn.tx, ids, turn.now), found, meaning)


def searches(turn: Turn) -> list[tuple[int, Meaning]]:
    """The searches that can still be gone back to with their numbers, the last first."""
    serials = sorted(map(int, turn.state.search.get("of", {})), reverse=True)
    return [(serial, meaning) for serial in serials if (meaning := _meaning_of(turn, serial)) is not None]


def in_mind(turn: Turn) -> int:
    """The class spoken of last, or 0 where a list that it is not in was shown since."""
    state = turn.state
    listed = bool(state.trail) and state.trail[-1].startswith("page:")
    alone = state.shown == [state.focus]
    return 0 if listed and not state.about and not alone else state.focus


def back(turn: Turn) -> bool:
    """Show the list before the one that is looked at, or that again; False where there is none."""
    at, offset = turn.state.search.get("at", (0, 0))
    before = turn.state.search.get("of", {}).get(str(at), {}).get("before", 0)
    for serial, first in ((before, 0), (at, offset)):
        meaning = _meaning_of(turn, serial)
        if meaning is not None:
            show(turn, meaning, serial, first)
            return True
    return False


def forget(turn: Turn) -> None:
    """Begin without conditions; lists shown before can still be paged."""
    search = turn.state.search
    turn.state.search = {"serial": int(search.get("serial", 0)) + 1, "of": search.get("of", {})}


@routes.tap("page", number, number)
def page(turn: Turn, serial: int, offset: int) -> None:
    """A page of one of the last searches."""
    meaning = _meaning_of(turn, serial)
    if meaning is None:
        other.stale(turn, turn.say("search.old_list"))
        return
    show(turn, meaning, serial, offset)


@routes.command("next", "下一页", "还有吗", "后面的", "更多")
def next_page(turn: Turn) -> None:
    """The page after the one that was shown."""
    serial, offset = turn.state.search.get("at", (0, 0))
    meaning = _meaning_of(turn, serial)
    if meaning is None:
        turn.reply(turn.say("search.no_words"), (turn.button("start.browse", "browse"),))
        return
    show(turn, meaning, serial, offset + turn.page)


@routes.command(
    "prev",
    "上一页",
    "前一页",
    "往前翻",
    "回到前面",
    "返回列表",
    "回列表",
    "回到列表",
    "回到刚才那页",
    "刚才那页",
    "刚才那一页",
    "上面那页",
    "回到上一页",
    "返回上一页",
    "回上一页",
    "刚才的列表",
    "回到刚才的列表",
    "回到刚才",
    "看刚才的",
    "刚才那几个",
    "刚才那些",
    "看看刚才的",
    "前面的",
    "看前面的",
    "回到上面",
)
def page_before(turn: Turn) -> None:
    """The page before the one that was shown, or the list that a card was opened from."""
    serial, offset = turn.state.search.get("at", (0, 0))
    meaning = _meaning_of(turn, serial)
    if meaning is None:
        turn.reply(turn.say("search.no_words"), (turn.button("start.browse", "browse"),))
        return
    on_list = turn.state.trail[-1:] == [action("page", serial, offset)]
    show(turn, meaning, serial, max(offset - turn.page, 0) if on_list else offset)


@routes.command("first_page", "第一页", "回到第一页", "回第一页", "最前面")
def first_page(turn: Turn) -> None:
    """The first page of the list that is looked at."""
    page(turn, turn.state.search.get("at", (0, 0))[0], 0)


@routes.intent("more")
def more(turn: Turn) -> None:
    """The same in other words."""
    next_page(turn)


def show(turn: Turn, meaning: Meaning, serial: int, offset: int) -> None:
    """A page of what fits, or the nearest when nothing does."""
    turn.state.at(action("page", serial, offset))
    turn.state.search["at"] = (serial, offset)
    found, ids = _page(turn, meaning, serial, offset)
    total = found.total
    rows = classes.only_joinable(classes.listed_classes(turn.tx, ids, turn.now), turn.now)
    rows = seats_first(rows, found, meaning)
    words = say(meaning, turn.lang) or turn.say("search.all")
    if not rows:
        nothing(turn, meaning, words, serial, offset)
        return
    turn.state.shown = [row.id for row in rows]
    last = offset + len(rows)
    whole = offset == 0 and last >= total
    key = "search.found" if whole else "search.found_page"
    if turn.state.search["of"][str(serial)].get("ordered"):
        key = "search.found_near" if whole else "search.found_near_page"
    head = turn.say(key, words=words, total=total, first=offset + 1, last=last)
    items = (item_words(turn, n, row) + _away(turn, row) for n, row in enumerate(rows, 1))
    lines = [head, *items, turn.say("search.pick")]
    buttons = class_buttons(turn, rows)
    tail = []
    if last < total:
        tail.append(turn.button("search.next", action("page", serial, offset + turn.page)))
    tail.append(turn.button("search.narrow", "narrow"))
    buttons.append(tuple(tail))
    turn.reply("\n".join(lines), *buttons, courses=tuple(row.code for row in rows))


def _away(turn: Turn, row: Row) -> str:
    """How far a class is from the place that was just shared."""
    here = turn.incoming.location
    if here is None or row.online or row.latitude is None or row.longitude is None:
        return ""
    return f" · {say_distance(haversine_m(*here, row.latitude, row.longitude), turn.lang)}"


def _page(turn: Turn, meaning: Meaning, serial: int, offset: int) -> tuple[Found, list[int]]:
    """What fits, and the ids of one page."""
    near: list[int] | None = turn.state.search.get("of", {}).get(str(serial), {}).get("near")
    if near is not None:
        return Found(len(near)), near[offset : offset + turn.page]
    result = hits(turn, meaning, turn.page, offset)
    return result, [hit.offering_id for hit in result.hits]
