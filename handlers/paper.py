"""代报: staff enrol people without a phone: class, names one a line, a repeat-back, slips to print."""

from handlers import card, desk, staff_words
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.wordings import age_words
from handlers.yes_no import is_no, is_yes
from models.statement import Row
from services import classes
from services.enrolling import gates
from services.paper.clerks import clerk
from services.paper.enrolling import Clerk, enrol_list
from services.paper.names import Line, from_text
from services.paper.slips import slips
from services.paper.wording import outcome

routes = Routes()
routes.include(desk.routes)
# as many as one turn enrols within its time
MOST = 30
LEAVES = ("不报", "不报了", "先不报", "取消代报")


@routes.command(
    "paper", "代报", "代报名", "代报名单", "纸质报名", "纸质名单", "集中报名", "替居民报名", "enrol a list"
)
@routes.intent("paper_list")
def said(turn: Turn) -> None:
    """For the class on the screen."""
    turn.state.settle()
    if _clerk(turn) is None:
        turn.reply(turn.say("paper.not_staff"), (turn.button("family.enrol", "family:0"),))
    elif turn.state.focus:
        begin(turn, turn.state.focus)
    else:
        turn.reply(turn.say("paper.which"), (turn.button("start.browse", "browse"),))


@routes.tap("paper", number)
def begin(turn: Turn, offering_id: int) -> None:
    """Ask for the names."""
    row = classes.one_class(turn.tx, offering_id, turn.now)
    if _clerk(turn) is None:
        turn.reply(turn.say("paper.not_staff"))
    elif row is None:
        card.gone(turn)
    else:
        turn.state.ask("paper.names", id=offering_id)
        ages = turn.say("paper.ask_ages", ages=age_words(turn, row)) if gates.asks_age(row) else ""
        turn.reply(
            turn.say("paper.ask", title=row.title, ages=ages),
            (turn.button("paper.no", "paper_no"),),
            courses=(row.code,),
        )


@routes.step("paper.names")
def names_said(turn: Turn) -> bool:
    """The list as it was typed; 缴费 SF01 is an act of staff and nobody's name."""
    if staff_words.typed(turn, turn.text.strip()):
        return True
    if is_no(turn.text, *LEAVES):
        stop(turn)
        return True
    lines = from_text(turn.text)
    good = [line for line in lines if line.good]
    row = classes.one_class(turn.tx, int(turn.state.data["id"]), turn.now)
    if row is None or _clerk(turn) is None:
        turn.state.settle()
        card.gone(turn)
    elif len(lines) > MOST:
        turn.reply(turn.say("paper.too_many", most=MOST))
    elif not good:
        turn.reply(turn.say("paper.ask_more"))
    else:
        turn.state.ask("paper.last", id=row.id, names=[[line.number, line.name, line.age] for line in good])
        text = turn.say(
            "paper.back", n=len(good), title=row.title,
            names=turn.say("other.between").join(line.name for line in good),
        )  # fmt: skip
        text = "\n".join([text, *_doubts(turn, row, lines)])
        turn.reply(
            text,
            (turn.button("paper.yes", f"paper_ok:{row.id}"),),
            (turn.button("paper.no", "paper_no"),),
            courses=(row.code,),
        )
    return True


def _doubts(turn: Turn, row: Row, lines: list[Line]) -> list[str]:
    """What will not be enrolled as it is written, so that it can still be put right."""
    good = [line for line in lines if line.good]
    named = [line.name for line in good]
    found = (
        ("paper.back_ageless", [line.name for line in good if gates.asks_age(row) and line.age is None]),
        ("paper.back_twice", [name for name in dict.fromkeys(named) if named.count(name) > 1]),
        ("paper.back_bad", [line.name for line in lines if not line.good]),
    )
    between = turn.say("other.between")
    return [turn.say(key, names=between.join(names)) for key, names in found if names]


@routes.step("paper.last")
def last_said(turn: Turn) -> bool:
    """The last word; another list takes the place of the first."""
    if is_yes(turn.text, "确认代报", "没错", "报", "报吧"):
        confirmed(turn, int(turn.state.data["id"]))
    elif is_no(turn.text, *LEAVES):
        stop(turn)
    elif _another(turn.text):
        names_said(turn)
    else:
        return False
    return True


def _another(said: str) -> bool:
    """Whether this is a list anew: several names, or one with an age."""
    lines = [line for line in from_text(said) if line.good]
    return len(lines) > 1 or any(line.age is not None for line in lines)


@routes.tap("paper_no")
def stop(turn: Turn) -> None:
    """Not after all."""
    turn.state.settle()
    turn.reply(turn.say("paper.stopped"), (turn.button("start.browse", "browse"),))


@routes.tap("paper_ok", number)
def confirmed(turn: Turn, offering_id: int) -> None:
    """Enrol them in their order, and give the slips."""
    data = turn.state.data
    who = _clerk(turn)
    row = classes.one_class(turn.tx, offering_id, turn.now)
    if turn.state.step != "paper.last" or data.get("id") != offering_id or who is None or row is None:
        turn.reply(turn.say("other.stale"))
        return
    turn.state.settle()
    lines = [Line(at, str(name), age) for at, name, age in data["names"]]
    by = turn.person.name or who.name
    mine = Clerk(turn.person.person_id, turn.person.account_id, by or who.unit, who.unit_id)
    entries = enrol_list(turn.tx, turn.town, row, lines, mine)
    counted = {
        state: sum(entry.state == state for entry in entries) for state in ("enrolled", "waiting", "refused")
    }
    told = [
        turn.say("paper.line", n=at, name=entry.name, outcome=outcome(entry, row, turn.say, turn.town))
        for at, entry in enumerate(entries, 1)
    ]
    row = classes.one_class(turn.tx, offering_id, turn.now)
    document = slips(turn.tx, turn.town, row, entries, turn.say, by=by, unit=who.unit)
    said = [turn.say("paper.done", title=row.title, lines="\n".join(told), **counted)]
    if counted["refused"] < len(entries):
        said.append(turn.say("paper.done_slips"))
    if counted["refused"]:
        said.append(turn.say("paper.done_again"))
    turn.reply(
        "\n".join(said),
        (turn.button("paper.more", f"paper:{row.id}"), turn.button("start.mine", "my")),
        courses=(row.code,),
        document=document if counted["refused"] < len(entries) else None,
        lasting=True,
    )


def _clerk(turn: Turn) -> Row:
    """The unit for which the speaker may bring lists, asked anew at each act; None for others."""
    return clerk(turn.tx, turn.person.person_id)
