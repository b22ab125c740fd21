"""Favourites: classes that a person marked."""

from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete, select

from models.catalogue import offering
from models.enrolment import favourite
from models.statement import Statement, Tx, insert_into

# classes to come first, by their start; what is over comes last
OF_PERSON = Statement(
    select(favourite.c.offering_id)
    .join_from(favourite, offering, offering.c.id == favourite.c.offering_id)
    .where(favourite.c.person_id == bindparam("person_id"))
    .order_by((offering.c.last_end < bindparam("now")), offering.c.first_start, offering.c.id)
)
ADD = insert_into(favourite, "person_id", "offering_id", "at", returning=None)
REMOVE = Statement(
    delete(favourite).where(
        favourite.c.person_id == bindparam("person_id"), favourite.c.offering_id == bindparam("offering_id")
    )
)


def is_liked() -> ColumnElement[bool]:
    """Whether `person_id` has marked `offering_id`, as the column `liked` of a statement with both."""
    mark = select(favourite.c.offering_id).where(
        favourite.c.person_id == bindparam("person_id"), favourite.c.offering_id == bindparam("offering_id")
    )
    return mark.exists().label("liked")


def toggle(tx: Tx, person_id: int, offering_id: int, now: datetime) -> bool:
    """Mark or unmark a class; True if it is marked now."""
    if tx.run(REMOVE, person_id=person_id, offering_id=offering_id):
        return False
    tx.run(ADD, person_id=person_id, offering_id=offering_id, at=now)
    return True


def liked(tx: Tx, person_id: int, now: datetime) -> list[int]:
    """The ids of the marked classes, those to come first."""
    return [row.offering_id for row in tx.all(OF_PERSON, person_id=person_id, now=now)]
