"""Fetching: messages of platforms where nobody can be woken wait here until their reader comes."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select, update

from models.outgoing import outgoing
from models.statement import Statement, Tx
from services.enrolling import offers
from services.message import Message, message_from_json
from services.town import Town

MOST = 50

WAITING = Statement(
    select(
        outgoing.c.id, outgoing.c.lane, outgoing.c.payload, outgoing.c.document, outgoing.c.offer_id,
        outgoing.c.edit_of,
    )
    .where(
        outgoing.c.account_id == bindparam("account_id"),
        outgoing.c.state == "queued",
        outgoing.c.not_before <= bindparam("now"),
        outgoing.c.expires_at > bindparam("now"),
    )
    .order_by(outgoing.c.id)
    .limit(MOST)
)  # fmt: skip
REACHED = Statement(
    update(outgoing)
    .where(outgoing.c.id == bindparam("row"), outgoing.c.state == "queued")
    .values(state="sent", attempts=1, ended_at=bindparam("now", type_=outgoing.c.ended_at.type))
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message that has waited: its row, whether it answers something, and what it says."""

    id: int
    lane: str
    message: Message
    offer_id: int | None


def waiting(tx: Tx, town: Town, account_id: int) -> list[Fetched]:
    """What waits for this account now, in order."""
    return [
        Fetched(row.id, row.lane, message_from_json(row.payload, row.document), row.offer_id)
        for row in tx.all(WAITING, account_id=account_id, now=town.now())
    ]


def reached(tx: Tx, town: Town, messages: list[Fetched]) -> None:
    """These were shown: they count as sent, and the clock of an offer starts."""
    for message in messages:
        if tx.run(REACHED, row=message.id, now=town.now()) and message.offer_id is not None:
            offers.delivered(tx, town, message.offer_id)
