"""What comes over of families and teams when two persons turn out to be one."""

from sqlalchemy import BindParameter, bindparam, delete, or_, select, update

from models.family import acted_for, acting_right, dependent
from models.people import person
from models.statement import Statement
from models.teams import team, team_member

_GIVER: BindParameter[int] = bindparam("giver", type_=person.c.id.type)
_TAKER: BindParameter[int] = bindparam("taker", type_=person.c.id.type)
_kept = dependent.alias("kept")
_right = acting_right.alias("own_right")
_in = team_member.alias("own_team")


def _doubles(own: str, other: str) -> Statement:
    """Ends the taker's living rights that the giver has too."""
    return Statement(
        delete(acting_right).where(
            acting_right.c[own] == _TAKER,
            acting_right.c.ended_at.is_(None),
            acting_right.c[other].in_(
                select(_right.c[other]).where(_right.c[own] == _GIVER, _right.c.ended_at.is_(None))
            ),
        )
    )


# in this order, each with the parameters giver and taker
JOIN = (
    # two children called 老大 stay two
    Statement(
        update(dependent)
        .where(
            dependent.c.keeper_id == _TAKER,
            dependent.c.label.in_(select(_kept.c.label).where(_kept.c.keeper_id == _GIVER)),
        )
        .values(label=dependent.c.label + "（二）")
    ),
    Statement(update(dependent).where(dependent.c.keeper_id == _TAKER).values(keeper_id=_GIVER)),
    # nobody acts for themselves
    Statement(
        delete(acting_right).where(
            or_(
                (acting_right.c.actor_id == _GIVER) & (acting_right.c.subject_id == _TAKER),
                (acting_right.c.actor_id == _TAKER) & (acting_right.c.subject_id == _GIVER),
            )
        )
    ),
    _doubles("actor_id", "subject_id"),
    _doubles("subject_id", "actor_id"),
    Statement(update(acting_right).where(acting_right.c.actor_id == _TAKER).values(actor_id=_GIVER)),
    Statement(update(acting_right).where(acting_right.c.subject_id == _TAKER).values(subject_id=_GIVER)),
    Statement(update(acted_for).where(acted_for.c.actor_id == _TAKER).values(actor_id=_GIVER)),
    Statement(
        delete(team_member).where(
            team_member.c.person_id == _TAKER,
            team_member.c.left_at.is_(None),
            team_member.c.team_id.in_(
                select(_in.c.team_id).where(_in.c.person_id == _GIVER, _in.c.left_at.is_(None))
            ),
        )
    ),
    Statement(update(team_member).where(team_member.c.person_id == _TAKER).values(person_id=_GIVER)),
    Statement(update(team).where(team.c.lead_id == _TAKER).values(lead_id=_GIVER)),
)
