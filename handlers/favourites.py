"""Favourites: mark a class, see what is marked."""

from collections.abc import Sequence

from handlers import card, sought
from handlers.found_nothing import class_buttons
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.wordings import item_words, titles
from models.statement import Row
from services import classes, liking
from services.message import Button
from services.regex import regex
from services.understanding.normalise import keyed

routes = Routes()
# 再收藏书法提高班, 把国画班收藏了
_MARKS = regex(
    r"^(?:请|帮我|给我|我|再|也|想|要|还|把|先)*收藏(?:一?下|个|一个|这个|"
    r"那个)?(?P<what>[^,，。 的]{2,12}?)(?:吧|了|啊)*[。!！]*$"
)


@routes.tap("fav", number)
def toggle(turn: Turn, offering_id: int) -> None:
    """Mark or unmark a class."""
    row = classes.one_class(turn.tx, offering_id, turn.now)
    if row is None:
        card.gone(turn)
        return
    marked = liking.toggle(turn.tx, turn.person.person_id, offering_id, turn.now)
    turn.state.focus = offering_id
    turn.ack = turn.say("favourite.added" if marked else "favourite.removed", title=row.title)
    turn.reply(turn.ack, courses=(row.code,))


@routes.command("fav", "收藏", "我的收藏", "收藏的课")
def mine(turn: Turn) -> None:
    """What is marked, soonest first."""
    listed(turn, 0)


@routes.intent("favourites")
def meant(turn: Turn) -> None:
    """The same in other words; 再收藏书法提高班 marks what it names."""
    named = _MARKS.match(turn.text.strip())
    rows = sought.sought(turn, named["what"]) if named else []
    exact = [row for row in rows if keyed(row.title) in keyed(named["what"] if named else "")]
    if len(exact or rows) == 1:
        kept(turn, (exact or rows)[0].id)
    elif rows:
        turn.reply(turn.say("favourite.which"), *_choices(turn, rows))
    else:
        listed(turn, 0)


def _choices(turn: Turn, rows: Sequence[Row]) -> list[tuple[Button, ...]]:
    named = enumerate(zip(titles(turn, rows), rows, strict=True), 1)
    return [(Button(f"{n} {title}", f"fav:{row.id}", number=n),) for n, (title, row) in named]


def kept(turn: Turn, offering_id: int) -> None:
    """Mark a class; where it is marked already, what is marked is shown."""
    if offering_id in liking.liked(turn.tx, turn.person.person_id, turn.now):
        listed(turn, 0)
    else:
        toggle(turn, offering_id)


def removed(turn: Turn, offering_id: int) -> None:
    """Unmark a class; where it was not marked, what is marked is shown."""
    if offering_id in liking.liked(turn.tx, turn.person.person_id, turn.now):
        toggle(turn, offering_id)
    else:
        listed(turn, 0)


@routes.tap("favs", number)
def listed(turn: Turn, offset: int) -> None:
    """A page of what is marked."""
    turn.state.settle()
    ids = liking.liked(turn.tx, turn.person.person_id, turn.now)
    rows = classes.some_classes(turn.tx, ids[offset : offset + turn.page], turn.now)
    if not rows:
        turn.reply(turn.say("favourite.none"), (turn.button("start.browse", "browse"),))
        return
    turn.state.at(f"favs:{offset}")
    turn.state.shown = [row.id for row in rows]
    lines = [turn.say("favourite.list"), *(item_words(turn, n, row) for n, row in enumerate(rows, 1))]
    buttons = class_buttons(turn, rows)
    if offset + turn.page < len(ids):
        buttons.append((turn.button("search.next", f"favs:{offset + turn.page}"),))
    turn.reply("\n".join(lines), *buttons, courses=tuple(row.code for row in rows))
