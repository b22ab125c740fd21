"""Updates that could not be read: they are recorded as failed, so that they need not come again."""

from sqlalchemy import bindparam, text
from sqlalchemy.types import BigInteger, String

from models.statement import Statement, Tx
from models.types import UtcTime
from services.town import Town

RECORD = Statement(
    text(
        "INSERT INTO received_update (platform, bot, update_id, outcome, at)"
        " VALUES (:platform, :bot, :update_id, 'failed', :at) ON CONFLICT DO NOTHING"
    ).bindparams(
        bindparam("platform", type_=String()), bindparam("bot", type_=String()),
        bindparam("update_id", type_=BigInteger()), bindparam("at", type_=UtcTime()),
    )
)  # fmt: skip


def record_failed(tx: Tx, town: Town, platform: str, bot: str, update_id: int) -> None:
    """Note that this update failed; one that was taken in before keeps its outcome."""
    tx.run(RECORD, platform=platform, bot=bot, update_id=update_id, at=town.now())
