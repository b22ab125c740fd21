"""The plan of a 学习周, as an organiser reads it: each message with its time, and in full one by one."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from handlers.campaign_desk import own
from handlers.routes import Routes, action, number
from handlers.turn import Turn
from models.statement import Row
from services.audience import Atom, Both, parse
from services.audience.words import in_words
from services.campaigns import rows
from services.campaigns.plan import EVERYONE, Planned, read_plan
from services.campaigns.telling import filled
from services.message import Button
from services.phrases.when import say_moment

routes = Routes()


@routes.tap("camp_plan", number)
def plan(turn: Turn, campaign_id: int) -> None:
    """Every message with its time; they can be read in full one by one."""
    row = own(turn, campaign_id)
    if row is None:
        return
    lines = [turn.say("campaign.plan_head")]
    outcomes = {one.key: one.outcome for one in rows.messages(turn.tx, row.id)}
    for one in read_plan(row.plan).messages:
        at = one.goes_out(row.opens_on, row.closes_on, turn.town.zone)
        state = _to_whom(turn, row, one) + _outcome(turn, row, one, outcomes)
        lines.append(
            turn.say(
                "campaign.planned", at=say_moment(at, turn.lang, turn.now, turn.town.zone),
                text=_first_line(turn, one, row), state=state,
            )
        )  # fmt: skip
    turn.reply(
        "\n".join(lines), (turn.button("campaign.read", action("camp_read", row.id, 0)),), _back(turn, row.id)
    )


def _to_whom(turn: Turn, row: Row, one: Planned) -> str:
    """Who gets a message that is not for everybody of the unit."""
    if one.audience == EVERYONE or one.to == "organisers":
        return ""
    audience = parse(one.audience.replace("{unit}", row.unit_code))
    if (
        isinstance(audience, Both)
        and audience.operator == "&"
        and audience.left == Atom("unit", row.unit_code)
    ):
        audience = audience.right
    return turn.say("campaign.only_to", words=in_words(turn.tx, audience, turn.say))


def _outcome(turn: Turn, row: Row, one: Planned, outcomes: dict[str, str]) -> str:
    """What came of a message, or that it would come too late, or at once, if the week began now."""
    if one.key in outcomes:
        return turn.say(f"campaign.outcome.{outcomes[one.key]}")
    if row.state in ("done", "stopped") or one.goes_out(*_days(turn, row)) > turn.now:
        return ""
    return turn.say(
        "campaign.outcome.late" if one.ends(*_days(turn, row)) <= turn.now else "campaign.at_once"
    )


def _days(turn: Turn, row: Row) -> tuple[date, date, ZoneInfo]:
    return row.opens_on, row.closes_on, turn.town.zone


def _back(turn: Turn, campaign_id: int) -> tuple[Button, ...]:
    return (turn.button("campaign.back", action("camp", campaign_id)),)


@routes.tap("camp_read", number, number)
def read(turn: Turn, campaign_id: int, at: int) -> None:
    """One message of the plan as residents will read it."""
    row = own(turn, campaign_id)
    if row is None:
        return
    messages = read_plan(row.plan).messages
    if at >= len(messages):
        plan(turn, campaign_id)
        return
    one, lang = messages[at], turn.lang
    outcomes = {done.key: done.outcome for done in rows.messages(turn.tx, row.id)}
    head = turn.say(
        "campaign.reading", n=at + 1, of=len(messages),
        state=_to_whom(turn, row, one) + _outcome(turn, row, one, outcomes),
        at=say_moment(one.goes_out(*_days(turn, row)), turn.lang, turn.now, turn.town.zone),
    )  # fmt: skip
    text = _first_line(turn, one, row) if one.to == "organisers" else filled(one.text(lang), row, lang)
    buttons = [_back(turn, row.id)]
    if at + 1 < len(messages):
        buttons.insert(0, (turn.button("campaign.next", action("camp_read", row.id, at + 1)),))
    turn.reply(f"{head}\n\n{text}", *buttons)


def _first_line(turn: Turn, one: Planned, row: Row) -> str:
    if one.to == "organisers":
        return turn.say("campaign.to_organisers")
    line = (
        filled(one.text(turn.lang), row, turn.lang)
        .splitlines()[0]
        .replace("{姓名}，", "")
        .replace("{姓名}, ", "")
    )
    return line if len(line) <= 30 else f"{line[:29]}…"
