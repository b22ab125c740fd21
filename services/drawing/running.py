"""A draw's way: its list is fixed at closing, the result computed once the public value is known."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import Update, bindparam, select, update

from models.catalogue import offering
from models.enrolment import check_move
from models.statement import Row, Statement, Tx
from models.windows import DRAW_TRANSITIONS, application, draw, window_class
from services.audit import record
from services.drawing import sheet
from services.drawing.listing import STANDING, CannotDraw, Seen, changed_since, stamp
from services.town import Town

Step = Callable[[Tx, Town], object]
NOTED_AT_ONCE = 250
BY_ID = Statement(
    select(
        draw.c.window_id, draw.c.state, draw.c.secret, draw.c.commitment, draw.c.committed_at, draw.c.listing,
        draw.c.list_hash, draw.c.listed_at, draw.c.public, draw.c.drawn_at, draw.c.result, draw.c.told,
        draw.c.published_at,
    ).where(draw.c.window_id == bindparam("id"))
)  # fmt: skip
LOCK = Statement(
    select(draw.c.state, draw.c.told).where(draw.c.window_id == bindparam("id")).with_for_update()
)
_set = {
    "listed": ("listing", "list_hash", "listed_at"),
    "drawn": ("public", "result", "drawn_at"),
    "publishing": (),
    "published": ("published_at",),
}
SET = {
    state: Statement(
        update(draw)
        .where(draw.c.window_id == bindparam("which"))
        .values(state=state, **{name: bindparam(f"new_{name}", type_=draw.c[name].type) for name in names})
    )
    for state, names in _set.items()
}
SET_LOT = (
    update(application)
    .where(application.c.window_id == bindparam("which"), application.c.ref == bindparam("whose"))
    .values(lot=bindparam("new_lot"), answer=bindparam("new_answer"))
)
SET_CLASS = (
    update(window_class)
    .where(
        window_class.c.window_id == bindparam("which"),
        window_class.c.offering_id
        == select(offering.c.id).where(offering.c.code == bindparam("class_code")).scalar_subquery(),
    )
    .values(asked=bindparam("new_asked"), seats=bindparam("new_seats"), last_lot=bindparam("new_last"))
)
DUE = Statement(select(draw.c.window_id, draw.c.state).where(draw.c.state != "published"))


def standing_of(tx: Tx, window_id: int) -> Row:
    """How far a draw is, without its list and file, or None."""
    return tx.one(STANDING, id=window_id)


def file_of(tx: Tx, window_id: int) -> str:
    """The published file, or nothing before it is published."""
    row = tx.one(BY_ID, id=window_id)
    return "" if row is None or row.state not in ("publishing", "published") else str(row.result)


def keep_listing(
    tx: Tx, town: Town, window_id: int, fixed: sheet.Fixed, by: str, *, mark: Seen | None = None
) -> str:
    """Fix the list, from which moment its hash is public; returns the hash. Once fixed it stays.

    `mark` is what `seen` gave before the list was read in another transaction. Raises CannotDraw where more
    came in since, to be read again.
    """
    row = _locked(tx, window_id)
    if row.state != "committed":
        return str(tx.one(STANDING, id=window_id).list_hash)
    if mark is not None and changed_since(tx, window_id, mark):
        raise CannotDraw(f"the last applications of draw {window_id} have just come in; try again")
    now = town.now()
    _move(tx, window_id, row.state, "listed", listing=fixed.text, list_hash=fixed.hash, listed_at=now)
    record(tx, now, by, "draw_listed", f"draw:{window_id}", fixed.hash[:16])
    return fixed.hash


def compute(tx: Tx, town: Town, window_id: int, public: str) -> str:
    """The file of a draw whose list is fixed; changes nothing. Raises CannotDraw.

    Without a public value the hash of the list stands for it: nobody knew it before closing.
    """
    row = tx.one(BY_ID, id=window_id)
    if row is None:
        raise CannotDraw(f"there is no draw {window_id}")
    if row.state == "committed":
        raise CannotDraw(f"the list of draw {window_id} is not fixed yet")
    if row.state != "listed":
        raise CannotDraw(f"draw {window_id} has been drawn; a draw is never done twice")
    times = {"committed": stamp(row.committed_at), "listed": stamp(row.listed_at), "drawn": stamp(town.now())}
    return sheet.write(sheet.make_file(json.loads(row.listing), row.secret, public or row.list_hash, times))


def keep_result(tx: Tx, town: Town, window_id: int, result: str, public: str, by: str) -> None:
    """Keep the result; it is told to nobody before it is published. Raises CannotDraw."""
    row = _locked(tx, window_id)
    if row.state != "listed":
        raise CannotDraw(f"draw {window_id} has been drawn; a draw is never done twice")
    _move(tx, window_id, row.state, "drawn", public=public, result=result, drawn_at=town.now())
    record(tx, town.now(), by, "draw_run", f"draw:{window_id}")


def begin_publishing(tx: Tx, town: Town, window_id: int, by: str) -> None:
    """Let the result out; seats and messages follow in pieces. Raises CannotDraw."""
    for step in outcome_steps(tx, window_id, by):
        step(tx, town)


def outcome_steps(tx: Tx, window_id: int, by: str) -> list[Step]:
    """What lets the result out, in units of a short time each, to be run in this order. Raises CannotDraw.

    Until the last has run nothing is told; run again they come to the same.
    """
    row = tx.one(BY_ID, id=window_id)
    if row is None:
        raise CannotDraw(f"there is no draw {window_id}")
    if row.state in ("publishing", "published"):
        return []
    if row.state != "drawn":
        raise CannotDraw(f"draw {window_id} has not been run yet")
    rows, classes = _outcomes(window_id, json.loads(row.result))

    def end(tx: Tx, town: Town) -> None:
        if _locked(tx, window_id).state != "drawn":
            return
        _move(tx, window_id, "drawn", "publishing")
        record(tx, town.now(), by, "draw_published", f"draw:{window_id}")

    return [*_noting(SET_LOT, rows), *_noting(SET_CLASS, classes), end]


def _noting(statement: Update, rows: list[dict[str, Any]]) -> list[Step]:
    """Units that write some of the rows each."""
    pieces = [rows[at : at + NOTED_AT_ONCE] for at in range(0, len(rows), NOTED_AT_ONCE)]
    return [partial(_note, statement=statement, rows=piece) for piece in pieces]


def _note(tx: Tx, town: Town, statement: Update, rows: list[dict[str, Any]]) -> None:
    tx.core(statement, rows)


def _outcomes(window_id: int, file: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Every application's lot and what it got, and every class's last lot, out of the result."""
    asked: Counter[str] = Counter()
    for one in file["list"]["applications"]:
        asked.update(one["wishes"])
    last: dict[str, int] = {}
    rows = []
    for one in file["results"]:
        got = [[won["class"], won["seat"]] for won in one["got"]]
        last.update((code, one["lot"]) for code, _ in got)
        outcome = json.dumps({"got": got, "waits": one["waits"]}, separators=(",", ":"), ensure_ascii=False)
        rows.append({"whose": one["id"], "which": window_id, "new_lot": one["lot"], "new_answer": outcome})
    classes = [
        {
            "which": window_id, "class_code": one["code"], "new_asked": asked[one["code"]],
            "new_seats": one["seats"], "new_last": last.get(one["code"]),
        }
        for one in file["list"]["classes"]
    ]  # fmt: skip
    return rows, classes


def end_publishing(tx: Tx, town: Town, window_id: int) -> None:
    """Everybody has been told."""
    _move(tx, window_id, "publishing", "published", published_at=town.now())


def unfinished(tx: Tx) -> list[Row]:
    """Draws that are not published yet."""
    return tx.all(DUE)


def _locked(tx: Tx, window_id: int) -> Row:
    row = tx.one(LOCK, id=window_id)
    if row is None:
        raise CannotDraw(f"there is no draw {window_id}")
    return row


def _move(tx: Tx, window_id: int, before: str, after: str, **values: Any) -> None:
    check_move(DRAW_TRANSITIONS, before, after)
    tx.run(SET[after], which=window_id, **{f"new_{name}": value for name, value in values.items()})
