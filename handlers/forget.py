"""/forget: deleting everything about oneself after seven days, which can be called off at any time before."""

from handlers import other
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.yes_no import is_no, is_yes
from models.statement import Row
from services import classes, consenting, erasing, learning
from services.message import Button
from services.phrases.when import say_moment

routes = Routes()
MOST_TITLES = 8


@routes.command("forget", "注销", "注销账号", "删除账号")
def ask(turn: Turn) -> None:
    """What goes and what stays; with classes to come, when to leave them."""
    turn.state.settle()
    if turn.person.forget_at is not None:
        _pending(turn)
        return
    turn.state.ask("forget")
    places = places_to_come(turn)
    if not places:
        turn.reply(
            turn.say("forget.sure"),
            (turn.button("forget.yes", "forget_ok:0"), turn.button("forget.no", "forget_no")),
        )
        return
    rows = classes.some_classes(turn.tx, [place.offering_id for place in places[:MOST_TITLES]], turn.now)
    titles = turn.say("other.between").join(row.title for row in rows)
    turn.reply(
        "\n".join([turn.say("forget.sure"), turn.say.count("forget.places", len(places), titles=titles)]),
        (turn.button("forget.yes_later", "forget_ok:0"),),
        (turn.button("forget.yes_now", "forget_ok:1"),),
        (turn.button("forget.no", "forget_no"),),
        courses=tuple(row.code for row in rows),
    )


@routes.tap("forget")
def ask_tapped(turn: Turn) -> None:
    """The same by a tap."""
    ask(turn)


@routes.intent("forget")
def ask_meant(turn: Turn) -> None:
    """The same in other words."""
    ask(turn)


def places_to_come(turn: Turn) -> list[Row]:
    """Living places in classes that are not over."""
    return learning.own_places(turn.tx, turn.person.person_id, turn.now)


@routes.step("forget")
def said(turn: Turn) -> bool:
    """Yes or no in words; a plain yes keeps the places until the last day."""
    if is_yes(turn.text, "注销", "确认注销", "删", "删掉"):
        confirmed(turn, 0)
    elif is_no(turn.text, "不删", "不注销"):
        kept(turn)
    else:
        return False
    return True


@routes.tap("forget_ok", number)
def confirmed(turn: Turn, leave_now: int) -> None:
    """Begin the seven days; announcements stop at once."""
    if turn.state.step != "forget":  # a second tap, or a button of long ago
        ask(turn)
        return
    turn.state.settle()
    places = places_to_come(turn)
    turn.person.forget_at = erasing.ask_to_forget(
        turn.tx, turn.town, turn.person.person_id, leave_now=leave_now == 1
    )
    turn.only_this_browser()
    when = say_moment(turn.person.forget_at, turn.lang, turn.now, turn.town.zone)
    key = "forget.begun_left" if leave_now and places else "forget.begun_later" if places else "forget.begun"
    turn.reply(
        turn.say(key, when=when),
        (turn.button("forget.stop", "forget_stop"),),
        lasting=True,
    )


@routes.tap("forget_no")
def kept(turn: Turn) -> None:
    """Not after all, before it began."""
    if other.past(turn, "forget"):
        return
    turn.state.settle()
    turn.reply(turn.say("forget.kept"), (turn.button("start.mine", "my"),))


@routes.command("keep", "取消注销", "不注销了", "不注销", "别注销", "call off")
def call_off(turn: Turn) -> None:
    """Call the erasure off."""
    turn.state.settle()
    if not erasing.keep_after_all(turn.tx, turn.town, turn.person.person_id):
        turn.reply(turn.say("forget.kept"), (turn.button("start.mine", "my"),))
        return
    turn.person.forget_at = None
    rows: list[tuple[Button, ...]] = [(turn.button("start.mine", "my"),)]
    if not consenting.given(turn.tx, turn.person.person_id, "announcements"):
        rows.append((turn.button("start.announce", "consent:announcements"),))
    turn.reply(turn.say("forget.called_off"), *rows, lasting=True)


@routes.tap("forget_stop")
def call_off_tapped(turn: Turn) -> None:
    """The same by a tap."""
    call_off(turn)


def _pending(turn: Turn) -> None:
    assert turn.person.forget_at is not None
    when = say_moment(turn.person.forget_at, turn.lang, turn.now, turn.town.zone)
    turn.reply(turn.say("forget.pending", when=when), (turn.button("forget.stop", "forget_stop"),))
