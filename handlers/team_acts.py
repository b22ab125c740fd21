"""What a lead does for a team: a class for all of them, all or none, and meetings of their own."""

from handlers import card, other
from handlers.routes import Routes, number
from handlers.team_words import lead_name, own
from handlers.turn import Turn
from handlers.wordings import age_words, dates_words, fee_line, place_words
from handlers.yes_no import is_no, is_yes
from models.statement import Row
from services import classes, teams
from services.enrolling import gates
from services.enrolling.refusal import Refused
from services.enrolling.together import Seeker, join_together
from services.family import acts, gating, people
from services.family.people import Learner
from services.notices.teams import tell_members
from services.phrases.when import say_moment
from services.team_times import Said, Unread, read_meeting

routes = Routes()
# of what was said so far, until the rest of it is said
MOST_KEPT = 100
LEAVES = ("不报", "不报了", "不约", "不约了", "先不")


@routes.tap("team_enrol", number)
def enrol(turn: Turn, team_id: int) -> None:
    """The class on the screen for the whole team: read back."""
    row = _lead(turn, team_id)
    if row is None:
        return
    course = classes.one_class(turn.tx, turn.state.focus, turn.now) if turn.state.focus else None
    if course is None:
        turn.reply(turn.say("team.which_class"), (turn.button("start.browse", "browse"),))
        return
    members = teams.members(turn.tx, team_id)
    turn.state.ask("team.enrol", team=team_id, id=course.id)
    names = turn.say("other.between").join(one.name for one in members)
    lines = [
        turn.say(
            "family.confirm", title=course.title, dates=dates_words(turn, course),
            where=place_words(turn, course), fee=fee_line(turn, course),
        ),
        turn.say("team.confirm", team=row.name, names=names),
        turn.say("group.confirm", n=len(members)),
    ]  # fmt: skip
    free = classes.seats_left(course)
    if free is not None and 0 <= free < len(members):
        lines.append(turn.say("team.confirm_short", free=free, n=len(members)))
    if gates.asks_age(course):
        lines.append(turn.say("team.confirm_ages", ages=age_words(turn, course)))
    turn.reply(
        "\n".join(lines),
        (turn.button("enrol.confirm_yes", f"team_ok:{team_id}:{course.id}"),),
        (turn.button("enrol.confirm_no", f"team:{team_id}"),),
        courses=(course.code,),
    )


@routes.step("team.enrol")
def enrol_said(turn: Turn) -> bool:
    """Yes or no in words."""
    data = turn.state.data
    if is_yes(turn.text, "确认报名", "报", "报吧"):
        enrolled(turn, int(data["team"]), int(data["id"]))
    elif is_no(turn.text, *LEAVES):
        turn.state.settle()
        turn.reply(turn.say("enrol.stopped"), (turn.button("start.browse", "browse"),))
    else:
        return False
    return True


@routes.tap("team_ok", number, number)
def enrolled(turn: Turn, team_id: int, offering_id: int) -> None:
    """Seats for all of them, or one place in the line for all; each is told."""
    data = turn.state.data
    if turn.state.step != "team.enrol" or (data.get("team"), data.get("id")) != (team_id, offering_id):
        other.stale(turn, turn.say("team.past"), turn.button("enrol.mine", "my"))
        return
    turn.state.settle()
    row = _lead(turn, team_id)
    if row is None:
        return
    turn.tx.take_time()
    members = teams.members(turn.tx, team_id)
    for member in sorted(members, key=lambda one: one.person_id):
        turn.tx.one(gates.LOCK_PERSON, person_id=member.person_id)
    course = classes.one_class(turn.tx, offering_id, turn.now)
    if course is None:
        card.gone(turn)
        return
    seekers = [_seeker(turn, course, member) for member in members]
    bad = [member.name for member, one in zip(members, seekers, strict=True) if one is None]
    if bad:
        # whatever it is, it is not the lead's to know
        names = turn.say("other.between").join(bad)
        turn.reply(turn.say("team.refused", title=course.title, names=names), courses=(course.code,))
        return
    me = turn.person.person_id
    joined = join_together(
        turn.tx, turn.town, [one for one in seekers if one is not None], offering_id=offering_id,
        actor=f"person:{me}", team_id=team_id,
    )  # fmt: skip
    if isinstance(joined, Refused):
        _refused(turn, course, joined)
        return
    lead = lead_name(turn, row)
    others = [place.enrolment_id for one, place in zip(members, joined, strict=True) if one.person_id != me]
    acts.note(turn.tx, turn.town, others, me, lead)
    state = "enrolled" if joined[0].state == "enrolled" else "waiting"
    tell_members(
        turn.tx,
        turn.town,
        team_id,
        state,
        besides=me,
        lead=lead,
        title=course.title,
        until=course.last_end,
        starts_at=course.next_start if state == "enrolled" else None,
    )
    turn.reply(
        turn.say(f"team.{state}", title=course.title, n=len(joined), position=joined[0].position),
        (turn.button("enrol.mine", "my"),),
        courses=(course.code,),
        lasting=True,
    )


def _seeker(turn: Turn, course: Row, member: Row) -> Seeker | None:
    """A member who passes every gate, or None."""
    account_id = people.account_of(turn.tx, member.person_id)
    who = Learner(member.person_id, "grown", member.name, member.name)
    refusal = gating.check(turn.tx, turn.town, course, who, actor_id=member.person_id, verified=False)
    if account_id is None or refusal is not None:
        return None
    return Seeker(member.person_id, account_id, member.name, age_confirmed=gates.asks_age(course))


def _refused(turn: Turn, course: Row, refusal: Refused) -> None:
    key = f"family.refused.{refusal.code}"
    values = {"title": course.title, "name": "", **refusal.values}
    turn.reply(turn.say(key if turn.say.has(key) else f"refused.{refusal.code}", **values))


@routes.tap("team_meet", number)
def meet(turn: Turn, team_id: int) -> None:
    """Ask when, and what."""
    if _lead(turn, team_id) is not None:
        turn.state.ask("team.meet", team=team_id)
        turn.reply(turn.say("team.ask_meet"))


@routes.step("team.meet")
def meet_said(turn: Turn) -> bool:
    """A day, an hour, and what or where in the lead's words; everybody is told at once."""
    team_id = int(turn.state.data["team"])
    if is_no(turn.text, *LEAVES):
        turn.state.settle()
        turn.reply(turn.say("team.not_met"))
        return True
    said = _meeting_said(turn)
    if said is None:
        return True
    turn.state.settle()
    row = _lead(turn, team_id)
    if row is None:
        return True
    me = turn.person.person_id
    if teams.add_meeting(turn.tx, turn.town, team_id, said.starts_at, said.what, me) is None:
        turn.reply(turn.say("team.meet_many", most=teams.MOST_MEETINGS))
        return True
    told = tell_members(
        turn.tx, turn.town, team_id, "meeting", besides=me, until=said.starts_at, starts_at=said.starts_at,
        lead=lead_name(turn, row), what=said.what,
    )  # fmt: skip
    when = say_moment(said.starts_at, turn.lang, turn.now, turn.town.zone)
    met = turn.say("team.met", when=when, what=said.what or turn.say("team.any_what"), n=told)
    turn.reply(
        f"{met}\n{turn.say('team.meet_once')}" if said.once else met,
        (turn.button("team.look", f"team:{team_id}"),),
        lasting=True,
    )
    return True


def _meeting_said(turn: Turn) -> Said | None:
    """What was read, the day from one message and the hour from the next; else what is wrong was told."""
    zone, lexicon = turn.town.zone, turn.town.catalogue.lexicon
    kept = str(turn.state.data.get("said", ""))
    said = read_meeting(turn.text, turn.now, zone, lexicon)
    if kept and said in (Unread.NO_DAY, Unread.NO_HOUR):
        said = read_meeting(f"{turn.text}，{kept}", turn.now, zone, lexicon)
    if isinstance(said, Said):
        return said
    if said in (Unread.NO_DAY, Unread.NO_HOUR):
        turn.state.data["said"] = turn.text[:MOST_KEPT]
    turn.reply(turn.say(f"team.meet_{said.value}"))
    return None


@routes.tap("team_off", number)
def call_off(turn: Turn, meeting_id: int) -> None:
    """A meeting is off, and everybody is told."""
    found = turn.tx.one(teams.MEETING, id=meeting_id)
    row = _lead(turn, found.team_id) if found is not None else None
    if row is None:
        if found is None:
            other.stale(turn)
        return
    me = turn.person.person_id
    off = teams.cancel_meeting(turn.tx, turn.town, meeting_id, me)
    if off is None:
        other.stale(turn)
        return
    turn.state.settle()
    tell_members(
        turn.tx, turn.town, off.team_id, "off", besides=me, until=off.starts_at, starts_at=off.starts_at,
        what=off.what,
    )  # fmt: skip
    turn.reply(turn.say("team.off"), (turn.button("team.look", f"team:{off.team_id}"),), lasting=True)


def _lead(turn: Turn, team_id: int) -> Row:
    """The team if the speaker leads it; otherwise that is told, and None."""
    row = own(turn, team_id)
    if row is not None and row.lead_id != turn.person.person_id:
        said = turn.say("team.lead_only", name=lead_name(turn, row))
        other.stale(turn, said, turn.button("team.mine", "teams"))
        return None
    return row
