"""`doorstep demand [--json] [--since DATE]`: what people looked for and did not find."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated
from unicodedata import east_asian_width

import typer

from bot.cli.base import CliError, house, new_app
from bot.cli.classes import AsJson
from models.store import look_now

if TYPE_CHECKING:
    from services.demand import Unmet

ABOUT = "Show what people looked for and did not find (没找到的课), counted without names."

app = new_app(ABOUT)
DEFAULT = timedelta(weeks=12)
HEADS = ("topic (想学)", "place (哪里)", "when (什么时候)", "how often (几次)", "trend (趋势)")


@app.command(help=f"{ABOUT} What fewer than three asked for is summed up as 其他.")
def demand(
    as_json: AsJson = False,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="DATE", help="from the week of this day on; twelve weeks if left out"
        ),
    ] = None,
) -> None:
    """Print the counters, most wanted first."""
    from services.demand import monday_of, unmet

    with house() as made:
        week = monday_of(made.town.now(), made.town.zone)
        begin = week - DEFAULT if since is None else _day(since)
        begin -= timedelta(days=begin.weekday())
        found = look_now(made.store, lambda tx: unmet(tx, begin, week))
    if as_json:
        print(json.dumps({"since": begin.isoformat(), "demand": [_entry(line) for line in found]},
                         ensure_ascii=False, indent=1))  # fmt: skip
        return
    if not found:
        print(f"Since {begin} nobody looked for anything in vain (没有找不到的课).")
        return
    rows = [HEADS, *((line.topic, line.place, line.when, str(line.count), _trend(line)) for line in found)]
    widths = [max(_width(row[at]) for row in rows) for at in range(len(HEADS))]
    print(f"Since {begin}:")
    for row in rows:
        print(
            "  ".join(
                cell + " " * (wide - _width(cell)) for cell, wide in zip(row, widths, strict=True)
            ).rstrip()
        )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CliError(f"--since {text} is no day; write it as 2026-12-01") from None


def _entry(line: Unmet) -> dict[str, str | int]:
    return {"topic": line.topic, "place": line.place, "when": line.when, "count": line.count}


def _trend(line: Unmet) -> str:
    if line.trend == 0:
        return "="
    return f"{line.trend:+d}"


def _width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
