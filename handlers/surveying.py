"""满意度: answering with one tap or word, and what a school is told of it."""

from __future__ import annotations

import re
from functools import cache

from handlers import other
from handlers.organising_words import without_ending
from handlers.routes import Routes, action, number
from handlers.turn import Turn
from handlers.yes_no import is_no, is_yes
from models.statement import Row
from services import classes, inbox, scope, surveying, surveying_late
from services.message import Button
from services.phrases.hours import Lang
from services.regex import regex
from services.surveying_words import graded
from services.texts import texts_of
from services.understanding.normalise import keyed

routes = Routes()
_ASKED = regex(
    r"^(?:看看|看)?(?:(?P<class>[^\s。!！?？，,]{1,30}?)的?)?(?:满意度测评|满意度|survey)(?:怎么样|如何|多少)?"
    r"[\s:：]*(?P<code>[^\s。!！?？]{0,64})[。?？]?$",
    re.IGNORECASE,
)
_MINE = regex(r"(?:我自己|我本人|自己|我|myself|mine|my)")
MOST_SHOWN = 8
# not content
BAD = 2
SO_SO = 3


def asked(turn: Turn, text: str) -> bool:
    """Answer 很满意, and 满意度 SF01 or 书法班的满意度 of staff; False for every other text."""
    score = _steps(turn.lang).get(keyed(text))
    said = graded(text) if score is None else (score, "")
    if said is not None:
        row = surveying.unanswered(turn.tx, turn.person.person_id, turn.now)
        if row is None:
            return _unasked(turn, *said)
        _rate(turn, row, *said)
        return True
    found = _ASKED.match(text.strip())
    if found is None or not scope.own_units(turn.tx, turn.person.person_id, scope.SEEING):
        return False
    _look(turn, found["code"] or found["class"] or "")
    return True


@cache
def _steps(lang: Lang) -> dict[str, int]:
    """The words of the five steps, as a text is compared with them."""
    return {keyed(texts_of(lang)(f"survey.step_{score}")): score for score in surveying.SCORES}


@routes.tap("rate", number, number)
def rated(turn: Turn, survey_id: int, score: int) -> None:
    """One of the five steps."""
    row = surveying.own(turn.tx, turn.person.person_id, survey_id, turn.now)
    if row is None or score not in surveying.SCORES:
        other.stale(turn)
        return
    _rate(turn, row, score)


def _rate(turn: Turn, row: Row, score: int, words: str = "") -> None:
    surveying.rate(turn.tx, row.id, score)
    if words:
        surveying.say(turn.tx, row.id, words)
        step = turn.say(f"survey.step_{score}")
        turn.reply(
            turn.say("survey.both", title=_called(turn, row), step=step),
            (turn.button("start.browse", "browse"),), lasting=True,
        )  # fmt: skip
        return
    turn.state.ask("survey.words", survey=row.id)
    turn.ack = turn.say("survey.thanks")
    turn.reply(
        turn.say("survey.more", title=_called(turn, row), step=turn.say(f"survey.step_{score}")),
        (turn.button("survey.enough", "rate_enough"),), lasting=True,
    )  # fmt: skip


@routes.step("survey.words")
def words_said(turn: Turn) -> bool:
    """The sentence, or none."""
    row = surveying.own(turn.tx, turn.person.person_id, int(turn.state.data.get("survey", 0)), turn.now)
    turn.state.settle()
    if row is None:
        return False
    if is_no(turn.text, turn.say("survey.enough")):
        enough(turn)
        return True
    surveying.say(turn.tx, row.id, turn.text)
    turn.reply(turn.say("survey.kept"), (turn.button("start.browse", "browse"),), lasting=True)
    return True


@routes.tap("rate_enough")
def enough(turn: Turn) -> None:
    """No sentence."""
    turn.state.settle()
    turn.reply(turn.say("survey.thanks"), (turn.button("start.browse", "browse"),))


def _unasked(turn: Turn, score: int, words: str) -> bool:
    """Nobody asked just now: which class is meant, or where to tell the school; False where it is thanks."""
    if turn.state.step:  # what is asked stands
        return False
    rows = surveying_late.lately(turn.tx, turn.person.person_id, turn.now)
    if not rows:
        if score > BAD:
            return False
        other.complaint(turn)
        return True
    if all(row.last_end > turn.now for row in rows):
        _runs(turn, rows[0], score, words)
        return True
    _ask_which(turn, rows, score, words)
    return True


def _ask_which(turn: Turn, rows: list[Row], score: int, words: str) -> None:
    turn.state.ask("survey.which", score=score, words=words)
    step = turn.say(f"survey.step_{score}")
    no = turn.button("survey.none_of", "rate_none")
    if len(rows) == 1:
        [row] = rows
        key = "survey.is_it" if row.score is None else "survey.change_it"
        was = turn.say(f"survey.step_{row.score}") if row.score else ""
        yes = turn.button("survey.yes", action("rate_of", row.id))
        turn.reply(turn.say(key, title=_called(turn, row), step=step, was=was), (yes, no))
        return
    titles = [row.title for row in rows]
    turn.reply(
        turn.say("survey.which_of", step=step),
        *(
            (Button(f"{n} {called}", action("rate_of", row.id), number=n),)
            for n, row in enumerate(rows, 1)
            for called in (_called(turn, row, apart=titles.count(row.title) > 1),)
        ),
        (no,),
    )


def _called(turn: Turn, row: Row, *, apart: bool = False) -> str:
    """The class, with who was in it where that is not the person alone."""
    whom = row.whom or (turn.say("family.myself") if apart else "")
    return turn.say("survey.of_whom", title=row.title, whom=whom) if whom else str(row.title)


def _runs(turn: Turn, row: Row, score: int, words: str) -> None:
    """It is asked when the class is over; the school can be told at once."""
    unit = turn.tx.one(other.PHONE_OF, id=row.unit_id) or other.own_unit(turn)
    key = "survey.runs_bad" if score <= BAD else "survey.runs_so" if score == SO_SO else "survey.runs"
    text = turn.say(key, title=_called(turn, row))
    if unit is None:
        turn.reply(text)
    elif words and inbox.answers(turn.tx, unit):
        turn.state.ask("survey.pass", unit=unit.id, words=turn.text)
        turn.reply(
            f"{text}\n{turn.say('survey.pass', unit=unit.name, words=words)}",
            (turn.button("survey.pass_on", "rate_pass"), turn.button("survey.pass_no", "rate_none")),
        )
    else:
        told = f"{text}{turn.say('survey.tell')}\n{other.phone_words(turn, unit)}"
        turn.reply(told, *other.leave_a_word(turn, unit))


@routes.step("survey.which")
def which_said(turn: Turn) -> bool:
    """The class by its name, yes or no; another subject is one."""
    if is_no(turn.text, turn.say("survey.none_of"), "都不是"):
        not_rated(turn)
        return True
    rows = surveying_late.lately(turn.tx, turn.person.person_id, turn.now)
    said = without_ending(turn.text.strip(" 。.！!").casefold())
    named = _named(rows, said) if said else []
    if len(rows) == 1 and is_yes(turn.text, turn.say("survey.yes")):
        named = rows
    if len(named) == 1:
        rated_of(turn, named[0].id)
        return True
    if named:
        _ask_which(turn, named, int(turn.state.data["score"]), str(turn.state.data["words"]))
        return True
    turn.state.settle()
    return False


def _named(rows: list[Row], said: str) -> list[Row]:
    """Those that 书法, 小宝 or 小宝的书法 can mean."""
    found = [row for row in rows if said in row.title.casefold()]
    if found:
        return found
    child = next((row.whom for row in rows if row.whom and said.startswith(row.whom.casefold())), "")
    own = _MINE.match(said)
    if not child and own is None:
        return []
    rest = said[len(child) if child else own.end() if own else 0 :].removeprefix("的").strip(" 那个")
    return [row for row in rows if (row.whom or "") == child and rest in row.title.casefold()]


@routes.tap("rate_of", number)
def rated_of(turn: Turn, enrolment_id: int) -> None:
    """This class is meant."""
    rows = surveying_late.lately(turn.tx, turn.person.person_id, turn.now)
    row = next((row for row in rows if row.id == enrolment_id), None)
    if row is None or turn.state.step != "survey.which":
        other.stale(turn)
        return
    score, words = int(turn.state.data["score"]), str(turn.state.data["words"])
    turn.state.settle()
    if row.last_end > turn.now:
        _runs(turn, row, score, words)
        return
    place = surveying_late.place_for(turn.tx, row, turn.now)
    _rate(turn, surveying.own(turn.tx, turn.person.person_id, place, turn.now), score, words)


@routes.step("survey.pass")
def pass_said(turn: Turn) -> bool:
    """Whether the school is to be told."""
    if is_yes(turn.text, turn.say("survey.pass_on")):
        passed_on(turn)
    elif is_no(turn.text, turn.say("survey.pass_no")):
        not_rated(turn)
    else:
        turn.state.settle()
        return False
    return True


@routes.tap("rate_pass")
def passed_on(turn: Turn) -> None:
    """What was said goes to the school."""
    unit = scope.unit_by_id(turn.tx, int(turn.state.data.get("unit", 0)))
    if unit is None or turn.state.step != "survey.pass":
        other.stale(turn)
        return
    inbox.ask(turn.tx, turn.town, unit, turn.person.person_id, str(turn.state.data["words"]))
    turn.state.settle()
    turn.reply(turn.say("inbox.passed_on", unit=unit.name), lasting=True)


@routes.tap("rate_none")
def not_rated(turn: Turn) -> None:
    """No class is meant, or nothing is to be passed on."""
    if other.past(turn, "survey."):
        return
    turn.state.settle()
    turn.reply(turn.say("survey.not_rated"), (turn.button("start.browse", "browse"),))


@routes.tap("survey", number)
def look(turn: Turn, offering_id: int) -> None:
    """What a class was thought of."""
    row = scope.own_class(turn.tx, turn.person.person_id, scope.SEEING, offering_id, turn.now)
    if row is None:
        other.stale(turn)
        return
    found = surveying.result(turn.tx, row.id)
    counts = {"asked": found["asked"], "answered": found["answered"], "title": row.title}
    if not found["shown"]:
        turn.reply(turn.say("survey.too_few", least=surveying.LEAST_ANSWERS, **counts))
        return
    lines = [turn.say("survey.result", average=found["average"], **counts)]
    lines += [
        turn.say("survey.result_line", step=turn.say(f"survey.step_{score}"), people=people)
        for score, people in found["scores"].items()
    ]
    if found["words"]:
        lines.append(turn.say("survey.said"))
        lines += [turn.say("survey.words", words=words) for words in found["words"][:MOST_SHOWN]]
    turn.reply("\n".join(lines), courses=(row.code,))


def _look(turn: Turn, called: str) -> None:
    person_id = turn.person.person_id
    if called:
        row = classes.class_by_code(turn.tx, called, turn.now)
        if row is not None and scope.may(turn.tx, person_id, scope.SEEING, row.unit_path):
            look(turn, row.id)
            return
    own = surveying.surveyed(turn.tx, scope.own_units(turn.tx, person_id, scope.SEEING))
    rows = [row for row in own if without_ending(called.casefold()) in row.title.casefold()][:MOST_SHOWN]
    if called and len(rows) == 1:
        look(turn, rows[0].id)
    elif not rows:
        turn.reply(turn.say("survey.no_class" if called else "survey.none"))
    else:
        turn.reply(
            turn.say("survey.which"),
            *(
                (Button(f"{n} {row.title}（{row.code}）", action("survey", row.id), number=n),)
                for n, row in enumerate(rows, 1)
            ),
        )
