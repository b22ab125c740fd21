"""What a person keeps besides places in classes, asked in one go: for most people all of it is no."""

from sqlalchemy import bindparam, or_, select

from models.enrolment import enrolment, excuse, favourite
from models.family import acting_right, dependent
from models.statement import Row, Statement, Tx
from models.watching import watch
from models.windows import application

_whose = bindparam("person_id", type_=enrolment.c.person_id.type)

OF_PERSON = Statement(
    select(
        or_(
            select(dependent.c.person_id)
            .where(dependent.c.keeper_id == _whose, dependent.c.kind == "child")
            .exists(),
            select(acting_right.c.id)
            .where(acting_right.c.actor_id == _whose, acting_right.c.ended_at.is_(None))
            .exists(),
        ).label("family"),
        select(favourite.c.offering_id).where(favourite.c.person_id == _whose).exists().label("favourites"),
        select(watch.c.id).where(watch.c.person_id == _whose, watch.c.ended_at.is_(None)).exists()
        .label("watches"),
        select(application.c.id)
        .where(application.c.person_id == _whose, application.c.state.in_(("applied", "pending"))).exists()
        .label("applications"),
        select(excuse.c.id)
        .join_from(enrolment, excuse, excuse.c.enrolment_id == enrolment.c.id)
        .where(enrolment.c.person_id == _whose)
        .exists()
        .label("excuses"),
    )
)  # fmt: skip


def belongings(tx: Tx, person_id: int) -> Row:
    """Whether a person has each of: `family` to act for, `favourites`, `watches`, `applications`, `excuses`.

    Excuses count whenever they were, so one of them says only that it is worth looking.
    """
    return tx.one(OF_PERSON, person_id=person_id)
