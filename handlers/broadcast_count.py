"""The number of an audience, when it was counted beside the turns: put into the message that waits for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import bindparam, select

from handlers.broadcast_draft import count_lines
from handlers.incoming import Incoming
from handlers.turn import Answer, Turn
from models.outgoing import outgoing
from models.statement import Statement, Tx
from services.broadcasting import counting
from services.broadcasting.counting import Counted
from services.message import message_from_json
from services.town import Town

SHOWN = Statement(
    select(outgoing.c.state, outgoing.c.payload, outgoing.c.platform_message_id).where(
        outgoing.c.id == bindparam("row")
    )
)


@dataclass(frozen=True, slots=True)
class Counting:
    """What is to be counted after a turn: the audience of which draft, and the row that waits for it."""

    broadcast_id: int
    row: int


def shown(tx: Tx, town: Town, platform: str, row: int) -> bool:
    """Whether the message that waits can be changed already; where people fetch, it can from the start."""
    found = tx.one(SHOWN, row=row)
    return found is not None and (platform in town.pulled or found.state not in ("queued", "sending"))


def came(turn: Turn, row: int, counted: Counted) -> None:
    """Say the number in place of the words that it is being counted; a draft that changed says nothing."""
    draft = counting.keep(turn.tx, turn.town, counted)
    waits = turn.tx.one(SHOWN, row=row)
    if draft is None or waits is None:
        return
    message = message_from_json(waits.payload)
    lines = count_lines(turn, draft, counted.found)
    text = message.text.replace(turn.say("bcast.counting"), "\n".join(lines))
    turn.keeps_choices = True
    turn.answers.append(Answer(replace(message, text=text), edit=True))


def in_place_of(incoming: Incoming, tx: Tx, town: Town, row: int) -> Incoming:
    """The update again, as if the message that waits had been tapped; without one the number comes anew."""
    if incoming.platform in town.pulled:
        return replace(incoming, message_id=str(row))
    waits = tx.one(SHOWN, row=row)
    return replace(incoming, message_id=waits.platform_message_id if waits is not None else "")
