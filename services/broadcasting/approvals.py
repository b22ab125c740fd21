"""Two pairs of eyes: what is to go to many is shown to the other organisers of the unit; one says yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, update

from models.outgoing import outgoing
from models.statement import Row, Statement, Tx
from services.audience.words import in_words
from services.broadcasting import composing, rights
from services.message import Button, Message
from services.outbox import post_notice
from services.reach import reach
from services.town import Town

if TYPE_CHECKING:
    from services.broadcasting.composing import Breakdown

PURPOSE = "approval"
# what cannot wait until morning is not seen through in the morning
WAKES = Statement(update(outgoing).where(outgoing.c.id == bindparam("row")).values(urgent=True))


def ask_others(tx: Tx, town: Town, row: Row, found: Breakdown, author: int) -> int:
    """Show a broadcast to those who may approve it; how many could be asked."""
    asked = 0
    for person_id in rights.other_organisers(tx, author, composing.unit_row(tx, row), row.urgent):
        to = reach(tx, person_id)
        if to is None:
            continue
        whom = in_words(tx, composing.audience_of(row), to.say)
        key = "broadcast.approval.ask_urgent" if row.urgent else "broadcast.approval.ask"
        text = to.say(key, unit=row.unit_name, text=row.text, n=found.will_get, audience=whom)
        rows = (
            (
                Button(to.say("broadcast.approval.yes"), f"bcast_yes:{row.id}"),
                Button(to.say("broadcast.approval.no"), f"bcast_no:{row.id}"),
            ),
        )
        message = Message(text, rows, document=composing.document_of(tx, row.id))
        until = town.now() + composing.APPROVAL_LIFE
        asking = post_notice(tx, town, to.address, message, purpose=PURPOSE, expires_at=until)
        if row.urgent:
            tx.run(WAKES, row=asking)
        asked += 1
    return asked
