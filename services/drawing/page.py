"""What the page of a draw shows: how far it is, what binds it, and the results by their lots."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from models.catalogue import course, offering
from models.statement import Row, Statement, Tx
from models.windows import application, window_class
from services.drawing import running
from services.windows import applications, reading

PAGE = 500
CLASSES = Statement(
    select(
        offering.c.code, course.c.title, offering.c.capacity, offering.c.taken, window_class.c.seats,
        window_class.c.asked, window_class.c.last_lot,
    )
    .join_from(window_class, offering, offering.c.id == window_class.c.offering_id)
    .join(course, course.c.id == offering.c.course_id)
    .where(window_class.c.window_id == bindparam("id"))
    .order_by(offering.c.code)
)  # fmt: skip
RESULTS = Statement(
    select(application.c.lot, application.c.ref, application.c.answer)
    .where(
        application.c.window_id == bindparam("id"),
        application.c.lot > bindparam("after"),
        application.c.lot <= bindparam("until"),
    )
    .order_by(application.c.lot)
)


@dataclass(frozen=True, slots=True)
class Result:
    """One application in a published draw."""

    lot: int
    ref: str
    got: tuple[tuple[str, str], ...]
    waits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DrawPage:
    """Everything on one page of a draw."""

    window: reading.Window
    draw: Row
    classes: tuple[Row, ...]
    quotas: tuple[Row, ...]
    count: int
    results: tuple[Result, ...]
    page: int

    @property
    def out(self) -> bool:
        """Whether the result is out."""
        return self.draw.state in ("publishing", "published")

    @property
    def pages(self) -> int:
        """How many pages the results fill."""
        return max(1, -(-self.count // PAGE))


def page_of(tx: Tx, window_id: int, page: int) -> DrawPage | None:
    """The page (from 1) of a draw, or None where there is no such draw."""
    window, drawn = reading.window(tx, window_id), running.standing_of(tx, window_id)
    if window is None or drawn is None or window.mode != "draw":
        return None
    classes = tuple(tx.all(CLASSES, id=window_id))
    titles = {row.code: row.title for row in classes}
    results: list[Result] = []
    if drawn.state in ("publishing", "published"):
        rows = tx.all(RESULTS, id=window_id, after=(page - 1) * PAGE, until=page * PAGE)
        results = [_result(row, titles) for row in rows]
    return DrawPage(
        window, drawn, classes, tuple(reading.quotas_of(tx, window_id)), applications.count(tx, window_id),
        tuple(results), page,
    )  # fmt: skip


def _result(row: Row, titles: dict[str, str]) -> Result:
    outcome = json.loads(row.answer) if row.answer else {"got": [], "waits": []}
    return Result(
        row.lot, row.ref, tuple((titles.get(code, code), kind) for code, kind in outcome["got"]),
        tuple(titles.get(code, code) for code in outcome["waits"]),
    )  # fmt: skip
