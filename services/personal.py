"""Everything that is kept about one person, table by table, for /mydata."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, case, or_, select

from models.attending import attendance, check_in_try, credit_entry, hour_entry, later_stratum
from models.broadcasting import broadcast, broadcast_file, broadcast_recipient, person_group
from models.catalogue import class_session, course, offering, org_unit
from models.enrolment import enrolment, excuse, favourite, seat_offer
from models.operations import audit_entry, audit_text
from models.outgoing import outgoing
from models.people import account, code_try, consent, conversation, link_code, person, role_grant
from models.running import fee_entry, transfer
from models.statement import Statement, Tx
from models.watching import watch
from models.windows import application, application_wish, standing
from services import personal_family, personal_more
from services.campaigns import of_person as campaigns
from services.personal_family import learner, of_family
from services.understanding.meaning import Meaning

# of each table the columns that are not shown: secrets, and keys that say nothing to their reader
WITHHELD: dict[str, frozenset[str]] = {
    "person": frozenset({"id"}),
    "account": frozenset({"id", "person_id", "recovery_hash", "cookie_epoch"}),
    "conversation": frozenset({"account_id"}),
    "consent": frozenset({"id", "person_id"}),
    "role_grant": frozenset({"id", "person_id", "unit_id"}),
    "enrolment": frozenset({"id", "person_id", "offering_id", "account_id"}),
    "seat_offer": frozenset({"id", "enrolment_id", "offering_id"}),
    "excuse": frozenset({"id", "enrolment_id", "session_id"}),
    "attendance": frozenset({"id", "session_id", "enrolment_id", "version"}),
    "hour_entry": frozenset({"id", "session_id", "enrolment_id"}),
    "credit_entry": frozenset({"id", "enrolment_id"}),
    "later_stratum": frozenset({"id", "person_id", "unit_id"}),
    "check_in_try": frozenset({"id", "account_id"}),
    "transfer": frozenset({"id", "from_id", "to_id"}),
    "fee_entry": frozenset({"id", "enrolment_id"}),
    "favourite": frozenset({"person_id", "offering_id"}),
    "watch": frozenset({"id", "person_id"}),
    "application": frozenset({"id", "person_id", "account_id", "window_id", "offering_id"}),
    "application_wish": frozenset({"id", "application_id", "offering_id"}),
    "standing": frozenset({"id", "person_id"}),
    "link_code": frozenset({"id", "person_id", "code_hash"}),
    "code_try": frozenset({"id", "account_id"}),
    "outgoing": frozenset({
        "id", "account_id", "chat", "payload", "document", "edit_of", "silent", "attempts", "lease_until",
        "not_before", "expires_at", "offer_id", "session_id", "enrolment_id", "platform_message_id", "reason",
        "parts", "secret", "learner_id",
        "recipient_id", "urgent",
    }),
    "person_group": frozenset({"person_id"}),
    **campaigns.WITHHELD,
    "broadcast": frozenset({
        "id", "unit_id", "author_id", "approver_id", "account_id", "text_en", "buttons", "fingerprint",
        "series_id", "open", "resolved", "resolved_up_to", "recalled_up_to", "valid_until", "progress_id",
        "progress_at", "progress_done", "reason", "launched_at", "repeat", "audience",
        "counted", "urgent",
    }),
    "broadcast_file": frozenset({"broadcast_id", "content"}),
    "broadcast_recipient": frozenset({
        "id", "broadcast_id", "person_id", "account_id", "platform", "reason", "recall", "not_before",
    }),
    "audit_entry": frozenset({"id"}),
    "audit_text": frozenset({"id", "entry_id", "person_id"}),
    **personal_family.WITHHELD,
    **personal_more.WITHHELD,
}  # fmt: skip
MOST_MESSAGES = 1000
# a code on its way is not printed into a file that may be passed on
_DIGIT = re.compile(r"[0-9]")
_WHOSE: BindParameter[int] = bindparam("person_id")
_WHO: BindParameter[str] = bindparam("who")


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one table about a person; its name is the table's."""

    name: str
    statement: Statement


def _of_class(*columns: Any) -> Any:
    """Columns of a table that leads to a class, with the class named."""
    return select(course.c.title, offering.c.code, *columns)


def _of_place(enrolment_id: Any, *columns: Any) -> Any:
    """Columns of a table that leads to an own enrolment, with its class named."""
    return (
        _of_class(*columns)
        .join_from(enrolment, offering, offering.c.id == enrolment.c.offering_id)
        .join(course, course.c.id == offering.c.course_id)
        .join(enrolment_id.table, enrolment_id == enrolment.c.id)
        .where(enrolment.c.person_id == _WHOSE)
    )


def _of_session(table: Any, *columns: Any) -> Any:
    """The same of a table that leads to a session as well, with its beginning."""
    return _of_place(table.c.enrolment_id, class_session.c.starts_at, *columns).join(
        class_session, class_session.c.id == table.c.session_id
    )


_entries = select(audit_entry.c.id).where(or_(audit_entry.c.subject == _WHO, audit_entry.c.actor == _WHO))

SECTIONS = (
    Section(
        "person",
        Statement(
            select(
                person.c.name, person.c.lang, person.c.big, person.c.quiet_from, person.c.quiet_to,
                person.c.remind_evening, person.c.remind_hour, person.c.weekly, person.c.created_at,
                person.c.forget_at,
            ).where(person.c.id == _WHOSE)
        ),
    ),
    Section(
        "account",
        Statement(
            select(
                account.c.platform, account.c.external_id, account.c.chat, account.c.verified,
                account.c.state, (account.c.recovery_hash != "").label("recovery_code"),
                account.c.created_at, account.c.seen_at,
            )
            .where(account.c.person_id == _WHOSE)
            .order_by(account.c.id)
        ),
    ),
    Section(
        "consent",
        Statement(
            select(
                consent.c.purpose, consent.c.wording, consent.c.platform, consent.c.given_at,
                consent.c.withdrawn_at, learner(consent.c.person_id),
            )
            .where(of_family(consent.c.person_id))
            .order_by(consent.c.id)
        ),
    ),
    Section(
        "enrolment",
        Statement(
            _of_class(
                enrolment.c.state, enrolment.c.name, enrolment.c.age_confirmed, enrolment.c.remind,
                enrolment.c.remind_only, enrolment.c.ended, enrolment.c.created_at, enrolment.c.since,
                learner(enrolment.c.person_id),
            )
            .join_from(enrolment, offering, offering.c.id == enrolment.c.offering_id)
            .join(course, course.c.id == offering.c.course_id)
            .where(of_family(enrolment.c.person_id))
            .order_by(enrolment.c.id)
        ),
    ),
    Section(
        "seat_offer",
        Statement(
            _of_class(
                seat_offer.c.state, seat_offer.c.made_at, seat_offer.c.expires_at,
                learner(enrolment.c.person_id),
            )
            .join_from(seat_offer, enrolment, enrolment.c.id == seat_offer.c.enrolment_id)
            .join(offering, offering.c.id == seat_offer.c.offering_id)
            .join(course, course.c.id == offering.c.course_id)
            .where(of_family(enrolment.c.person_id))
            .order_by(seat_offer.c.id)
        ),
    ),
    Section(
        "excuse",
        Statement(
            _of_class(class_session.c.starts_at, excuse.c.at, learner(enrolment.c.person_id))
            .join_from(excuse, enrolment, enrolment.c.id == excuse.c.enrolment_id)
            .join(class_session, class_session.c.id == excuse.c.session_id)
            .join(offering, offering.c.id == enrolment.c.offering_id)
            .join(course, course.c.id == offering.c.course_id)
            .where(of_family(enrolment.c.person_id))
            .order_by(excuse.c.id)
        ),
    ),
    Section(
        "attendance",
        Statement(
            _of_session(
                attendance, attendance.c.state, attendance.c.way, attendance.c.reason, attendance.c.at
            ).order_by(attendance.c.id)
        ),
    ),
    Section(
        "hour_entry",
        Statement(
            _of_session(
                hour_entry, hour_entry.c.hundredths, hour_entry.c.reason, hour_entry.c.at
            ).order_by(hour_entry.c.id)
        ),
    ),
    Section(
        "credit_entry",
        Statement(
            _of_place(credit_entry.c.enrolment_id, credit_entry.c.hundredths, credit_entry.c.at).order_by(
                credit_entry.c.id
            )
        ),
    ),
    Section(
        "fee_entry",
        Statement(
            _of_place(
                fee_entry.c.enrolment_id, fee_entry.c.kind, fee_entry.c.fen, fee_entry.c.reason,
                fee_entry.c.source, fee_entry.c.at,
            ).order_by(fee_entry.c.id)
        ),
    ),
    Section(
        "transfer",
        Statement(
            _of_place(transfer.c.to_id, transfer.c.state, transfer.c.at).order_by(transfer.c.id)
        ),
    ),
    Section(
        "later_stratum",
        Statement(
            select(
                later_stratum.c.term, later_stratum.c.until, later_stratum.c.state, later_stratum.c.reason,
                later_stratum.c.appeal, later_stratum.c.at, later_stratum.c.changed_at,
            )
            .where(later_stratum.c.person_id == _WHOSE)
            .order_by(later_stratum.c.id)
        ),
    ),
    Section(
        "check_in_try",
        Statement(
            select(account.c.platform, check_in_try.c.at)
            .join_from(check_in_try, account, account.c.id == check_in_try.c.account_id)
            .where(account.c.person_id == _WHOSE)
            .order_by(check_in_try.c.id)
        ),
    ),
    Section(
        "favourite",
        Statement(
            _of_class(favourite.c.at)
            .join_from(favourite, offering, offering.c.id == favourite.c.offering_id)
            .join(course, course.c.id == offering.c.course_id)
            .where(favourite.c.person_id == _WHOSE)
            .order_by(favourite.c.at, offering.c.id)
        ),
    ),
    Section(
        "application",
        Statement(
            select(
                course.c.title, offering.c.code, application.c.ref, application.c.state, application.c.name,
                application.c.age_confirmed, application.c.lot,
                # what a draw keeps here stands in its published file
                case((application.c.state == "drawn", ""), else_=application.c.answer).label("answer"),
                application.c.created_at, application.c.since,
            )
            .select_from(application)
            .outerjoin(offering, offering.c.id == application.c.offering_id)
            .outerjoin(course, course.c.id == offering.c.course_id)
            .where(application.c.person_id == _WHOSE)
            .order_by(application.c.id)
        ),
    ),
    Section(
        "application_wish",
        Statement(
            _of_class(application_wish.c.rank)
            .join_from(
                application_wish, application, application.c.id == application_wish.c.application_id
            )
            .join(offering, offering.c.id == application_wish.c.offering_id)
            .join(course, course.c.id == offering.c.course_id)
            .where(application.c.person_id == _WHOSE)
            .order_by(application_wish.c.application_id, application_wish.c.rank)
        ),
    ),
    Section(
        "standing",
        Statement(
            select(
                standing.c.kind, standing.c.area, standing.c.said_by, standing.c.until, standing.c.at
            )
            .where(standing.c.person_id == _WHOSE)
            .order_by(standing.c.id)
        ),
    ),
    Section(
        "watch",
        Statement(
            select(
                watch.c.meaning, watch.c.created_at, watch.c.until, watch.c.told_at, watch.c.ended_at,
                watch.c.lasting,
            )
            .where(watch.c.person_id == _WHOSE)
            .order_by(watch.c.id)
        ),
    ),
    *(Section(name, statement) for name, statement in campaigns.SHOWN),
    Section(
        "person_group",
        Statement(
            select(person_group.c.code, person_group.c.at)
            .where(person_group.c.person_id == _WHOSE)
            .order_by(person_group.c.at)
        ),
    ),
    Section(
        "broadcast_recipient",
        Statement(
            select(
                broadcast.c.text, broadcast_recipient.c.state, broadcast_recipient.c.ended_at,
                broadcast_recipient.c.tapped_at,
            )
            .join_from(broadcast_recipient, broadcast, broadcast.c.id == broadcast_recipient.c.broadcast_id)
            .where(broadcast_recipient.c.person_id == _WHOSE)
            .order_by(broadcast_recipient.c.id.desc())
            .limit(MOST_MESSAGES)
        ),
    ),
    Section(
        "broadcast",
        Statement(
            select(
                broadcast.c.text, broadcast.c.state, broadcast.c.created_at, broadcast.c.starts_at,
                broadcast.c.ended_at,
            )
            .where(broadcast.c.author_id == _WHOSE)
            .order_by(broadcast.c.id)
        ),
    ),
    Section(
        "broadcast_file",
        Statement(
            select(broadcast_file.c.name, broadcast_file.c.mime)
            .join_from(broadcast_file, broadcast, broadcast.c.id == broadcast_file.c.broadcast_id)
            .where(broadcast.c.author_id == _WHOSE)
            .order_by(broadcast_file.c.broadcast_id)
        ),
    ),
    Section(
        "role_grant",
        Statement(
            select(org_unit.c.name.label("unit"), role_grant.c.role, role_grant.c.granted_at)
            .join_from(role_grant, org_unit, org_unit.c.id == role_grant.c.unit_id)
            .where(role_grant.c.person_id == _WHOSE)
            .order_by(role_grant.c.id)
        ),
    ),
    *(Section(name, statement) for name, statement in personal_more.STATEMENTS.items()),
    Section(
        "conversation",
        Statement(
            select(account.c.platform, conversation.c.state, conversation.c.updated_at)
            .join_from(conversation, account, account.c.id == conversation.c.account_id)
            .where(account.c.person_id == _WHOSE)
            .order_by(account.c.id)
        ),
    ),
    Section(
        "outgoing",
        Statement(
            select(
                outgoing.c.created_at, outgoing.c.platform, outgoing.c.lane, outgoing.c.purpose,
                outgoing.c.state, outgoing.c.ended_at, outgoing.c.payload.label("text"), outgoing.c.secret,
            )
            .join_from(outgoing, account, account.c.id == outgoing.c.account_id)
            .where(account.c.person_id == _WHOSE)
            .order_by(outgoing.c.id.desc())
            .limit(MOST_MESSAGES)
        ),
    ),
    Section(
        "link_code",
        Statement(
            select(link_code.c.expires_at, link_code.c.used_at)
            .where(link_code.c.person_id == _WHOSE)
            .order_by(link_code.c.id)
        ),
    ),
    Section(
        "code_try",
        Statement(
            select(account.c.platform, code_try.c.at)
            .join_from(code_try, account, account.c.id == code_try.c.account_id)
            .where(account.c.person_id == _WHOSE)
            .order_by(code_try.c.id)
        ),
    ),
    Section(
        "audit_entry",
        Statement(
            select(
                audit_entry.c.at, audit_entry.c.actor, audit_entry.c.action, audit_entry.c.subject,
                audit_entry.c.fields,
            )
            .where(or_(audit_entry.c.subject == _WHO, audit_entry.c.actor == _WHO))
            .order_by(audit_entry.c.id)
        ),
    ),
    Section(
        "audit_text",
        Statement(
            select(audit_entry.c.at, audit_text.c.before, audit_text.c.after)
            .join_from(audit_text, audit_entry, audit_entry.c.id == audit_text.c.entry_id)
            .where(or_(audit_text.c.person_id == _WHOSE, audit_text.c.entry_id.in_(_entries)))
            .order_by(audit_text.c.id)
        ),
    ),
    *(Section(name, statement) for name, statement in personal_family.STATEMENTS.items()),
)  # fmt: skip

SINCE = Statement(
    select(consent.c.given_at).where(
        consent.c.person_id == _WHOSE,
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
