"""The sections of /mydata about messages: announcements to the person and by them, and all that was sent."""

from __future__ import annotations

from sqlalchemy import select

from models.broadcasting import broadcast, broadcast_file, broadcast_recipient, person_group
from models.outgoing import outgoing
from models.people import account
from services.personal.shapes import WHOSE, columns, own, section

MOST_MESSAGES = 1000

ANNOUNCEMENTS = (
    own(person_group, "code at", withheld="person_id", order="at"),
    section(
        broadcast_recipient,
        select(broadcast.c.text, *columns(broadcast_recipient, ("state ended_at tapped_at",)))
        .join_from(broadcast_recipient, broadcast, broadcast.c.id == broadcast_recipient.c.broadcast_id)
        .where(broadcast_recipient.c.person_id == WHOSE)
        .order_by(broadcast_recipient.c.id.desc())
        .limit(MOST_MESSAGES),
        "id broadcast_id person_id account_id platform reason recall not_before",
    ),
    own(
        broadcast, "text state created_at starts_at ended_at", key="author_id",
        withheld="id unit_id author_id approver_id account_id text_en buttons fingerprint series_id open"
        " resolved resolved_up_to recalled_up_to valid_until progress_id progress_at progress_done reason"
        " launched_at repeat audience counted urgent",
    ),
    section(
        broadcast_file,
        select(broadcast_file.c.name, broadcast_file.c.mime)
        .join_from(broadcast_file, broadcast, broadcast.c.id == broadcast_file.c.broadcast_id)
        .where(broadcast.c.author_id == WHOSE)
        .order_by(broadcast_file.c.broadcast_id),
        "broadcast_id content",
    ),
)  # fmt: skip
SENT = (
    section(
        outgoing,
        select(
            *columns(outgoing, ("created_at platform lane purpose state ended_at",)),
            outgoing.c.payload.label("text"), outgoing.c.secret,
        )
        .join_from(outgoing, account, account.c.id == outgoing.c.account_id)
        .where(account.c.person_id == WHOSE)
        .order_by(outgoing.c.id.desc())
        .limit(MOST_MESSAGES),
        "id account_id chat payload document edit_of silent attempts lease_until not_before expires_at"
        " offer_id session_id enrolment_id platform_message_id reason parts secret learner_id recipient_id"
        " urgent",
    ),
)  # fmt: skip
