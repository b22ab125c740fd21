"""The words of buttons, said when the button is no longer there: what they mean is done, or told kindly."""

from collections.abc import Callable
from functools import cache, partial

from handlers import browse, card, enrol, favourites, link, other, personal, reminders, withdraw
from handlers.routes import Routes
from handlers.turn import Turn
from models.statement import Row
from services import classes, learning, liking
from services.message import Button
from services.phrases.hours import Lang
from services.texts import texts_of
from services.understanding.normalise import keyed

routes = Routes()
# answers to questions; said when nothing is asked, they are no search
ANSWERS = (
    "enrol.consent_yes", "enrol.consent_no", "enrol.confirm_name", "enrol.name_other",
    "enrol.age_between_yes", "enrol.age_between_no", "enrol.age_from_yes", "enrol.age_from_no",
    "enrol.age_to_yes", "enrol.age_to_no", "withdraw.yes", "withdraw.no",
    "forget.yes", "forget.yes_later", "forget.yes_now",
    "link.yes", "link.no", "recovery.yes", "recovery.no",
    "bcast.now", "excuse.sure_yes", "excuse.sure_no", "privacy.enrolment_leave", "privacy.go_on",
)  # fmt: skip
# 确认 alone, once more after it was done
AGREED = frozenset({"确认", "确定"})
CONFIRMATIONS = ("enrol.confirm_yes", "enrol.confirm_yes_wait")


# what each says is done by a handler that has another way in: (command, handler, words)
ELSEWHERE: tuple[tuple[str, Callable[[Turn], object], tuple[str, ...]], ...] = (
    ("leave_line", withdraw.which, ("退出候补", "取消候补", "不候补了", "不排了")),
    ("mute_class", reminders.reminders, ("这个班不用提醒", "还是提醒我", "no reminders for this class")),
    ("by_kind", browse.kinds, ("按种类", "种类", "by kind")),
    ("by_time", browse.times, ("按时间", "by time")),
    ("by_price", browse.prices, ("按价格", "按学费", "by price")),
    ("by_place", browse.places, ("按地点", "地点", "by place")),
    ("give_code", link.tapped, ("给我一个码", "give me a code")),
    ("take_back", personal.no_enrolment, ("收回报名的同意", "take back my yes to enrolling")),
)
# of the class on the screen, the only own one, or one that is then chosen: (command, tap, handler, words)
OF_A_CLASS: tuple[tuple[str, str, Callable[[Turn, int], object], tuple[str, ...]], ...] = (
    ("calendar", "ics", card.calendar, ("日历文件", "日历", "日程文件", "calendar file")),
    ("share", "share", card.share, ("分享", "转发", "分享给朋友")),
    ("similar", "similar", other.similar, ("看看类似的", "类似的", "similar classes")),
)


@routes.command("unfav", "取消收藏", "不收藏了", "remove from saved")
def unmark(turn: Turn) -> None:
    """Unmark the class spoken of last, or the only marked one; otherwise the marked ones are shown."""
    liked = liking.liked(turn.tx, turn.person.person_id, turn.now)
    if turn.state.focus in liked or len(liked) == 1:
        favourites.toggle(turn, turn.state.focus if turn.state.focus in liked else liked[0])
    else:
        favourites.listed(turn, 0)


@routes.command("settings", "设置")
def settings(turn: Turn) -> None:
    """What can be set."""
    turn.state.settle()
    turn.reply(
        turn.say("settings.menu"),
        (turn.button("settings.big_button", "big"), turn.button("settings.remind_button", "remind")),
        (turn.button("settings.lang_button", "lang_menu"), turn.button("opting.button", "notices")),
        (turn.button("feed.button", "feed"), turn.button("settings.groups_button", "groups")),
        (turn.button("start.privacy", "privacy"),),
    )


def past(turn: Turn, said: str) -> bool:
    """An answer to a question that no longer stands; False for every other text."""
    if turn.state.step:
        return False
    words = keyed(said)
    if words in _spoken(turn.lang, CONFIRMATIONS):
        enrol.meant(turn)  # a second time: the gates tell that it is done
    elif words in AGREED or words in _spoken(turn.lang, ANSWERS):
        turn.reply(
            turn.say("other.past"), (turn.button("start.mine", "my"), turn.button("start.browse", "browse"))
        )
    else:
        return False
    return True


@cache
def _spoken(lang: Lang, keys: tuple[str, ...]) -> frozenset[str]:
    """The words of some buttons as they are compared."""
    say = texts_of(lang)
    return frozenset(keyed(say(key)) for key in keys)


def _register() -> None:
    for name, handler, words in ELSEWHERE:
        routes.command(name, *words)(partial(_done, handler))
    for name, verb, act, words in OF_A_CLASS:
        routes.command(name, *words)(partial(_for_a_class, verb, act))


def _done(handler: Callable[[Turn], object], turn: Turn) -> None:
    handler(turn)


def _for_a_class(verb: str, act: Callable[[Turn, int], object], turn: Turn) -> None:
    state = turn.state
    own = [place.offering_id for place in learning.own_places(turn.tx, turn.person.person_id, turn.now)]
    if state.focus and (not state.trail or state.trail[-1] == f"card:{state.focus}" or not own):
        act(turn, state.focus)
    elif len(own) == 1:
        act(turn, own[0])
    elif rows := classes.some_classes(turn.tx, own or state.shown, turn.now):
        _which(turn, verb, rows[: turn.page])
    else:
        turn.reply(turn.say("enrol.what"), (turn.button("start.browse", "browse"),))


def _which(turn: Turn, verb: str, rows: list[Row]) -> None:
    turn.reply(
        turn.say("ask.which"),
        *((Button(f"{n} {row.title}", f"{verb}:{row.id}", number=n),) for n, row in enumerate(rows, 1)),
        courses=tuple(row.code for row in rows),
    )


_register()
