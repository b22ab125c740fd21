"""Reading applications: whose, for which window, with which wishes."""

from __future__ import annotations

from sqlalchemy import Select, bindparam, func, null, select

from models.catalogue import course, offering
from models.people import account
from models.statement import Row, Statement, Tx
from models.windows import application, application_wish


def _application() -> Select[tuple[object, ...]]:
    chosen: Select[tuple[object, ...]] = select(
        application.c.id, application.c.window_id, application.c.person_id, application.c.account_id,
        application.c.offering_id, application.c.ref, application.c.state, application.c.name,
        application.c.age_confirmed, application.c.lot, application.c.answer, application.c.created_at,
    )  # fmt: skip
    return chosen


BY_ID = Statement(_application().where(application.c.id == bindparam("id")))
IN_DRAW = Statement(
    _application().where(
        application.c.window_id == bindparam("window_id"),
        application.c.person_id == bindparam("person_id"),
        application.c.state.in_(("applied", "drawn")),
    )
)
PENDING = Statement(
    _application().where(
        application.c.offering_id == bindparam("offering_id"),
        application.c.person_id == bindparam("person_id"),
        application.c.state == "pending",
    )
)
LAST_DECIDED = Statement(
    _application()
    .where(
        application.c.offering_id == bindparam("offering_id"),
        application.c.person_id == bindparam("person_id"),
        application.c.state.in_(("approved", "declined")),
    )
    .order_by(application.c.id.desc())
    .limit(1)
)
OWN = Statement(
    _application()
    .where(application.c.person_id == bindparam("person_id"), application.c.state.in_(("applied", "pending")))
    .order_by(application.c.id)
    .limit(20)
)
WISHES = Statement(
    select(
        application_wish.c.id, application_wish.c.offering_id, application_wish.c.rank, offering.c.code,
        course.c.title,
    )
    .join_from(application_wish, offering, offering.c.id == application_wish.c.offering_id)
    .join(course, course.c.id == offering.c.course_id)
    .where(application_wish.c.application_id == bindparam("id"))
    .order_by(application_wish.c.rank)
)  # fmt: skip
COUNT = Statement(
    select(func.count().label("n")).where(
        application.c.window_id == bindparam("window_id"), application.c.state.in_(("applied", "drawn"))
    )
)
COUNT_FOR = Statement(
    select(func.count().label("n"))
    .select_from(application_wish)
    .join(application, application.c.id == application_wish.c.application_id)
    .where(
        application.c.window_id == bindparam("window_id"),
        application.c.state == "applied",
        application_wish.c.offering_id == bindparam("offering_id"),
    )
)
# everybody who asks for a class and is not in it yet
FOR_CLASS = Statement(
    select(
        application.c.id, application.c.name, application.c.state, application.c.since,
        application_wish.c.rank, account.c.platform, account.c.external_id,
        # one asks for oneself alone
        null().label("actor_name"), null().label("group_id"),
    )
    .join_from(application, account, account.c.id == application.c.account_id)
    .outerjoin(
        application_wish,
        (application_wish.c.application_id == application.c.id)
        & (application_wish.c.offering_id == bindparam("offering_id")),
    )
    .where(
        application.c.state.in_(("pending", "applied")),
        (application.c.offering_id == bindparam("offering_id")) | application_wish.c.id.is_not(None),
    )
    .order_by(application.c.state.desc(), application.c.id)
)  # fmt: skip


def in_draw(tx: Tx, window_id: int, person_id: int) -> Row:
    """The person's application in a draw, still open or drawn, or None."""
    return tx.one(IN_DRAW, window_id=window_id, person_id=person_id)


def pending(tx: Tx, offering_id: int, person_id: int) -> Row:
    """What the person asked for in this class and the staff has not decided, or None."""
    return tx.one(PENDING, offering_id=offering_id, person_id=person_id)


def wishes(tx: Tx, application_id: int) -> list[Row]:
    """The wishes of an application, best first."""
    return tx.all(WISHES, id=application_id)


def own(tx: Tx, person_id: int) -> list[Row]:
    """What a person asked for and does not know yet."""
    return tx.all(OWN, person_id=person_id)


def count(tx: Tx, window_id: int) -> int:
    """How many applications a draw has."""
    return int(tx.one(COUNT, window_id=window_id).n)


def count_for(tx: Tx, window_id: int, offering_id: int) -> int:
    """How many applications of a draw name this class."""
    return int(tx.one(COUNT_FOR, window_id=window_id, offering_id=offering_id).n)
