"""What a card and 我的课 say of a window and of one's own application."""

from __future__ import annotations

from handlers.turn import Turn
from handlers.wordings import titles
from models.statement import Row
from services import classes
from services.family.people import Learner
from services.message import Button
from services.windows import applications, reading, words
from services.windows.reading import Window


def lines(turn: Turn, row: Row, found: Window) -> list[str]:
    """What applies to the class, how many have asked for it, and where the person stands."""
    said = words.lines(found, turn.say, turn.now, turn.town.zone)
    if found.by_lot:
        n = applications.count_for(turn.tx, found.id, row.id)
        left = classes.seats_left(row)
        if left is None:
            said.append(turn.say("window.draw_asked_free", n=n))
        elif n:
            said.append(turn.say("window.draw_asked", n=n, seats=left))
    if (rank := _own_rank(turn, row, found)) is not None:
        draws = words.draws_words(found, turn.lang, turn.now, turn.town.zone)
        said.append(
            turn.say("window.mine_wish", rank=rank, draws=draws) if rank else turn.say("window.mine_pending")
        )
    return said


def first(turn: Turn, row: Row) -> list[Button] | None:
    """The buttons of a class in which one asks for a place; None where seats are taken at once."""
    found = reading.window_of(turn.tx, row)
    if found is None or not found.applies:
        return None
    how = [turn.button("window.how", f"draw:{found.id}")] if found.by_lot else []
    if _own_rank(turn, row, found) is not None:
        return [turn.button("window.wishes", "wishes"), *how]
    if found.closed(turn.now):
        return how
    return [turn.button(_key(turn, found), f"enrol:{row.id}"), *how]


def enrol_key(turn: Turn, row: Row) -> str:
    """The words of the button that leads to a place in a class."""
    found = reading.window_of(turn.tx, row)
    if found is not None and found.applies:
        return _key(turn, found)
    return "card.wait" if classes.seats_left(row) == 0 else "card.enrol"


def asked_for(turn: Turn, family: list[Learner]) -> list[tuple[str, Row]]:
    """What one has asked for and does not know yet, and what for each of one's children, with its name."""
    found = [("", row) for row in applications.own(turn.tx, turn.person.person_id)]
    for one in family:
        if one.kind == "child":
            found += [(one.label, row) for row in applications.own(turn.tx, one.person_id)]
    return found


def own_lines(turn: Turn, asked: list[tuple[str, Row]]) -> list[str]:
    """What `asked_for` found, in a line for each kind of each person."""
    said = []
    for of in dict.fromkeys(of for of, _ in asked):
        lines = _lines_of(turn, [row for name, row in asked if name == of])
        said += [turn.say("family.of_line", name=of, line=line) if of else line for line in lines]
    return said


def _lines_of(turn: Turn, rows: list[Row]) -> list[str]:
    by_lot: list[str] = []
    pending: list[str] = []
    for row in rows:
        if row.offering_id is None:
            wished = applications.wishes(turn.tx, row.id)
            ids = [wish.offering_id for wish in wished]
            by_lot += titles(turn, classes.some_classes(turn.tx, ids, turn.now))
        else:
            pending.append(classes.one_class(turn.tx, row.offering_id, turn.now).title)
    between = turn.say("other.between")
    said = [turn.say("wishes.mine_line", titles=between.join(by_lot))] if by_lot else []
    return said + ([turn.say("wishes.mine_pending", titles=between.join(pending))] if pending else [])


def _key(turn: Turn, found: Window) -> str:
    if not found.by_lot:
        return "window.ask"
    mine = applications.in_draw(turn.tx, found.id, turn.person.person_id)
    return "window.apply" if mine is None else "window.apply_more"


def _own_rank(turn: Turn, row: Row, found: Window) -> int | None:
    """The rank of the class among one's wishes, 0 where it awaits approval, None where it is neither."""
    who = turn.person.person_id
    if found.mode == "approve":
        return 0 if applications.pending(turn.tx, row.id, who) is not None else None
    mine = applications.in_draw(turn.tx, found.id, who) if found.by_lot else None
    wished = applications.wishes(turn.tx, mine.id) if mine is not None else []
    return next((wish.rank for wish in wished if wish.offering_id == row.id), None)
