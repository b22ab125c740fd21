"""/my: own classes with the next session, places in line, favourites."""

import re
from collections.abc import Container
from datetime import datetime, timedelta
from typing import NamedTuple

from handlers import applied_words, family_places
from handlers.family_words import labelled
from handlers.fee_words import line_of
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.wordings import moment_words, titles, when_words, where_words
from models.statement import Row
from services import classes, excusing, learning, liking, watches
from services.belongings import belongings
from services.enrolling import seats
from services.family.people import Learner
from services.message import Button
from services.notices.watches import named
from services.phrases.when import say_deadline, say_span

routes = Routes()
MOST_FAVOURITES = 3
FAR = timedelta(days=400)
_NEXT_WEEK = re.compile("下一?个?(?:周|星期|礼拜)|next week", re.IGNORECASE)


@routes.command("my", "我的课", "我的课程", "我的报名", "我报的课")
def mine(turn: Turn) -> None:
    """The first page of what one is in."""
    listed(turn, 0)


@routes.intent("my_classes")
def meant(turn: Turn) -> None:
    """The same in other words."""
    listed(turn, 0)


@routes.tap("my")
def tapped(turn: Turn) -> None:
    """The same by a tap."""
    listed(turn, 0)


@routes.tap("mys", number)
def listed(turn: Turn, offset: int) -> None:
    """A page of offers, own classes and places in line, with the favourites at its end."""
    turn.state.settle()
    size = turn.page
    own = learning.own_places(turn.tx, turn.person.person_id, turn.now)
    has = belongings(turn.tx, turn.person.person_id)
    kin = labelled(turn) if has.family else []
    family = {place.row.id: place for place in family_places.of_family(turn, kin)}
    places = [*own, *(place.row for place in family.values())]
    offset = offset if offset < len(places) else 0  # a 下一页 of a list that was longer
    page = places[offset : offset + size]
    if not places:
        _nothing(turn, has, kin)
        return
    turn.state.at(f"mys:{offset}")
    rows = {row.id: row for row in classes.listed_classes(turn.tx, [p.offering_id for p in page], turn.now)}
    lines: list[str] = []
    buttons: list[tuple[Button, ...]] = []
    heading = ""
    away = excusing.excused_starts(turn.tx, turn.person.person_id, turn.now) if has.excuses else frozenset()
    once = list({place.offering_id: rows[place.offering_id] for place in page}.values())
    told_apart = {row.id: title for row, title in zip(once, titles(turn, once), strict=True)}
    named = [told_apart[place.offering_id] for place in page]
    for n, (title, place) in enumerate(zip(named, page, strict=True), 1):
        row = rows[place.offering_id]
        of = family.get(place.id)
        now = of.of.label if of else place.state
        if now != heading:
            heading = now
            lines.append(turn.say("family.of", name=now) if of else turn.say(f"mine.{place.state}"))
        lines.append(family_places.item(turn, n, row, of) if of else _item(turn, n, row, place, away))
        if row.fee_fen and place.state == "enrolled":
            lines.append(turn.say("mine.item_fee", line=line_of(turn, place.id)))
        if of:
            buttons.append(family_places.family_buttons(n, title, of))
        else:
            buttons.append((Button(f"{n} {title}", f"card:{row.id}", number=n),))
    turn.state.shown = [place.offering_id for place in page]
    if offset + size < len(places):
        buttons.append((turn.button("search.next", f"mys:{offset + size}"),))
    else:
        waited = _waited_for(turn) if has.watches else []
        applied = _applied(turn, has, kin)
        if has.favourites and not turn.person.big:
            favourites = _favourites(turn, len(page) + 1, {place.offering_id for place in own})
            lines += favourites.lines
            buttons += favourites.buttons
            turn.state.shown += favourites.ids
        lines += [*applied, *waited]
        buttons += [(turn.button("watch.mine", "watches"),)] if waited else []
        buttons += [(turn.button("window.wishes", "wishes"),)] if applied else []
    turn.reply("\n".join(lines), *buttons, courses=tuple(rows[p.offering_id].code for p in page))


def _nothing(turn: Turn, has: Row, kin: list[Learner]) -> None:
    waited = _waited_for(turn) if has.watches else []
    applied = _applied(turn, has, kin)
    favourites = _favourites(turn, 1)
    if favourites.ids:
        turn.state.shown = favourites.ids
    turn.reply(
        "\n".join([turn.say("mine.none"), *applied, *favourites.lines, *waited]),
        *favourites.buttons,
        (turn.button("mine.browse", "browse"),),
        *([(turn.button("watch.mine", "watches"),)] if waited else []),
        *([(turn.button("window.wishes", "wishes"),)] if applied else []),
    )


def _applied(turn: Turn, has: Row, kin: list[Learner]) -> list[str]:
    """What one has asked for, also for one's children, and does not know yet."""
    if not (has.applications or kin):
        return []
    return applied_words.own_lines(turn, applied_words.asked_for(turn, kin))


def _waited_for(turn: Turn) -> list[str]:
    """What one waits to hear of, in a line."""
    rows = watches.living(turn.tx, turn.person.person_id)
    if not rows:
        return []
    wishes = named(turn.say, [watches.read(row.meaning) for row in rows])
    return [turn.say("watch.mine_line", wishes=wishes)]


def _item(turn: Turn, n: int, row: Row, place: Row, away: Container[tuple[int, datetime]]) -> str:
    if place.state == "waiting":
        return turn.say(
            "mine.item_waiting", n=n, title=row.title, position=seats.position(turn.tx, row.id, place.id)
        )
    if place.state == "offered":
        until = say_deadline(place.expires_at, turn.lang, turn.now, turn.town.zone)
        return turn.say("mine.item_offered", n=n, title=row.title, until=until)
    if row.next_start is None:
        return turn.say("mine.item_over", n=n, title=row.title)
    return turn.say(
        "mine.item_excused" if (row.id, row.next_start) in away else "mine.item_next",
        n=n,
        title=row.title,
        when=moment_words(turn, row),
        where=where_words(turn, row),
    )


class _Favourites(NamedTuple):
    """What is marked, as it stands below one's own classes: its numbers go on from theirs."""

    lines: list[str]
    buttons: list[tuple[Button, ...]]
    ids: list[int]


def _favourites(turn: Turn, first: int, own: Container[int] = ()) -> _Favourites:
    liked = [one for one in liking.liked(turn.tx, turn.person.person_id, turn.now) if one not in own]
    rows = classes.some_classes(turn.tx, liked[:MOST_FAVOURITES], turn.now)
    if not rows:
        return _Favourites([], [], [])
    numbered = list(enumerate(rows, first))
    lines = [turn.say("mine.favourites")]
    lines += [
        turn.say("mine.item_favourite", n=n, title=row.title, when=when_words(turn, row))
        for n, row in numbered
    ]
    buttons: list[tuple[Button, ...]] = [
        (Button(f"{n} {row.title}", f"card:{row.id}", number=n),) for n, row in numbered
    ]
    if len(liked) > len(rows):
        buttons.append((turn.button("mine.all_favourites", "favs:0"),))
    return _Favourites(lines, buttons, [row.id for row in rows])


@routes.intent("next_class")
def next_class(turn: Turn) -> None:
    """When and where one's next session is."""
    sessions = learning.next_sessions(turn.tx, turn.person.person_id, turn.now, turn.now + FAR)
    if not sessions:
        turn.reply(turn.say("mine.no_next"), (turn.button("mine.browse", "browse"),))
        return
    session = sessions[0]
    turn.state.about = "when"
    when = say_span(session.starts_at, session.ends_at, turn.lang, turn.now, turn.town.zone)
    turn.reply(
        turn.say(
            "mine.next_class",
            title=session.title,
            when=_marked(turn, session, when),
            where=_where(turn, session),
        ),
        (Button(session.title, f"card:{session.offering_id}"), turn.button("enrol.mine", "my")),
        courses=(session.code,),
    )


@routes.intent("weekly")
def week(turn: Turn) -> None:
    """One's own sessions of this week, or of the next one where 下周 was said."""
    today = turn.now.astimezone(turn.town.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday())
    ahead = _NEXT_WEEK.search(turn.text) is not None
    turn.state.about = "weekly"
    if ahead:
        monday += timedelta(weeks=1)
    first = max(turn.now, monday)
    sessions = learning.next_sessions(turn.tx, turn.person.person_id, first, monday + timedelta(weeks=1))
    if not sessions:
        key = "mine.week_none_next" if ahead else "mine.week_none"
        turn.reply(turn.say(key), (turn.button("enrol.mine", "my"), turn.button("mine.browse", "browse")))
        return
    lines = [turn.say("mine.week_next" if ahead else "mine.week")]
    lines += [
        turn.say(
            "mine.week_item", title=session.title, where=_where(turn, session),
            when=_marked(
                turn, session,
                say_span(session.starts_at, session.ends_at, turn.lang, turn.now, turn.town.zone),
            ),
        )
        for session in sessions
    ]  # fmt: skip
    codes = dict.fromkeys(session.code for session in sessions)
    turn.reply("\n".join(lines), (turn.button("enrol.mine", "my"),), courses=tuple(codes))


def _marked(turn: Turn, session: Row, when: str) -> str:
    """The time of a session, with a word where one has excused oneself from it."""
    away = excusing.excused_starts(turn.tx, turn.person.person_id, turn.now)
    excused = (session.offering_id, session.starts_at) in away
    return turn.say("mine.excused", when=when) if excused else when


def _where(turn: Turn, session: Row) -> str:
    if session.online:
        return turn.say("search.online")
    return " ".join(word for word in (session.district, session.venue, session.address) if word)
