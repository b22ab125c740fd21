"""What arrives: each update is recorded once, and who sent it is read, for all that share a transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import bindparam, text
from sqlalchemy.types import BigInteger, Boolean, String

from models.statement import Row, Statement, Tx
from models.types import UtcTime
from services import accounts, received
from services.town import Town

# Of several the locks are taken in one order, so that two transactions never wait for each other.
RECORD_AND_LOCK = Statement(
    text(
        "WITH new AS (INSERT INTO received_update (platform, bot, update_id, outcome, at)"
        " SELECT platform, bot, update_id, 'done', :at"
        " FROM unnest(CAST(:platforms AS text[]), CAST(:bots AS text[]), CAST(:updates AS bigint[]))"
        " AS came (platform, bot, update_id) ORDER BY platform, bot, update_id"
        " ON CONFLICT DO NOTHING RETURNING platform, bot, update_id),"
        " held AS (SELECT account.platform, account.external_id, conversation.account_id"
        " FROM unnest(CAST(:platforms AS text[]), CAST(:names AS text[])) AS who (platform, external_id)"
        " JOIN account ON account.platform = who.platform AND account.external_id = who.external_id"
        " JOIN conversation ON conversation.account_id = account.id"
        " ORDER BY conversation.account_id FOR UPDATE OF conversation)"
        " SELECT true AS is_new, platform, bot AS name, update_id AS number FROM new"
        " UNION ALL SELECT false, platform, external_id, account_id FROM held"
    )
    .bindparams(bindparam("at", type_=UtcTime()))
    .columns(is_new=Boolean(), platform=String(), name=String(), number=BigInteger())
)


class Arriving(Protocol):
    """What is known of an update before it is taken in."""

    @property
    def platform(self) -> str: ...
    @property
    def bot(self) -> str: ...
    @property
    def update_id(self) -> int: ...
    @property
    def account(self) -> str: ...
    @property
    def chat(self) -> str: ...


@dataclass(slots=True)
class Arrived:
    """Whether an update is new, and the row of who sent it, whose dialogue is locked; None for a stranger.

    `read` is False where the row is still to be read, because an earlier update of the same transaction
    may change what it says. `seen`: it has been noted that they are there, if that was to be noted.
    """

    new: bool
    row: Row = None
    read: bool = True
    seen: bool = False


def arrive(tx: Tx, town: Town, came: Sequence[Arriving]) -> list[Arrived]:
    """Record updates as done and read who sent them, each in the place of its update.

    On PostgreSQL it is two calls for however many: one that records and locks, and one that reads once the
    locks are held, as a row that is locked after a wait would be joined with others from before it. A third
    notes who is there after a long time.
    """
    if tx.kind != "postgresql":
        return [_alone(tx, town, one) for one in came]
    now = town.now()
    found = tx.all(
        RECORD_AND_LOCK, at=now, platforms=[one.platform for one in came],
        bots=[one.bot for one in came], updates=[one.update_id for one in came],
        names=[one.account for one in came],
    )  # fmt: skip
    new = {(row.platform, row.name, row.number) for row in found if row.is_new}
    held = {(row.platform, row.name): row.number for row in found if not row.is_new}
    rows = accounts.speakers(tx, sorted(held.values())) if held else {}
    tx.people_changed = False
    arrived: list[Arrived] = []
    seen: set[object] = set()
    chats: dict[int, str] = {}
    for one in came:
        update, who = (one.platform, one.bot, one.update_id), (one.platform, one.account)
        row = rows.get(held.get(who, 0))
        whose = who if row is None else row.person_id
        first = whose not in seen
        arrived.append(Arrived(update in new, row, first, seen=first))
        if first and row is not None and update in new and accounts.to_be_seen(row, one.chat, now):
            chats[row.account_id] = one.chat
        new.discard(update)
        seen.add(whose)
    if chats:
        accounts.all_seen(tx, chats, now)
    return arrived


def _alone(tx: Tx, town: Town, one: Arriving) -> Arrived:
    """An embedded database has one writer, so nothing is locked and nothing shared."""
    if not received.record(tx, town, one.platform, one.bot, one.update_id, "done"):
        return Arrived(False)
    return Arrived(True, accounts.speaker(tx, one.platform, one.account))
