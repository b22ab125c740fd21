"""学习周 as residents meet it: what is on, naming somebody for an award, the vote."""

from __future__ import annotations

from handlers import find, other
from handlers.routes import Routes, action, number, word
from handlers.turn import Turn
from handlers.yes_no import is_no, is_yes
from models.campaigning import AWARDS
from models.statement import Row
from services.campaigns import nominating, rows
from services.enrolling.refusal import Refused
from services.message import Button
from services.phrases.days import date_words
from services.schedules.times import local_day
from services.understanding.meaning import Meaning

routes = Routes()
LINK = "n_"
STEP = "nominate"
SKIP = ("不写了", "没有", "跳过", "skip")


@routes.command("week", "学习周", "活动周", "学习活动周", "全民终身学习活动周", "learning week")
def week(turn: Turn) -> None:
    """The campaign that runs, or that nothing runs now."""
    running = rows.running(turn.tx)
    if not running:
        turn.reply(turn.say("campaign.none"), (turn.button("start.browse", "browse"),))
        return
    _about(turn, running[0])


@routes.tap("programme", number)
def programme(turn: Turn, campaign_id: int) -> None:
    """What is on during the campaign's days, from today on."""
    row = running(turn, campaign_id)
    if row is None:
        return
    first = max(row.opens_on, local_day(turn.now, turn.town.zone))
    find.found(turn, Meaning(dates=(first.toordinal(), row.closes_on.toordinal()), order="soonest"))


@routes.tap("nominate", number)
def nominate(turn: Turn, campaign_id: int) -> None:
    """Which award somebody or something is to be named for."""
    row = running(turn, campaign_id)
    if row is None:
        return
    turn.state.settle()
    turn.reply(
        turn.say("campaign.which_award"),
        *((award_button(turn, "nominate_for", row.id, award),) for award in AWARDS),
    )


@routes.command("nominate", "推荐学习之星", "提名", "我要推荐")
def nominate_said(turn: Turn) -> None:
    """The same in words."""
    of_the_running(turn, nominate)


@routes.tap("nominate_for", number, word)
def nominate_for(turn: Turn, campaign_id: int, award: str) -> None:
    """Ask for the name."""
    row = running(turn, campaign_id)
    if row is None or award not in AWARDS:
        return
    turn.state.ask(STEP, campaign=row.id, award=award)
    turn.reply(turn.say(f"campaign.ask_name_{award}"), (turn.button("campaign.cancel", "nominate_not"),))


@routes.tap("nominate_not")
def not_after_all(turn: Turn) -> None:
    """Leave it."""
    if other.past(turn, STEP, "campaign."):
        return
    turn.state.settle()
    turn.reply(turn.say("campaign.cancelled"), (turn.button("start.browse", "browse"),))


@routes.step(STEP)
def answered(turn: Turn) -> bool:
    """The name, then the story, then whether it is right."""
    data, said = turn.state.data, turn.text.strip()
    row = running(turn, int(data["campaign"]))
    if row is None:
        return True
    if is_no(said, "算了", "取消"):
        not_after_all(turn)
    elif "name" not in data:
        _named(turn, row, said)
    elif "story" not in data:
        turn.state.data = {**data, "story": "" if said.lower() in SKIP else said[: nominating.MOST_STORY]}
        _repeat(turn)
    elif is_yes(said):
        proposed(turn, False)
    else:
        _repeat(turn)
    return True


@routes.tap("nominate_self")
def oneself(turn: Turn) -> None:
    """It is oneself, so the yes is given by it."""
    proposed(turn, True)


@routes.tap("nominate_other")
def of_another(turn: Turn) -> None:
    """It is somebody else, who is asked by a link."""
    proposed(turn, False)


def proposed(turn: Turn, is_self: bool) -> None:
    """Keep the nomination that was repeated back."""
    data = turn.state.data
    row = running(turn, int(data.get("campaign", 0))) if turn.state.step == STEP else None
    if row is None or "story" not in data:
        if not turn.answers:
            other.stale(turn, turn.say("campaign.once_more"), turn.button("start.browse", "browse"))
        return
    made = nominating.propose(
        turn.tx, turn.town, row, str(data["award"]), str(data["name"]), str(data["story"]),
        by=turn.person.person_id, oneself=is_self,
    )  # fmt: skip
    turn.state.settle()
    if isinstance(made, Refused):
        refuse(turn, made, row.id)
    elif is_self:
        turn.reply(turn.say("campaign.proposed_self", name=made.name), lasting=True)
    else:
        link = f"{LINK}{made.code}"
        address = f"{turn.town.public_url}/c/{link}" if turn.town.public_url else f"/start {link}"
        turn.reply(turn.say("campaign.proposed", name=made.name, link=address), lasting=True)


def _about(turn: Turn, row: Row) -> None:
    turn.reply(
        turn.say(
            "campaign.about", unit=row.unit_name, theme=row.theme,
            opens=date_words(row.opens_on, turn.lang, with_year=False),
            closes=date_words(row.closes_on, turn.lang, with_year=False),
        ),
        (turn.button("campaign.button.programme", action("programme", row.id)),),
        (
            turn.button("campaign.button.nominate", action("nominate", row.id)),
            turn.button("campaign.button.vote", action("vote", row.id)),
        ),
    )  # fmt: skip


def running(turn: Turn, campaign_id: int) -> Row | None:
    """The campaign, where it runs; otherwise that is said."""
    row = rows.one(turn.tx, campaign_id)
    if row is not None and row.state == "running":
        return row
    other.stale(turn, turn.say("campaign.over"), turn.button("start.browse", "browse"))
    return None


def of_the_running(turn: Turn, act: object) -> None:
    """Do it for the campaign that runs, if one does."""
    found = rows.running(turn.tx)
    if not found:
        week(turn)
    elif callable(act):
        act(turn, found[0].id)


def _named(turn: Turn, row: Row, said: str) -> None:
    award = str(turn.state.data["award"])
    refused = nominating.fault(turn.tx, row, award, said)
    if refused is not None:
        refuse(turn, refused, row.id)
        return
    turn.state.data = {**turn.state.data, "name": said}
    turn.reply(turn.say("campaign.ask_story", name=said), (turn.button("campaign.cancel", "nominate_not"),))


def _repeat(turn: Turn) -> None:
    data = turn.state.data
    award = str(data["award"])
    turn.reply(
        turn.say("campaign.repeat", award=turn.say(f"campaign.award.{award}"), name=data["name"],
                 story=data["story"] or turn.say("campaign.no_story")),
        (turn.button(f"campaign.is_me_{award}", "nominate_self"),),
        (turn.button(f"campaign.is_other_{award}", "nominate_other"),),
        (turn.button("campaign.cancel", "nominate_not"),),
    )  # fmt: skip


def award_button(turn: Turn, verb: str, campaign_id: int, award: str) -> Button:
    """An award to choose."""
    return Button(turn.say(f"campaign.award.{award}"), action(verb, campaign_id, award))


def refuse(turn: Turn, refused: Refused, campaign_id: int) -> None:
    """Say why something of a campaign cannot be done."""
    said = turn.say(f"campaign.refused.{refused.code}", **refused.values)
    if refused.code == "nomination_gone":
        other.stale(turn, said, turn.button("start.browse", "browse"))
        return
    # while a nomination is being written the question stands
    asked = turn.state.step == STEP
    buttons = [
        turn.button("campaign.cancel", "nominate_not") if asked else turn.button("start.browse", "browse")
    ]
    if "vote" in refused.steps and campaign_id:
        buttons.insert(0, turn.button("campaign.button.vote", action("vote", campaign_id)))
    turn.reply(said, tuple(buttons))
