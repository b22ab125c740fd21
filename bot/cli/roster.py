"""`doorstep roster CODE [--json|--out FILE.xlsx]`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.base import CliError, house, new_app
from bot.cli.classes import AsJson, Code, class_of
from models.store import look_now

if TYPE_CHECKING:
    from models.statement import Tx
    from services.roster import Entry

ABOUT = "Show who is in a class (名单), or save it as a sheet."

app = new_app(ABOUT)


@app.command(help=ABOUT)
def roster(
    code: Code,
    as_json: AsJson = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.xlsx", help="save it as a sheet")] = None,
) -> None:
    """Print or save it: enrolled, offered, waiting in their order, those who asked, withdrawn."""
    from services.roster import STATES, write_roster
    from services.roster import roster as listed

    if out is not None and out.suffix.lower() != ".xlsx":
        raise CliError(f"{out} is no .xlsx file; a roster is saved as a sheet, or printed with --json")
    with house() as made:

        def look(tx: Tx) -> tuple[str, list[Entry]]:
            row = class_of(tx, made.town, code)
            return f"{row.title}（{row.code}）", listed(tx, row.id, made.town.zone)

        title, entries = look_now(made.store, look)
    if out is not None:
        write_roster(entries, title, out)
    if as_json:
        print(json.dumps(entries, ensure_ascii=False, indent=1))
        return
    if out is not None:
        print(f"{len(entries)} lines are in {out}.")
        return
    print(title)
    for entry in entries:
        number = entry["position"] or entry.get("rank")
        place = f" {number}" if number else ""
        excused = entry.get("excused")
        words = (
            entry["name"], entry["account"], f"{STATES[entry['state']]}{place}", entry["since"][:16],
            f"由{entry['by']}代报" if "by" in entry else "",
            f"一起报（{entry['together']}组）" if "together" in entry else "",
            f"请假：{'、'.join(excused)}" if excused else "",
        )  # fmt: skip
        print("  ".join(word for word in words if word))
    if not entries:
        print("Nobody has enrolled yet (还没有人报名).")
