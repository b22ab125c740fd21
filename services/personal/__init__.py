"""Everything that is kept about one person, table by table, for /mydata."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from models.people import consent
from models.statement import Statement, Tx
from services.campaigns import of_person as campaigns
from services.personal import classes, family, identity, messages, school
from services.personal.shapes import WHOSE, Section
from services.understanding.meaning import Meaning

# in the order in which they are read
SECTIONS: tuple[Section, ...] = (
    *identity.FIRST,
    *classes.SECTIONS,
    *(Section(name, statement, campaigns.WITHHELD[name]) for name, statement in campaigns.SHOWN),
    *messages.ANNOUNCEMENTS,
    *identity.ROLES,
    *school.SECTIONS,
    *identity.DIALOGUE,
    *messages.SENT,
    *identity.CODES,
    *identity.ACTS,
    *family.SECTIONS,
)
# a code on its way is not printed into a file that may be passed on
_DIGIT = re.compile(r"[0-9]")
SINCE = Statement(
    select(consent.c.given_at).where(
        consent.c.person_id == WHOSE,
        consent.c.purpose == bindparam("purpose"),
        consent.c.withdrawn_at.is_(None),
    )
)

Gathered = dict[str, list[dict[str, Any]]]


def gather(tx: Tx, person_id: int) -> Gathered:
    """Every row about a person, by table, as `SECTIONS` stand; of messages the last 1000, newest first."""
    found: Gathered = {}
    for section in SECTIONS:
        rows = tx.all(section.statement, person_id=person_id, who=f"person:{person_id}")
        found[section.name] = [row._asdict() for row in rows]
    for message in found["outgoing"]:
        text = _text_of(message["text"])
        message["text"] = _DIGIT.sub("•", text) if message.pop("secret") else text
    for waited in found["watch"]:
        waited["meaning"] = _wish_of(waited["meaning"])
    for entry in found["audit_entry"]:
        entry |= {name: "you" for name in ("actor", "subject") if entry[name] == f"person:{person_id}"}
    return found


def consent_since(tx: Tx, person_id: int, purpose: str) -> datetime | None:
    """When the person said yes to this purpose, or None where there is no living yes."""
    row = tx.one(SINCE, person_id=person_id, purpose=purpose)
    since: datetime | None = row.given_at if row else None
    return since


def _wish_of(stored: str) -> str:
    """What a person waits for, in words."""
    try:
        return Meaning.from_json(stored).say()
    except ValueError:
        return ""


def _text_of(payload: str) -> str:
    """What a stored message says; nothing once its text was emptied."""
    return str(json.loads(payload).get("t", "")) if payload else ""
