"""A running campaign, one step at a time: messages that are due, people who join in its course, its end."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.types import Integer

from models.broadcasting import broadcast
from models.broadcasting import broadcast_recipient as recipient
from models.campaigning import campaign, campaign_message
from models.people import consent, person
from models.statement import Row, Statement, Tx, insert_into
from services.audience import Atom, parse
from services.audience.resolve import condition
from services.broadcasting import composing, launching
from services.broadcasting import rows as broadcast_rows
from services.campaigns import nominating, reporting, rows
from services.campaigns.plan import Planned, read_plan
from services.campaigns.telling import PURPOSE, choices, filled
from services.daytime import next_waking
from services.message import Button, Message
from services.outbox import post_notice
from services.reach import OTHER_QUIET, reach
from services.schedules.times import DAY, midnight
from services.scope import unit_by_id
from services.town import Town

# people looked at in one unit of work
MOST = 20
# so long after the closing a message of the plan may still be due
AFTERWARDS = timedelta(days=30)

CLAIM = insert_into(campaign_message, "campaign_id", "key", "outcome", "broadcast_id", "at", returning=None)
DONE_KEYS = Statement(select(campaign_message.c.key).where(campaign_message.c.campaign_id == bindparam("id")))
JOINED = Statement(
    select(consent.c.id, consent.c.person_id)
    .where(
        consent.c.id > bindparam("after"),
        consent.c.purpose == "announcements",
        consent.c.withdrawn_at.is_(None),
        consent.c.given_at > bindparam("since"),
    )
    .order_by(consent.c.id)
    .limit(bindparam("most", type_=Integer()))
)
KEEP_JOINED = Statement(
    update(campaign)
    .where(campaign.c.id == bindparam("which"))
    .values(joined_up_to=bindparam("up_to", type_=campaign.c.joined_up_to.type))
)
UNRESOLVED = Statement(
    select(broadcast.c.id)
    .join_from(broadcast, campaign_message, campaign_message.c.broadcast_id == broadcast.c.id)
    .where(
        campaign_message.c.campaign_id == bindparam("id"), broadcast.c.state == "running",
        ~broadcast.c.resolved,
    )
    .limit(1)
)  # fmt: skip
TOLD = Statement(
    select(recipient.c.id)
    .join_from(recipient, campaign_message, campaign_message.c.broadcast_id == recipient.c.broadcast_id)
    .where(campaign_message.c.campaign_id == bindparam("id"), recipient.c.person_id == bindparam("person_id"))
    .limit(1)
)


def due(tx: Tx, town: Town) -> tuple[int, int]:
    """One step of some campaign: how much was done, and how many messages came too late."""
    for row in rows.running(tx):
        for message in read_plan(row.plan).messages:
            if message.goes_out(row.opens_on, row.closes_on, town.zone) > town.now():
                continue
            if message.key not in _done(tx, row):
                return 1, _send(tx, town, row, message)
        done = _welcome(tx, town, row) or _finish(tx, town, row)
        if done:
            return done, 0
    return 0, 0


def _done(tx: Tx, row: Row) -> set[str]:
    return {done.key for done in tx.all(DONE_KEYS, id=row.id)}


def _send(tx: Tx, town: Town, row: Row, message: Planned) -> int:
    """Let one message go out, or count it as late; how many were late."""
    # the campaign's own row is the lock: two processes never launch the same message
    held = rows.locked(tx, row.id)
    if held is None or held.state != "running" or message.key in _done(tx, row):
        return 0
    if town.now() >= message.ends(row.opens_on, row.closes_on, town.zone):
        _claim(tx, town, row, message, "late", None)
        return 1
    if message.to == "organisers":
        reporting.tell_organisers(tx, town, row)
        _claim(tx, town, row, message, "sent", None)
        return 0
    number = _launch(tx, town, row, message)
    _claim(tx, town, row, message, "sent" if number else "nobody", number)
    return 0


def _launch(tx: Tx, town: Town, row: Row, message: Planned) -> int | None:
    unit = unit_by_id(tx, row.unit_id)
    audience = parse(message.audience.replace("{unit}", unit.code))
    if not composing.anybody(tx, audience, unit):
        return None
    draft = composing.Draft(
        row.unit_id, row.author_id, filled(message.zh, row, "zh"), audience, choices(message, row),
        text_en=filled(message.en, row, "en"),
    )  # fmt: skip
    number = composing.create(tx, town, draft)
    # the plan as a whole was approved when the campaign was started
    launching.launch(tx, town, broadcast_rows.locked(tx, number), f"campaign:{row.id}")
    return number


def _claim(tx: Tx, town: Town, row: Row, message: Planned, outcome: str, number: int | None) -> None:
    tx.run(CLAIM, campaign_id=row.id, key=message.key, outcome=outcome, broadcast_id=number, at=town.now())


def _welcome(tx: Tx, town: Town, row: Row) -> int:
    """Tell those who said yes since it began what is still to come."""
    over = midnight(row.closes_on + DAY, town.zone)
    if row.started_at is None or town.now() >= over:
        return 0
    if tx.one(UNRESOLVED, id=row.id) is not None:
        return 0  # who just said yes may be among those it is being made out for
    joined = tx.all(JOINED, after=row.joined_up_to, since=row.started_at, most=MOST)
    if not joined:
        return 0
    for yes in joined:
        _welcome_one(tx, town, row, yes.person_id, over)
    tx.run(KEEP_JOINED, which=row.id, up_to=joined[-1].id)
    return len(joined)


def _welcome_one(tx: Tx, town: Town, row: Row, person_id: int, over: datetime) -> None:
    to = reach(tx, person_id)
    text = read_plan(row.plan).late_join.get(to.lang if to else "zh", "")
    if to is None or not text or tx.one(TOLD, id=row.id, person_id=person_id) is not None:
        return
    if not any(message.outcome == "sent" for message in rows.messages(tx, row.id)):
        return  # nothing was missed yet: the first message will reach this person, too
    unit = unit_by_id(tx, row.unit_id)
    span = (person_id - 1, person_id)
    if tx.core(select(person.c.id).where(condition(tx, Atom("unit", unit.code), unit, span))).first() is None:
        return
    post_notice(
        tx, town, to.address,
        Message(
            filled(text, row, to.lang),
            ((Button(to.say("campaign.button.programme"), f"programme:{row.id}"),),),
        ),
        purpose=PURPOSE, expires_at=over,
        not_before=next_waking(town.now(), to.own_quiet or OTHER_QUIET, town.zone),
    )  # fmt: skip


def _finish(tx: Tx, town: Town, row: Row) -> int:
    """End a campaign all of whose plan is done with."""
    plan = read_plan(row.plan)
    left = {one.key for one in plan.messages} - _done(tx, row)
    if left and town.now() < midnight(row.closes_on, town.zone) + AFTERWARDS:
        return 0
    held = rows.locked(tx, row.id)
    if held is None or held.state != "running":
        return 0
    rows.move(tx, town, held, "done", "system")
    nominating.drop_unheard(tx, town, row.id, by="system")
    return 1
