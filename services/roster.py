"""The roster of a class: who is in it, who is offered a seat, who waits, who has left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, NotRequired, TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, case, select

from models.enrolment import enrolment
from models.family import acted_for
from models.people import account
from models.statement import Row, Statement, Tx
from models.teams import seat_group_member
from services import erasing, excusing
from services.windows.applications import FOR_CLASS

ROWS = Statement(
    select(
        enrolment.c.id, enrolment.c.name, enrolment.c.state, enrolment.c.since,
        account.c.platform, account.c.external_id, acted_for.c.actor_name, seat_group_member.c.group_id,
    )
    .join_from(enrolment, account, account.c.id == enrolment.c.account_id)
    .outerjoin(acted_for, acted_for.c.enrolment_id == enrolment.c.id)
    .outerjoin(seat_group_member, seat_group_member.c.enrolment_id == enrolment.c.id)
    .where(enrolment.c.offering_id == bindparam("offering_id"))
    .order_by(
        case(
            (enrolment.c.state == "enrolled", 0),
            (enrolment.c.state == "offered", 1),
            (enrolment.c.state == "waiting", 2),
            else_=3,
        ),
        enrolment.c.id,
    )
)  # fmt: skip
HEADERS = ("序号", "称呼", "账号", "状态", "候补位次", "时间", "请假")
# only where somebody was enrolled by another, or sits with others
MORE_HEADERS = ("代报人", "一起报")
ERASED = "已注销"
STATES = {
    "enrolled": "已报名", "offered": "待确认", "waiting": "候补", "pending": "待审核", "applied": "登记抽签",
    "withdrawn": "已退出",
}  # fmt: skip
# what a spreadsheet program would take for a formula
_FORMULA = tuple("=+-@＝＋－＠\t\r\n")


class Entry(TypedDict):
    """One line of a roster; `position` counts from 1 among those who wait, `since` is an ISO time.

    `excused` are the days of the sessions that this person told us to miss, where there are any; `by` is who
    enrolled them, where that was somebody else, and `together` the number of the group with which they sit.
    Who asked for a place is `pending` (the staff decides) or `applied` (to be drawn, `rank` is which wish).
    """

    name: str
    account: str
    state: str
    position: int | None
    since: str
    excused: NotRequired[list[str]]
    by: NotRequired[str]
    together: NotRequired[int]
    rank: NotRequired[int]


def roster(tx: Tx, offering_id: int, zone: ZoneInfo) -> list[Entry]:
    """Everybody: enrolled, offered, waiting in their order, those who asked for a place, then withdrawn."""
    entries: list[Entry] = []
    position = 0
    excused: dict[int, list[str]] = defaultdict(list)
    for note in excusing.excuses_of(tx, offering_id):
        excused[note.enrolment_id].append(note.starts_at.astimezone(zone).date().isoformat())
    rows = tx.all(ROWS, offering_id=offering_id)
    left = [row for row in rows if row.state == "withdrawn"]
    for row in rows[: len(rows) - len(left)]:
        waiting = row.state == "waiting"
        position += waiting
        entries.append(_entry(row, position if waiting else None, zone, excused.get(row.id, [])))
    entries += [_entry(row, None, zone, [], row.rank) for row in tx.all(FOR_CLASS, offering_id=offering_id)]
    return entries + [_entry(row, None, zone, excused.get(row.id, [])) for row in left]


def _entry(
    row: Row, position: int | None, zone: ZoneInfo, excused: list[str], rank: int | None = None
) -> Entry:
    since: datetime = row.since
    # the number of an erased account leads to nobody, and only puzzles whoever reads it
    erased = row.platform == erasing.PLATFORM
    entry = Entry(
        name=ERASED if erased else row.name,
        account="" if erased else f"{row.platform}:{row.external_id}",
        state=row.state,
        position=position,
        since=since.astimezone(zone).isoformat(timespec="seconds"),
    )
    if excused:
        entry["excused"] = excused
    if row.actor_name and not erased:
        entry["by"] = row.actor_name
    if row.group_id:
        entry["together"] = row.group_id
    if rank is not None:
        entry["rank"] = rank
    return entry


def write_roster(entries: Sequence[Entry], title: str, path: Path | IO[bytes]) -> None:
    """Save a roster as a sheet of its own. Raises OSError where it cannot be written."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "名单"
    sheet.append([_cell(title)])
    more = any("by" in entry or "together" in entry for entry in entries)
    sheet.append([*HEADERS, *(MORE_HEADERS if more else ())])
    for cell in (*sheet[1], *sheet[2]):
        cell.font = Font(bold=True)
    for number, entry in enumerate(entries, 1):
        sheet.append(
            [
                number, _cell(entry["name"]), _cell(entry["account"]), STATES[entry["state"]],
                entry["position"], entry["since"].replace("T", " ")[:16],
                "、".join(entry.get("excused", ())),
                *((_cell(entry.get("by", "")), entry.get("together")) if more else ()),
            ]
        )  # fmt: skip
    for column, width in zip("ABCDEFGHI", (6, 16, 26, 10, 10, 18, 24, 16, 8), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A3"
    book.save(path)


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
