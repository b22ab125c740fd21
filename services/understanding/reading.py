"""From a text to a meaning: the readers in their order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

from services.regex import regex
from services.understanding import dialogue, following, or_else
from services.understanding.comparing import in_plain_comparison
from services.understanding.cutting import names_topic
from services.understanding.day_parts import in_that_half
from services.understanding.english import in_plain_english
from services.understanding.exchange import exchanged
from services.understanding.going_on import (
    QUALITY,
    is_for_oneself,
    plainer,
    said_of_the_list,
)
from services.understanding.guessing import guessed_intent
from services.understanding.intents import contained_intent, exact_intent, is_seeking
from services.understanding.kinfolk import without_kin
from services.understanding.latin import whole_in_pinyin
from services.understanding.lexicon import Lexicon
from services.understanding.meaning import Meaning
from services.understanding.no_matter import in_known_words
from services.understanding.normalise import normalise, squeeze
from services.understanding.reader import MOST_REMEMBERED, Reader
from services.understanding.unable import in_plain_refusal
from services.understanding.unframed import unframed
from services.understanding.widening import widened


def understand(
    text: str,
    *,
    today: date,
    now_minute: int,
    lexicon: Lexicon,
    last: Meaning | None = None,
    shown_fees: tuple[int, ...] = (),
    shown_starts: tuple[int, ...] = (),
) -> Meaning:
    """Return what a text means; any text gives a meaning, in bounded time.

    `today` and `now_minute` (minutes after midnight) are the town's; `last` is the search of the turn before,
    which a text that only adds conditions narrows; `shown_fees` (fen) is what the classes shown by it cost,
    `shown_starts` (ordinals) when they begin.
    """
    read = normalise(text)
    read = without_kin(whole_in_pinyin(read, lexicon) or in_plain_english(read))
    last = last if last is not None and last.intent == "search" else None
    matterless = None
    if last is not None:
        read = plainer(in_plain_comparison(unframed(read)))
        matterless = in_known_words(read)
        read = read if matterless else in_plain_refusal(read, lexicon)
        if (last.audience or last.age is not None) and is_for_oneself(read):
            return dialogue.without_kinds(last, {"audience", "age"})
        if _TAKES_BACK.search(read):
            less = following.continued(read, last, Reader(lexicon, today), shown_fees)
            if less is not None:
                return less
    if last is not None and matterless:
        wider = widened(matterless, last)
        if wider is not None:
            return wider[0]
    if last is not None and (intent := said_of_the_list(read)):
        return Meaning(intent=intent)
    fixed, other, has_topic = _intents(read, lexicon, today, last is not None)
    if fixed == "search" and last is not None and not last.names_something:
        return last
    if fixed:
        return Meaning(intent=fixed)
    title = _whole_title(read, lexicon)
    if title:
        return _titled(title, lexicon)
    if last is not None:
        there = dialogue.if_none(read)
        if there != read and (known := in_known_words(there)):
            return (widened(known, last) or (last, ""))[0]
        read = there
        corrector = Reader(lexicon, today)
        if changed := exchanged(read, last, corrector):
            read, other = f"换成{changed}", None
        instead = dialogue.corrected(read) or following.put_right(read, last, corrector)
        if instead:
            right = following.corrected(instead, last, corrector)
            return following.without_refused(read, right, last, lexicon)
    if "没" in read or "找不到" in read:
        reader = Reader(lexicon, today)
        preferred = or_else.preferred(read, last, reader, partial(_afresh, reader=reader, last=last))
        if preferred is not None:
            return preferred
    if other and not (
        other == "cannot_come" and _SEARCHING.search(read) and (has_topic or _CLASS.search(read))
    ):
        return Meaning(intent=other)
    reader = Reader(lexicon, today)
    if last is not None:
        read = in_that_half(read, last)
        continued = following.continued(read, last, reader, shown_fees, shown_starts)
        if continued is not None:
            return continued
    return _afresh(read, reader, last)


def _intents(
    read: str, lexicon: Lexicon, today: date, searching: bool
) -> tuple[str | None, str | None, bool]:
    """Return the intent a text is a fixed phrase for, the one it contains, and whether it names a topic."""
    readings = lexicon.readings(today) if len(read) <= MOST_REMEMBERED else {}
    key = (read, searching)
    found: tuple[str | None, str | None, bool] | None = readings.get(key)
    if found is None:
        has_topic = bool(lexicon.topics_in(squeeze(read)))
        other = contained_intent(read, has_topic=has_topic, searching=searching)
        if other and not has_topic and names_topic(read, lexicon):
            # an everyday name of a topic counts as well; it is looked for only where an intent was heard
            other = contained_intent(read, has_topic=True, searching=searching)
        if other and other != "unknown" and _TAUGHT.search(read):
            other = None
        if other == "big" and has_topic and _LEARNING.search(read):
            # 字太小 is told by the way
            other = None
        if searching and other == "weekly" and _OF_THE_WEEK.match(read):
            # 下周的课 of what is looked for
            other = None
        if other == "next_class" and has_topic and not _OWN.search(read):
            # 太极拳几点上课 is asked of the classes there are
            other = None
        fixed = exact_intent(read)
        if searching and other == "complaint" and _UNWANTED.match(read):
            # 不要太吵的 of what is looked for
            other = None
        if searching and "language" in (fixed, other) and "英语" in read and "英语" in lexicon.topics:
            # 换成英语 is something else to learn
            fixed = other = None
        if searching and fixed == "help" and "新手" in read:
            # what is looked for is for beginners
            fixed = None
        found = readings[key] = (fixed, other, has_topic)
    return found


def _afresh(read: str, reader: Reader, last: Meaning | None) -> Meaning:
    meaning, known, unknown = reader.meaning(read)
    if last is not None and unknown and not known and (there := following.elsewhere(read, meaning, last)):
        return there
    if meaning.is_blank and meaning.order == "relevance":
        guessed = guessed_intent(read, searching=last is not None)
        if last is not None and (
            _FOR_WHOM.search(read)
            or (
                guessed is None
                and is_seeking(read)
                and not (_ANY_CLASS.search(read) and last.names_something)
            )
            or _ANY_OF_THEM.match(read)
        ):
            return last
        if last is not None and _OTHER_CLASS.search(read) and not last.without_words().is_blank:
            return replace(last.without_words(), category=None, code=None)
        return Meaning(intent=guessed or ("search" if is_seeking(read) and not unknown else "unknown"))
    changes = last is not None and dialogue.changes(read) and not meaning.without_words().is_blank
    quality = last is not None and last.names_something and bool(meaning.words and QUALITY.search(read))
    if ((unknown and not known) or reader.loose) and not changes and not quality:
        # nobody teaches what was said: it may be no search at all
        guessed = (
            None
            if meaning.category or meaning.code or "推荐" in read
            else guessed_intent(read, searching=last is not None)
        )
        nothing = unknown and not known and (_HUMMED.fullmatch(read) or not _is_wish(read, meaning))
        if guessed or nothing:
            return Meaning(intent=guessed or "unknown")
    if last is None:
        return meaning
    last = following.grown_up(meaning, last, reader.lexicon)
    if meaning.words and last.names_something and reader.lexicon.groups.issuperset(meaning.words):
        # 亲子的 says for whom
        meaning = replace(meaning, words=(), audience=meaning.words)
    if not meaning.names_something and (_OTHER_CLASS.search(read) or _WHAT_ELSE.search(read)):
        last = replace(last.without_words(), any_of=())
    if reader.only_names and following.teachers(meaning.words, reader.lexicon):
        # one teacher takes the place of another
        last = following.without_teachers(last, reader.lexicon)
    if following.of_a_kind(last, reader.lexicon) and _is_bare_topic(read, meaning, reader.lexicon):
        return dialogue.instead(meaning, last)
    if meaning == Meaning(excluded=meaning.excluded):
        # 不要剪纸, of 书法、国画或剪纸
        less = dialogue.without_words_of(last, meaning.excluded)
        if less is not None:
            return less
    if following.given_up(meaning, last):
        return Meaning(intent="settled")
    if _OF_IT.search(read) and following.of_both(meaning, last, reader.lexicon):
        return replace(meaning, words=(*last.words, *meaning.words)).merge(last)
    if following.replaced(meaning, last, reader.lexicon):
        return dialogue.instead(meaning, last)
    if _KIND.search(read) and following.narrower(meaning.firm_words, last.words, reader.lexicon):
        return meaning.merge(last)
    if _MORE_OF_IT.search(read) and replace(meaning, order=last.order) == Meaning(words=last.words):
        return Meaning(intent="more")
    narrows = reader.only_names or reader.lexicon.manners.issuperset(meaning.words)
    return dialogue.followed(read, meaning, last, only_names=narrows or quality)


# 想写毛笔字，周末去不了: when one cannot come is told of what is looked for
_SEARCHING = regex(
    r"能[去来上](?:的|啥|什么)|有哪些|别的|其他|其它|想(?:要|去|来)?(?:学|报|参加|练|写|画|唱|跳|"
    r"找个|找点)|有没有|有啥|有什么|找个"
)
_UNWANTED = regex("^(?:那|我|也|最好)*(?:不要|别|不想要?|不喜欢|不能)(?:那么|这么|太)?[^,，]{1,6}的?$")
_OF_THE_WEEK = regex("^(?:这|下|本)个?(?:周|星期|礼拜)的课(?:呢|吗|有吗|有没有|有哪些|[?？])*$")
_CLASS = regex(r"能[去来上](?:的|啥|什么)|别的|其他|其它|[的]?[课班](?:程|$|[吗呢 ,])")
_LEARNING = regex("想[听唱跳练弹拉画]|[想要]学|学学|教教|报个|找个")
# 隐私保护讲座, 有没有教写投诉信的: what is taught may be about anything
_TAUGHT = regex(
    r"(?:有没有|有|想找|找)教(?!室|材)|(?:培训|讲座|培训班|学习班)(?:课|班)?(?:吗|呢|有吗|有没有|"
    r"什么时候有)?[?？]?$|有没有不用"
)
# whose lesson it is
_OWN = regex(
    "[我俺咱]|今[天晚早儿]|明[天晚早儿]|后天|下一?[次节堂回趟]|这[次节堂回]|那[节堂]|my|[本下这]周|集合|停课"
)
# 楷书的: a kind of what was looked for, with all that was said of that
_KIND = regex("(?:[的吧呢]|就行|就好|就可以|就成|也行)(?:有没有|有|吗|呢|吧|[?？])*$")
_OF_IT = regex("^.{2,8}的(?:吗|呢|有吗|有没有|[?？])*$")
# 还有没有其他二胡班, where those were shown
_MORE_OF_IT = regex("(?:还有|有没有|再来|换|看看).{0,3}(?:其他|其它|别的|更多|几个)")
# 取消周末 takes back what was said, and no place in a class
_TAKES_BACK = regex("^(?:把)?(?:取消|去掉|删掉|撤掉|去除|拿掉)|(?:取消|去掉|删掉|撤掉|拿掉)$")
# who wants to learn what was looked for
_FOR_WHOM = regex(
    r"^(?:是)?(?:我|他|她|俺)[㐀-鿿]{0,4}?(?:也)?(?:想|要|打算)(?:来|去)?(?:学|报|上|参加)(?:的|呢|呀)?$"
)
_OTHER_CLASS = regex(
    r"(?:什么|啥|哪些)?(?:别的|其他|其它)(?:的)?[课班]|(?:学|换|看|找|来)点?(?:别的|其他|其它)(?:的)?(?:吧"
    r"|呢|东西|看看)*$"
)
# 周末还有什么课: not what was looked for, but whatever there is then
_WHAT_ELSE = regex(r"(?:还有|都有|有)(?:些)?(?:什么|啥|哪些)(?:别的|其他|其它|好)?的?(?:课|班|课程|活动)")
_AROUND_TOPIC = regex("^(?:那|算了|学|就|要|看看)+|(?:有吗|吧|呢|吗|呗|啊|也行|好了|看看|[?？!！。])+$")
# 推荐一个 of what was looked for
_ANY_OF_THEM = regex(
    r"^(?:你|给我|帮我|那|就|随便|请)*推荐(?:推荐|一?个|几个|一下)?(?:吧|呗|给我|好的|看看)*$"
    r"|^(?:那|里面|这里面|一共|总共|到底)*(?:都)?有(?:些)?(?:什么|啥|哪些|哪几个)(?:啊|呢|呀|[?？])*$"
)
# 有什么课 begins anew
_ANY_CLASS = regex(r"什么|啥|哪些|哪几|所有|全部|随便|推荐|别的|其他")


def _is_bare_topic(read: str, meaning: Meaning, lexicon: Lexicon) -> bool:
    """Whether a text is the name of something to learn and hardly more: 国画吧."""
    if not meaning.words or not meaning.only_names:
        return False
    sense = lexicon.phrases.get(_AROUND_TOPIC.sub("", squeeze(read)))
    return sense is not None and sense.kind == "topic"


def _whole_title(text: str, lexicon: Lexicon) -> str | None:
    """Return a title that was said as it stands; a plain topic word is none, for it means more classes."""
    said = squeeze(text)
    if said not in lexicon.titles:
        return None
    sense = lexicon.phrases.get(said)
    return None if said in lexicon.topics or (sense and sense.kind in ("place", "teacher")) else said


def _titled(title: str, lexicon: Lexicon) -> Meaning:
    """A title said as it stands; one that only names its topic stands for all about it, itself first."""
    topics = lexicon.topics_in(title)
    if not topics or lexicon.names_more(title):
        return Meaning(words=(title,))
    return Meaning(words=("|".join(topics), title), soft=frozenset({f"word:{title}"}))


# 呃那个啥: nothing is said yet
_HUMMED = regex(r"[呃嗯啊哦额诶唉哎哈嘿呵呀吧啥那个这了的好是对啦么嘛 ,，。.…]+")


def _is_wish(text: str, meaning: Meaning) -> bool:
    """Words that nobody here teaches are a wish when short, or said as one; otherwise they are talk."""
    if len(squeeze(text)) <= 8 or is_seeking(text):
        return True
    return any(part.partition(":")[0] not in ("word", "dates") for part in meaning.parts())
