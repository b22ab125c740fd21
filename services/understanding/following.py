"""What a text makes of the search before: it widens, takes back, puts right or compares."""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding import dialogue
from services.understanding.going_on import bare_number, plainer
from services.understanding.lexicon import Lexicon
from services.understanding.meaning import Meaning
from services.understanding.numbers import read_number
from services.understanding.reader import GROWN, Reader

_CHEAPER = re.compile(
    r"(?:更|再|能不能|有没有|有)?便宜(?:一?点儿?|一?些)?|(?:太|好|有点|有些|嫌|都|是|挺)贵了?点?|^贵(?:了|一?点儿?|一?些)+"
    r"|(?:有没有|能不能)?(?:不要|不|别|没)?(?:这么|那么|这样|如此)(?:贵|高|多钱)"
    r"|(?:比|跟)(?:这|那|它|上面|刚才)(?:个|些|几个|的)?(?:都|还|更)?(?:再)?便宜(?:一?点儿?|一?些)?的?"
    r"|(?:学费|价格|价钱|收费|费用)?(?:能不能|可不可以|能|可以|有没有)?(?:再)?低(?:一?点儿?|一?些)的?(?:吗|么|不|吧|呢|"
    r"[?？])*$"
    r"|(?:学费|价格|价钱|收费|费用)(?:都|也|太|有点儿?|有些|好|挺|这么|偏)*(?:高|贵)(?:了|点)?|(?:交|付|掏"
    r"|出|上|花)不起|(?:能不能|可不可以|能|可以|还能)?(?:再)?(?:少|降|优惠)(?:一?点儿?|一?些)(?:钱"
    r"|学费)?(?:吗|么|不|吧|"
    r"[?？])*$"
)


_TOO_FAR = re.compile(
    r"(?:太|有点儿?|有些|好|都|嫌|离我?家?太?)远了?|近一?点儿?的?(?:有|没有)?(?:吗|么|没)?$"
)
# 这些都太晚了
_TOO_TIMED = (
    (re.compile(r"(?:太|有点儿?|有些)晚了?"), (0, 1080)),
    (re.compile(r"(?:太|有点儿?|有些)早了?"), (540, 1440)),
)  # fmt: skip
_NINE, _NOON, _SIX, DAY = 540, 720, 1080, 1440
_LATER = ((_NOON, DAY), (_SIX - 30, DAY))
_SHIFTED = re.compile(
    r"^(?:那|能不能|可不可以|有没有|有|再|稍微|要|想要|时间)*(?:(?P<late>晚|迟)|早)(?:一?点儿?|一?些)(?:上"
    r"|开始|上课)?(?:的)?"
    r"(?:呢|吗|吧|有吗|有没有|行吗|课|班|[?？])*$"
)
# whose class it was, and somebody joins
_ME_TOO = re.compile(
    r"^(?:我|俺|我自己|大人|家长)也(?:想|要|能|可以|打算)(?:跟着|一起|来|去)*(?:学|报|上|参加"
    r"|[打跳唱练画写弹拉吹做玩])(?:的|呢|呀|"
    r"吗|[?？])*$"
)
_LESS = re.compile(
    r"(?<!多)[少降低](?:一?点|一?些)|优惠|比[这那它上刚]|便宜(?:一?点|一?些)|更便宜|再便宜|能不能|贵|高|多钱|不起"
)
_PRICE = re.compile("贵|[少低]一?[点些]|降|优惠|便宜|高了|么高|高点|多钱|不起|cheap", re.IGNORECASE)

_NOT_BUT = re.compile(
    r"^(?:[哎诶哦呀啊, ]|那个)*不是(?P<wrong>[^ ,是]{1,6}?)的?(?:[, ]*(?<!就)而?是(?!不是)"
    r"|[, ]+(?=我|他|她|要|想))(?P<right>.+)$"
)
# 不是我妈 是我爸
_SOMEBODY = re.compile(
    r"(?:给|帮|替|为)?(?:(?:我|俺|他|她)(?:自己|本人|家)?)?(?:爸妈?|妈妈?|爸爸|爹|娘|老伴|老公|老婆|爱人|"
    r"爷爷|奶奶|姥姥|姥爷|外公|外婆|公公|婆婆|"
    r"[孙外儿]?[孙子女儿甥]+|媳妇|闺女|姑娘|孩子|娃|哥|弟弟?|姐|妹妹?|朋友|邻居|同事)?(?:他们)?(?:自己)?(?"
    r":要|想)?(?:来)?(?:学|报|上|用|去)?(?:的)?"
)
_OTHER_TEACHER = re.compile(
    r"^(?:那|能不能|可不可以|我想|有没有|想|要)*(?:换个?|换一?[个位]|别的|其他|其它|不要这个|不想"
    r"要这个)(?:别的|其他)?(?:的)?老师(?:教)?的?(?:[也都](?:行|可以|成|好))?(?:了|吧|呢|吗|行吗|有"
    r"吗|有没有|[?？])*$"
)


# 哦不 周四: no, and what it is instead
_NO = re.compile(
    r"^[哦噢啊哎诶呃嗯唉喔呀 ,，]*(?:不+|等等|等一下|等会儿?|慢着|且慢|哎呀)[ ,，!！。]+(?P<right>[^不].*)$"
)


_WHOM = frozenset({"audience", "age"})


def put_right(read: str, last: Meaning, reader: Reader) -> str | None:
    """Return what stands in the place of a condition that was wrong: 东关 of 不是南湖 是东关."""
    if no := _NO.match(read):
        meant, known, unknown = reader.meaning(no["right"])
        return None if meant.is_blank or (unknown and not known) else no["right"]
    match = _NOT_BUT.match(read) if "不是" in read else None
    if match is None:
        return None
    wrong, right = match["wrong"], match["right"].rstrip("的吧啊呀了")
    for word in "|".join(last.words).split("|"):
        # 不是剑 是拳, of 太极剑
        if wrong in word and word.replace(wrong, right) in reader.lexicon.topics:
            return word.replace(wrong, right)
    if len(match["right"]) < 2:
        return None
    if _SOMEBODY.fullmatch(wrong) or read_number(wrong) is not None:
        return match["right"]
    meant = reader.meaning(wrong)[0]
    return None if meant.is_blank or meant.words else match["right"]


def for_both(read: str, last: Meaning) -> Meaning | None:
    """Return the last meaning for anybody, where somebody joins in: 我也想学 after a child's class."""
    return dialogue.without_kinds(last, {"audience", "age"}) if _ME_TOO.match(read) else None


def _shifted(read: str, last: Meaning) -> Meaning | None:
    """Return the last meaning later or earlier in the day than it was: 晚一点呢."""
    match = _SHIFTED.match(read)
    if match is None:
        return None
    start, end = last.hours or (0, DAY)
    if match["late"]:
        hours = (
            (_NINE, DAY) if not last.hours else next((part for part in _LATER if part[0] >= end - 60), None)
        )
        hours = hours or (min(start + 60, DAY - 60), DAY)
    else:
        hours = (0, _SIX) if not last.hours or start >= _SIX - 30 else (0, max(min(start, _NOON), 60))
    return replace(last, hours=hours, any_of=())


def corrected(said: str, last: Meaning, reader: Reader) -> Meaning:
    """Return what was meant instead: all of it, or the condition that was wrong."""
    if dialogue.is_oneself(said):
        return dialogue.without_kinds(last, {"audience", "age"})
    said = plainer(said)
    if (number := bare_number(said, last)) is not None:
        return number
    meaning, known, _ = reader.meaning(said)
    if meaning.names_something:
        # what is learnt was wrong, and when and where was not
        return dialogue.instead(meaning, last) if known else meaning
    if meaning.is_blank and _SOMEBODY.fullmatch(said):
        return dialogue.without_kinds(last, {"audience", "age"})
    kinds = {part.partition(":")[0] for part in meaning.parts()}
    if not kinds and not known:
        # 我是要收费的
        return continued(said, last, reader, ()) or Meaning(intent="none_fit")
    if "audience" in kinds or (meaning.age or 0) >= GROWN:
        # 不是老年人 我四十
        kinds |= _WHOM
    return meaning.merge(dialogue.without_alike(last, kinds))


def teachers(words: tuple[str, ...], lexicon: Lexicon) -> list[str]:
    return [word for word in words if word in lexicon.teachers]


def narrower(words: tuple[str, ...], before: tuple[str, ...], lexicon: Lexicon) -> bool:
    """Whether what is named is a kind of what was looked for: 楷书 after 书法."""
    broad = {one for word in before for one in word.split("|")}
    kinds = [one for word in words for one in word.split("|")]
    return bool(broad and kinds) and all(not broad.isdisjoint(lexicon.wider(kind)) for kind in kinds)


def without_teachers(meaning: Meaning, lexicon: Lexicon) -> Meaning:
    gone = tuple(word for word in meaning.excluded if word not in lexicon.teachers)
    if gone != meaning.excluded:
        meaning = replace(meaning, excluded=gone)
    for word in teachers(meaning.words, lexicon):
        meaning = meaning.without(f"word:{word}")
    return meaning


# 晚一点开课的: later than most of those shown
_LATER_START = re.compile(
    r"(?:晚|迟|往后|靠后)(?:一?点儿?|一?些|几天)?(?:再)?(?:开课|开班|开始上课|开学|开)的?"
    r"|(?:开课|开班|开学)(?:时间)?(?:再)?(?:晚|迟|靠后|往后)(?:一?点儿?|一?些|几天)?的?|(?:starting|start"
    r"|starts|begin\w*) later"
)
_SOONER_START = re.compile(
    r"(?:早|快|先)(?:一?点儿?|一?些|几天)(?:再)?(?:开课|开班|开始上课|开学|开)的?"
    r"|(?:开课|开班|开学)(?:时间)?(?:再)?(?:早|快|靠前)(?:一?点儿?|一?些|几天)的?|(?:starting|start|starts"
    r"|begin\w*) (?:sooner|earlier)"
)
_FAR = 3_650


def of_start(text: str) -> bool:
    """True when when the classes shown begin may tell what a text means."""
    return _LATER_START.search(text) is not None


def begun_later(read: str, last: Meaning, shown_starts: tuple[int, ...], reader: Reader) -> Meaning | None:
    """Return the last meaning with a later or an earlier first session, or None."""
    for pattern, later in ((_LATER_START, True), (_SOONER_START, False)):
        if not pattern.search(read) or not reader.meaning(pattern.sub(" ", read))[0].is_blank:
            continue
        if not later:
            return replace(last, starts=None, order="soonest")
        if shown_starts:
            middle = sorted(shown_starts)[len(shown_starts) // 2]
            return replace(last, starts=(middle + 1, middle + _FAR), order="relevance")
    return None


def continued(
    read: str,
    last: Meaning,
    reader: Reader,
    shown_fees: tuple[int, ...],
    shown_starts: tuple[int, ...] = (),
) -> Meaning | None:
    """Return what a text makes of the search before where it widens or compares, or None."""
    if _OTHER_TEACHER.search(read):
        gone = teachers(last.words, reader.lexicon)
        excluded = last.excluded
        if "也" not in read and "都" not in read:
            excluded = tuple(dict.fromkeys((*excluded, *gone)))
        return replace(without_teachers(last, reader.lexicon), excluded=excluded)
    changed = bare_number(read, last) or for_both(read, last)
    if changed is not None:
        return changed
    wider = dialogue.widened(read, last)
    if wider is not None:
        meaning, rest = wider
        said, known, _ = reader.meaning(rest)
        return meaning if said.is_blank or (said.words and not known) else said.merge(meaning)
    if last.weekdays and dialogue.is_neither(read):
        said, known, _ = reader.meaning(read)
        if said.weekdays & last.weekdays and not said.words:
            return replace(said.merge(last), weekdays=said.weekdays & last.weekdays)
    back = dialogue.dropped_words(read)
    if back:
        said, known, _ = reader.meaning(back if len(back) > 1 else f"{back}的")
        kinds = {part.partition(":")[0] for part in said.parts()} if known or not said.words else set()
        if said.words and reader.lexicon.groups.issuperset(said.words):
            said, kinds = said.without_words(), {"audience"}
        if said.order == last.order != "relevance":
            return replace(last, order="relevance", within=None)
        if said.weekdays and said == Meaning(weekdays=said.weekdays) and said.weekdays < last.weekdays:
            # 去掉周三, of 周三周四
            return replace(last, weekdays=last.weekdays - said.weekdays)
        less = dialogue.without_words_of(last, said.words) if said.words and known else None
        less = less or dialogue.without_kinds(last, kinds)
        if less != last:
            return less
    if dialogue.is_too(read):
        said, known, _ = reader.meaning(read)
        if not said.is_blank and (known or not said.words):
            return dialogue.joined(said, last)
    if _TOO_FAR.search(read):
        said, known, _ = reader.meaning(_TOO_FAR.sub(" ", read))
        if not known and not said.without_words().parts():
            return replace(last, order="nearest")
    if (later := begun_later(read, last, shown_starts, reader)) is not None:
        return later
    if (shifted := _shifted(read, last)) is not None:
        return shifted
    for pattern, hours in _TOO_TIMED:
        if pattern.search(read) and reader.meaning(pattern.sub(" ", read))[0].is_blank:
            return replace(last, hours=hours, any_of=())
    if _CHEAPER.search(read) and "最" not in read:
        said, known, _ = reader.meaning(_CHEAPER.sub(" ", read))
        if not known and not said.without_words().parts():
            return cheaper(last, shown_fees) if _LESS.search(read) else cheapest(last, shown_fees)
    return None


def of_price(text: str) -> bool:
    """True when what the classes shown cost may tell what a text means."""
    return _PRICE.search(text) is not None


def cheapest(last: Meaning, shown_fees: tuple[int, ...]) -> Meaning:
    """Return the last wish, cheapest first; where there was none that is free, it need not be."""
    return replace(last, free=last.free and not any(shown_fees), order="cheapest")


def cheaper(last: Meaning, shown_fees: tuple[int, ...]) -> Meaning:
    """Return the last wish at less than what was just shown, cheapest first."""
    dearest = max(shown_fees, default=0)
    if dearest <= 0 or last.free:
        # what was shown instead of something free need not get cheaper still
        return cheapest(last, shown_fees)
    return replace(last, free=False, fee_min=None, fee_max=dearest - 1, order="cheapest")


def replaced(said: Meaning, last: Meaning, lexicon: Lexicon) -> bool:
    """Whether a text names something in the place of what it refuses: 不学书法了 学国画."""
    before = {one for word in last.words for one in word.split("|")}
    if not said.words or not before.intersection(said.excluded):
        return False
    wider = frozenset[str]().union(*map(lexicon.wider, before))
    return wider.isdisjoint(one for word in said.words for one in word.split("|"))


def grown_up(said: Meaning, last: Meaning, lexicon: Lexicon) -> Meaning:
    """Return the last meaning with 绘画 for 儿童画, where somebody says that no child is to learn it."""
    if "少儿" not in said.excluded and (said.age or 0) < GROWN:
        return last
    words = []
    for word in last.words:
        wider = lexicon.wider(word) if word.startswith(("儿童", "少儿")) else ()
        words.append(max(wider, key=lambda one: (len(lexicon.wider(one)), one), default=word))
    return last if tuple(words) == last.words else replace(last, words=tuple(words), soft=frozenset())


def given_up(said: Meaning, last: Meaning) -> bool:
    """Whether nothing is said but that what was looked for is not wanted: 不想学书法了."""
    before = {one for word in last.words for one in word.split("|")}
    return bool(before) and said == Meaning(excluded=said.excluded) and before.issubset(said.excluded)


def of_both(said: Meaning, last: Meaning, lexicon: Lexicon) -> bool:
    """Whether one class may be both what is named and what was looked for: 手机的 after 摄影."""
    if len(said.words) != 1 or len(last.words) != 1:
        return False
    word = said.words[0]
    known = word in lexicon.taught or word in lexicon.topics
    return not known or frozenset((word, last.words[0])) in lexicon.together


def of_a_kind(last: Meaning, lexicon: Lexicon) -> bool:
    """Whether what was looked for is a kind alone (技能, 考证), of which any name is one."""
    return (
        last.names_something and (not last.words or lexicon.manners.issuperset(last.words)) and not last.code
    )
