"""`doorstep survey CODE [--json]`: what a class was thought of (满意度), without names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.cli.base import house, new_app
from bot.cli.classes import AsJson, Code, class_of
from models.store import look_now

if TYPE_CHECKING:
    from models.statement import Tx
    from services.surveying import Result

ABOUT = "Show what a class was thought of (满意度), without names."

app = new_app(ABOUT)


@app.command(help=ABOUT)
def survey(code: Code, as_json: AsJson = False) -> None:
    """Print the counts, and from five answers on the scores and sentences."""
    from services.surveying import LEAST_ANSWERS, result
    from services.texts import texts_of

    with house() as made:

        def look(tx: Tx) -> tuple[str, str, Result]:
            row = class_of(tx, made.town, code)
            return row.code, row.title, result(tx, row.id)

        known, title, found = look_now(made.store, look)
    if as_json:
        print(json.dumps({"code": known, "title": title, **found}, ensure_ascii=False, indent=1))
        return
    print(f"{title}（{known}）: {found['answered']} of {found['asked']} answered.")
    if not found["shown"]:
        print(f"Scores are shown from {LEAST_ANSWERS} answers on.")
        return
    print(f"Average {found['average']} of 5.")
    for score, people in found["scores"].items():
        print(f"  {score} {texts_of('zh')(f'survey.step_{score}')}: {people}")
    for words in found["words"]:
        print(f"  “{words}”")
