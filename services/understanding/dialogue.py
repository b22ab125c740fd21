"""How a text goes on from the search before: narrowing, widening, changing, correcting."""

from __future__ import annotations

from dataclasses import replace

from services.regex import regex
from services.understanding.meaning import TIMES, Meaning, less
from services.understanding.normalise import squeeze

_TIMES = tuple(sorted(TIMES))
WHOM = frozenset({"audience", "age"})
_TOO = regex(
    r"(?:也|都)(?:行|看看|看一?下|找找|帮我看看|给我看看|列出来|可以|成|没关系|没事|能[去来上]?|有空|有时"
    r"间|方便|没问题)(?:的|了|吧|啊)?$"
)
_NEITHER = regex(r"也(?:不行|不要|不去|不成|不想|不方便|没空|没时间|来不了|去不了|不可以)(?:的|了|啊|呢)*$")
_DROPPED = regex(
    r"(?:不用|不必|不一定(?:非[要得]?|要)?|不非得|不非要|不需要|去掉|取消|删掉|不要求|不要|别管)(?:是|在)?"
    r"(?P<what>.{1,8}?)(?:这个|的)?(?:条件|要求|了)+$"
    r"|(?:不用(?!了)|不必|不一定(?:非[要得]?|要)?|不非得|不非要|去掉|取消|撤掉|拿掉|删掉|不要求|不限)(?:是"
    r"|在|必须)?(?P<what2>.{1,8}?)(?:的)?$"
    r"|^(?:那|其实)?(?P<what7>[^不 ,]{1,6}?)(?:的)?(?:也|倒|其实|我)*(?:不是|没有?"
    r"|不)(?:说)?(?:非|一定|必须)(?:要|得|是)?(?:不可)?"
    r"(?:的|了|吧|啊)*$"
    r"|^(?:那)?不(?:一定)?(?:要|是|在)?(?P<what4>[^不]{1,8}?)(?:的)?也(?:行|可以|成|没关系|没事)(?:的|了|"
    r"吧)*$"
    r"|^(?:那)?(?P<what5>.{1,6}?)不(?P=what5)(?:的)?(?:都|也)?(?:无所谓|没关系|没事|行|可以|成|不要紧)(?:"
    r"的|了|吧)*$"
    r"|^(?:我)?(?:可|又|也)?(?:没有?|不是)(?:说|讲|提|要求)(?:过|我)?(?:一定|非|必须)?(?:要|得|是|在)?"
    r"(?P<what6>.{1,8}?)(?:的|啊|呀|呢)*$"
    r"|(?:把)?(?P<what3>.{1,6}?)(?:的)?(?:这个|那个)?(?:条件|要求)?(?:去掉|删掉|取消|就?不要了|就?算了)$"
)
_ONESELF = regex(r"^(?:是|给)?(?:我|本人)?自己(?:要|想|来)?(?:学|上|报|用|去)?(?:的)?$|^我(?:要|想)?学的?$")
_CHANGED = regex(r"^(?:那|要不|或者)?(?:换[成到为个]?|改[成到为在]?|变成|调[成到]|调整[成到为]|还是)(?!一批)")
_FIELDS = {"word": "words", "fee": "fee_max"}
_ALL_FIELDS = frozenset(TIMES | {"words", "fee_max", "place", "online", "audience", "age", "level"})
# a limit that was never said in yuan ends so: 便宜点 is less than what was shown, to the fen
LESS_THAN = 99
# 那垃圾分类的呢
SHORT_QUESTION = 8
_LET_IT_BE = regex(r"^(?!.*(?:有没有|算了|要么|不要|不学|什么|哪些)).{2,8}吧[!！。]*$")
_SAME = regex(
    r"^(?:那|要不(?!然|要|是)|或者|那么|那要是|如果是?|要是|同样)"
    r"|(?:也是?)?在?(?:这个?|那个?|同一个?|同样的?|一样的?|差不多的?)(?:时间|时候|钟点|地方|价钱?|条件)段?"
    r"(?:的|上的)?(?:课|班)?(?:吗|么|呢|有吗|有没有|[?？])*$"
)
_CORRECTED = regex(
    r"^.{0,4}?(?:不是(?:这个|那个)?意思|不是(?:这个|那个|这些|这样的?)|(?:(?:不对|错了)[ ,]*){2,}"
    r"|(?:理解|搞|弄|听|看|说|打|写|讲|选|点|记|按|认|拼|想|输入?|发|识别)[错岔](?:字|词|话)?(?:了|啦|咯"
    r"|喽)?|不对|错[了啦咯]"
    r"|误会了?|[口手]误|(?:更正|纠正)(?:一?下)?|(?:不好意思|抱歉|对不起)[ ,]*(?=是|我说的|我要的"
    r"|应该))[,，。 ;!]*"
    r"(?:我(?:是)?(?:说|想说|想|问|要|指)的?(?:意思)?是?|我的?意思是|应该是|我要的是|是)?[,，: ]*(?P<rest>"
    r".+)$"
    r"|^(?:哎+[呀哟]*|哦|噢|啊)[ ,]*是(?!不是|的|吗|不)(?P<rest5>.+)$"
    r"|^[啊哎诶哦呀嗯唉]*(?:不是)+[ ,，]+(?:我(?:要|想|说)的是|应该是|是)?(?P<rest4>.+)$"
    r"|^[哎诶哦呀嗯唉不 ,，]*(?:我是(?:想要?|要|打算)(?:学|找|问|报)?|我(?:要|想)(?:找|学|看|问|要"
    r"|报)?的是|应该是|应该说是)(?!不是)"
    r"(?P<rest3>.+)$"
    r"|^(?:我(?:是)?(?:说|指)的是?|我的?意思是|我是说|我想说的是)[,，: ]*(?P<rest2>.+)$"
)


# 没有的话周六也行, 东关没有就算了 城关也可以: what there is none of is done with
_IF_NONE = regex(
    r"^(?:要是|如果|实在|那)?(?:[^ ,;。有]{0,6}(?<!有)没有?(?!就业|就近|[报招坐]?满|学过|练过|弄过|接触"
    r"|基础|底子)[^ ,;。]{0,6}?)(?:的话就?"
    r"|就算了|就(?![业近]))[ ,]*(?=.)"
    r"|^(?:那)?(?:要是|如果|实在|假如|万一)[^ ,;。]{0,6}(?<!有)没有?(?:了|的)?[ ,]+(?=.)"
)


# 画画没有就算了
_OR_NONE = regex(
    r"(?<=..)[ ,]*(?:要是|如果|实在|再)*没有?(?:的话|的)?[ ,]*(?:那|那就|就)?算了(?:吧|呗)?[。!！]*$"
)
# 不要周六 of a weekend leaves the Sunday
_REFUSES = regex("(?<!要)不|除|别|避开|没空|没时间")
MOST_REFUSED = 2


def if_none(text: str) -> str:
    """Return a text without what it says of there being none."""
    return _IF_NONE.sub("", _OR_NONE.sub("", text)) if "没" in text else text


def corrected(text: str) -> str | None:
    """Return what a normalised text puts in the place of what was understood before, or None."""
    match = _CORRECTED.match(text)
    return match[match.lastgroup or 0].strip() if match else None


def without_kinds(meaning: Meaning, kinds: set[str]) -> Meaning:
    """Return a meaning less all its conditions of some kinds (names before the colon in `parts()`)."""
    for part in meaning.parts():
        if part.partition(":")[0] in kinds:
            meaning = meaning.without(part)
    if meaning.any_of:
        fields = {_FIELDS.get(kind, kind) for kind in kinds} & _ALL_FIELDS
        meaning = replace(meaning, any_of=less(meaning.any_of, fields)) if fields else meaning
    if "fee" in kinds and meaning.order == "cheapest":
        meaning = replace(meaning, order="relevance")
    return meaning


def without_words_of(meaning: Meaning, words: tuple[str, ...]) -> Meaning | None:
    """Return a meaning less some of the things of which any would do (不要瑜伽了), or None."""
    gone = {one for word in words for one in word.split("|")}
    left = ("|".join(one for one in word.split("|") if one not in gone) for word in meaning.words)
    kept = tuple(word for word in left if word)
    if not kept or kept == meaning.words:
        return None
    changed = replace(meaning, words=kept)
    return replace(changed, soft=changed.soft.intersection(changed.parts()))


def without_alike(meaning: Meaning, kinds: set[str]) -> Meaning:
    """Return a meaning less the conditions that others of these kinds take the place of: of time all go."""
    times = kinds & TIMES
    if times and not (len(times) == 1 and all(getattr(meaning, name) for name in times)):
        # 换成下午 changes the hours of a wish that has some, and else the days
        kinds = kinds | TIMES
    return without_kinds(meaning, kinds)


def is_oneself(text: str) -> bool:
    """True when somebody says that it is for themselves."""
    return _ONESELF.search(text) is not None


def dropped_words(text: str) -> str | None:
    """Return the words of a condition that a text takes back (不用免费了, 周末去掉), or None."""
    match = _DROPPED.search(squeeze(text))
    return match and match[match.lastgroup or 0]


def is_too(text: str) -> bool:
    """True when a text allows more than before: 平时也行, 晚上也可以."""
    return _TOO.search(squeeze(text)) is not None


def is_neither(text: str) -> bool:
    """True when a text refuses more than before: 周三也不行."""
    return _NEITHER.search(squeeze(text)) is not None


def joined(said: Meaning, last: Meaning) -> Meaning:
    """Return the last meaning with more days, hours or places allowed."""
    changed: dict[str, object] = {}
    allowed = {*said.words, *said.place, *said.audience}
    if allowed.intersection(last.excluded):
        # 南湖的也可以
        kept = tuple(word for word in last.excluded if word not in allowed)
        return replace(last, excluded=kept, soft=last.soft.difference(f"excluded:{word}" for word in allowed))
    ways = _time(last), _time(said)
    if not last.any_of and _lie_apart(*ways):
        # 晚上 and then 周末也行: either will do
        rest = without_kinds(last, set(_TIMES))
        return replace(rest, any_of=ways)
    if said.weekdays and last.weekdays:
        days = said.weekdays | last.weekdays
        changed["weekdays"] = frozenset() if len(days) == 7 else days
    if said.hours and last.hours:
        hours = (min(said.hours[0], last.hours[0]), max(said.hours[1], last.hours[1]))
        changed["hours"] = None if hours[0] == 0 and hours[1] >= 1440 else hours
    if said.dates and last.dates:
        changed["dates"] = (min(said.dates[0], last.dates[0]), max(said.dates[1], last.dates[1]))
    if said.weekly and last.weekly:
        changed["weekly"] = (min(said.weekly[0], last.weekly[0]), max(said.weekly[1], last.weekly[1]))
    if said.place and last.place:
        places = (one for word in (*last.place, *said.place) for one in word.split("|"))
        changed["place"] = ("|".join(dict.fromkeys(places)),)
    if said.words and last.words:
        several = any("|" in word for word in said.words)
        # 唱歌跳舞都行 is a wish of its own, 国画也行 one more
        both = dict.fromkeys(one for word in (*last.words, *said.words) for one in word.split("|"))
        changed["words"] = said.words if several else ("|".join(both),)
    if said.words and not last.names_something:
        changed["words"] = said.words
    if said.online is not None and last.online is not None and said.online != last.online:
        changed["online"] = None
    if said.fee_max is not None or said.free:
        changed |= {"free": False, "fee_min": said.fee_min, "fee_max": said.fee_max}
    merged = replace(last, **changed)  # type: ignore[arg-type]
    return replace(merged, soft=merged.soft.intersection(merged.parts()))


def _time(meaning: Meaning) -> Meaning:
    return Meaning(dates=meaning.dates, starts=meaning.starts, weekdays=meaning.weekdays, hours=meaning.hours)


def _lie_apart(one: Meaning, other: Meaning) -> bool:
    """Whether two times are of different kinds, or days each with hours of its own."""
    if one.is_blank or other.is_blank or one.dates or other.dates or one.starts or other.starts:
        return False
    if bool(one.weekdays) != bool(other.weekdays):
        return bool(one.hours) != bool(other.hours)
    return bool(one.weekdays and one.hours and other.hours) and (
        one.weekdays != other.weekdays and one.hours != other.hours
    )


def _way_of(said: Meaning, last: Meaning) -> Meaning | None:
    """The one of several wishes that is gone on from: 书法要免费的 after 早上打太极 晚上学书法."""
    ways = [one for one in last.any_of if one.words and one.words == said.words]
    if len(ways) != 1 or said.only_names:
        # the bare name of one begins anew
        return None
    common = replace(last, any_of=(), soft=last.soft - {"any_of"})
    return ways[0].merge(common)


def is_one_of(said: Meaning, last: Meaning) -> bool:
    """Whether what is named is one of several things that were looked for, each of which would do."""
    several = {one for word in last.words if "|" in word for one in word.split("|")}
    return bool(said.words) and several.issuperset(one for word in said.firm_words for one in word.split("|"))


def _of_those_days(text: str, said: Meaning, last: Meaning) -> Meaning:
    """Return what is said with the days that are left of those before, where some of them are refused."""
    left = said.weekdays & last.weekdays
    if left and left != said.weekdays and len(said.weekdays) >= 7 - MOST_REFUSED and _REFUSES.search(text):
        return replace(said, weekdays=left)
    return said


def changes(text: str) -> bool:
    """True when a text puts something in the place of what was said: 改到周末."""
    return _CHANGED.search(text) is not None


def instead(said: Meaning, last: Meaning) -> Meaning:
    """Return the last meaning with something else to learn, all that was said of when and where kept."""
    gone = {one for word in last.words for one in word.split("|")}
    if gone.intersection(said.excluded):
        said = replace(said, excluded=tuple(word for word in said.excluded if word not in gone))
        said = replace(said, soft=said.soft.intersection(said.parts()))
    last = replace(without_less_than(last).without_words(), category=None, code=None, form=None)
    return said.merge(last)


def without_less_than(meaning: Meaning) -> Meaning:
    """Return a meaning less what it cost just now: dear for the one is not dear for the other."""
    if meaning.fee_max is None or meaning.fee_max % 100 != LESS_THAN:
        return meaning
    return replace(meaning, fee_min=None, fee_max=None, soft=meaning.soft - {"fee"})


def softly_there(meaning: Meaning) -> Meaning:
    """Return a meaning whose places come first, and those around them next."""
    return replace(meaning, soft=meaning.soft | {f"place:{word}" for word in meaning.place})


def followed(text: str, said: Meaning, last: Meaning, *, only_names: bool) -> Meaning:
    """Return what a text means after the search before; `only_names`: its words are teachers' names alone."""
    if said.words and said.words != last.words:
        last = without_less_than(last)
    elif not said.names_something:
        said = _of_those_days(text, said, last)
    if said.is_blank and said.order == "nearest" and last.place and last.near is None:
        # 最近的呢, after a place where there is none: those near to it
        return softly_there(last)
    if _CHANGED.search(text):
        kinds = {part.partition(":")[0] for part in said.parts()}
        return said.merge(last if said.words else without_alike(last, kinds))
    if _SAME.search(text) or not last.names_something:
        return said.merge(last)
    if said.names_something:
        if (way := _way_of(said, last)) is not None:
            return said.merge(way)
        if is_one_of(said, last):
            # 只看国画, of 书法或国画
            return said.merge(last)
        if only_names and last.words:
            return replace(said, words=tuple(dict.fromkeys((*last.words, *said.words)))).merge(last)
        if _LET_IT_BE.search(text) and said.only_names:
            # 游泳吧: for the same one, at the same time
            return instead(said, last)
        short = text.endswith(("呢", "呢?")) and len(squeeze(text)) <= SHORT_QUESTION
        return said.merge(last) if short else said
    return said.merge(last)
