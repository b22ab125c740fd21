"""学习周 as organisers run it: made from the template, started, approved; nominations, the report."""

from __future__ import annotations

from datetime import date

from handlers import other
from handlers.campaign_plan_words import day_said, foretold
from handlers.routes import Routes, action, number
from handlers.turn import Turn
from handlers.yes_no import is_no
from models.statement import Row
from services.audience import AudienceError
from services.broadcasting import rights
from services.campaigns import acts, reporting, rows
from services.enrolling.refusal import Refused
from services.message import Button
from services.phrases.days import date_words
from services.scope import covers, unit_by_id

routes = Routes()
STEP, DRAFT = "campaign.date", "campaign.draft"
TEMPLATE = "lifelong-learning-week"
MOST_LISTED = 6


@routes.command(
    "campaign", "学习周管理", "办学习周", "办活动周", "活动周管理", "学习周怎么办", "怎么办学习周",
    "活动周怎么办", "怎么办活动周", "我要办学习周", "开始学习周", "启动学习周", "停掉学习周", "学习周改日子",
    "结束学习周", "回到学习周", "back to the week",
)  # fmt: skip
def desk(turn: Turn) -> None:
    """The campaigns of one's units, and a new one."""
    units = _widest(turn)
    if not units:
        turn.reply(turn.say("campaign.desk_closed"), (turn.button("start.browse", "browse"),))
        return
    turn.state.settle()
    buttons = [(Button(_title(turn, row), action("camp", row.id)),) for row in _listed(turn)[:MOST_LISTED]]
    if len(units) == 1:
        new = [(turn.button("campaign.new", action("camp_new", units[0].id)),)]
        turn.reply(turn.say("campaign.desk", unit=units[0].name), *buttons, *new)
        return
    new = [
        (turn.button("campaign.new_for", action("camp_new", unit.id), unit=unit.name),)
        for unit in units[:MOST_LISTED]
    ]
    turn.reply(turn.say("campaign.desk_of_all"), *buttons, *new)


def _widest(turn: Turn) -> list[Row]:
    """The units one may write for, none of them under another."""
    found: list[Row] = []
    for unit in rights.units_of(turn.tx, turn.person.person_id):
        if not covers(found, unit.path):
            found.append(unit)
    return found


def _listed(turn: Turn) -> list[Row]:
    """The last campaigns of all of them, newest first."""
    found = {row.id: row for unit in _widest(turn) for row in rows.of_unit(turn.tx, unit.path)}
    return [found[number] for number in sorted(found, reverse=True)]


@routes.tap("camp_new", number)
def new(turn: Turn, unit_id: int) -> None:
    """Ask when it opens."""
    if not _may(turn, unit_id):
        return
    _ask_date(turn, unit=unit_id)


@routes.tap("camp_date", number)
def another_date(turn: Turn, campaign_id: int) -> None:
    """Ask for another day of a draft."""
    row = own(turn, campaign_id)
    if row is not None:
        _ask_date(turn, unit=row.unit_id, campaign=row.id)


def _ask_date(turn: Turn, **asked: int) -> None:
    turn.state.ask(STEP, **asked)
    turn.reply(turn.say("campaign.ask_date"), (turn.button("campaign.not_now", "nominate_not"),))


@routes.step(STEP)
def dated(turn: Turn) -> bool:
    """The day of the opening."""
    if is_no(turn.text, "算了", "取消"):
        desk(turn)
        return True
    unit_id = int(turn.state.data["unit"])
    if not _may(turn, unit_id):
        return True
    opens = day_said(turn)
    if opens is None:
        turn.reply(turn.say("campaign.no_date"), (turn.button("campaign.not_now", "nominate_not"),))
        return True
    if number := turn.state.data.get("campaign"):
        redated(turn, int(number), opens)
        return True
    try:
        made = acts.new(
            turn.tx, turn.town, unit=unit_by_id(turn.tx, unit_id), by=turn.person.person_id,
            template_name=TEMPLATE, opens=opens,
        )  # fmt: skip
    except AudienceError as error:
        turn.reply(error.text_en if turn.lang == "en" else error.text_zh)
        return True
    if isinstance(made, Refused):
        refuse(turn, made)
        return True
    turn.state.settle()
    show(turn, made)
    return True


def redated(turn: Turn, campaign_id: int, opens: date) -> None:
    """Let a draft open on another day."""
    refused = acts.redate(turn.tx, turn.town, campaign_id, by=turn.person.person_id, opens=opens)
    if refused is not None:
        refuse(turn, refused)
        return
    turn.state.settle()
    show(turn, campaign_id)


@routes.tap("camp", number)
def show(turn: Turn, campaign_id: int) -> None:
    """A campaign: its days, its state, and what can be done with it."""
    row = own(turn, campaign_id)
    if row is None:
        return
    state = turn.say(f"campaign.state.{row.state}")
    lines = [
        turn.say(
            "campaign.shown", unit=row.unit_name, theme=row.theme, state=state,
            opens=date_words(row.opens_on, turn.lang, with_year=False),
            closes=date_words(row.closes_on, turn.lang, with_year=False),
        )
    ]  # fmt: skip
    if row.state == "draft":
        turn.state.ask(DRAFT, campaign=row.id)
    else:
        turn.state.settle()  # what is said now is not said of a draft seen before
    if row.state in ("draft", "waiting_approval"):
        lines += foretold(turn, row)
    else:
        found = reporting.report(turn.tx, turn.town, row)
        lines.append(
            turn.say("campaign.report.sent", people=found.people, messages=found.messages, taps=found.taps)
        )
        lines.append(turn.say("campaign.report.votes", nominations=found.nominations, votes=found.votes))
    buttons: list[tuple[Button, ...]] = [(turn.button("campaign.plan_button", action("camp_plan", row.id)),)]
    if row.state == "draft":
        buttons.append((turn.button("campaign.start", action("camp_start", row.id)),))
        buttons.append((turn.button("campaign.redate", action("camp_date", row.id)),))
    if row.state == "waiting_approval" and row.author_id != turn.person.person_id:
        yes, no = action("camp_yes", row.id), action("camp_no", row.id)
        buttons.append((turn.button("campaign.approve", yes), turn.button("campaign.decline", no)))
    if row.state == "running":
        buttons.append((turn.button("campaign.nominations", action("camp_named", row.id)),))
    if row.state in ("running", "done"):
        buttons.append((turn.button("campaign.report_button", action("camp_report", row.id)),))
    if row.state in ("draft", "waiting_approval", "running"):
        buttons.append((turn.button("campaign.stop", action("camp_stop", row.id)),))
    turn.reply("\n".join(lines), *buttons)


@routes.command("campaign_report", "学习周报告", "活动周报告", "学习周总结", "活动周总结", "学习周怎么样了")
def report_said(turn: Turn) -> None:
    """The figures of the campaign that runs, or else was the last; of several it asks which."""
    begun = [row for row in _listed(turn) if row.state in ("running", "done")]
    found = [row for row in begun if row.state == "running"]
    if not found:  # of each unit the last
        found = list({row.unit_id: row for row in reversed(begun)}.values())[::-1]
    if len(found) == 1:
        report(turn, found[0].id)
    elif found:
        turn.state.settle()
        turn.reply(
            turn.say("campaign.which_report"),
            *((Button(_named(turn, row), action("camp_report", row.id)),) for row in found[:MOST_LISTED]),
        )
    else:
        desk(turn)


@routes.tap("camp_start", number)
def start(turn: Turn, campaign_id: int) -> None:
    """Let it run, or ask the second organiser."""
    came = acts.start(turn.tx, turn.town, campaign_id, by=turn.person.person_id)
    if isinstance(came, Refused):
        refuse(turn, came)
        return
    turn.state.settle()
    turn.reply(
        turn.say(f"campaign.started_{came}"),
        (turn.button("campaign.back", action("camp", campaign_id)),), lasting=True,
    )  # fmt: skip


@routes.tap("camp_yes", number)
def approve(turn: Turn, campaign_id: int) -> None:
    """The second organiser's yes."""
    _decide(turn, campaign_id, True)


@routes.tap("camp_no", number)
def decline(turn: Turn, campaign_id: int) -> None:
    """The second organiser's no."""
    _decide(turn, campaign_id, False)


def _decide(turn: Turn, campaign_id: int, yes: bool) -> None:
    act = acts.approve if yes else acts.decline
    refused = act(turn.tx, turn.town, campaign_id, by=turn.person.person_id)
    if refused is not None:
        refuse(turn, refused)
        return
    key = "campaign.started_running" if yes else "campaign.not_approved"
    turn.reply(turn.say(key), (turn.button("campaign.back", action("camp", campaign_id)),), lasting=True)


@routes.tap("camp_stop", number)
def stop(turn: Turn, campaign_id: int) -> None:
    """Ask once more."""
    if own(turn, campaign_id) is None:
        return
    turn.reply(
        turn.say("campaign.stop_sure"),
        (
            turn.button("campaign.stop_yes", action("camp_stop_ok", campaign_id)),
            turn.button("campaign.stop_no", action("camp", campaign_id)),
        ),
    )


@routes.tap("camp_stop_ok", number)
def stopped(turn: Turn, campaign_id: int) -> None:
    """End it."""
    refused = acts.stop(turn.tx, turn.town, campaign_id, by=turn.person.person_id)
    if refused is not None:
        refuse(turn, refused)
        return
    turn.reply(turn.say("campaign.stopped"), lasting=True)


@routes.tap("camp_report", number)
def report(turn: Turn, campaign_id: int) -> None:
    """The figures so far."""
    row = own(turn, campaign_id)
    if row is not None:
        turn.reply(
            reporting.words(turn.say, row, reporting.report(turn.tx, turn.town, row)),
            (turn.button("campaign.back", action("camp", row.id)),),
        )


def own(turn: Turn, campaign_id: int) -> Row | None:
    """The campaign, where this person may act on it; otherwise that is said."""
    row = rows.one(turn.tx, campaign_id)
    if acts.may(turn.tx, row, turn.person.person_id):
        return row
    other.stale(turn, turn.say("campaign.desk_closed"), turn.button("start.browse", "browse"))
    return None


def _may(turn: Turn, unit_id: int) -> bool:
    unit = unit_by_id(turn.tx, unit_id)
    if unit is not None and rights.may_send(turn.tx, turn.person.person_id, unit):
        return True
    if not turn.incoming.tap:  # what was asked was about it
        turn.state.settle()
    other.stale(turn, turn.say("campaign.desk_closed"), turn.button("start.browse", "browse"))
    return False


def _named(turn: Turn, row: Row) -> str:
    day = date_words(row.opens_on, turn.lang, with_year=False)
    return turn.say("campaign.named", unit=row.unit_name, day=day)


def _title(turn: Turn, row: Row) -> str:
    day = date_words(row.opens_on, turn.lang, with_year=False)
    return turn.say("campaign.title", theme=row.theme, day=day, state=turn.say(f"campaign.state.{row.state}"))


def refuse(turn: Turn, refused: Refused) -> None:
    """Say why an act of the desk cannot be done."""
    key = f"campaign.refused.{refused.code}"
    if not turn.say.has(key):
        key = f"broadcast.refused.{refused.code}"
    turn.reply(turn.say(key, **refused.values))
