"""The sections of /mydata about what passes between a person and a school."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, bindparam, select

from models.catalogue import course, offering, org_unit
from models.enrolment import enrolment
from models.organising import (
    calendar_feed,
    help_message,
    help_thread,
    invitation,
    opt_out,
    sheet_draft,
    survey,
)
from models.people import account
from models.statement import Statement

WITHHELD: dict[str, frozenset[str]] = {
    "opt_out": frozenset({"person_id"}),
    "invitation": frozenset({"id", "token_hash", "unit_id", "person_id", "made_by"}),
    "sheet_draft": frozenset({"id", "account_id", "content"}),
    "help_thread": frozenset({"id", "unit_id", "person_id", "broadcast_id"}),
    "help_message": frozenset({"id", "thread_id", "answered_by"}),
    "survey": frozenset({"id", "offering_id", "enrolment_id"}),
    "calendar_feed": frozenset({"person_id", "epoch", "secret_hash"}),
}
_WHOSE: BindParameter[int] = bindparam("person_id")
_of_unit: Any = org_unit.c.name.label("unit")

STATEMENTS: dict[str, Statement] = {
    "opt_out": Statement(
        select(opt_out.c.purpose, opt_out.c.at)
        .where(opt_out.c.person_id == _WHOSE)
        .order_by(opt_out.c.purpose)
    ),
    "invitation": Statement(
        select(
            _of_unit, invitation.c.role, invitation.c.made_at, invitation.c.expires_at,
            invitation.c.revoked_at, invitation.c.used_at,
        )
        .join_from(invitation, org_unit, org_unit.c.id == invitation.c.unit_id)
        .where(invitation.c.person_id == _WHOSE)
        .order_by(invitation.c.id)
    ),
    "sheet_draft": Statement(
        select(sheet_draft.c.name, sheet_draft.c.at)
        .join_from(sheet_draft, account, account.c.id == sheet_draft.c.account_id)
        .where(account.c.person_id == _WHOSE)
        .order_by(sheet_draft.c.id)
    ),
    "help_thread": Statement(
        select(_of_unit, help_thread.c.state, help_thread.c.opened_at, help_thread.c.updated_at)
        .join_from(help_thread, org_unit, org_unit.c.id == help_thread.c.unit_id)
        .where(help_thread.c.person_id == _WHOSE)
        .order_by(help_thread.c.id)
    ),
    "help_message": Statement(
        select(help_message.c.at, help_message.c.text)
        .join_from(help_message, help_thread, help_thread.c.id == help_message.c.thread_id)
        .where(help_thread.c.person_id == _WHOSE)
        .order_by(help_message.c.id)
    ),
    "survey": Statement(
        select(course.c.title, offering.c.code, survey.c.score, survey.c.words, survey.c.asked_at)
        .join_from(survey, enrolment, enrolment.c.id == survey.c.enrolment_id)
        .join(offering, offering.c.id == survey.c.offering_id)
        .join(course, course.c.id == offering.c.course_id)
        .where(enrolment.c.person_id == _WHOSE)
        .order_by(survey.c.id)
    ),
    "calendar_feed": Statement(
        select(calendar_feed.c.created_at).where(calendar_feed.c.person_id == _WHOSE)
    ),
}  # fmt: skip
