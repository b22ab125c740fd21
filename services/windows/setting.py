"""Setting a window: which classes it holds, its times and phases; a draw is bound to its seed at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, delete, func, select, update

from models.catalogue import course, offering, org_unit
from models.enrolment import enrolment
from models.statement import Row, Statement, Tx, insert_into
from models.windows import (
    application,
    application_wish,
    draw,
    enrol_window,
    window_class,
    window_phase,
    window_quota,
)
from services.audit import record
from services.catalogue import note_changes
from services.drawing.lots import commitment
from services.enrolling.offers import LOCK_CLASS
from services.town import Town
from services.windows.phases_file import Plan

_PATH: BindParameter[str] = bindparam("path", type_=org_unit.c.path.type)
UNIT = Statement(
    select(org_unit.c.id, org_unit.c.name, org_unit.c.path).where(org_unit.c.code == bindparam("unit_code"))
)
LONGEST_TITLE = 120
CLASS = Statement(
    select(offering.c.id, offering.c.code, offering.c.unit_id, course.c.title)
    .join_from(offering, course, course.c.id == offering.c.course_id)
    .where(offering.c.code == bindparam("class_code"))
)
TO_COME = Statement(
    select(offering.c.id, offering.c.code, offering.c.unit_id, offering.c.enrol_closes)
    .join_from(offering, org_unit, org_unit.c.id == offering.c.unit_id)
    .where(
        func.substr(org_unit.c.path, 1, func.length(_PATH)) == _PATH,
        offering.c.status == "open",
        offering.c.first_start > bindparam("now"),
        offering.c.enrol_closes > bindparam("now"),
    )
    .order_by(offering.c.id)
)
HELD = Statement(
    select(window_class.c.offering_id, window_class.c.window_id, enrol_window.c.mode, draw.c.state)
    .join_from(window_class, enrol_window, enrol_window.c.id == window_class.c.window_id)
    .outerjoin(draw, draw.c.window_id == window_class.c.window_id)
    .where(window_class.c.offering_id == bindparam("offering_id"))
)
IN_WINDOW = Statement(select(window_class.c.offering_id).where(window_class.c.window_id == bindparam("id")))
ASKED = Statement(
    select(application.c.id)
    .outerjoin(application_wish, application_wish.c.application_id == application.c.id)
    .where(
        application.c.state.in_(("applied", "pending")),
        (application.c.offering_id == bindparam("offering_id"))
        | (application_wish.c.offering_id == bindparam("offering_id")),
    )
    .limit(1)
)
IN_LINE = Statement(
    select(enrolment.c.id)
    .where(enrolment.c.offering_id == bindparam("offering_id"), enrolment.c.state.in_(("waiting", "offered")))
    .limit(1)
)
ADD = insert_into(
    enrol_window, "unit_id", "mode", "title", "opens_at", "closes_at", "draws_at", "most", "created_at"
)
CHANGE = Statement(
    update(enrol_window)
    .where(enrol_window.c.id == bindparam("which"))
    .values(
        {
            name: bindparam(f"new_{name}", type_=enrol_window.c[name].type)
            for name in ("mode", "title", "opens_at", "closes_at", "draws_at", "most")
        }
    )
)
ADD_CLASS = insert_into(window_class, "offering_id", "window_id", returning=None)
ADD_PHASE = insert_into(window_phase, "window_id", "number", "audience", "area", "opens_at")
ADD_QUOTA = insert_into(window_quota, "window_id", "number", "audience", "area", "seats", "percent")
ADD_DRAW = insert_into(draw, "window_id", "state", "secret", "commitment", "committed_at", returning=None)
TAKE_OUT = Statement(delete(window_class).where(window_class.c.offering_id == bindparam("which")))
CLEAR = tuple(
    Statement(delete(table).where(table.c.window_id == bindparam("which")))
    for table in (window_phase, window_quota, window_class)
)
NO_DRAW = Statement(delete(draw).where(draw.c.window_id == bindparam("which"), draw.c.state == "committed"))
HAS_DRAW = Statement(select(draw.c.commitment).where(draw.c.window_id == bindparam("id")))
SET_OPENS = Statement(
    update(offering)
    .where(offering.c.id == bindparam("which"))
    .values(enrol_opens=bindparam("opens", type_=offering.c.enrol_opens.type))
)
SET_CLOSES = Statement(
    update(offering)
    .where(offering.c.id == bindparam("which"))
    .values(enrol_closes=bindparam("closes", type_=offering.c.enrol_closes.type))
)


class CannotSet(Exception):
    """Why a window cannot be set so: in words for the clerk, and as a code with values for a chat."""

    def __init__(self, words: str, code: str, **values: object) -> None:
        super().__init__(words)
        self.code, self.values = code, values


@dataclass(frozen=True, slots=True)
class Times:
    """When applications or enrolment open and close, and when the draw is published."""

    opens: datetime | None = None
    closes: datetime | None = None
    draws: datetime | None = None


@dataclass(frozen=True, slots=True)
class Set:
    """What was set: the window's id, the codes of its classes, and the commitment of a draw."""

    window_id: int
    codes: tuple[str, ...]
    commitment: str


def set_window(
    tx: Tx, town: Town, code: str, mode: str, times: Times, plan: Plan, *, by: str,
    new_secret: Callable[[], str],
) -> Set:  # fmt: skip
    """Set how the seats of a class, or of a unit's classes to come, are given. Raises CannotSet."""
    now = town.now()
    unit_id, title, classes = _chosen(tx, code, now)
    times = _fitting(mode, times, plan, now)
    for row in classes:
        found = tx.one(LOCK_CLASS, id=row.id)
        if mode == "draw" and times.draws is not None and found.enrol_closes <= times.draws:
            raise CannotSet(
                f"{row.code} takes nobody any more when the draw is published; draw earlier",
                "late", which=row.code, last=found.enrol_closes,
            )  # fmt: skip
        if mode == "draw" and tx.one(IN_LINE, offering_id=row.id) is not None:
            raise CannotSet(
                f"people wait for {row.code} (候补) or are offered seats, and a draw would pass them by;"
                " seat them first, or set another class",
                "in_line", which=row.code,
            )  # fmt: skip
    window_id = _same_window(tx, classes, mode)
    values = {
        "mode": mode, "title": title, "opens_at": times.opens, "closes_at": times.closes,
        "draws_at": times.draws, "most": plan.most,
    }  # fmt: skip
    if window_id is None:
        for row in classes:
            tx.run(TAKE_OUT, which=row.id)
        window_id = tx.add(ADD, unit_id=unit_id, created_at=now, **values)
    else:
        for statement in CLEAR:
            tx.run(statement, which=window_id)
        tx.run(CHANGE, which=window_id, **{f"new_{name}": value for name, value in values.items()})
    _fill(tx, window_id, classes, times, plan, mode)
    note_changes(tx, [row.id for row in classes], now)
    record(tx, now, by, "window_set", f"window:{window_id}", f"{mode} {len(classes)}")
    return Set(window_id, tuple(row.code for row in classes), _bind(tx, window_id, mode, now, new_secret))


def _chosen(tx: Tx, code: str, now: datetime) -> tuple[int, str, list[Row]]:
    one = tx.one(CLASS, class_code=code)
    if one is not None:
        code_said = f"（{one.code}）"
        return one.unit_id, f"{one.title[: LONGEST_TITLE - len(code_said)]}{code_said}", [one]
    unit = tx.one(UNIT, unit_code=code)
    if unit is None:
        raise CannotSet(f"there is no class (课程) and no unit (机构) {code!r}", "unknown", which=code)
    classes = tx.all(TO_COME, path=unit.path, now=now)
    if not classes:
        raise CannotSet(f"{code} has no class to come that still takes people", "no_class", which=code)
    return unit.id, unit.name, classes


def _fitting(mode: str, times: Times, plan: Plan, now: datetime) -> Times:
    opens, closes, draws = times.opens, times.closes, times.draws
    if plan.phases:
        first = plan.phases[0].opens_at
        opens = first if opens is None else max(opens, first)
    if closes is not None and closes <= now:
        raise CannotSet("--closes is over already", "over")
    if opens is not None and closes is not None and opens >= closes:
        raise CannotSet("--opens must be before --closes", "order")
    if mode == "draw":
        if closes is None or draws is None:
            raise CannotSet("a draw needs --closes and --draws-at", "times")
        if draws < closes:
            raise CannotSet("--draws-at must not be before --closes", "draws_first")
    elif draws is not None or plan.quotas:
        raise CannotSet("--draws-at and quotas belong to --mode draw", "only_draw")
    if any(closes is not None and phase.opens_at >= closes for phase in plan.phases):
        raise CannotSet("a phase opens only after --closes", "phase_late")
    return Times(opens, closes, draws)


def _same_window(tx: Tx, classes: list[Row], mode: str) -> int | None:
    """The window that holds exactly these classes and may be changed, or None for a new one."""
    held = {row.id: tx.one(HELD, offering_id=row.id) for row in classes}
    for row in classes:
        mine = held[row.id]
        if mine is not None and mine.state in ("listed", "drawn", "publishing"):
            raise CannotSet(
                f"{row.code} is being drawn (draw {mine.window_id}); publish that first",
                "drawing", which=row.code, draw=mine.window_id,
            )  # fmt: skip
    windows = {mine.window_id for mine in held.values() if mine is not None}
    whole = len(windows) == 1 and None not in held.values()
    same = whole and {row.offering_id for row in tx.all(IN_WINDOW, id=min(windows))} == set(held)
    first = next(iter(held.values()))
    if same and first is not None and first.state != "published" and first.mode == mode:
        return int(first.window_id)
    for row in classes:
        if held[row.id] is not None and tx.one(ASKED, offering_id=row.id) is not None:
            raise CannotSet(
                f"people have asked for {row.code} already; its mode can no longer change",
                "asked", which=row.code,
            )  # fmt: skip
    return None


def _fill(tx: Tx, window_id: int, classes: list[Row], times: Times, plan: Plan, mode: str) -> None:
    for row in classes:
        tx.run(ADD_CLASS, offering_id=row.id, window_id=window_id)
        # lists, searches and news of an opening go by the class's own times
        tx.run(SET_OPENS, which=row.id, opens=times.opens)
        if times.closes is not None and mode != "draw":
            tx.run(SET_CLOSES, which=row.id, closes=times.closes)
    for number, phase in enumerate(plan.phases, 1):
        tx.add(
            ADD_PHASE, window_id=window_id, number=number, audience=phase.audience, area=phase.area,
            opens_at=phase.opens_at,
        )  # fmt: skip
    for number, quota in enumerate(plan.quotas, 1):
        tx.add(
            ADD_QUOTA, window_id=window_id, number=number, audience=quota.audience, area=quota.area,
            seats=quota.seats, percent=quota.percent,
        )  # fmt: skip


def _bind(tx: Tx, window_id: int, mode: str, now: datetime, new_secret: Callable[[], str]) -> str:
    """Bind a draw to its secret before anybody has applied; once bound it stays."""
    if mode != "draw":
        tx.run(NO_DRAW, which=window_id)
        return ""
    bound = tx.one(HAS_DRAW, id=window_id)
    if bound is not None:
        return str(bound.commitment)
    secret = new_secret()
    made = commitment(secret)
    tx.run(ADD_DRAW, window_id=window_id, state="committed", secret=secret, commitment=made, committed_at=now)
    return made
