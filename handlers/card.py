"""The class card, its calendar file and its link to share."""

from handlers import applied_words, other
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.wordings import (
    age_words,
    audience_words,
    dates_words,
    fee_line,
    moment_words,
    place_words,
    when_words,
    where_words,
)
from models.statement import Row
from services import classes
from services.class_calendar import calendar_document, times_left
from services.enrolling import offers, seats
from services.message import Button, Place
from services.phrases.when import say_closing, say_deadline, say_opening
from services.running import parallel
from services.windows import reading

routes = Routes()


@routes.tap("card", number)
def show(turn: Turn, offering_id: int) -> None:
    """Everything about one class, and what can be done with it."""
    row = classes.one_class(turn.tx, offering_id, turn.now)
    if row is None:
        gone(turn)
        return
    turn.state.settle()
    turn.state.at(f"card:{offering_id}")
    turn.state.focus = offering_id
    place = seats.standing(turn.tx, turn.person.person_id, offering_id)
    # one thing at a time: in big mode the rest waits behind a button
    extra = [] if turn.person.big else [_about_school(turn, row), _about_code(turn, row)]
    turn.reply(
        "\n".join([*_facts(turn, row), *standing_words(turn, row, place), *extra]),
        *_buttons(turn, row, place),
        courses=(row.code,),
        place=place_of(row),
    )


@routes.tap("more", number)
def more(turn: Turn, offering_id: int) -> None:
    """What the short card of big mode leaves out."""
    row = classes.one_class(turn.tx, offering_id, turn.now)
    if row is None:
        gone(turn)
        return
    turn.state.settle()
    turn.state.at(f"more:{offering_id}")
    turn.state.focus = offering_id
    place = seats.standing(turn.tx, turn.person.person_id, offering_id)
    lines = [turn.say("card.title", title=row.title), row.description, _about_teacher(turn, row)]
    lines += [_about_hours(turn, row), _about_whom(turn, row)]
    lines += [_about_school(turn, row), _about_code(turn, row)]
    first = _first(turn, row, place)
    turn.reply(
        "\n".join(line for line in lines if line),
        tuple(first[:1] if place.id is None else first),
        (turn.button("card.calendar", f"ics:{row.id}"), turn.button("card.share", f"share:{row.id}")),
        (turn.button("card.back", "back"),),
        courses=(row.code,),
    )


def gone(turn: Turn) -> None:
    """The class is not there any more."""
    other.stale(turn, turn.say("card.gone"), turn.button("start.browse", "browse"))


def _facts(turn: Turn, row: Row) -> list[str]:
    """What, when, where and for how much; outside big mode also who teaches and whom it is for."""
    say = turn.say
    lines = [say("card.title", title=row.title)]
    if not turn.person.big:
        lines.append(row.description)
    lines.append(say("card.when", dates=dates_words(turn, row)))
    # before the first session the dates say already when that is
    if row.next_start is not None and row.next_start > row.first_start:
        lines.append(say("card.next", when=moment_words(turn, row)))
    lines.append(say("card.online") if row.online else say("card.where", where=place_words(turn, row)))
    if turn.person.big:
        return [*lines, fee_line(turn, row)]
    lines.append(_about_teacher(turn, row))
    lines.append(_joined(turn, fee_line(turn, row), _about_hours(turn, row)))
    lines.append(_about_whom(turn, row))
    return [line for line in lines if line]


def _about_teacher(turn: Turn, row: Row) -> str:
    return turn.say("card.teacher", teacher=row.teacher) if row.teacher else ""


def _about_hours(turn: Turn, row: Row) -> str:
    return turn.say("card.hours", hours=f"{row.hours:g}") if row.hours else ""


def _about_whom(turn: Turn, row: Row) -> str:
    audience = turn.say("card.audience", audience=audience_words(turn, row)) if row.audience else ""
    ages = age_words(turn, row)
    return _joined(turn, audience, turn.say("card.ages", ages=ages) if ages else "")


def _about_school(turn: Turn, row: Row) -> str:
    return turn.say("card.school_phone" if row.phone else "card.school", school=row.school, phone=row.phone)


def _about_code(turn: Turn, row: Row) -> str:
    return turn.say("card.code", code=row.code, kind=turn.say(f"kind.{row.category}"))


def _joined(turn: Turn, *parts: str) -> str:
    """Short facts that go together on one line."""
    return turn.say("card.between").join(part for part in parts if part)


def standing_words(turn: Turn, row: Row, place: Row) -> list[str]:
    """How the class stands, and the person in it."""
    say, town = turn.say, turn.town
    mine = place if place.id is not None else None
    if row.status != "open":
        return [say("card.cancelled")]
    lines = []
    left = classes.seats_left(row)
    if mine is None and not turn.now < row.enrol_closes:
        return [say("card.closed")]
    if left is None:
        lines.append(say("card.no_limit"))
    elif left and place.ahead > left:
        lines.append(say("group.kept", n=left, size=place.ahead))
    elif left:
        lines.append(say("card.seats", n=left, capacity=row.capacity))
    elif mine is None:
        lines.append(say("card.full", position=seats.waiting_count(turn.tx, row.id) + 1))
    if mine is not None:
        lines.append(_own(turn, row, mine))
    elif (found := reading.window_of(turn.tx, row)) is not None and (
        said := applied_words.lines(turn, row, found)
    ):
        lines += said
    elif row.enrol_opens and row.enrol_opens > turn.now:
        lines.append(say("card.opens", when=say_opening(row.enrol_opens, turn.lang, turn.now, town.zone)))
    else:
        lines.append(say("card.closes", when=say_closing(row.enrol_closes, turn.lang, turn.now, town.zone)))
    return lines


def _own(turn: Turn, row: Row, mine: Row) -> str:
    if mine.state == "waiting":
        return turn.say("card.mine_waiting", position=seats.position(turn.tx, row.id, mine.id))
    if mine.state == "offered":
        offer = turn.tx.one(offers.LIVING_OFFER, enrolment_id=mine.id)
        return turn.say(
            "card.mine_offered", until=say_deadline(offer.expires_at, turn.lang, turn.now, turn.town.zone)
        )
    return turn.say("card.mine_enrolled")


def _first(turn: Turn, row: Row, mine: Row) -> list[Button]:
    """What can be done about a place in the class, the most wanted first."""
    if mine.id is None:
        favourite = turn.button("card.unfavourite" if mine.liked else "card.favourite", f"fav:{row.id}")
        if not classes.joinable(row, turn.now):
            return [favourite]
        if (asked := applied_words.first(turn, row)) is not None:
            return [*asked, favourite][:3]
        key = "card.wait" if classes.seats_left(row) == 0 else "card.enrol"
        return [turn.button(key, f"enrol:{row.id}"), favourite]
    if mine.state == "offered":
        offer = turn.tx.one(offers.LIVING_OFFER, enrolment_id=mine.id)
        return [
            turn.button("card.accept", f"offer_yes:{offer.id}"),
            turn.button("card.decline", f"offer_no:{offer.id}"),
            turn.button("why.button", f"why:{row.id}"),
        ]
    leave = turn.button("card.withdraw", f"withdraw:{row.id}")
    if mine.state == "waiting" and _free_for_all(turn, row):
        return [turn.button("card.enrol", f"enrol:{row.id}"), leave]
    if mine.state == "waiting":
        return [turn.button("why.button", f"why:{row.id}"), leave]
    # asked only for a class of one's own
    if row.next_start is not None and parallel.has_parallel(turn.tx, turn.town, row.id):
        return [turn.button("changing.button", f"change:{mine.id}"), leave]
    return [leave]


def _buttons(turn: Turn, row: Row, place: Row) -> list[tuple[Button, ...]]:
    first = tuple(_first(turn, row, place))
    files = (turn.button("card.calendar", f"ics:{row.id}"), turn.button("card.share", f"share:{row.id}"))
    back = turn.button("card.back", "back")
    if turn.person.big:
        return [first, (turn.button("card.more", f"more:{row.id}"), back), files]
    family = turn.button("card.family", f"family:{row.id}")
    return [first, files, (back, family) if classes.joinable(row, turn.now) else (back,)]


def _free_for_all(turn: Turn, row: Row) -> bool:
    """A seat is free, and it is too late to hold it for whoever waits first."""
    late = offers.too_late(turn.town, row.first_start, row.enrol_closes)
    return late and classes.joinable(row, turn.now) and classes.seats_left(row) != 0


def place_of(row: Row) -> Place | None:
    """Where a class meets on the map, if that is known."""
    if row.online or row.latitude is None or row.longitude is None:
        return None
    return Place(
        row.latitude, row.longitude, row.venue or row.school, row.address or row.district or row.school
    )


@routes.tap("ics", number)
def calendar(turn: Turn, offering_id: int) -> None:
    """The calendar file of a class."""
    row = classes.one_class(turn.tx, offering_id, turn.now)
    if row is None:
        gone(turn)
    elif not classes.sessions_of(turn.tx, offering_id):
        turn.reply(turn.say("card.calendar_none"), courses=(row.code,))
    else:
        departures = times_left(turn.tx, turn.person.person_id, offering_id)
        document = calendar_document(turn.tx, turn.town, offering_id, turn.lang, departures=departures)
        turn.reply(turn.say("card.calendar_file", title=row.title), courses=(row.code,), document=document)


@routes.tap("share", number)
def share(turn: Turn, offering_id: int) -> None:
    """A text to pass on to a neighbour."""
    row = classes.one_class(turn.tx, offering_id, turn.now)
    if row is None:
        gone(turn)
        return
    link = f"{turn.town.public_url}/c/{row.link_key}" if turn.town.public_url else ""
    key = "card.share_text" if link else "card.share_plain"
    text = turn.say(
        key,
        title=row.title,
        when=when_words(turn, row),
        where=where_words(turn, row),
        link=link,
        code=row.code,
    )
    turn.reply(text, courses=(row.code,))
