"""The name for the class list, as people say it: a bare name, a sentence, a question, or not after all."""

from typing import Literal

from handlers import card, enrol
from handlers.enrol_asks import ask_next, data_of, refused
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.yes_no import is_no, is_yes
from services import classes, naming
from services.regex import regex
from services.understanding import understand
from services.understanding.meaning import Meaning
from services.understanding.normalise import keyed
from services.understanding.references import read_reference

routes = Routes()
_ASKS = (
    "什么",
    "怎么",
    "多少",
    "为啥",
    "为何",
    "咋",
    "哪",
    "谁",
    "?",
    "？",
    "课",
    "能不能",
    "可不可以",
    "有没有",
)
_ENDS = ("吗", "班", "呢")
# 今天, 月底: a day that is said, and no child of the solar term 谷雨
_DAY_WORDS = frozenset("今明后前昨本下上这每周天日月号末年")
_SHORT = 8

Kind = Literal["name", "unsure", "other"]


@routes.tap("enrol_as", number)
def used(turn: Turn, offering_id: int) -> None:
    """Use the name on the button."""
    data = data_of(turn, offering_id)
    known = data.get("known") or turn.person.name or naming.usable(turn.incoming.name)
    if data is turn.state.data and known:
        _named(turn, offering_id, str(known))
    else:
        enrol.begin(turn, offering_id)


@routes.tap("enrol_name", number)
def asked(turn: Turn, offering_id: int) -> None:
    """Ask for another name."""
    row = classes.one_class(turn.tx, offering_id, turn.now)
    if row is None:
        card.gone(turn)
        return
    kept = {key: value for key, value in data_of(turn, offering_id).items() if key in ("known", "age")}
    if typed := data_of(turn, offering_id).get("name"):
        kept["known"] = typed
    turn.state.ask("enrol.name", **{**kept, "id": offering_id, "again": True})
    turn.reply(turn.say("enrol.name_ask"), courses=(row.code,))


@routes.step("enrol.name")
def said(turn: Turn) -> bool:
    """A name in words; whatever is plainly something else is answered as that."""
    data, text = turn.state.data, turn.text
    offering_id, known = int(data["id"]), str(data.get("known", ""))
    name, told = naming.said_name(text)
    if known and (is_yes(text, "就用这个", "用这个", "就这个", "没错") or name == known):
        _named(turn, offering_id, known)
        return True
    if is_yes(text) or (data.get("unsure") and is_no(text)):
        asked(turn, offering_id)
        return True
    if is_no(text, *enrol.LEAVES):
        enrol.stop(turn)
        return True
    kind = judged(turn, name, told)
    if kind == "other":
        return False
    if not naming.fits(name):
        turn.reply(turn.say("enrol.name_bad"))
    elif kind == "name":
        _named(turn, offering_id, name)
    else:
        data |= {"known": name, "unsure": True}
        turn.reply(
            turn.say("enrol.name_sure", name=name),
            (turn.button("enrol.name_use", f"enrol_as:{offering_id}", name=name),),
            (turn.button("enrol.name_other", f"enrol_name:{offering_id}"),),
        )
    return True


# 不对，叫冯源: what is read back is wrong, and what it should be
_WRONG = regex(
    r"^(?:不对|不是|错了|写错了?|打错了?|等等|哎呀?|唉|(?:名字|姓名|称呼)(?:写|打)?(?:错了?|不对)|"
    r"[ ,，。!！])*"
    r"(?:我?(?:的)?(?:名字|姓名|称呼)?(?:应该)?(?:叫|是叫|改成|改为|换成|写成|应该是|是)|(?<=[ ,，。]))"
)
_ANEW = regex(
    r"^(?:我?的?(?:名字|姓名|称呼)(?:写|打)?(?:错了?|不对|要改)|(?:改|换)一?(?:下|个)?(?:名字|姓名|称呼))(?:了|吧|啊|[。!！])*$"
)


def put_right(turn: Turn) -> bool:
    """The name that was read back, said anew; False where a text says no such thing."""
    offering_id, text = int(turn.state.data["id"]), turn.text.strip()
    if _ANEW.match(text):
        asked(turn, offering_id)
        return True
    wrong = _WRONG.match(text)
    # 是周三吗 asks, and says no name
    if wrong is None or wrong[0].strip() in ("", "是"):
        return False
    name, _ = naming.said_name(text[wrong.end() :])
    if not naming.like_a_name(name) or _DAY_WORDS & set(name[1:]) or judged(turn, name, False) != "name":
        return False
    _named(turn, offering_id, name)
    return True


def judged(turn: Turn, name: str, told: bool) -> Kind:
    """Whether a text is a name, might be one, or is something else that somebody wants.

    Real names are words too (高兴, 陶艺, 小雪), so what is not plainly a wish is asked back.
    """
    if name.isdigit() or any(word in name for word in _ASKS) or name.endswith(_ENDS):
        return "other"
    if told and naming.fits(name):
        return "name"
    if read_reference(turn.text) is not None:
        return "other"
    meaning = _meaning(turn, name)
    if meaning.intent not in ("search", "unknown"):
        return "other"
    conditions = [part for part in meaning.parts() if not part.startswith("word:")]
    if naming.like_a_name(name):
        return "unsure" if conditions or _is_topic(turn, name) else "name"
    if conditions:
        bare_day = conditions in (["dates"], ["starts"]) and len(name) == 2 and not _DAY_WORDS & set(name)
        return "unsure" if bare_day else "other"
    # a long text is talk rather than a name
    talk = naming.fits(name) and len(name) > _SHORT and not name.isascii()
    return "other" if talk or _taught(turn, name, meaning) else "unsure"


def _meaning(turn: Turn, name: str) -> Meaning:
    local = turn.now.astimezone(turn.town.zone)
    return understand(
        name,
        today=local.date(),
        now_minute=local.hour * 60 + local.minute,
        lexicon=turn.town.catalogue.lexicon,
    )


def _is_topic(turn: Turn, name: str) -> bool:
    lexicon, key = turn.town.catalogue.lexicon, keyed(name)
    return key in lexicon.topics or key in lexicon.titles


def _taught(turn: Turn, name: str, meaning: Meaning) -> bool:
    """Whether some word of a text is one that the catalogue teaches."""
    lexicon = turn.town.catalogue.lexicon
    words = {word for found in meaning.words for word in found.split("|")}
    return _is_topic(turn, name) or any(
        word in lexicon.topics or word in lexicon.topics.values() or word in lexicon.titles for word in words
    )


def _named(turn: Turn, offering_id: int, name: str) -> None:
    row = classes.one_class(turn.tx, offering_id, turn.now)
    if row is None:
        card.gone(turn)
        return
    data = {key: value for key, value in turn.state.data.items() if key in ("id", "age")}
    data["name"] = name
    if not refused(turn, row):
        ask_next(turn, row, data)
