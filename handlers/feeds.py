"""订阅日历: the secret address of one's own calendar, and which reminders come for which class."""

from __future__ import annotations

from handlers import other
from handlers.routes import Routes, action, number, word
from handlers.turn import Turn
from services import excusing, feeds, learning
from services.message import Button

routes = Routes()


@routes.command("feed", "订阅日历", "日历订阅", "手机日历", "calendar feed")
def feed(turn: Turn) -> None:
    """The address, made when it is first asked for."""
    _show(turn, new=False)


@routes.tap("feed")
def feed_tapped(turn: Turn) -> None:
    """The same by a tap."""
    _show(turn, new=False)


@routes.tap("feed_new")
def renewed(turn: Turn) -> None:
    """Another address; the old one leads nowhere."""
    _show(turn, new=True)


@routes.tap("feed_off")
def closed(turn: Turn) -> None:
    """No address any more."""
    turn.state.settle()
    done = feeds.close(turn.tx, turn.town, turn.person.person_id)
    turn.reply(turn.say("feed.closed" if done else "feed.none"), (turn.button("feed.again", "feed"),))


def _show(turn: Turn, *, new: bool) -> None:
    turn.state.settle()
    if not turn.town.public_url:
        turn.reply(turn.say("feed.nowhere"), (turn.button("enrol.mine", "my"),))
        return
    person_id = turn.person.person_id
    address = None if new else feeds.address(turn.tx, turn.town, person_id)
    if address is None:
        address = feeds.make(turn.tx, turn.town, person_id)
    turn.reply(
        turn.say("feed.renewed" if new else "feed.address", address=address),
        (turn.button("feed.new", "feed_new"), turn.button("feed.off", "feed_off")), lasting=True,
    )  # fmt: skip


@routes.command("class_reminders", "按班提醒", "每个班的提醒", "reminders by class")
def by_class(turn: Turn) -> None:
    """Which class?"""
    turn.state.settle()
    places = learning.own_places(turn.tx, turn.person.person_id, turn.now)
    rows = [
        row
        for place in places
        if place.state == "enrolled"
        and (row := excusing.own_class(turn.tx, turn.person.person_id, place.id)) is not None
    ]
    if not rows:
        turn.reply(turn.say("feed.no_class"), (turn.button("start.browse", "browse"),))
        return
    turn.reply(
        turn.say("feed.which_class"),
        *(
            (Button(f"{n} {row.title}", action("class_remind", row.id), number=n),)
            for n, row in enumerate(rows[:8], 1)
        ),
    )


@routes.tap("class_remind_list")
def by_class_tapped(turn: Turn) -> None:
    """The same by a tap."""
    by_class(turn)


@routes.tap("class_remind", number)
def one_class(turn: Turn, enrolment_id: int) -> None:
    """How shall one be reminded of this class?"""
    row = excusing.own_class(turn.tx, turn.person.person_id, enrolment_id)
    if row is None:
        other.stale(turn, turn.say("excuse.not_in"), turn.button("enrol.mine", "my"))
        return
    now = excusing.reminded(row)
    turn.reply(
        turn.say("feed.class_now", title=row.title, how=turn.say(f"feed.remind_{now}")),
        *(
            (turn.button(f"feed.remind_{how}", action("class_remind_set", enrolment_id, how)),)
            for how in excusing.HOW
            if how != now
        ),
    )


@routes.tap("class_remind_set", number, word)
def chosen(turn: Turn, enrolment_id: int, how: str) -> None:
    """Keep it."""
    row = excusing.own_class(turn.tx, turn.person.person_id, enrolment_id)
    if row is None or how not in excusing.HOW:
        other.stale(turn, turn.say("excuse.not_in"), turn.button("enrol.mine", "my"))
        return
    excusing.set_class_reminders(turn.tx, turn.town, turn.person.person_id, enrolment_id, how)
    turn.reply(
        turn.say("feed.class_done", title=row.title, how=turn.say(f"feed.remind_{how}")),
        (turn.button("enrol.mine", "my"),), courses=(row.code,), lasting=True,
    )  # fmt: skip
