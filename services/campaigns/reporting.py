"""The closing report: what went out, what people joined, who was named and who won."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import bindparam, func, select

from models.broadcasting import broadcast_recipient as recipient
from models.campaigning import campaign_message
from models.catalogue import class_session, offering, org_unit
from models.enrolment import LIVING, enrolment
from models.statement import Row, Statement, Tx
from services.campaigns import nominating, rows, voting
from services.message import Message
from services.outbox import post_notice
from services.phrases.days import date_words
from services.reach import reach
from services.schedules.times import DAY, midnight
from services.scope import SENDING, colleagues
from services.texts import Texts
from services.town import Town

SENT = Statement(
    select(
        func.count(func.distinct(recipient.c.person_id)).label("people"),
        func.count().label("messages"),
        func.count(recipient.c.tapped_at).label("taps"),
    )
    .join_from(recipient, campaign_message, campaign_message.c.broadcast_id == recipient.c.broadcast_id)
    .where(campaign_message.c.campaign_id == bindparam("id"), recipient.c.state == "sent")
)
_held = (
    select(class_session.c.offering_id)
    .where(
        class_session.c.starts_at >= bindparam("first"), class_session.c.starts_at < bindparam("last"),
        class_session.c.state == "planned",
    )
)  # fmt: skip
EVENTS = Statement(
    select(func.count().label("events"))
    .select_from(offering.join(org_unit, org_unit.c.id == offering.c.unit_id))
    .where(org_unit.c.path.startswith(bindparam("path")), offering.c.id.in_(_held))
)
JOINED = Statement(
    select(func.count(func.distinct(enrolment.c.person_id)).label("people"))
    .join_from(enrolment, offering, offering.c.id == enrolment.c.offering_id)
    .join(org_unit, org_unit.c.id == offering.c.unit_id)
    .where(
        org_unit.c.path.startswith(bindparam("path")), offering.c.id.in_(_held),
        enrolment.c.state.in_(LIVING),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a campaign so far; `winners` and `tally` are (award, name, votes)."""

    people: int
    messages: int
    taps: int
    events: int
    joined: int
    nominations: int
    votes: int
    winners: tuple[tuple[str, str, int], ...]


def report(tx: Tx, town: Town, row: Row) -> Report:
    """Count."""
    sent = tx.one(SENT, id=row.id)
    first, last = midnight(row.opens_on, town.zone), midnight(row.closes_on + DAY, town.zone)
    tally = voting.tally(tx, row.id)
    return Report(
        sent.people, sent.messages, sent.taps,
        tx.one(EVENTS, path=row.unit_path, first=first, last=last).events,
        tx.one(JOINED, path=row.unit_path, first=first, last=last).people,
        len(nominating.every(tx, row.id)), sum(one.votes for one in tally),
        tuple((one.award, one.name, one.votes) for one in winners(tally)),
    )  # fmt: skip


def winners(tally: list[Row]) -> list[Row]:
    """Those with the most votes of each award; several where they are level, none without votes."""
    found = []
    for _, ones in groupby(tally, key=lambda one: one.award):
        of_award = list(ones)
        most = of_award[0].votes
        found += [one for one in of_award if most and one.votes == most]
    return found


def words(say: Texts, row: Row, found: Report) -> str:
    """The report as a message."""
    lines = [
        say(
            "campaign.report.head", unit=row.unit_name, theme=row.theme,
            opens=date_words(row.opens_on, say.lang, with_year=False),
            closes=date_words(row.closes_on, say.lang, with_year=False),
        ),
        say("campaign.report.sent", people=found.people, messages=found.messages, taps=found.taps),
        say("campaign.report.events", events=found.events, joined=found.joined),
        say("campaign.report.votes", nominations=found.nominations, votes=found.votes),
    ]  # fmt: skip
    for award, name, votes in found.winners:
        lines.append(
            say("campaign.report.winner", award=say(f"campaign.award.{award}"), name=name, votes=votes)
        )
    return "\n".join(lines)


def tell_organisers(tx: Tx, town: Town, row: Row) -> int:
    """Write the closing report to everybody who may act for the unit, and keep the winners; how many."""
    found = report(tx, town, row)
    for one in winners(voting.tally(tx, row.id)):
        nominating.note_winner(tx, row.unit_id, one.award, one.key, row.closes_on.year)
    told = 0
    for organiser in colleagues(tx, row.unit_path, SENDING):
        to = reach(tx, organiser)
        if to is not None:
            until = town.now() + 14 * DAY
            message = Message(words(to.say, row, found))
            post_notice(tx, town, to.address, message, purpose="campaign_report", expires_at=until)
            told += 1
    return told


def late(tx: Tx, row: Row) -> int:
    """How many messages of the plan came too late."""
    return sum(message.outcome == "late" for message in rows.messages(tx, row.id))
