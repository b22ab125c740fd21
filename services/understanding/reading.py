"""From a text to a meaning: the readers in their order."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

from services.understanding import dialogue
from services.understanding.draft import Draft
from services.understanding.english import read_figures
from services.understanding.going_on import (
    QUALITY,
    bare_number,
    in_known_words,
    is_for_oneself,
    plainer,
    said_of_the_list,
)
from services.understanding.guessing import guessed_intent
from services.understanding.intents import contained_intent, exact_intent, is_seeking
from services.understanding.latin import read_code, read_latin, whole_in_pinyin
from services.understanding.lexicon import Lexicon
from services.understanding.lexicon.everyday import about, about_others
from services.understanding.meaning import Meaning
from services.understanding.money import read_money
from services.understanding.normalise import normalise, squeeze
from services.understanding.people import read_age, read_teacher
from services.understanding.places import is_nearby_word, read_distance, unnamed_place
from services.understanding.plainly import plainly
from services.understanding.times import read_times
from services.understanding.topics import Cut, cut, either, names_topic, read_words, trimmed
from services.understanding.ways import in_ways
from services.understanding.wishes import add_wishes, read_learnt, read_negated, take_soft

GROWN = 18
# a longer text is hardly said twice
MOST_REMEMBERED = 40


def understand(
    text: str,
    *,
    today: date,
    now_minute: int,
    lexicon: Lexicon,
    last: Meaning | None = None,
    shown_fees: tuple[int, ...] = (),
) -> Meaning:
    """Return what a text means; any text gives a meaning, in bounded time.

    `today` and `now_minute` (minutes after midnight) are the town's; `last` is the search of the turn before,
    which a text that only adds conditions narrows, and `shown_fees` (fen) what the classes shown by it cost.
    """
    read = normalise(text)
    read = whole_in_pinyin(read, lexicon) or read
    last = last if last is not None and last.intent == "search" else None
    if last is not None:
        read = plainer(read)
        if is_for_oneself(read):
            return dialogue.without_kinds(last, {"audience", "age"})
        if _TAKES_BACK.search(read):
            less = _continued(read, last, _Reader(lexicon, today), shown_fees)
            if less is not None:
                return less
    if last is not None and (known := in_known_words(read)):
        wider = dialogue.widened(known, last)
        if wider is not None:
            return wider[0]
    if last is not None and (intent := said_of_the_list(read)):
        return Meaning(intent=intent)
    fixed, other, has_topic = _intents(read, lexicon, today, last is not None)
    if fixed:
        return Meaning(intent=fixed)
    title = _whole_title(read, lexicon)
    if title:
        return _titled(title, lexicon)
    if last is not None:
        read = dialogue.if_none(read)
        corrector = _Reader(lexicon, today)
        instead = dialogue.corrected(read) or _put_right(read, corrector)
        if instead:
            return _corrected(instead, last, corrector)
    if other and not (
        other == "cannot_come" and _SEARCHING.search(read) and (has_topic or _CLASS.search(read))
    ):
        return Meaning(intent=other)
    reader = _Reader(lexicon, today)
    if last is not None:
        continued = _continued(read, last, reader, shown_fees)
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
        if other == "next_class" and has_topic and not _OWN.search(read):
            # 太极拳几点上课 is asked of the classes there are
            other = None
        found = readings[key] = (exact_intent(read), other, has_topic)
    return found


def _put_right(read: str, reader: _Reader) -> str | None:
    """Return what stands in the place of a condition that was wrong: 东关 of 不是南湖 是东关."""
    match = _NOT_BUT.match(read) if "不是" in read else None
    if match is None:
        return None
    wrong = reader.meaning(match["wrong"])[0]
    return None if wrong.is_blank or wrong.words else match["right"]


def _corrected(said: str, last: Meaning, reader: _Reader) -> Meaning:
    """Return what was meant instead: all of it, or the condition that was wrong."""
    if dialogue.is_oneself(said):
        return dialogue.without_kinds(last, {"audience", "age"})
    meaning, known, _ = reader.meaning(said)
    if meaning.names_something:
        return meaning
    kinds = {part.partition(":")[0] for part in meaning.parts()}
    if not kinds and not known:
        return Meaning(intent="none_fit")
    return meaning.merge(dialogue.without_alike(last, kinds))


def _afresh(read: str, reader: _Reader, last: Meaning | None) -> Meaning:
    meaning, known, unknown = reader.meaning(read)
    if meaning.is_blank and meaning.order == "relevance":
        if last is not None and (
            _FOR_WHOM.search(read) or (is_seeking(read) and not _ANY_CLASS.search(read))
        ):
            return last
        if last is not None and _OTHER_CLASS.search(read) and not last.without_words().is_blank:
            return replace(last.without_words(), category=None, code=None)
        guessed = guessed_intent(read)
        return Meaning(intent=guessed or ("search" if is_seeking(read) and not unknown else "unknown"))
    changes = last is not None and dialogue.changes(read) and not meaning.without_words().is_blank
    if ((unknown and not known) or reader.loose) and not changes:
        # nobody teaches what was said: it may be no search at all
        guessed = None if meaning.category or meaning.code or "推荐" in read else guessed_intent(read)
        nothing = unknown and not known and (_HUMMED.fullmatch(read) or not _is_wish(read, meaning))
        if guessed or nothing:
            return Meaning(intent=guessed or "unknown")
    if last is None:
        return meaning
    if meaning.words and last.names_something and reader.lexicon.groups.issuperset(meaning.words):
        # 亲子的 says for whom
        meaning = replace(meaning, words=(), audience=meaning.words)
    if not meaning.names_something and _OTHER_CLASS.search(read):
        last = replace(last.without_words(), any_of=())
    if reader.only_names and _teachers(meaning.words, reader.lexicon):
        # one teacher takes the place of another
        last = _without_teachers(last, reader.lexicon)
    if _KIND.search(read) and _narrower(meaning.words, last.words, reader.lexicon):
        return meaning.merge(last)
    if _MORE_OF_IT.search(read) and replace(meaning, order=last.order) == Meaning(words=last.words):
        return Meaning(intent="more")
    narrows = reader.only_names or reader.lexicon.manners.issuperset(meaning.words)
    narrows = narrows or (QUALITY.search(read) is not None and bool(meaning.words))
    return dialogue.followed(read, meaning, last, only_names=narrows)


def _teachers(words: tuple[str, ...], lexicon: Lexicon) -> list[str]:
    return [word for word in words if word in lexicon.teachers]


def _narrower(words: tuple[str, ...], before: tuple[str, ...], lexicon: Lexicon) -> bool:
    """Whether what is named is a kind of what was looked for: 楷书 after 书法."""
    broad = {one for word in before for one in word.split("|")}
    kinds = [one for word in words for one in word.split("|")]
    return bool(broad and kinds) and all(not broad.isdisjoint(lexicon.wider(kind)) for kind in kinds)


def _without_teachers(meaning: Meaning, lexicon: Lexicon) -> Meaning:
    gone = tuple(word for word in meaning.excluded if word not in lexicon.teachers)
    if gone != meaning.excluded:
        meaning = replace(meaning, excluded=gone)
    for word in _teachers(meaning.words, lexicon):
        meaning = meaning.without(f"word:{word}")
    return meaning


def _continued(read: str, last: Meaning, reader: _Reader, shown_fees: tuple[int, ...]) -> Meaning | None:
    """Return what a text makes of the search before where it widens or compares, or None."""
    if _OTHER_TEACHER.search(read):
        gone = _teachers(last.words, reader.lexicon)
        excluded = last.excluded
        if "也" not in read and "都" not in read:
            excluded = tuple(dict.fromkeys((*excluded, *gone)))
        return replace(_without_teachers(last, reader.lexicon), excluded=excluded)
    if (changed := bare_number(read, last)) is not None:
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
    for pattern, hours in _TOO_TIMED:
        if pattern.search(read) and reader.meaning(pattern.sub(" ", read))[0].is_blank:
            return replace(last, hours=hours, any_of=())
    if _CHEAPER.search(read) and "最" not in read:
        said, known, _ = reader.meaning(_CHEAPER.sub(" ", read))
        if not known and not said.without_words().parts():
            return cheaper(last, shown_fees) if _LESS.search(read) else replace(last, order="cheapest")
    return None


def cheaper(last: Meaning, shown_fees: tuple[int, ...]) -> Meaning:
    """Return the last wish at less than what was just shown, cheapest first."""
    dearest = max(shown_fees, default=0)
    if dearest <= 0:
        return replace(last, order="cheapest")
    return replace(
        last, free=False, fee_min=None, fee_max=dearest - (_YUAN if dearest > _YUAN else 1), order="cheapest"
    )


_YUAN = 100
_CHEAPER = re.compile(
    r"(?:更|再|能不能|有没有|有)?便宜(?:一?点儿?|一?些)?|(?:太|好|有点|有些|嫌|都|是)贵了?点?"
)


_TOO_FAR = re.compile(
    r"(?:太|有点儿?|有些|好|都|嫌|离我?家?太?)远了?|近一?点儿?的?(?:有|没有)?(?:吗|么|没)?$"
)
# 这些都太晚了
_TOO_TIMED = (
    (re.compile(r"(?:太|有点儿?|有些)晚了?"), (0, 1080)),
    (re.compile(r"(?:太|有点儿?|有些)早了?"), (540, 1440)),
)  # fmt: skip
_LESS = re.compile(r"便宜(?:一?点|一?些)|更便宜|再便宜|能不能|贵")
# 十二月有什么班开课 asks for the first session
_STARTING = re.compile(r"(?:开课|开班|开始上课|开学)的?(?:吗|呢|么)?[?？]?\s*$")
# 想写毛笔字，周末去不了: when one cannot come is told of what is looked for
_SEARCHING = re.compile(
    r"能[去来上](?:的|啥|什么)|有哪些|别的|其他|其它|想(?:要|去|来)?(?:学|报|参加|练|写|画|唱|跳|"
    r"找个|找点)|有没有|有啥|有什么|找个"
)
_CLASS = re.compile(r"能[去来上](?:的|啥|什么)|别的|其他|其它|[的]?[课班](?:程|$|[吗呢 ,])")
# 隐私保护讲座, 有没有教写投诉信的: what is taught may be about anything
_TAUGHT = re.compile(
    r"(?:有没有|有|想找|找)教(?!室|材)|(?:培训|讲座|培训班|学习班)(?:课|班)?(?:吗|呢|有吗|有没有|"
    r"什么时候有)?[?？]?$|有没有不用"
)
# whose lesson it is
_OWN = re.compile(
    "[我俺咱]|今[天晚早儿]|明[天晚早儿]|后天|下一?[次节堂回趟]|这[次节堂回]|那[节堂]|my|[本下这]周|集合|停课"
)
# 楷书的: a kind of what was looked for, with all that was said of that
_KIND = re.compile("(?:[的吧呢]|就行|就好|就可以|就成|也行)(?:有吗|有没有|有|吗|呢|吧|[?？])*$")
# 还有没有其他二胡班, where those were shown
_MORE_OF_IT = re.compile("(?:还有|有没有|再来|换|看看).{0,3}(?:其他|其它|别的|更多|几个)")
# 取消周末 takes back what was said, and no place in a class
_TAKES_BACK = re.compile("^(?:把)?(?:取消|去掉|删掉|撤掉|去除|拿掉)|(?:取消|去掉|删掉|撤掉|拿掉)$")
_NOT_BUT = re.compile(
    r"^(?:[哎诶哦呀啊, ]|那个)*不是(?P<wrong>[^ ,是]{1,6}?)的?[, ]*(?<!就)而?是(?!不是)(?P<right>.{2,})$"
)
_OTHER_TEACHER = re.compile(
    r"^(?:那|能不能|可不可以|我想|有没有|想|要)*(?:换个?|换一?[个位]|别的|其他|其它|不要这个|不想"
    r"要这个)(?:别的|其他)?(?:的)?老师(?:教)?的?(?:[也都](?:行|可以|成|好))?(?:了|吧|呢|吗|行吗|有"
    r"吗|有没有|[?？])*$"
)
# who wants to learn what was looked for
_FOR_WHOM = re.compile(
    r"^(?:是)?(?:我|他|她|俺)[㐀-鿿]{0,4}?(?:也)?(?:想|要|打算)(?:来|去)?(?:学|报|上|参加)(?:的|呢|呀)?$"
)
_OTHER_CLASS = re.compile(r"(?:什么|啥|哪些)?(?:别的|其他|其它)(?:的)?[课班]")
# 有什么课 begins anew
_ANY_CLASS = re.compile(r"什么|啥|哪些|哪几|所有|全部|随便|推荐|别的|其他")


class _Reader:
    """Reads texts with one lexicon on one day."""

    def __init__(self, lexicon: Lexicon, today: date) -> None:
        self.lexicon = self._lexicon = lexicon
        self._today = today
        # whether the words of the last text read are teachers' names (or 讲座 and the like) and nothing else
        self.only_names = False
        # how many of its words are pieces of texts and have no name of their own
        self.loose = 0

    def meaning(self, text: str) -> tuple[Meaning, bool, bool]:
        """Return what a text asks for, whether the catalogue knows any of its words, and lacks any."""
        if len(text) > MOST_REMEMBERED:
            return self._meaning(text)
        readings = self._lexicon.readings(self._today)
        found = readings.get(text)
        if found is None:
            found = readings[text] = (self._meaning(text), self.only_names, self.loose)
        read, self.only_names, self.loose = found
        return read

    def _meaning(self, text: str) -> tuple[Meaning, bool, bool]:
        plain = plainly(text)
        read = self._at_once(plain)
        if any("|" in word for word in read[0].words):
            several = in_ways(plain, read[0], lambda piece: self._at_once(piece)[0])
            if several is not None:
                return several, True, False
        return read

    def _at_once(self, plain: str) -> tuple[Meaning, bool, bool]:
        hard, wish = take_soft(plain)
        draft = Draft(hard)
        known, unknown = self._read(draft)
        if wish:
            soft = Draft(wish)
            known_wish, unknown_wish = self._read(soft)
            add_wishes(draft, soft)
            known, unknown = known or known_wish, unknown or unknown_wish
        fields = draft.fields
        soft_parts = fields.pop("soft", frozenset())
        if "excluded" in fields and "words" in fields and "不是" in plain:
            # 不是毛笔 是硬笔: a kind of what is not wanted may be wanted
            broad = frozenset[str]().union(*map(self._lexicon.wider, "|".join(fields["words"]).split("|")))
            fields["excluded"] = tuple(word for word in fields["excluded"] if word not in broad)
        if any(one.age is not None for one in fields.get("any_of", ())):
            # how old each of them is says more than what they are called
            fields.pop("audience", None)
        if fields.get("age", 0) > 3 and "婴幼儿" in fields.get("audience", ()):
            fields["audience"] = tuple(
                dict.fromkeys("儿童" if one == "婴幼儿" else one for one in fields["audience"])
            )
        meaning = Meaning(**fields)
        if soft_parts:
            meaning = replace(meaning, soft=frozenset(soft_parts).intersection(meaning.parts()))
        return meaning, known, unknown

    def _read(self, draft: Draft) -> tuple[bool, bool]:
        lexicon = self._lexicon
        read_code(draft, lexicon)
        draft.text = read_figures(draft.text)
        read_latin(draft, lexicon)
        latin = bool(draft.fields.get("words"))
        read_age(draft)
        read_times(draft, self._today)
        if "dates" in draft.fields and "starts" not in draft.fields and _STARTING.search(draft.text):
            draft.fields["starts"] = draft.fields.pop("dates")
        read_money(draft)
        read_distance(draft)
        read_negated(draft, lexicon)
        read_learnt(draft, lexicon)
        read_teacher(draft, lexicon)
        said = cut(draft.text, lexicon)
        for at, run in enumerate(said.runs):
            unnamed = unnamed_place(run)
            if unnamed:
                draft.add("place", lexicon.place_like(unnamed[0]) or unnamed[0])
                said.runs[at] = unnamed[1]
        _read_senses(draft, said)
        known, unknown = read_words(draft, lexicon, said)
        if "category" in draft.fields and any(sense.kind == "topic" for _, sense, _ in said.senses):
            # what is named says more than its kind, and may be of another
            del draft.fields["category"]
        self.loose = draft.loose if not latin and "place" not in draft.fields else 0
        _leave_out_others(draft)
        kinds = {sense.kind for _, sense, _ in said.senses if sense.kind in ("topic", "teacher", "weak")}
        beside = latin or any(trimmed(run, lexicon) for run in said.runs if run)
        self.only_names = bool(kinds) and "topic" not in kinds and not beside
        return known or latin or "excluded" in draft.fields, unknown


_LIVES = re.compile(r"(?:住|住在|家在|老家是?|户口在?|来自)$")
_ALL_WILL_DO = re.compile(r"(?:那边|附近|的)?(?:都|也)(?:行|可以|成|能|近|方便|没问题)")


def _read_senses(draft: Draft, said: Cut) -> None:
    fields: dict[str, Any] = draft.fields
    end = -1
    online = {value for _, (kind, value), _ in said.senses if kind == "online"}
    for phrase, sense, start in said.senses:
        kind, value = sense
        if kind == "place":
            places = fields.get("place", ())
            behind = start + len(phrase)
            if places and start - end > 1 and _LIVES.search(draft.text, 0, end - len(places[-1])):
                # 家住城关镇,在东关上班: where one lives is told, where one wants to go stands alone
                places = fields["place"] = places[:-1]
            if (
                places
                and end >= 0
                and (either(draft.text[end:start]) or _ALL_WILL_DO.match(draft.text, behind) is not None)
            ):
                fields["place"] = (*places[:-1], f"{places[-1]}|{phrase}")
            else:
                draft.add("place", phrase)
            end = start + len(phrase)
        elif kind == "audience":
            draft.add("audience", value)
        elif kind == "online" and len(online) == 1:
            fields.setdefault("online", value == "yes")
        elif kind == "seats":
            fields["seats"] = True
        elif kind == "adult" and "儿童" not in fields.get("audience", ()):
            draft.add("excluded", "少儿")
        elif kind == "order":
            if not (value == "nearest" and fields.get("place") and is_nearby_word(phrase)):
                fields["order"] = value
        elif kind in ("level", "category", "form"):
            fields[kind] = value


def _leave_out_others(draft: Draft) -> None:
    """Forget the people whom a topic is about: who asks how to talk to a child is no child."""
    fields = draft.fields
    if "audience" not in fields and "age" not in fields:
        return
    topics = [topic for word in fields.get("words", ()) for topic in word.split("|")]
    others = frozenset[str]().union(*map(about, topics))
    if others and fields.get("audience"):
        fields["audience"] = tuple(one for one in fields["audience"] if one not in others)
    # a child's age beside 育婴 is the child's; a grown-up's is one's own
    if fields.get("age", GROWN) < GROWN and any(map(about_others, topics)):
        del fields["age"]


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
_HUMMED = re.compile(r"[呃嗯啊哦额诶唉哎哈嘿呵呀吧啥那个这了的好是对啦么嘛 ,，。.…]+")


def _is_wish(text: str, meaning: Meaning) -> bool:
    """Words that nobody here teaches are a wish when short, or said as one; otherwise they are talk."""
    if len(squeeze(text)) <= 8 or is_seeking(text):
        return True
    return any(part.partition(":")[0] not in ("word", "dates") for part in meaning.parts())
