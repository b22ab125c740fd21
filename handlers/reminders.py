"""Reminders: what one is told of and when, own quiet hours, and silence."""

import re

from handlers.routes import Routes, number, word
from handlers.turn import Turn
from models.statement import Row
from services import consenting, own_settings
from services.message import Button
from services.own_settings import SWITCHES
from services.phrases.hours import say_clock
from services.regex import regex
from services.understanding.quiet_span import read_quiet

routes = Routes()
DAY = 24 * 60
# longer spans would leave no hour in which a reminder may come
MOST_QUIET = 18 * 60
DAY_SLEEP = (8 * 60, 16 * 60)
_OF_SWITCH = {
    "remind_evening": regex(r"前一天|头一天|前一晚|前天晚|evening before|day before"),
    "remind_hour": regex(r"前.{0,3}小时|小时.{0,2}前|课前|hour"),
    "weekly": regex(r"(每周|周日|星期天).*(提醒|课表|通知)|课表|weekly"),
}
_NO = regex(r"不|别|关|停|勿|取消|免|off|stop|\bno\b|don't")
_YES = regex(r"打开|开启|恢复|提醒|\bon\b|remind")
_ALL = regex(r"全部|所有|都|一律|一个也|\ball\b|everything")
_REMIND = regex(r"提醒|remind")
_QUIET = regex(r"打扰|安静|清静|吵|睡|quiet|disturb|sleep")
_SLEEPS = regex(r"睡|[别不]要?(?:吵|找)我|\bsleep\b")
_SHIFT = regex(r"[夜晚白早中上下倒]班")
_A_CLASS = regex(r"课(?!前|表)|班|学|教")


@routes.command("remind", "提醒设置", "提醒", "设置提醒", "reminders")
def reminders(turn: Turn) -> None:
    """What one is reminded of, and ways to change each."""
    _show(turn, "")


@routes.tap("remind")
def reminders_tapped(turn: Turn) -> None:
    """The same by a tap."""
    _show(turn, "")


@routes.intent("reminders")
def reminders_meant(turn: Turn) -> None:
    """A wish about reminders in own words; what is not clear shows how things stand."""
    if not _wished(turn, turn.text):
        _show(turn, "")


@routes.step("remind")
def reminders_said(turn: Turn) -> bool:
    """An answer in words to what was shown."""
    return _wished(turn, turn.text)


def _wished(turn: Turn, text: str) -> bool:
    said = text.lower()
    if _QUIET.search(said):
        if hours := read_quiet(said):
            _keep_quiet(turn, hours)
        else:
            quiet(turn)
        return True
    new = not _NO.search(said)
    named = [name for name, pattern in _OF_SWITCH.items() if pattern.search(said)]
    if not named and _REMIND.search(said) and (not new or _ALL.search(said)):
        named = list(SWITCHES)
    if not named or (new and not _YES.search(said)):
        return False
    for name in named:
        own_settings.choose(turn.tx, turn.person.person_id, name, new)
    _changed(turn, named, new)
    return True


def sleeps(turn: Turn, text: str) -> bool:
    """Keep the hours in 我上夜班，早上8点到下午4点睡觉; False where a text is no such word."""
    said = text.lower()
    hours = read_quiet(said) if _SLEEPS.search(said) and not _A_CLASS.search(_SHIFT.sub("", said)) else None
    if hours is None:
        return False
    turn.state.settle()
    _keep_quiet(turn, hours)
    return True


@routes.tap("remind_set", word, number)
def switched(turn: Turn, name: str, new: int) -> None:
    """One kind of reminder on (1) or off (0)."""
    if name in SWITCHES and new in (0, 1):
        own_settings.choose(turn.tx, turn.person.person_id, name, bool(new))
        _changed(turn, [name], bool(new))


@routes.tap("remind_all", number)
def switched_all(turn: Turn, new: int) -> None:
    """Every kind of reminder on (1) or off (0)."""
    if new in (0, 1):
        for name in SWITCHES:
            own_settings.choose(turn.tx, turn.person.person_id, name, bool(new))
        _changed(turn, list(SWITCHES), bool(new))


@routes.command("remind_none", "全部不提醒", "不用提醒", "都不提醒", "no reminders")
def none_said(turn: Turn) -> None:
    """No reminders at all."""
    switched_all(turn, 0)


@routes.command("remind_again", "恢复提醒", "全部提醒", "打开提醒", "all reminders")
def all_said(turn: Turn) -> None:
    """Every reminder again."""
    switched_all(turn, 1)


def _changed(turn: Turn, names: list[str], new: bool) -> None:
    if len(names) == len(SWITCHES):
        key = "settings.all_on" if new else "settings.all_off"
    else:
        key = f"settings.{names[0]}_{'on' if new else 'off'}_done"
    _show(turn, turn.say(key))


def _show(turn: Turn, done: str) -> None:
    """How things stand, below what was just done."""
    turn.state.ask("remind")
    turn.state.at("remind")
    chosen = own_settings.chosen(turn.tx, turn.person.person_id)
    lines = [done] if done else []
    lines.append(turn.say("settings.remind"))
    for name in SWITCHES:
        state = turn.say("settings.is_on" if getattr(chosen, name) else "settings.is_off")
        lines.append(turn.say(f"settings.{name}_line", state=state))
    lines.append(turn.say("settings.quiet_line", hours=quiet_words(turn, chosen)))
    turn.reply("\n".join(lines), *_ways(turn, chosen))


def _ways(turn: Turn, chosen: Row) -> list[tuple[Button, ...]]:
    buttons = [
        turn.button(
            f"settings.{name}_{'off' if getattr(chosen, name) else 'on'}",
            f"remind_set:{name}:{int(not getattr(chosen, name))}",
        )
        for name in SWITCHES
    ]
    some = any(getattr(chosen, name) for name in SWITCHES)
    every = turn.button("settings.none" if some else "settings.every", f"remind_all:{int(not some)}")
    quiet_button = turn.button("settings.quiet_button", "quiet")
    if turn.person.big:  # what everybody may need stands among the four that are shown
        return [(quiet_button,), (every,), *((button,) for button in buttons)]
    rows: list[tuple[Button, ...]] = [*((button,) for button in buttons), (quiet_button, every)]
    rows.append((turn.button("feed.by_class", "class_remind_list"),))
    if consenting.given(turn.tx, turn.person.person_id, "announcements"):
        rows.append((turn.button("settings.no_announcements", "no_announcements"),))
    return rows


def quiet_words(turn: Turn, chosen: Row) -> str:
    """The hours in which a person is left alone, in words."""
    if chosen.quiet_from is None or chosen.quiet_to is None:
        return turn.say("settings.quiet_town")
    return _span(turn, (chosen.quiet_from, chosen.quiet_to))


def _span(turn: Turn, hours: tuple[int, int]) -> str:
    starts, ends = (say_clock(minute, turn.lang) for minute in hours)
    return turn.say("settings.quiet_span", starts=starts, ends=ends)


@routes.tap("quiet")
def quiet(turn: Turn) -> None:
    """Ask for the hours in which one does not want to be disturbed."""
    turn.state.ask("remind.quiet")
    turn.state.at("quiet")
    turn.reply(
        turn.say("settings.quiet"),
        (turn.button("settings.quiet_default", "quiet_town"),),
        (turn.button("settings.quiet_day", "quiet_day"),),
        (turn.button("settings.quiet_own", "quiet_own"),),
    )


@routes.command("quiet", "免打扰", "安静时间")
def quiet_said(turn: Turn) -> None:
    """The same by its words."""
    quiet(turn)


@routes.tap("quiet_town")
def quiet_town(turn: Turn) -> None:
    """The town's own quiet hours again."""
    own_settings.choose_quiet(turn.tx, turn.person.person_id, None)
    _show(turn, turn.say("settings.quiet_done", hours=turn.say("settings.quiet_town")))


@routes.tap("quiet_day")
def quiet_day(turn: Turn) -> None:
    """For who works at night."""
    _keep_quiet(turn, DAY_SLEEP)


@routes.tap("quiet_own")
def quiet_own(turn: Turn) -> None:
    """Ask for the hours in own words."""
    turn.state.ask("remind.quiet")
    turn.reply(turn.say("settings.quiet_ask"))


@routes.step("remind.quiet")
def quiet_told(turn: Turn) -> bool:
    """The hours in own words."""
    if _A_CLASS.search(turn.text):
        return False
    if hours := read_quiet(turn.text):
        _keep_quiet(turn, hours)
    elif re.search(r"\d|[一二三四五六七八九十]点", turn.text):
        turn.reply(turn.say("settings.quiet_bad"))
    else:
        return False
    return True


def _keep_quiet(turn: Turn, hours: tuple[int, int]) -> None:
    if (hours[1] - hours[0]) % DAY > MOST_QUIET:
        turn.state.ask("remind.quiet")
        turn.reply(turn.say("settings.quiet_long"), (turn.button("settings.none", "remind_all:0"),))
        return
    own_settings.choose_quiet(turn.tx, turn.person.person_id, hours)
    _show(turn, turn.say("settings.quiet_done", hours=_span(turn, hours)))
