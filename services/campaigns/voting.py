"""Votes: one person, one vote for each award, over all accounts; it may be changed until the end."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.types import Integer, String

from models.campaigning import nomination, vote
from models.people import account
from models.statement import Row, Statement, Tx
from models.types import UtcTime
from services import audit
from services.campaigns import rows
from services.enrolling.refusal import Refused
from services.schedules.times import local_day
from services.town import Town

PUBLISHED = Statement(
    select(nomination.c.id, nomination.c.name, nomination.c.story)
    .where(
        nomination.c.campaign_id == bindparam("id"), nomination.c.award == bindparam("award"),
        nomination.c.state == "published",
    )
    .order_by(nomination.c.id)
)  # fmt: skip
ONE = Statement(
    select(nomination.c.id, nomination.c.campaign_id, nomination.c.award, nomination.c.name,
           nomination.c.story, nomination.c.state).where(nomination.c.id == bindparam("id"))
)  # fmt: skip
CAST = Statement(
    text(
        "INSERT INTO vote (campaign_id, award, person_id, nomination_id, at)"
        " VALUES (:campaign_id, :award, :person_id, :nomination_id, :at)"
        " ON CONFLICT (campaign_id, award, person_id)"
        " DO UPDATE SET nomination_id = excluded.nomination_id, at = excluded.at"
    ).bindparams(
        bindparam("campaign_id", type_=Integer()), bindparam("award", type_=String()),
        bindparam("person_id", type_=Integer()), bindparam("nomination_id", type_=Integer()),
        bindparam("at", type_=UtcTime()),
    )
)  # fmt: skip
OWN = Statement(
    select(vote.c.award, nomination.c.name)
    .join_from(vote, nomination, nomination.c.id == vote.c.nomination_id)
    .where(vote.c.campaign_id == bindparam("id"), vote.c.person_id == bindparam("person_id"))
)
TRUSTED = Statement(
    select(account.c.id)
    .where(
        account.c.person_id == bindparam("person_id"),
        account.c.verified.is_(True),
        account.c.platform != "erased",
    )
    .limit(1)
)
TALLY = Statement(
    select(nomination.c.award, nomination.c.id, nomination.c.name, nomination.c.key,
           func.count(vote.c.person_id).label("votes"))
    .outerjoin_from(nomination, vote, vote.c.nomination_id == nomination.c.id)
    .where(nomination.c.campaign_id == bindparam("id"), nomination.c.state == "published")
    .group_by(nomination.c.award, nomination.c.id, nomination.c.name, nomination.c.key)
    .order_by(nomination.c.award, func.count(vote.c.person_id).desc(), nomination.c.id)
)  # fmt: skip


def published(tx: Tx, campaign_id: int, award: str) -> list[Row]:
    """Whom or what one can vote for."""
    return tx.all(PUBLISHED, id=campaign_id, award=award)


def one(tx: Tx, nomination_id: int) -> Row:
    """A nomination, or None."""
    return tx.one(ONE, id=nomination_id)


def refused(tx: Tx, town: Town, row: Row, person_id: int) -> Refused | None:
    """Why this person cannot vote in this campaign now."""
    if row is None or row.state != "running" or local_day(town.now(), town.zone) > row.closes_on:
        return Refused("vote_closed")
    # a cookie proves a browser, not a person
    return None if tx.one(TRUSTED, person_id=person_id) is not None else Refused("vote_unverified")


def cast(tx: Tx, town: Town, nomination_id: int, *, by: int) -> Row | Refused:
    """Keep a vote, in place of an earlier one for the same award."""
    chosen = one(tx, nomination_id)
    if chosen is None or chosen.state != "published":
        return Refused("nomination_gone")
    why = refused(tx, town, rows.one(tx, chosen.campaign_id), by)
    if why is not None:
        return why
    tx.run(
        CAST, campaign_id=chosen.campaign_id, award=chosen.award, person_id=by, nomination_id=chosen.id,
        at=town.now(),
    )  # fmt: skip
    # that somebody voted can be audited; for whom is nobody's business
    audit.record(tx, town.now(), f"person:{by}", "voted", f"campaign:{chosen.campaign_id}", chosen.award)
    return chosen


def own(tx: Tx, campaign_id: int, person_id: int) -> dict[str, str]:
    """Whom a person voted for, by award."""
    return {row.award: row.name for row in tx.all(OWN, id=campaign_id, person_id=person_id)}


def tally(tx: Tx, campaign_id: int) -> list[Row]:
    """The published nominations with their votes, most first within each award."""
    return tx.all(TALLY, id=campaign_id)
