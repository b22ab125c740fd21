"""我的学时: one's own hours and credits, by kind and by class."""

from __future__ import annotations

from datetime import datetime

from handlers.routes import Routes
from handlers.turn import Turn
from services.attending import crediting

routes = Routes()
MOST_CLASSES = 6
FIRST = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


@routes.command("hours", "我的学时", "学时", "学分", "我的学分", "my hours", "credits")
def said(turn: Turn) -> None:
    """All hours, those of this year, the credits, each kind."""
    turn.state.settle()
    turn.state.at("hours")
    now, person_id = turn.now, turn.person.person_id
    january = now.astimezone(turn.town.zone).replace(
        month=1, day=1, hour=0, minute=0, second=0, microsecond=0
    )
    every = crediting.learnt(turn.tx, person_id, FIRST, now)
    if not every.hours:
        turn.reply(
            turn.say("hours.none"),
            (turn.button("enrol.mine", "my"), turn.button("start.browse", "browse")),
        )
        return
    year = crediting.learnt(turn.tx, person_id, january, now)
    say = crediting.say_hundredths
    lines = [
        turn.say("hours.all", hours=say(every.hours), credits=say(every.credits), times=len(every.sessions)),
        turn.say("hours.year", hours=say(year.hours), times=len(year.sessions)),
    ]
    lines += [
        turn.say("hours.kind", kind=turn.say(f"kind.{kind}"), hours=say(n))
        for kind, n in sorted(every.kinds.items(), key=lambda item: -item[1])
    ]
    if not turn.person.big:
        lines.append(turn.say("hours.by_class"))
        by_class = sorted(every.classes.items(), key=lambda item: -item[1])[:MOST_CLASSES]
        lines += [turn.say("hours.class", title=title, hours=say(n)) for title, n in by_class]
    lines.append(turn.say("hours.how"))
    turn.reply(
        "\n".join(lines),
        (turn.button("card_of_year.button", "learning_card"), turn.button("enrol.mine", "my")),
    )


@routes.tap("hours")
def tapped(turn: Turn) -> None:
    """The same by a tap."""
    said(turn)
