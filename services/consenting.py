"""Consent: one yes per purpose, with the version of the wording that was shown."""

from datetime import datetime

from sqlalchemy import bindparam, select, update

from models.people import consent
from models.statement import Statement, Tx, insert_into

# raised whenever the wording of the question or of /privacy changes in substance; a new yes keeps it, and
# who said yes before is not asked again
WORDING = "2026-12.2"

LIVING = Statement(
    select(consent.c.id, consent.c.wording).where(
        consent.c.person_id == bindparam("person_id"),
        consent.c.purpose == bindparam("purpose"),
        consent.c.withdrawn_at.is_(None),
    )
)
ADD = insert_into(consent, "person_id", "purpose", "wording", "platform", "given_at")
WITHDRAW = Statement(
    update(consent)
    .where(
        consent.c.person_id == bindparam("whose"),
        consent.c.purpose == bindparam("what"),
        consent.c.withdrawn_at.is_(None),
    )
    .values(withdrawn_at=bindparam("now", type_=consent.c.withdrawn_at.type))
)


def given(tx: Tx, person_id: int, purpose: str, wording: str = "") -> bool:
    """Whether the person has said yes to this purpose (to this wording, if named) and not taken it back."""
    row = tx.one(LIVING, person_id=person_id, purpose=purpose)
    return row is not None and wording in ("", row.wording)


def give(tx: Tx, person_id: int, purpose: str, platform: str, now: datetime, wording: str = WORDING) -> None:
    """Keep a yes; a second one changes nothing, and one to other words takes the place of the first."""
    row = tx.one(LIVING, person_id=person_id, purpose=purpose)
    if row is not None:
        if row.wording == wording or wording == WORDING:
            return
        withdraw(tx, person_id, purpose, now)
    tx.add(ADD, person_id=person_id, purpose=purpose, wording=wording, platform=platform, given_at=now)


def withdraw(tx: Tx, person_id: int, purpose: str, now: datetime) -> bool:
    """Take a yes back; True if there was one."""
    return tx.run(WITHDRAW, whose=person_id, what=purpose, now=now) > 0
