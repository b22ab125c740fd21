"""`doorstep explain CODE --person PLATFORM:ACCOUNT`: which rule holds somebody back, in words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.base import CliError, house, new_app, nobody
from bot.cli.classes import AsJson, Code, class_of, in_chinese
from models.store import look_now

if TYPE_CHECKING:
    from models.statement import Tx

ABOUT = "Say why somebody has a place in a class, waits, or has none (为什么)."

app = new_app(ABOUT)


@app.command(help=ABOUT)
def explain(
    code: Code,
    person: Annotated[
        str, typer.Option("--person", metavar="PLATFORM:ACCOUNT", help="telegram:ID, terminal:NAME or web:ID")
    ],
    lang: Annotated[str, typer.Option("--lang", help="zh or en; the system's if left out")] = "",
    as_json: AsJson = False,
) -> None:
    """Print the sentences that the person reads behind the button 为什么."""
    from services.accounts import find_account
    from services.enrolling import seats
    from services.explaining import explain as said
    from services.message import plain
    from services.texts import as_lang, texts_of

    if lang not in ("", "zh", "en"):
        raise CliError(f"--lang is zh or en, not {lang!r}")
    with house() as made:
        town = made.town

        def look(tx: Tx) -> tuple[str, list[str]]:
            row, account = class_of(tx, town, code), find_account(tx, person)
            if account is None:
                raise nobody(person)
            mine = seats.living(tx, account.person_id, row.id)
            say = texts_of(as_lang(lang or ("zh" if in_chinese() else "en")))
            lines = said(tx, town, say, row, account.person_id, bool(account.verified))
            return (mine.state if mine is not None else "none"), [plain(line) for line in lines]

        state, lines = look_now(made.store, look)
    if as_json:
        print(json.dumps({"state": state, "reasons": lines[1:]}, ensure_ascii=False, indent=1))
        return
    print("\n".join(lines))
