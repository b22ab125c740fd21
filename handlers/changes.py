"""换班: to a parallel class, the old seat kept until the new one is had; and what one says to a merging."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from handlers import family_places, other, withdraw
from handlers.fee_words import with_fee
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.wordings import when_words, where_words
from handlers.yes_no import is_no, is_yes
from models.statement import Row
from services import classes, learning, scope
from services.enrolling import seats, transfers
from services.enrolling.refusal import Refused
from services.family import people
from services.message import Button
from services.phrases.when import say_moment
from services.running import parallel
from services.running.changed import tell_changed
from services.running.merge import MEMBERS

routes = Routes()
MOST_NAMES = 40
_DAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
# for so long a merging can be declined as if one had never been moved
DECLINABLE = timedelta(days=7)


@routes.command("change", "换班", "我要换班", "换个班", "想换班", "我想换班", "我想换个班", "change class")
def said(turn: Turn) -> None:
    """Which of one's own classes; only those with a parallel class can be changed."""
    turn.state.settle()
    places = learning.own_places(turn.tx, turn.person.person_id, turn.now)
    own = [
        place
        for place in places
        if place.state == "enrolled" and parallel.parallels(turn.tx, turn.town, place.offering_id)
    ]
    if not own:
        turn.reply(
            turn.say("changing.none"),
            (turn.button("enrol.mine", "my"), turn.button("start.browse", "browse")),
        )
    elif len(own) == 1:
        to_which(turn, own[0].id)
    else:
        rows = classes.some_classes(turn.tx, [place.offering_id for place in own], turn.now)
        turn.reply(
            turn.say("changing.which"),
            *((Button(row.title, f"change:{place.id}"),) for place, row in zip(own, rows, strict=True)),
            courses=tuple(row.code for row in rows),
        )


@routes.tap("change", number)
def to_which(turn: Turn, enrolment_id: int) -> None:
    """To which of the parallel classes, each with its hours and whether it has a seat."""
    place = _place(turn, enrolment_id)
    if place is None:
        return
    turn.state.settle()
    turn.state.at(f"change:{enrolment_id}")
    rows = parallel.parallels(turn.tx, turn.town, place.offering_id)[: turn.page]
    if not rows:
        turn.reply(turn.say("changing.none"), (turn.button("enrol.mine", "my"),))
        return
    turn.state.ask("change.to", enrolment=enrolment_id, ids=[row.id for row in rows])
    lines = [turn.say("changing.to", title=rows[0].title)]
    lines += [
        turn.say(
            "changing.item", n=n, when=when_words(turn, row), where=where_words(turn, row),
            seats=turn.say("changing.full" if classes.seats_left(row) == 0 else "changing.free"),
        )
        for n, row in enumerate(rows, 1)
    ]  # fmt: skip
    turn.reply(
        "\n".join(lines),
        *(
            (Button(f"{n} {when_words(turn, row)}", f"change_to:{enrolment_id}:{row.id}", number=n),)
            for n, row in enumerate(rows, 1)
        ),
        courses=tuple(row.code for row in rows),
    )


@routes.step("change.to")
def to_said(turn: Turn) -> bool:
    """Which one, by its code or its day: 换到周三, SF03; or none of them."""
    data = turn.state.data
    if is_no(turn.text, "不换", "不换了", "先不换"):
        kept(turn)
        return True
    rows = classes.some_classes(turn.tx, [int(one) for one in data["ids"]], turn.now)
    found = named(turn, rows)
    if found is None:
        return False
    ask(turn, int(data["enrolment"]), found.id)
    return True


def named(turn: Turn, rows: Sequence[Row]) -> Row:
    """The only one of these classes that is named by its code or weekday, or None."""
    said = turn.text.upper()
    fits = [row for row in rows if row.code.upper() in said]
    day = _DAY.search(turn.text)
    if not fits and day is not None:
        fits = [row for row in rows if f"周{day[1].replace('天', '日')}" in when_words(turn, row)]
    return fits[0] if len(fits) == 1 else None


@routes.tap("change_to", number, number)
def ask(turn: Turn, enrolment_id: int, to_id: int) -> None:
    """Ask once."""
    place, row = _place(turn, enrolment_id, to_id), classes.one_class(turn.tx, to_id, turn.now)
    if place is None or row is None:
        return
    ids = turn.state.data.get("ids", []) if turn.state.step.startswith("change") else []
    turn.state.ask("change", enrolment=enrolment_id, to=to_id, ids=ids)
    full = classes.seats_left(row) == 0
    turn.reply(
        turn.say(
            "changing.sure_full" if full else "changing.sure", title=row.title, when=when_words(turn, row)
        ),
        (
            turn.button("changing.yes", f"change_ok:{enrolment_id}:{to_id}"),
            turn.button("changing.no", "change_no"),
        ),
        courses=(row.code,),
    )


@routes.step("change")
def answered(turn: Turn) -> bool:
    """Yes or no in words."""
    if is_yes(turn.text, "换", "确认换班", "换吧"):
        confirmed(turn, int(turn.state.data["enrolment"]), int(turn.state.data["to"]))
    elif is_no(turn.text, "不换", "不换了"):
        kept(turn)
    else:
        return bool(to_said(turn))  # another day after all
    return True


@routes.tap("change_no")
def kept(turn: Turn) -> None:
    """Nothing changes."""
    if other.past(turn, "change"):
        return
    turn.state.settle()
    turn.reply(turn.say("changing.kept"), (turn.button("enrol.mine", "my"),))


@routes.tap("change_ok", number, number)
def confirmed(turn: Turn, enrolment_id: int, to_id: int) -> None:
    """Change, or wait with the seat kept; the last word is asked for again where it was not just given."""
    if turn.state.step != "change" or turn.state.data.get("to") != to_id:
        ask(turn, enrolment_id, to_id)
        return
    place = _place(turn, enrolment_id)
    turn.state.settle()
    if place is None:
        return
    own = place.person_id == turn.person.person_id
    actor = f"person:{turn.person.person_id}"
    done = transfers.change(turn.tx, turn.town, enrolment_id, to_id, actor=actor)
    row = classes.one_class(turn.tx, to_id, turn.now)
    if isinstance(done, Refused):
        _refused(turn, done, row)
        return
    key = {"enrolled": "changing.done", "offered": "changing.offered"}.get(done.state, "changing.waiting")
    if not own:
        acts = people.may_act(turn.tx, turn.person.person_id, place.person_id)
        tell_changed(
            turn.tx, turn.town, place.person_id, to_id, done, account_id=turn.person.account_id,
            by=(turn.person.name or turn.say("family.somebody")) if acts else row.school,
        )  # fmt: skip
    text = turn.say(
        key if own else f"{key}_other", title=row.title, when=when_words(turn, row),
        where=where_words(turn, row), position=done.position, name=place.name,
    )  # fmt: skip
    turn.reply(text, (turn.button("enrol.mine", "my"),), courses=(row.code,), lasting=True)


@routes.tap("merged_no", number)
def declined(turn: Turn, enrolment_id: int) -> None:
    """The class that one's own was merged into does not suit: leave it, and see what fits."""
    place = turn.tx.one(transfers.PLACE, id=enrolment_id)
    mine = place is not None and people.may_act(turn.tx, turn.person.person_id, place.person_id)
    row = classes.one_class(turn.tx, place.offering_id, turn.now) if mine else None
    living = seats.living(turn.tx, place.person_id, row.id) if row is not None else None
    if row is None or living is None:
        other.stale(turn, turn.say("merging.gone"), turn.button("enrol.mine", "my"))
        return
    turn.state.settle()
    if turn.now > place.since + DECLINABLE:
        if place.person_id == turn.person.person_id:
            withdraw.ask(turn, row.id)
        else:
            family_places.leave(turn, living.id)
        return
    actor = f"person:{turn.person.person_id}"
    seats.leave(turn.tx, turn.town, living, why="declined", actor=actor)
    family_places.tell_grown(turn, place.person_id, "left", row.title)
    among = parallel.candidates(turn.tx, turn.town, row)
    others = parallel.fitting(turn.tx, turn.town, place.person_id, row, among)
    text = with_fee(turn, turn.say("merging.declined", title=row.title), row, living, left=True)
    turn.reply(
        "\n".join([text, *([turn.say("merging.others")] if others else [])]),
        *(
            (Button(turn.say("change.other", title=one.title, code=one.code), f"card:{one.id}"),)
            for one in others
        ),
        (turn.button("step.similar", f"similar:{row.id}"), turn.button("enrol.mine", "my")),
        courses=(row.code, *(one.code for one in others)),
        lasting=True,
    )


def names(turn: Turn, offering_id: int) -> None:
    """For staff: who of a class is to be changed."""
    members = [one for one in turn.tx.all(MEMBERS, offering_id=offering_id) if one.state == "enrolled"]
    row = classes.one_class(turn.tx, offering_id, turn.now)
    if not members or not parallel.parallels(turn.tx, turn.town, offering_id):
        turn.reply(turn.say("changing.none_here", title=row.title), courses=(row.code,))
        return
    turn.reply(
        turn.say("changing.who", title=row.title),
        *(
            (Button(f"{n} {one.name}", f"change:{one.id}", number=n),)
            for n, one in enumerate(members[:40], 1)
        ),
        courses=(row.code,),
    )


def _place(turn: Turn, enrolment_id: int, to_id: int = 0) -> Row:
    """A seat of one's own, of one's child, or of a class that one runs; otherwise it is told kindly."""
    place = turn.tx.one(transfers.PLACE, id=enrolment_id)
    me = turn.person.person_id
    theirs = place is not None and (
        people.may_act(turn.tx, me, place.person_id)
        or scope.acts_for(turn.tx, me, scope.EDITING, place.offering_id)
    )
    if theirs and place.state == "enrolled":
        return place
    there = seats.living(turn.tx, place.person_id, to_id) if theirs and to_id else None  # a second tap
    key = "changing.changed" if there is not None else "changing.no_seat"
    other.stale(turn, turn.say(key), turn.button("enrol.mine", "my"))
    return None


def _refused(turn: Turn, refused: Refused, row: Row) -> None:
    values = dict(refused.values)
    key = f"changing.{refused.code}"
    if refused.code == "clash":
        values["when"] = say_moment(values["at"], turn.lang, turn.now, turn.town.zone)
    if not turn.say.has(key):
        key = "changing.refused"
    turn.reply(
        turn.say(key, **{"title": row.title, **values}),
        (turn.button("start.browse", f"card:{row.id}"), turn.button("enrol.mine", "my")),
        courses=(row.code,),
    )
