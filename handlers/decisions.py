"""开班确认: staff decide about a class that too few have joined: held all the same, merged, or cancelled."""

from __future__ import annotations

from handlers import other
from handlers.changes import named
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.wordings import when_words
from handlers.yes_no import is_no, is_yes
from models.statement import Row
from services import classes, scope
from services.enrolling.refusal import Refused
from services.message import Button
from services.running import deciding, minimum, parallel
from services.running.merge import room_needed
from services.telling import count_affected
from services.windows import reading

routes = Routes()


@routes.command("decide", "开班确认", "开班人数", "人数不够的班", "too few")
def said(turn: Turn) -> None:
    """The classes that wait for a decision."""
    turn.state.settle()
    units = scope.units_run(turn.tx, turn.person.person_id)
    if not units:
        turn.reply(turn.say("decide.no_role"), (turn.button("start.browse", "browse"),))
        return
    rows = minimum.waiting_for(turn.tx, units)[: turn.page]
    if not rows:
        turn.reply(turn.say("decide.none"))
        return
    found = classes.some_classes(turn.tx, [row.offering_id for row in rows], turn.now)
    turn.reply(
        turn.say("decide.list"),
        *(
            (Button(f"{n} {row.title}（{row.code}）", f"decide:{row.id}", number=n),)
            for n, row in enumerate(found, 1)
        ),
        courses=tuple(row.code for row in found),
    )


@routes.tap("decide", number)
def one(turn: Turn, offering_id: int) -> None:
    """The three ways for one class."""
    row = _own(turn, offering_id)
    if row is None:
        return
    least = minimum.minimum_of(turn.tx, offering_id)
    if least is None:
        _decided(turn)
        return
    turn.reply(
        turn.say("decide.ask", title=row.title, code=row.code, n=least.enrolled, least=least.min_enrolled),
        (turn.button("decide.keep", f"decide_keep:{row.id}"),),
        (turn.button("decide.merge", f"decide_merge:{row.id}"),),
        (turn.button("decide.cancel", f"decide_cancel:{row.id}"),),
        courses=(row.code,),
    )


@routes.tap("decide_keep", number)
def keep(turn: Turn, offering_id: int) -> None:
    """照常开班."""
    row = _own(turn, offering_id)
    if row is None:
        return
    done = deciding.keep(turn.tx, turn.town, offering_id, actor=_actor(turn))
    if isinstance(done, Refused):
        _decided(turn)
        return
    turn.state.settle()
    turn.reply(turn.say("decide.kept", title=row.title, told=done.told), courses=(row.code,), lasting=True)


@routes.tap("decide_merge", number)
def merge(turn: Turn, offering_id: int) -> None:
    """并班: into which of the parallel classes with room."""
    row = _own(turn, offering_id)
    if row is None:
        return
    if row.status != "open":
        _decided(turn)
        return
    turn.state.settle()
    drawn = reading.by_lot(turn.tx, row)
    # nobody goes into or out of a class whose seats are still to be drawn
    others = [
        other
        for other in parallel.parallels(turn.tx, turn.town, row.id)
        if not drawn and not reading.by_lot(turn.tx, other)
    ]
    fits = [other for other in others if _has_room(turn, row, other)][: turn.page]
    if not fits:
        key = "decide.merge_drawn" if drawn else "decide.no_room" if others else "decide.no_parallel"
        turn.reply(
            turn.say(key, title=row.title),
            (turn.button("decide.keep", f"decide_keep:{row.id}"),),
            (turn.button("decide.cancel", f"decide_cancel:{row.id}"),),
            courses=(row.code,),
        )
        return
    turn.state.ask("decide.into", id=row.id, ids=[other.id for other in fits])
    turn.reply(
        turn.say("decide.into", title=row.title, code=row.code),
        *(
            (
                Button(
                    f"{n} {other.code} {when_words(turn, other)}",
                    f"decide_into:{row.id}:{other.id}",
                    number=n,
                ),
            )
            for n, other in enumerate(fits, 1)
        ),
        courses=(row.code, *(other.code for other in fits)),
    )


@routes.step("decide.into")
def into_said(turn: Turn) -> bool:
    """Into which, by its code or its day."""
    data = turn.state.data
    if is_no(turn.text, "先不", "等等", "不并", "不并了"):
        leave(turn)
        return True
    other = named(turn, classes.some_classes(turn.tx, [int(one) for one in data["ids"]], turn.now))
    if other is None:
        return False
    sure_merge(turn, int(data["id"]), other.id)
    return True


@routes.tap("decide_into", number, number)
def sure_merge(turn: Turn, offering_id: int, into: int) -> None:
    """Say how many will be told, and ask once."""
    row, other = _own(turn, offering_id), classes.one_class(turn.tx, into, turn.now)
    if row is None or other is None:
        return
    if row.status != "open":
        _decided(turn)
        return
    turn.state.ask("decide", id=offering_id, into=into)
    people = count_affected(turn.tx, offering_id, waiting=True)
    turn.reply(
        turn.say("decide.sure_merge", code=row.code, into=other.code, when=when_words(turn, other), n=people),
        (
            turn.button("decide.yes_merge", f"decide_go:{offering_id}:{into}"),
            turn.button("decide.no", "decide_no"),
        ),
        courses=(row.code, other.code),
    )


@routes.tap("decide_cancel", number)
def sure_cancel(turn: Turn, offering_id: int) -> None:
    """The same before a class is cancelled."""
    row = _own(turn, offering_id)
    if row is None:
        return
    if row.status != "open":
        _decided(turn)
        return
    turn.state.ask("decide", id=offering_id, into=0)
    people = count_affected(turn.tx, offering_id, waiting=True)
    turn.reply(
        turn.say("decide.sure_cancel", title=row.title, code=row.code, n=people),
        (
            turn.button("decide.yes_cancel", f"decide_go:{offering_id}:0"),
            turn.button("decide.no", "decide_no"),
        ),
        courses=(row.code,),
    )


@routes.step("decide")
def answered(turn: Turn) -> bool:
    """Yes or no in words."""
    if is_yes(turn.text, "确认并班", "确认取消"):
        go(turn, int(turn.state.data["id"]), int(turn.state.data["into"]))
    elif is_no(turn.text, "先不", "等等"):
        leave(turn)
    else:
        return False
    return True


@routes.tap("decide_no")
def leave(turn: Turn) -> None:
    """Nothing is decided yet."""
    if other.past(turn, "decide"):
        return
    turn.state.settle()
    turn.reply(turn.say("decide.left"))


@routes.tap("decide_go", number, number)
def go(turn: Turn, offering_id: int, into: int) -> None:
    """Merge, or cancel where there is no other class; a button of long ago asks again."""
    data = turn.state.data
    if turn.state.step != "decide" or (data.get("id"), data.get("into")) != (offering_id, into):
        if into:
            sure_merge(turn, offering_id, into)
        else:
            sure_cancel(turn, offering_id)
        return
    turn.state.settle()
    row = _own(turn, offering_id)
    if row is None:
        return
    if into and _own(turn, into) is None:
        return
    if into:
        _merge(turn, row, into)
        return
    reason = turn.say("decide.reason")
    done = deciding.cancel(turn.tx, turn.town, offering_id, reason=reason, actor=_actor(turn))
    if isinstance(done, Refused):
        _decided(turn)
        return
    text = turn.say("decide.cancelled", title=row.title, told=done.told, n=done.affected)
    turn.reply(text, courses=(row.code,), lasting=True)


def _merge(turn: Turn, row: Row, into: int) -> None:
    done = deciding.merge_into(turn.tx, turn.town, row.id, into, actor=_actor(turn))
    if isinstance(done, Refused):
        turn.reply(turn.say(f"decide.{done.code}", **{"title": row.title, **done.values}))
        return
    other = classes.one_class(turn.tx, into, turn.now)
    turn.reply(
        turn.say(
            "decide.merged", code=row.code, into=other.code, seated=done.seated, waiting=done.waiting,
            told=done.told,
        ),
        courses=(row.code, other.code),
        lasting=True,
    )  # fmt: skip


def _has_room(turn: Turn, row: Row, other: Row) -> bool:
    left = classes.seats_left(other)
    return left is None or left >= room_needed(turn.tx, row.id, other.id)


def _decided(turn: Turn) -> None:
    """It was decided before, perhaps by a colleague."""
    other.stale(turn, turn.say("decide.done"))


def _own(turn: Turn, offering_id: int) -> Row:
    row = classes.one_class(turn.tx, offering_id, turn.now)
    if row is None or not scope.acts_for(turn.tx, turn.person.person_id, scope.EDITING, offering_id):
        other.stale(turn, turn.say("decide.no_role"), turn.button("start.browse", "browse"))
        return None
    return row


def _actor(turn: Turn) -> str:
    return f"person:{turn.person.person_id}"
