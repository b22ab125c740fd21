"""Asking for a place: registering for a draw with ranked wishes, or for the school to say yes."""

from __future__ import annotations

import re

from handlers import enrol_told
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.wordings import dates_words, fee_line, place_words, when_words
from handlers.yes_no import is_no, is_yes
from models.statement import Row
from models.windows import MOST_WISHES
from services import classes, naming
from services.drawing import running
from services.enrolling.refusal import Refused
from services.message import Button
from services.windows import applications, applying, reading, standing
from services.windows.reading import Window
from services.windows.words import draws_words

routes = Routes()
_RANK = {**{c: n for n, c in enumerate("一二三", 1)}, "1": 1, "2": 2, "3": 3}
# 第三志愿改成第一志愿, 第二放第一
_MOVED = re.compile(
    r"第?([一二三123])志?愿?(?:改|换|调|挪|放|排|移)(?:成|到|为|在|去)?第?([一二三123])(?:志愿)?"
)
_DROPPED = re.compile(r"(?:去掉|删掉|删去|不要|取消)第?([一二三123])(?:志愿)?")


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
    turn.state.ask("enrol.last", **data)
    text = turn.say(
        "enrol.confirm", title=row.title, dates=dates_words(turn, row), where=place_words(turn, row),
        fee=fee_line(turn, row), name=data["name"],
    )  # fmt: skip
    if found.by_lot:
        mine = applications.in_draw(turn.tx, found.id, turn.person.person_id)
        rank = 1 + (len(applications.wishes(turn.tx, mine.id)) if mine is not None else 0)
        line = turn.say("apply.confirm_draw", rank=rank_words(turn, rank), draws=_draws(turn, found))
    else:
        line = turn.say("apply.confirm_pending")
    turn.reply(
        f"{text}\n{line}",
        (turn.button("apply.confirm_yes", f"enrol_ok:{row.id}"),),
        (
            turn.button("enrol.confirm_name", f"enrol_name:{row.id}"),
            turn.button("enrol.confirm_no", "enrol_stop"),
        ),
        courses=(row.code,),
    )


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
    _tell(turn, row, found, made)
    return True


def _tell(turn: Turn, row: Row, found: Window, made: applying.Applied) -> None:
    if made.rank:
        ref = turn.tx.one(applications.BY_ID, id=made.application_id).ref
        rank = rank_words(turn, made.rank)
        lines = [turn.say("apply.done_draw", rank=rank, title=row.title, draws=_draws(turn, found), ref=ref)]
        left = MOST_WISHES - made.rank
        if left and len(reading.classes_of(turn.tx, found.id)) > made.rank:
            lines.append(turn.say("apply.done_more", n=left))
    else:
        lines = [turn.say("apply.done_pending", title=row.title)]
    if turn.person.platform == "web":
        lines.append(turn.say("apply.done_web"))
    buttons = [turn.button("window.wishes", "wishes"), turn.button("enrol.mine", "my")]
    if made.rank:
        buttons[1:] = [turn.button("apply.more", "browse"), turn.button("window.how", f"draw:{found.id}")]
    turn.reply("\n".join(lines), *((button,) for button in buttons), courses=(row.code,), lasting=True)


def rank_words(turn: Turn, rank: int) -> str:
    """第一志愿."""
    return turn.say(f"apply.rank_{min(rank, MOST_WISHES)}")


@routes.command("wishes", "我的志愿", "志愿", "改志愿", "我的登记", "撤回登记", "撤回")
def said(turn: Turn) -> None:
    """What one has asked for and does not know yet."""
    shown(turn)


@routes.tap("wishes")
def shown(turn: Turn) -> None:
    """The wishes in their order, each with what can be done about it."""
    turn.state.settle()
    turn.state.at("wishes")
    mine = applications.own(turn.tx, turn.person.person_id)
    if not mine:
        turn.reply(turn.say("wishes.none"), (turn.button("start.browse", "browse"),))
        return
    lines: list[str] = []
    buttons: list[tuple[Button, ...]] = []
    codes: list[str] = []
    for row in mine:
        found = reading.window(turn.tx, row.window_id)
        if found is not None and row.state == "applied":
            _draw_lines(turn, row, found, lines, buttons, codes)
        else:
            asked = classes.one_class(turn.tx, row.offering_id, turn.now)
            lines.append(turn.say("wishes.pending", title=asked.title))
            buttons.append((turn.button("wishes.leave_pending", f"wish_leave:{row.id}", title=asked.title),))
            codes.append(asked.code)
    turn.state.ask("wishes")
    turn.reply("\n".join(lines), *buttons, courses=tuple(codes))


def _draw_lines(
    turn: Turn, row: Row, found: Window, lines: list[str], buttons: list[tuple[Button, ...]], codes: list[str]
) -> None:
    draws = _draws(turn, found)
    wished = applications.wishes(turn.tx, row.id)
    lines.append(turn.say("wishes.heading", draws=draws))
    for wish in wished:
        asked = classes.one_class(turn.tx, wish.offering_id, turn.now)
        lines.append(
            turn.say(
                "wishes.item",
                rank=rank_words(turn, wish.rank),
                title=wish.title,
                when=when_words(turn, asked),
            )
        )
        codes.append(wish.code)
    lines.append(turn.say("wishes.ref", ref=row.ref))
    if found.closed(turn.now):
        lines.append(turn.say("wishes.closed", draws=draws))
        buttons.append((turn.button("window.how", f"draw:{found.id}"),))
        return
    for verb, key, some in (("wish_up", "wishes.up", wished[1:]), ("wish_drop", "wishes.drop", wished)):
        if len(wished) > 1:
            buttons += [
                (turn.button(key, f"{verb}:{row.id}:{wish.offering_id}", title=wish.title),) for wish in some
            ]
    buttons.append(
        (turn.button("wishes.leave", f"wish_leave:{row.id}"), turn.button("window.how", f"draw:{found.id}"))
    )


@routes.step("wishes")
def changed_in_words(turn: Turn) -> bool:
    """第二志愿改成第一志愿, 去掉第三志愿."""
    text = turn.text.replace(" ", "")
    moved, dropped = _MOVED.search(text), _DROPPED.search(text)
    mine = [row for row in applications.own(turn.tx, turn.person.person_id) if row.state == "applied"]
    if not mine or not (moved or dropped):
        return False
    order = [wish.offering_id for wish in applications.wishes(turn.tx, mine[0].id)]
    at = _RANK[(dropped or moved)[1]] - 1  # type: ignore[index]
    if at >= len(order):
        return False
    picked = order.pop(at)
    if not dropped and moved:
        order.insert(_RANK[moved[2]] - 1, picked)
    _change(turn, mine[0].id, order)
    return True


@routes.tap("wish_up", number, number)
def up(turn: Turn, application_id: int, offering_id: int) -> None:
    """One place up."""
    order = [wish.offering_id for wish in applications.wishes(turn.tx, application_id)]
    if offering_id in order[1:]:
        at = order.index(offering_id)
        order[at - 1], order[at] = order[at], order[at - 1]
    _change(turn, application_id, order)


@routes.tap("wish_drop", number, number)
def drop(turn: Turn, application_id: int, offering_id: int) -> None:
    """Take a wish out; the last one is the registration itself."""
    order = [wish.offering_id for wish in applications.wishes(turn.tx, application_id)]
    if len(order) <= 1:
        leave(turn, application_id)
        return
    _change(turn, application_id, [one for one in order if one != offering_id])


def _change(turn: Turn, application_id: int, order: list[int]) -> None:
    mine = _mine(turn, application_id)
    if mine is None:
        return
    if not order:
        leave(turn, application_id)
        return
    applying.reorder(turn.tx, turn.town, mine, order, f"person:{turn.person.person_id}")
    shown(turn)


@routes.tap("wish_leave", number)
def leave(turn: Turn, application_id: int) -> None:
    """Ask once before a registration is withdrawn."""
    mine = _mine(turn, application_id)
    if mine is None:
        return
    turn.state.ask("wishes.leave", id=0, application=application_id)
    asked = classes.one_class(turn.tx, mine.offering_id, turn.now) if mine.offering_id else None
    turn.reply(
        turn.say("wishes.leave_sure_pending", title=asked.title) if asked else turn.say("wishes.leave_sure"),
        (
            turn.button("wishes.leave_yes", f"wish_leave_ok:{application_id}"),
            turn.button("wishes.leave_no", "wishes"),
        ),
    )


@routes.step("wishes.leave")
def leave_said(turn: Turn) -> bool:
    """Yes or no in words."""
    if is_yes(turn.text, "撤回", "确认撤回", "撤"):
        left(turn, int(turn.state.data["application"]))
    elif is_no(turn.text, "不撤", "不撤了", "不撤回"):
        turn.state.settle()
        turn.reply(turn.say("wishes.kept"), (turn.button("window.wishes", "wishes"),))
    else:
        return False
    return True


@routes.tap("wish_leave_ok", number)
def left(turn: Turn, application_id: int) -> None:
    """Withdraw; a button of long ago asks again."""
    if turn.state.step != "wishes.leave" or turn.state.data.get("application") != application_id:
        leave(turn, application_id)
        return
    mine = _mine(turn, application_id)
    turn.state.settle()
    if mine is None:
        return
    applying.withdraw(turn.tx, turn.town, mine, f"person:{turn.person.person_id}", "self")
    turn.reply(
        turn.say("wishes.left"),
        (turn.button("start.browse", "browse"), turn.button("enrol.mine", "my")),
        lasting=True,
    )


def _mine(turn: Turn, application_id: int) -> Row:
    """The own application if it can still be changed; otherwise why not is told."""
    mine = applying.open_to_change(turn.tx, turn.town, application_id, turn.person.person_id)
    if mine is not None:
        return mine
    row = turn.tx.one(applications.BY_ID, id=application_id)
    own = row is not None and row.person_id == turn.person.person_id and row.state == "applied"
    found = reading.window(turn.tx, row.window_id) if own else None
    if found is not None:
        text = turn.say("wishes.closed", draws=_draws(turn, found))
        turn.reply(text, (turn.button("window.how", f"draw:{found.id}"),))
    else:
        turn.reply(turn.say("wishes.gone"), (turn.button("window.wishes", "wishes"),))
    return None


@routes.tap("draw", number)
def how(turn: Turn, window_id: int) -> None:
    """How a draw works, with what is published of it so far."""
    found, drawn = reading.window(turn.tx, window_id), running.standing_of(turn.tx, window_id)
    if found is None or drawn is None:
        turn.reply(turn.say("draw.gone"), (turn.button("start.browse", "browse"),))
        return
    lines = [
        turn.say(
            "draw.how", id=window_id, n=applications.count(turn.tx, window_id), commitment=drawn.commitment
        )
    ]
    if drawn.list_hash:
        lines.append(turn.say("draw.how_list", hash=drawn.list_hash))
    lines.append(
        turn.say("draw.waiting", draws=_draws(turn, found)) if found.by_lot else turn.say("draw.published")
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


def _draws(turn: Turn, found: Window) -> str:
    return draws_words(found, turn.lang, turn.now, turn.town.zone)
