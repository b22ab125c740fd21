"""Composing a broadcast: the draft as a row, what is wrong with it, and who would get it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, case, delete, exists, func, or_, select, update

from models.broadcasting import REPEATS, broadcast, broadcast_file
from models.broadcasting import broadcast_recipient as recipient
from models.organising import opt_out
from models.people import account, consent, person
from models.statement import Row, Statement, Tx, insert_into
from models.types import UtcTime
from services import audit
from services.audience import Audience, AudienceError, audience_from_json, to_json
from services.audience.resolve import check, condition
from services.broadcasting import rights, rows
from services.broadcasting.wording import (
    MOST_BUTTONS,
    MOST_LABEL,
    PICTURES,
    TARGETS,
    Choice,
    choices_from_json,
    choices_to_json,
    unknown_variables,
)
from services.daytime import ANYTHING_ELSE, is_quiet
from services.enrolling.refusal import Refused
from services.erasing import PLATFORM as ERASED
from services.message import Document, clean
from services.scope import unit_by_id
from services.town import Town

# one message, also as the caption of a file, on every platform
MOST_TEXT = 1000
MOST_FILE = 10 * 1024 * 1024
AGAIN_WITHIN = timedelta(days=1)
WEEK = timedelta(days=7)
APPROVAL_LIFE = timedelta(days=3)

ADD = insert_into(
    broadcast, "unit_id", "author_id", "account_id", "text", "text_en", "buttons", "audience", "fingerprint",
    "repeat", "series_id", "urgent", "created_at",
)  # fmt: skip
ADD_FILE = insert_into(broadcast_file, "broadcast_id", "name", "mime", "content", returning=None)
DROP_FILE = Statement(delete(broadcast_file).where(broadcast_file.c.broadcast_id == bindparam("which")))
CHANGE = Statement(
    update(broadcast)
    .where(broadcast.c.id == bindparam("which"), broadcast.c.state == "draft")
    .values(
        unit_id=bindparam("new_unit", type_=broadcast.c.unit_id.type),
        text=bindparam("new_text", type_=broadcast.c.text.type),
        text_en=bindparam("new_text_en", type_=broadcast.c.text_en.type),
        buttons=bindparam("new_buttons", type_=broadcast.c.buttons.type),
        audience=bindparam("new_audience", type_=broadcast.c.audience.type),
        fingerprint=bindparam("new_fingerprint", type_=broadcast.c.fingerprint.type),
        repeat=bindparam("new_repeat", type_=broadcast.c.repeat.type),
        urgent=bindparam("new_urgent", type_=broadcast.c.urgent.type),
    )
)
SAME = Statement(
    select(broadcast.c.id)
    .where(
        broadcast.c.fingerprint == bindparam("fingerprint"),
        broadcast.c.created_at > bindparam("since"),
        broadcast.c.id != bindparam("but"),
        broadcast.c.state.in_(("waiting_approval", "scheduled", "running", "paused", "done")),
    )
    .limit(1)
)

_BEGINS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}

_agreed = exists().where(
    consent.c.person_id == person.c.id,
    consent.c.purpose == "announcements",
    consent.c.withdrawn_at.is_(None),
)
MUTED = exists().where(opt_out.c.person_id == person.c.id, opt_out.c.purpose == "announcement")
WANTS = and_(_agreed, ~MUTED)
REACHABLE = exists().where(account.c.person_id == person.c.id, account.c.state == "active")
# who was erased stands in the rosters as a nameless person, and is nobody to write to
KNOWN = exists().where(account.c.person_id == person.c.id, account.c.platform != ERASED)


@dataclass(frozen=True, slots=True)
class Draft:
    """What an organiser has put together."""

    unit_id: int
    author_id: int | None
    text: str
    audience: Audience
    choices: tuple[Choice, ...] = ()
    document: Document | None = None
    account_id: int | None = None
    repeat: str = ""
    series_id: int | None = None
    text_en: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Who is in an audience, each person in one of five: the five add up to `people`."""

    people: int
    reachable: int
    not_consented: int
    quiet: int
    capped: int
    blocked: int

    @property
    def will_get(self) -> int:
        """Who gets it, at once or, unless it is urgent, when the quiet hours are over."""
        return self.reachable + self.quiet


def fault(tx: Tx, draft: Draft) -> Refused | None:
    """What is wrong with a draft. Raises AudienceError for its audience."""
    text = draft.text.strip()
    if not text:
        return Refused("no_text")
    if len(text) > MOST_TEXT:
        return Refused("too_long", values={"most": MOST_TEXT, "over": len(text) - MOST_TEXT})
    if unknown := unknown_variables(text):
        return Refused("no_such_variable", values={"variable": unknown[0]})
    if draft.document is not None and len(draft.document.content) > MOST_FILE:
        return Refused("file_too_big", values={"most": MOST_FILE // 1024 // 1024})
    if draft.repeat not in REPEATS:
        return Refused("no_such_repeat")
    if draft.urgent and (refused := _urgent_fault(tx, draft)) is not None:
        return refused
    if any(not _sound(choice) for choice in draft.choices) or len(draft.choices) > MOST_BUTTONS:
        return Refused("bad_button", values={"most": MOST_BUTTONS})
    check(tx, draft.audience, unit_by_id(tx, draft.unit_id))
    return None


def _urgent_fault(tx: Tx, draft: Draft) -> Refused | None:
    """What is urgent is sent once, by an owner: nobody is woken every week, nor by a machine."""
    unit = unit_by_id(tx, draft.unit_id)
    if draft.author_id is None or not rights.may_wake(tx, draft.author_id, unit):
        return Refused("not_urgent_role", values={"unit": unit.name})
    return Refused("urgent_once") if draft.repeat else None


def _sound(choice: Choice) -> bool:
    """A button opens a page or a class, and nothing else: what it does can send nothing to anybody."""
    if not choice.label.strip() or len(choice.label) > MOST_LABEL:
        return False
    verb, _, number = choice.action.partition(":")
    to_class = verb in TARGETS and number.isdecimal() and not choice.url
    return to_class or (not choice.action and choice.url.startswith(("https://", "http://")))


def create(tx: Tx, town: Town, draft: Draft) -> int:
    """Keep a draft that has no fault; its number."""
    made = tx.add(
        ADD, unit_id=draft.unit_id, author_id=draft.author_id, account_id=draft.account_id,
        series_id=draft.series_id, created_at=town.now(), **_columns(draft),
    )  # fmt: skip
    if draft.document is not None:
        put_file(tx, made, draft.document)
    by = "system" if draft.author_id is None else f"person:{draft.author_id}"
    audit.record(tx, town.now(), by, "broadcast_made", f"broadcast:{made}")
    return made


def change(tx: Tx, broadcast_id: int, draft: Draft) -> None:
    """Take the same draft in anew."""
    columns = {f"new_{name}": value for name, value in _columns(draft).items()}
    tx.run(CHANGE, which=broadcast_id, new_unit=draft.unit_id, **columns)


def put_file(tx: Tx, broadcast_id: int, document: Document) -> None:
    """Keep the picture or document, in place of what was there."""
    tx.run(DROP_FILE, which=broadcast_id)
    tx.run(
        ADD_FILE, broadcast_id=broadcast_id, name=clean(document.name, 200) or "file",
        mime=_true_mime(document), content=document.content,
    )  # fmt: skip


def _true_mime(document: Document) -> str:
    """What only calls itself a picture goes as a file: no platform would show it, to nobody."""
    begins = _BEGINS.get(document.mime)
    if begins is not None and not document.content.startswith(begins):
        return "application/octet-stream"
    return document.mime[:100]


def _columns(draft: Draft) -> dict[str, str | bool]:
    audience = to_json(draft.audience)
    return {
        "text": clean(draft.text.strip(), MOST_TEXT),
        "text_en": clean(draft.text_en.strip(), MOST_TEXT),
        "buttons": choices_to_json(draft.choices),
        "audience": audience,
        "fingerprint": hashlib.sha256(f"{draft.text.strip()}\n{audience}".encode()).hexdigest(),
        "repeat": draft.repeat,
        "urgent": draft.urgent,
    }


def said_before(tx: Tx, town: Town, row: Row) -> bool:
    """Whether the same text went, or is to go, to the same audience within a day."""
    since = town.now() - AGAIN_WITHIN
    return tx.one(SAME, fingerprint=row.fingerprint, since=since, but=row.id) is not None


def anybody(tx: Tx, audience: Audience, unit: Row) -> bool:
    """Whether there is anybody at all in an audience."""
    chosen = select(person.c.id).where(KNOWN, condition(tx, audience, unit)).limit(1)
    return tx.core(chosen).first() is not None


def breakdown(
    tx: Tx, town: Town, audience: Audience, unit: Row, at: datetime | None = None,
    span: tuple[int, int] | None = None,
) -> Breakdown:  # fmt: skip
    """Who would get it if it went out at this time, counted exactly as it would be sent.

    With a span (after, up to) only those persons are counted.
    """
    at = at or town.now()
    cap = rights.weekly_cap(tx, unit)
    told = (
        select(func.count())
        .where(
            recipient.c.person_id == person.c.id,
            recipient.c.state.in_(("sent", "unknown")),
            recipient.c.ended_at > bindparam("since", at - WEEK, type_=UtcTime()),
        )
        .scalar_subquery()
    )
    place = case(
        (~REACHABLE, "blocked"),
        (or_(~WANTS, person.c.forget_at.is_not(None)), "not_consented"),
        (told >= cap, "capped"),
        (_quiet(at, town), "quiet"),
        else_="reachable",
    ).label("place")
    chosen = select(place).where(KNOWN, condition(tx, audience, unit, span)).subquery()
    rows = tx.core(select(chosen.c.place, func.count()).group_by(chosen.c.place)).all()
    found: dict[str, int] = dict(rows)
    names = ("reachable", "not_consented", "quiet", "capped", "blocked")
    return Breakdown(sum(found.values()), **{name: found.get(name, 0) for name in names})


def _quiet(at: datetime, town: Town) -> ColumnElement[bool]:
    """Whether the person does not want to be disturbed at this time, in SQL."""
    local = at.astimezone(town.zone)
    minute = local.hour * 60 + local.minute
    starts, ends = person.c.quiet_from, person.c.quiet_to
    town_quiet = is_quiet(at, ANYTHING_ELSE, town.zone)
    own = or_(
        and_(starts <= ends, starts <= minute, ends > minute),
        and_(starts > ends, or_(starts <= minute, ends > minute)),
    )
    unset = or_(starts.is_(None), ends.is_(None))
    return or_(unset, own) if town_quiet else and_(~unset, own)


def audience_of(row: Row) -> Audience:
    """The audience of a stored broadcast."""
    try:
        return audience_from_json(row.audience)
    except ValueError:
        raise AudienceError("empty") from None


def choices_of(row: Row) -> tuple[Choice, ...]:
    """The buttons of a stored broadcast."""
    return choices_from_json(row.buttons)


def unit_row(tx: Tx, row: Row) -> Row:
    """The unit on whose behalf a broadcast goes out."""
    return unit_by_id(tx, row.unit_id)


def document_of(tx: Tx, broadcast_id: int) -> Document | None:
    """The picture or document of a broadcast."""
    found = tx.one(rows.FILE, id=broadcast_id)
    if found is None:
        return None
    return Document(found.name, bytes(found.content), found.mime, picture=found.mime in PICTURES)
