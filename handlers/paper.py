"""代报: staff enrol people without a phone: class, names or a sheet of them, a repeat-back, slips."""

from handlers import card, desk, other, staff_words
from handlers.incoming import Kind
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.wordings import age_words
from handlers.yes_no import is_no, is_yes
from models.statement import Row
from services import classes
from services.enrolling import gates
from services.importing.door import ENDINGS
from services.message import Button
from services.paper.clerks import clerk
from services.paper.corrections import corrected
from services.paper.enrolling import Clerk, Entry, enrol_list, of_age
from services.paper.names import MOST_LINES, Line, from_text, too_much
from services.paper.sheet import from_sheet, names_this
from services.paper.slips import slips
from services.paper.wording import outcome
from services.sheets.problems import SheetError

routes = Routes()
routes.include(desk.routes)
# as many as one turn enrols within its time; whoever stands further down comes with the next yes
AT_ONCE = 30
# names that are told with each reason
MOST_TOLD = 20
LEAVES = ("不报", "不报了", "先不报", "取消代报")
# said before the list itself
COMING = ("收到", "马上", "马上发", "稍等", "等一下", "等等", "等会儿", "one moment")


@routes.command(
    "paper", "代报", "代报名", "代报名单", "纸质报名", "纸质名单", "集中报名", "替居民报名", "enrol a list"
)
@routes.intent("paper_list")
def said(turn: Turn) -> None:
    """For the class on the screen, or the one that is then found."""
    turn.state.settle()
    if _clerk(turn) is None:
        turn.reply(turn.say("paper.not_staff"), (turn.button("family.enrol", "family:0"),))
    elif turn.state.focus:
        begin(turn, turn.state.focus)
    else:
        turn.state.acting = {"kind": "paper"}
        turn.reply(turn.say("paper.which"), (turn.button("start.browse", "browse"),))


def for_whom(turn: Turn, said: str) -> bool:
    """代报 太极拳: what is then found is for a list; 代报 XX99 names no class. False: look for it."""
    if _clerk(turn) is None:
        return False
    turn.state.settle()
    turn.state.acting = {"kind": "paper"}
    if not said.isascii():
        return False
    turn.reply(turn.say("paper.no_such", code=said), (turn.button("start.browse", "browse"),))
    return True


@routes.tap("paper", number)
def begin(turn: Turn, offering_id: int) -> None:
    """Ask for the names."""
    row = classes.one_class(turn.tx, offering_id, turn.now)
    turn.state.acting = {}
    if _clerk(turn) is None:
        other.stale(turn, turn.say("paper.not_staff"))
    elif row is None:
        card.gone(turn)
    else:
        turn.state.ask("paper.names", id=offering_id)
        ages = turn.say("paper.ask_ages", ages=age_words(turn, row)) + "\n" if gates.asks_age(row) else ""
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
    if is_yes(turn.text, *COMING):
        turn.keeps_choices = True
        turn.reply(turn.say("paper.ask_more"))
        return True
    _read_back(turn, from_text(turn.text), numbers=too_much(turn.text))
    return True


def received(turn: Turn) -> bool:
    """The sheet of names that was asked for, or instead of the one that was read back."""
    if turn.incoming.kind is not Kind.FILE or turn.state.step not in ("paper.names", "paper.last"):
        return False
    file = turn.incoming.attached
    if file is None or not file.name.lower().endswith(ENDINGS):
        turn.keeps_choices = True
        turn.reply(turn.say("paper.no_sheet"))
    elif file.content is None:
        turn.reply(turn.say("door.too_big" if file.problem == "too_big" else "door.lost"))
    elif turn.incoming.sheet is not None and turn.incoming.sheet.people:  # read on the way in
        _read_back(turn, list(turn.incoming.sheet.people))
    else:
        try:
            lines = from_sheet(file.content, file.name)
        except SheetError as error:
            why = error.text_en if turn.lang == "en" else error.text_zh
            turn.reply(f"{why}\n{turn.say('paper.again')}")
        else:
            _read_back(turn, lines)
    return True


def _read_back(turn: Turn, lines: list[Line], *, numbers: bool = False) -> None:
    """Who will be enrolled and who will not as it is written, before anybody is."""
    row = classes.one_class(turn.tx, int(turn.state.data["id"]), turn.now)
    if row is None or _clerk(turn) is None:
        turn.state.settle()
        card.gone(turn)
        return
    good = [line for line in lines if _fits(line, row)]
    if len(lines) > MOST_LINES:
        turn.reply(turn.say("paper.too_many", most=MOST_LINES))
        return
    said = [turn.say("paper.numbers")] if numbers else []
    if not good:
        others = any(line.good and line.sure for line in lines)  # people, but of another class
        first = turn.say("paper.back_no_one", title=row.title) if others else turn.say("paper.ask_more")
        turn.reply("\n".join([*said, first, *_doubts(turn, row, lines)]))
        return
    _keep(turn, row, good)
    names = list(dict.fromkeys(line.name for line in good))
    said.append(
        turn.say("paper.back", n=len(names), title=row.title, names=turn.say("other.between").join(names))
    )
    said += _doubts(turn, row, lines)
    fitting = _fitting(row, good)
    if len(fitting) < len(names):
        key = "paper.back_fit" if fitting else "paper.back_none"
        said.append(turn.say(key, n=len(fitting), names=turn.say("other.between").join(fitting)))
    if len(good) > AT_ONCE:
        said.append(turn.say("paper.in_parts", n=AT_ONCE))
    ways = _yes_or_no(turn, row)
    turn.reply("\n".join(said), *(ways if fitting else ways[1:]), courses=(row.code,))


def _keep(turn: Turn, row: Row, lines: list[Line]) -> None:
    turn.state.ask("paper.last", id=row.id, names=[[line.number, line.name, line.age] for line in lines])


def _yes_or_no(turn: Turn, row: Row) -> tuple[tuple[Button, ...], ...]:
    return ((turn.button("paper.yes", f"paper_ok:{row.id}"),), (turn.button("paper.no", "paper_no"),))


def _fits(line: Line, row: Row) -> bool:
    return line.good and line.sure and not (line.course and not names_this(line.course, row))


def _fitting(row: Row, lines: list[Line]) -> list[str]:
    """The names of those whose age is no hindrance."""
    asked = gates.asks_age(row)
    return list(
        dict.fromkeys(line.name for line in lines if not asked or (line.age and of_age(row, line.age)))
    )


def _doubts(turn: Turn, row: Row, lines: list[Line]) -> list[str]:
    """What will not be enrolled as it is written, so that it can still be put right."""
    good = [line for line in lines if _fits(line, row)]
    named = [line.name for line in good]
    aged = [line for line in good if gates.asks_age(row)]
    found = (
        ("paper.back_ageless", [line.name for line in aged if line.age is None]),
        (
            "paper.back_not_of_age",
            [f"{line.name} {line.age}" for line in aged if line.age and not of_age(row, line.age)],
        ),
        ("paper.back_twice", [name for name in dict.fromkeys(named) if named.count(name) > 1]),
        ("paper.back_bad", [line.name[:20] for line in lines if not (line.good and line.sure)]),
        (
            "paper.back_other",
            [
                f"{line.name}（{line.course[:20]}）"
                for line in lines
                if line.good and line.sure and not _fits(line, row)
            ],
        ),
    )
    between, ages = turn.say("other.between"), age_words(turn, row)
    return [
        turn.say(key, names=between.join(names[:MOST_TOLD]), ages=ages, one=names[0])
        for key, names in found
        if names
    ]


@routes.step("paper.last")
def last_said(turn: Turn) -> bool:
    """The last word; another list takes the place of the first."""
    if is_yes(turn.text, "确认代报", "没错", "报", "报吧"):
        confirmed(turn, int(turn.state.data["id"]))
    elif is_no(turn.text, *LEAVES):
        stop(turn)
    elif (lines := corrected(_kept(turn), turn.text)) is not None:
        _read_back(turn, lines)
    elif _another(turn.text):
        names_said(turn)
    else:
        return False
    return True


def _kept(turn: Turn) -> list[Line]:
    return [Line(at, str(name), age) for at, name, age in turn.state.data["names"]]


def _another(said: str) -> bool:
    """Whether this is a list anew: several names, or one with an age."""
    lines = [line for line in from_text(said) if line.good]
    return len(lines) > 1 or any(line.age is not None for line in lines)


@routes.tap("paper_no")
def stop(turn: Turn) -> None:
    """Not after all."""
    if other.past(turn, "paper."):
        return
    turn.state.settle()
    turn.state.acting = {}
    turn.reply(turn.say("paper.stopped"), (turn.button("start.browse", "browse"),))


@routes.tap("paper_ok", number)
def confirmed(turn: Turn, offering_id: int) -> None:
    """Enrol them in their order, and give the slips."""
    data = turn.state.data
    who = _clerk(turn)
    row = classes.one_class(turn.tx, offering_id, turn.now)
    if who is None or row is None:
        other.stale(turn)
        return
    if turn.state.step != "paper.last" or data.get("id") != offering_id:
        other.stale(turn, turn.say("paper.past"), turn.button("paper.more", f"paper:{row.id}"))
        return
    lines = _kept(turn)
    turn.state.settle()
    by = turn.person.name or who.name
    mine = Clerk(turn.person.person_id, turn.person.account_id, by or who.unit, who.unit_id)
    entries = enrol_list(turn.tx, turn.town, row, lines[:AT_ONCE], mine)
    row = classes.one_class(turn.tx, offering_id, turn.now)
    if rest := lines[AT_ONCE:]:
        _keep(turn, row, rest)
    _tell(turn, row, entries, rest=len(rest), by=by, unit=who.unit)


def _tell(turn: Turn, row: Row, entries: list[Entry], *, rest: int, by: str, unit: str) -> None:
    counted = {
        state: sum(entry.state == state for entry in entries) for state in ("enrolled", "waiting", "refused")
    }
    told = [
        turn.say("paper.line", n=at, name=entry.name, outcome=outcome(entry, row, turn.say, turn.town))
        for at, entry in enumerate(entries, 1)
    ]
    document = slips(turn.tx, turn.town, row, entries, turn.say, by=by, unit=unit)
    seated = counted["refused"] < len(entries)
    said = [turn.say("paper.done", title=row.title, lines="\n".join(told), **counted)]
    if seated:
        name = next(entry.name for entry in entries if entry.state != "refused")
        said.append(turn.say("paper.done_slips", name=name))
    if rest:
        said.append(turn.say("paper.rest", n=rest))
    elif counted["refused"]:
        said.append(turn.say("paper.done_again"))
    last = (turn.button("paper.more", f"paper:{row.id}"), turn.button("start.mine", "my"))
    turn.reply(
        "\n".join(said),
        *(_yes_or_no(turn, row) if rest else (last,)),
        courses=(row.code,),
        document=document if seated else None,
        lasting=True,
    )


def _clerk(turn: Turn) -> Row:
    """The unit for which the speaker may bring lists, asked anew at each act; None for others."""
    return clerk(turn.tx, turn.person.person_id)
