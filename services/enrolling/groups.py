"""Groups: people who wait and are seated together, all of them or none.

Their rows are made one after the other under the lock of the class, so a group stands in the line at one
place. It keeps the strict order as everybody does: while it is first, nobody behind it is seated, and it is
offered seats once as many are free as it needs. Passing it by would mean that a group might never get in
while single seats come free. A seat that stays empty meanwhile is not lost: the group is told of it and may
part (each then stands alone at the same place), and shortly before the class free seats are for whoever
comes.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Label, bindparam, delete, func, select, update

from models.enrolment import enrolment, seat_offer
from models.statement import Row, Statement, Tx, insert_into
from models.teams import seat_group, seat_group_member

_own_group = (
    select(seat_group_member.c.group_id)
    .where(seat_group_member.c.enrolment_id == bindparam("enrolment_id"))
    .scalar_subquery()
)
PARTY = Statement(
    select(
        enrolment.c.id, enrolment.c.person_id, enrolment.c.state, enrolment.c.name, enrolment.c.offering_id,
        seat_group_member.c.group_id,
    )
    .join_from(seat_group_member, enrolment, enrolment.c.id == seat_group_member.c.enrolment_id)
    .where(seat_group_member.c.group_id == _own_group, enrolment.c.state == bindparam("state"))
    .order_by(enrolment.c.id)
)  # fmt: skip
OFFERS = Statement(
    select(
        seat_offer.c.id, seat_offer.c.state, seat_offer.c.expires_at, seat_offer.c.enrolment_id,
        enrolment.c.person_id,
    )
    .join_from(seat_group_member, enrolment, enrolment.c.id == seat_group_member.c.enrolment_id)
    .join(seat_offer, seat_offer.c.enrolment_id == enrolment.c.id)
    .where(
        seat_group_member.c.group_id == _own_group,
        enrolment.c.state == "offered",
        seat_offer.c.state.in_(("made", "running")),
    )
    .order_by(seat_offer.c.id)
)  # fmt: skip
_others = enrolment.alias("others")
_own = seat_group_member.alias("own_group")
_fellow = seat_group_member.alias("fellow")
ADD = insert_into(seat_group, "offering_id", "team_id", "created_at")
ADD_MEMBER = insert_into(seat_group_member, "enrolment_id", "group_id", returning=None)
PART = Statement(delete(seat_group_member).where(seat_group_member.c.group_id == bindparam("of")))
TOLD = Statement(
    update(seat_group)
    .where(seat_group.c.id == bindparam("of"), seat_group.c.told_at.is_(None))
    .values(told_at=bindparam("now", type_=seat_group.c.told_at.type))
)


def first_members() -> Label[int]:
    """How many wait together with whoever is first in the line of `offering_id`, as the column `ahead`.

    1 where a group has parted but for one, 0 where nobody is first or one who came alone.
    """
    first_id = (
        select(func.min(enrolment.c.id))
        .where(enrolment.c.offering_id == bindparam("offering_id"), enrolment.c.state == "waiting")
        .scalar_subquery()
    )
    group_id = select(_own.c.group_id).where(_own.c.enrolment_id == first_id).scalar_subquery()
    members = (
        select(func.count(_others.c.id))
        .join_from(_fellow, _others, _others.c.id == _fellow.c.enrolment_id)
        .where(_fellow.c.group_id == group_id, _others.c.state == "waiting")
        .scalar_subquery()
    )
    return members.label("ahead")


FIRST = Statement(select(first_members()))


def bind(tx: Tx, offering_id: int, enrolment_ids: Sequence[int], now: datetime, team_id: int | None) -> int:
    """Make these enrolments one group."""
    group_id = tx.add(ADD, offering_id=offering_id, team_id=team_id, created_at=now)
    for enrolment_id in enrolment_ids:
        tx.run(ADD_MEMBER, enrolment_id=enrolment_id, group_id=group_id)
    return group_id


def party(tx: Tx, enrolment_id: int, state: str) -> list[Row]:
    """Those of an enrolment's group that stand in `state`, in their order; nobody where it stands alone."""
    return tx.all(PARTY, enrolment_id=enrolment_id, state=state)


def living_offers(tx: Tx, enrolment_id: int) -> list[Row]:
    """The living offers of an enrolment's group; none where it stands alone."""
    return tx.all(OFFERS, enrolment_id=enrolment_id)


def part(tx: Tx, group_id: int) -> None:
    """Let each of a group stand alone, at the place where it stood."""
    tx.run(PART, of=group_id)


def first_told(tx: Tx, group_id: int, now: datetime) -> bool:
    """Whether a group is to be told now that too few seats are free for all of it; it is told once."""
    return tx.run(TOLD, of=group_id, now=now) == 1


def first_group(tx: Tx, offering_id: int) -> int:
    """How many wait together at the very front of a class's line; 0 where nobody or a single one is first.

    By this a free seat may be kept for a while, and whoever comes next waits behind them.
    """
    ahead = int(tx.one(FIRST, offering_id=offering_id).ahead)
    return ahead if ahead > 1 else 0
