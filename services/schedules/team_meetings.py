"""18:00 on the evening before a team's meeting, until 21:00: everybody in the team is reminded."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from models.operations import occurrence
from models.statement import Statement, Tx
from models.teams import team, team_meeting
from services.daytime import EVENING, EVENING_ENDS
from services.notices.teams import tell_members
from services.schedules.claims import claim
from services.schedules.schedule import Done, Schedule
from services.schedules.times import DAY, instant, local_day, midnight
from services.town import Town

NAME = "team_meeting"

# one a unit: a team has at most thirty members to tell
DUE = Statement(
    select(team_meeting.c.id, team_meeting.c.team_id, team_meeting.c.starts_at, team_meeting.c.what)
    .join_from(team_meeting, team, team.c.id == team_meeting.c.team_id)
    .where(
        team_meeting.c.cancelled_at.is_(None),
        team.c.ended_at.is_(None),
        team_meeting.c.starts_at >= bindparam("first"),
        team_meeting.c.starts_at < bindparam("before"),
        # who was told of it within this evening is not reminded as well
        team_meeting.c.made_at < bindparam("evening"),
        ~select(occurrence.c.id)
        .where(
            occurrence.c.schedule == NAME,
            occurrence.c.subject == team_meeting.c.id.cast(occurrence.c.subject.type),
        )
        .exists(),
    )
    .order_by(team_meeting.c.starts_at, team_meeting.c.id)
    .limit(1)
)


def due(tx: Tx, town: Town) -> Done:
    """Remind the members of one team whose meeting is tomorrow; after 21:00 it is recorded as missed."""
    now, zone = town.now(), town.zone
    today = local_day(now, zone)
    evening, ends = instant(today, EVENING, zone), instant(today, EVENING_ENDS, zone)
    if now < evening:
        return Done()
    tomorrow = midnight(today + DAY, zone)
    row = tx.one(DUE, first=tomorrow, before=tomorrow + DAY, evening=evening)
    if row is None:
        return Done()
    if now >= ends:
        return Done(1, missed=int(claim(tx, NAME, str(row.id), now, "missed")))
    if claim(tx, NAME, str(row.id), now):
        tell_members(
            tx, town, row.team_id, "tomorrow", besides=0, until=ends, starts_at=row.starts_at,
            what=row.what or "",
        )  # fmt: skip
    return Done(1)


SCHEDULE = Schedule(NAME, due, "until 21:00; then missed")
