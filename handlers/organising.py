"""名单, 停课 and 改时间: what a teacher or organiser does with a class, in three taps."""

from __future__ import annotations

import io
from collections.abc import Callable

from handlers import organising_words
from handlers.organising_sessions import (
    actor,
    coming,
    move_when,
    move_which,
    own_class,
    stop_sure,
    stop_which,
)
from handlers.routes import Routes, action, number
from handlers.turn import Turn
from models.statement import Row
from services import audit, scope
from services.broadcasting.when import named_day
from services.message import Button, Document
from services.roster import roster, write_roster

routes = Routes()
MOST_LISTED = 8


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
    return [one.id for one in coming(turn, offering_id) if one.starts_at.astimezone(zone).date() == day]


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
    shown = rows[offset : offset + MOST_LISTED]
    buttons: list[tuple[Button, ...]] = [
        (Button(f"{n} {row.title}（{row.code}）", action(f"own_{verb}", row.id), number=n),)
        for n, row in enumerate(shown, 1)
    ]
    if offset + MOST_LISTED < len(rows):
        later = action("own_page", _VERBS.index(verb), offset + MOST_LISTED)
        buttons.append((turn.button("search.next", later),))
    turn.state.ask("organise.which", verb=verb)
    turn.reply(turn.say(f"organise.which_{verb}"), *buttons)


@routes.tap("own_roster", number)
def send_roster(turn: Turn, offering_id: int) -> None:
    """The roster of a class as a sheet."""
    row = own_class(turn, offering_id, scope.SEEING)
    if row is None:
        return
    entries = roster(turn.tx, row.id, turn.town.zone)
    made = io.BytesIO()
    write_roster(entries, f"{row.title}（{row.code}）", made)
    audit.record(turn.tx, turn.now, actor(turn), "roster_sent", f"offering:{row.id}")
    enrolled = sum(one["state"] == "enrolled" for one in entries)
    waiting = sum(one["state"] == "waiting" for one in entries)
    turn.reply(
        turn.say("organise.roster", title=row.title, enrolled=enrolled, waiting=waiting),
        document=Document(f"{turn.say('organise.roster_name')}-{row.code}.xlsx", made.getvalue(), XLSX),
    )


_ACTS: dict[str, Callable[..., bool | None]] = {
    "roster": send_roster, "stop": stop_which, "move": move_which,
}  # fmt: skip
_VERBS = tuple(_ACTS)
