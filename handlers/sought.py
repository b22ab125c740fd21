"""Classes that a few words name, beside the list that is looked at."""

from __future__ import annotations

from handlers import find
from handlers.found_nothing import hits
from handlers.routes import action
from handlers.turn import Turn
from models.statement import Row
from services import classes
from services.understanding import Meaning, understand


def read(turn: Turn, said: str) -> Meaning:
    """What a text means, whatever was said before it."""
    local = turn.now.astimezone(turn.town.zone)
    return understand(
        said, today=local.date(), now_minute=local.hour * 60 + local.minute,
        lexicon=turn.town.catalogue.lexicon,
    )  # fmt: skip


def those_at(turn: Turn, said: str) -> list[int]:
    """Those of the classes shown that meet on the day, at the hour or under the terms that a text tells."""
    meaning = read(turn, f"{said}的")
    last = find.last_meaning(turn)
    if meaning.intent != "search" or meaning.is_blank or meaning.names_something or last is None:
        return []
    fitting = {hit.offering_id for hit in hits(turn, meaning.merge(last), find.MOST_NEAR, 0).hits}
    return [number for number in turn.state.shown if number in fitting]


def sought(turn: Turn, said: str) -> list[Row]:
    """The first page of classes that a few words name, which are then what is looked at."""
    meaning = read(turn, said)
    if meaning.intent != "search" or not meaning.names_something:
        return []
    ids = [hit.offering_id for hit in hits(turn, meaning, turn.page, 0).hits]
    rows = classes.only_joinable(classes.some_classes(turn.tx, ids, turn.now), turn.now)
    if rows:
        serial = find.keep(turn, meaning, {})
        turn.state.at(action("page", serial, 0))
        turn.state.shown = [row.id for row in rows]
        turn.state.about = ""
    return rows


def knows_none(turn: Turn, meaning: Meaning) -> bool:
    """Whether a text names something new that no class has and nobody has a name for."""
    last = find.last_meaning(turn)
    before = last.words if last is not None else ()
    lexicon = turn.town.catalogue.lexicon
    new = {one for word in meaning.words if word not in before for one in word.split("|")}
    if not new or any(one in lexicon.topics or one in lexicon.taught for one in new):
        return False
    return hits(turn, meaning, 1, 0).total == 0
