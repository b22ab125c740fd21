"""缴费: what one owes and has paid, also of classes that one has left; staff choose a class."""

from __future__ import annotations

from handlers import family_said, fee_fixes, fees
from handlers.fee_words import line_of
from handlers.routes import Routes, number
from handlers.turn import Turn
from services import learning, scope
from services.message import Button
from services.running import fees as accounts

routes = Routes()
routes.include(fees.routes)
routes.include(fee_fixes.routes)


@routes.command(
    "fees", "缴费", "我的缴费", "交费", "怎么缴费", "怎么交费", "怎么交钱", "在哪缴费", "在哪交钱",
    "去哪缴费", "去哪交钱", "我要缴费", "我要交费", "我要交钱", "交钱", "缴学费", "交学费", "我要交学费",
    "怎么交学费", "我的学费", "我的退费", "fees", "my fees",
)  # fmt: skip
def said(turn: Turn) -> None:
    """One's own accounts; staff are told how to open those of a class."""
    turn.state.settle()
    me = turn.person.person_id
    places = [place.id for place in learning.own_places(turn.tx, me, turn.now)]
    places += accounts.left_places(turn.tx, me)
    lines = [line for place in places if (line := line_of(turn, place, titled=True))]
    lines += [
        turn.say("family.of_line", name=one.of.label, line=line)
        for one in family_said.anybody(turn)
        if (line := line_of(turn, one.row.id, titled=True))
    ]
    if lines:
        lines.insert(0, turn.say("fees.own"))
    if scope.units_run(turn.tx, me):
        _which_class(turn, lines, 0)
    elif lines:
        turn.reply("\n".join(lines), (turn.button("enrol.mine", "my"),))
    else:
        turn.reply(turn.say("fees.none"), (turn.button("enrol.mine", "my"),))


@routes.tap("fees_page", number)
def page(turn: Turn, offset: int) -> None:
    """A later page of the classes that cost something."""
    _which_class(turn, [], offset)


def _which_class(turn: Turn, lines: list[str], offset: int) -> None:
    """For staff: the classes of which a payment may be noted, by a tap or by the code."""
    turn.state.settle()
    rows = list({
        row.id: row
        for path in scope.own_paths(turn.tx, turn.person.person_id, scope.EDITING)
        for row in turn.tx.all(accounts.COSTING, path=path, now=turn.now)
    }.values())  # fmt: skip
    buttons: list[tuple[Button, ...]] = [
        (Button(f"{n} {row.title}（{row.code}）", f"fees:{row.id}:0", number=n),)
        for n, row in enumerate(rows[offset : offset + turn.page], offset + 1)
    ]
    if offset + turn.page < len(rows):
        buttons.append((turn.button("search.next", f"fees_page:{offset + turn.page}"),))
    turn.reply("\n".join([*lines, turn.say("fees.staff" if buttons else "fees.staff_none")]), *buttons)
