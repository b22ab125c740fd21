"""Which of the classes that were shown, looked at or joined a reference means."""

from __future__ import annotations

from collections.abc import Sequence

from handlers import find, sought
from handlers.turn import Turn
from models.statement import Row
from services import classes, learning
from services.understanding.latin import english_word
from services.understanding.normalise import keyed
from services.understanding.references import Reference

# characters beside a question that say nothing
MOST_BESIDE = 3
MOST_COMPARED = 3
BEST = {
    "cheapest": lambda row: (row.fee_fen is None, row.fee_fen or 0),
    "dearest": lambda row: -(row.fee_fen or 0),
    "soonest": lambda row: (row.next_start is None, row.next_start and row.next_start.timestamp()),
    "freest": lambda row: -_seats(row),
}


def meant(turn: Turn, reference: Reference) -> list[Row]:
    """The classes that are meant; more than one where it is not clear which."""
    if reference.own and reference.which in ("", "it") and (mine := own(turn, reference.rest)):
        return mine
    if reference.own and reference.act == "withdraw" and reference.rest:
        return []
    if reference.act == "both":
        return rows_of(turn, turn.state.shown[: None if reference.which == "all" else 2])
    if reference.which == "":
        return _asked_about(turn, reference)
    shown = rows_of(turn, turn.state.shown)
    if reference.which.lstrip("-").isdigit() or reference.others:
        return _of_numbers(turn, reference, shown)
    if reference.which == "again":
        focus = [turn.state.focus] if turn.state.focus else []
        before = _around(turn, "before", seen_only=True) if on_screen(turn) else focus
        return fitting(turn, rows_of(turn, before or focus), reference.rest)
    if reference.which == "other":
        beside = [row for row in shown if row.id != turn.state.focus]
        return beside if len(beside) == 1 and len(shown) > 1 else []
    if reference.which in ("before", "after"):
        return rows_of(turn, _around(turn, reference.which))
    if reference.which == "middle":
        return shown[len(shown) // 2 : len(shown) // 2 + 1]
    if reference.which in BEST:
        fit = fitting(turn, shown, reference.rest) if reference.rest else shown
        return [min(fit, key=BEST[reference.which])] if fit else []
    return _it(turn, reference, shown) or (own(turn, reference.rest) if _of_own(reference) else [])


def _of_numbers(turn: Turn, reference: Reference, shown: list[Row]) -> list[Row]:
    """Those of the numbers that were said; none where one of them was not shown."""
    numbers = (reference.which, *reference.others)
    if len(reference.rest) > 1 and not fitting(turn, shown, reference.rest):
        # 电焊第一个, where the list of one's own classes came in between
        shown = find.last_page(turn)
    spoken_of = rows_of(turn, [turn.state.focus] if "it" in numbers and turn.state.focus else [])
    found = [
        row for number in numbers for row in (spoken_of if number == "it" else _numbered(shown, int(number)))
    ]
    # 第二个书法班 may be said of the second of the calligraphy classes
    return found[:MOST_COMPARED] if len(found) == len(numbers) else []


def _of_own(reference: Reference) -> bool:
    """那个班几点下课, 太极那个班退了: asked of nothing that was shown, it is about a class one is in."""
    return bool(reference.ask) or reference.act == "withdraw"


def own(turn: Turn, rest: str) -> list[Row]:
    """The classes one is in that are what was said."""
    places = learning.own_places(turn.tx, turn.person.person_id, turn.now)
    return fitting(turn, rows_of(turn, [place.offering_id for place in places]), rest)


def _it(turn: Turn, reference: Reference, shown: list[Row]) -> list[Row]:
    spoken_of = turn.state.focus if reference.rest or reference.just else find.in_mind(turn)
    focus = rows_of(turn, [spoken_of] if spoken_of else [])
    if reference.act == "compare" and not reference.rest:
        return (shown or focus)[:MOST_COMPARED]
    if not reference.rest:
        return focus or shown
    if focus and _says_nothing(turn, reference) and on_screen(turn):
        return focus
    seen = fitting(turn, focus, reference.rest) or fitting(turn, shown, reference.rest)
    if not seen and len(among := sought.those_at(turn, reference.rest)) == 1:
        return rows_of(turn, among)
    return seen or fitting(turn, rows_of(turn, _seen(turn)), reference.rest)[:1]


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
    focus = rows_of(turn, [spoken_of] if spoken_of else [])
    if focus and on_screen(turn) and (not reference.rest or fitting(turn, focus, reference.rest)):
        return focus
    mine = own(turn, "")
    if reference.rest:
        found = fitting(turn, mine, reference.rest) or fitting(turn, focus, reference.rest)
        if found or not focus or len(reference.rest) > MOST_BESIDE or _names_topic(turn, reference.rest):
            return found
        # 多少钱来着嘛: what is left says nothing
        return focus if find.in_mind(turn) else rows_of(turn, turn.state.shown)
    return focus or (mine[:1] if len(mine) == 1 else []) or rows_of(turn, turn.state.shown) or mine


def _names_topic(turn: Turn, text: str) -> bool:
    """Whether a text names something to learn."""
    return bool(turn.town.catalogue.lexicon.topics_in(text))


def on_screen(turn: Turn) -> bool:
    """Whether the class spoken of is the last thing that was looked at."""
    return bool(turn.state.trail) and turn.state.trail[-1] == f"card:{turn.state.focus}"


def fitting(turn: Turn, rows: Sequence[Row], rest: str) -> list[Row]:
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


def rows_of(turn: Turn, ids: Sequence[int]) -> list[Row]:
    """Classes by their ids, as they are now."""
    return classes.some_classes(turn.tx, ids, turn.now) if ids else []


def _numbered(shown: Sequence[Row], number: int) -> Sequence[Row]:
    at = number - 1 if number > 0 else len(shown) + number
    return shown[at : at + 1] if 0 <= at < len(shown) else ()


def _around(turn: Turn, which: str, *, seen_only: bool = False) -> list[int]:
    """The class looked at before the present one, or its neighbour in the list."""
    focus, shown = turn.state.focus, turn.state.shown
    if which == "before":
        seen = [number for number in _seen(turn) if number != focus]
        if seen:
            return seen[:1]
    if len(shown) == 2 and not focus and not seen_only:
        return shown[:1] if which == "before" else shown[1:]
    if focus not in shown or seen_only:
        return []
    at = shown.index(focus) + (1 if which == "after" else -1)
    return [shown[at]] if 0 <= at < len(shown) else []


def _seats(row: Row) -> int:
    left = classes.seats_left(row)
    return 10**6 if left is None else left
