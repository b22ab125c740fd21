"""What a text makes of the search before: it widens, takes back, puts right or compares."""

from __future__ import annotations

from dataclasses import replace

from services.regex import regex
from services.understanding import comparing, day_parts, dialogue
from services.understanding.going_on import bare_number, of_either_sex, plainer
from services.understanding.lexicon import Lexicon
from services.understanding.meaning import Meaning
from services.understanding.numbers import read_number
from services.understanding.reader import GROWN, Reader
from services.understanding.widening import widened

# whose class it was, and somebody joins
_ME_TOO = regex(
    r"^(?:我|俺|我自己|大人|家长)也(?:想|要|能|可以|打算)(?:跟着|一起|来|去)*(?:学|报|上|参加"
    r"|[打跳唱练画写弹拉吹做玩])(?:的|呢|呀|"
    r"吗|[?？])*$"
)
_NOT_BUT = regex(
    r"^(?:[哎诶哦呀啊, ]|那个)*不是(?P<wrong>[^ ,是]{1,6}?)的?(?:[, ]*(?<!就)而?是(?!不是)"
    r"|[, ]+(?=我|他|她|要|想))(?P<right>.+)$"
)
# 不是我妈 是我爸
_SOMEBODY = regex(
    r"(?:给|帮|替|为)?(?:(?:我|俺|他|她)(?:自己|本人|家)?)?(?:爸妈?|妈妈?|爸爸|爹|娘|老伴|老公|老婆|爱人|"
    r"爷爷|奶奶|姥姥|姥爷|外公|外婆|公公|婆婆|"
    r"[孙外儿]?[孙子女儿甥]+|媳妇|闺女|姑娘|孩子|娃|哥|弟弟?|姐|妹妹?|朋友|邻居|同事)?(?:他们)?(?:自己)?(?"
    r":要|想)?(?:来)?(?:学|报|上|用|去)?(?:的)?"
)
_OTHER_TEACHER = regex(
    r"^(?:那|能不能|可不可以|我想|有没有|想|要)*(?:换个?|换一?[个位]|别的|其他|其它|不要这个|不想"
    r"要这个)(?:别的|其他)?(?:的)?老师(?:教)?的?(?:[也都](?:行|可以|成|好))?(?:了|吧|呢|吗|行吗|有"
    r"吗|有没有|[?？])*$"
)


# 哦不 周四: no, and what it is instead
_NO = regex(
    r"^[哦噢啊哎诶呃嗯唉喔呀 ,，]*(?:不+|等等|等一下|等会儿?|慢着|且慢|哎呀)[ ,，!！。]+(?P<right>[^不].*)$"
)


# 和太极比呢
_BESIDE = regex(
    r"^(?:那|要是|如果)?(?:和|跟|与|同)(?P<other>[^ ,]{2,8}?)(?:的)?(?:相比|比较|对比|比)"
    r"(?:一?比|一下|起来|之下|哪一?个|更?好|怎么样|咋样|如何|呢|的话|[?？])*$"
)


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
        kinds |= dialogue.WHOM
    return meaning.merge(dialogue.without_alike(last, kinds))


def without_refused(read: str, meaning: Meaning, last: Meaning, lexicon: Lexicon) -> Meaning:
    """不是月嫂 是护理, which is the wider: 月嫂 is not among it."""
    if "不是" not in read or meaning.intent != "search":
        return meaning
    words = {one for word in meaning.words for one in word.split("|")}
    before = (one for word in last.words for one in word.split("|"))
    gone = [one for one in before if f"不是{one}" in read and not words.isdisjoint(lexicon.wider(one))]
    return replace(meaning, excluded=tuple(dict.fromkeys((*meaning.excluded, *gone)))) if gone else meaning


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
    changed = bare_number(read, last) or for_both(read, last) or day_parts.at_either(read, last)
    if changed is not None:
        return changed
    if of_either_sex(read):
        return last
    if more := _ALSO.match(read):
        said, known, _ = reader.meaning(more["what"])
        if known and last.words and said == Meaning(words=said.words):
            return dialogue.joined(said, last)
    wider = widened(read, last)
    if wider is not None:
        meaning, rest = wider
        said, known, _ = reader.meaning(rest)
        return meaning if said.is_blank or (said.words and not known) else said.merge(meaning)
    if last.words and (beside := _BESIDE.match(read)):
        said, known, _ = reader.meaning(beside["other"])
        if known and said.words:
            return replace(
                last, words=("|".join(dict.fromkeys((*last.words, *said.words))),), soft=frozenset()
            )
    if last.weekdays and dialogue.is_neither(read):
        said, known, _ = reader.meaning(read)
        if said.weekdays & last.weekdays and not said.words:
            return replace(said.merge(last), weekdays=said.weekdays & last.weekdays)
    back = dialogue.dropped_words(read)
    if back and (less := _less_that(back, read, last, reader)) is not None:
        return less
    first, _, reason = read.replace(",", " ").strip().partition(" ")
    if reason and dialogue.is_too(first) and reader.meaning(first)[0] == reader.meaning(read)[0]:
        # 白天也行 孩子上学了
        read = first
    if dialogue.is_too(read):
        said, known, _ = reader.meaning(read)
        if not said.is_blank and (known or not said.words):
            return dialogue.joined(said, last)
    return comparing.compared(read, last, reader, shown_fees, shown_starts)


# 还有李老师, 再加上国画
_ALSO = regex(
    r"^(?:还有|还要|再加上?|加上|外加)(?!没有|什么|啥|哪|别的"
    r"|其)(?P<what>[^ ,，吗么呢没？?有]{2,8}?)(?:的课|的班|的)?"
    r"(?:也行|也可以|也看看|也要)?[!！。]*$"
)
# 把周一去掉 of a list that says nothing of days leaves those days out
_TAKEN_BACK = regex("去掉|删掉|去除|拿掉|撤掉|取消|别管|不管|不限|不用管")
_TAKEN_OFF = regex("去掉|删掉|去除|拿掉|排除|算了")


def _less_that(back: str, read: str, last: Meaning, reader: Reader) -> Meaning | None:
    """Return the last meaning without a condition that is taken back, or with it refused, or None."""
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
    if less is None and said.words and not _names_any(said.words, last.words):
        # 二胡就算了, of 乐器
        kinds -= {"word"}
    less = less or dialogue.without_kinds(last, kinds)
    if less != last:
        return less
    if last.starts and kinds == {"dates"}:
        # 不限下个月, of 下个月开始的
        return dialogue.without_kinds(last, {"starts"})
    if known or (kinds and not said.words):
        refused = reader.meaning(f"不要{back}的")[0] if _TAKEN_OFF.search(read) else Meaning()
        if not refused.is_blank and refused != said:
            return refused.merge(last)
        # 去掉免费, which was never asked for: nothing is put in by being taken back
        return last if _TAKEN_BACK.search(read) and not said.words else None
    return None


def _names_any(words: tuple[str, ...], before: tuple[str, ...]) -> bool:
    return not {one for word in words for one in word.split("|")}.isdisjoint(
        one for word in before for one in word.split("|")
    )


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
    if len(said.firm_words) != 1 or len(last.firm_words) != 1:
        return False
    word = said.firm_words[0]
    known = word in lexicon.taught or word in lexicon.topics
    return not known or frozenset((word, last.firm_words[0])) in lexicon.together


def of_a_kind(last: Meaning, lexicon: Lexicon) -> bool:
    """Whether what was looked for is a kind alone (技能, 考证), of which any name is one."""
    return (
        last.names_something and (not last.words or lexicon.manners.issuperset(last.words)) and not last.code
    )


# 西关呢, after 东关: a place where nothing is held
_LIKE_A_PLACE = regex(
    r"^(?:那|换成?|改成?|或者|要不|有没有|有|在|去|到"
    r"|[ ,])*(?P<place>[㐀-鿿]{1,4}[关街路庄湾桥湖河岭坪店集屯营门口巷里苑园寺塘城区镇乡村])"
    r"(?:那边|这边|附近|那块儿?|那里|的|那)*(?:呢|有吗|有没有|有没|行吗|可以吗|也行|吧|吗|[?？])+$"
)


def elsewhere(read: str, said: Meaning, last: Meaning) -> Meaning | None:
    """Return the last meaning at a place that nobody knows, where one was told before, or None."""
    match = _LIKE_A_PLACE.match(read) if last.place else None
    if match is None or said != Meaning(words=said.words) or len(said.words) != 1:
        return None
    if said.words[0] not in match["place"]:
        return None
    return replace(dialogue.without_kinds(last, {"place", "near"}), place=(match["place"],))
