"""Asking for a place: registering for a draw with ranked wishes, or for the school to say yes."""

from __future__ import annotations

from handlers import enrol_told, other
from handlers.prepare import LAST
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.wordings import dates_words, fee_line, place_words
from models.statement import Row
from models.windows import MOST_WISHES
from services import classes, naming
from services.drawing import running
from services.enrolling.refusal import Refused
from services.windows import applications, applying, reading, standing
from services.windows.reading import Window
from services.windows.words import draws_words

routes = Routes()


def window_of(turn: Turn, row: Row) -> Window | None:
    """The window of a class in which one asks for a place instead of taking it, or None."""
    found = reading.window_of(turn.tx, row)
    return found if found is not None and found.applies else None


def known_name(turn: Turn, row: Row) -> str:
    """The name under which one has registered for the same draw already."""
    found = window_of(turn, row)
    if found is None or not found.by_lot:
        return ""
    mine = applications.in_draw(turn.tx, found.id, turn.person.person_id)
    return "" if mine is None else str(mine.name)


def ask_last(turn: Turn, row: Row, found: Window, data: dict[str, object]) -> None:
    """Say back what is asked for, and that it is no place yet."""
    turn.state.ask(LAST, **data)
    text = turn.say(
        "enrol.confirm", title=row.title, dates=dates_words(turn, row), where=place_words(turn, row),
        fee=fee_line(turn, row), name=data["name"],
    )  # fmt: skip
    turn.reply(
        f"{text}\n{no_place_yet(turn, found, turn.person.person_id)}",
        (turn.button("apply.confirm_yes", f"enrol_ok:{row.id}"),),
        (
            turn.button("enrol.confirm_name", f"enrol_name:{row.id}"),
            turn.button("enrol.confirm_no", "enrol_stop"),
        ),
        courses=(row.code,),
    )


def no_place_yet(turn: Turn, found: Window, person_id: int) -> str:
    """That asking is no place, and which wish it would be."""
    if not found.by_lot:
        return turn.say("apply.confirm_pending")
    mine = applications.in_draw(turn.tx, found.id, person_id)
    rank = 1 + (len(applications.wishes(turn.tx, mine.id)) if mine is not None else 0)
    return turn.say("apply.confirm_draw", rank=rank_words(turn, rank), draws=draws(turn, found))


def confirmed(turn: Turn, row: Row, found: Window, data: dict[str, object]) -> bool:
    """Register; whether that was possible."""
    person, name = turn.person, str(data["name"])
    made = applying.apply(
        turn.tx, turn.town, found, person_id=person.person_id, account_id=person.account_id,
        offering_id=row.id, name=name, age_confirmed=bool(data.get("age")), verified=person.verified,
        actor=f"person:{person.person_id}",
    )  # fmt: skip
    if isinstance(made, Refused):
        enrol_told.refused(turn, row, made)
        return False
    naming.remember(turn.tx, person.person_id, name)
    turn.state.settle()
    tell(turn, row, found, made)
    return True


def tell(turn: Turn, row: Row, found: Window, made: applying.Applied, by: str = "") -> None:
    """What was asked for, and that it is no place yet; `by` says by whom for whom."""
    if made.rank:
        ref = turn.tx.one(applications.BY_ID, id=made.application_id).ref
        rank = rank_words(turn, made.rank)
        lines = [turn.say("apply.done_draw", rank=rank, title=row.title, draws=draws(turn, found), ref=ref)]
        left = MOST_WISHES - made.rank
        if left and len(reading.classes_of(turn.tx, found.id)) > made.rank:
            lines.append(turn.say("apply.done_more", n=left))
    else:
        lines = [turn.say("apply.done_pending", title=row.title)]
    if by:
        lines.append(by)
    if turn.person.platform == "web":
        lines.append(turn.say("apply.done_web"))
    buttons = [turn.button("window.wishes", "wishes"), turn.button("enrol.mine", "my")]
    if made.rank:
        more = [turn.button("apply.more", "browse")] if made.rank < MOST_WISHES else []
        buttons[1:] = [*more, turn.button("window.how", f"draw:{found.id}")]
    turn.reply("\n".join(lines), *((button,) for button in buttons), courses=(row.code,), lasting=True)


def rank_words(turn: Turn, rank: int) -> str:
    """第一志愿."""
    return turn.say(f"apply.rank_{min(rank, MOST_WISHES)}")


@routes.tap("draw", number)
def how(turn: Turn, window_id: int) -> None:
    """How a draw works, with what is published of it so far."""
    found, drawn = reading.window(turn.tx, window_id), running.standing_of(turn.tx, window_id)
    if found is None or drawn is None:
        other.stale(turn, turn.say("draw.gone"), turn.button("start.browse", "browse"))
        return
    lines = [
        turn.say(
            "draw.how", id=window_id, n=applications.count(turn.tx, window_id), commitment=drawn.commitment
        )
    ]
    if drawn.list_hash:
        lines.append(turn.say("draw.how_list", hash=drawn.list_hash))
    lines.append(
        turn.say("draw.waiting", draws=draws(turn, found)) if found.by_lot else turn.say("draw.published")
    )
    if turn.town.public_url:
        lines.append(turn.say("draw.page", url=turn.town.public_url, id=window_id))
    turn.reply("\n".join(lines), (turn.button("window.wishes", "wishes"),))


@routes.tap("resident", number)
def resident(turn: Turn, offering_id: int) -> None:
    """「我住在那里」: the own word counts; the school may look at it at the desk."""
    from handlers import enrol  # which asks this module for the last question

    row = classes.one_class(turn.tx, offering_id, turn.now)
    found = None if row is None else reading.window_of(turn.tx, row)
    areas = [phase.area for phase in found.phases if phase.audience == "resident"] if found else []
    who = turn.person.person_id
    for area in areas[:1]:
        standing.note(turn.tx, turn.town, who, "resident", area, by=f"person:{who}")
    enrol.begin(turn, offering_id)


def draws(turn: Turn, found: Window) -> str:
    """When the result of a draw is published, in words."""
    return draws_words(found, turn.lang, turn.now, turn.town.zone)
