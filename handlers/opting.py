"""不想收的通知: each purpose off and on by one tap, and the hours of who works at night."""

from handlers import reminders
from handlers.routes import Routes, action, number, word
from handlers.turn import Turn
from models.organising import OPTIONAL_PURPOSES
from services import opting, own_settings
from services.message import Button
from services.regex import regex

routes = Routes()
_NIGHT = regex(
    r"^(?:我|俺|现在|最近|经常|都|是|平时)*(?:上|做|倒|值|干)(?:的是)?(?:大?夜班|晚班)(?:的|了|呢)*$"
    r"|^i work (?:at )?nights?(?: shifts?)?$"
)
_DAY = regex(
    r"^(?:我|俺|现在|最近|改|又)*(?:(?:上|做|换)(?:回|成|到)?(?:的是)?(?:白班|早班)|不上夜班)(?:的|了|呢)*$"
    r"|^i work days?(?: shifts?)?$"
)
# what stands on the button under such a message, or is said of it
_ENOUGH = regex(
    r"^(?:请|麻烦)?(?:你们?|您们?)?(?:不要|别|不想|不用|不再)再?(?:给我|跟我|向我)?(?:发|收到?|推送|看到?)?"
    r"(?:这类|这种|这些|这样的|群发的?)(?:消息|通知|信息|短信|东西)?(?:给我)?(?:了|啦|吧)*$"
    r"|^(?:请|麻烦)?(?:你们?|您们?)?(?:不要|别)再(?:给我|跟我|向我)?(?:群?发|推送)"
    r"(?:消息|通知|信息|短信)?(?:了|啦|吧)*$"
    r"|^(?:please )?(?:no more (?:of )?(?:this kind|these|messages like this)|stop sending (?:me )?this.*)$"
)
_WHEN = regex(
    r"^(?:你们?|您们?)?(?:都|一般)?(?:什么时候|几点|啥时候|哪些时[候间])(?:会|要|才|不)*(?:来)?"
    r"(?:打扰|吵|发消息给|发通知给|通知|提醒)我(?:呀|啊|呢|的)*$|^when (?:do|will) you (?:disturb|remind) me$"
)
_ENDS = "。.!！?？~～ "


def asked(turn: Turn, text: str) -> bool:
    """Answer 我上夜班; False where a text is no such word."""
    said = text.strip().rstrip(_ENDS).lower()
    if _WHEN.match(said):
        reminders.reminders(turn)
        return True
    if reminders.sleeps(turn, said):
        return True
    if _NIGHT.match(said):
        reminders.quiet_day(turn)
        return True
    if _ENOUGH.match(said):
        enough(turn)
        return True
    if _DAY.match(said):
        chosen = own_settings.chosen(turn.tx, turn.person.person_id)
        if chosen.quiet_from is None:
            return False
        reminders.quiet_town(turn)
        return True
    return False


@routes.command("enough", "不要这类消息", "no more of this kind")
def enough(turn: Turn) -> None:
    """No more of the kind that came last; where none came, the list to choose from."""
    last = opting.last_told(turn.tx, turn.person.account_id)
    if last:
        mute(turn, last)
    else:
        _show(turn, "")


@routes.command("notices", "通知设置", "收哪些通知", "不想收通知", "notices")
def settings(turn: Turn) -> None:
    """What one gets besides matters of own classes, each with a switch."""
    _show(turn, "")


@routes.tap("notices")
def settings_tapped(turn: Turn) -> None:
    """The same by a tap."""
    _show(turn, "")


@routes.tap("mute", word)
def mute(turn: Turn, purpose: str) -> None:
    """No more of one purpose, from a message or from the list."""
    if purpose in OPTIONAL_PURPOSES:
        opting.refuse(turn.tx, turn.person.person_id, purpose, turn.now)
        _show(turn, turn.say("opting.off_done", what=turn.say(f"opting.{purpose}")))


@routes.tap("mute_set", word, number)
def switched(turn: Turn, purpose: str, wanted: int) -> None:
    """One purpose on (1) or off (0)."""
    if purpose not in OPTIONAL_PURPOSES or wanted not in (0, 1):
        return
    if not wanted:
        mute(turn, purpose)
        return
    opting.allow(turn.tx, turn.person.person_id, purpose, turn.now)
    _show(turn, turn.say("opting.on_done", what=turn.say(f"opting.{purpose}")))


def _show(turn: Turn, done: str) -> None:
    turn.state.settle()
    turn.state.at("notices")
    refused = opting.refused(turn.tx, turn.person.person_id)
    lines = [done] if done else []
    lines.append(turn.say("opting.head", most=opting.WEEKLY_CAP))
    buttons: list[tuple[Button, ...]] = []
    for purpose in OPTIONAL_PURPOSES:
        off = purpose in refused
        what = turn.say(f"opting.{purpose}")
        state = turn.say("settings.is_off" if off else "settings.is_on")
        lines.append(turn.say("opting.line", what=what, state=state))
        key = "opting.want" if off else "opting.refuse"
        buttons.append((turn.button(key, action("mute_set", purpose, int(off)), what=what),))
    turn.reply("\n".join(lines), *buttons, (turn.button("settings.quiet_button", "quiet"),))
