"""A message that is on its way while the person who gets it is erased."""

from __future__ import annotations

from sqlalchemy import select

from models.outgoing import outgoing
from models.statement import Row, Tx
from models.store import Store, work_now
from services import accounts, delivery_outcomes, erasing
from services.delivery_outcomes import Mark
from services.message import Message
from services.outbox import Address, post_reply
from services.town import Town


def test_what_was_erased_while_it_was_being_sent_stays_nameless(store: Store, town: Town) -> None:
    def unit(tx: Tx) -> Row:
        accounts.welcome(tx, town, "telegram", "7", "7")
        wang = accounts.speaker(tx, "telegram", "7")
        made = post_reply(tx, town, Address(wang.account_id, "telegram", "7"), Message("好"), lasting=True)
        erasing.erase(tx, town, wang.person_id)
        delivery_outcomes.mark(tx, town, [Mark(made.id, "sent", 1, "", "4711")])
        return tx.core(select(outgoing).where(outgoing.c.id == made.id)).one()

    row = work_now(store, unit)
    assert (row.state, row.reason, row.platform_message_id) == ("dropped", "erased", "")
