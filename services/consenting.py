"""Consent: one yes per purpose, with the version of the wording that was shown."""

from datetime import datetime

from sqlalchemy import bindparam, select, update

from models.people import consent
from models.statement import Statement, Tx, insert_into

# raised whenever the wording of the question or of /privacy changes in substance
WORDING = "2026-11"

LIVING = Statement(
    select(consent.c.id).where(
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


def given(tx: Tx, person_id: int, purpose: str) -> bool:
    """Whether the person has said yes to this purpose and not taken it back."""
    return tx.one(LIVING, person_id=person_id, purpose=purpose) is not None


def give(tx: Tx, person_id: int, purpose: str, platform: str, now: datetime) -> None:
    """Keep a yes; a second one changes nothing."""
    if not given(tx, person_id, purpose):
        tx.add(ADD, person_id=person_id, purpose=purpose, wording=WORDING, platform=platform, given_at=now)


def withdraw(tx: Tx, person_id: int, purpose: str, now: datetime) -> bool:
    """Take a yes back; True if there was one."""
    return tx.run(WITHDRAW, whose=person_id, what=purpose, now=now) > 0
