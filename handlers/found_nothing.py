"""When nothing fits: the nearest that do, a watch on the wish, and what is shown of either."""

from collections.abc import Sequence

from handlers.routes import action
from handlers.turn import Turn
from handlers.wordings import item_words, titles
from models.statement import Row
from services import classes, demand
from services.message import Button
from services.search.alternatives import is_quality, nearest_first
from services.search.index import Found
from services.search.seats import find
from services.understanding.meaning import Meaning

MOST_ALTERNATIVES = 3


def hits(turn: Turn, meaning: Meaning, limit: int, offset: int) -> Found:
    """Search, and note how long it took."""
    town, clock = turn.town, turn.town.clock
    began = clock.elapsed()
    result = find(
        turn.tx, town.catalogue.index, meaning, now=turn.now, zone=town.zone, limit=limit, offset=offset
    )
    turn.searches.append(clock.elapsed() - began)
    return result


def class_buttons(turn: Turn, rows: Sequence[Row]) -> list[tuple[Button, ...]]:
    """A row of numbers that open the classes; in big mode each with its title."""
    if turn.person.big:
        named = zip(titles(turn, rows), rows, strict=True)
        return [
            (Button(f"{n} {title}", f"card:{row.id}", number=n),) for n, (title, row) in enumerate(named, 1)
        ]
    return [tuple(Button(str(n), f"card:{row.id}", number=n) for n, row in enumerate(rows, 1))]


def nothing(turn: Turn, meaning: Meaning, words: str, serial: int, offset: int) -> None:
    """Say so plainly, with the nearest that fits and the ways on."""
    watch = turn.button("watch.button", action("watch", turn.state.search["at"][0]))
    if offset:
        # the classes still on the screen keep their numbers
        turn.keeps_choices = True
        turn.reply(turn.say("search.no_more"), (watch, turn.button("search.narrow", "narrow")))
        return
    turn.state.missed = demand.count_once(turn.tx, turn.town, meaning, turn.state.missed)
    near = nearest_first(
        turn.town.catalogue.index, meaning, now=turn.now, zone=turn.town.zone, limit=MOST_ALTERNATIVES,
        tx=turn.tx,
    )  # fmt: skip
    for alternative in near:
        ids = [hit.offering_id for hit in alternative.found.hits]
        rows = classes.only_joinable(classes.listed_classes(turn.tx, ids, turn.now), turn.now)
        if rows:
            # without both, where two must go
            _go_on_without(turn, meaning, alternative.parts, serial)
            part = "、".join(meaning.label(part, turn.lang) for part in alternative.parts)
            _show_alternative(turn, turn.say("search.none_relaxed", words=words, part=part), rows, watch)
            return
    if meaning.words and not hits(turn, Meaning(words=meaning.words), 1, 0).total:
        # what is asked for next is not narrowed by words that nobody teaches
        turn.state.search["of"][str(serial)]["vain"] = True
    turn.reply(
        f"{turn.say('search.none', words=words)}\n{turn.say('search.none_help')}",
        (watch,),
        (turn.button("start.browse", "browse"), turn.button("search.fresh", "fresh")),
    )


def _go_on_without(turn: Turn, meaning: Meaning, parts: tuple[str, ...], serial: int) -> None:
    """发证的 that no class has is not asked for again with the next condition; a topic is."""
    lexicon = turn.town.catalogue.lexicon
    if (
        len(meaning.words) > 1
        and parts[0].startswith("word:")
        and len(parts) == 1
        and is_quality(parts[0], lexicon)
    ):
        turn.state.search["of"][str(serial)]["less"] = parts[0]


def _show_alternative(turn: Turn, head: str, rows: Sequence[Row], watch: Button) -> None:
    turn.state.shown = [row.id for row in rows]
    lines = [head, *(item_words(turn, n, row) for n, row in enumerate(rows, 1))]
    turn.reply(
        "\n".join(lines),
        *class_buttons(turn, rows),
        (watch, turn.button("search.narrow", "narrow")),
        courses=tuple(row.code for row in rows),
    )
