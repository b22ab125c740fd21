"""Free seats: read from the table for what a search found, never indexed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, or_, select

from models.catalogue import offering
from models.statement import Row, Statement, Tx
from services.search.index import CatalogueIndex, Found, Hit
from services.search.weights import weights
from services.understanding.meaning import Meaning

# how many classes one question to the table names, and one look into the index
ASKED, BLOCK = 60, 300
# past so many classes the total is no longer counted to the end
MOST_WALKED = 3000

FREE = Statement(
    select(offering.c.id).where(
        offering.c.id.in_([bindparam(f"id{at}") for at in range(ASKED)]),
        or_(offering.c.capacity.is_(None), offering.c.taken < offering.c.capacity),
    )
)


def find(
    tx: Tx,
    index: CatalogueIndex,
    meaning: Meaning,
    *,
    now: datetime,
    zone: ZoneInfo,
    limit: int = 5,
    offset: int = 0,
) -> Found:
    """Search, and where a free seat is a must keep only classes that have one.

    A search that finds more than MOST_WALKED classes is not counted to the end: those beyond count as free.
    """
    if not needs_seat(meaning):
        return index.recall(meaning, now=now, zone=zone, limit=limit, offset=offset)
    kept: list[Hit] = []
    at = total = 0
    while at == 0 or at < total:
        block = index.search(meaning, now=now, zone=zone, limit=BLOCK, offset=at)
        total = block.total
        if not block.hits:
            break
        free = with_seats(tx, [hit.offering_id for hit in block.hits])
        kept += [hit for hit in block.hits if hit.offering_id in free]
        at += len(block.hits)
        if at >= MOST_WALKED and len(kept) >= offset + limit:
            break
    return Found(len(kept) + max(0, total - at), tuple(kept[offset : offset + limit]))


def needs_seat(meaning: Meaning) -> bool:
    """Whether a free seat is a must, and not only nice to have."""
    return meaning.seats and "seats" not in meaning.soft


def with_seats(tx: Tx, ids: Sequence[int]) -> set[int]:
    """Which of these classes have a seat free now."""
    found: set[int] = set()
    for at in range(0, len(ids), ASKED):
        page = [*ids[at : at + ASKED], *([0] * ASKED)][:ASKED]
        found.update(row.id for row in tx.all(FREE, **{f"id{n}": number for n, number in enumerate(page)}))
    return found


def is_free(row: Row) -> bool:
    """Whether a class, read with its capacity and what is taken, has a seat free."""
    return row.capacity is None or row.taken < row.capacity


def seats_first(rows: Iterable[Row], found: Found, meaning: Meaning) -> list[Row]:
    """Put the classes of one page in their final order: free seats weigh, too, now that they are known.

    An order by start, price or distance stays as it is.
    """
    rows = list(rows)
    scores = {hit.offering_id: hit.score for hit in found.hits}
    if meaning.order != "relevance" or not any(scores.values()):
        return rows
    weight = weights().seats
    return sorted(rows, key=lambda row: -(scores.get(row.id, 0.0) + weight * is_free(row)))
