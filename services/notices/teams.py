"""Notices of teams: a meeting, the evening before it, one that is off, a class for all, a new lead."""

from datetime import datetime, timedelta

from models.statement import Tx
from services import teams
from services.message import Button, Message
from services.notices.wording import lang_of
from services.outbox import post_notice
from services.phrases.when import say_moment
from services.reach import Reach, reach
from services.town import Town

PURPOSE = "team"
TOLD_FOR = timedelta(days=2)


def when_words(to: Reach, starts_at: datetime, town: Town) -> str:
    """When a meeting begins, in words that hold on any day."""
    return say_moment(starts_at, lang_of(to), starts_at - timedelta(days=7), town.zone)


def tell_members(
    tx: Tx, town: Town, team_id: int, key: str, *, besides: int, until: datetime | None = None,
    starts_at: datetime | None = None, not_before: datetime | None = None, **words: str,
) -> int:  # fmt: skip
    """Tell everybody in a team but one, in their own language; how many were told."""
    told = 0
    team = teams.one(tx, team_id)
    for member in teams.members(tx, team_id):
        to = reach(tx, member.person_id) if member.person_id != besides else None
        if to is None or team is None:
            continue
        when = {"when": when_words(to, starts_at, town)} if starts_at else {}
        if words.get("what") == "":
            when["what"] = to.say("team.any_what")
        text = to.say(f"team.told_{key}", team=team.name, **{**words, **when})
        if starts_at is not None and key == "enrolled":
            text = f"{text}\n{to.say('enrol.done_next', **when)}"
        message = Message(text, ((Button(to.say("team.look"), f"team:{team_id}"),),))
        post_notice(
            tx, town, to.address, message, purpose=PURPOSE, expires_at=until or town.now() + TOLD_FOR,
            not_before=not_before,
        )  # fmt: skip
        told += 1
    return told
