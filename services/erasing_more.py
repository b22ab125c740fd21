"""What erasing and joining persons mean for what passes between them and a school.

Each statement of `ERASE` takes whose, who, nameless (and more), each of `JOIN` giver, taker and their names.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, literal, select, update

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

_WHOSE: BindParameter[int] = bindparam("whose")
_NAMELESS: Any = bindparam("nameless", type_=invitation.c.person_id.type)
_own_accounts = select(account.c.id).where(account.c.person_id == _WHOSE)
_own_places = select(enrolment.c.id).where(enrolment.c.person_id == _WHOSE)
_own_threads = select(help_thread.c.id).where(help_thread.c.person_id == _WHOSE)

# before the places pass to a nameless person: a number of stars stays, the words go
ERASE = (
    Statement(update(survey).where(survey.c.enrolment_id.in_(_own_places)).values(words="")),
    Statement(delete(help_message).where(help_message.c.thread_id.in_(_own_threads))),
    Statement(delete(help_thread).where(help_thread.c.person_id == _WHOSE)),
    Statement(update(help_message).where(help_message.c.answered_by == _WHOSE).values(answered_by=_NAMELESS)),
    Statement(update(invitation).where(invitation.c.person_id == _WHOSE).values(person_id=_NAMELESS)),
    Statement(
        update(invitation)
        .where(invitation.c.made_by == bindparam("who"))
        .values(made_by=literal("person:erased"))
    ),
    Statement(delete(opt_out).where(opt_out.c.person_id == _WHOSE)),
    Statement(delete(calendar_feed).where(calendar_feed.c.person_id == _WHOSE)),
    Statement(delete(sheet_draft).where(sheet_draft.c.account_id.in_(_own_accounts))),
)

_GIVER: BindParameter[int] = bindparam("giver", type_=help_thread.c.person_id.type)
_TAKER: BindParameter[int] = bindparam("taker", type_=help_thread.c.person_id.type)
_refused = opt_out.alias("refused")
_asked = help_thread.alias("asked")
JOIN = (
    Statement(
        delete(opt_out).where(
            opt_out.c.person_id == _TAKER,
            opt_out.c.purpose.in_(select(_refused.c.purpose).where(_refused.c.person_id == _GIVER)),
        )
    ),
    # the address that is in a phone already is the giver's
    Statement(delete(calendar_feed).where(calendar_feed.c.person_id == _TAKER)),
    Statement(
        update(help_thread)
        .where(
            help_thread.c.person_id == _TAKER,
            help_thread.c.state != "closed",
            help_thread.c.unit_id.in_(
                select(_asked.c.unit_id).where(_asked.c.person_id == _GIVER, _asked.c.state != "closed")
            ),
        )
        .values(state="closed")
    ),
    *(
        Statement(update(table).where(table.c.person_id == _TAKER).values(person_id=_GIVER))
        for table in (opt_out, help_thread, invitation)
    ),
    Statement(update(help_message).where(help_message.c.answered_by == _TAKER).values(answered_by=_GIVER)),
    Statement(
        update(invitation)
        .where(invitation.c.made_by == bindparam("taker_name"))
        .values(made_by=bindparam("giver_name", type_=invitation.c.made_by.type))
    ),
)
