"""给学校留言 and 收件箱: asking a school in chat, and answering as one of it."""

from __future__ import annotations

from handlers import other
from handlers.routes import Routes, action, number
from handlers.turn import Turn
from handlers.yes_no import is_no
from models.statement import Row
from services import inbox, scope
from services.message import Button
from services.phrases.when import say_moment

routes = Routes()
PAGE = 6
MOST_PREVIEW = 24


# asking


@routes.tap("ask", number)
def ask(turn: Turn, unit_id: int) -> None:
    """Ask for the words that are passed on to a school."""
    unit = scope.unit_by_id(turn.tx, unit_id)
    if unit is None or not inbox.answers(turn.tx, unit):
        other.stale(turn)
        return
    turn.state.ask("help.ask", unit=unit.id)
    turn.reply(turn.say("inbox.ask", unit=unit.name), (turn.button("inbox.no", "ask_no"),))


@routes.command(
    "leave_word", "给学校留言", "给老师留言", "我要留言", "留个言", "给学校带个话", "问问学校",
    "write to the school",
)  # fmt: skip
def leave_word(turn: Turn) -> None:
    """The same in words, to the school one has to do with; where nobody reads, its phone is told."""
    unit = other.own_unit(turn)
    if unit is not None and inbox.answers(turn.tx, unit):
        ask(turn, unit.id)
    else:
        other.human(turn)


@routes.tap("ask_of", number, number)
def ask_of(turn: Turn, unit_id: int, broadcast_id: int) -> None:
    """The same from the button under a broadcast."""
    ask(turn, unit_id)
    if turn.state.step == "help.ask":
        turn.state.data["broadcast"] = broadcast_id


@routes.tap("ask_no")
def not_asked(turn: Turn) -> None:
    """Nothing is passed on."""
    if other.past(turn, "help."):
        return
    turn.state.settle()
    turn.reply(turn.say("inbox.not_asked"), (turn.button("start.browse", "browse"),))


@routes.step("help.ask")
def asked_in_words(turn: Turn) -> bool:
    """The words, as they are typed."""
    if is_no(turn.text, turn.say("inbox.no"), "不问了", "没事了"):
        not_asked(turn)
        return True
    if _too_long(turn):
        return True
    unit = scope.unit_by_id(turn.tx, int(turn.state.data.get("unit", 0)))
    broadcast_id = turn.state.data.get("broadcast")
    turn.state.settle()
    if unit is None:
        return False
    inbox.ask(turn.tx, turn.town, unit, turn.person.person_id, turn.text, broadcast_id)
    turn.reply(turn.say("inbox.passed_on", unit=unit.name), lasting=True)
    return True


def replied(turn: Turn, text: str) -> bool:
    """A text in reply to a broadcast goes to the unit that sent it; False for every other text."""
    if not turn.incoming.reply_to:
        return False
    found = inbox.broadcast_of(turn.tx, turn.person.account_id, turn.incoming.reply_to)
    unit = scope.unit_by_id(turn.tx, found[1]) if found else None
    if found is None or unit is None or not inbox.answers(turn.tx, unit):
        return False
    inbox.ask(turn.tx, turn.town, unit, turn.person.person_id, turn.text, found[0])
    turn.reply(turn.say("inbox.passed_on", unit=unit.name), lasting=True)
    return True


# answering


@routes.command("inbox", "收件箱", "留言", "看留言", "居民留言")
def listed(turn: Turn) -> None:
    """What waits for an answer."""
    page(turn, 0)


@routes.tap("inbox", number)
def page(turn: Turn, offset: int) -> None:
    """A page of it."""
    turn.state.settle()
    person_id = turn.person.person_id
    if not scope.own_units(turn.tx, person_id, scope.ANSWERING):
        turn.reply(turn.say("inbox.no_role"), (turn.button("help.human", "help_human"),))
        return
    rows = inbox.threads(turn.tx, person_id)
    shown = rows[offset : offset + PAGE]
    if not shown:
        turn.reply(turn.say("inbox.empty"))
        return
    turn.state.at(action("inbox", offset))
    open_ones = sum(row.state == "open" for row in rows)
    lines, buttons = [turn.say("inbox.head", n=open_ones, all=len(rows))], []
    for n, row in enumerate(shown, 1):
        state = turn.say(f"inbox.is_{row.state}")
        who = row.name or turn.say("inbox.somebody")
        lines.append(turn.say("inbox.line", n=n, who=who, text=_short(row.last), state=state))
        buttons.append((Button(f"{n} {who}", action("thread", row.id), number=n),))
    if offset + PAGE < len(rows):
        buttons.append((turn.button("search.next", action("inbox", offset + PAGE)),))
    turn.reply("\n".join(lines), *buttons)


@routes.tap("thread", number)
def show(turn: Turn, thread_id: int) -> None:
    """One thread with its last messages."""
    row = _own(turn, thread_id)
    if row is not None:
        _show(turn, row, "")


def _show(turn: Turn, row: Row, done: str) -> None:
    turn.state.settle()
    turn.state.at(action("thread", row.id))
    who = row.name or turn.say("inbox.somebody")
    lines = [done] if done else []
    lines.append(turn.say("inbox.thread", who=who, unit=row.unit))
    for message in inbox.messages(turn.tx, row.id):
        at = say_moment(message.at, turn.lang, turn.now, turn.town.zone)
        if message.answered_by is None:
            lines.append(turn.say("inbox.said", who=who, at=at, text=message.text))
            continue
        mine = message.answered_by == turn.person.person_id
        by = turn.say("inbox.me") if mine else message.colleague or turn.say("inbox.colleague")
        lines.append(turn.say("inbox.answered_by", who=by, at=at, text=message.text))
    turn.reply(
        "\n".join(lines),
        (
            turn.button("inbox.reply", action("thread_reply", row.id)),
            turn.button("inbox.done", action("thread_done", row.id)),
        ),
        (turn.button("inbox.back", "inbox:0"),),
    )


@routes.tap("thread_reply", number)
def reply(turn: Turn, thread_id: int) -> None:
    """Ask for the answer."""
    row = _own(turn, thread_id)
    if row is not None:
        turn.state.ask("help.answer", thread=row.id)
        who = row.name or turn.say("inbox.somebody")
        turn.reply(
            turn.say("inbox.write", who=who, text=_short(row.last)), (turn.button("inbox.no", "inbox:0"),)
        )


@routes.step("help.answer")
def answered(turn: Turn) -> bool:
    """The answer, as it is typed."""
    if is_no(turn.text, turn.say("inbox.no"), "不回了", "先不回"):
        page(turn, 0)
        return True
    if _too_long(turn):
        return True
    row = inbox.thread(turn.tx, turn.person.person_id, int(turn.state.data.get("thread", 0)))
    turn.state.settle()
    if row is None:
        return False
    reached = inbox.answer(turn.tx, turn.town, row, turn.person.person_id, turn.text)
    turn.reply(
        turn.say("inbox.sent" if reached else "inbox.unreachable"),
        (turn.button("inbox.done", action("thread_done", row.id)), turn.button("inbox.back", "inbox:0")),
        lasting=True,
    )
    return True


@routes.tap("thread_done", number)
def finished(turn: Turn, thread_id: int) -> None:
    """Nothing more is to be done about it."""
    row = _own(turn, thread_id)
    if row is not None:
        inbox.done(turn.tx, turn.town, row, turn.person.person_id)
        turn.ack = turn.say("inbox.finished")
        turn.reply(turn.ack, (turn.button("inbox.back", "inbox:0"),), lasting=True)


def _too_long(turn: Turn) -> bool:
    """Nothing is cut off unsaid: the question stands."""
    over = len(turn.text) - inbox.MOST_TEXT
    if over > 0:
        turn.keeps_choices = True
        turn.reply(turn.say("inbox.too_long", most=inbox.MOST_TEXT, over=over))
    return over > 0


def _own(turn: Turn, thread_id: int) -> Row | None:
    row = inbox.thread(turn.tx, turn.person.person_id, thread_id)
    if row is None:
        other.stale(turn)
        return None
    return row


def _short(text: str | None) -> str:
    text = " ".join((text or "").split())
    return text if len(text) <= MOST_PREVIEW else text[: MOST_PREVIEW - 1] + "…"
