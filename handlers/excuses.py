"""请假 and back again: missing one session, and switching off the reminders of one class."""

from __future__ import annotations

import re
from datetime import timedelta

from handlers import family_places, family_said, other
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.yes_no import is_no, is_yes
from models.statement import Row
from services import excusing
from services.message import Button
from services.phrases.days import WEEKDAYS_ZH, near_word
from services.phrases.hours import Lang
from services.phrases.when import say_moment

routes = Routes()
SOME_DAY = timedelta(days=200)
# 下次去不了 is the next one that there is
_NEXT = re.compile(r"[下这]一?[次节堂回趟]")


@routes.command(
    "excuse", "请假", "我请假", "请个假", "这次去不了", "去不了", "来不了", "can't come", "cannot come"
)
def said(turn: Turn) -> None:
    """Find the session that is meant, and ask once."""
    rows = _meant(turn, excusing.coming(turn.tx, turn.person.person_id, turn.now, excused=False))
    turn.state.settle()
    if not rows and (theirs := family_said.anybody(turn)):
        family_said.excuse(turn, theirs)
    elif not rows:
        _none(turn)
    elif len(rows) == 1:
        _sure(turn, rows[0])
    else:
        one = len({row.title for row in rows}) == 1
        _which(turn, rows, "excuse.which_of" if one else "excuse.which", "excuse")


@routes.intent("cannot_come")
def meant(turn: Turn) -> None:
    """The same in other words; 老大请假 is not one's own class."""
    if theirs := family_said.named(turn):
        turn.state.settle()
        family_said.excuse(turn, theirs)
    else:
        said(turn)


@routes.command(
    "come", "又能去了", "我又能去了", "能去了", "又能来了", "能去", "能来", "can come", "i can come",
    "i can come after all",
)  # fmt: skip
def said_back(turn: Turn) -> None:
    """Take an excuse back; where one is still asked whether one cannot come, nothing changes."""
    if turn.state.step.startswith("excuse"):
        kept(turn)
        return
    if turn.state.step and turn.text.strip(" 。.！!") in ("能去", "能来"):  # of what is being asked
        other.please_choose(turn)
        return
    rows = _meant(turn, excusing.coming(turn.tx, turn.person.person_id, turn.now, excused=True))
    turn.state.settle()
    if not rows:
        turn.reply(turn.say("excuse.back_none"), (turn.button("enrol.mine", "my"),))
    elif len(rows) == 1:
        back(turn, rows[0].enrolment_id, rows[0].id)
    else:
        _which(turn, rows, "excuse.back_which", "unexcuse")


@routes.tap("excuse", number, number)
def excused(turn: Turn, enrolment_id: int, session_id: int) -> None:
    """Excuse oneself from one session, until it starts."""
    row = _own(turn, enrolment_id, session_id)
    if row is None:
        return
    turn.state.settle()
    excusing.excuse_from(turn.tx, turn.town, row, _actor(turn))
    family_places.tell_grown(turn, row.person_id, "excused", row.title)
    late = turn.now > row.starts_at - excusing.EXCUSED_BEFORE
    turn.reply(
        turn.say("excuse.done_late" if late else "excuse.done", title=row.title, when=_when(turn, row)),
        (
            turn.button("excuse.back", f"unexcuse:{enrolment_id}:{session_id}"),
            turn.button("enrol.mine", "my"),
        ),
        courses=(row.code,),
        lasting=True,
    )


@routes.tap("unexcuse", number, number)
def back(turn: Turn, enrolment_id: int, session_id: int) -> None:
    """Come after all."""
    row = _own(turn, enrolment_id, session_id)
    if row is None:
        return
    turn.state.settle()
    excusing.take_back(turn.tx, turn.town, row, _actor(turn))
    turn.reply(
        turn.say("excuse.back_done", title=row.title, when=_when(turn, row)),
        (turn.button("enrol.mine", "my"),),
        courses=(row.code,),
        lasting=True,
    )


@routes.step("excuse.which")
def chosen(turn: Turn) -> bool:
    """Which one, by its number or the words of its button; a no leaves it."""
    if is_no(turn.text):
        kept(turn)
        return True
    return False


@routes.tap("excuse_no")
def kept(turn: Turn) -> None:
    """Nothing changes."""
    if other.past(turn, "excuse"):
        return
    turn.state.settle()
    turn.reply(turn.say("excuse.kept"), (turn.button("enrol.mine", "my"),))


@routes.step("excuse")
def answered(turn: Turn) -> bool:
    """Yes or no in words."""
    if is_yes(turn.text, "去不了", "这次去不了"):
        excused(turn, int(turn.state.data["enrolment"]), int(turn.state.data["session"]))
    elif is_no(turn.text, "能去", "去", "i can come"):
        kept(turn)
    else:
        return False
    return True


@routes.tap("remind_off", number)
def remind_off(turn: Turn, enrolment_id: int) -> None:
    """No more reminders of one class; changes are told all the same."""
    _switch(turn, enrolment_id, wanted=False)


@routes.tap("remind_on", number)
def remind_on(turn: Turn, enrolment_id: int) -> None:
    """Reminders of one class after all."""
    _switch(turn, enrolment_id, wanted=True)


def _switch(turn: Turn, enrolment_id: int, *, wanted: bool) -> None:
    row = excusing.own_class(turn.tx, turn.person.person_id, enrolment_id)
    if row is None:
        other.stale(turn, turn.say("excuse.not_in"), turn.button("enrol.mine", "my"))
        return
    excusing.set_reminders(turn.tx, turn.town, turn.person.person_id, enrolment_id, wanted=wanted)
    mine = turn.button("enrol.mine", "my")
    if wanted:
        turn.reply(turn.say("reminder.on", title=row.title), (mine,), courses=(row.code,), lasting=True)
        return
    turn.reply(
        turn.say("enrol.reminders_off", title=row.title),
        (turn.button("reminder.on_again", f"remind_on:{enrolment_id}"), mine),
        courses=(row.code,),
        lasting=True,
    )


def _own(turn: Turn, enrolment_id: int, session_id: int) -> Row:
    """The coming session of one's own class; otherwise it is told how things stand."""
    row = excusing.session_of(turn.tx, turn.person.person_id, enrolment_id, session_id)
    key = ""
    if row is None:
        key = "excuse.not_in"
    elif row.session_state != "planned":
        key = "excuse.gone"
    elif row.starts_at <= turn.now:
        key = "excuse.over"
    if not key:
        return row
    other.stale(turn, turn.say(key), turn.button("enrol.mine", "my"))
    return None


def _none(turn: Turn) -> None:
    """Nothing is left to be excused from; what was excused before can be taken back."""
    done = excusing.coming(turn.tx, turn.person.person_id, turn.now, excused=True)
    if done:
        excused(turn, done[0].enrolment_id, done[0].id)
    elif later := excusing.coming(turn.tx, turn.person.person_id, turn.now, excused=False, ahead=SOME_DAY):
        # what is far off is told, with the way out of the whole class beside it
        turn.reply(
            turn.say("excuse.later", title=later[0].title, when=_when(turn, later[0])),
            (
                turn.button("enrol.mine", "my"),
                turn.button("excuse.leave", f"withdraw:{later[0].offering_id}"),
            ),
            courses=(later[0].code,),
        )
    else:
        turn.reply(turn.say("excuse.none"), (turn.button("enrol.mine", "my"),))


def _sure(turn: Turn, row: Row) -> None:
    turn.state.ask("excuse", enrolment=row.enrolment_id, session=row.id)
    turn.reply(
        turn.say("excuse.sure", title=row.title, when=_when(turn, row)),
        (
            turn.button("excuse.sure_yes", f"excuse:{row.enrolment_id}:{row.id}"),
            turn.button("excuse.sure_no", "excuse_no"),
        ),
        courses=(row.code,),
    )


def _which(turn: Turn, rows: list[Row], key: str, verb: str) -> None:
    shown = rows[: turn.page]
    turn.state.ask("excuse.which")
    turn.reply(
        turn.say(key, title=rows[0].title),
        *(
            (
                Button(
                    turn.say("excuse.option", title=row.title, when=_when(turn, row)),
                    f"{verb}:{row.enrolment_id}:{row.id}",
                ),
            )
            for row in shown
        ),
        courses=tuple(dict.fromkeys(row.code for row in shown)),
    )


def _meant(turn: Turn, rows: list[Row]) -> list[Row]:
    """Those of the sessions whose title or day was named; all of them where nothing was."""
    said = turn.text
    titled = [row for row in rows if row.title in said]
    if not titled:
        titled = [row for row in rows if any(part in said for part in _parts(row.title))]
    dayed = [row for row in titled or rows if any(word in said for word in _day_words(turn, row))]
    if not dayed and _NEXT.search(said):
        return sorted(titled or rows, key=lambda row: row.starts_at)[:1]
    return dayed or titled or rows


def _parts(title: str) -> list[str]:
    """Two characters that follow each other: people say 太极 for 太极拳二十四式."""
    return [title[at : at + 2] for at in range(len(title) - 1)]


def _day_words(turn: Turn, row: Row) -> list[str]:
    day = row.starts_at.astimezone(turn.town.zone).date()
    weekday = WEEKDAYS_ZH[day.weekday()]
    near = near_word(day, "zh", turn.now.astimezone(turn.town.zone).date())
    return [weekday, weekday.replace("周", "星期"), *([near] if near else [])]


def _when(turn: Turn, row: Row) -> str:
    lang: Lang = "en" if turn.lang == "en" else "zh"
    return say_moment(row.starts_at, lang, turn.now, turn.town.zone)


def _actor(turn: Turn) -> str:
    return f"person:{turn.person.person_id}"
