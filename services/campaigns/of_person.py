"""What campaigns keep of a person: moved when accounts are joined, gone with erasure.

Each statement has the parameters of the list it stands in (`services.merging.JOIN`, `services.erasing.UNLINK`).
"""

from __future__ import annotations

from sqlalchemy import BindParameter, bindparam, delete, select, update

from models.campaigning import campaign, nomination, vote
from models.statement import Statement

_GIVER: BindParameter[int] = bindparam("giver")
_TAKER: BindParameter[int] = bindparam("taker")
_WHOSE: BindParameter[int] = bindparam("whose")
_cast = vote.alias("cast")

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
