"""Language and large print; reminders stand in a module of their own."""

import re

from handlers import reminders
from handlers.routes import Routes, word
from handlers.turn import Turn
from services import own_settings
from services.phrases.hours import Lang
from services.texts import texts_of

routes = Routes()
routes.include(reminders.routes)
_ENGLISH = re.compile(r"english|英文|英语")
_CHINESE = re.compile(r"中文|汉语|普通话|chinese")


@routes.command("lang", "语言")
def language(turn: Turn) -> None:
    """Which language? With its name behind the command, that one at once."""
    _language_said(turn, turn.text)


@routes.intent("language")
def language_meant(turn: Turn) -> None:
    """The same in other words, 说中文 or In English say."""
    _language_said(turn, turn.text)


def _language_said(turn: Turn, said: str) -> None:
    asked = said.lower()
    if _ENGLISH.search(asked) or asked.endswith("/lang en"):
        _speak(turn, "en")
    elif _CHINESE.search(asked) or asked.endswith("/lang zh"):
        _speak(turn, "zh")
    else:
        turn.state.at("lang_menu")
        turn.reply(
            turn.say("settings.lang"),
            (turn.button("settings.chinese", "lang:zh"), turn.button("settings.english", "lang:en")),
        )


@routes.tap("lang_menu")
def language_menu(turn: Turn) -> None:
    """The two languages to choose from."""
    _language_said(turn, "")


@routes.tap("lang", word)
def language_tapped(turn: Turn, lang: str) -> None:
    """Speak the tapped language from now on."""
    if lang in ("zh", "en"):
        _speak(turn, "en" if lang == "en" else "zh")


@routes.command("zh", "中文")
def chinese(turn: Turn) -> None:
    """Speak Chinese from now on."""
    _speak(turn, "zh")


@routes.command("en", "english", "英文")
def english(turn: Turn) -> None:
    """Speak English from now on."""
    _speak(turn, "en")


def speak(turn: Turn, lang: Lang) -> None:
    """The rest of this turn is said in `lang`."""
    turn.person.lang, turn.say = lang, texts_of(lang)


def _speak(turn: Turn, lang: Lang) -> None:
    own_settings.choose(turn.tx, turn.person.person_id, "lang", lang)
    speak(turn, lang)
    turn.reply(
        turn.say("settings.lang_done"),
        (turn.button("start.browse", "browse"), turn.button("start.mine", "my")),
    )


@routes.command("big")
def big(turn: Turn) -> None:
    """Elder mode on or off."""
    _set_big(turn, not turn.person.big)


@routes.tap("big")
def big_tapped(turn: Turn) -> None:
    """The same by a tap."""
    _set_big(turn, not turn.person.big)


@routes.command("bigger", "大字", "大字版", "large text")
def bigger(turn: Turn) -> None:
    """Elder mode on, however often it is said."""
    _set_big(turn, True)


@routes.intent("big")
def big_meant(turn: Turn) -> None:
    """字太小 in other words."""
    _set_big(turn, True)


@routes.command("small", "小字", "小字版", "关闭大字", "不要大字", "small text")
def smaller(turn: Turn) -> None:
    """Elder mode off."""
    _set_big(turn, False)


def _set_big(turn: Turn, new: bool) -> None:
    own_settings.choose(turn.tx, turn.person.person_id, "big", new)
    turn.person.big = new
    turn.reply(
        turn.say("settings.big_on" if new else "settings.big_off"),
        (turn.button("start.browse", "browse"), turn.button("start.mine", "my")),
    )
