"""The places of those for whom one acts: in 我的课, looked at, left; and a group that parts."""

from typing import NamedTuple

from handlers import other
from handlers.family_words import labelled
from handlers.fee_words import with_fee
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.wordings import dates_words, moment_words, place_words, where_words
from handlers.yes_no import is_no, is_yes
from models.statement import Row
from services import classes, excusing, learning
from services.audit import record
from services.enrolling import gates, groups, offers, seats
from services.family import acts, people
from services.family.people import Learner
from services.message import Button
from services.phrases.when import say_deadline
from services.running import parallel

routes = Routes()


class Place(NamedTuple):
    """Somebody's place: of whom, and the row of `learning.own_places`."""

    of: Learner
    row: Row


def of_family(turn: Turn, kin: list[Learner]) -> list[Place]:
    """Living places of everybody for whom one acts, person by person."""
    return [Place(one, row) for one in kin for row in learning.own_places(turn.tx, one.person_id, turn.now)]


def item(turn: Turn, n: int, row: Row, place: Place) -> str:
    """One entry of 我的课, row being the class."""
    state = place.row.state
    if state == "waiting":
        at = seats.position(turn.tx, row.id, place.row.id)
        return turn.say("mine.item_waiting", n=n, title=row.title, position=at)
    if state == "offered":
        until = say_deadline(place.row.expires_at, turn.lang, turn.now, turn.town.zone)
        return turn.say("mine.item_offered", n=n, title=row.title, until=until)
    if row.next_start is None:
        return turn.say("mine.item_over", n=n, title=row.title)
    return turn.say(
        "mine.item_next", n=n, title=row.title, when=moment_words(turn, row), where=where_words(turn, row)
    )


@routes.tap("fam_place", number)
def show(turn: Turn, enrolment_id: int) -> None:
    """One place of somebody for whom one acts, and what can be done."""
    found = _place(turn, enrolment_id)
    if found is None:
        other.stale(turn)
        return
    turn.state.settle()
    one, mine, row = found
    turn.state.at(f"fam_place:{enrolment_id}")
    by = acts.made_by(turn.tx, enrolment_id)
    turn.reply(
        turn.say(
            "family.place", title=row.title, dates=dates_words(turn, row), where=place_words(turn, row),
            by=turn.say("family.by", actor=by, name=one.name) if by else one.name,
            state=_state(turn, one, mine),
        ),
        *_ways(turn, one, mine, row),
        courses=(row.code,),
    )  # fmt: skip


def _ways(turn: Turn, one: Learner, mine: Row, row: Row) -> list[tuple[Button, ...]]:
    """What can be done, leaving last: whoever asks to be excused must not leave by the number 1."""
    rows: list[tuple[Button, ...]] = []
    if mine.state == "offered":
        offer = turn.tx.one(offers.LIVING_OFFER, enrolment_id=mine.id)
        rows.append((
            turn.button("card.accept", f"offer_yes:{offer.id}"),
            turn.button("card.decline", f"offer_no:{offer.id}"),
        ))  # fmt: skip
    if mine.state == "enrolled" and (session := _next(turn, one, row)) is not None:
        rows.append((turn.button("family.excuse", f"excuse:{mine.id}:{session.id}"),))
    if len(groups.party(turn.tx, mine.id, "waiting")) > 1:
        rows.append((turn.button("group.part", f"part:{mine.id}"),))
    if mine.state in ("waiting", "offered"):
        rows.append((turn.button("why.button", f"why_of:{row.id}:{one.person_id}"),))
    if mine.state == "enrolled" and parallel.has_parallel(turn.tx, turn.town, row.id):
        rows.append((turn.button("changing.button", f"change:{mine.id}"),))
    if mine.state != "offered":
        rows.append((turn.button("family.leave", f"fam_leave:{mine.id}", name=one.label),))
    return [*rows, (turn.button("card.calendar", f"ics:{row.id}"), turn.button("card.back", "back"))]


def _next(turn: Turn, one: Learner, row: Row) -> Row:
    """The next session of this class that begins soon and from which they are not excused, or None."""
    coming = excusing.coming(turn.tx, one.person_id, turn.now, excused=False)
    return next((session for session in coming if session.offering_id == row.id), None)


def _state(turn: Turn, one: Learner, mine: Row) -> str:
    if mine.state == "waiting":
        at = seats.position(turn.tx, mine.offering_id, mine.id)
        return turn.say("family.state_waiting", name=one.label, position=at)
    if mine.state == "offered":
        offer = turn.tx.one(offers.LIVING_OFFER, enrolment_id=mine.id)
        until = say_deadline(offer.expires_at, turn.lang, turn.now, turn.town.zone)
        return turn.say("family.state_offered", name=one.label, until=until)
    return turn.say("family.state_enrolled", name=one.label)


def _place(turn: Turn, enrolment_id: int) -> tuple[Learner, Row, Row] | None:
    """Whose living place it is, the place and its class; None where one may not act for them."""
    mine = turn.tx.one(seats.BY_ID, id=enrolment_id)
    if mine is None or mine.state not in ("enrolled", "offered", "waiting"):
        return None
    known = [*labelled(turn), *people.on_paper(turn.tx, turn.person.person_id)]
    one = next((one for one in known if one.person_id == mine.person_id), None)
    row = classes.one_class(turn.tx, mine.offering_id, turn.now)
    return (one, mine, row) if one is not None and row is not None else None


@routes.tap("fam_leave", number)
def leave(turn: Turn, enrolment_id: int) -> None:
    """Ask once."""
    found = _place(turn, enrolment_id)
    if found is None:
        other.stale(turn)
        return
    one, mine, row = found
    turn.state.ask("family.leave", enrolment=enrolment_id)
    turn.reply(
        with_fee(turn, turn.say("family.leave_sure", name=one.label, title=row.title), row, mine),
        (turn.button("withdraw.yes", "fam_leave_ok"), turn.button("family.stay", "fam_stay")),
        courses=(row.code,),
    )


@routes.tap("fam_leave_ok")
def left(turn: Turn) -> None:
    """The seat goes to whoever waits first; somebody grown is told."""
    found = (
        _place(turn, int(turn.state.data.get("enrolment", 0))) if turn.state.step == "family.leave" else None
    )
    actor = f"person:{turn.person.person_id}"
    if found is None or not seats.leave(turn.tx, turn.town, found[1], why="family", actor=actor):
        other.stale(turn)
        return
    turn.state.settle()
    one, mine, row = found
    tell_grown(turn, one.person_id, "left", row.title)
    turn.reply(
        with_fee(turn, turn.say("family.leave_done", name=one.label, title=row.title), row, mine, left=True),
        (turn.button("enrol.mine", "my"),),
        courses=(row.code,),
        lasting=True,
    )


@routes.tap("fam_stay")
def stayed(turn: Turn) -> None:
    """Not after all; a clerk's own list would say nothing of whom it was about."""
    if other.past(turn, "family.leave"):
        return
    turn.state.settle()
    turn.reply(turn.say("withdraw.kept"), (turn.button("enrol.mine", "my"),))


@routes.step("family.leave")
def leave_said(turn: Turn) -> bool:
    """Yes or no in words."""
    if is_yes(turn.text, "退", "退出", "确认退出"):
        left(turn)
    elif is_no(turn.text, "不退", "不退了"):
        stayed(turn)
    else:
        return False
    return True


def tell_grown(turn: Turn, person_id: int, key: str, title: str) -> None:
    """Tell somebody grown what was done for them; nothing for oneself or a child."""
    for right in turn.tx.all(people.GROWN, actor_id=turn.person.person_id):
        if right.subject_id == person_id:
            actor = turn.person.name or turn.say("family.somebody")
            acts.tell(turn.tx, turn.town, person_id, right.id, key, title=title, actor=actor)


@routes.tap("fam_take", number)
def take_late(turn: Turn, enrolment_id: int) -> None:
    """A seat that is free for whoever comes is taken for somebody who waits, and for all of their group."""
    mine = turn.tx.one(seats.BY_ID, id=enrolment_id)
    if mine is None or not people.may_act(turn.tx, turn.person.person_id, mine.person_id):
        other.stale(turn)
        return
    locked = turn.tx.one(offers.LOCK_CLASS, id=mine.offering_id)
    mine = turn.tx.one(seats.BY_ID, id=enrolment_id)
    row = classes.one_class(turn.tx, mine.offering_id, turn.now)
    late = offers.too_late(turn.town, locked.first_start, locked.enrol_closes)
    ids = [one.id for one in groups.party(turn.tx, enrolment_id, "waiting")] or [enrolment_id]
    open_ = gates.takes_nobody(locked, turn.now) is None and mine.state == "waiting"
    if not (open_ and late and seats.take(turn.tx, mine.offering_id, ids, turn.now, late=True)):
        turn.reply(turn.say("family.seat_gone", title=row.title), (turn.button("enrol.mine", "my"),))
        return
    actor = f"person:{turn.person.person_id}"
    for one in ids:
        record(turn.tx, turn.now, actor, "enrol", f"offering:{mine.offering_id}", f"enrolment:{one}")
    tell_grown(turn, mine.person_id, "enrolled", row.title)
    turn.reply(
        turn.say("family.accepted", name=mine.name, title=row.title),
        (turn.button("card.calendar", f"ics:{row.id}"), turn.button("enrol.mine", "my")),
        courses=(row.code,),
        lasting=True,
    )


@routes.tap("part", number)
def part(turn: Turn, enrolment_id: int) -> None:
    """A group that waits parts: each keeps the own place, and the first may have a seat at once."""
    mine = turn.tx.one(seats.BY_ID, id=enrolment_id)
    me = turn.person.person_id
    if mine is None or not people.may_act(turn.tx, me, mine.person_id):
        other.stale(turn)
        return
    turn.tx.one(offers.LOCK_CLASS, id=mine.offering_id)
    party = groups.party(turn.tx, enrolment_id, "waiting")
    if len(party) < 2:
        turn.reply(turn.say("group.part_gone"), (turn.button("enrol.mine", "my"),))
        return
    groups.part(turn.tx, party[0].group_id)
    offers.promote(turn.tx, turn.town, mine.offering_id, freed=False)
    turn.reply(turn.say("group.parted"), (turn.button("enrol.mine", "my"),), lasting=True)


def family_buttons(n: int, title: str, place: Place) -> tuple[Button, ...]:
    """The button of one entry."""
    return (Button(f"{n} {place.of.label} · {title}", f"fam_place:{place.row.id}", number=n),)
