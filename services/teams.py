"""学习共同体: founding a team, joining by its code, handing over the lead, leaving, and its own meetings."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, select, update

from models.people import person
from models.statement import Row, Statement, Tx, insert_into
from models.teams import team, team_meeting, team_member
from services import consenting
from services.audit import record
from services.town import Town

# the wording under which a member says yes to being seen by the others and enrolled by the lead
WORDING = "team-2026-12"
PURPOSE = "team"
MOST_MEMBERS = 30
MOST_TEAMS = 5
MOST_NAME = 20
MOST_MEETINGS = 10
CODE_LENGTH = 6
# no letter or digit that is taken for another
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_MOST_DRAWS = 20

ADD = insert_into(team, "name", "code", "lead_id", "created_at")
ADD_MEMBER = insert_into(team_member, "team_id", "person_id", "name", "joined_at")
ADD_MEETING = insert_into(team_meeting, "team_id", "starts_at", "what", "made_at")
_columns = (team.c.id, team.c.name, team.c.code, team.c.lead_id)
ONE = Statement(select(*_columns).where(team.c.id == bindparam("id"), team.c.ended_at.is_(None)))
LOCK = Statement(
    select(*_columns)
    .where(team.c.id == bindparam("id"), team.c.ended_at.is_(None))
    .with_for_update(key_share=True)
)
BY_CODE = Statement(select(*_columns).where(team.c.code == bindparam("code"), team.c.ended_at.is_(None)))
TAKEN = Statement(select(team.c.id).where(team.c.code == bindparam("code")))
OF_PERSON = Statement(
    select(*_columns)
    .join_from(team_member, team, team.c.id == team_member.c.team_id)
    .where(
        team_member.c.person_id == bindparam("person_id"),
        team_member.c.left_at.is_(None),
        team.c.ended_at.is_(None),
    )
    .order_by(team.c.id)
)
MEMBERS = Statement(
    select(team_member.c.id, team_member.c.person_id, team_member.c.name, team_member.c.joined_at)
    .join_from(team_member, person, person.c.id == team_member.c.person_id)
    .where(team_member.c.team_id == bindparam("team_id"), team_member.c.left_at.is_(None))
    .order_by(team_member.c.id)
)
LEFT = Statement(
    update(team_member)
    .where(
        team_member.c.team_id == bindparam("of"),
        team_member.c.person_id == bindparam("whose"),
        team_member.c.left_at.is_(None),
    )
    .values(left_at=bindparam("now", type_=team_member.c.left_at.type))
)
SET_LEAD = Statement(
    update(team)
    .where(team.c.id == bindparam("of"))
    .values(
        lead_id=bindparam("lead", type_=team.c.lead_id.type),
        ended_at=bindparam("ended", type_=team.c.ended_at.type),
    )
)
UPCOMING = Statement(
    select(team_meeting.c.id, team_meeting.c.starts_at, team_meeting.c.what)
    .where(
        team_meeting.c.team_id == bindparam("team_id"),
        team_meeting.c.cancelled_at.is_(None),
        team_meeting.c.starts_at > bindparam("now"),
    )
    .order_by(team_meeting.c.starts_at)
)
MEETING = Statement(
    select(team_meeting.c.id, team_meeting.c.team_id, team_meeting.c.starts_at, team_meeting.c.what).where(
        team_meeting.c.id == bindparam("id"), team_meeting.c.cancelled_at.is_(None)
    )
)
CANCEL = Statement(
    update(team_meeting)
    .where(team_meeting.c.id == bindparam("meeting_id"), team_meeting.c.cancelled_at.is_(None))
    .values(cancelled_at=bindparam("now", type_=team_meeting.c.cancelled_at.type))
)


class Joining(StrEnum):
    """What came of joining a team."""

    DONE = "joined"
    ALREADY = "already"
    FULL = "full"
    TOO_MANY = "too_many"


def found(tx: Tx, town: Town, person_id: int, name: str, own_name: str, platform: str) -> Row | None:
    """A new team, led by its founder; None for somebody who is in as many as one may be."""
    if len(of_person(tx, person_id)) >= MOST_TEAMS:
        return None
    now = town.now()
    made = tx.add(ADD, name=name, code=_new_code(tx, town), lead_id=person_id, created_at=now)
    record(tx, now, f"person:{person_id}", "team_founded", f"team:{made}")
    join(tx, town, made, person_id, own_name, platform)
    return one(tx, made)


def one(tx: Tx, team_id: int) -> Row:
    """A living team (id, name, code, lead_id), or None."""
    return tx.one(ONE, id=team_id)


def by_code(tx: Tx, code: str) -> Row:
    """The living team that this code invites to, or None; small letters will do."""
    folded = code.strip().upper().replace(" ", "").replace("-", "")
    return tx.one(BY_CODE, code=folded) if len(folded) == CODE_LENGTH else None


def of_person(tx: Tx, person_id: int) -> list[Row]:
    """The living teams that a person is in."""
    return tx.all(OF_PERSON, person_id=person_id)


def members(tx: Tx, team_id: int) -> list[Row]:
    """Who is in a team now (id, person_id, name, joined_at), the longest first."""
    return tx.all(MEMBERS, team_id=team_id)


def is_member(tx: Tx, team_id: int, person_id: int) -> bool:
    """Whether a person is in a team now."""
    return any(row.person_id == person_id for row in members(tx, team_id))


def join(tx: Tx, town: Town, team_id: int, person_id: int, name: str, platform: str) -> Joining:
    """Take a person in, by their own yes to being seen by the others and enrolled by the lead."""
    tx.one(LOCK, id=team_id)
    present = members(tx, team_id)
    if any(row.person_id == person_id for row in present):
        return Joining.ALREADY
    if len(present) >= MOST_MEMBERS:
        return Joining.FULL
    if len(of_person(tx, person_id)) >= MOST_TEAMS:
        return Joining.TOO_MANY
    now = town.now()
    consenting.give(tx, person_id, PURPOSE, platform, now, WORDING)
    tx.add(ADD_MEMBER, team_id=team_id, person_id=person_id, name=name, joined_at=now)
    record(tx, now, f"person:{person_id}", "team_joined", f"team:{team_id}")
    return Joining.DONE


def hand_over(tx: Tx, town: Town, team_id: int, lead_id: int, to: int) -> bool:
    """Make another member the lead; False where that is not the lead's to do."""
    row = tx.one(LOCK, id=team_id)
    if row is None or row.lead_id != lead_id or not is_member(tx, team_id, to):
        return False
    tx.run(SET_LEAD, of=team_id, lead=to, ended=None)
    record(tx, town.now(), f"person:{lead_id}", "team_lead", f"team:{team_id}", "lead")
    return True


def leave(tx: Tx, town: Town, team_id: int, person_id: int) -> bool:
    """Leave a team; a lead who leaves hands over to the longest member, and the last one ends it."""
    row = tx.one(LOCK, id=team_id)
    now = town.now()
    if row is None or not tx.run(LEFT, of=team_id, whose=person_id, now=now):
        return False
    record(tx, now, f"person:{person_id}", "team_left", f"team:{team_id}")
    if row.lead_id == person_id:
        rest = members(tx, team_id)
        tx.run(SET_LEAD, of=team_id, lead=rest[0].person_id if rest else None, ended=None if rest else now)
    return True


def leave_all(tx: Tx, town: Town, person_id: int) -> None:
    """Leave every team, as when a person is erased."""
    for row in of_person(tx, person_id):
        leave(tx, town, row.id, person_id)


def add_meeting(tx: Tx, town: Town, team_id: int, starts_at: datetime, what: str, by: int) -> int | None:
    """Arrange a meeting; None where a team has as many ahead as it may."""
    if len(upcoming(tx, town, team_id)) >= MOST_MEETINGS:
        return None
    now = town.now()
    made = tx.add(ADD_MEETING, team_id=team_id, starts_at=starts_at, what=what, made_at=now)
    record(tx, now, f"person:{by}", "team_meeting", f"team:{team_id}", f"meeting:{made}")
    return made


def upcoming(tx: Tx, town: Town, team_id: int) -> list[Row]:
    """The meetings ahead (id, starts_at, what), soonest first."""
    return tx.all(UPCOMING, team_id=team_id, now=town.now())


def cancel_meeting(tx: Tx, town: Town, meeting_id: int, by: int) -> Row:
    """Call a meeting off; its row (team_id, starts_at, what), or None where it was over or called off."""
    row = tx.one(MEETING, id=meeting_id)
    now = town.now()
    if row is None or row.starts_at <= now or not tx.run(CANCEL, meeting_id=meeting_id, now=now):
        return None
    record(tx, now, f"person:{by}", "team_meeting_off", f"team:{row.team_id}", f"meeting:{meeting_id}")
    return row


def _new_code(tx: Tx, town: Town) -> str:
    for _ in range(_MOST_DRAWS):
        number = int(town.random_digits(CODE_LENGTH * 2))
        letters = []
        for _ in range(CODE_LENGTH):
            number, at = divmod(number, len(ALPHABET))
            letters.append(ALPHABET[at])
        code = "".join(letters)
        # a code of digits alone would be taken for one of another kind
        if not code.isdigit() and tx.one(TAKEN, code=code) is None:
            return code
    raise RuntimeError("no free team code was drawn")
