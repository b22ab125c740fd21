"""Whether most of the last messages failed is asked of the last ones, however many others went meanwhile."""

from __future__ import annotations

import itertools

from sqlalchemy import insert, literal_column, null, select, text, true

from models.broadcasting import broadcast_recipient as recipient
from models.outgoing import outgoing
from models.statement import Tx
from models.store import Store, look_now
from services.broadcasting import rows, settling
from tests.services.broadcasting.stage import Stage
from tests.town import make_town

MANY = 50_000
# of a hundred steps of the database each
MOST = 1_000


def multiply(tx: Tx, broadcast_id: int) -> None:
    """Many more recipients of a broadcast who got it, with their messages."""
    [one] = tx.core(select(recipient.c.id).where(recipient.c.broadcast_id == broadcast_id)).scalars()
    numbers = text(
        f"(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY}) SELECT i FROM n)"
    )
    kept = [column for column in recipient.c if column.name not in ("id", "person_id")]
    copied = select(*kept, null()).select_from(recipient, numbers).where(recipient.c.id == one)
    tx.core(insert(recipient).from_select([*(column.name for column in kept), "person_id"], copied))
    kept = [column for column in outgoing.c if column.name not in ("id", "recipient_id")]
    others = recipient.alias("others")
    copied = (
        select(*kept, others.c.id)
        .join_from(outgoing, others, true())
        .where(outgoing.c.recipient_id == one, others.c.broadcast_id == broadcast_id, others.c.id != one)
    )
    tx.core(insert(outgoing).from_select([*(column.name for column in kept), "recipient_id"], copied))
    assert tx.core(select(literal_column("count(*)")).select_from(outgoing)).scalar() > MANY


def test_a_small_one_beside_a_large_one_does_not_look_through_it(sqlite_store: Store) -> None:
    stage = Stage(sqlite_store, make_town(sqlite_store))
    chief = stage.organiser()
    stage.resident("DG01")
    stage.resident("SF01")
    small = stage.send(chief, "class:DG01", "小班的话")
    large = stage.send(chief, "class:SF01", "大家的话")
    stage.run()
    stage.work(lambda tx: multiply(tx, large))

    def steps(tx: Tx) -> int:
        row = rows.one(tx, small)
        counted = itertools.count()
        driver = tx._connection.connection.driver_connection
        driver.set_progress_handler(lambda: next(counted) < 0, 100)
        try:
            assert settling.trouble(tx, row) == ""
        finally:
            driver.set_progress_handler(None, 100)
        return next(counted)

    assert look_now(sqlite_store, steps) < MOST
