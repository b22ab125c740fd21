"""停课 and 改时间: one session of a class called off or moved, and everybody told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from handlers import other
from handlers.routes import Routes, action, number
from handlers.turn import Turn
from handlers.yes_no import is_no, is_yes
from models.statement import Row
from services import classes, scope, sessions
from services.broadcasting.when import named_day
from services.enrolling.refusal import Refused
from services.message import Button
from services.new_time import read_new_time
from services.phrases.when import say_span
from services.understanding import understand
from services.understanding.meaning import Meaning

routes = Routes()
MOST_SESSIONS = 8


class Unclear(Exception):
    """A day was meant, but not said which."""


@routes.tap("own_stop", number)
def stop_which(turn: Turn, offering_id: int) -> None:
    """Which session does not take place?"""
    _sessions(turn, offering_id, "stop")


@routes.tap("own_move", number)
def move_which(turn: Turn, offering_id: int) -> None:
    """Which session gets another time?"""
    _sessions(turn, offering_id, "move")


def _sessions(turn: Turn, offering_id: int, verb: str) -> None:
    row = own_class(turn, offering_id, scope.TEACHING)
    if row is None:
        return
    ahead = coming(turn, row.id)
    if not ahead:
        turn.reply(turn.say("organise.no_sessions", title=row.title))
        return
    turn.state.settle()  # what was asked of another class is no longer meant
    turn.reply(
        turn.say(f"organise.{verb}_when", title=row.title),
        *(
            (Button(_span(turn, one.starts_at, one.ends_at), action(f"one_{verb}", row.id, one.id)),)
            for one in ahead[:MOST_SESSIONS]
        ),
    )


def coming(turn: Turn, offering_id: int) -> list[Row]:
    """The sessions of a class that are still to take place."""
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
    act = action("stop_do", row.id, one.id)
    turn.state.ask("organise.sure", act=act)
    turn.reply(
        turn.say.count("organise.stop_sure", people, title=row.title, when=when),
        (turn.button("organise.stop_yes", act),),
        (turn.button("organise.no", "own_nothing"),),
    )


@routes.step("organise.sure")
def sure_said(turn: Turn) -> bool:
    """Yes or no in words; of a new time also another one."""
    data = turn.state.data
    act = str(data.get("act", ""))
    verb = ("停", "停课", "停吧") if act.startswith("stop_do") else ("改", "改吧")
    if is_yes(turn.text, "确定", "确定吧", *verb, turn.say("organise.stop_yes")):
        routes.run_tap(turn, act)
    elif is_no(turn.text, "不停", "不停了", "先不改", "照常", "照常上课", "照旧", "不改", "不改了"):
        nothing(turn)
    else:
        return "session" in data and bool(time_said(turn))
    return True


@routes.tap("stop_do", number, number)
def stop(turn: Turn, offering_id: int, session_id: int) -> None:
    """Call the session off and tell everybody concerned."""
    found = _session(turn, offering_id, session_id)
    if found is None:
        return
    row, one = found
    done = sessions.cancel_session(turn.tx, turn.town, row.id, one.id, actor=actor(turn))
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
    act = _moved(row.id, one, new[0], new[1])
    turn.state.ask("organise.sure", offering=row.id, session=one.id, act=act)
    turn.reply(
        turn.say.count("organise.move_sure", people, title=row.title, when=_span(turn, *new)),
        (turn.button("organise.move_yes", act),),
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
    done = sessions.move_session(turn.tx, turn.town, row.id, one.id, starts, ends, actor=actor(turn))
    _done(turn, done, "organise.moved", row, starts, ends)


@routes.tap("own_nothing")
def nothing(turn: Turn) -> None:
    """Everything stays as it is."""
    if other.past(turn, "organise"):
        return
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


def own_class(turn: Turn, offering_id: int, roles: scope.Roles) -> Row | None:
    """The class, where this person has such a role for it; otherwise that is said."""
    row = scope.own_class(turn.tx, turn.person.person_id, roles, offering_id, turn.now)
    if row is None:
        other.stale(turn)
    return row


def _session(turn: Turn, offering_id: int, session_id: int) -> tuple[Row, Row] | None:
    row = own_class(turn, offering_id, scope.TEACHING)
    if row is None:
        return None
    one = next((one for one in classes.sessions_of(turn.tx, row.id) if one.id == session_id), None)
    if one is None or one.state != "planned" or one.ends_at <= turn.now:
        turn.reply(turn.say("organise.refused"))
        return None
    return row, one


def actor(turn: Turn) -> str:
    """How the audit calls whoever acts."""
    return f"person:{turn.person.person_id}"
