"""The sections of /mydata about what passes between a person and a school."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models.catalogue import org_unit
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
from services.personal.shapes import WHOSE, Section, columns, of_place, own, section


def _of_unit(table: Any, shown: str, withheld: str) -> Section:
    query = (
        select(org_unit.c.name.label("unit"), *columns(table, (shown,)))
        .join_from(table, org_unit, org_unit.c.id == table.c.unit_id)
        .where(table.c.person_id == WHOSE)
        .order_by(table.c.id)
    )
    return section(table, query, withheld)


SECTIONS = (
    own(opt_out, "purpose at", withheld="person_id", order="purpose"),
    _of_unit(
        invitation, "role made_at expires_at revoked_at used_at", "id token_hash unit_id person_id made_by"
    ),
    section(
        sheet_draft,
        select(sheet_draft.c.name, sheet_draft.c.at)
        .join_from(sheet_draft, account, account.c.id == sheet_draft.c.account_id)
        .where(account.c.person_id == WHOSE)
        .order_by(sheet_draft.c.id),
        "id account_id content",
    ),
    _of_unit(help_thread, "state opened_at updated_at", "id unit_id person_id broadcast_id"),
    section(
        help_message,
        select(help_message.c.at, help_message.c.text)
        .join_from(help_message, help_thread, help_thread.c.id == help_message.c.thread_id)
        .where(help_thread.c.person_id == WHOSE)
        .order_by(help_message.c.id),
        "id thread_id answered_by",
    ),
    of_place(survey, "score words asked_at", withheld="id offering_id enrolment_id"),
    own(calendar_feed, "created_at", withheld="person_id epoch secret_hash", order="created_at"),
)
