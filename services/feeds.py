"""订阅日历: a secret address under which a phone finds a person's own classes, until it is closed."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.types import Integer, String

from models.catalogue import offering
from models.enrolment import enrolment
from models.organising import calendar_feed
from models.people import person
from models.statement import Statement, Tx
from models.types import UtcTime
from services import audit
from services.calendar import feed_calendar
from services.class_calendar import shown_class, times_left
from services.texts import as_lang, texts_of
from services.town import Town

LENGTH = 40
# classes that ended lately stay in the calendar
KEPT = timedelta(days=60)
MOST_CLASSES = 40

OWN = Statement(select(calendar_feed.c.epoch).where(calendar_feed.c.person_id == bindparam("person_id")))
PUT = Statement(
    text(
        "INSERT INTO calendar_feed (person_id, epoch, secret_hash, created_at)"
        " VALUES (:person_id, :epoch, :secret_hash, :at) ON CONFLICT (person_id) DO UPDATE SET"
        " epoch = excluded.epoch, secret_hash = excluded.secret_hash, created_at = excluded.created_at"
    ).bindparams(
        bindparam("person_id", type_=Integer()), bindparam("epoch", type_=Integer()),
        bindparam("secret_hash", type_=String()), bindparam("at", type_=UtcTime()),
    )
)  # fmt: skip
CLOSE = Statement(delete(calendar_feed).where(calendar_feed.c.person_id == bindparam("whose")))
WHOSE = Statement(
    select(person.c.id, person.c.lang)
    .join_from(calendar_feed, person, person.c.id == calendar_feed.c.person_id)
    .where(calendar_feed.c.secret_hash == bindparam("secret_hash"))
)
CLASSES = Statement(
    select(enrolment.c.offering_id)
    .join_from(enrolment, offering, offering.c.id == enrolment.c.offering_id)
    .where(
        enrolment.c.person_id == bindparam("person_id"), enrolment.c.state == "enrolled",
        offering.c.last_end > bindparam("since"),
    )
    .order_by(offering.c.first_start, offering.c.id)
    .limit(MOST_CLASSES)
)  # fmt: skip


def address(tx: Tx, town: Town, person_id: int) -> str | None:
    """The person's address as it stands, or None where there is none yet."""
    row = tx.one(OWN, person_id=person_id)
    return None if row is None else _address(town, _secret(town, person_id, row.epoch))


def make(tx: Tx, town: Town, person_id: int) -> str:
    """A new address; one that there was before leads nowhere from now on."""
    now = town.now()
    # a number that was never used before, also after a feed was closed
    epoch = int(town.random_digits(9))
    secret = _secret(town, person_id, epoch)
    tx.run(PUT, person_id=person_id, epoch=epoch, secret_hash=_hashed(secret), at=now)
    who = f"person:{person_id}"
    audit.record(tx, now, who, "calendar_opened", who)
    return _address(town, secret)


def close(tx: Tx, town: Town, person_id: int) -> bool:
    """No address any more; False where there was none."""
    if not tx.run(CLOSE, whose=person_id):
        return False
    who = f"person:{person_id}"
    audit.record(tx, town.now(), who, "calendar_closed", who)
    return True


def calendar(tx: Tx, town: Town, secret: str) -> bytes | None:
    """The calendar under a secret, or None where it leads nowhere."""
    row = tx.one(WHOSE, secret_hash=_hashed(secret)) if len(secret) == LENGTH else None
    if row is None:
        return None
    now, lang = town.now(), as_lang(row.lang)
    ids = [one.offering_id for one in tx.all(CLASSES, person_id=row.id, since=now - KEPT)]
    # who came back to a class has files in which it was cancelled
    shown = [
        shown_class(tx, town, offering_id, departures=times_left(tx, row.id, offering_id))
        for offering_id in ids
    ]
    return feed_calendar(shown, texts_of(lang)("feed.name"), lang, now, town.zone)


def _secret(town: Town, person_id: int, epoch: int) -> str:
    said = f"calendar:{person_id}:{epoch}".encode()
    return hmac.new(town.secret, said, hashlib.sha256).hexdigest()[:LENGTH]


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _address(town: Town, secret: str) -> str:
    return f"{town.public_url}/cal/{secret}.ics"
