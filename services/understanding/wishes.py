"""What is not wanted, and what would only be nice: 不要广场舞, 除了书法, 最好是晚上."""

from __future__ import annotations

from services.regex import regex
from services.understanding.draft import Draft
from services.understanding.lexicon import Lexicon
from services.understanding.lexicon.lexicon import LONGEST

_BEFORE = regex(
    r"(?<!要)(?P<not>(?:不想|不要|不|别)(?:跟|和)|不想再?|不要再?|不想要|不学|不喜欢|不爱|不考虑|不是|不在"
    r"|不去|非"
    r"|别给我|别|除了|除|讨厌"
    r"|(?<![要是能行会好得])不(?=[唱跳打练画写做拉弹下游]))"
    r"(?:学|跳|练|唱|看|推荐|是|要|带|陪|推|给|适合|针对|面向|在|去|到){0,2}"
)
_BEHIND = regex(
    r"(?:之外|以外|[学上报]过了)"
    r"|(?:那边|那里|那儿|这边|之类|什么的)?(?:的课|的班|的|课|班)?(?:太远了?|远了?)?(?:我|俺|就|都|也|可"
    r"|实在|真){0,3}"
    r"(?P<no>不能[上学去报]|不能参加|去过了?|不要|除外|不行|不可以|不考虑|不想学?|不学|不去|去不了|来不了"
    r"|不方便|不合适|不适合我?|没兴趣|不感兴趣|不喜欢|不爱学?"
    r"|学不了|不用|算了|太远)(?:了|的|啊|吧|呀|哦)*(?=$|[ ,.;!?。、]|有|给|换|想|但|可|还|别的|其|那[种样些])"
)
# 除了书法还有什么: what follows an exception says nothing more
_REST = regex(r"(?:之外|以外|外)?的?(?:(?:都|还)?有没有|(?:都|还)?有)?(?:什么|啥|哪些|其他|其它|别的)?")
# 最好的 says how good, not what would be nice
_SOFT = regex(
    r"(?:(?<![^ ,;!?。、])最好 |最好(?![的吃 ])|尽量|尽可能|优先|要是能|如果能)(?:还是|是|能|在|要)?"
    r"(?P<wish>[^ ,;!?。、]{1,14}?(?: 或者[^ ,;!?。、]{1,8}?(?:也行|也可以)?)?)(?:的话|就更好了?"
    r"|就好了?|最好了?|就行)?(?=[ ,;!?。、]|$)"
)
_WISHING = regex("[好尽优]|[是果]能")
_REFUSING = regex("[不别除非讨外没远过]|算了")
_JOINT = regex("[和与跟、,]|还有")
_UNABLE = regex(r"(?:还|又|也)?不(?:太|怎么)?会(?:用|弄|玩|使)?|[跳打唱练学走跑拉弹](?:不了|不动|不来|不成)")
# what somebody has learnt already, where something else is wanted now
_LEARNT = regex(r"(?:(?<![没未有])学过|上过|会一?点|学了[^,，]{0,4}?年)")
_SOFT_BEHIND = regex(
    r"(?:^|(?<=[,;!?。、 ]))(?P<wish>[^,;!?。、 ]{1,8}?)(?:就?更好了?|优先|最好了?)(?=[,;!?。、 ]|$)"
)
_REFUSABLE = ("topic", "audience", "teacher", "place", "level", "online", "weak", "form")
# what somebody would rather have, as against what they came for
_WISHABLE = (
    "dates", "starts", "weekdays", "hours", "free", "fee_min", "fee_max", "online", "level", "seats", "near",
    "any_of",
)  # fmt: skip
_FEES = ("free", "fee_min", "fee_max")
_LISTS = ("words", "place", "audience", "excluded")


def take_soft(text: str) -> tuple[str, str]:
    """Return a normalised text without what would only be nice, and that."""
    if not _WISHING.search(text):
        return text, ""
    wishes: list[str] = []
    for pattern in (_SOFT, _SOFT_BEHIND):
        wishes += [match["wish"] for match in pattern.finditer(text)]
        text = pattern.sub(" ", text)
    return text, " , ".join(wishes)


def read_negated(draft: Draft, lexicon: Lexicon) -> None:
    """Take known words that somebody does not want out of the draft's text and set `excluded`."""
    if not _REFUSING.search(draft.text):
        return
    at = 0
    while match := _BEFORE.search(draft.text, at):
        at = match.end()
        # 别被骗 is what a class is about
        if not _phrase_from(draft.text, match.start(), lexicon):
            # 除了唱歌: what looks like the verb may be the word itself
            begins = [match.end("not"), match.end()]
            begin = next((place for place in begins if _phrase_from(draft.text, place, lexicon)), None)
            if begin is not None:
                at = _refuse_all(draft, match.start(), begin, lexicon)
    at = 0
    while match := _BEHIND.search(draft.text, at):
        at = match.end()
        # the 课 of 网课不要 is its own
        last = match.start("no") if match["no"] else match.start()
        for end in range(match.start(), last + 1):
            start = _phrase_until(draft.text, end, lexicon)
            if start is not None:
                _refuse(draft, draft.text[start:end], (start, match.end()), lexicon)
                break


def _refuse_all(draft: Draft, start: int, begin: int, lexicon: Lexicon) -> int:
    """Refuse a word and those that follow it at once (除了唱歌跳舞); where to read on."""
    end = _phrase_from(draft.text, begin, lexicon)
    at = begin
    while end is not None:
        word = draft.text[begin:end]
        at = _refuse(draft, word, (start, end), lexicon)
        joint = _JOINT.match(draft.text, end)
        start = begin = joint.end() if joint else end
        end = _phrase_from(draft.text, begin, lexicon)
        if end is not None and lexicon.phrases[draft.text[begin:end]].kind != "topic":
            break
    return at


def read_learnt(draft: Draft, lexicon: Lexicon) -> None:
    """Blank out what somebody has learnt already, where another topic follows (学过素描想学油画).

    So with what somebody cannot do where something else is wanted (她不会用手机,要线下的).
    """
    for match in _UNABLE.finditer(draft.text) if "不" in draft.text else ():
        end = _phrase_from(draft.text, match.end(), lexicon)
        rest = f"{draft.text[: match.start()]}{' ' * ((end or 0) - match.start())}{draft.text[end:]}"
        if end and lexicon.topics_in(rest.replace(" ", "")):
            draft.text = rest
    for match in _LEARNT.finditer(draft.text):
        end = _phrase_from(draft.text, match.end(), lexicon)
        if end and lexicon.topics_in(draft.text[end:].replace(" ", "")):
            draft.text = draft.text[: match.start()] + " " * (end - match.start()) + draft.text[end:]


def _refuse(draft: Draft, word: str, span: tuple[int, int], lexicon: Lexicon) -> int:
    sense = lexicon.phrases[word]
    if sense.kind == "online":
        draft.fields["online"] = sense.value != "yes"
    else:
        draft.add("excluded", sense.value if sense.kind in ("topic", "audience") else word)
    start, end = span
    rest = _REST.match(draft.text, end)
    end = rest.end() if rest else end
    draft.text = draft.text[:start] + " " * (end - start) + draft.text[end:]
    return end


def _phrase_from(text: str, start: int, lexicon: Lexicon) -> int | None:
    for length in range(min(LONGEST, len(text) - start), 1, -1):
        sense = lexicon.phrases.get(text[start : start + length])
        if sense and sense.kind in _REFUSABLE:
            return start + length
    return None


def _phrase_until(text: str, end: int, lexicon: Lexicon) -> int | None:
    for length in range(min(LONGEST, end), 1, -1):
        sense = lexicon.phrases.get(text[end - length : end])
        if sense and sense.kind in _REFUSABLE:
            return end - length
    return None


def add_wishes(hard: Draft, soft: Draft) -> None:
    """Join what would be nice to what is wanted; a topic or a person in it is wanted all the same."""
    names: set[str] = set()
    for name, value in soft.fields.items():
        if name in _LISTS:
            fresh = [word for word in value if word not in hard.fields.get(name, ())]
            if name == "words" and hard.fields.get("words"):
                # 想学个手艺,最好能挣钱
                names |= {f"word:{word}" for word in fresh}
            for word in fresh:
                hard.add(name, word)
            if name == "place":
                names |= {f"place:{word}" for word in fresh}
        elif name != "soft" and name not in hard.fields:
            hard.fields[name] = value
            if name in _WISHABLE:
                names.add("fee" if name in _FEES else name)
    if names:
        hard.fields["soft"] = frozenset(hard.fields.get("soft", frozenset()) | names)
