"""Telling somebody that another person had them change to a parallel class."""

from models.statement import Tx
from services import classes
from services.class_calendar import calendar_document
from services.enrolling.transfers import Changed
from services.notices.merging import changed_message
from services.outbox import LASTING_LIFE, Subject, post_notice
from services.reach import reach
from services.town import Town


def tell_changed(
    tx: Tx, town: Town, person_id: int, offering_id: int, changed: Changed, *, by: str, account_id: int
) -> None:
    """Tell them where they are from now on, or wait; of an offer they hear by the offer itself.

    `account_id` is whoever changed it, who has the answer already: a child is reached by its guardian.
    """
    to = reach(tx, person_id)
    if to is None or to.address.account_id == account_id or changed.state == "offered":
        return
    now, row = town.now(), classes.one_class(tx, offering_id, town.now())
    seated = changed.state == "enrolled"
    message = changed_message(
        to, row, now, town.zone, by=by, position=changed.position,
        document=calendar_document(tx, town, row.id, to.lang) if seated else None,
    )  # fmt: skip
    post_notice(
        tx, town, to.address, message, purpose="change", expires_at=max(row.last_end, now + LASTING_LIFE),
        subject=Subject(enrolment_id=changed.enrolment_id),
    )  # fmt: skip
