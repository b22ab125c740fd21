"""The sections of /mydata about acting for others, sitting together and teams."""

from __future__ import annotations

from sqlalchemy import or_, select, union_all

from models.catalogue import course, offering, org_unit
from models.enrolment import enrolment
from models.family import acted_for, acting_right, dependent
from models.people import person
from models.teams import seat_group, seat_group_member, team, team_meeting, team_member
from services.personal.shapes import WHOSE, columns, of_class, of_family, section

_own_enrolments = select(enrolment.c.id).where(of_family(enrolment.c.person_id))
_own_groups = select(seat_group_member.c.group_id).where(
    seat_group_member.c.enrolment_id.in_(_own_enrolments)
)
_own_teams = select(team_member.c.team_id).where(team_member.c.person_id == WHOSE)
_team = team.c.name.label("team")
_actor = person.alias("actor")
_subject = person.alias("subject")

SECTIONS = (
    section(
        dependent,
        select(
            dependent.c.kind, dependent.c.label, dependent.c.age_band, org_unit.c.name.label("unit"),
            dependent.c.created_at,
        )
        .outerjoin_from(dependent, org_unit, org_unit.c.id == dependent.c.unit_id)
        .where(
            or_(
                dependent.c.person_id == WHOSE,
                (dependent.c.keeper_id == WHOSE) & (dependent.c.kind == "child"),
            )
        )
        .order_by(dependent.c.person_id),
        "person_id keeper_id unit_id",
    ),
    section(
        acting_right,
        select(
            _actor.c.name.label("actor_name"), _subject.c.name.label("subject_name"),
            *columns(acting_right, ("label way wording given_at ended_at",)),
        )
        .join_from(acting_right, _actor, _actor.c.id == acting_right.c.actor_id)
        .join(_subject, _subject.c.id == acting_right.c.subject_id)
        .where(or_(acting_right.c.actor_id == WHOSE, acting_right.c.subject_id == WHOSE))
        .order_by(acting_right.c.id),
        "id actor_id subject_id",
    ),
    section(
        acted_for,
        of_class(enrolment, acted_for.c.actor_name, acted_for.c.at)
        .join(acted_for, acted_for.c.enrolment_id == enrolment.c.id)
        .where(
            enrolment.c.id.in_(
                union_all(
                    select(acted_for.c.enrolment_id).where(acted_for.c.actor_id == WHOSE), _own_enrolments
                )
            )
        )
        .order_by(acted_for.c.enrolment_id),
        "enrolment_id actor_id",
    ),
    section(
        seat_group,
        of_class(seat_group, "created_at told_at")
        .where(seat_group.c.id.in_(_own_groups))
        .order_by(seat_group.c.id),
        "id offering_id team_id",
    ),
    section(
        seat_group_member,
        select(course.c.title, offering.c.code, enrolment.c.name, enrolment.c.state)
        .join_from(seat_group_member, enrolment, enrolment.c.id == seat_group_member.c.enrolment_id)
        .join(offering, offering.c.id == enrolment.c.offering_id)
        .join(course, course.c.id == offering.c.course_id)
        .where(of_family(enrolment.c.person_id))
        .order_by(enrolment.c.id),
        "enrolment_id group_id",
    ),
    section(
        team,
        select(*columns(team, ("name code created_at ended_at",)))
        .where(or_(team.c.lead_id == WHOSE, team.c.id.in_(_own_teams)))
        .order_by(team.c.id),
        "id lead_id",
    ),
    section(
        team_member,
        select(_team, *columns(team_member, ("name joined_at left_at",)))
        .join_from(team_member, team, team.c.id == team_member.c.team_id)
        .where(team_member.c.person_id == WHOSE)
        .order_by(team_member.c.id),
        "id team_id person_id",
    ),
    section(
        team_meeting,
        select(_team, *columns(team_meeting, ("starts_at what made_at cancelled_at",)))
        .join_from(team_meeting, team, team.c.id == team_meeting.c.team_id)
        .where(team_meeting.c.team_id.in_(_own_teams))
        .order_by(team_meeting.c.id),
        "id team_id",
    ),
)  # fmt: skip
