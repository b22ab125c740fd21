"""Sentences about classes that several screens share."""

from collections import Counter
from collections.abc import Sequence
from functools import cache

from handlers.turn import Turn
from models.statement import Row
from services import classes
from services.phrases.dates import Meeting, say_dates_left
from services.phrases.money import say_fee
from services.phrases.slots import say_slots
from services.phrases.when import say_day, say_moment
from services.texts import texts_of


def where_words(turn: Turn, row: Row) -> str:
    """Where a class meets, shortly."""
    if row.online:
        return turn.say("search.online")
    return str(row.venue or row.district or row.school)


def place_words(turn: Turn, row: Row) -> str:
    """Where a class meets, with the address; nothing is said twice."""
    if row.online:
        return turn.say("search.online")
    address = row.address or ""
    detail = address if row.district and row.district in address else f"{row.district or ''}{address}"
    if not row.venue or row.venue in detail:
        return detail or str(row.venue or row.school)
    return turn.say("card.place", venue=row.venue, address=detail) if detail else str(row.venue)


def titles(turn: Turn, rows: Sequence[Row]) -> list[str]:
    """The titles of classes for their buttons; those of one name are told apart by place, else by time."""
    times = Counter(row.title for row in rows)
    return [
        row.title
        if times[row.title] == 1
        else _told_apart(turn, row, [r for r in rows if r.title == row.title])
        for row in rows
    ]


def _told_apart(turn: Turn, row: Row, namesakes: Sequence[Row]) -> str:
    for words in (where_words, weekly_words, moment_words):
        if len({words(turn, one) for one in namesakes}) == len(namesakes):
            return turn.say("ask.told_apart", title=row.title, by=words(turn, row))
    return turn.say("ask.told_apart", title=row.title, by=row.code)


def weekly_words(turn: Turn, row: Row) -> str:
    """The weekly hours of a class, shortly."""
    return say_slots(row.slots, turn.lang, turn.now.astimezone(turn.town.zone).date())


def language_hint(turn: Turn) -> str:
    """For whom the platform says reads English, while we speak Chinese: how to change that."""
    foreign = turn.incoming.lang.startswith("en") and turn.lang == "zh"
    return turn.say("start.english") if foreign else ""


def seat_words(turn: Turn, row: Row) -> str:
    """Seats left in a list."""
    left = classes.seats_left(row)
    if left is None:
        return turn.say("search.no_limit")
    return turn.say.count("search.seats", left) if left else turn.say("search.full")


def when_words(turn: Turn, row: Row) -> str:
    """The weekly hours of a class and the day of its first or next session."""
    words = weekly_words(turn, row)
    if row.next_start is None or "-" in row.slots.partition("@")[0]:
        return words
    key = "search.starts" if row.next_start <= row.first_start else "search.next_one"
    said = turn.say(key, when=words, day=say_day(row.next_start, turn.lang, turn.now, turn.town.zone))
    return said if words else said.lstrip("，, ")


def dates_words(turn: Turn, row: Row) -> str:
    """All dates of a class, or those that are still to come."""
    meetings = [
        Meeting(session.starts_at, session.ends_at, session.state != "planned")
        for session in classes.times_of(turn.tx, row.id)
    ]
    return say_dates_left(meetings, turn.lang, turn.now, turn.town.zone)


def moment_words(turn: Turn, row: Row) -> str:
    """When the next session begins, or nothing."""
    return say_moment(row.next_start, turn.lang, turn.now, turn.town.zone) if row.next_start else ""


def fee_words(turn: Turn, row: Row) -> str:
    """The fee."""
    return say_fee(row.fee_fen, turn.lang)


def audience_words(turn: Turn, row: Row) -> str:
    """Whom a class is for; what the catalogue knows is said in the person's language."""
    known = _audiences()
    said = (turn.say(known[one]) if one in known else one for one in row.audience.split("、"))
    return turn.say("other.between").join(said)


@cache
def _audiences() -> dict[str, str]:
    """The key of each word for an audience, which sheets hold in Chinese."""
    chinese = texts_of("zh")
    return {chinese(key): key for key in chinese.keys() if key.startswith("audience.")}  # noqa: SIM118


def age_words(turn: Turn, row: Row) -> str:
    """The ages a class is for, or nothing."""
    if row.min_age is not None and row.max_age is not None:
        return turn.say("card.ages_between", low=row.min_age, high=row.max_age)
    if row.min_age is not None:
        return turn.say("card.ages_from", low=row.min_age)
    return turn.say("card.ages_to", high=row.max_age) if row.max_age is not None else ""


def fee_line(turn: Turn, row: Row) -> str:
    """The fee as a line of its own."""
    return (
        turn.say("card.fee_unknown")
        if row.fee_fen is None
        else turn.say("card.fee", fee=fee_words(turn, row))
    )


def item_words(turn: Turn, number: int, row: Row) -> str:
    """A class as one entry of a list."""
    return turn.say(
        "search.item", n=number, title=row.title, when=when_words(turn, row), where=where_words(turn, row),
        fee=fee_words(turn, row), seats=seat_words(turn, row),
    )  # fmt: skip
