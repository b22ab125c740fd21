"""抽签 for the staff: how far each draw is, drawing it with a public value, and letting the result out."""

from __future__ import annotations

from handlers import other
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.yes_no import is_no
from services import scope
from services.drawing import running, sheet
from services.drawing.listing import CannotDraw, build_listing
from services.message import Button
from services.regex import regex
from services.windows import applications, reading
from services.windows.reading import Window
from services.windows.words import draws_words

routes = Routes()
LONGEST_PUBLIC = 200
# what is announced somewhere else has that many, the number of a button has not
LEAST_DIGITS = 3
_PUT_OFF = regex("再抽|等|以后|之后|明天|今晚|later|wait")
# a larger draw would hold up everybody else's messages, and is made from the command line
MOST_IN_CHAT = 3000
MOST_LISTED = 6


@routes.command("draws", "抽签", "管理抽签", "怎么抽签", "抽签的课", "抽签的班", "抽签规则")
def listed(turn: Turn) -> None:
    """The draws of one's own schools; everybody else is told how a draw goes."""
    paths = scope.own_paths(turn.tx, turn.person.person_id, scope.EDITING)
    if not paths:
        turn.state.settle()
        ways = (turn.button("window.wishes", "wishes"), turn.button("start.browse", "browse"))
        turn.reply(turn.say("drawing.about"), ways)
        return
    turn.state.settle()
    found = [one for one in reading.all_windows(turn.tx) if one.draw_state and _mine(paths, one)][
        :MOST_LISTED
    ]
    lines, buttons = [turn.say("drawing.heading" if found else "drawing.none")], []
    for one in found:
        n = applications.count(turn.tx, one.id)
        lines.append(turn.say("drawing.item", id=one.id, title=one.title, n=n, state=_state_words(turn, one)))
        buttons.append((Button(turn.say("drawing.open", id=one.id), f"drawing:{one.id}"),))
    buttons.append((turn.button("drawing.set", "winset_page:0"),))
    turn.reply("\n".join(lines), *buttons)


@routes.tap("drawing", number)
def shown(turn: Turn, window_id: int) -> None:
    """One draw, with the step that comes next."""
    found = _allowed(turn, window_id)
    if found is None:
        return
    turn.state.settle()
    row = running.standing_of(turn.tx, window_id)
    n = applications.count(turn.tx, window_id)
    lines = [turn.say("drawing.item", id=window_id, title=found.title, n=n, state=_state_words(turn, found))]
    lines.append(turn.say("drawing.seal", commitment=row.commitment))
    if row.list_hash:
        lines.append(turn.say("draw.how_list", hash=row.list_hash))
    if turn.town.public_url:
        lines.append(turn.say("draw.page", url=turn.town.public_url, id=window_id))
    buttons: list[Button] = []
    if found.closed(turn.now) and row.state in ("committed", "listed"):
        if row.state == "committed":
            buttons.append(turn.button("drawing.fix", f"drawing_fix:{window_id}"))
        buttons.append(turn.button("drawing.run", f"drawing_run:{window_id}"))
    elif row.state == "drawn":
        buttons.append(turn.button("drawing.publish", f"drawing_out:{window_id}"))
    turn.reply("\n".join(lines), *((button,) for button in buttons))


@routes.tap("drawing_fix", number)
def fix(turn: Turn, window_id: int) -> None:
    """Fix the list and publish its hash, before anybody can know the public value."""
    if _fixed(turn, window_id):
        turn.state.settle()
        turn.reply(
            "\n".join((turn.say("drawing.fixed"), turn.say("draw.how_list", hash=_hash(turn, window_id)))),
            (turn.button("drawing.run", f"drawing_run:{window_id}"),),
        )


def _hash(turn: Turn, window_id: int) -> str:
    return str(running.standing_of(turn.tx, window_id).list_hash)


def _fixed(turn: Turn, window_id: int) -> bool:
    """Whether the list stands, now or since before; what is in the way is told."""
    if _allowed(turn, window_id) is None:
        return False
    if applications.count(turn.tx, window_id) > MOST_IN_CHAT:
        turn.reply(turn.say("drawing.too_many", id=window_id))
        return False
    try:
        state = running.standing_of(turn.tx, window_id).state
        if state == "committed":
            listing = build_listing(turn.tx, turn.town, window_id)
            running.keep_listing(turn.tx, turn.town, window_id, sheet.fixed(listing), _actor(turn))
        elif state != "listed":  # a button of long ago: it is drawn
            _not_now(turn, window_id)
            return False
    except CannotDraw:
        _not_now(turn, window_id)
        return False
    return True


@routes.tap("drawing_run", number)
def run(turn: Turn, window_id: int) -> None:
    """Fix the list, and ask for the public value."""
    if not _fixed(turn, window_id):
        return
    turn.state.ask("drawing", window=window_id)
    turn.reply(
        "\n".join((turn.say("draw.how_list", hash=_hash(turn, window_id)), turn.say("drawing.public"))),
        (turn.button("drawing.no_public", f"drawing_bare:{window_id}"),),
    )


@routes.step("drawing")
def public_said(turn: Turn) -> bool:
    """The public value, typed."""
    window_id, value = int(turn.state.data["window"]), turn.text.strip()
    if is_no(value):
        shown(turn, window_id)
    elif len(value) > LONGEST_PUBLIC or not value.isprintable():
        turn.keeps_choices = True
        turn.reply(turn.say("drawing.public_bad", most=LONGEST_PUBLIC))
    elif sum(one.isdigit() for one in value) < LEAST_DIGITS or _PUT_OFF.search(value):
        # 好的, 2, 今晚9点再抽: the draw could not be done again
        turn.keeps_choices = True
        turn.reply(turn.say("drawing.public_number"))
    else:
        _draw(turn, window_id, value)
    return True


@routes.tap("drawing_bare", number)
def without_public(turn: Turn, window_id: int) -> None:
    """No public value: the hash of the list stands for it."""
    _draw(turn, window_id, "")


def _draw(turn: Turn, window_id: int, public: str) -> None:
    if _allowed(turn, window_id) is None:
        return
    if turn.state.data.get("window") == window_id:
        turn.state.settle()
    try:
        result = running.compute(turn.tx, turn.town, window_id, public)
        running.keep_result(turn.tx, turn.town, window_id, result, public, _actor(turn))
    except CannotDraw:
        _not_now(turn, window_id)
        return
    turn.reply(turn.say("drawing.done"), (turn.button("drawing.publish", f"drawing_out:{window_id}"),))


@routes.tap("drawing_out", number)
def publish(turn: Turn, window_id: int) -> None:
    """Let the result out; everybody is told from now on, a few at a time."""
    if _allowed(turn, window_id) is None:
        return
    if running.standing_of(turn.tx, window_id).state == "published":
        _not_now(turn, window_id)
        return
    try:
        running.begin_publishing(turn.tx, turn.town, window_id, _actor(turn))
    except CannotDraw:
        _not_now(turn, window_id)
        return
    turn.reply(turn.say("drawing.out", n=applications.count(turn.tx, window_id)), lasting=True)


def _not_now(turn: Turn, window_id: int) -> None:
    """This step is not to be done yet, or was done before."""
    other.stale(turn, turn.say("drawing.not_now"), turn.button("drawing.back", f"drawing:{window_id}"))


def _allowed(turn: Turn, window_id: int) -> Window | None:
    """The draw, if this person may act for all of its school; otherwise nothing is told of it."""
    found = reading.window(turn.tx, window_id)
    paths = scope.own_paths(turn.tx, turn.person.person_id, scope.EDITING)
    if found is None or not found.draw_state or not _mine(paths, found):
        other.stale(turn, turn.say("drawing.not_staff"), turn.button("window.wishes", "wishes"))
        return None
    return found


def _mine(paths: list[str], found: Window) -> bool:
    return any(found.unit_path.startswith(path) for path in paths)


def _state_words(turn: Turn, found: Window) -> str:
    if found.draw_state == "committed" and not found.closed(turn.now):
        return turn.say("drawing.state_open")
    draws = draws_words(found, turn.lang, turn.now, turn.town.zone)
    return turn.say(f"drawing.state_{found.draw_state}", draws=draws)


def _actor(turn: Turn) -> str:
    return f"person:{turn.person.person_id}"
