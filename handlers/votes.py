"""投票: one person has one vote for each award of the learning week, and may change it."""

from __future__ import annotations

from handlers.campaigns import award_button, of_the_running, refuse, running
from handlers.routes import Routes, action, number, word
from handlers.turn import Turn
from models.campaigning import AWARDS
from services.campaigns import voting
from services.enrolling.refusal import Refused
from services.message import Button
from services.phrases.days import date_words

routes = Routes()
# a story is a few sentences; a list of candidates is looked through page by page
MOST_SHOWN = 5


@routes.tap("vote", number)
def vote(turn: Turn, campaign_id: int) -> None:
    """What one can vote for."""
    row = running(turn, campaign_id)
    if row is None:
        return
    refused = voting.refused(turn.tx, turn.town, row, turn.person.person_id)
    if refused is not None:
        refuse(turn, refused, row.id)
        return
    turn.state.settle()
    mine = voting.own(turn.tx, row.id, turn.person.person_id)
    lines = [turn.say("campaign.vote_head", closes=date_words(row.closes_on, turn.lang, with_year=False))]
    lines += [
        turn.say("campaign.voted_for", award=turn.say(f"campaign.award.{award}"), name=name)
        for award, name in sorted(mine.items())
    ]
    turn.reply("\n".join(lines), *((award_button(turn, "vote_in", row.id, award),) for award in AWARDS))


@routes.command("vote", "投票", "我要投票")
def vote_said(turn: Turn) -> None:
    """The same in words."""
    of_the_running(turn, vote)


@routes.tap("vote_in", number, word)
def vote_in(turn: Turn, campaign_id: int, award: str, first: int = 0) -> None:
    """The published ones of one award, a page at a time."""
    row = running(turn, campaign_id)
    if row is None or award not in AWARDS:
        return
    named = voting.published(turn.tx, row.id, award)
    if not named:
        turn.reply(
            turn.say("campaign.nobody_yet", award=turn.say(f"campaign.award.{award}")),
            (turn.button("campaign.button.nominate", action("nominate", row.id)),),
        )
        return
    shown = named[first : first + MOST_SHOWN]
    lines = [turn.say("campaign.choose", award=turn.say(f"campaign.award.{award}"))]
    lines += [
        turn.say("campaign.candidate", n=n, name=one.name, story=one.story) for n, one in enumerate(shown, 1)
    ]
    buttons = [
        (Button(f"{n} {one.name}", action("vote_for", one.id), number=n),) for n, one in enumerate(shown, 1)
    ]
    if first + MOST_SHOWN < len(named):
        more = action("vote_more", row.id, award, first + MOST_SHOWN)
        buttons.append((turn.button("search.next", more),))
    turn.reply("\n".join(lines), *buttons)


@routes.tap("vote_more", number, word, number)
def vote_more(turn: Turn, campaign_id: int, award: str, first: int) -> None:
    """The next page."""
    vote_in(turn, campaign_id, award, first)


@routes.tap("vote_for", number)
def vote_for(turn: Turn, nomination_id: int) -> None:
    """Ask once more."""
    row = voting.one(turn.tx, nomination_id)
    if row is None or row.state != "published":
        refuse(turn, Refused("nomination_gone"), 0)
        return
    turn.reply(
        turn.say("campaign.vote_sure", award=turn.say(f"campaign.award.{row.award}"), name=row.name),
        (
            turn.button("campaign.vote_yes", action("vote_ok", row.id)),
            turn.button("campaign.vote_no", action("vote_in", row.campaign_id, row.award)),
        ),
    )


@routes.tap("vote_ok", number)
def vote_ok(turn: Turn, nomination_id: int) -> None:
    """Keep the vote."""
    came = voting.cast(turn.tx, turn.town, nomination_id, by=turn.person.person_id)
    if isinstance(came, Refused):
        refuse(turn, came, 0)
        return
    turn.reply(
        turn.say("campaign.voted", award=turn.say(f"campaign.award.{came.award}"), name=came.name),
        (turn.button("campaign.button.vote", action("vote", came.campaign_id)),),
        lasting=True,
    )
