"""/broadcast (群发): who may, what was sent, what is on its way, and what can be done with it."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from handlers import broadcast_compose, broadcast_words, campaigns, card, enrol, learning_cards
from handlers.broadcast_draft import tell_refused
from handlers.routes import Handler, Routes, long_number, number
from handlers.turn import Turn
from models.broadcasting import broadcast as table
from models.broadcasting import broadcast_recipient as recipient
from models.statement import Row, Statement
from services import pictures
from services.broadcasting import acts, composing, progress, reporting, rights, rows
from services.broadcasting.progress import Standing
from services.enrolling.refusal import Refused
from services.message import Button, Document
from services.phrases.when import say_moment

routes = Routes()
routes.include(broadcast_compose.routes)
routes.include(broadcast_words.routes)
# what a button under a broadcast opens, by what its action begins with (`wording.TARGETS`)
OPENS: dict[str, Handler] = {
    "enrol": enrol.begin, "card": card.show, "programme": campaigns.programme,
    "nominate": campaigns.nominate, "vote": campaigns.vote, "card_of": learning_cards.of_year,
}  # fmt: skip
# a longer sheet is saved by the command line
MOST_LINES = 20_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

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
LAST_OPEN = Statement(
    select(table.c.id)
    .where(
        table.c.author_id == bindparam("person_id"),
        table.c.state.in_(("running", "paused", "done", "stopped")),
    )
    .order_by(table.c.open.desc(), table.c.id.desc())
    .limit(1)
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
    if any(unit.id == unit_id for unit in rights.units_of(turn.tx, turn.person.person_id)):
        broadcast_compose.ask_text(turn, unit_id)
    else:
        turn.reply(turn.say("bcast.no_role"))


@routes.command("broadcasts", "我的群发", "群发记录", "看群发")
def listed(turn: Turn) -> None:
    """The last ones of the own units."""
    turn.state.settle()
    own = rights.units_of(turn.tx, turn.person.person_id)
    if not own:
        turn.reply(turn.say("bcast.no_role"))
        return
    found = rows.recent(turn.tx, own[0].path)
    draft = rows.own_draft(turn.tx, turn.town, turn.person.person_id)
    lines = [turn.say("bcast.recent" if found or draft else "bcast.none_yet")]
    buttons = []
    if draft is not None:
        state = turn.say("broadcast.state.draft", id=draft.id)
        when = say_moment(draft.created_at, turn.lang, turn.now, turn.town.zone)
        lines.append(turn.say("bcast.line", state=state, when=when, text=draft.text[:24]))
        buttons.append((turn.button("bcast.go_on_one", f"bcast_review:{draft.id}", id=draft.id),))
    for row in found:
        when = say_moment(row.created_at, turn.lang, turn.now, turn.town.zone)
        state = turn.say(f"broadcast.state.{row.state}", id=row.id)
        if row.urgent:
            state += turn.say("broadcast.urgent.marked")
        lines.append(turn.say("bcast.line", state=state, when=when, text=row.text[:24]))
        buttons.append((turn.button("bcast.one", f"bcast_show:{row.id}", id=row.id),))
    turn.reply("\n".join(lines), *buttons, (turn.button("bcast.new", "bcast_new"),))


@routes.tap("bcasts")
def listed_tapped(turn: Turn) -> None:
    """The same by a tap."""
    listed(turn)


@routes.tap("bcast_show", number)
def shown(turn: Turn, broadcast_id: int) -> None:
    """How one is getting on."""
    row = _allowed(turn, broadcast_id)
    if row is None:
        return
    counts, reasons = rows.counts(turn.tx, row.id)
    made = progress.progress_message(row, Standing(counts, reasons), turn.say, turn.tx)
    turn.reply(made.text, *made.rows)


@routes.tap("bcast_pause", number)
def paused(turn: Turn, broadcast_id: int) -> None:
    """Hold on."""
    _act(turn, broadcast_id, "pause")


@routes.tap("bcast_resume", number)
def resumed(turn: Turn, broadcast_id: int) -> None:
    """Go on."""
    _act(turn, broadcast_id, "resume")


@routes.tap("bcast_stop", number)
def stopped(turn: Turn, broadcast_id: int) -> None:
    """End it."""
    _act(turn, broadcast_id, "stop")


@routes.tap("bcast_recall", number)
def recall_asked(turn: Turn, broadcast_id: int) -> None:
    """Deleting what people have is asked once more."""
    row = _allowed(turn, broadcast_id)
    if row is not None:
        turn.reply(
            turn.say("bcast.recall_sure"),
            (turn.button("bcast.recall_yes", f"bcast_recall_ok:{row.id}"),),
            (turn.button("bcast.recall_no", f"bcast_show:{row.id}"),),
        )


@routes.tap("bcast_recall_ok", number)
def recalled(turn: Turn, broadcast_id: int) -> None:
    """Delete what was sent, where the platform allows that."""
    _act(turn, broadcast_id, "recall")


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


@routes.tap("bcast_report", number)
def report(turn: Turn, broadcast_id: int) -> None:
    """The numbers with a picture: when it arrived, and what became of it."""
    row = _allowed(turn, broadcast_id)
    if row is None:
        return
    said = reporting.summary(turn.tx, turn.town, row, turn.say)
    turn.reply(
        said,
        (
            turn.button("bcast.sheet", f"bcast_sheet:{row.id}"),
            turn.button("bcast.csv", f"bcast_csv:{row.id}"),
        ),
        document=pictures.chart(reporting.figures(turn.tx, turn.town, row), turn.say),
        lasting=True,
    )


@routes.tap("bcast_sheet", number)
def sheet(turn: Turn, broadcast_id: int) -> None:
    """A row for each recipient, as a sheet."""
    _sheet(turn, broadcast_id, "xlsx")


@routes.tap("bcast_csv", number)
def sheet_as_csv(turn: Turn, broadcast_id: int) -> None:
    """The same as CSV."""
    _sheet(turn, broadcast_id, "csv")


def _sheet(turn: Turn, broadcast_id: int, form: str) -> None:
    row = _allowed(turn, broadcast_id)
    if row is None:
        return
    counts, _ = rows.counts(turn.tx, row.id)
    if sum(counts.values()) > MOST_LINES:
        turn.reply(turn.say("bcast.sheet_too_long", id=row.id, most=MOST_LINES))
        return
    made = reporting.sheet_of(turn.tx, turn.town, row.id, turn.person.person_id, turn.say)
    assert made is not None
    content = reporting.as_xlsx(made) if form == "xlsx" else reporting.as_csv(made)
    mime = XLSX if form == "xlsx" else "text/csv"
    name = turn.say("bcast.sheet_name", id=row.id)
    turn.reply(turn.say("bcast.sheet_here"), document=Document(f"{name}.{form}", content, mime), lasting=True)


@routes.tap("bcast", long_number, number)
def followed(turn: Turn, recipient_id: int, at: int) -> None:
    """A button under a broadcast: the tap is counted, and what it names is opened."""
    own = turn.tx.one(OWN_PART, id=recipient_id, person_id=turn.person.person_id)
    choices = composing.choices_of(own) if own is not None else ()
    if at >= len(choices) or not choices[at].action:
        turn.reply(turn.say("other.stale"), (turn.button("start.browse", "browse"),))
        return
    turn.tx.run(TAPPED, row=recipient_id, now=turn.now)
    verb, _, opened = choices[at].action.partition(":")
    OPENS[verb](turn, int(opened))


def _allowed(turn: Turn, broadcast_id: int) -> Row:
    row = rows.one(turn.tx, broadcast_id)
    if row is None or not acts.may(turn.tx, row, turn.person.person_id):
        turn.reply(turn.say("broadcast.refused.no_such_broadcast"))
        return None
    return row


def _act(turn: Turn, broadcast_id: int, name: str) -> None:
    row = _allowed(turn, broadcast_id)
    if row is None:
        return
    refused: Refused | None = getattr(acts, name)(
        turn.tx, turn.town, row.id, by=f"person:{turn.person.person_id}"
    )
    if refused is not None:
        tell_refused(turn, refused, (turn.button("bcast.one", f"bcast_show:{row.id}", id=row.id),))
        return
    now = rows.one(turn.tx, row.id)
    counts, reasons = rows.counts(turn.tx, row.id)
    made = progress.progress_message(now, Standing(counts, reasons), turn.say, turn.tx)
    turn.edit(made.text, *made.rows, lasting=True)


def _said(name: str) -> Handler:
    """An act in words is meant for the broadcast that is on its way."""

    def handler(turn: Turn) -> None:
        last = turn.tx.one(LAST_OPEN, person_id=turn.person.person_id)
        if last is None:
            turn.reply(turn.say("bcast.none_yet"), (turn.button("bcast.new", "bcast_new"),))
        elif name == "recall":
            recall_asked(turn, last.id)
        elif name == "report":
            report(turn, last.id)
        else:
            _act(turn, last.id, name)

    return handler


for _name, _words in {
    "pause": ("暂停群发",), "resume": ("继续群发",), "stop": ("停止群发",), "recall": ("撤回群发",),
    "report": ("群发报告", "看报告"),
}.items():  # fmt: skip
    routes.command(f"broadcast_{_name}", *_words)(_said(_name))
