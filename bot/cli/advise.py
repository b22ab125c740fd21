"""`doorstep advise [--unit CODE] [--json]`: where a draw is fairer than a rush, and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.base import CliError, house, new_app
from bot.cli.classes import AsJson
from models.store import look_now

if TYPE_CHECKING:
    from models.statement import Tx
    from services.advising import Advice

ABOUT = "Recommend a draw (抽签) where last term's demand was above 1.5 times the seats, with the reasons."

app = new_app(ABOUT)


@app.command(help=ABOUT)
def advise(
    unit: Annotated[str | None, typer.Option("--unit", metavar="CODE", help="only below this unit")] = None,
    as_json: AsJson = False,
) -> None:
    """Print each course with its figures, the most wanted first."""
    from services.advising import RATIO, UNIT
    from services.advising import advise as found_by

    with house() as made:
        town = made.town

        def look(tx: Tx) -> list[Advice]:
            row = tx.one(UNIT, unit_code=unit) if unit is not None else None
            if unit is not None and row is None:
                raise CliError(f"there is no unit (机构) {unit!r}")
            return found_by(tx, town, row.path if row else "/")

        found = look_now(made.store, look)
    if as_json:
        entries = [
            {
                "title": one.title, "asked": one.asked, "seats": one.seats, "ratio": round(one.ratio, 2),
                "recommend": "draw" if one.draw else "fcfs", "now": one.mode, "past": list(one.past),
                "coming": list(one.coming),
            }
            for one in found
        ]  # fmt: skip
        print(json.dumps(entries, ensure_ascii=False, indent=1))
        return
    for one in found:
        asked = f"{one.asked} asked for {one.seats} seats last term"
        figures = f"{asked} ({one.ratio:.1f} each; {', '.join(one.past)})"
        advice = (
            f"recommend a draw (建议抽签), above {RATIO}" if one.draw else "first come is fine (先到先得)"
        )
        codes = ", ".join(one.coming) or "no class to come yet"
        print(f"{one.title}: {figures}: {advice}. To come: {codes} [{one.mode}]")
    if not found:
        print("No class with a number of seats has begun in the last term, so there is nothing to go by.")
