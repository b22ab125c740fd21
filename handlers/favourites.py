"""Favourites: mark a class, see what is marked."""

from handlers import card
from handlers.found_nothing import class_buttons
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.wordings import item_words
from services import classes, liking

routes = Routes()


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
    """The same in other words."""
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
