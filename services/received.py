"""Updates that were taken in: each is recorded once, in the transaction of its effects."""

from sqlalchemy import bindparam, text
from sqlalchemy.types import BigInteger, String

from models.statement import Statement, Tx
from models.types import UtcTime
from services.town import Town

RECORD = Statement(
    text(
        "INSERT INTO received_update (platform, bot, update_id, outcome, at)"
        " VALUES (:platform, :bot, :update_id, :outcome, :at) ON CONFLICT DO NOTHING"
    ).bindparams(
        bindparam("platform", type_=String()), bindparam("bot", type_=String()),
        bindparam("update_id", type_=BigInteger()), bindparam("outcome", type_=String()),
        bindparam("at", type_=UtcTime()),
    )
)  # fmt: skip


def record(tx: Tx, town: Town, platform: str, bot: str, update_id: int, outcome: str) -> bool:
    """Note an update as `done` or `failed`; False for one that was taken in before."""
    values = {"platform": platform, "bot": bot, "update_id": update_id, "outcome": outcome}
    return tx.run(RECORD, at=town.now(), **values) == 1
