"""Reading classes: a row with everything that a card shows, or with what a list does."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Select, bindparam, func, select

from models.catalogue import class_session, course, offering, org_unit, venue
from models.statement import Row, Statement, Tx
from models.types import UtcTime
from models.windows import window_class

# how many classes a page shows at most
PAGE = 5

_next_start = (
    select(func.min(class_session.c.starts_at, type_=UtcTime()))
    .where(
        class_session.c.offering_id == offering.c.id,
        class_session.c.state == "planned",
        class_session.c.starts_at > bindparam("now", type_=UtcTime()),
    )
    .scalar_subquery()
    .label("next_start")
)


def _class() -> Select[tuple[object, ...]]:
    chosen: Select[tuple[object, ...]] = (
        select(
            offering.c.id,
            offering.c.code,
            offering.c.link_key,
            offering.c.form,
            offering.c.description,
            offering.c.teacher,
            offering.c.audience,
            offering.c.online,
            offering.c.slots,
            offering.c.starts_on,
            offering.c.ends_on,
            offering.c.first_start,
            offering.c.last_end,
            offering.c.capacity,
            offering.c.taken,
            offering.c.fee_fen,
            offering.c.min_age,
            offering.c.max_age,
            offering.c.enrol_opens,
            offering.c.enrol_closes,
            offering.c.hours,
            offering.c.status,
            course.c.title,
            course.c.category,
            offering.c.unit_id,
            org_unit.c.name.label("school"),
            org_unit.c.phone,
            org_unit.c.desk_hours,
            org_unit.c.path.label("unit_path"),
            venue.c.name.label("venue"),
            venue.c.address,
            venue.c.district,
            venue.c.latitude,
            venue.c.longitude,
            window_class.c.window_id,
            _next_start,
        )
        .join_from(offering, course, course.c.id == offering.c.course_id)
        .join(org_unit, org_unit.c.id == offering.c.unit_id)
        .outerjoin(venue, venue.c.id == offering.c.venue_id)
        .outerjoin(window_class, window_class.c.offering_id == offering.c.id)
    )
    return chosen


def _in_a_list() -> Select[tuple[object, ...]]:
    """What a line of a list says; a list is read in half of all turns, and has several."""
    chosen: Select[tuple[object, ...]] = (
        select(
            offering.c.id,
            offering.c.code,
            offering.c.online,
            offering.c.slots,
            offering.c.first_start,
            offering.c.capacity,
            offering.c.taken,
            offering.c.fee_fen,
            offering.c.enrol_opens,
            offering.c.enrol_closes,
            offering.c.status,
            course.c.title,
            org_unit.c.name.label("school"),
            venue.c.name.label("venue"),
            venue.c.district,
            venue.c.latitude,
            venue.c.longitude,
            _next_start,
        )
        .join_from(offering, course, course.c.id == offering.c.course_id)
        .join(org_unit, org_unit.c.id == offering.c.unit_id)
        .outerjoin(venue, venue.c.id == offering.c.venue_id)
    )
    return chosen


_ON_A_PAGE = offering.c.id.in_([bindparam(f"id{n}", type_=offering.c.id.type) for n in range(PAGE)])
BY_ID = Statement(_class().where(offering.c.id == bindparam("id")))
BY_CODE = Statement(_class().where(offering.c.code == bindparam("code")))
BY_LINK = Statement(_class().where(offering.c.link_key == bindparam("key")))
BY_IDS = Statement(_class().where(_ON_A_PAGE))
LISTED = Statement(_in_a_list().where(_ON_A_PAGE))
SESSIONS = Statement(
    select(
        class_session.c.id,
        class_session.c.number,
        class_session.c.starts_at,
        class_session.c.ends_at,
        class_session.c.state,
        class_session.c.sequence,
        class_session.c.reason,
        venue.c.name.label("venue"),
        venue.c.address,
    )
    .outerjoin_from(class_session, venue, venue.c.id == class_session.c.venue_id)
    .where(class_session.c.offering_id == bindparam("id"))
    .order_by(class_session.c.starts_at, class_session.c.number)
)

# what the dates in words are made of
TIMES = Statement(
    select(class_session.c.starts_at, class_session.c.ends_at, class_session.c.state)
    .where(class_session.c.offering_id == bindparam("id"))
    .order_by(class_session.c.starts_at, class_session.c.number)
)


def one_class(tx: Tx, offering_id: int, now: datetime) -> Row:
    """The class, or None."""
    return tx.one(BY_ID, id=offering_id, now=now)


def class_by_code(tx: Tx, code: str, now: datetime) -> Row:
    """The class with this code or with this short key of a poster's link, or None."""
    if not code.isprintable():  # from an address; PostgreSQL takes no NUL, and no code has one
        return None
    return tx.one(BY_CODE, code=code, now=now) or tx.one(BY_LINK, key=code, now=now)


def some_classes(tx: Tx, ids: Sequence[int], now: datetime) -> list[Row]:
    """The classes with these ids, in the same order, without those that are gone."""
    return _in_order(tx, BY_IDS, ids, now)


def listed_classes(tx: Tx, ids: Sequence[int], now: datetime) -> list[Row]:
    """The same with no more than a line of a list says."""
    return _in_order(tx, LISTED, ids, now)


def _in_order(tx: Tx, statement: Statement, ids: Sequence[int], now: datetime) -> list[Row]:
    found: dict[int, Row] = {}
    for at in range(0, len(ids), PAGE):
        page = [*ids[at : at + PAGE], *([0] * PAGE)][:PAGE]
        for row in tx.all(statement, now=now, **{f"id{n}": number for n, number in enumerate(page)}):
            found[row.id] = row
    return [found[offering_id] for offering_id in ids if offering_id in found]


def sessions_of(tx: Tx, offering_id: int) -> list[Row]:
    """All sessions of a class, cancelled ones too, by their start."""
    return tx.all(SESSIONS, id=offering_id)


def times_of(tx: Tx, offering_id: int) -> list[Row]:
    """The same with nothing but when each begins and ends, and its state."""
    return tx.all(TIMES, id=offering_id)


def seats_left(row: Row) -> int | None:
    """Free seats, or None where there is no limit."""
    return None if row.capacity is None else max(0, row.capacity - row.taken)


def joinable(row: Row, now: datetime) -> bool:
    """Whether one can join or wait for this class now."""
    if row.status != "open" or now >= row.enrol_closes:
        return False
    return row.enrol_opens is None or bool(row.enrol_opens <= now)


def only_joinable(rows: Iterable[Row], now: datetime) -> list[Row]:
    """Those that one can join or wait for."""
    return [row for row in rows if joinable(row, now)]
