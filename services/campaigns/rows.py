"""Reading campaigns, and the one function through which their state moves."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select, update

from models.campaigning import TRANSITIONS, campaign, campaign_message
from models.catalogue import org_unit
from models.enrolment import check_move
from models.statement import Row, Statement, Tx
from services import audit
from services.town import Town

_campaign = select(
    campaign, org_unit.c.code.label("unit_code"), org_unit.c.name.label("unit_name"),
    org_unit.c.path.label("unit_path"),
).join_from(campaign, org_unit, org_unit.c.id == campaign.c.unit_id)  # fmt: skip
ONE = Statement(_campaign.where(campaign.c.id == bindparam("id")))
LOCK = Statement(select(campaign.c.id).where(campaign.c.id == bindparam("id")).with_for_update())
RUNNING = Statement(
    _campaign.where(campaign.c.state == "running").order_by(campaign.c.opens_on, campaign.c.id)
)
OF_UNIT = Statement(
    _campaign.where(org_unit.c.path.startswith(bindparam("path"))).order_by(campaign.c.id.desc()).limit(8)
)
MESSAGES = Statement(
    select(
        campaign_message.c.key, campaign_message.c.outcome, campaign_message.c.broadcast_id,
        campaign_message.c.at,
    )
    .where(campaign_message.c.campaign_id == bindparam("id"))
    .order_by(campaign_message.c.at, campaign_message.c.key)
)  # fmt: skip
MOVE = Statement(
    update(campaign)
    .where(campaign.c.id == bindparam("which"))
    .values(
        state=bindparam("new", type_=campaign.c.state.type),
        started_at=func.coalesce(
            bindparam("started", type_=campaign.c.started_at.type), campaign.c.started_at
        ),
        ended_at=bindparam("ended", type_=campaign.c.ended_at.type),
    )
)


def one(tx: Tx, campaign_id: int) -> Row:
    """A campaign with its unit, or None."""
    return tx.one(ONE, id=campaign_id)


def locked(tx: Tx, campaign_id: int) -> Row:
    """The same, kept from being changed by others until the end of the transaction."""
    return None if tx.one(LOCK, id=campaign_id) is None else tx.one(ONE, id=campaign_id)


def running(tx: Tx) -> list[Row]:
    """Those that run, the earliest first."""
    return tx.all(RUNNING)


def of_unit(tx: Tx, path: str) -> list[Row]:
    """The last campaigns of a subtree, newest first."""
    return tx.all(OF_UNIT, path=path)


def messages(tx: Tx, campaign_id: int) -> list[Row]:
    """What came of each message so far."""
    return tx.all(MESSAGES, id=campaign_id)


def move(tx: Tx, town: Town, row: Row, new: str, by: str) -> None:
    """Bring a campaign into another state, with its audit row. Raises IllegalMove."""
    check_move(TRANSITIONS, row.state, new)
    now = town.now()
    tx.run(
        MOVE, which=row.id, new=new, started=now if new == "running" else None,
        ended=now if new in ("done", "stopped") else None,
    )  # fmt: skip
    campaign_moved = f"campaign_{new}"
    audit.record(tx, now, by, campaign_moved, f"campaign:{row.id}", f"from {row.state}")
