"""What campaigns keep of a person: shown in /mydata, moved when accounts are joined, gone with erasure.

Each statement has the parameters of the list it stands in: `services.personal`, `services.merging_rows.JOIN`,
`services.erasing.UNLINK`.
"""

from __future__ import annotations

from sqlalchemy import BindParameter, bindparam, delete, or_, select, update

from models.campaigning import campaign, campaign_message, nomination, vote
from models.statement import Statement

_GIVER: BindParameter[int] = bindparam("giver")
_TAKER: BindParameter[int] = bindparam("taker")
_WHOSE: BindParameter[int] = bindparam("whose")
_PERSON: BindParameter[int] = bindparam("person_id")
_cast = vote.alias("cast")

# by table; and of each table the columns that are not shown
SHOWN = (
    (
        "campaign",
        Statement(
            select(
                campaign.c.theme, campaign.c.state, campaign.c.opens_on, campaign.c.closes_on,
                campaign.c.created_at, campaign.c.started_at, campaign.c.ended_at,
            )
            .where(campaign.c.author_id == _PERSON)
            .order_by(campaign.c.id)
        ),
    ),
    (
        "campaign_message",
        Statement(
            select(campaign_message.c.key, campaign_message.c.outcome, campaign_message.c.at)
            .join_from(campaign_message, campaign, campaign.c.id == campaign_message.c.campaign_id)
            .where(campaign.c.author_id == _PERSON)
            .order_by(campaign_message.c.at)
        ),
    ),
    (
        "nomination",
        Statement(
            select(
                nomination.c.award, nomination.c.name, nomination.c.story, nomination.c.state,
                nomination.c.created_at, nomination.c.agreed_at,
            )
            .where(or_(nomination.c.proposer_id == _PERSON, nomination.c.nominee_id == _PERSON))
            .order_by(nomination.c.id)
        ),
    ),
    (
        "vote",
        Statement(
            select(vote.c.award, nomination.c.name, vote.c.at)
            .join_from(vote, nomination, nomination.c.id == vote.c.nomination_id)
            .where(vote.c.person_id == _PERSON)
            .order_by(vote.c.at)
        ),
    ),
)  # fmt: skip
WITHHELD = {
    "campaign": frozenset({"id", "unit_id", "author_id", "approver_id", "plan", "joined_up_to"}),
    "campaign_message": frozenset({"campaign_id", "broadcast_id"}),
    "nomination": frozenset({"id", "campaign_id", "key", "proposer_id", "nominee_id", "code"}),
    "vote": frozenset({"campaign_id", "person_id", "nomination_id"}),
}

JOIN = (
    # one person, one vote: of two for the same award the one of the account that stays is kept
    Statement(
        delete(vote).where(
            vote.c.person_id == _TAKER,
            select(_cast.c.person_id)
            .where(
                _cast.c.person_id == _GIVER,
                _cast.c.campaign_id == vote.c.campaign_id,
                _cast.c.award == vote.c.award,
            )
            .exists(),
        )
    ),
    Statement(update(vote).where(vote.c.person_id == _TAKER).values(person_id=_GIVER)),
    *(
        Statement(update(table).where(table.c[name] == _TAKER).values({name: _GIVER}))
        for table, name in (
            (nomination, "proposer_id"), (nomination, "nominee_id"), (campaign, "author_id"),
            (campaign, "approver_id"),
        )
    ),
)  # fmt: skip
UNLINK = (
    Statement(delete(vote).where(vote.c.person_id == _WHOSE)),
    # votes for somebody who is gone are nobody's
    Statement(
        delete(vote).where(
            vote.c.nomination_id.in_(select(nomination.c.id).where(nomination.c.nominee_id == _WHOSE))
        )
    ),
    Statement(
        update(nomination)
        .where(nomination.c.nominee_id == _WHOSE)
        .values(state="refused", name="", key="", story="", nominee_id=None)
    ),
    Statement(update(nomination).where(nomination.c.proposer_id == _WHOSE).values(proposer_id=None)),
    Statement(update(campaign).where(campaign.c.author_id == _WHOSE).values(author_id=None)),
    Statement(update(campaign).where(campaign.c.approver_id == _WHOSE).values(approver_id=None)),
)
