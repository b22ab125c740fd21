"""我的志愿: what one has asked for, put in order, changed and taken back until it is closed."""

from __future__ import annotations

import re

from handlers import applied_words, applying, other
from handlers.family_words import labelled
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.wordings import titles, when_words
from handlers.yes_no import is_no, is_yes
from models.statement import Row
from services import classes
from services.message import Button
from services.windows import applications, reading
from services.windows import applying as asking
from services.windows.reading import Window

routes = Routes()
_RANK = {**{c: n for n, c in enumerate("一二三", 1)}, "1": 1, "2": 2, "3": 3}
# 第三志愿改成第一志愿, 第二放第一
_MOVED = re.compile(
    r"第?([一二三123])志?愿?(?:改|换|调|挪|放|排|移)(?:成|到|为|在|去)?第?([一二三123])(?:志愿)?"
)
_DROPPED = re.compile(r"(?:去掉|删掉|删去|不要|取消)第?([一二三123])(?:志愿)?")


@routes.command(
    "wishes", "我的志愿", "志愿", "改志愿", "我的登记", "撤回登记", "撤回", "撤回志愿", "换志愿",
    "修改志愿", "取消登记", "退出登记", "退出抽签", "my wishes",
)  # fmt: skip
@routes.intent("wishes")
def said(turn: Turn) -> None:
    """What one has asked for and does not know yet."""
    shown(turn)


@routes.tap("wishes")
def shown(turn: Turn) -> None:
    """The wishes in their order, each with what can be done about it."""
    turn.state.settle()
    turn.state.at("wishes")
    mine = applied_words.asked_for(turn, labelled(turn))
    if not mine:
        turn.reply(turn.say("wishes.none"), (turn.button("start.browse", "browse"),))
        return
    lines: list[str] = []
    buttons: list[tuple[Button, ...]] = []
    codes: list[str] = []
    for of, row in mine:
        if of:
            lines.append(turn.say("family.of", name=of))
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
    draws = applying.draws(turn, found)
    wished = applications.wishes(turn.tx, row.id)
    lines.append(turn.say("wishes.heading", draws=draws))
    rows = classes.some_classes(turn.tx, [wish.offering_id for wish in wished], turn.now)
    # parallel classes have one title, and which of them is moved is to be seen
    named = list(zip(wished, titles(turn, rows), strict=True))
    for wish, asked in zip(wished, rows, strict=True):
        lines.append(
            turn.say(
                "wishes.item",
                rank=applying.rank_words(turn, wish.rank),
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
    if len(named) > 1:
        buttons += [
            # the place itself, so that a second tap moves nothing more
            (turn.button("wishes.up", f"wish_to:{row.id}:{wish.offering_id}:{place}", title=title),)
            for place, (wish, title) in enumerate(named[1:], 1)
        ]
        buttons += [
            (turn.button("wishes.drop", f"wish_drop:{row.id}:{wish.offering_id}", title=title),)
            for wish, title in named
        ]
    buttons.append(
        (turn.button("wishes.leave", f"wish_leave:{row.id}"), turn.button("window.how", f"draw:{found.id}"))
    )


@routes.step("wishes")
def changed_in_words(turn: Turn) -> bool:
    """第二志愿改成第一志愿, 去掉第三志愿."""
    text = turn.text.replace(" ", "")
    moved, dropped = _MOVED.search(text), _DROPPED.search(text)
    if not (moved or dropped):
        return False
    mine = [row for row in applications.own(turn.tx, turn.person.person_id) if row.state == "applied"]
    if not mine:
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


def typed(turn: Turn, said: str) -> bool:
    """The same at any time, where the word itself is said."""
    return "志愿" in said and bool(changed_in_words(turn))


@routes.tap("wish_to", number, number, number)
def up(turn: Turn, application_id: int, offering_id: int, place: int) -> None:
    """Up to this place; where it stands there or before it already, nothing is moved."""
    order = [wish.offering_id for wish in applications.wishes(turn.tx, application_id)]
    if place and offering_id in order[place:]:
        order.remove(offering_id)
        order.insert(place - 1, offering_id)
    _change(turn, application_id, order)


@routes.tap("wish_drop", number, number)
def drop(turn: Turn, application_id: int, offering_id: int) -> None:
    """Take a wish out; the last one is the registration itself."""
    order = [wish.offering_id for wish in applications.wishes(turn.tx, application_id)]
    if order == [offering_id]:
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
    asking.reorder(turn.tx, turn.town, mine, order, f"person:{turn.person.person_id}")
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
    asking.withdraw(turn.tx, turn.town, mine, f"person:{turn.person.person_id}", "self")
    turn.reply(
        turn.say("wishes.left"),
        (turn.button("start.browse", "browse"), turn.button("enrol.mine", "my")),
        lasting=True,
    )


def _mine(turn: Turn, application_id: int) -> Row:
    """The own application if it can still be changed; otherwise why not is told."""
    whose = _whose(turn, application_id)
    mine = asking.open_to_change(turn.tx, turn.town, application_id, whose)
    if mine is not None:
        return mine
    row = turn.tx.one(applications.BY_ID, id=application_id)
    own = row is not None and row.person_id == whose and row.state == "applied"
    found = reading.window(turn.tx, row.window_id) if own else None
    if found is not None:
        text = turn.say("wishes.closed", draws=applying.draws(turn, found))
        turn.reply(text, (turn.button("window.how", f"draw:{found.id}"),))
    else:
        other.stale(turn, turn.say("wishes.gone"), turn.button("window.wishes", "wishes"))
    return None


def _whose(turn: Turn, application_id: int) -> int:
    """A child's, if it is one of one's own; otherwise it could only be one's own."""
    row = turn.tx.one(applications.BY_ID, id=application_id)
    me = turn.person.person_id
    if row is None or row.person_id == me:
        return me
    children = [one.person_id for one in labelled(turn) if one.kind == "child"]
    return int(row.person_id) if row.person_id in children else me
