"""`doorstep search`: find classes in a person's own words, one text or a file of them."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.base import CliError, house, new_app
from models.store import look_now

if TYPE_CHECKING:
    from bot.compose import House

ABOUT = "Find classes in a person's own words."

app = new_app(ABOUT)


@app.command(help=ABOUT)
def search(
    text: Annotated[list[str] | None, typer.Argument(help="What a person would say.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="How many classes.")] = 5,
    batch: Annotated[Path | None, typer.Option("--batch", help='A file of lines {"id", "text"}.')] = None,
    explained: Annotated[
        bool, typer.Option("--explain", help="Say of each class why it stands where it stands.")
    ] = False,
) -> None:
    """Answer one text, or every line of a file."""
    if (batch is None) == (not text):
        raise CliError("give either a text or --batch FILE.jsonl")
    with house(catalogue=True, sample=True) as made:
        if batch is not None:
            for number, said in _lines(batch):
                print(json.dumps(_answer(made, number, said, limit, explained), ensure_ascii=False))
            return
        found = _answer(made, None, " ".join(text or ()), limit, explained)
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


def _answer(made: "House", number: Any, said: str, limit: int, explained: bool) -> dict[str, Any]:
    from bot.cli.search_answer import answer

    return look_now(made.store, lambda tx: answer(tx, made.town, number, said, limit, explained))


def _painted(found: dict[str, Any]) -> str:
    from services.phrases.money import say_fee

    lines = [f"{found['understood']['said'] or found['understood']['intent']}: {found['total']}"]
    groups: list[tuple[str, list[dict[str, Any]]]] = [("", found["courses"])]
    groups += [(f"{a['said']}: {a['total']}", a["courses"]) for a in found["alternatives"]]
    for relaxed, courses in groups:
        if relaxed:
            lines.append(f"-- {relaxed}")
        for course in courses:
            fee = say_fee(None if course["fee"] is None else round(course["fee"] * 100), "zh")
            seats = "∞" if course["seats_left"] is None else course["seats_left"]
            told = (course["title"], course["when"], course["venue"], fee, str(seats))
            lines.append(f"{course['code']:<10} {' | '.join(told)}")
            lines += [_explained(line) for line in course.get("explain", ())]
            if "explain" in course:
                lines.append(f"{'':<10}   {course['score']:>7.3f}  合计")
    return "\n".join(lines)


def _explained(line: dict[str, Any]) -> str:
    sum_of = f"{line['points']:>7.3f}  {line['label']}"
    return f"{'':<10}   {sum_of}  (权重 {line['weight']:g} × {line['value']:.3g})"
