"""Words that point at a class shown before, and what is wanted with it: 第二个几点, 就报最便宜的那个."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from services.regex import ahead, regex
from services.understanding import side_by_side
from services.understanding.lexicon import pinyin
from services.understanding.lexicon.tables import table
from services.understanding.no_matter import in_known_words
from services.understanding.normalise import normalise, squeeze
from services.understanding.numbers import read_int
from services.understanding.unframed import unframed

MOST_TEXT = 60
_NUM = r"\d{1,2}|[一二两三四五六七八九十]{1,3}"
# 第二课堂 is the name of a thing, 第一次 a time
_NTH = regex(
    rf"第(?P<n>{_NUM})(?!课堂|代|套|届|期|页|[节堂]课?(?:是)?(?:在)?(?:什么时[候间]|啥时候|哪天"
    rf"|几[号点月]))(?:个|门|节课|项|条|班|种|家)?(?:课程|课|班)?(?!次|年|学期)"
)
_NTH_LAST = regex(
    rf"(?:倒数第(?P<n>{_NUM})|最后[那这]?一?)(?:个|门|条|班)(?:课程|课|班)?|最末一?个|末尾(?:的)?(?:那"
    rf"|一)?个|最(?:下面|底下|后面)"
    rf"的?(?:那|一)?个?(?:班|课)?"
)
# 前两个有什么不一样: the first few, or the last
_FEW = regex(
    r"(?P<end>[前头后]|最后|前面|后面|最前面|最后面|^这)的?(?P<n>[两二俩三仨23])(?:个|门|班|种|(?<=[俩仨]))(?:课程"
    r"|课|班)?(?!月|小时|星期|礼拜|周)"
)
# 1和3比一下
_TWO = regex(
    r"(?P<a>(?<![\d点])\d|^[一二三四五])号?[和跟与、](?P<b>\d|[一二三四五])(?=号(?![上下早晚中开有的])|个|的|比|有|哪|区|差|怎)号?"
)
# 比较1和2, 选1还是选2, compare 1 and 2
_COMPARED = regex(
    rf"(?:比较|对比|对照|比一?比|比)(?:一下|下)?第?(?P<a>{_NUM})(?:个|号|门)?(?:和|跟|与|同|、|,|，"
    rf"| )+第?(?P<b>{_NUM})(?:个|号|门)?(?![点块元月])"
    rf"|^(?:那|我|到底|应该|该|选|报|上)*第?(?P<c>{_NUM})(?:个|号)?(?:好)?还是(?:选|报"
    rf"|上)?第?(?P<d>{_NUM})(?:个|号)?(?:好|合适|更好|比较好)(?:一?点)?(?:呢|啊|[?？])*$"
    r"|\b(?:compare|between)(?: numbers?| class(?:es)?)? (?P<e>\d)(?: and| with| to| vs\.?|,"
    r"|&)+ (?:number )?(?P<f>\d)\b|\b(?P<g>\d) (?:or|vs\.?|versus) (?P<h>\d)\b(?! ?(?:am|pm|year|o))"
)
# 第五个和这个: beside the one that is looked at
_WITH_IT = regex("[和跟与]这一?(?:个|门|节)(?!月|周)|这一?(?:个|门)(?:班|课)?[和跟与]")
# 都是什么时间的 asks, 还有名额的 narrows
_ASKS = regex("什么|啥|几|哪|多少|谁|吗|是不是|会不会")
# 人少的, 不累的: no search knows that of a class
_NO_FIELD = frozenset({"size", "effort"})
# 两个都想报, 都报上: more than one at once
_BOTH = regex(
    r"^(?:我|这|那|要不|就|这里|上面|前面)*(?P<two>[两二俩2]个(?:班|课)?)?(?:我|班|课)*(?:全都|全"
    r"|都)(?:想|要|给我|帮我|给|一起)*(?:报名?|报上|选|要|参加|上|学)(?:上|名|了)?(?:吧|呗|可以吗|行吗"
    r"|啊|呀|[!！。])*$"
    r"|^(?:i (?:want|would like|'d like) (?:to (?:join|take) )?|sign me up for |enrol me in "
    r"|can i join )?both(?: of them)?(?: please)?[!.?]*$"
)
# 有啥能带孩子一起去的 looks for classes, and asks of none
_WHATEVER = regex(
    r"^(?!.*[那这它第]).*有(?:啥|什么|哪些|没有).{0,4}能.{1,10}的(?:课|班|活动)?(?:吗|呢|啊|[?？])*$"
)
# what was looked at before, and not what is on the screen now
_JUST = regex("刚才|刚刚|之前|先前")
# 老人家学什么, 下了班学点啥好, 我眼神不好能学点啥: what there is to learn, and no question about one class
_WHAT_TO_LEARN = regex(
    r"^(?P<who>.*?)学(?:点儿?|些|个)?(?:什么|啥)(?:东西|课)?(?:好|合适|比较好|的好|呢|呀|啊|吗|[?？])*$"
)
_SHIFTS = regex("[下上加夜倒晚早白]了?班|三班倒?|倒班")
_OF_A_CLASS = regex("[班课它这那第刚]|老师|[我咱俺]们|主要|具体|里面")
_SOMEBODY = regex(
    "[人工妈爸娃奶爷岁]|孩子|农民|退休|不好|不便|没事|有空|闲|时间|早上|晚上|白天|[上下]午|周末|平时|适合|该"
    "|~"
)
_MANY = {"三": 3, "仨": 3, "3": 3}
_FIRST = regex(
    r"(?:[头首]一?[个位]|(?:打头|排第一|排在第一)(?:位)?的?(?:那|一)?(?:个|门)|最(?:上面"
    r"|前面)的?(?:那|一)?个?)(?:课程|课|班)?(?![两二俩三仨])"
)
_SAID_NUMBER = regex(rf"(?P<n>{_NUM})号(?=班|课|的|那个|几点|在哪|多少钱|老师|还有|有名额|怎么|呢)")
# 打开3, 二号
_CHOSEN = regex(
    rf"^(?:那|就|我|请|帮我)*(?:打开|点开|看看?|看下|看一下|选|点|查看|要)(?P<n>{_NUM})(?:号|吧|呢|"
    rf"[,。.!！ ])*$"
)
_BARE_NUMBER = regex(rf"^(?:那|就)?(?P<n>{_NUM})号(?:吧|呢|怎么样)?[?？]?$")
_MIDDLE = regex(r"(?:中间|当中|正中)的?(?:那|这)?(?:一?个|班|门)(?:课|班)?")
# 我这周要上啥课 is the timetable
_WEEK = regex("[这本下]个?(?:周|星期|礼拜)")
# 国画班我不去了, 不想上书法了, 把书法课退了: from somebody who is in one
_LEAVING = regex(
    r"^(?:我的?|那个?)?(?P<a>[㐀-鿿]{2,6})[课班](?:我)?(?:就)?不(?:想|打算|准备)?(?:再)?[去上学](?:了|啦)("
    r"?:吧|啊|哦)?$"
    r"|^(?:我)?不(?:想|打算|准备)?(?:再)?[上学去报](?P<b>[㐀-鿿]{2,8}?)[课班]?(?:了|啦)(?:吧|啊)?$"
    r"|^(?:帮我|给我|我要|我想|想|要)?退(?:掉|出)?(?P<c>[㐀-鿿]{2,8}?)[课班]?(?:吧|了)?$"
    r"|^(?:请|帮我|给我)?把(?:我的?)?(?P<d>[㐀-鿿]{2,8}?)[课班]?(?:给)?退(?:了|掉)(?:吧)?$"
)
_NAMED_OWN = regex("^(?:我|俺)(?:自己)?的[㐀-鿿]{2,6}[课班]呢?$")
_ENGLISH = ("first", "second", "third", "fourth", "fifth")
_ENGLISH_NTH = regex(rf"(?:the )?(?P<word>{'|'.join(_ENGLISH)}|last)(?: one| class)?\b|number (?P<n>\d)\b")


@dataclass(frozen=True, slots=True)
class Reference:
    """What a text points at and wants.

    `which`: "1", "2" … of the list shown last, "-1" its last, "it" the class spoken of, "before" and "after"
    the ones around it, "again" the one looked at before the present one, "other" the one of two that is not
    spoken of, "cheapest", "soonest", "freest", "dearest", "middle" of those shown, "" when nothing points.
    `others` are further numbers (第一个和第三个). `rest` is what else was said of it (书法, 周六), `ask` what
    is asked about it and `act` what is to be done with it; each may be empty. `own`: a class that one is in;
    `just`: the one looked at a moment ago, whatever was shown since; `also` is a second question.
    """

    which: str = ""
    others: tuple[str, ...] = ()
    rest: str = ""
    ask: str = ""
    act: str = ""
    own: bool = False
    just: bool = False
    also: str = ""


class _Asking(NamedTuple):
    name: str
    # characters of which a text that the pattern fits has one
    needs: frozenset[str]
    pattern: re.Pattern[str]


class _Patterns(NamedTuple):
    hint: re.Pattern[str]
    best: dict[str, re.Pattern[str]]
    points: dict[str, re.Pattern[str]]
    ask: tuple[_Asking, ...]
    act: tuple[_Asking, ...]
    empty: re.Pattern[str]
    own: re.Pattern[str]


@ahead
@cache
def _patterns() -> _Patterns:
    data = table("references")

    def group(name: str) -> dict[str, re.Pattern[str]]:
        return {key: regex("|".join(ways)) for key, ways in data[name].items()}

    def asking(name: str) -> tuple[_Asking, ...]:
        needs = data["needs"][name]
        return tuple(_Asking(key, frozenset(needs[key]), way) for key, way in group(name).items())

    words = sorted(data["empty"]["words"], key=lambda word: (word.isascii(), -len(word)))
    empty = "|".join(rf"\b{word}\b" if word.isascii() else word for word in words)
    return _Patterns(
        regex("|".join(data["hint"])), group("best"), group("points"), asking("ask"), asking("act"),
        regex(empty), regex("|".join(data["own"])),
    )  # fmt: skip


def read_reference(text: str) -> Reference | None:
    """Return what a text points at or asks of a class, or None when it does neither."""
    if len(text) > MOST_TEXT:
        return None
    said, patterns = _in_characters(normalise(text)), _patterns()
    # 那个 多少钱 points at something
    said = said if said.startswith(("那个", "这个")) else unframed(said)
    if not patterns.hint.search(said) or in_known_words(said):
        return None
    if side_by_side.are_compared(said):
        return Reference("it", act="compare")
    if _asks_what_to_learn(said) or _WHATEVER.match(said):
        return None
    if both := _BOTH.match(said):
        return Reference("1" if both["two"] or said.isascii() else "all", act="both")
    if leaving := _LEAVING.match(said):
        return Reference("it", rest=next(filter(None, leaving.groups())), act="withdraw", own=True)
    which, others, left = _pointer(said, patterns)
    ask, left = _asked(patterns.ask, left)
    act = ""
    if which or not ask:
        act, left = _asked(patterns.act, left)
    if not which and side_by_side.which_is_better(said):
        return Reference("it", act="compare")
    own = patterns.own.search(said) is not None
    if own and ask == "about" and _WEEK.search(said):
        return None
    if own and not (which or ask or act) and _NAMED_OWN.match(said):
        which = "it"
    # 还有名额的 narrows, 还有名额吗 asks
    if not which and (not ask or (said.endswith("的") and ask not in _NO_FIELD and not _ASKS.search(said))):
        return None
    rest, also = squeeze(patterns.empty.sub(" ", left)), ""
    if ask and (rest or _ASKS.search(left)):
        also, left = _asked(patterns.ask, left)
        more = squeeze(patterns.empty.sub(" ", left))
        # 多少钱包饭不 are two questions, 书法多少钱 is one
        also, rest = (also, "") if also not in ("", ask) and not more else ("", rest)
    just = which == "it" and _JUST.search(said) is not None
    return Reference(which, others, rest, ask, act, own, just, also)


@ahead
@cache
def _spelled() -> dict[str, str]:
    """What is asked of a class and the numbers of a list, by how they are spelled: di er ge."""
    questions = table("references")["spelled"]["questions"]
    numbers = [f"第{digit}个" for digit in "一二三四五六七八九十"]
    said = [*numbers, *(f"那{one}" for one in numbers), *(f"就{one}" for one in numbers), *questions]
    said += [f"{number}{question}" for number in numbers for question in questions]
    return {spelling: phrase for phrase in said for spelling in pinyin.spellings(phrase)}


def _in_characters(said: str) -> str:
    """Return 第二个 of di er ge; any other text as it is."""
    return _spelled().get(squeeze(said), said) if said.isascii() else said


def _asks_what_to_learn(said: str) -> bool:
    match = _WHAT_TO_LEARN.match(said) if "学" in said else None
    if match is None:
        return False
    who = _SHIFTS.sub("~", match["who"])
    return _SOMEBODY.search(who) is not None and _OF_A_CLASS.search(who) is None


def _pointer(said: str, patterns: _Patterns) -> tuple[str, tuple[str, ...], str]:
    numbers: list[tuple[int, str]] = []

    def note(match: re.Match[str]) -> str:
        numbers.append((match.start(), _number(match)))
        return " " * len(match[0])

    def note_few(match: re.Match[str]) -> str:
        many = _MANY.get(match["n"], 2)
        ends = range(-many, 0) if "后" in match["end"] else range(1, many + 1)
        numbers.extend((match.start() + at, str(number)) for at, number in enumerate(ends))
        return " " * len(match[0])

    def note_two(match: re.Match[str]) -> str:
        numbers.extend((match.start(name), str(read_int(match[name]))) for name in ("a", "b"))
        return " " * len(match[0])

    def note_compared(match: re.Match[str]) -> str:
        found = [(name, one) for name, one in match.groupdict().items() if one]
        numbers.extend((match.start(name), str(read_int(one))) for name, one in found)
        return f" 对比{' ' * (len(match[0]) - 2)}"

    beside = _WITH_IT.search(said)
    left = _TWO.sub(note_two, _FEW.sub(note_few, _COMPARED.sub(note_compared, said)))
    for pattern in (_NTH_LAST, _NTH, _FIRST, _SAID_NUMBER, _CHOSEN, _BARE_NUMBER, _ENGLISH_NTH):
        left = pattern.sub(note, left)
    if numbers:
        if beside:
            numbers.append((beside.start(), "it"))
        which, *others = [number for _, number in sorted(numbers)]
        return which, tuple(others), patterns.points["it"].sub(" ", left)
    name, rest = _first(patterns.best, left)
    if name:
        return name, (), rest
    if _MIDDLE.search(left):
        return "middle", (), _MIDDLE.sub(" ", left)
    named = patterns.points["named"].search(left)
    if named and not patterns.points["again"].fullmatch(left.strip()):
        return "it", (), f"{left[: named.start()]} {named['rest']} {left[named.end() :]}"
    for name in ("other", "again", "before", "after", "it"):
        if patterns.points[name].search(left):
            return name, (), patterns.points[name].sub(" ", left)
    return "", (), left


def _number(match: re.Match[str]) -> str:
    groups = match.groupdict()
    word = groups.get("word")
    if word:
        return "-1" if word == "last" else str(_ENGLISH.index(word) + 1)
    number = read_int(groups.get("n") or "1") or 1
    return str(-number if match.re.pattern == _NTH_LAST.pattern else number)


def _first(patterns: dict[str, re.Pattern[str]], text: str) -> tuple[str, str]:
    for name, pattern in patterns.items():
        match = pattern.search(text)
        if match:
            return name, f"{text[: match.start()]} {text[match.end() :]}"
    return "", text


def _asked(ways: tuple[_Asking, ...], text: str) -> tuple[str, str]:
    for name, needs, pattern in ways:
        match = None if needs.isdisjoint(text) else pattern.search(text)
        if match:
            return name, f"{text[: match.start()]} {text[match.end() :]}"
    return "", text
