"""Claims: each occurrence is one unique row, made in the transaction that makes its messages."""

from datetime import datetime

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.types import String

from models.operations import occurrence
from models.statement import Statement, Tx
from models.types import UtcTime

CLAIM = Statement(
    text(
        "INSERT INTO occurrence (schedule, subject, outcome, at) VALUES (:schedule, :subject, :outcome, :at)"
        " ON CONFLICT (schedule, subject) DO NOTHING"
    ).bindparams(
        bindparam("schedule", type_=String()),
        bindparam("subject", type_=String()),
        bindparam("outcome", type_=String()),
        bindparam("at", type_=UtcTime()),
    )
)
NOTE = Statement(
    update(occurrence)
    .where(occurrence.c.schedule == bindparam("of"), occurrence.c.subject == bindparam("whose"))
    .values(outcome=bindparam("came", type_=occurrence.c.outcome.type))
)
CLAIMED = Statement(
    select(occurrence.c.outcome).where(
        occurrence.c.schedule == bindparam("schedule"), occurrence.c.subject == bindparam("subject")
    )
)


def claim(tx: Tx, schedule: str, subject: str, at: datetime, outcome: str = "done") -> bool:
    """Take an occurrence, with what came of it (done, missed, unreachable); False where it was taken
    before.
    """
    return tx.run(CLAIM, schedule=schedule, subject=subject, outcome=outcome, at=at) == 1


def note_unreachable(tx: Tx, schedule: str, subject: str) -> None:
    """Note that nobody could be told of an occurrence that was just taken."""
    tx.run(NOTE, of=schedule, whose=subject, came="unreachable")


def claimed(tx: Tx, schedule: str, subject: str) -> bool:
    """Whether an occurrence was taken."""
    return tx.one(CLAIMED, schedule=schedule, subject=subject) is not None
