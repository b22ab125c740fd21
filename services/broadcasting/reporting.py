"""After a broadcast: its numbers, and a sheet with a row for each recipient."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, TypedDict

from sqlalchemy import bindparam, case, func, select

from models.broadcasting import broadcast_recipient as recipient
from models.catalogue import offering
from models.enrolment import LIVING, enrolment
from models.outgoing import outgoing
from models.people import person
from models.statement import Row, Statement, Tx
from models.types import UtcTime
from services.broadcasting import acts, composing, rows
from services.broadcasting.drawing import Figures
from services.broadcasting.progress import reason_lines
from services.broadcasting.rows import PURPOSE
from services.texts import Texts, texts_of
from services.town import Town

HEADERS = ("number", "name", "platform", "outcome", "reason", "at", "tapped", "recalled")
# what a spreadsheet program would take for a formula
_FORMULA = tuple("=+-@＝＋－＠\t\r\n")
WIDTHS = (8, 16, 12, 14, 28, 20, 20, 12)

_own_class = (
    select(enrolment.c.id)
    .join(offering, offering.c.id == enrolment.c.offering_id)
    .where(
        enrolment.c.person_id == person.c.id,
        enrolment.c.state.in_(LIVING),
        offering.c.unit_id == bindparam("unit_id"),
    )
)
LINES = Statement(
    select(
        recipient.c.id, recipient.c.platform, recipient.c.state, recipient.c.reason, recipient.c.recall,
        recipient.c.ended_at, recipient.c.tapped_at, person.c.name, _own_class.exists().label("own"),
        outgoing.c.state.label("message_state"), outgoing.c.reason.label("message_reason"),
        outgoing.c.ended_at.label("message_ended_at"),
    )
    .outerjoin_from(recipient, person, person.c.id == recipient.c.person_id)
    .outerjoin(
        outgoing,
        (outgoing.c.recipient_id == recipient.c.id)
        & (outgoing.c.purpose == PURPOSE)
        & (recipient.c.state == "sending"),
    )
    .where(recipient.c.broadcast_id == bindparam("id"))
    .order_by(recipient.c.id)
)  # fmt: skip
SPANS = 30
# so much of the text stands in the picture, if there is room
MOST_SHOWN = 60
SPAN = Statement(
    select(
        func.min(recipient.c.ended_at, type_=UtcTime()).label("first"),
        func.max(recipient.c.ended_at, type_=UtcTime()).label("last"),
    ).where(recipient.c.broadcast_id == bindparam("id"), recipient.c.state == "sent")
)


class Status(TypedDict):
    """How a broadcast is getting on; `counts` add up to `recipients`."""

    id: int
    state: str
    recipients: int
    counts: dict[str, int]
    reasons: dict[str, int]
    recalled: dict[str, int]
    taps: int
    paused_because: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A report as rows of cells, the first of them the headings."""

    title: str
    headings: tuple[str, ...]
    lines: list[tuple[Any, ...]]


def status(tx: Tx, town: Town, broadcast_id: int) -> Status | None:
    """The numbers; until its audience is resolved, whom it is meant for is pending."""
    row = rows.one(tx, broadcast_id)
    if row is None:
        return None
    counts, reasons = rows.counts(tx, broadcast_id)
    if not row.resolved and row.state not in ("stopped", "recalled"):
        unit = composing.unit_row(tx, row)
        people = composing.breakdown(tx, town, composing.audience_of(row), unit).people
        counts["pending"] += max(0, people - sum(counts.values()))
    return Status(
        id=row.id, state=row.state, recipients=sum(counts.values()), counts=counts, reasons=reasons,
        recalled=rows.recalls(tx, broadcast_id), taps=rows.taps(tx, broadcast_id),
        paused_because=row.reason if row.state == "paused" else "", urgent=row.urgent,
    )  # fmt: skip


def summary(tx: Tx, town: Town, row: Row, say: Texts) -> str:
    """What a broadcast came to, in words; the colours are those of the picture."""
    counts, reasons = rows.counts(tx, row.id)
    total, waiting = sum(counts.values()), counts["pending"] + counts["sending"]
    lines = [
        say(f"broadcast.state.{row.state}", id=row.id)
        + (say("broadcast.urgent.marked") if row.urgent else ""),
        say("broadcast.report.total", n=total, text=row.text[:40])
        if row.resolved or total
        else say("broadcast.report.resolving", text=row.text[:40]),
        say("broadcast.report.sent", n=counts["sent"], percent=round(100 * counts["sent"] / max(1, total))),
    ]
    lines += [say(f"broadcast.report.{name}", n=counts[name]) for name in ("unknown", "failed", "skipped")]
    lines.append(say("broadcast.report.waiting", n=waiting))
    lines.append(say("broadcast.report.taps", n=rows.taps(tx, row.id)))
    lines += [line for line in reason_lines(counts, reasons, say) if line.startswith("·")]
    if row.state == "recalled":
        found = rows.recalls(tx, row.id)
        lines.append(say("broadcast.progress.recalled", gone=found["gone"], left=found["left"]))
    return "\n".join(lines)


def figures(tx: Tx, town: Town, row: Row) -> Figures:
    """What the picture shows."""
    counts, _ = rows.counts(tx, row.id)
    outcomes = (
        *((name, counts[name]) for name in ("sent", "unknown", "failed", "skipped")),
        ("waiting", counts["pending"] + counts["sending"]), ("taps", rows.taps(tx, row.id)),
    )  # fmt: skip
    about = (row.id, row.text[:MOST_SHOWN].replace("\n", " "), row.state)
    ends = tx.one(SPAN, id=row.id)
    if ends.first is None:
        return Figures(*about, (0,) * SPANS, "", "", outcomes)
    step = max((ends.last - ends.first) / SPANS, timedelta(seconds=1))
    edges = [ends.first + step * number for number in range(SPANS + 1)]
    # the last moment is part of the last span
    edges[-1] = max(edges[-1], ends.last + timedelta(microseconds=1))
    at = recipient.c.ended_at
    sums = [func.sum(case(((at >= low) & (at < high), 1), else_=0)) for low, high in pairwise(edges)]
    found = tx.core(
        select(*sums).where(recipient.c.broadcast_id == row.id, recipient.c.state == "sent")
    ).one()

    def moment(when: datetime) -> str:
        return when.astimezone(town.zone).strftime("%m/%d %H:%M")

    spans = tuple(int(n or 0) for n in found)
    return Figures(*about, spans, moment(edges[0]), moment(edges[-1]), outcomes)


def sheet_of(
    tx: Tx, town: Town, broadcast_id: int, viewer: int | None, say: Texts | None = None
) -> Sheet | None:
    """A row for each recipient; None for a broadcast that `viewer` (a person) may not see.

    Whoever learns at the unit's own school is named; of those under it only the first character is shown.
    """
    row = rows.one(tx, broadcast_id)
    if row is None or (viewer is not None and not acts.may(tx, row, viewer)):
        return None
    say = say or texts_of("zh")
    lines = [
        _line(number, one, town, say)
        for number, one in enumerate(tx.all(LINES, id=broadcast_id, unit_id=row.unit_id), 1)
    ]
    headings = tuple(say(f"broadcast.sheet.{name}") for name in HEADERS)
    return Sheet(say("broadcast.sheet.title", id=broadcast_id, unit=row.unit_name), headings, lines)


def _line(number: int, one: Row, town: Town, say: Texts) -> tuple[Any, ...]:
    state, reason, ended = one.state, one.reason, one.ended_at
    if state == "sending" and one.message_state in rows.OUTCOME_OF:
        # what the message came to is taken over within a second
        state, ended = rows.OUTCOME_OF[one.message_state], one.message_ended_at
        reason = "" if state == "sent" else one.message_reason

    def moment(at: Any) -> str:
        return at.astimezone(town.zone).strftime("%Y-%m-%d %H:%M:%S") if at is not None else ""

    why = f"broadcast.why.{reason}"
    platform = f"broadcast.platform.{one.platform}"
    return (
        number,
        _cell((one.name if one.own else masked(one.name)) if one.name else ""),
        say(platform) if say.has(platform) else "",
        say(f"broadcast.outcome.{state}"),
        (say(why) if say.has(why) else reason) if reason else "",
        moment(ended),
        moment(one.tapped_at),
        say(f"broadcast.recall.{one.recall}") if one.recall else "",
    )


def masked(name: str) -> str:
    """王秀兰 as 王**."""
    return name[:1] + "*" * min(max(len(name) - 1, 1), 4)


def as_csv(sheet: Sheet) -> bytes:
    """The sheet as CSV that a spreadsheet program opens in Chinese."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(sheet.headings)
    writer.writerows(sheet.lines)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(sheet: Sheet) -> bytes:
    """The sheet as XLSX, written line by line so that a large one needs little memory."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    page = book.create_sheet(sheet.title[:31])
    for column, width in zip("ABCDEFGH", WIDTHS, strict=True):
        page.column_dimensions[column].width = width
    page.freeze_panes = "A2"
    headings = []
    for heading in sheet.headings:
        cell = WriteOnlyCell(page, heading)
        cell.font = Font(bold=True)
        headings.append(cell)
    page.append(headings)
    for line in sheet.lines:
        page.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
