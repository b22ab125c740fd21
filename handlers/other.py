"""Kind answers to whatever is not understood, and a person to turn to."""

from sqlalchemy import bindparam, select

from handlers.routes import Routes, action, number
from handlers.turn import Turn
from handlers.wordings import language_hint
from handlers.yes_no import is_yes
from models.catalogue import org_unit
from models.statement import Row, Statement
from services import classes, inbox, learning
from services.message import Button
from services.understanding import understand
from services.understanding.meaning import Meaning

routes = Routes()
MOST_TEXT = 500
COURTESIES = frozenset({"thanks", "greeting", "settled"})
MOST_COURTESY = 8
FAREWELLS = frozenset({"再见", "拜拜", "回头见", "明天见", "下次见", "bye", "goodbye"})
# the questions that are answered with a whole letter or list
LONG_ANSWERS = frozenset({"bcast.text", "help.ask", "help.answer", "nominate", "paper.names", "survey.words"})
THINGS = frozenset({"voice", "sticker", "photo", "edited", "file"})
_UNIT = (
    org_unit.c.id, org_unit.c.path, org_unit.c.name, org_unit.c.phone, org_unit.c.desk_hours,
    org_unit.c.address,
)  # fmt: skip
# the school nearest to the resident that can be called; the college where there is none
ANY_PHONE = Statement(
    select(*_UNIT)
    .where(org_unit.c.phone != "", org_unit.c.level != "point")
    .order_by(org_unit.c.path)
    .limit(1)
)
PHONE_OF = Statement(select(*_UNIT).where(org_unit.c.id == bindparam("id"), org_unit.c.phone != ""))


def stale(turn: Turn, said: str = "", *ways: Button) -> None:
    """A button that no longer means anything; a question that is being asked stands, with its numbers.

    Every handler whose button is about what is not there any more answers by this. `said` tells more of it,
    and `ways` lead on where nothing is being asked.
    """
    tapped = turn.incoming.tap
    if turn.state.step and tapped:
        if tapped not in (action for _, action in turn.state.choices.values()):
            turn.keeps_choices = True
            turn.reply(f"{said}\n{turn.say('other.go_on')}" if said else turn.say("other.stale_now"))
            return
        turn.state.settle()  # the question itself was about what is gone
    turn.reply(
        said or turn.say("other.stale"),
        ways or (turn.button("start.browse", "browse"), turn.button("start.mine", "my")),
    )


def past(turn: Turn, *steps: str) -> bool:
    """Whether a no is tapped under a question that is no longer asked, and told so.

    That nothing was done need not be true any more.
    """
    tapped, state = turn.incoming.tap, turn.state
    if not tapped or state.step.startswith(steps) or tapped in (one[1] for one in state.choices.values()):
        return False
    said = "" if state.step else turn.say("other.past")
    stale(turn, said, turn.button("start.mine", "my"), turn.button("start.browse", "browse"))
    return True


def too_long(turn: Turn) -> None:
    """More than one can take in; a question that is being asked stands."""
    if turn.state.step:
        _stands(turn, "other.too_long_now")
    else:
        turn.reply(turn.say("other.too_long"))


def no_such_number(turn: Turn, said: str) -> None:
    """A number that was not printed."""
    turn.keeps_choices = True
    turn.reply(turn.say("other.no_such_number", n=said))


def please_choose(turn: Turn) -> None:
    """Something is being asked and the answer was not understood: the question stands."""
    turn.keeps_choices = True
    turn.reply(turn.say("other.please_choose" if turn.state.choices else "other.please_say"))


def is_courtesy(turn: Turn) -> bool:
    """谢谢 or 您好 and no more, which is no answer where a reason is asked for in one's own words."""
    if len(turn.text) > MOST_COURTESY:
        return False
    local = turn.now.astimezone(turn.town.zone)
    minute, lexicon = local.hour * 60 + local.minute, turn.town.catalogue.lexicon
    said = understand(turn.text, today=local.date(), now_minute=minute, lexicon=lexicon)
    return said.intent in COURTESIES


def _stands(turn: Turn, key: str) -> None:
    """What was sent answers nothing, and the numbers of the question go on to hold."""
    turn.keeps_choices = True
    turn.reply(turn.say(key))


def unknown_command(turn: Turn) -> None:
    """A command that we do not have."""
    if turn.state.step:
        _stands(turn, "other.unknown_command")
        return
    turn.reply(turn.say("other.unknown_command"), (turn.button("start.browse", "browse"),))


def lost(turn: Turn, *more: Button) -> None:
    """Nothing was understood; `more` are further ways out, a row each."""
    turn.reply(
        _with_hint(turn, "other.lost"),
        (turn.button("start.browse", "browse"), turn.button("start.mine", "my")),
        *((button,) for button in more),
    )


def _with_hint(turn: Turn, key: str) -> str:
    return "\n".join(line for line in (turn.say(key), language_hint(turn)) if line)


def unreadable(turn: Turn) -> None:
    """Voice, stickers, photos, files: we say what we cannot do and what helps."""
    thing = turn.text if turn.incoming.kind == "other" else turn.incoming.kind.value
    if turn.state.step:
        _stands(turn, "other.edited" if turn.text == "edited" else "other.unreadable_now")
        return
    turn.reply(
        turn.say(f"other.{thing if thing in THINGS else 'thing'}"), (turn.button("start.browse", "browse"),)
    )


@routes.command("human", "找人帮忙", "人工", "找人", "客服", "电话")
def human(turn: Turn) -> None:
    """The school's phone and desk hours."""
    _phone(turn, own_unit(turn))


@routes.intent("human")
def human_meant(turn: Turn) -> None:
    """The same in other words."""
    _phone(turn, own_unit(turn))


@routes.intent("complaint")
def complaint(turn: Turn) -> None:
    """Say sorry and name who can mend it."""
    row = own_unit(turn)
    text = turn.say("other.complaint")
    if row is None:
        turn.reply(turn.say("human.none"))
        return
    turn.reply(f"{text}\n{phone_words(turn, row)}", *leave_a_word(turn, row))


@routes.tap("phone", number)
def phone(turn: Turn, offering_id: int) -> None:
    """The phone of the school of a class."""
    row = classes.one_class(turn.tx, offering_id, turn.now)
    _phone(turn, unit_of(turn, row) if row is not None else turn.tx.one(ANY_PHONE))


def unit_of(turn: Turn, row: Row) -> Row:
    """The unit of a class where it can be called, otherwise the one that answers for all."""
    return turn.tx.one(PHONE_OF, id=row.unit_id) or turn.tx.one(ANY_PHONE)


@routes.intent("greeting")
def greeting(turn: Turn) -> None:
    """A greeting is greeted, and a farewell returned; a question that is being asked stands."""
    if turn.text.strip(" 。.！!~").lower() in FAREWELLS:
        _stands(turn, "other.farewell")
        return
    if turn.state.step:
        _stands(turn, "other.greeting_now")
        return
    turn.reply(
        _with_hint(turn, "other.greeting"),
        (turn.button("start.browse", "browse"), turn.button("start.mine", "my")),
    )


@routes.intent("thanks")
def thanks(turn: Turn) -> None:
    """Thanks are welcome, and what was shown or asked stands."""
    if is_yes(turn.text) and not turn.state.step:
        # 好 is no thanks: what was shown waits for a number
        _stands(turn, "other.heard_list" if len(turn.state.shown) > 1 else "other.heard")
        return
    _stands(turn, "other.thanks_now" if turn.state.step else "other.thanks")


@routes.intent("settled")
def settled(turn: Turn) -> None:
    """算了, 再想想: nothing is asked for, and nothing is lost."""
    turn.keeps_choices = True
    turn.reply(turn.say("other.settled"))


@routes.tap("similar", number)
def similar(turn: Turn, offering_id: int) -> None:
    """Classes of the same kind."""
    from handlers import find  # the router imports both; a cycle otherwise

    row = classes.one_class(turn.tx, offering_id, turn.now)
    if row is not None:
        find.found(turn, Meaning(category=row.category))


def own_unit(turn: Turn) -> Row:
    """The unit of the class one talked about, or of an own class, or the one that answers for all."""
    places = learning.own_places(turn.tx, turn.person.person_id, turn.now)
    for offering_id in (turn.state.focus, *(place.offering_id for place in places)):
        row = classes.one_class(turn.tx, offering_id, turn.now) if offering_id else None
        unit = turn.tx.one(PHONE_OF, id=row.unit_id) if row else None
        if unit is not None:
            return unit
    return turn.tx.one(ANY_PHONE)


def _phone(turn: Turn, unit: Row) -> None:
    if unit is None:
        turn.reply(turn.say("human.none"))
        return
    turn.reply(f"{turn.say('human.intro')}\n{phone_words(turn, unit)}", *leave_a_word(turn, unit))


def phone_words(turn: Turn, unit: Row) -> str:
    """The phone of a school, and when somebody is there."""
    words = turn.say(
        "human.phone", school=unit.name, phone=unit.phone, desk_hours=unit.desk_hours, address=unit.address
    )
    return "\n".join(line for line in words.splitlines() if not line.endswith(("：", ": ")))


def leave_a_word(turn: Turn, unit: Row) -> list[tuple[Button, ...]]:
    """Where somebody reads it, one can write as well."""
    if not inbox.answers(turn.tx, unit):
        return []
    return [(turn.button("inbox.leave", action("ask", unit.id)),)]
