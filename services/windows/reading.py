"""Reading windows: the plan of one, with its phases, reserved seats and how far its draw has got."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from models.catalogue import course, offering, org_unit
from models.statement import Row, Statement, Tx
from models.windows import draw, enrol_window, window_class, window_phase, window_quota

WINDOW = Statement(
    select(
        enrol_window.c.id, enrol_window.c.unit_id, enrol_window.c.mode, enrol_window.c.title,
        enrol_window.c.opens_at, enrol_window.c.closes_at, enrol_window.c.draws_at, enrol_window.c.most,
        org_unit.c.path.label("unit_path"), org_unit.c.name.label("school"), draw.c.state.label("draw_state"),
    )
    .join_from(enrol_window, org_unit, org_unit.c.id == enrol_window.c.unit_id)
    .outerjoin(draw, draw.c.window_id == enrol_window.c.id)
    .where(enrol_window.c.id == bindparam("id"))
)  # fmt: skip
ALL = Statement(select(enrol_window.c.id).order_by(enrol_window.c.id.desc()).limit(200))
PHASES = Statement(
    select(window_phase.c.audience, window_phase.c.area, window_phase.c.opens_at)
    .where(window_phase.c.window_id == bindparam("id"))
    .order_by(window_phase.c.number)
)
QUOTAS = Statement(
    select(window_quota.c.audience, window_quota.c.area, window_quota.c.seats, window_quota.c.percent)
    .where(window_quota.c.window_id == bindparam("id"))
    .order_by(window_quota.c.number)
)
CLASSES = Statement(
    select(
        offering.c.id, offering.c.code, course.c.title, offering.c.capacity, offering.c.taken,
        offering.c.status, offering.c.enrol_closes,
    )
    .join_from(window_class, offering, offering.c.id == window_class.c.offering_id)
    .join(course, course.c.id == offering.c.course_id)
    .where(window_class.c.window_id == bindparam("id"))
    .order_by(offering.c.code)
)  # fmt: skip
OF_CLASS = Statement(
    select(window_class.c.window_id).where(window_class.c.offering_id == bindparam("offering_id"))
)


@dataclass(frozen=True, slots=True)
class Phase:
    """From when on one audience may come."""

    audience: str
    area: str
    opens_at: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """The plan by which the seats of some classes are given."""

    id: int
    unit_id: int
    unit_path: str
    school: str
    mode: str
    title: str
    opens_at: datetime | None
    closes_at: datetime | None
    draws_at: datetime | None
    most: int
    draw_state: str
    phases: tuple[Phase, ...]

    @property
    def by_lot(self) -> bool:
        """Whether seats are still to be drawn; what is left after a draw is for whoever comes."""
        return self.mode == "draw" and self.draw_state != "published"

    @property
    def applies(self) -> bool:
        """Whether one asks for a place instead of taking it."""
        return self.by_lot or self.mode == "approve"

    def closed(self, now: datetime) -> bool:
        """Whether applications for the draw are over."""
        return self.by_lot and self.closes_at is not None and now >= self.closes_at


def window(tx: Tx, window_id: int) -> Window | None:
    """The window with this id, or None."""
    row = tx.one(WINDOW, id=window_id)
    if row is None:
        return None
    phases = tuple(Phase(*found) for found in tx.all(PHASES, id=window_id))
    return Window(
        row.id, row.unit_id, row.unit_path, row.school, row.mode, row.title, row.opens_at, row.closes_at,
        row.draws_at, row.most, row.draw_state or "", phases,
    )  # fmt: skip


def window_of(tx: Tx, row: Row) -> Window | None:
    """The window of a class, as a row of `services.classes` or with its lock, or None."""
    return None if row.window_id is None else window(tx, row.window_id)


def by_lot(tx: Tx, row: Row) -> bool:
    """Whether the seats of a class are still to be drawn."""
    found = window_of(tx, row)
    return found is not None and found.by_lot


def window_id_of(tx: Tx, offering_id: int) -> int | None:
    """The id of the window of a class, or None."""
    row = tx.one(OF_CLASS, offering_id=offering_id)
    return None if row is None else int(row.window_id)


def classes_of(tx: Tx, window_id: int) -> list[Row]:
    """The classes of a window, by their codes."""
    return tx.all(CLASSES, id=window_id)


def quotas_of(tx: Tx, window_id: int) -> list[Row]:
    """The reserved seats of a window, in their order."""
    return tx.all(QUOTAS, id=window_id)


def all_windows(tx: Tx) -> list[Window]:
    """The latest windows, newest first."""
    found = (window(tx, row.id) for row in tx.all(ALL))
    return [one for one in found if one is not None]
