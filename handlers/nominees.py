"""The nominee's own yes, without which nothing of a nomination is published."""

from __future__ import annotations

from handlers.campaigns import refuse
from handlers.routes import Routes, action, word
from handlers.turn import Turn
from handlers.yes_no import is_no, is_yes
from services import linking
from services.campaigns import nominating
from services.enrolling.refusal import Refused

routes = Routes()
STEP = "nominate.asked"


def opened(turn: Turn, code: str) -> None:
    """The nominee has opened the link: who named what, and whether one wants it published."""
    if not _may_guess(turn, code):
        return
    row = turn.tx.one(nominating.BY_CODE, code=code)
    if row is None or row.campaign_state != "running" or row.state not in ("proposed", "agreed"):
        turn.reply(turn.say("campaign.refused.nomination_gone"), (turn.button("start.browse", "browse"),))
        return
    turn.state.ask(STEP, code=code)
    turn.reply(
        turn.say(
            "campaign.nominee", award=turn.say(f"campaign.award.{row.award}"), name=row.name, story=row.story
        ),
        (
            turn.button("campaign.nominee_yes", action("nominee_yes", code)),
            turn.button("campaign.nominee_no", action("nominee_no", code)),
        ),
        (turn.button("start.privacy", "privacy"),),
    )


@routes.step(STEP)
def nominee_said(turn: Turn) -> bool:
    """Yes and no by words; anything else is another matter, and the buttons stay."""
    code = str(turn.state.data["code"])
    if is_yes(turn.text, turn.say("campaign.nominee_yes"), "愿意", "公布吧"):
        _nominee(turn, code, True)
    elif is_no(turn.text, turn.say("campaign.nominee_no"), "不愿意", "不公布"):
        _nominee(turn, code, False)
    else:
        turn.state.settle()
        return False
    return True


@routes.tap("nominee_yes", word)
def nominee_yes(turn: Turn, code: str) -> None:
    """The nominee's own yes."""
    _nominee(turn, code, True)


@routes.tap("nominee_no", word)
def nominee_no(turn: Turn, code: str) -> None:
    """The nominee would rather not."""
    _nominee(turn, code, False)


def _may_guess(turn: Turn, code: str) -> bool:
    """Whether a code may be looked at: wrong ones are counted, and whoever guesses is stopped."""
    me = turn.person.account_id
    if not linking.may_try(turn.tx, turn.town, me):
        refuse(turn, Refused("nomination_gone"), 0)
        return False
    if turn.tx.one(nominating.BY_CODE, code=code) is None:
        turn.tx.add(linking.ADD_TRY, account_id=me, at=turn.now)
    return True


def _nominee(turn: Turn, code: str, yes: bool) -> None:
    if (turn.state.step, turn.state.data.get("code")) == (STEP, code):
        turn.state.settle()
    if not _may_guess(turn, code):
        return
    came = nominating.answer(turn.tx, turn.town, code, yes, by=turn.person.person_id)
    if isinstance(came, Refused):
        refuse(turn, came, 0)
        return
    turn.state.settle()
    turn.reply(turn.say("campaign.agreed" if yes else "campaign.declined"), lasting=True)
