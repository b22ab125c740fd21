"""报名安排: for which class or school, chosen from those to come by a tap, a code or a title."""

from __future__ import annotations

from handlers import window_draft, window_set
from handlers.routes import Routes, number
from handlers.turn import Turn
from services import classes, scope
from services.message import Button
from services.windows import setting

routes = Routes()
routes.include(window_set.routes)


@routes.command("window", "报名安排", "设报名安排", "报名方式", "how seats are given")
def listed(turn: Turn) -> None:
    """The classes to come that one may set, and whole schools."""
    page(turn, 0)


@routes.tap("winset_page", number)
def page(turn: Turn, offset: int) -> None:
    """A page of them."""
    turn.state.settle()
    units = scope.own_units(turn.tx, turn.person.person_id, scope.EDITING)
    if not units:
        turn.reply(turn.say("winset.not_staff"), (turn.button("start.browse", "browse"),))
        return
    ids = _to_come(turn)
    rows = classes.some_classes(turn.tx, ids[offset : offset + turn.page], turn.now)
    if not rows:
        turn.reply(turn.say("winset.none"))
        return
    turn.state.at(f"winset_page:{offset}")
    turn.state.ask("winset.which")
    buttons: list[tuple[Button, ...]] = [
        (Button(f"{n} {row.title}（{row.code}）", f"winset:{row.id}", number=n),)
        for n, row in enumerate(rows, offset + 1)
    ]
    if offset + turn.page < len(ids):
        buttons.append((turn.button("search.next", f"winset_page:{offset + turn.page}"),))
    buttons += [
        (turn.button("winset.all", f"winset_unit:{unit.id}", unit=unit.name),)
        for unit in units[:2]
        if len(ids) > 1
    ]
    turn.reply(turn.say("winset.which"), *buttons, courses=tuple(row.code for row in rows))


@routes.tap("winset", number)
def of_class(turn: Turn, offering_id: int) -> None:
    """How this class gives its seats now, and the three ways."""
    row = classes.one_class(turn.tx, offering_id, turn.now)
    target = None if row is None else window_draft.target(turn, row.code)
    if target is None:
        window_set.not_staff(turn)
    else:
        window_set.modes(turn, target)


@routes.tap("winset_unit", number)
def of_unit(turn: Turn, unit_id: int) -> None:
    """The same for all classes to come of a school."""
    unit = scope.unit_by_id(turn.tx, unit_id)
    target = None if unit is None else window_draft.target(turn, unit.code)
    if target is None:
        window_set.not_staff(turn)
    else:
        window_set.modes(turn, target)


@routes.step("winset.which")
def which_said(turn: Turn) -> bool:
    """A class by its code or title, where only one is meant."""
    said = turn.text.strip().casefold()
    rows = classes.some_classes(turn.tx, _to_come(turn), turn.now) if len(said) > 1 else []
    found = [row for row in rows if said == row.code.casefold()]
    found = found or [row for row in rows if said in row.title.casefold()]
    if len(found) != 1:
        return False
    of_class(turn, found[0].id)
    return True


def _to_come(turn: Turn) -> list[int]:
    """The classes to come that one may set, in their order."""
    return list(dict.fromkeys(
        row.id
        for path in scope.own_paths(turn.tx, turn.person.person_id, scope.EDITING)
        for row in turn.tx.all(setting.TO_COME, path=path, now=turn.now)
    ))  # fmt: skip


def step_back(turn: Turn) -> None:
    """上一步: from the draft to the three ways, from these to the list."""
    target = window_set.target_of(turn) if window_draft.kept(turn) is not None else None
    if target is not None:
        window_set.modes(turn, target)
    else:
        listed(turn)
