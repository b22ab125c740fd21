"""第二个几点, 就报最便宜的那个: words that point at a class shown before, or ask about an own one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from handlers import asking, asking_school, card, enrol, favourites, find, mine, other, withdraw
from handlers.routes import Routes
from handlers.turn import Turn
from handlers.wordings import titles
from models.statement import Row
from services import classes, learning
from services.message import Button
from services.understanding.latin import english_word
from services.understanding.normalise import keyed, normalise, squeeze
from services.understanding.references import Reference, read_reference

routes = Routes()
MOST_COMPARED = 3
# who wants more at once is asked which one first
MOST_AT_ONCE = 2
# 太极拳呢, after a question about an own class: the same of another
_SAME_OF = re.compile(r"^(?:那|那么)?(?:我的?)?(?P<rest>[㐀-鿿]{2,8}?)(?:那个)?(?:课|班)?呢[?？]?$")
# the words around the name of a class that was asked for
_AROUND = re.compile(r"^(?:那个?|就|是|要|我的?|退|问)+|(?:那个?|这个?|的|课|班|吧|呢|啊|[。！!？?])+$")
_FOR_WHOM = re.compile("孩|娃|小朋友|[老女男]|外地|农村|年级")
# of what costs less or nothing
_NARROWS = re.compile(r"免费|(?<!多)少|降|优惠|便宜|打折|打个折")
# what is asked of a class that one is in, where no other is looked at
_OF_NEXT = frozenset({"when", "where", "floor", "transit"})
# characters beside a question that say nothing
MOST_BESIDE = 3
_BEST = {
    "cheapest": lambda row: (row.fee_fen is None, row.fee_fen or 0),
    "dearest": lambda row: -(row.fee_fen or 0),
    "soonest": lambda row: (row.next_start is None, row.next_start and row.next_start.timestamp()),
    "freest": lambda row: -_seats(row),
}


def answered(turn: Turn, said: str) -> bool:
    """Whether a text pointed at a class and was answered; what points at nothing known is left to others."""
    if turn.state.about and (row := _same_of_another(turn, said)) is not None:
        _act(turn, row, Reference(ask=turn.state.about))
        return True
    reference = read_reference(said)
    if reference is None:
        return False
    if _asks_own_next(turn, reference):
        mine.next_class(turn)
        return True
    if reference.ask == "fee" and not reference.which and _NARROWS.search(said) and not _on_screen(turn):
        return False  # asked of a list it narrows that
    if reference.ask == "who" and not reference.which and _FOR_WHOM.search(said) and not _one_in_mind(turn):
        return False  # 小孩能学吗 of a list narrows it
    if reference.ask in asking_school.ASKED and not reference.which and not reference.rest:
        alone = _one_in_mind(turn) or find.in_mind(turn) or _own(turn, "")
        searching = find.last_meaning(turn) is not None
        if not alone and asking_school.in_general(turn, reference.ask, searching=searching):
            return True
        if not alone and searching and reference.ask not in asking_school.OF_A_PLACE:
            return False
    rows = _meant(turn, reference)
    if reference.act == "both":
        return _both(turn, rows)
    if reference.act == "unlike":
        return (bool(rows) and _unlike(turn, rows)) or _points_past(turn, reference)
    if not rows and reference.which == "it" and reference.ask and len(turn.state.shown) > 1:
        # 那个图书馆的老师是谁: none that is shown is in a library
        rows = _own(turn, "") or _rows(turn, turn.state.shown)
    if not rows:
        if reference.which == "again" and not reference.rest:
            return find.back(turn)
        return _points_past(turn, reference)
    if reference.act == "compare" and len(rows) > 1:
        asking.compare(turn, rows)
    elif len(rows) > 1:
        _which(turn, rows, reference)
    else:
        _act(turn, rows[0], reference)
    return True


def _one_in_mind(turn: Turn) -> bool:
    """Whether one class alone is looked at or was found."""
    return _on_screen(turn) or len(turn.state.shown) == 1


def _points_past(turn: Turn, reference: Reference) -> bool:
    """第九个 of five is told to be none."""
    if (
        not reference.which.isdigit()
        or (reference.rest and reference.act != "unlike")
        or not turn.state.shown
    ):
        return False
    other.no_such_number(turn, reference.which)
    return True


def _same_of_another(turn: Turn, said: str) -> Row | None:
    """The own class of which the question before is asked as well: 太极拳呢."""
    match = _SAME_OF.match(said)
    found = _own(turn, match["rest"]) if match else []
    return found[0] if len(found) == 1 else None


@routes.step("which")
def named(turn: Turn) -> bool:
    """Which of the classes asked about is meant, by its name; anything else is another matter."""
    asked, turn.state.about = turn.state.data, ""
    turn.state.settle()
    rest = _AROUND.sub("", squeeze(normalise(turn.text)))
    found = _fitting(turn, _rows(turn, asked.get("ids", ())), rest) if len(rest) > 1 else []
    if len(found) != 1:
        return False
    _act(turn, found[0], Reference(ask=asked.get("ask", ""), act=asked.get("act", "")))
    return True


def _act(turn: Turn, row: Row, reference: Reference) -> None:
    turn.state.focus = row.id
    turn.state.about = reference.ask
    if reference.ask:
        asking.tell(turn, row, reference.ask)
    elif reference.act == "enrol":
        enrol.begin(turn, row.id)
    elif reference.act == "withdraw":
        withdraw.ask(turn, row.id)
    elif reference.act == "favourite":
        favourites.toggle(turn, row.id)
    elif reference.act == "calendar":
        card.calendar(turn, row.id)
    elif reference.act == "share":
        card.share(turn, row.id)
    else:
        card.show(turn, row.id)


def _unlike(turn: Turn, rows: Sequence[Row]) -> bool:
    """Go on without some of the classes shown and their kind; False where nothing was looked for."""
    last = find.last_meaning(turn)
    if last is None:
        return False
    lexicon = turn.town.catalogue.lexicon
    sought = {one for word in last.words for one in word.split("|")}
    gone = list(last.excluded)
    for row in rows:
        title = keyed(row.title)
        # where its kind is what is looked for, the class alone is left out
        kinds = [kind for kind in lexicon.topics_in(title) if kind not in sought]
        gone += kinds or [title]
    find.found(turn, replace(last, excluded=tuple(dict.fromkeys(gone))))
    return True


@routes.step("compared")
def compared(turn: Turn) -> bool:
    """Of those side by side both are wanted; anything else is another matter."""
    ids = turn.state.data.get("ids", ())
    turn.state.settle()
    reference = read_reference(turn.text)
    return reference is not None and reference.act == "both" and _both(turn, _rows(turn, ids))


def _both(turn: Turn, rows: Sequence[Row]) -> bool:
    """Enrol in the first of several, and tell how to go on with the others; they are not done blindly."""
    if len(rows) < 2:
        return False
    if len(rows) > MOST_AT_ONCE:
        turn.keeps_choices = True
        turn.reply(turn.say("ask.one_by_one"))
        return True
    shown = turn.state.shown
    if not {row.id for row in rows} <= {*shown}:
        shown = turn.state.shown = [row.id for row in rows]
    first, *others = rows
    named = turn.say("ask.and").join(
        turn.say("ask.nth", n=shown.index(row.id) + 1, title=row.title) for row in others
    )
    turn.reply(turn.say("ask.both", first=first.title, others=named))
    enrol.begin(turn, first.id)
    return True


def _which(turn: Turn, rows: Sequence[Row], reference: Reference) -> None:
    turn.state.shown = [row.id for row in rows]
    turn.state.ask("which", ids=turn.state.shown, ask=reference.ask, act=reference.act)
    turn.reply(
        turn.say("ask.which"),
        *(
            (Button(f"{n} {title}", f"card:{row.id}", number=n),)
            for n, (row, title) in enumerate(zip(rows, titles(turn, rows), strict=True), 1)
        ),
        courses=tuple(row.code for row in rows),
    )


def _meant(turn: Turn, reference: Reference) -> list[Row]:
    """The classes that are meant; more than one where it is not clear which."""
    if reference.own and reference.which in ("", "it") and (own := _own(turn, reference.rest)):
        return own
    if reference.own and reference.act == "withdraw" and reference.rest:
        return []
    if reference.act == "both":
        several = len(turn.state.shown) == len(turn.state.shown[:2]) or reference.which == "all"
        return _rows(turn, turn.state.shown if several else turn.state.shown[:2])
    if reference.which == "":
        return _asked_about(turn, reference)
    shown = _rows(turn, turn.state.shown)
    if reference.which.lstrip("-").isdigit():
        numbers = (reference.which, *reference.others)
        if len(reference.rest) > 1 and not _fitting(turn, shown, reference.rest):
            # 电焊第一个, where the list of one's own classes came in between
            shown = find.last_page(turn)
        found = [row for number in numbers if (row := _numbered(shown, int(number))) is not None]
        # 第二个书法班 may be said of the second of the calligraphy classes
        return found[:MOST_COMPARED] if len(found) == len(numbers) else []
    if reference.which == "again":
        focus = [turn.state.focus] if turn.state.focus else []
        before = _around(turn, "before", seen_only=True) if _on_screen(turn) else focus
        return _fitting(turn, _rows(turn, before or focus), reference.rest)
    if reference.which == "other":
        beside = [row for row in shown if row.id != turn.state.focus]
        return beside if len(beside) == 1 and len(shown) > 1 else []
    if reference.which in ("before", "after"):
        return _rows(turn, _around(turn, reference.which))
    if reference.which == "middle":
        return shown[len(shown) // 2 : len(shown) // 2 + 1]
    if reference.which in _BEST:
        fitting = _fitting(turn, shown, reference.rest) if reference.rest else shown
        return [min(fitting, key=_BEST[reference.which])] if fitting else []
    return _it(turn, reference, shown) or (_own(turn, reference.rest) if _of_own(reference) else [])


def _of_own(reference: Reference) -> bool:
    """那个班几点下课, 太极那个班退了: asked of nothing that was shown, it is about a class one is in."""
    return bool(reference.ask) or reference.act == "withdraw"


def _own(turn: Turn, rest: str) -> list[Row]:
    """The classes one is in that are what was said."""
    places = learning.own_places(turn.tx, turn.person.person_id, turn.now)
    return _fitting(turn, _rows(turn, [place.offering_id for place in places]), rest)


def _it(turn: Turn, reference: Reference, shown: list[Row]) -> list[Row]:
    spoken_of = turn.state.focus if reference.rest or reference.just else find.in_mind(turn)
    focus = _rows(turn, [spoken_of] if spoken_of else [])
    if reference.act == "compare" and not reference.rest:
        return (shown or focus)[:MOST_COMPARED]
    if not reference.rest:
        return focus or shown
    if focus and _says_nothing(turn, reference) and _on_screen(turn):
        return focus
    seen = _fitting(turn, focus, reference.rest) or _fitting(turn, shown, reference.rest)
    if not seen and len(among := find.those_at(turn, reference.rest)) == 1:
        return _rows(turn, among)
    return seen or _fitting(turn, _rows(turn, _seen(turn)), reference.rest)[:1]


def _says_nothing(turn: Turn, reference: Reference) -> bool:
    """Whether what is left beside a question names no class: 这个班多少人 还有名额不."""
    rest = reference.rest
    return bool(reference.ask) and len(rest) <= MOST_BESIDE and not _names_topic(turn, rest)


def _seen(turn: Turn) -> list[int]:
    """The classes that were looked at, the last first."""
    cards = [step.partition(":")[2] for step in reversed(turn.state.trail) if step.startswith("card:")]
    return list(dict.fromkeys(int(number) for number in cards if number.isdigit()))


def _asked_about(turn: Turn, reference: Reference) -> list[Row]:
    """A question that names its class, or none: the class on the screen, an own one, one of those shown."""
    spoken_of = turn.state.focus if reference.rest else find.in_mind(turn)
    focus = _rows(turn, [spoken_of] if spoken_of else [])
    if focus and _on_screen(turn) and (not reference.rest or _fitting(turn, focus, reference.rest)):
        return focus
    own = _own(turn, "")
    if reference.rest:
        found = _fitting(turn, own, reference.rest) or _fitting(turn, focus, reference.rest)
        if found or not focus or len(reference.rest) > MOST_BESIDE or _names_topic(turn, reference.rest):
            return found
        # 多少钱来着嘛: what is left says nothing
        return focus if find.in_mind(turn) else _rows(turn, turn.state.shown)
    return focus or (own[:1] if len(own) == 1 else []) or _rows(turn, turn.state.shown) or own


def _names_topic(turn: Turn, text: str) -> bool:
    """Whether a text names something to learn."""
    return bool(turn.town.catalogue.lexicon.topics_in(text))


def _on_screen(turn: Turn) -> bool:
    """Whether the class spoken of is the last thing that was looked at."""
    return bool(turn.state.trail) and turn.state.trail[-1] == f"card:{turn.state.focus}"


def _asks_own_next(turn: Turn, reference: Reference) -> bool:
    """几点上课 from somebody who is in classes and looks at none: the next one is meant."""
    if reference.which or reference.rest or reference.ask not in _OF_NEXT or _on_screen(turn):
        return False
    own = {place.offering_id for place in learning.own_places(turn.tx, turn.person.person_id, turn.now)}
    # who was just told of one of them goes on about it
    return bool(own) and turn.state.focus not in own


def _fitting(turn: Turn, rows: Sequence[Row], rest: str) -> list[Row]:
    """Those of some classes whose title, place or teacher is what was said."""
    lexicon = turn.town.catalogue.lexicon
    said = english_word(keyed(rest))
    if not said:
        return list(rows)
    topics = {lexicon.topics[said]} if said in lexicon.topics else set(lexicon.topics_in(said))
    found = []
    for row in rows:
        title = keyed(row.title)
        own = set(lexicon.topics_in(title))
        wide = own.union(*(lexicon.wider(topic) for topic in own))
        told = title + keyed(row.venue or "") + keyed(row.teacher or "") + keyed(row.district or "")
        if said in told or (topics and topics <= wide):
            found.append(row)
    return found


def _rows(turn: Turn, ids: Sequence[int]) -> list[Row]:
    return classes.some_classes(turn.tx, ids, turn.now) if ids else []


def _numbered(shown: Sequence[Row], number: int) -> Row:
    at = number - 1 if number > 0 else len(shown) + number
    return shown[at] if 0 <= at < len(shown) else None


def _around(turn: Turn, which: str, *, seen_only: bool = False) -> list[int]:
    """The class looked at before the present one, or its neighbour in the list."""
    focus, shown = turn.state.focus, turn.state.shown
    if which == "before":
        seen = [number for number in _seen(turn) if number != focus]
        if seen:
            return seen[:1]
    if focus not in shown or seen_only:
        return []
    at = shown.index(focus) + (1 if which == "after" else -1)
    return [shown[at]] if 0 <= at < len(shown) else []


def _seats(row: Row) -> int:
    left = classes.seats_left(row)
    return 10**6 if left is None else left
