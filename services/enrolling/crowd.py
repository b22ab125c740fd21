"""A crowd before one class: what each of its taps asks is asked once for all that share a transaction.

Whoever holds the lock of a class keeps everybody else waiting who wants it. So all that is only about those
who tapped is found out before, with their own rows locked; and the class is read and locked once.
Only on PostgreSQL: an embedded database has no trips to save.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from models.among import among
from models.catalogue import offering
from models.enrolment import LIVING, enrolment
from models.people import consent, person
from models.statement import Row, Statement, Tx
from services import classes
from services.enrolling.offers import LOCK_CLASS

# in one order, so that two crowds never wait for each other
LOCK_PERSONS = Statement(
    select(person.c.id)
    .where(among(person.c.id, "person_ids"))
    .order_by(person.c.id)
    .with_for_update(key_share=True)
)
LIVING_OF_ALL = Statement(
    select(enrolment.c.person_id, enrolment.c.id, enrolment.c.offering_id, enrolment.c.state)
    .join_from(enrolment, offering, offering.c.id == enrolment.c.offering_id)
    .where(
        among(enrolment.c.person_id, "person_ids"),
        enrolment.c.state.in_(LIVING),
        offering.c.last_end > bindparam("now"),
    )
)
CONSENTING = Statement(
    select(consent.c.person_id).where(
        among(consent.c.person_id, "person_ids"),
        consent.c.purpose == "enrolment",
        consent.c.withdrawn_at.is_(None),
    )
)


class Crowd:
    """Those who tapped at one class, each of them once; who `confirm` have their persons locked till the end.

    `row` is the class as `classes.one_class` gives it, from before the wait.
    """

    def __init__(
        self, tx: Tx, offering_id: int, confirm: Sequence[int], others: Sequence[int], now: datetime
    ) -> None:
        self._offering_id = offering_id
        everybody = [*confirm, *others]
        self._living: dict[int, list[Row]] = {one: [] for one in everybody}
        self._consenting: set[int] = set()
        self._locked: Row = None
        if confirm:
            tx.all(LOCK_PERSONS, person_ids=confirm)
            # by statements of their own: these see what whoever was waited for has done
            self._consenting.update(row.person_id for row in tx.all(CONSENTING, person_ids=confirm))
        for row in tx.all(LIVING_OF_ALL, person_ids=everybody, now=now):
            self._living[row.person_id].append(row)
        self.row: Row = classes.one_class(tx, offering_id, now)

    def has(self, person_id: int, offering_id: int) -> bool:
        """Whether this person is one of them, and this the class."""
        return offering_id == self._offering_id and person_id in self._living

    def living(self, person_id: int) -> list[Row]:
        """As `gates.LIVING_ROWS` gives them."""
        return self._living[person_id]

    def consents(self, person_id: int) -> bool:
        """Whether the person has said yes to enrolling."""
        return person_id in self._consenting

    def locked(self, tx: Tx) -> Row:
        """The class as its lock gave it, which it has from the first of them on.

        How many seats are taken is from before that one.
        """
        if self._locked is None:
            self._locked = tx.one(LOCK_CLASS, id=self._offering_id)
        return self._locked
