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


# one call instead of two; what is read after it is read once the dialogue is held
RECORD_AND_LOCK = Statement(
    text(
        "WITH new AS (INSERT INTO received_update (platform, bot, update_id, outcome, at)"
        " VALUES (:platform, :bot, :update_id, 'done', :at) ON CONFLICT DO NOTHING RETURNING 1)"
        " SELECT (SELECT count(*) FROM new) AS recorded,"
        " (SELECT account_id FROM conversation WHERE account_id ="
        " (SELECT id FROM account WHERE platform = :platform AND external_id = :external_id)"
        " FOR UPDATE) AS locked"
    )
    .bindparams(
        bindparam("platform", type_=String()), bindparam("bot", type_=String()),
        bindparam("update_id", type_=BigInteger()), bindparam("external_id", type_=String()),
        bindparam("at", type_=UtcTime()),
    )
    .columns(recorded=BigInteger(), locked=BigInteger())
)  # fmt: skip


def record(tx: Tx, town: Town, platform: str, bot: str, update_id: int, outcome: str) -> bool:
    """Note an update as `done` or `failed`; False for one that was taken in before."""
    values = {"platform": platform, "bot": bot, "update_id": update_id, "outcome": outcome}
    return tx.run(RECORD, at=town.now(), **values) == 1


def record_and_lock(
    tx: Tx, town: Town, platform: str, bot: str, update_id: int, external_id: str
) -> tuple[bool, bool | None]:
    """Note an update as done and lock the dialogue of who sent it: whether it is new, whether one was found.

    An embedded database has one writer and nothing to lock: None then.
    """
    if tx.kind != "postgresql":
        values = {"platform": platform, "bot": bot, "update_id": update_id, "outcome": "done"}
        return tx.run(RECORD, at=town.now(), **values) == 1, None
    row = tx.one(
        RECORD_AND_LOCK, platform=platform, bot=bot, update_id=update_id, external_id=external_id,
        at=town.now(),
    )  # fmt: skip
    return bool(row.recorded), row.locked is not None
