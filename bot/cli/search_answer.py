"""What `doorstep search` answers to one text, in the form that `--json` prints."""

import json
from collections.abc import Sequence
from typing import Any

from models.statement import Row, Tx
from services import classes
from services.phrases.slots import say_slots
from services.search.alternatives import alternatives
from services.search.explain import Line, explain, seats_line
from services.search.found import Asked
from services.search.index import Found
from services.search.seats import find, is_free, seats_first
from services.town import Town
from services.understanding import Meaning, understand


def answer(tx: Tx, town: Town, number: Any, said: str, limit: int, explained: bool = False) -> dict[str, Any]:
    """What one text means and finds."""
    now = town.now()
    local = now.astimezone(town.zone)
    meaning = understand(
        said, today=local.date(), now_minute=local.hour * 60 + local.minute, lexicon=town.catalogue.lexicon
    )
    result: dict[str, Any] = {
        "id": number, "understood": _understood(meaning), "total": 0, "courses": [], "alternatives": [],
    }  # fmt: skip
    if meaning.intent != "search":
        return result
    index = town.catalogue.index
    found = find(tx, index, meaning, now=now, zone=town.zone, limit=limit)
    result["total"] = found.total
    result["courses"] = _courses(tx, town, meaning, found, explained)
    if not found.total:
        result["alternatives"] = [
            {
                "relaxed": other.relaxed,
                "said": other.meaning.say("zh"),
                "total": other.found.total,
                "courses": _courses(tx, town, other.meaning, other.found, explained),
            }
            for other in alternatives(index, meaning, now=now, zone=town.zone, limit=limit, tx=tx)
        ]
    return result


def _understood(meaning: Meaning) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads(meaning.to_json())
    stored.pop("v", None)
    return {**stored, "intent": meaning.intent, "said": meaning.say("zh")}


def _courses(tx: Tx, town: Town, meaning: Meaning, found: Found, explained: bool) -> list[dict[str, Any]]:
    now = town.now()
    rows = classes.some_classes(tx, [hit.offering_id for hit in found.hits], now)
    rows = seats_first(classes.only_joinable(rows, now), found, meaning)
    scores = {hit.offering_id: hit.score for hit in found.hits}
    courses = []
    for row in rows:
        score, seat = scores[row.id], seats_line(is_free(row))
        courses.append(_course(town, row, score + seat.points if score else 0.0))
        if explained:
            # an order by start, price or distance has no score to explain
            lines = (*_lines(town, meaning, row), seat) if score else ()
            courses[-1]["explain"] = [_line(line) for line in lines]
    return courses


def _lines(town: Town, meaning: Meaning, row: Row) -> Sequence[Line]:
    view = town.catalogue.index.view
    asked = Asked.of(meaning, town.now(), town.zone, 1, 0, include_closed=False)
    return explain(view, asked, row.id)


def _line(line: Line) -> dict[str, Any]:
    return {
        "part": line.part, "label": line.label, "weight": line.weight, "value": line.value,
        "points": round(line.points, 4),
    }  # fmt: skip


def _course(town: Town, row: Row, score: float) -> dict[str, Any]:
    fee = None if row.fee_fen is None else row.fee_fen / 100
    return {
        "code": row.code,
        "title": row.title,
        "when": say_slots(row.slots, "zh", town.now().astimezone(town.zone).date()),
        "venue": row.venue or "",
        "fee": int(fee) if fee is not None and fee.is_integer() else fee,
        "seats_left": classes.seats_left(row),
        "score": round(score, 4),
    }
