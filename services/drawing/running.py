"""A draw's way: the list is fixed at closing, the result computed once the public value is known."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Update, bindparam, func, select, update

from models.catalogue import class_session, offering
from models.enrolment import LIVING, check_move, enrolment
from models.statement import Row, Statement, Tx
from models.windows import DRAW_TRANSITIONS, application, application_wish, draw, window_class
from services.audit import record
from services.drawing import sheet
from services.drawing.hours import Hours
from services.town import Town
from services.windows import reading, standing

Step = Callable[[Tx, Town], object]
NOTED_AT_ONCE = 250
BY_ID = Statement(
    select(
        draw.c.window_id, draw.c.state, draw.c.secret, draw.c.commitment, draw.c.committed_at, draw.c.listing,
        draw.c.list_hash, draw.c.listed_at, draw.c.public, draw.c.drawn_at, draw.c.result, draw.c.told,
        draw.c.published_at,
    ).where(draw.c.window_id == bindparam("id"))
)  # fmt: skip
STANDING = Statement(
    select(
        draw.c.window_id, draw.c.state, draw.c.commitment, draw.c.committed_at, draw.c.list_hash,
        draw.c.listed_at, draw.c.drawn_at, draw.c.told, draw.c.published_at,
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
APPLICATIONS = Statement(
    select(application.c.id, application.c.person_id, application.c.ref)
    .where(application.c.window_id == bindparam("id"), application.c.state == "applied")
    .order_by(application.c.ref)
)
WISHES = Statement(
    select(application_wish.c.application_id, offering.c.code)
    .join_from(application_wish, application, application.c.id == application_wish.c.application_id)
    .join(offering, offering.c.id == application_wish.c.offering_id)
    .where(application.c.window_id == bindparam("id"), application.c.state == "applied")
    .order_by(application_wish.c.application_id, application_wish.c.rank)
)
_applicants = select(application.c.person_id).where(
    application.c.window_id == bindparam("id"), application.c.state == "applied"
)
PLACES = Statement(
    select(enrolment.c.person_id, enrolment.c.offering_id)
    .join_from(enrolment, offering, offering.c.id == enrolment.c.offering_id)
    .where(
        enrolment.c.person_id.in_(_applicants),
        enrolment.c.state.in_(LIVING),
        offering.c.last_end > bindparam("now"),
    )
)
MEETS = Statement(
    select(class_session.c.offering_id, class_session.c.starts_at, class_session.c.ends_at)
    .where(class_session.c.state == "planned", class_session.c.ends_at > bindparam("now"))
    .where(
        class_session.c.offering_id.in_(
            select(window_class.c.offering_id).where(window_class.c.window_id == bindparam("id"))
        )
        | class_session.c.offering_id.in_(
            select(enrolment.c.offering_id).where(
                enrolment.c.person_id.in_(_applicants), enrolment.c.state.in_(LIVING)
            )
        )
    )
    .order_by(class_session.c.offering_id, class_session.c.starts_at)
)
LAST_WISH = Statement(select(func.coalesce(func.max(application_wish.c.id), 0).label("id")))
WISHED_SINCE = Statement(
    select(application_wish.c.id)
    .join(application, application.c.id == application_wish.c.application_id)
    .where(application_wish.c.id > bindparam("after"), application.c.window_id == bindparam("id"))
    .limit(1)
)
COUNT = Statement(
    select(func.count().label("n")).where(
        application.c.window_id == bindparam("id"), application.c.state == "applied"
    )
)
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


@dataclass(frozen=True, slots=True)
class Seen:
    """How many applications there were, and the last wish of any."""

    applications: int
    last_wish: int


class CannotDraw(Exception):
    """Why a step of a draw cannot be taken now, in words for the clerk."""


def stamp(at: datetime | None) -> str:
    """An instant as the file writes it."""
    return "" if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def standing_of(tx: Tx, window_id: int) -> Row:
    """How far a draw is, without its list and file, or None."""
    return tx.one(STANDING, id=window_id)


def file_of(tx: Tx, window_id: int) -> str:
    """The published file, or nothing before it is published."""
    row = tx.one(BY_ID, id=window_id)
    return "" if row is None or row.state not in ("publishing", "published") else str(row.result)


def build_listing(tx: Tx, town: Town, window_id: int) -> sheet.Listing:
    """The canonical list of a draw whose applications are closed; changes nothing. Raises CannotDraw.

    It takes long where thousands have registered, so it is read beside the writing; `seen` before it tells
    `keep_listing` whether somebody who was in time was still being written.
    """
    found, row = reading.window(tx, window_id), tx.one(STANDING, id=window_id)
    if found is None or row is None:
        raise CannotDraw(f"there is no draw {window_id}")
    if not found.closed(town.now()):
        raise CannotDraw(f"draw {window_id} still takes applications, until {stamp(found.closes_at)}")
    classes = reading.classes_of(tx, window_id)
    meets: dict[int, list[list[str]]] = defaultdict(list)
    for session in tx.all(MEETS, id=window_id, now=town.now()):
        meets[session.offering_id].append([stamp(session.starts_at), stamp(session.ends_at)])
    head = {
        "id": window_id, "title": found.title, "school": found.school, "opens": stamp(found.opens_at),
        "closes": stamp(found.closes_at), "draws": stamp(found.draws_at), "commitment": row.commitment,
        "most": found.most,
        "quotas": [
            {
                "group": standing.group(quota.audience, quota.area), "seats": quota.seats,
                "percent": quota.percent,
            }
            for quota in reading.quotas_of(tx, window_id)
        ],
    }  # fmt: skip
    count = tx.one(COUNT, id=window_id).n
    listed = [
        {"code": one.code, "title": one.title, "seats": _seats(one, count), "meets": meets[one.id]}
        for one in classes
    ]
    quotas = {quota["group"] for quota in head["quotas"]}
    return sheet.make_listing(head, listed, _applications(tx, town, found, meets, classes, quotas))


def _seats(row: Row, count: int) -> int:
    if row.status != "open":
        return 0
    return count if row.capacity is None else max(0, row.capacity - row.taken)


def _applications(
    tx: Tx, town: Town, found: reading.Window, meets: dict[int, list[list[str]]], classes: list[Row],
    quotas: set[str],
) -> Iterable[dict[str, Any]]:  # fmt: skip
    """The applications as they are listed: no names, only the groups for which seats are reserved."""
    now, window_id = town.now(), found.id
    learnt, known = standing.groups_of_all(tx, found.unit_path, now)
    wishes: dict[int, list[str]] = defaultdict(list)
    for wish in tx.all(WISHES, id=window_id):
        wishes[wish.application_id].append(wish.code)
    has: dict[int, list[str]] = defaultdict(list)
    for place in tx.all(PLACES, id=window_id, now=now):
        has[place.person_id].append(f"#{place.offering_id}")
    by_code = {one.code: f"#{one.id}" for one in classes}
    hours = Hours({f"#{offering_id}": spans for offering_id, spans in meets.items()} | {
        key: [] for key in [*by_code.values(), *(one for many in has.values() for one in many)]
        if int(key[1:]) not in meets
    })  # fmt: skip
    for row in tx.all(APPLICATIONS, id=window_id):
        own = has[row.person_id]
        mine = {"returning" if row.person_id in learnt else "first_timer", *known.get(row.person_id, ())}
        # what one has joined since then may meet at the same hour
        out = [c for c in wishes[row.id] if by_code[c] in own or hours.clash(by_code[c], own)]
        yield {
            "id": row.ref, "later": "later" in mine, "groups": sorted(mine & quotas),
            "may": max(0, town.term_limit - len(own)),
            "wishes": [code for code in wishes[row.id] if code not in out], "left_out": out,
        }  # fmt: skip


def seen(tx: Tx, window_id: int) -> Seen:
    """A mark of what the list is made of, to be taken before it is read."""
    return Seen(int(tx.one(COUNT, id=window_id).n), int(tx.one(LAST_WISH).id))


def _changed_since(tx: Tx, window_id: int, mark: Seen) -> bool:
    """Whether somebody was still being written: a change of wishes writes them anew."""
    if int(tx.one(COUNT, id=window_id).n) != mark.applications:
        return True
    return tx.one(WISHED_SINCE, id=window_id, after=mark.last_wish) is not None


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
    if mark is not None and _changed_since(tx, window_id, mark):
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
