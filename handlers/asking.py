"""Questions about one class, answered from the data: when, where, how much, seats, teacher."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from handlers import applied_words, asking_school, other
from handlers.card import place_of, standing_words
from handlers.turn import Turn
from handlers.wordings import (
    age_words,
    audience_words,
    dates_words,
    fee_words,
    item_words,
    moment_words,
    place_words,
    seat_words,
    titles,
    when_words,
)
from models.statement import Row
from services import classes
from services.enrolling import seats
from services.message import Button, bold
from services.phrases.when import say_day


def tell(turn: Turn, row: Row, asked: str, also: str = "") -> None:
    """Answer a question about a class, or two at once, and lead on to it."""
    asks = [one for one in (asked, also) if one]
    if "phone" in asks:
        other.phone(turn, row.id)
        return
    told = [_answer(turn, row, one) for one in asks]
    ways = _ways(turn, row)
    if any(_of_school(one) and one != "wait" for one in asks):
        ways = (*ways, turn.button("step.phone", f"phone:{row.id}"))
    where = any(one == "where" or one in asking_school.OF_A_PLACE for one in asks)
    turn.reply(
        "\n".join([bold(row.title), *told]), ways, courses=(row.code,),
        place=place_of(row) if where else None,
    )  # fmt: skip


def _of_school(asked: str) -> bool:
    return asked in asking_school.ASKED or asked == asking_school.OTHER


def _answer(turn: Turn, row: Row, asked: str) -> str:
    return asking_school.words(turn, row, asked) if _of_school(asked) else _TOLD[asked](turn, row)


def compare(turn: Turn, rows: Sequence[Row]) -> None:
    """Some classes side by side: what each is, when, where, for how much, with how many seats."""
    shown = turn.state.shown
    if not {row.id for row in rows} <= {*shown}:
        shown = turn.state.shown = [row.id for row in rows]
    # the second and the third keep their numbers: 那就第三个吧
    numbered = [(shown.index(row.id) + 1, row) for row in rows]
    lines = [turn.say("ask.compare")]
    for number, row in numbered:
        lines.append(item_words(turn, number, row))
        lines += [line for line in (_teacher(turn, row) if row.teacher else "", age_words(turn, row)) if line]
    lines.append(turn.say("search.pick"))
    turn.reply(
        "\n".join(lines),
        *(
            (Button(f"{n} {title}", f"card:{row.id}", number=n),)
            for (n, row), title in zip(numbered, titles(turn, rows), strict=True)
        ),
        courses=tuple(row.code for row in rows),
    )
    turn.state.ask("compared", ids=[row.id for row in rows])


def _ways(turn: Turn, row: Row) -> tuple[Button, ...]:
    buttons = [turn.button("ask.card", f"card:{row.id}")]
    if seats.living(turn.tx, turn.person.person_id, row.id) is None and classes.joinable(row, turn.now):
        key = applied_words.enrol_key(turn, row)
        buttons.insert(0, turn.button(key, f"enrol:{row.id}"))
    return tuple(buttons)


def _when(turn: Turn, row: Row) -> str:
    if row.next_start is None:
        return turn.say("ask.over", dates=dates_words(turn, row))
    return turn.say("ask.when", when=when_words(turn, row), next=moment_words(turn, row))


def _starts(turn: Turn, row: Row) -> str:
    if row.next_start is None:
        return _when(turn, row)
    day = say_day(row.first_start, turn.lang, turn.now, turn.town.zone)
    key = "ask.starts" if row.first_start > turn.now else "ask.started"
    return turn.say(key, day=day, next=moment_words(turn, row))


def _ends(turn: Turn, row: Row) -> str:
    planned = [one for one in classes.sessions_of(turn.tx, row.id) if one.state == "planned"]
    if not planned:
        return _when(turn, row)
    last = say_day(planned[-1].starts_at, turn.lang, turn.now, turn.town.zone)
    return turn.say.count("ask.ends", len(planned), last=last)


def _where(turn: Turn, row: Row) -> str:
    return turn.say("card.online") if row.online else turn.say("card.where", where=place_words(turn, row))


def _fee(turn: Turn, row: Row) -> str:
    return (
        turn.say("card.fee_unknown") if row.fee_fen is None else turn.say("ask.fee", fee=fee_words(turn, row))
    )


def _closes(turn: Turn, row: Row) -> str:
    return "\n".join(standing_words(turn, row, seats.standing(turn.tx, turn.person.person_id, row.id)))


def _seats(turn: Turn, row: Row) -> str:
    if not classes.joinable(row, turn.now):
        return turn.say("ask.closed")
    left = classes.seats_left(row)
    if left == 0:
        return turn.say("card.full", position=seats.waiting_count(turn.tx, row.id) + 1)
    return turn.say("ask.seats", seats=seat_words(turn, row))


def _teacher(turn: Turn, row: Row) -> str:
    return turn.say("card.teacher", teacher=row.teacher) if row.teacher else turn.say("ask.no_teacher")


def _about(turn: Turn, row: Row) -> str:
    return str(row.description) or turn.say("ask.no_description")


def _who(turn: Turn, row: Row) -> str:
    lines = []
    if row.audience:
        lines.append(turn.say("card.audience", audience=audience_words(turn, row)))
    if ages := age_words(turn, row):
        lines.append(turn.say("card.ages", ages=ages))
    return "\n".join(lines) or turn.say("ask.anybody")


_TOLD: dict[str, Callable[[Turn, Row], str]] = {
    "when": _when, "starts": _starts, "ends": _ends, "where": _where, "fee": _fee, "seats": _seats,
    "closes": _closes, "teacher": _teacher, "about": _about, "who": _who,
}  # fmt: skip
