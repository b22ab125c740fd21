"""What is kept about acting for others, sitting together and teams, table by table, for /mydata."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, or_, select

from models.catalogue import course, offering, org_unit
from models.enrolment import enrolment
from models.family import acted_for, acting_right, dependent
from models.people import person
from models.statement import Statement
from models.teams import seat_group, seat_group_member, team, team_meeting, team_member

_WHOSE: BindParameter[int] = bindparam("person_id", type_=person.c.id.type)
# those whose data is the guardian's to see
CHILDREN = select(dependent.c.person_id).where(dependent.c.keeper_id == _WHOSE, dependent.c.kind == "child")


def of_family(column: Any) -> Any:
    """A condition: the person of a column is oneself or a child that one keeps."""
    return or_(column == _WHOSE, column.in_(CHILDREN))


def learner(column: Any) -> Any:
    """How the child of a column is called; nothing for oneself."""
    return (
        select(dependent.c.label)
        .where(dependent.c.person_id == column, dependent.c.kind == "child")
        .scalar_subquery()
        .label("learner")
    )


_own_enrolments = select(enrolment.c.id).where(of_family(enrolment.c.person_id))
_own_groups = select(seat_group_member.c.group_id).where(
    seat_group_member.c.enrolment_id.in_(_own_enrolments)
)
_own_teams = select(team_member.c.team_id).where(team_member.c.person_id == _WHOSE)
_actor = person.alias("actor")
_subject = person.alias("subject")

WITHHELD: dict[str, frozenset[str]] = {
    "dependent": frozenset({"person_id", "keeper_id", "unit_id"}),
    "acting_right": frozenset({"id", "actor_id", "subject_id"}),
    "acted_for": frozenset({"enrolment_id", "actor_id"}),
    "seat_group": frozenset({"id", "offering_id", "team_id"}),
    "seat_group_member": frozenset({"enrolment_id", "group_id"}),
    "team": frozenset({"id", "lead_id"}),
    "team_member": frozenset({"id", "team_id", "person_id"}),
    "team_meeting": frozenset({"id", "team_id"}),
}
STATEMENTS: dict[str, Statement] = {
    "dependent": Statement(
        select(
            dependent.c.kind, dependent.c.label, dependent.c.age_band, org_unit.c.name.label("unit"),
            dependent.c.created_at,
        )
        .outerjoin_from(dependent, org_unit, org_unit.c.id == dependent.c.unit_id)
        .where(
            or_(
                dependent.c.person_id == _WHOSE,
                (dependent.c.keeper_id == _WHOSE) & (dependent.c.kind == "child"),
            )
        )
        .order_by(dependent.c.person_id)
    ),
    "acting_right": Statement(
        select(
            _actor.c.name.label("actor_name"), _subject.c.name.label("subject_name"), acting_right.c.label,
            acting_right.c.way, acting_right.c.wording, acting_right.c.given_at, acting_right.c.ended_at,
        )
        .join_from(acting_right, _actor, _actor.c.id == acting_right.c.actor_id)
        .join(_subject, _subject.c.id == acting_right.c.subject_id)
        .where(or_(acting_right.c.actor_id == _WHOSE, acting_right.c.subject_id == _WHOSE))
        .order_by(acting_right.c.id)
    ),
    "acted_for": Statement(
        select(course.c.title, offering.c.code, acted_for.c.actor_name, acted_for.c.at)
        .join_from(acted_for, enrolment, enrolment.c.id == acted_for.c.enrolment_id)
        .join(offering, offering.c.id == enrolment.c.offering_id)
        .join(course, course.c.id == offering.c.course_id)
        .where(or_(acted_for.c.actor_id == _WHOSE, of_family(enrolment.c.person_id)))
        .order_by(acted_for.c.enrolment_id)
    ),
    "seat_group": Statement(
        select(course.c.title, offering.c.code, seat_group.c.created_at, seat_group.c.told_at)
        .join_from(seat_group, offering, offering.c.id == seat_group.c.offering_id)
        .join(course, course.c.id == offering.c.course_id)
        .where(seat_group.c.id.in_(_own_groups))
        .order_by(seat_group.c.id)
    ),
    "seat_group_member": Statement(
        select(course.c.title, offering.c.code, enrolment.c.name, enrolment.c.state)
        .join_from(seat_group_member, enrolment, enrolment.c.id == seat_group_member.c.enrolment_id)
        .join(offering, offering.c.id == enrolment.c.offering_id)
        .join(course, course.c.id == offering.c.course_id)
        .where(of_family(enrolment.c.person_id))
        .order_by(enrolment.c.id)
    ),
    "team": Statement(
        select(team.c.name, team.c.code, team.c.created_at, team.c.ended_at)
        .where(or_(team.c.lead_id == _WHOSE, team.c.id.in_(_own_teams)))
        .order_by(team.c.id)
    ),
    "team_member": Statement(
        select(team.c.name.label("team"), team_member.c.name, team_member.c.joined_at, team_member.c.left_at)
        .join_from(team_member, team, team.c.id == team_member.c.team_id)
        .where(team_member.c.person_id == _WHOSE)
        .order_by(team_member.c.id)
    ),
    "team_meeting": Statement(
        select(
            team.c.name.label("team"), team_meeting.c.starts_at, team_meeting.c.what,
            team_meeting.c.made_at, team_meeting.c.cancelled_at,
        )
        .join_from(team_meeting, team, team.c.id == team_meeting.c.team_id)
        .where(team_meeting.c.team_id.in_(_own_teams))
        .order_by(team_meeting.c.id)
    ),
}  # fmt: skip
