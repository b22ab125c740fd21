"""订阅: asking for notices step by step, and changing one."""

from dataclasses import replace
from typing import Any

from handlers import browse, find, other, watches
from handlers.routes import Routes, action, number, word
from handlers.turn import Turn
from models.catalogue import CATEGORIES
from models.statement import Row
from services import watches as subscribing
from services.message import Button
from services.notices.watches import named, stop_action
from services.understanding import understand
from services.understanding.meaning import Meaning
from services.understanding.normalise import keyed

routes = Routes()
MOST_DISTRICTS = 6
# what those look for who work by day comes first
KINDS = ("vocational", *(code for code in CATEGORIES if code not in ("vocational", "staff")))
ANY = frozenset(
    ("不限", "都行", "都可以", "随便", "不限时间", "不限地方", "哪里都行", "什么时候都行",
     "any", "anything", "anywhere", "anytime")
)  # fmt: skip
_TIMES = ("weekday", "weekend", "evening")
_QUESTIONS = ("topic", "when", "where", "fee")


@routes.command("subscribe", "订阅", "我要订阅", "新订阅", "订阅通知")
def begin(turn: Turn) -> None:
    """Ask what it is to be about; a search that is looked at is offered first."""
    _ask(turn, "topic", find.last_meaning(turn) or Meaning())


@routes.tap("sub_new")
def begin_tapped(turn: Turn) -> None:
    """The same by a tap."""
    _ask(turn, "topic", Meaning())


@routes.tap("sub_last")
def last_search(turn: Turn) -> None:
    """Subscribe to what was searched for last."""
    watches.wait_for(turn, find.last_meaning(turn) or Meaning(), for_good=True)


@routes.tap("sub_kind", word)
def kind_chosen(turn: Turn, code: str) -> None:
    """One of the nine kinds."""
    if code in KINDS:
        _ask(turn, "when", Meaning(category=code))


@routes.tap("sub_when", word)
def when_chosen(turn: Turn, name: str) -> None:
    """One of the usual times, or any."""
    wish = replace(_drafted(turn), weekdays=frozenset(), hours=None)
    if name in browse.TIMES:
        wish = replace(wish, **browse.TIMES[name])
    _go_on(turn, "when", wish)


@routes.tap("sub_where", number)
def where_chosen(turn: Turn, venue_id: int) -> None:
    """One of the districts, or anywhere (0)."""
    row = turn.tx.one(browse.DISTRICT_OF, id=venue_id) if venue_id else None
    _go_on(turn, "where", replace(_drafted(turn), place=(row.district,) if row else ()))


@routes.tap("sub_fee", number)
def fee_chosen(turn: Turn, free: int) -> None:
    """Free ones only (1), or all (0)."""
    _go_on(turn, "fee", replace(_drafted(turn), free=bool(free), fee_min=None, fee_max=None))


@routes.step("watch.topic")
def topic_said(turn: Turn) -> bool:
    """What it is about, in words."""
    meaning = understood(turn, turn.text)
    if meaning.is_blank:
        return False
    _ask(turn, "when", meaning)
    return True


@routes.step("watch.when")
def when_said(turn: Turn) -> bool:
    """A time in words."""
    return _said(turn, "when")


@routes.step("watch.where")
def where_said(turn: Turn) -> bool:
    """A place in words; a name that nobody knows is taken for one."""
    return _said(turn, "where")


@routes.step("watch.fee")
def fee_said(turn: Turn) -> bool:
    """A price in words."""
    return _said(turn, "fee")


@routes.tap("sub", number)
def one(turn: Turn, watch_id: int) -> None:
    """One subscription with all that can be changed of it."""
    row = _own(turn, watch_id)
    if row is None:
        return
    turn.state.settle()
    turn.state.at(action("sub", watch_id))
    wish = subscribing.read(row.meaning)
    buttons = [
        turn.button("sub.where", action("sub_edit", watch_id, "where")),
        turn.button("sub.when", action("sub_edit", watch_id, "when")),
        turn.button("sub.fee", action("sub_edit", watch_id, "fee")),
    ]
    if not row.lasting:
        buttons.append(turn.button("sub.for_good", action("sub_stay", watch_id)))
    stop = turn.button("watch.stop", stop_action([watch_id]))
    key = "sub.one_lasting" if row.lasting else "sub.one"
    turn.reply(
        turn.say(key, wishes=named(turn.say, [wish])), (buttons[0], buttons[1]), tuple(buttons[2:]),
        (stop, turn.button("watch.mine", "watches")),
    )  # fmt: skip


@routes.tap("sub_which")
def which(turn: Turn) -> None:
    """Which of several is to be changed?"""
    turn.state.settle()
    rows = subscribing.living(turn.tx, turn.person.person_id)
    turn.reply(
        turn.say("sub.which"),
        *(
            (Button(named(turn.say, [subscribing.read(row.meaning)]), action("sub", row.id)),)
            for row in rows
        ),
    )  # fmt: skip


@routes.tap("sub_edit", number, word)
def edit(turn: Turn, watch_id: int, what: str) -> None:
    """Ask for another place, time or price."""
    row = _own(turn, watch_id)
    if row is not None and what in _QUESTIONS[1:]:
        _ask(turn, what, subscribing.read(row.meaning), watch_id)


@routes.tap("sub_stay", number)
def stay(turn: Turn, watch_id: int) -> None:
    """Make a watch one for good."""
    row = _own(turn, watch_id)
    if row is not None:
        watches.wait_for(turn, subscribing.read(row.meaning), for_good=True)


def _ask(turn: Turn, what: str, wish: Meaning, watch_id: int = 0) -> None:
    turn.state.ask(f"watch.{what}", meaning=wish.to_json(), watch=watch_id)
    turn.reply(turn.say(f"sub.ask_{what}"), *_choices(turn, what, wish))


def _choices(turn: Turn, what: str, wish: Meaning) -> list[tuple[Button, ...]]:
    if what == "topic":
        last = [(Button(wish.say(turn.lang), "sub_last"),)] if not wish.is_blank else []
        kinds = [turn.button(f"kind.{code}", action("sub_kind", code)) for code in KINDS]
        return last + [tuple(kinds[at : at + 3]) for at in range(0, len(kinds), 3)]
    if what == "when":
        times = [turn.button(f"when.{name}", action("sub_when", name)) for name in _TIMES]
        return [(turn.button("sub.any_time", "sub_when:any"),), tuple(times)]
    if what == "where":
        rows = turn.tx.all(browse.DISTRICTS)[:MOST_DISTRICTS]
        near = [Button(row.district, action("sub_where", row.id)) for row in rows]
        pairs = [tuple(near[at : at + 2]) for at in range(0, len(near), 2)]
        return [(turn.button("sub.any_place", "sub_where:0"),), *pairs]
    return [(turn.button("sub.any_fee", "sub_fee:0"), turn.button("sub.only_free", "sub_fee:1"))]


def _said(turn: Turn, what: str) -> bool:
    """An answer in words to one of the questions; False for what is no answer to it."""
    wish = _drafted(turn)
    if keyed(turn.text) in ANY:
        blank: dict[str, dict[str, Any]] = {
            "when": {"weekdays": frozenset(), "hours": None}, "where": {"place": ()}, "fee": {"free": False},
        }  # fmt: skip
        _go_on(turn, what, replace(wish, **blank[what]))
        return True
    meaning = understood(turn, turn.text)
    if what == "where":
        place = meaning.place or ((turn.text.strip(),) if len(turn.text.strip()) <= 12 else ())
        if not place or meaning.words:
            # the name of a place that has no class yet reads like a topic
            place = place or meaning.words
        _go_on(turn, what, replace(wish, place=place[:1]))
        return bool(place)
    if what == "when" and (meaning.weekdays or meaning.hours):
        _go_on(turn, what, replace(wish, weekdays=meaning.weekdays, hours=meaning.hours))
        return True
    if what == "fee" and (meaning.free or meaning.fee_max is not None):
        _go_on(turn, what, replace(wish, free=meaning.free, fee_min=None, fee_max=meaning.fee_max))
        return True
    return False


def _go_on(turn: Turn, what: str, wish: Meaning) -> None:
    """Ask the next question of a new one; keep the change of one that is there."""
    if not turn.state.step.startswith("watch."):
        other.stale(turn)
        return
    watch_id = int(turn.state.data.get("watch", 0))
    if not watch_id:
        following = _QUESTIONS[_QUESTIONS.index(what) + 1 :]
        if following:
            _ask(turn, following[0], wish)
        else:
            watches.wait_for(turn, wish, for_good=True)
        return
    fitting = subscribing.change(turn.tx, turn.town, turn.person.person_id, watch_id, kept(turn, wish))
    turn.state.settle()
    if fitting is None:
        other.stale(turn)
        return
    changed(turn, [wish], fitting, watch_id)


def changed(turn: Turn, wishes: list[Meaning], fitting: int, watch_id: int) -> None:
    """Say what is waited for from now on."""
    lines = [turn.say("sub.changed", wishes=named(turn.say, wishes))]
    buttons = [turn.button("watch.mine", "watches")]
    if fitting:
        lines.append(turn.say.count("watch.begun_some", fitting))
        buttons.insert(0, turn.button("watch.see", action("watch_see", watch_id)))
    turn.reply("\n".join(lines), tuple(buttons), lasting=True)


def _drafted(turn: Turn) -> Meaning:
    return subscribing.read(turn.state.data.get("meaning", "")) if turn.state.data else Meaning()


def kept(turn: Turn, wish: Meaning) -> Meaning:
    """What of a wish can be waited for."""
    return subscribing.lasting(wish, turn.now.astimezone(turn.town.zone).date())


def understood(turn: Turn, said: str) -> Meaning:
    """A wish in words, without regard to what was searched for before; blank where it is none."""
    local = turn.now.astimezone(turn.town.zone)
    meaning = understand(
        said, today=local.date(), now_minute=local.hour * 60 + local.minute,
        lexicon=turn.town.catalogue.lexicon,
    )  # fmt: skip
    return meaning if meaning.intent == "search" else Meaning()


def _own(turn: Turn, watch_id: int) -> Row | None:
    row = subscribing.one(turn.tx, turn.person.person_id, watch_id)
    if row is None or row.ended_at is not None:
        other.stale(turn)
        return None
    return row
