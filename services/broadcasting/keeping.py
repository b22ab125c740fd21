"""How long it is known who got which broadcast: a year, as with every message; the numbers stay for good."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, select, update

from models.broadcasting import broadcast
from models.broadcasting import broadcast_recipient as recipient
from models.statement import Statement, Tx
from services.town import Town

YEAR = timedelta(days=365)
MOST = 300

OLD = Statement(
    update(recipient)
    .where(
        recipient.c.id.in_(
            select(recipient.c.id)
            .where(
                # broadcast by broadcast: joined, SQLite would go through everybody who ever got one
                recipient.c.broadcast_id.in_(
                    select(broadcast.c.id).where(broadcast.c.ended_at < bindparam("before"))
                ),
                recipient.c.person_id.is_not(None),
            )
            .limit(MOST)
        )
    )
    .values(person_id=None, account_id=None)
)


def forget_old(tx: Tx, town: Town) -> int:
    """Forget some of those who got a broadcast more than a year ago; how many."""
    return tx.run(OLD, before=town.now() - YEAR)
