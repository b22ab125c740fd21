"""How long what passes between people and a school stays: sheets a day, threads a year, links two months."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, delete, select

from models.organising import help_message, help_thread, invitation, sheet_draft
from models.statement import Statement, Tx
from services.town import Town

SHEETS = timedelta(days=1)
THREADS = timedelta(days=365)
INVITATIONS = timedelta(days=60)
MOST = 300

OLD_SHEETS = Statement(
    delete(sheet_draft).where(
        sheet_draft.c.id.in_(
            select(sheet_draft.c.id).where(sheet_draft.c.at < bindparam("before")).limit(MOST)
        )
    )
)
OLD_THREADS = Statement(
    select(help_thread.c.id)
    .where(help_thread.c.updated_at < bindparam("before"))
    .order_by(help_thread.c.updated_at)
    .limit(MOST)
)
DROP_MESSAGES = Statement(delete(help_message).where(help_message.c.thread_id == bindparam("thread")))
DROP_THREAD = Statement(delete(help_thread).where(help_thread.c.id == bindparam("thread")))
OLD_INVITATIONS = Statement(
    delete(invitation).where(
        invitation.c.id.in_(
            select(invitation.c.id).where(invitation.c.expires_at < bindparam("before")).limit(MOST)
        )
    )
)


def drop_old(tx: Tx, town: Town) -> int:
    """Drop some of what is kept no longer; how much."""
    now = town.now()
    threads = tx.all(OLD_THREADS, before=now - THREADS)
    for row in threads:
        tx.run(DROP_MESSAGES, thread=row.id)
        tx.run(DROP_THREAD, thread=row.id)
    gone = tx.run(OLD_SHEETS, before=now - SHEETS)
    return gone + len(threads) + tx.run(OLD_INVITATIONS, before=now - INVITATIONS)
