"""What became of a broadcast: the numbers with a picture, and a sheet with a row for each recipient."""

from __future__ import annotations

from handlers import other
from handlers.routes import Routes, number
from handlers.turn import Turn
from models.statement import Row
from services import pictures
from services.broadcasting import acts, reporting, rows
from services.message import Document

routes = Routes()
# a longer sheet is saved by the command line
MOST_LINES = 20_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def allowed(turn: Turn, broadcast_id: int) -> Row:
    """A broadcast that this person may act on; None, and told so, for another."""
    row = rows.one(turn.tx, broadcast_id)
    if row is None or not acts.may(turn.tx, row, turn.person.person_id):
        other.stale(turn, turn.say("broadcast.refused.no_such_broadcast"))
        return None
    return row


@routes.tap("bcast_report", number)
def report(turn: Turn, broadcast_id: int) -> None:
    """The numbers with a picture: when it arrived, and what became of it."""
    row = allowed(turn, broadcast_id)
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
    row = allowed(turn, broadcast_id)
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
