"""The sections of /mydata about the person: accounts, yeses, roles, codes and what was recorded of acts."""

from __future__ import annotations

from sqlalchemy import or_, select, union_all

from models.catalogue import org_unit
from models.operations import audit_entry, audit_text
from models.people import account, code_try, consent, conversation, link_code, person, role_grant
from services.personal.shapes import WHO, WHOSE, columns, learner, of_account, of_family, own, section

_words = audit_text.alias("words")
_acts = or_(audit_entry.c.subject == WHO, audit_entry.c.actor == WHO)

FIRST = (
    own(
        person,
        "name lang big quiet_from quiet_to remind_evening remind_hour weekly created_at forget_at",
        withheld="id", key="id",
    ),
    own(
        account,
        "platform external_id chat verified state", (account.c.recovery_hash != "").label("recovery_code"),
        "created_at seen_at", withheld="id person_id recovery_hash cookie_epoch",
    ),
    section(
        consent,
        select(
            *columns(consent, ("purpose wording platform given_at withdrawn_at",)),
            learner(consent.c.person_id),
        )
        .where(of_family(consent.c.person_id))
        .order_by(consent.c.id),
        "id person_id",
    ),
)  # fmt: skip
ROLES = (
    section(
        role_grant,
        select(org_unit.c.name.label("unit"), role_grant.c.role, role_grant.c.granted_at)
        .join_from(role_grant, org_unit, org_unit.c.id == role_grant.c.unit_id)
        .where(role_grant.c.person_id == WHOSE)
        .order_by(role_grant.c.id),
        "id person_id unit_id",
    ),
)
DIALOGUE = (of_account(conversation, "state updated_at", withheld="account_id", order="account_id"),)
CODES = (
    own(link_code, "expires_at used_at", withheld="id person_id code_hash"),
    of_account(code_try, "at", withheld="id account_id"),
)
ACTS = (
    section(
        audit_entry,
        select(*columns(audit_entry, ("at actor action subject fields",)))
        .where(_acts)
        .order_by(audit_entry.c.id),
        "id",
    ),
    section(
        audit_text,
        select(audit_entry.c.at, audit_text.c.before, audit_text.c.after)
        .join_from(audit_text, audit_entry, audit_entry.c.id == audit_text.c.entry_id)
        .where(
            audit_text.c.id.in_(
                union_all(
                    select(_words.c.id).where(_words.c.person_id == WHOSE),
                    select(_words.c.id).where(_words.c.entry_id.in_(select(audit_entry.c.id).where(_acts))),
                )
            )
        )
        .order_by(audit_text.c.id),
        "id entry_id person_id",
    ),
)
