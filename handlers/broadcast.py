"""/broadcast (群发): who may, what was sent, what is on its way, and what can be done with it."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from handlers import (
    broadcast_compose,
    broadcast_report,
    broadcast_words,
    campaigns,
    card,
    enrol,
    learning_cards,
    other,
    votes,
)
from handlers.broadcast_draft import begins_with, drop, review, tell_refused
from handlers.broadcast_report import allowed
from handlers.routes import Handler, Routes, long_number, number
from handlers.turn import Turn
from handlers.yes_no import is_no
from models.broadcasting import broadcast as table
from models.broadcasting import broadcast_recipient as recipient
from models.statement import Row, Statement
from services import scope
from services.audience.words import in_words
from services.broadcasting import acts, composing, progress, rights, rows
from services.broadcasting.progress import Standing
from services.enrolling.refusal import Refused
from services.message import Button, Message
from services.phrases.when import say_moment
from services.understanding.normalise import keyed

routes = Routes()
MOST_LISTED = 8
routes.include(broadcast_compose.routes)
routes.include(broadcast_words.routes)
routes.include(broadcast_report.routes)
# what a button under a broadcast opens, by what its action begins with (`wording.TARGETS`)
OPENS: dict[str, Handler] = {
    "enrol": enrol.begin, "card": card.show, "programme": campaigns.programme,
    "nominate": campaigns.nominate, "vote": votes.vote, "card_of": learning_cards.of_year,
}  # fmt: skip

OWN_PART = Statement(
    select(recipient.c.id, table.c.buttons)
    .join_from(recipient, table, table.c.id == recipient.c.broadcast_id)
    .where(recipient.c.id == bindparam("id"), recipient.c.person_id == bindparam("person_id"))
)
TAPPED = Statement(
    update(recipient)
    .where(recipient.c.id == bindparam("row"), recipient.c.tapped_at.is_(None))
    .values(tapped_at=bindparam("now", type_=recipient.c.tapped_at.type))
)


@routes.command("broadcast", "群发", "发通知", "群发通知")
def begin(turn: Turn) -> None:
    """Begin a new one, on behalf of a unit."""
    turn.state.settle()
    own = rights.units_of(turn.tx, turn.person.person_id)
    if not own:
        turn.reply(turn.say("bcast.no_role"))
    elif len(own) == 1:
        broadcast_compose.ask_text(turn, own[0].id)
    else:
        turn.state.ask("bcast.unit")
        turn.reply(
            turn.say("bcast.which_unit"), *((Button(unit.name, f"bcast_for:{unit.id}"),) for unit in own[:8])
        )


@routes.tap("bcast_new")
def begin_tapped(turn: Turn) -> None:
    """The same by a tap."""
    begin(turn)


@routes.tap("bcast_for", number)
def for_unit(turn: Turn, unit_id: int) -> None:
    """On behalf of this unit."""
    whom = turn.state.data.get("whom", "") if turn.state.step == "bcast.unit" else ""
    if any(unit.id == unit_id for unit in rights.units_of(turn.tx, turn.person.person_id)):
        broadcast_compose.ask_text(turn, unit_id, whom=whom)
    else:
        other.stale(turn, turn.say("bcast.no_role"))


@routes.step("bcast.unit")
def unit_said(turn: Turn) -> bool:
    """The unit by its name, or what it is called by; anything else has to wait for it."""
    said = keyed(turn.text)
    if is_no(turn.text, turn.say("bcast.drop"), "不发"):
        drop(turn, 0)
        return True
    own = rights.units_of(turn.tx, turn.person.person_id)
    found = [unit for unit in own if said == keyed(unit.name)] or [u for u in own if said in keyed(u.name)]
    if len(found) == 1 and said:
        for_unit(turn, found[0].id)
    else:
        other.please_choose(turn)
    return True


@routes.command("broadcasts", "我的群发", "群发记录", "看群发")
def listed(turn: Turn) -> None:
    """The last ones of the own units."""
    turn.state.settle()
    own = rights.units_of(turn.tx, turn.person.person_id)
    if not own:
        turn.reply(turn.say("bcast.no_role"))
        return
    paths = scope.own_paths(turn.tx, turn.person.person_id, scope.SENDING)
    found = sorted((row for path in paths for row in rows.recent(turn.tx, path)), key=_newest)[:MOST_LISTED]
    draft = rows.own_draft(turn.tx, turn.town, turn.person.person_id)
    lines = [turn.say("bcast.recent" if found or draft else "bcast.none_yet")]
    buttons = []
    if draft is not None:
        state = turn.say("broadcast.state.draft", id=draft.id)
        when = say_moment(draft.created_at, turn.lang, turn.now, turn.town.zone)
        lines.append(turn.say("bcast.line", state=state, when=when, text=begins_with(draft.text)))
        buttons.append((turn.button("bcast.go_on_one", f"bcast_review:{draft.id}", id=draft.id),))
    for row in found:
        when = say_moment(row.created_at, turn.lang, turn.now, turn.town.zone)
        state = turn.say(f"broadcast.state.{row.state}", id=row.id)
        if row.urgent:
            state += turn.say("broadcast.urgent.marked")
        lines.append(turn.say("bcast.line", state=state, when=when, text=begins_with(row.text)))
        buttons.append((turn.button("bcast.one", f"bcast_show:{row.id}", id=row.id),))
    turn.reply("\n".join(lines), *buttons, (turn.button("bcast.new", "bcast_new"),))


def _newest(row: Row) -> int:
    return -int(row.id)


@routes.tap("bcasts")
def listed_tapped(turn: Turn) -> None:
    """The same by a tap."""
    listed(turn)


@routes.tap("bcast_show", number)
def shown(turn: Turn, broadcast_id: int) -> None:
    """How one is getting on."""
    row = allowed(turn, broadcast_id)
    if row is None:
        return
    if row.state == "draft" and row.author_id == turn.person.person_id:
        review(turn, row.id)
        return
    if row.state == "waiting_approval" and row.author_id != turn.person.person_id:
        whom = in_words(turn.tx, composing.audience_of(row), turn.say)
        turn.reply(
            turn.say("broadcast.approval.look", unit=row.unit_name, audience=whom, text=row.text),
            (
                turn.button("broadcast.approval.yes", f"bcast_yes:{row.id}"),
                turn.button("broadcast.approval.no", f"bcast_no:{row.id}"),
            ),
            document=composing.document_of(turn.tx, row.id),
        )
        return
    made = _standing(turn, row)
    turn.reply(made.text, *made.rows)


def _standing(turn: Turn, row: Row) -> Message:
    """How far it is and what can be done; of one that waits for its time, when that is."""
    counts, reasons = rows.counts(turn.tx, row.id)
    made = progress.progress_message(row, Standing(counts, reasons), turn.say, turn.tx)
    if row.state != "scheduled":
        return made
    when = say_moment(row.starts_at, turn.lang, turn.now, turn.town.zone)
    lines = [turn.say("broadcast.state.scheduled", id=row.id), turn.say("bcast.goes_out", when=when)]
    if row.repeat:
        lines.append(turn.say(f"bcast.repeats.{row.repeat}"))
    return Message("\n".join(lines), made.rows)


@routes.tap("bcast_pause", number)
def paused(turn: Turn, broadcast_id: int) -> None:
    """Hold on."""
    act(turn, broadcast_id, "pause")


@routes.tap("bcast_resume", number)
def resumed(turn: Turn, broadcast_id: int) -> None:
    """Go on."""
    act(turn, broadcast_id, "resume")


@routes.tap("bcast_stop", number)
def stopped(turn: Turn, broadcast_id: int) -> None:
    """End it."""
    act(turn, broadcast_id, "stop")


@routes.tap("bcast_recall", number)
def recall_asked(turn: Turn, broadcast_id: int) -> None:
    """Deleting what people have is asked once more."""
    row = allowed(turn, broadcast_id)
    if row is not None:
        turn.reply(
            turn.say("bcast.recall_sure", id=row.id, text=begins_with(row.text)),
            (turn.button("bcast.recall_yes", f"bcast_recall_ok:{row.id}"),),
            (turn.button("bcast.recall_no", f"bcast_show:{row.id}"),),
        )


@routes.tap("bcast_recall_ok", number)
def recalled(turn: Turn, broadcast_id: int) -> None:
    """Delete what was sent, where the platform allows that."""
    act(turn, broadcast_id, "recall")


@routes.tap("bcast_yes", number)
def approved(turn: Turn, broadcast_id: int) -> None:
    """A second organiser's yes."""
    refused = acts.approve(turn.tx, turn.town, broadcast_id, by=turn.person.person_id)
    if refused is not None:
        tell_refused(turn, refused)
    else:
        turn.reply(turn.say("bcast.approved"), lasting=True)


@routes.tap("bcast_no", number)
def declined(turn: Turn, broadcast_id: int) -> None:
    """A second organiser's no, or the author's own second thought."""
    refused = acts.decline(turn.tx, turn.town, broadcast_id, by=turn.person.person_id)
    if refused is not None:
        tell_refused(turn, refused)
    else:
        turn.reply(turn.say("bcast.declined"), (turn.button("bcast.list", "bcasts"),), lasting=True)


@routes.tap("bcast", long_number, number)
def followed(turn: Turn, recipient_id: int, at: int) -> None:
    """A button under a broadcast: the tap is counted, and what it names is opened."""
    own = turn.tx.one(OWN_PART, id=recipient_id, person_id=turn.person.person_id)
    choices = composing.choices_of(own) if own is not None else ()
    if at >= len(choices) or not choices[at].action:
        other.stale(turn)
        return
    turn.tx.run(TAPPED, row=recipient_id, now=turn.now)
    verb, _, opened = choices[at].action.partition(":")
    OPENS[verb](turn, int(opened))


def act(turn: Turn, broadcast_id: int, name: str) -> None:
    """Pause, resume, stop or recall it, and show how it stands now."""
    row = allowed(turn, broadcast_id)
    if row is None:
        return
    refused: Refused | None = getattr(acts, name)(
        turn.tx, turn.town, row.id, by=f"person:{turn.person.person_id}"
    )
    if refused is not None:
        tell_refused(turn, refused, (turn.button("bcast.one", f"bcast_show:{row.id}", id=row.id),))
        return
    now = rows.one(turn.tx, row.id)
    made = _standing(turn, now)
    text, ways = made.text, made.rows
    following = rows.next_of_series(turn.tx, now) if name in ("stop", "recall") else None
    if following is not None:
        when = say_moment(following.starts_at, turn.lang, turn.now, turn.town.zone)
        text += "\n" + turn.say("bcast.next_stays", when=when)
        ways = (*ways, (turn.button("bcast.stop_next", f"bcast_stop:{following.id}"),))
    turn.edit(text, *ways, lasting=True)
