"""`doorstep search`: find classes in a person's own words, one text or a file of them."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.base import CliError, house, new_app
from models.statement import Row, Tx
from models.store import look_now

if TYPE_CHECKING:
    from services.search.index import Found
    from services.town import Town
    from services.understanding.meaning import Meaning

ABOUT = "Find classes in a person's own words."

app = new_app(ABOUT)


@app.command(help=ABOUT)
def search(
    text: Annotated[list[str] | None, typer.Argument(help="What a person would say.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="How many classes.")] = 5,
    batch: Annotated[Path | None, typer.Option("--batch", help='A file of lines {"id", "text"}.')] = None,
) -> None:
    """Answer one text, or every line of a file."""
    if (batch is None) == (not text):
        raise CliError("give either a text or --batch FILE.jsonl")
    with house(catalogue=True, sample=True) as made:
        if batch is not None:
            for number, said in _lines(batch):
                print(json.dumps(answer(made.store, made.town, number, said, limit), ensure_ascii=False))
            return
        found = answer(made.store, made.town, None, " ".join(text or ()), limit)
    print(json.dumps(found, ensure_ascii=False) if as_json else _painted(found))


def _lines(batch: Path) -> list[tuple[Any, str]]:
    read = []
    for number, line in enumerate(batch.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
            read.append((given["id"], str(given["text"])))
        except (ValueError, KeyError, TypeError):
            raise CliError(f'{batch.name}, line {number}: not an object with "id" and "text"') from None
    return read


def answer(store: Any, town: "Town", number: Any, said: str, limit: int) -> dict[str, Any]:
    """What one text means and finds, in the form that `--json` prints."""
    from services.search.alternatives import alternatives
    from services.understanding import understand

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
    found = index.search(meaning, now=now, zone=town.zone, limit=limit)
    result["total"] = found.total
    result["courses"] = _courses(store, town, found)
    if not found.total:
        result["alternatives"] = [
            {"relaxed": other.relaxed, "courses": _courses(store, town, other.found)}
            for other in alternatives(index, meaning, now=now, zone=town.zone, limit=limit)
        ]
    return result


def _understood(meaning: "Meaning") -> dict[str, Any]:
    stored: dict[str, Any] = json.loads(meaning.to_json())
    stored.pop("v", None)
    return {**stored, "intent": meaning.intent, "said": meaning.say("zh")}


def _courses(store: Any, town: "Town", found: "Found") -> list[dict[str, Any]]:
    from services import classes

    def unit(tx: Tx) -> list[Row]:
        return classes.only_joinable(
            classes.some_classes(tx, [hit.offering_id for hit in found.hits], town.now()), town.now()
        )

    scores = {hit.offering_id: hit.score for hit in found.hits}
    return [_course(town, row, scores[row.id]) for row in look_now(store, unit)]


def _course(town: "Town", row: Row, score: float) -> dict[str, Any]:
    from services import classes
    from services.phrases.slots import say_slots

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


def _painted(found: dict[str, Any]) -> str:
    from services.phrases.money import say_fee

    lines = [f"{found['understood']['said'] or found['understood']['intent']}: {found['total']}"]
    groups = [("", found["courses"])] + [(a["relaxed"], a["courses"]) for a in found["alternatives"]]
    for relaxed, courses in groups:
        if relaxed:
            lines.append(f"-- without {relaxed}")
        for course in courses:
            fee = say_fee(None if course["fee"] is None else round(course["fee"] * 100), "zh")
            seats = "∞" if course["seats_left"] is None else course["seats_left"]
            told = (course["title"], course["when"], course["venue"], fee, str(seats))
            lines.append(f"{course['code']:<10} {' | '.join(told)}")
    return "\n".join(lines)
