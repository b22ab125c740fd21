"""名单, 停课 and 改时间: what a teacher or organiser does with a class, in three taps."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from handlers import organising_words
from handlers.routes import Routes, action, number
from handlers.turn import Turn
from handlers.yes_no import is_no
from models.statement import Row
from services import audit, classes, scope, sessions
from services.broadcasting.when import named_day
from services.enrolling.refusal import Refused
from services.message import Button, Document
from services.new_time import read_new_time
from services.phrases.when import say_span
from services.roster import roster, write_roster
from services.understanding import understand
from services.understanding.meaning import Meaning

routes = Routes()
MOST_SESSIONS = 8


class Unclear(Exception):
    """A day was meant, but not said which."""


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def asked(turn: Turn, text: str) -> bool:
    """Answer 名单, 停课 SF01 and 改时间 of somebody with a role; False for everybody else."""
    said = organising_words.read(text)
    return said is not None and _go_on(turn, said.verb, _own(turn, said.verb), said.called, said.day)


def _go_on(turn: Turn, verb: str, rows: list[Row], said: str, day: str = "") -> bool:
    """Do it for the class that is named by code or title, or ask which; False where none of theirs is.

    With a `day` on which the class meets once, it is that session.
    """
    named = said.strip().casefold()
    if named:
        exact = [row for row in rows if named == row.code.casefold()]
        short = organising_words.without_ending(named) or named
        called = [row for row in rows if named in row.title.casefold()]
        rows = exact or called or [row for row in rows if short in row.title.casefold()]
    if not rows:
        return False
    turn.state.settle()
    if len(rows) == 1:
        meets = _on_day(turn, rows[0].id, day) if day else []
        if len(meets) == 1:
            (stop_sure if verb == "stop" else move_when)(turn, rows[0].id, meets[0])
        else:
            _ACTS[verb](turn, rows[0].id)
        return True
    _which(turn, verb, rows, 0)
    return True


def _on_day(turn: Turn, offering_id: int, said: str) -> list[int]:
    zone = turn.town.zone
    day = named_day(said, turn.now.astimezone(zone).date())
    return [one.id for one in _coming(turn, offering_id) if one.starts_at.astimezone(zone).date() == day]


@routes.step("organise.which")
def which_said(turn: Turn) -> bool:
    """The class by its code or title, of however many pages."""
    verb = str(turn.state.data.get("verb"))
    return verb in _VERBS and _go_on(turn, verb, _own(turn, verb), turn.text)


def _own(turn: Turn, verb: str) -> list[Row]:
    roles = scope.SEEING if verb == "roster" else scope.TEACHING
    return scope.own_classes(turn.tx, turn.person.person_id, roles, turn.now)


@routes.tap("own_page", number, number)
def page(turn: Turn, verb: int, offset: int) -> None:
    """A later page of one's classes."""
    if verb < len(_VERBS):
        _which(turn, _VERBS[verb], _own(turn, _VERBS[verb]), offset)


def _which(turn: Turn, verb: str, rows: list[Row], offset: int) -> None:
    shown = rows[offset : offset + MOST_SESSIONS]
    buttons: list[tuple[Button, ...]] = [
        (Button(f"{n} {row.title}（{row.code}）", action(f"own_{verb}", row.id), number=n),)
        for n, row in enumerate(shown, 1)
    ]
    if offset + MOST_SESSIONS < len(rows):
        later = action("own_page", _VERBS.index(verb), offset + MOST_SESSIONS)
        buttons.append((turn.button("search.next", later),))
    turn.state.ask("organise.which", verb=verb)
    turn.reply(turn.say(f"organise.which_{verb}"), *buttons)


@routes.tap("own_roster", number)
def send_roster(turn: Turn, offering_id: int) -> None:
    """The roster of a class as a sheet."""
    row = _class(turn, offering_id, scope.SEEING)
    if row is None:
        return
    entries = roster(turn.tx, row.id, turn.town.zone)
    made = io.BytesIO()
    write_roster(entries, f"{row.title}（{row.code}）", made)
    audit.record(turn.tx, turn.now, _actor(turn), "roster_sent", f"offering:{row.id}")
    enrolled = sum(one["state"] == "enrolled" for one in entries)
    waiting = sum(one["state"] == "waiting" for one in entries)
    turn.reply(
        turn.say("organise.roster", title=row.title, enrolled=enrolled, waiting=waiting),
        document=Document(f"{turn.say('organise.roster_name')}-{row.code}.xlsx", made.getvalue(), XLSX),
    )


@routes.tap("own_stop", number)
def stop_which(turn: Turn, offering_id: int) -> None:
    """Which session does not take place?"""
    _sessions(turn, offering_id, "stop")


@routes.tap("own_move", number)
def move_which(turn: Turn, offering_id: int) -> None:
    """Which session gets another time?"""
    _sessions(turn, offering_id, "move")


_ACTS: dict[str, Callable[..., bool | None]] = {
    "roster": send_roster, "stop": stop_which, "move": move_which,
}  # fmt: skip
_VERBS = tuple(_ACTS)


def _sessions(turn: Turn, offering_id: int, verb: str) -> None:
    row = _class(turn, offering_id, scope.TEACHING)
    if row is None:
        return
    coming = _coming(turn, row.id)
    if not coming:
        turn.reply(turn.say("organise.no_sessions", title=row.title))
        return
    turn.reply(
        turn.say(f"organise.{verb}_when", title=row.title),
        *(
            (Button(_span(turn, one.starts_at, one.ends_at), action(f"one_{verb}", row.id, one.id)),)
            for one in coming[:MOST_SESSIONS]
        ),
    )


def _coming(turn: Turn, offering_id: int) -> list[Row]:
    return [
        one
        for one in classes.sessions_of(turn.tx, offering_id)
        if one.state == "planned" and one.ends_at > turn.now
    ]


@routes.tap("one_stop", number, number)
def stop_sure(turn: Turn, offering_id: int, session_id: int) -> None:
    """Ask once, with how many people will be told."""
    found = _session(turn, offering_id, session_id)
    if found is None:
        return
    row, one = found
    people = sessions.count_affected(turn.tx, row.id)
    when = _span(turn, one.starts_at, one.ends_at)
    turn.state.ask("organise.sure")
    turn.reply(
        turn.say.count("organise.stop_sure", people, title=row.title, when=when),
        (turn.button("organise.stop_yes", action("stop_do", row.id, one.id)),),
        (turn.button("organise.no", "own_nothing"),),
    )


@routes.step("organise.sure")
def not_sure(turn: Turn) -> bool:
    """A no in words; a yes is the button's own."""
    if not is_no(turn.text, "不停", "不停了", "先不改", "照常", "照常上课", "照旧"):
        return False
    nothing(turn)
    return True


@routes.tap("stop_do", number, number)
def stop(turn: Turn, offering_id: int, session_id: int) -> None:
    """Call the session off and tell everybody concerned."""
    found = _session(turn, offering_id, session_id)
    if found is None:
        return
    row, one = found
    done = sessions.cancel_session(turn.tx, turn.town, row.id, one.id, actor=_actor(turn))
    _done(turn, done, "organise.stopped", row, one.starts_at, one.ends_at)


@routes.tap("one_move", number, number)
def move_when(turn: Turn, offering_id: int, session_id: int) -> None:
    """Ask for the new time; the likely ones are buttons, any other can be typed."""
    found = _session(turn, offering_id, session_id)
    if found is None:
        return
    row, one = found
    turn.state.ask("organise.time", offering=row.id, session=one.id)
    people = sessions.count_affected(turn.tx, row.id)
    when = _span(turn, one.starts_at, one.ends_at)
    turn.reply(
        turn.say.count("organise.move_to", people, title=row.title, when=when),
        *(
            (Button(_span(turn, at, at + (one.ends_at - one.starts_at)), _moved(row.id, one, at)),)
            for at in _likely(turn, one.starts_at)
        ),
    )


@routes.step("organise.time")
def time_said(turn: Turn) -> bool:
    """Another time in words; it is read back and asked once."""
    data = turn.state.data
    found = _session(turn, int(data.get("offering", 0)), int(data.get("session", 0)))
    if found is None:
        return True
    row, one = found
    if is_no(turn.text, "不改", "不改了", "先不改", "不变", "照旧"):
        nothing(turn)
        return True
    local = turn.now.astimezone(turn.town.zone)
    meaning = understand(
        turn.text, today=local.date(), now_minute=local.hour * 60 + local.minute,
        lexicon=turn.town.catalogue.lexicon,
    )  # fmt: skip
    try:
        day = _day(turn, meaning, one.starts_at)
    except Unclear:
        turn.keeps_choices = True
        turn.reply(turn.say("organise.day_unclear"))
        return True
    new = read_new_time(turn.text, (one.starts_at, one.ends_at), day, turn.town.zone)
    if new is None:
        return False
    people = sessions.count_affected(turn.tx, row.id)
    turn.reply(
        turn.say.count("organise.move_sure", people, title=row.title, when=_span(turn, *new)),
        (turn.button("organise.move_yes", _moved(row.id, one, new[0], new[1])),),
        (turn.button("organise.no", "own_nothing"),),
    )
    return True


def _day(turn: Turn, meaning: Meaning, was: datetime) -> date | None:
    """The day that was named, None where none was; a weekday is one of the session's own week, or the next
    that is to come. Raises Unclear where a day was meant, but not which.
    """
    today = turn.now.astimezone(turn.town.zone).date()
    days = meaning.dates or meaning.starts
    if days is not None and days[0] == days[1]:
        return date.fromordinal(days[0])
    # 下周六, of which 下周 alone is a span
    named = named_day(turn.text, today) if days is not None or not meaning.weekdays else None
    if named is not None:
        return named
    if days is not None or len(meaning.weekdays) > 1:
        raise Unclear
    if not meaning.weekdays:
        return None
    [weekday] = meaning.weekdays
    before = was.astimezone(turn.town.zone).date()
    day = before + timedelta(days=weekday - before.weekday())
    return day if day >= today else day + timedelta(days=7)


@routes.tap("move_do", number, number, number, number)
def move(turn: Turn, offering_id: int, session_id: int, minute: int, length: int) -> None:
    """Give the session its new time and tell everybody concerned."""
    found = _session(turn, offering_id, session_id)
    if found is None or minute > 10**8 or not 0 < length < 24 * 60:
        return
    row, one = found
    starts = datetime.fromtimestamp(minute * 60, UTC)
    ends = starts + timedelta(minutes=length)
    done = sessions.move_session(turn.tx, turn.town, row.id, one.id, starts, ends, actor=_actor(turn))
    _done(turn, done, "organise.moved", row, starts, ends)


@routes.tap("own_nothing")
def nothing(turn: Turn) -> None:
    """Everything stays as it is."""
    turn.state.settle()
    turn.reply(turn.say("organise.nothing"))


def _done(
    turn: Turn, done: sessions.Done | Refused, key: str, row: Row, starts: datetime, ends: datetime
) -> None:
    turn.state.settle()
    if isinstance(done, Refused):
        turn.reply(turn.say("organise.refused"))
        return
    lines = [turn.say.count(key, done.told, title=row.title, when=_span(turn, starts, ends))]
    if done.affected > done.told:
        lines.append(turn.say.count("organise.call_them", done.affected - done.told))
    turn.reply("\n".join(lines), courses=(row.code,), lasting=True)


def _likely(turn: Turn, was: datetime) -> list[datetime]:
    steps = (timedelta(hours=-1), timedelta(hours=1), timedelta(days=1), timedelta(days=7))
    return [was + step for step in steps if was + step > turn.now]


def _moved(offering_id: int, one: Row, starts: datetime, ends: datetime | None = None) -> str:
    length = (ends - starts) if ends is not None else (one.ends_at - one.starts_at)
    minutes = int(length.total_seconds()) // 60
    return action("move_do", offering_id, one.id, int(starts.timestamp()) // 60, minutes)


def _span(turn: Turn, starts: datetime, ends: datetime) -> str:
    return say_span(starts, ends, turn.lang, turn.now, turn.town.zone)


def _class(turn: Turn, offering_id: int, roles: scope.Roles) -> Row | None:
    row = scope.own_class(turn.tx, turn.person.person_id, roles, offering_id, turn.now)
    if row is None:
        turn.reply(turn.say("other.stale"))
    return row


def _session(turn: Turn, offering_id: int, session_id: int) -> tuple[Row, Row] | None:
    row = _class(turn, offering_id, scope.TEACHING)
    if row is None:
        return None
    one = next((one for one in classes.sessions_of(turn.tx, row.id) if one.id == session_id), None)
    if one is None or one.state != "planned" or one.ends_at <= turn.now:
        turn.reply(turn.say("organise.refused"))
        return None
    return row, one


def _actor(turn: Turn) -> str:
    return f"person:{turn.person.person_id}"
