"""开课提醒: waiting for a class that nobody offers yet, by a button or in words, and stopping it again."""

from contextlib import suppress

from handlers import consents, find, other
from handlers.routes import Routes, action, number, word
from handlers.turn import Turn
from handlers.yes_no import is_no, is_yes
from models.statement import Row
from services import consenting, watches
from services.message import Button
from services.notices.watches import MOST_STOPPED, named, stop_action
from services.phrases.when import say_day
from services.subscription_words import for_good
from services.understanding import understand
from services.understanding.meaning import Meaning
from services.watches_words import waited_for

routes = Routes()
STEP = "watch.consent"


@routes.tap("watch", number)
def tapped(turn: Turn, serial: int) -> None:
    """Wait for what one of the last searches did not find."""
    stored = turn.state.search.get("of", {}).get(str(serial))
    if not stored:
        other.stale(turn, turn.say("search.old_list"))
        return
    wait_for(turn, watches.read(stored["meaning"]))


@routes.command("watch", "开课提醒我", "开课提醒", "开课了提醒我", "开课告诉我", "开课通知我")
def said(turn: Turn) -> None:
    """Wait for what was searched for last."""
    wait_for(turn, find.wish_told(turn) or Meaning())


def asked(turn: Turn, text: str) -> bool:
    """Answer 有电工班了告诉我; False where a text is no such request."""
    wish = waited_for(text)
    if wish is None:
        return False
    last = find.last_meaning(turn)
    if not wish:
        wait_for(turn, find.wish_told(turn) or Meaning(), for_good=for_good(text))
        return True
    local = turn.now.astimezone(turn.town.zone)
    meaning = understand(
        wish, today=local.date(), now_minute=local.hour * 60 + local.minute,
        lexicon=turn.town.catalogue.lexicon, last=last,
    )  # fmt: skip
    wait_for(turn, meaning if meaning.intent == "search" else Meaning(), for_good=for_good(text))
    return True


def wait_for(turn: Turn, meaning: Meaning, *, for_good: bool = False) -> None:
    """Begin a watch, or a subscription `for_good`, once the person has said yes to announcements."""
    turn.state.settle()
    wish = watches.lasting(meaning, turn.now.astimezone(turn.town.zone).date())
    if meaning.intent != "search" or wish.is_blank:
        turn.reply(turn.say("watch.what"))
    elif consenting.given(turn.tx, turn.person.person_id, "announcements"):
        _begin(turn, wish, for_good)
    else:
        turn.state.ask(STEP, meaning=wish.to_json(), for_good=for_good)
        turn.reply(
            turn.say("watch.consent", wishes=named(turn.say, [wish])),
            (turn.button("watch.consent_yes", "watch_yes"),),
            (turn.button("watch.consent_no", "watch_no"), turn.button("start.privacy", "privacy")),
        )


@routes.tap("watch_yes")
def agreed(turn: Turn) -> None:
    """Keep the yes to announcements, and begin the watch that it was asked for."""
    if turn.state.step != STEP:
        other.stale(turn)
        return
    wish = watches.read(turn.state.data.get("meaning", ""))
    for_good = bool(turn.state.data.get("for_good"))
    turn.state.settle()
    consents.keep(turn, "announcements")
    _begin(turn, wish, for_good)


@routes.tap("watch_no")
def refused(turn: Turn) -> None:
    """No watch, and no yes."""
    if other.past(turn, STEP):
        return
    turn.state.settle()
    turn.reply(turn.say("watch.not_begun"), (turn.button("start.browse", "browse"),))


@routes.step(STEP)
def answered(turn: Turn) -> bool:
    """Yes and no by words; anything else is another matter, and the question is dropped."""
    if is_yes(turn.text, turn.say("watch.consent_yes")):
        agreed(turn)
    elif is_no(turn.text, turn.say("watch.consent_no")):
        refused(turn)
    else:
        turn.state.settle()
        return False
    return True


def _begin(turn: Turn, wish: Meaning, for_good: bool) -> None:
    try:
        watch_id, fitting = watches.begin(
            turn.tx, turn.town, turn.person.person_id, wish, for_good=for_good
        )  # fmt: skip
    except watches.TooMany:
        _listed(turn, 0, turn.say("watch.too_many", most=watches.MOST))
        return
    key = "watch.subscribed" if for_good else "watch.begun"
    lines = [turn.say(key, wishes=named(turn.say, [wish]))]
    buttons: list[tuple[Button, ...]] = []
    if turn.person.platform in turn.town.pulled:
        lines.append(turn.say("watch.begun_web"))
    if fitting:
        lines.append(turn.say.count("watch.begun_some", fitting))
        buttons.append((turn.button("watch.see", action("watch_see", watch_id)),))
    buttons.append((turn.button("watch.mine", "watches"), turn.button("watch.stop", stop_action([watch_id]))))
    turn.reply("\n".join(lines), *buttons, lasting=True)


@routes.command(
    "watches", "我的提醒", "我的开课提醒", "开课提醒列表", "留意的课", "my alerts",
    "我的订阅", "订阅列表", "取消订阅", "管理订阅", "my subscriptions",
)  # fmt: skip
def mine(turn: Turn) -> None:
    """What is waited for, each with one tap to stop it."""
    _listed(turn, 0)


@routes.tap("watches")
def mine_tapped(turn: Turn) -> None:
    """The same by a tap."""
    _listed(turn, 0)


@routes.tap("watches_from", number)
def page(turn: Turn, offset: int) -> None:
    """A later page of it."""
    _listed(turn, offset)


def _listed(turn: Turn, offset: int, head: str = "") -> None:
    turn.state.settle()
    person_id = turn.person.person_id
    rows = watches.living(turn.tx, person_id)
    shown = rows[offset : offset + turn.page]
    if not shown:
        turn.reply(turn.say("watch.none"), (turn.button("start.browse", "browse"),))
        return
    turn.state.at(action("watches_from", offset))
    lines = [head or turn.say("watch.list")]
    buttons: list[tuple[Button, ...]] = []
    for n, row in enumerate(shown, 1):
        wishes = named(turn.say, [watches.read(row.meaning)])
        if row.lasting:
            lines.append(turn.say("watch.line_lasting", n=n, wishes=wishes))
        else:
            until = say_day(row.until, turn.lang, turn.now, turn.town.zone)
            lines.append(turn.say("watch.line", n=n, wishes=wishes, until=until))
        label = turn.say("watch.stop_one", n=n, wishes=wishes)
        buttons.append((Button(label, stop_action([row.id]), number=n),))
    only = len(shown) == 1
    buttons.append((turn.button("sub.edit", action("sub", shown[0].id) if only else "sub_which"),))
    if offset + turn.page < len(rows):
        buttons.append((turn.button("search.next", action("watches_from", offset + turn.page)),))
    if not consenting.given(turn.tx, person_id, "announcements"):
        lines.append(turn.say("watch.list_silent"))
        buttons.append(
            (turn.button("start.announce", "consent:announcements"), turn.button("start.privacy", "privacy"))
        )
    turn.reply("\n".join(lines), *buttons)


@routes.tap("unwatch", word)
def stop(turn: Turn, numbers: str) -> None:
    """Stop the watches of one button; with a way back."""
    rows = watches.stop(turn.tx, turn.person.person_id, _numbers(numbers), turn.now)
    if not rows:
        other.stale(turn)
        return
    wishes = named(turn.say, [watches.read(row.meaning) for row in rows])
    turn.ack = turn.say("watch.stopped", wishes=wishes)
    buttons = [turn.button("watch.mine", "watches")]
    if len(rows) == 1:
        buttons.insert(0, turn.button("watch.again", action("watch_again", rows[0].id)))
    turn.reply(turn.ack, tuple(buttons), lasting=True)


def _numbers(text: str) -> list[int]:
    found = []
    for part in text.split(".")[:MOST_STOPPED]:
        with suppress(ValueError):
            found.append(number(part))
    return found


@routes.tap("watch_again", number)
def again(turn: Turn, watch_id: int) -> None:
    """Wait again for what was stopped or has ended."""
    row = _own(turn, watch_id)
    if row is not None:
        wait_for(turn, watches.read(row.meaning), for_good=bool(row.lasting))


@routes.tap("watch_see", number)
def see(turn: Turn, watch_id: int) -> None:
    """Every class that fits a watch now."""
    row = _own(turn, watch_id)
    if row is not None:
        find.found(turn, watches.read(row.meaning))


def _own(turn: Turn, watch_id: int) -> Row | None:
    row = watches.one(turn.tx, turn.person.person_id, watch_id)
    if row is None:
        other.stale(turn)
    return row
