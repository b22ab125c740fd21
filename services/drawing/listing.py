"""The list of a draw: who has registered in time for what, without names, in one canonical form."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from models.catalogue import class_session, offering
from models.enrolment import LIVING, enrolment
from models.statement import Row, Statement, Tx
from models.windows import application, application_wish, draw, window_class
from services.drawing import sheet
from services.drawing.hours import Hours
from services.town import Town
from services.windows import reading, standing

STANDING = Statement(
    select(
        draw.c.window_id, draw.c.state, draw.c.commitment, draw.c.committed_at, draw.c.list_hash,
        draw.c.listed_at, draw.c.drawn_at, draw.c.told, draw.c.published_at,
    ).where(draw.c.window_id == bindparam("id"))
)  # fmt: skip
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


def changed_since(tx: Tx, window_id: int, mark: Seen) -> bool:
    """Whether somebody was still being written: a change of wishes writes them anew."""
    if int(tx.one(COUNT, id=window_id).n) != mark.applications:
        return True
    return tx.one(WISHED_SINCE, id=window_id, after=mark.last_wish) is not None
