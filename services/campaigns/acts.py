"""What organisers do with a campaign: make it, start it, approve it, stop it. Each leaves an audit row."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import bindparam, update

from models.campaigning import campaign
from models.statement import Row, Statement, Tx, insert_into
from services import audit
from services.audience import Atom, parse
from services.audience.resolve import check
from services.broadcasting import acts as broadcasts
from services.broadcasting import rights
from services.broadcasting.composing import breakdown
from services.campaigns import nominating, rows
from services.campaigns.plan import read_plan, template
from services.campaigns.telling import ask_others
from services.enrolling.refusal import Refused
from services.message import clean
from services.schedules.times import local_day
from services.scope import unit_by_id
from services.town import Town

MOST_THEME = 40
FARTHEST = timedelta(days=366)

ADD = insert_into(
    campaign, "unit_id", "author_id", "theme", "opens_on", "closes_on", "plan", "created_at",
)  # fmt: skip
REDATE = Statement(
    update(campaign)
    .where(campaign.c.id == bindparam("which"), campaign.c.state == "draft")
    .values(
        opens_on=bindparam("opens", type_=campaign.c.opens_on.type),
        closes_on=bindparam("closes", type_=campaign.c.closes_on.type),
    )
)
APPROVED = Statement(
    update(campaign)
    .where(campaign.c.id == bindparam("which"))
    .values(approver_id=bindparam("who", type_=campaign.c.approver_id.type))
)


def new(
    tx: Tx, town: Town, *, unit: Row, by: int | None, template_name: str, opens: date,
    closes: date | None = None, theme: str = "",
) -> int | Refused:  # fmt: skip
    """Make a draft from a template; its number. `by` None is the operator at the machine.

    Raises PlanError for the template, AudienceError for its plan.
    """
    if by is not None and not rights.may_send(tx, by, unit):
        return Refused("no_role", values={"unit": unit.name})
    text = template(template_name)
    plan = read_plan(text)
    closes = closes or opens + timedelta(days=plan.days - 1)
    today = local_day(town.now(), town.zone)
    if not opens <= closes <= opens + timedelta(days=60) or not today <= opens <= today + FARTHEST:
        return Refused("campaign_dates")
    theme = clean(theme.strip(), MOST_THEME) or plan.theme
    for message in plan.messages:
        check(tx, parse(message.audience.replace("{unit}", unit.code)), unit)
    made = tx.add(
        ADD, unit_id=unit.id, author_id=by, theme=theme, opens_on=opens, closes_on=closes, plan=text,
        created_at=town.now(),
    )  # fmt: skip
    audit.record(tx, town.now(), _actor(by), "campaign_made", f"campaign:{made}", template_name)
    return made


def redate(tx: Tx, town: Town, campaign_id: int, *, by: int, opens: date) -> Refused | None:
    """Let a draft open on another day; it lasts as many days as before."""
    row = rows.locked(tx, campaign_id)
    refused = _refused(tx, row, by, ("draft",))
    if refused is not None:
        return refused
    today = local_day(town.now(), town.zone)
    if not today <= opens <= today + FARTHEST:
        return Refused("campaign_dates")
    closes = opens + (row.closes_on - row.opens_on)
    tx.run(REDATE, which=row.id, opens=opens, closes=closes)
    audit.record(tx, town.now(), _actor(by), "campaign_redated", f"campaign:{row.id}", opens.isoformat())
    return None


def start(tx: Tx, town: Town, campaign_id: int, *, by: int | None) -> Refused | str:
    """Let a draft run; its new state: running, or waiting_approval where it reaches many."""
    row = rows.locked(tx, campaign_id)
    refused = _refused(tx, row, by, ("draft",))
    if refused is not None:
        return refused
    unit = unit_by_id(tx, row.unit_id)
    found = breakdown(tx, town, Atom("unit", unit.code), unit)
    if found.will_get > rights.approve_above(tx, unit):
        rows.move(tx, town, row, "waiting_approval", _actor(by))
        ask_others(tx, town, row, found.will_get, by or 0)
        return "waiting_approval"
    rows.move(tx, town, row, "running", _actor(by))
    return "running"


def approve(tx: Tx, town: Town, campaign_id: int, *, by: int | None) -> Refused | None:
    """A second organiser says yes to the whole plan."""
    row = rows.locked(tx, campaign_id)
    refused = _refused(tx, row, by, ("waiting_approval",))
    if refused is not None:
        return refused
    if by is not None and row.author_id == by:
        return Refused("own_approval")
    tx.run(APPROVED, which=row.id, who=by)
    rows.move(tx, town, row, "running", _actor(by))
    return None


def decline(tx: Tx, town: Town, campaign_id: int, *, by: int | None) -> Refused | None:
    """A second organiser says no: it is a draft again."""
    row = rows.locked(tx, campaign_id)
    refused = _refused(tx, row, by, ("waiting_approval",))
    if refused is None:
        rows.move(tx, town, row, "draft", _actor(by))
    return refused


def stop(tx: Tx, town: Town, campaign_id: int, *, by: int | None) -> Refused | None:
    """End it: nothing of its plan goes out any more, and what is being sent is stopped."""
    row = rows.locked(tx, campaign_id)
    refused = _refused(tx, row, by, ("draft", "waiting_approval", "running"))
    if refused is not None:
        return refused
    rows.move(tx, town, row, "stopped", _actor(by))
    nominating.drop_unheard(tx, town, row.id, by=_actor(by))
    for message in rows.messages(tx, row.id):
        if message.broadcast_id is not None:  # what is over already cannot be stopped, and need not be
            broadcasts.stop(tx, town, message.broadcast_id, by=_actor(by))
    return None


def _actor(by: int | None) -> str:
    return "cli" if by is None else f"person:{by}"


def may(tx: Tx, row: Row, person_id: int) -> bool:
    """Whether a person may act on a campaign."""
    return row is not None and rights.may_send(tx, person_id, unit_by_id(tx, row.unit_id))


def _refused(tx: Tx, row: Row, by: int | None, states: tuple[str, ...]) -> Refused | None:
    if row is None:
        return Refused("no_such_campaign")
    if by is not None and not may(tx, row, by):
        return Refused("no_role", values={"unit": row.unit_name})
    return None if row.state in states else Refused("campaign_state", values={"state": row.state})
