"""Browsing by kind, time, price and place, and changing the conditions of a search, all by buttons."""

from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, func, select

from handlers import find, other
from handlers.routes import Routes, number, word
from handlers.turn import Turn
from models.catalogue import CATEGORIES, offering, venue
from models.statement import Statement
from services.message import Button
from services.understanding.meaning import Meaning

routes = Routes()
# a district stands for itself by its first venue, so that a tap carries a number only
DISTRICTS = Statement(
    select(venue.c.district, func.min(venue.c.id).label("id"))
    .join_from(venue, offering, offering.c.venue_id == venue.c.id)
    .where(venue.c.district != "", offering.c.status == "open")
    .group_by(venue.c.district)
    .order_by(func.count().desc(), venue.c.district)
    .limit(12)
)
DISTRICT_OF = Statement(select(venue.c.district).where(venue.c.id == bindparam("id")))
PRICES = (50, 100, 200)
EVENING = 18 * 60
NOON = 12 * 60
MIDNIGHT = 24 * 60
TIMES: dict[str, dict[str, Any]] = {
    "weekend": {"weekdays": frozenset({5, 6})},
    "weekday": {"weekdays": frozenset({0, 1, 2, 3, 4})},
    "morning": {"hours": (0, NOON)},
    "afternoon": {"hours": (NOON, EVENING)},
    "evening": {"hours": (EVENING, MIDNIGHT)},
}


@routes.command("browse", "看看", "课程", "找课")
def menu(turn: Turn) -> None:
    """The ways of looking around."""
    _menu(turn)


@routes.tap("browse")
def menu_tapped(turn: Turn) -> None:
    """The same by a tap."""
    _menu(turn)


def _menu(turn: Turn) -> None:
    turn.state.settle()
    find.forget(turn)
    turn.state.at("browse")
    turn.reply(turn.say("browse.menu"), *_ways(turn))


def _ways(turn: Turn) -> list[tuple[Button, ...]]:
    return [
        (turn.button("browse.by_kind", "kinds"), turn.button("browse.by_time", "times")),
        (turn.button("browse.by_price", "prices"), turn.button("browse.by_place", "places")),
        (turn.button("browse.soonest", "soonest"), turn.button("browse.near", "near")),
    ]


@routes.tap("fresh")
def fresh(turn: Turn) -> None:
    """Begin a new search."""
    _menu(turn)


@routes.tap("narrow")
def narrow(turn: Turn) -> None:
    """The present conditions, each with a way to drop it, and ways to add one."""
    _narrow(turn)


@routes.command("narrow", "换条件", "改条件", "筛选")
def narrow_said(turn: Turn) -> None:
    """The same by its words."""
    _narrow(turn)


def _narrow(turn: Turn, asked: str = "search.narrow_menu") -> None:
    turn.state.settle()
    turn.state.at("narrow")
    meaning = find.last_meaning(turn) or Meaning()
    parts = meaning.parts()
    drops = [
        turn.button("search.drop", f"drop:{at}", part=meaning.label(part, turn.lang))
        for at, part in enumerate(parts)
    ]
    text = turn.say(asked, words=meaning.say(turn.lang)) if parts else turn.say("search.narrow_none")
    turn.reply(text, *[tuple(drops[at : at + 2]) for at in range(0, len(drops), 2)], *_ways(turn))


@routes.tap("drop", number)
def drop(turn: Turn, at: int) -> None:
    """Search without one of the conditions."""
    meaning = find.last_meaning(turn) or Meaning()
    parts = meaning.parts()
    if at >= len(parts):
        other.stale(turn, turn.say("search.old_list"))
        return
    find.found(turn, meaning.without(parts[at]))


@routes.tap("kinds")
def kinds(turn: Turn) -> None:
    """The nine kinds of content."""
    turn.state.settle()
    turn.state.at("kinds")
    buttons = [turn.button(f"kind.{code}", f"kind:{code}") for code in CATEGORIES if code != "staff"]
    turn.reply(turn.say("browse.kinds"), *_rows(buttons, 3))


@routes.tap("kind", word)
def kind(turn: Turn, code: str) -> None:
    """Classes of one kind."""
    if code in CATEGORIES:
        _with(turn, category=code)


@routes.tap("times")
def times(turn: Turn) -> None:
    """The usual times."""
    turn.state.settle()
    turn.state.at("times")
    buttons = [turn.button(f"when.{name}", f"when:{name}") for name in TIMES]
    turn.reply(turn.say("browse.times"), *_rows(buttons, 3))


@routes.tap("when", word)
def when(turn: Turn, name: str) -> None:
    """Classes at one of the usual times."""
    if name in TIMES:
        _with(turn, **TIMES[name])


@routes.tap("prices")
def prices(turn: Turn) -> None:
    """The usual prices."""
    turn.state.settle()
    turn.state.at("prices")
    buttons = [turn.button("fee.free", "fee:0")]
    buttons += [turn.button("fee.upto", f"fee:{yuan}", yuan=yuan) for yuan in PRICES]
    turn.reply(turn.say("browse.prices"), *_rows(buttons, 2))


@routes.tap("fee", number)
def fee(turn: Turn, yuan: int) -> None:
    """Classes up to a price."""
    if yuan == 0:
        _with(turn, free=True, fee_min=None, fee_max=None)
    elif yuan in PRICES:
        _with(turn, free=False, fee_min=None, fee_max=yuan * 100)


@routes.tap("places")
def places(turn: Turn) -> None:
    """The districts in which there are classes."""
    turn.state.settle()
    turn.state.at("places")
    buttons = [Button(row.district, f"at:{row.id}") for row in turn.tx.all(DISTRICTS)]
    turn.reply(turn.say("browse.places"), *_rows([*buttons, turn.button("browse.near", "near")], 2))


@routes.tap("at", number)
def at_place(turn: Turn, venue_id: int) -> None:
    """Classes in one district."""
    row = turn.tx.one(DISTRICT_OF, id=venue_id)
    if row is not None:
        _with(turn, place=(row.district,))


@routes.tap("soonest")
def soonest(turn: Turn) -> None:
    """What begins next."""
    _with(turn, order="soonest")


@routes.tap("near")
def near_how(turn: Turn) -> None:
    """Ask for a location, which is used once."""
    turn.state.at("near")
    turn.reply(turn.say("browse.near_how"))


def near(turn: Turn) -> None:
    """Classes near the location that was sent, which is used once and not kept."""
    if turn.incoming.location is not None:
        _with(turn, near=turn.incoming.location, order="nearest")


def _with(turn: Turn, **conditions: Any) -> None:
    meaning = find.last_meaning(turn) or Meaning()
    find.found(turn, replace(meaning, intent="search", **conditions))


def _rows(buttons: list[Button], width: int) -> list[tuple[Button, ...]]:
    return [tuple(buttons[at : at + width]) for at in range(0, len(buttons), width)]


@routes.intent("none_fit")
def none_fit(turn: Turn) -> None:
    """都不合适: what could be given up or asked for instead."""
    _narrow(turn, asked="search.none_fit")
