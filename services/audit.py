"""The audit: keys and field names in one table, words in another that erasure empties."""

from datetime import datetime

from models.operations import audit_entry, audit_text
from models.statement import Tx, insert_into

ADD = insert_into(audit_entry, "at", "actor", "action", "subject", "fields")
ADD_TEXT = insert_into(audit_text, "entry_id", "person_id", "before", "after", returning=None)


def record(
    tx: Tx, at: datetime, actor: str, action: str, subject: str, fields: str = "",
    *, person_id: int | None = None, before: str = "", after: str = "",
) -> int:  # fmt: skip
    """Write who did what to which subject; `before` and `after` are kept where erasure can reach them."""
    entry = tx.add(ADD, at=at, actor=actor, action=action, subject=subject, fields=fields)
    if before or after:
        tx.run(ADD_TEXT, entry_id=entry, person_id=person_id, before=before, after=after)
    return entry
