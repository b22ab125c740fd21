"""The gates for somebody else: the same as everybody's, asked of the person who will sit there."""

from sqlalchemy import bindparam, func, select

from models.catalogue import offering
from models.enrolment import LIVING, enrolment
from models.family import AGE_BANDS, dependent
from models.statement import Row, Statement, Tx
from services.enrolling import gates, offers
from services.enrolling.refusal import Refused
from services.family.people import Learner, is_verified
from services.town import Town
from services.windows import gate, reading

HOUSEHOLD = Statement(
    select(func.count().label("places"))
    .join_from(enrolment, offering, offering.c.id == enrolment.c.offering_id)
    .outerjoin(dependent, dependent.c.person_id == enrolment.c.person_id)
    .where(
        func.coalesce(dependent.c.keeper_id, enrolment.c.person_id) == bindparam("keeper_id"),
        enrolment.c.state.in_(LIVING),
        offering.c.last_end > bindparam("now"),
    )
)
OLDEST = max(high for _, high in AGE_BANDS.values())


def children_here(town: Town, platform: str) -> bool:
    """Whether children may be enrolled on this platform; Telegram's servers are abroad."""
    return platform != "telegram" or town.children_on_telegram


def check(
    tx: Tx, town: Town, row: Row, learner: Learner, *, actor_id: int, verified: bool, alone: bool = False
) -> Refused | None:
    """The first gate that refuses this learner in this class, or None; `verified` is the actor's account.

    `alone`: nobody else is to be enrolled with them. Where one asks for a place a child cannot do so itself,
    and its guardian does; in a draw only whoever the school knows, as everybody.
    """
    now = town.now()
    living = tx.all(gates.LIVING_ROWS, person_id=learner.person_id, now=now)
    # a child's limit is that of the family, below
    own = learner.kind == "child" or (learner.kind == "grown" and is_verified(tx, learner.person_id))
    asks = learner.kind == "child" and alone
    refused = _asked_for(tx, row, verified) if asks else gate.each_alone(tx, row.window_id)
    refused = refused or gates.check(
        gates.Applicant(
            tx, row, learner.person_id, own or verified, now, town.term_limit, living,
            late=offers.too_late(town, row.first_start, row.enrol_closes), child=learner.kind == "child",
        )
    )  # fmt: skip
    if refused is not None or learner.kind != "child":
        return refused
    return _of_age(row, learner) or _household(tx, town, row, actor_id, verified)


def _asked_for(tx: Tx, row: Row, verified: bool) -> Refused | None:
    """A draw counts persons: whoever registers a child is known to the school."""
    return None if verified or not reading.by_lot(tx, row) else Refused("draw_unverified", ("phone",))


def for_a_child(row: Row) -> bool:
    """Whether some child whom a guardian may enrol can be old enough for a class."""
    return row.min_age is None or row.min_age < OLDEST


def _of_age(row: Row, learner: Learner) -> Refused | None:
    """A child whose whole age band lies outside the ages of a class."""
    if learner.ages is None:
        return None
    low, high = learner.ages
    fits = high > (row.min_age or 0) and (row.max_age is None or low <= row.max_age)
    return None if fits else Refused("child_age", ("similar",))


def _household(tx: Tx, town: Town, row: Row, actor_id: int, verified: bool) -> Refused | None:
    """The limit of an unverified web account holds for the family that stands behind it."""
    if verified or tx.one(HOUSEHOLD, keeper_id=actor_id, now=town.now()).places < gates.UNVERIFIED_LIMIT:
        return None
    known = ("unverified" if row.desk_hours else "unverified_phone") if row.phone else "unverified_visit"
    return Refused(known, ("phone", "mine"), {"limit": gates.UNVERIFIED_LIMIT})


def age_is_sure(row: Row, learner: Learner) -> bool:
    """Whether the age fits a class for certain, without a question."""
    if not gates.asks_age(row):
        return True
    if learner.ages is None:
        return False
    low, high = learner.ages
    return low >= (row.min_age or 0) and (row.max_age is None or high - 1 <= row.max_age)
