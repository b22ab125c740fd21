"""What the steps of composing a broadcast share: the draft, its preview, the screen from which it is sent."""

from __future__ import annotations

from handlers import other
from handlers.turn import Turn
from models.statement import Row
from services.audience import Audience, AudienceError, codes, written
from services.audience.words import in_words
from services.broadcasting import acts, composing, counting, rights, rows
from services.broadcasting.composing import Breakdown, Draft
from services.broadcasting.wording import message_for
from services.enrolling.refusal import Refused
from services.message import Button
from services.phrases.when import say_moment
from services.regex import regex
from services.scope import unit_by_code
from services.understanding.normalise import keyed

NOW = regex(
    r"(?:那|好|好了|行|可以|没问题|确定|确认)?(?:就|那就)?(?:现在|马上|立即|立刻|这就|直接|赶紧)?就?"
    r"(?:群?发(?:送|出去?)?)[吧啦]?"
    r"|可以发了|现在|马上|send|sendit|now|sendnow"
)
MOST_BEGINNING = 24
NOT_SENT = regex(r"(?:先?别|先?不要?)再?发(?:出去)?[了吧啊]*")


def begins_with(text: str) -> str:
    """The first words of a broadcast, by which one knows it again."""
    line = " ".join(text.split())
    return line if len(line) <= MOST_BEGINNING else f"{line[: MOST_BEGINNING - 1]}…"


def own_draft(turn: Turn, broadcast_id: int) -> Row:
    """The draft of this person, or None, told why."""
    row = rows.one(turn.tx, broadcast_id)
    if row is None or row.author_id != turn.person.person_id or row.state != "draft":
        if not turn.incoming.tap:  # what was asked was about it
            turn.state.settle()
        other.stale(turn, turn.say("broadcast.refused.not_a_draft"), turn.button("bcast.list", "bcasts"))
        return None
    return row


def says_now(turn: Turn) -> bool:
    """Whether a text is nothing but the word to send it."""
    said = keyed(turn.text)
    return NOW.fullmatch(said) is not None or said == keyed(turn.say("bcast.now"))


def as_draft(row: Row, **changed: object) -> Draft:
    """A stored draft as one puts it together, with some of it changed."""
    values: dict[str, object] = {
        "unit_id": row.unit_id, "author_id": row.author_id, "text": row.text,
        "audience": composing.audience_of(row), "choices": composing.choices_of(row),
        "account_id": row.account_id, "repeat": row.repeat, "urgent": row.urgent,
    }  # fmt: skip
    return Draft(**(values | changed))  # type: ignore[arg-type]


def keep(turn: Turn, row: Row, **changed: object) -> bool:
    """Take a change into the draft; False when it was refused, and told."""
    draft = as_draft(row, **changed)
    try:
        refused = composing.fault(turn.tx, draft)
    except AudienceError as error:
        tell_audience_error(turn, error)
        return False
    if refused is not None:
        tell_refused(turn, refused)
        return False
    composing.change(turn.tx, row.id, draft)
    return True


def drop(turn: Turn, draft_id: int) -> None:
    """Give up what is being composed; 0 is what was not written yet."""
    if draft_id:
        row = own_draft(turn, draft_id)
        if row is None:
            return
        acts.stop(turn.tx, turn.town, row.id, by=f"person:{turn.person.person_id}")
    turn.state.settle()
    turn.reply(turn.say("bcast.dropped"), (turn.button("bcast.list", "bcasts"),))


def tell_refused(turn: Turn, refused: Refused, *rows_of_buttons: tuple[Button, ...]) -> None:
    """Why something cannot be done; without buttons of its own, the numbers of the question hold."""
    turn.keeps_choices = not rows_of_buttons
    turn.reply(turn.say(f"broadcast.refused.{refused.code}", **refused.values), *rows_of_buttons)


def tell_audience_error(turn: Turn, error: AudienceError) -> None:
    """What is wrong with an audience; the question stands, with its numbers."""
    turn.keeps_choices = True
    turn.reply(turn.say(f"whom.wrong.{error.key}", **error.values))


def preview(turn: Turn, row: Row) -> None:
    """The message as its recipients see it, with the organiser's own name and class in it."""
    message = message_for(turn.tx, turn.town, row, _self(turn), preview=True)
    turn.reply(message.text, *message.rows, document=composing.document_of(turn.tx, row.id))


class _Self:
    """The organiser in the place of a recipient."""

    def __init__(self, turn: Turn) -> None:
        self.person_id = turn.person.person_id
        self.name = turn.person.name or turn.incoming.name
        self.lang = turn.lang


def _self(turn: Turn) -> _Self:
    return _Self(turn)


def review(turn: Turn, broadcast_id: int) -> None:
    """The preview, who will get it, and what can be done now."""
    row = own_draft(turn, broadcast_id)
    if row is None:
        return
    turn.state.ask("bcast", bcast=row.id)
    preview(turn, row)
    number = row.id
    button = turn.button
    found = counting.of_draft(turn.tx, turn.town, row)
    if found is None:
        turn.counts = number
    turn.reply(
        whom_words(turn, row, found),
        *_timed_button(turn, row),
        (button("bcast.now", f"bcast_go:{number}:0"), button("bcast.at", f"bcast_at:{number}")),
        (button("bcast.test", f"bcast_test:{number}"), button("bcast.button", f"bcast_btn:{number}")),
        (button("bcast.retext", f"bcast_text:{number}"), button("bcast.rewhom", f"bcast_to:{number}")),
        (*_urgent_button(turn, row), button("bcast.drop", f"bcast_drop:{number}")),
    )  # fmt: skip


def _timed_button(turn: Turn, row: Row) -> tuple[tuple[Button, ...], ...]:
    """Of what has a time already: to leave it at that."""
    if row.starts_at is None or row.starts_at <= turn.now:
        return ()
    return ((turn.button("bcast.timed", f"bcast_timed:{row.id}:0"),),)


def _urgent_button(turn: Turn, row: Row) -> tuple[Button, ...]:
    """Only an owner is offered what wakes people."""
    if row.urgent:
        return (turn.button("bcast.calm", f"bcast_calm:{row.id}"),)
    unit = composing.unit_row(turn.tx, row)
    if not rights.may_wake(turn.tx, turn.person.person_id, unit):
        return ()
    return (turn.button("bcast.urgent", f"bcast_urgent:{row.id}"),)


def whom_words(turn: Turn, row: Row, found: Breakdown | None) -> str:
    """For whom a draft is, how many they are, and of those who gets it when or why not."""
    audience: Audience = composing.audience_of(row)
    lines = [turn.say("bcast.is_urgent")] if row.urgent else []
    lines += [
        turn.say("bcast.whom", words=in_words(turn.tx, audience, turn.say)),
        turn.say("bcast.expert_form", form=written(audience)),
    ]
    if any(_is_school(turn, code) for code in codes(audience, "unit")):
        lines.append(turn.say("bcast.by_place"))
    lines += [turn.say("bcast.counting")] if found is None else count_lines(turn, row, found)
    if row.starts_at is not None and row.starts_at > turn.now:
        when = say_moment(row.starts_at, turn.lang, turn.now, turn.town.zone)
        lines.append(turn.say("bcast.set_to", when=when))
        lines += [turn.say(f"bcast.repeats.{row.repeat}")] if row.repeat else []
    if composing.document_of(turn.tx, row.id) is None:
        lines.append(turn.say("bcast.add_file"))
    return "\n".join(lines)


def _is_school(turn: Turn, code: str) -> bool:
    """Whether a unit's people are those of its classes alone, which is not so of a college."""
    unit = unit_by_code(turn.tx, code)
    return unit is not None and unit.level not in ("root", "college")


def count_lines(turn: Turn, row: Row, found: Breakdown) -> list[str]:
    """How many they are, and of those who gets it when or why not."""
    if not found.people:
        return [turn.say("bcast.nobody_yet")]
    lines = [turn.say.count("bcast.people", found.people, get=found.will_get)]
    names = ("reachable", "quiet", "not_consented", "capped", "blocked")
    keys = {name: name for name in names} | ({"quiet": "quiet_urgent"} if row.urgent else {})
    lines += [turn.say(f"bcast.of_them.{keys[name]}", n=n) for name in names if (n := getattr(found, name))]
    return lines


def submitted(turn: Turn, row: Row, again: bool) -> None:
    """Send the draft on its way, and say what came of it."""
    number = row.id
    found = counting.of_draft(turn.tx, turn.town, row)
    if found is None:
        turn.reply(turn.say("bcast.count_first"))
        review(turn, number)
        return
    came = acts.submit(
        turn.tx, turn.town, number, by=turn.person.person_id, at=row.starts_at, again=again, found=found
    )
    if isinstance(came, Refused):
        if came.code == "same_again":
            tell_refused(
                turn, came,
                (turn.button("bcast.again", f"{_going(row)}:{number}:1"),),
                (turn.button("bcast.drop", f"bcast_drop:{number}"),),
            )  # fmt: skip
        else:
            ways = (turn.button("bcast.rewhom", f"bcast_to:{number}"), _going_on(turn, number))
            tell_refused(turn, came, ways)
        return
    turn.state.settle()
    now = rows.one(turn.tx, number)
    if now.state == "waiting_approval":
        _tell_waiting(turn, now, came.will_get)
    elif now.state == "scheduled":
        moment = say_moment(now.starts_at, turn.lang, turn.now, turn.town.zone)
        said = turn.say.count(
            "bcast.scheduled_urgent" if now.urgent else "bcast.scheduled", came.will_get, when=moment
        )
        if now.repeat:
            said += "\n" + turn.say(f"bcast.repeats.{now.repeat}")
        turn.reply(
            said,
            (turn.button("broadcast.do.stop", f"bcast_stop:{number}"), turn.button("bcast.list", "bcasts")),
            lasting=True,
        )
    else:
        said = turn.say.count("bcast.begun_urgent" if now.urgent else "bcast.begun", came.will_get)
        if came.quiet and not now.urgent:
            said += "\n" + turn.say("bcast.of_them.quiet", n=came.quiet)
        turn.reply(
            said,
            (
                turn.button("broadcast.do.pause", f"bcast_pause:{number}"),
                turn.button("broadcast.do.stop", f"bcast_stop:{number}"),
            ),
            lasting=True,
        )


def _going(row: Row) -> str:
    return "bcast_go" if row.starts_at is None else "bcast_timed"


def _going_on(turn: Turn, broadcast_id: int) -> Button:
    return turn.button("bcast.go_on", f"bcast_review:{broadcast_id}")


def _tell_waiting(turn: Turn, row: Row, people: int) -> None:
    unit = composing.unit_row(turn.tx, row)
    others = rights.other_organisers(turn.tx, turn.person.person_id, unit, row.urgent)
    key = "bcast.waiting" if others else "bcast.waiting_nobody"
    turn.reply(
        turn.say(key, n=people, most=rights.approve_above(turn.tx, unit), others=len(others), unit=unit.name),
        (turn.button("bcast.take_back", f"bcast_no:{row.id}"), turn.button("bcast.list", "bcasts")),
        lasting=True,
    )
