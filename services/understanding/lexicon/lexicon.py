"""The words a town uses: closed tables, everyday words, and whatever its catalogue teaches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import combinations
from operator import add
from typing import Any, NamedTuple

from services.regex import regex
from services.search.record import CatalogueRecord
from services.understanding.lexicon import pinyin
from services.understanding.lexicon.ear import Ear
from services.understanding.lexicon.everyday import everyday
from services.understanding.lexicon.tables import CATEGORIES, FORMS, table
from services.understanding.normalise import keyed

LONGEST = 14
MOST_READINGS = 2048
MOST_KNOWN = 50_000

_LEVEL = (
    r"(?:[零一二三四五六七八九十]+\d?|\d)(?:年级|级|期)|[零一二三四五六七八九十]+班|基础|入门|初级|中级|高级|提高|进阶|零基础"
    r"|精品|公益|暑期|寒假|春季|秋季"
)
_TAIL = regex(
    rf"(?:{_LEVEL}|学习班|兴趣班|课程|课堂|讲座|班|课|培训|教学|体验|乐队|队|团|社|工作坊|沙龙|[a-z\d])+$"
)
_HEAD = regex(rf"^(?:{_LEVEL}|\d+班|老年|中老年|少儿|儿童|亲子|青年|社区|趣味|实用|快乐|学)+")
_PLACE_TAIL = regex(
    r"(?:社区教育学院|社区学院|社区学校|街道|社区|居委会|村委会|新区|开发区|[镇乡村区县市路街巷])$"
)
_NUMBER = regex(r"\d+[号楼层室弄栋]?")
_PLACE_PIECE = regex(r".{2,6}?(?:街道|社区|[镇乡村路街巷])")


class Sense(NamedTuple):
    """What one phrase stands for: its kind (topic, filler, place, …) and the word or code it means."""

    kind: str
    value: str


class Lexicon(Ear):
    """Phrases and what they stand for; `grow` adds a catalogue's own words.

    Safe for concurrent readers while one thread grows it: words are only ever added.
    """

    def __init__(self, extra: dict[str, dict[str, list[str]]] | None = None) -> None:
        super().__init__()
        self.phrases: dict[str, Sense] = {}
        self.grams: set[str] = set()
        self.title_grams: set[str] = set()
        # words that mean their topic only where nothing else is named
        self.faint: set[str] = set()
        self.title_chars: set[str] = set()
        self.titles: set[str] = set()
        self.manners: frozenset[str] = frozenset(table("phrases")["manner"]["words"])
        # topics that one title names side by side
        self.taught: set[str] = set()
        self.together: set[frozenset[str]] = set()
        self.codes: dict[str, str] = {}
        self.groups = frozenset(table("phrases")["audience"])
        self.teachers: set[str] = set()
        self._wider: dict[str, frozenset[str]] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        self._known: set[str] = set()
        self._places: set[str] = set()
        self._place_grams: set[str] = set()
        self._read_tables(extra or {})
        self._readings: dict[Any, Any] = {}
        self._read_on = 0
        self.topics_in = lru_cache(maxsize=512)(self._topics_in)

    def _read_tables(self, extra: dict[str, dict[str, list[str]]]) -> None:
        data, tables = table("phrases"), table("topics")
        for kind in ("audience", "level", "category", "form", "online", "order", "seats"):
            for value, words in data[kind].items():
                for word in words:
                    self._learn(word, Sense(kind, value))
        for kind in ("weak", "adult"):
            for word in data[kind]["words"]:
                self._learn(word, Sense(kind, word))
        for word in data["near_place"]["words"]:
            self.phrases.setdefault(word, Sense("near_place", word))
        for word in data["filler"]:
            self.phrases.setdefault(word, Sense("filler", ""))
        for word in (*data["spelled"]["words"], *self.phrases):
            self._spell_plain(word)
        self._verbs = tuple((re.compile(verb), topics) for verb, topics in tables["verbs"].items())
        broader = tables["broader"] | extra.get("broader", {})
        aliases = tables["topics"] | extra.get("topics", {})
        for topic, words in aliases.items():
            for word in (topic, *words):
                self._learn_topic(word.lower(), topic)
        for topic in broader:
            self._learn_topic(topic, topic)
        # the official names of kinds and forms stand for themselves
        for names, kind in ((CATEGORIES, "category"), (FORMS, "form")):
            for code, (name, _) in names.items():
                self._learn(name, Sense(kind, code))
        self._wider = _closure(broader)
        for topic, words in aliases.items():
            for word in (topic, *words):
                self._spell(word.lower(), topic)
        self._read_everyday()

    def _read_everyday(self) -> None:
        """Learn what is said of topics and stands in no title: it marks no class and corrects no typo."""
        for kind in ("said", "faint"):
            for word, topic in everyday(kind):
                if word not in self.topics:
                    self.phrases[word] = Sense("topic", topic)
                    for spelling in pinyin.spellings(word):
                        self.pinyin.setdefault(spelling, topic)
                if kind == "faint":
                    self.faint.add(word)

    def _learn(self, word: str, sense: Sense) -> None:
        self.phrases[word.lower()] = sense

    def _learn_topic(self, word: str, topic: str) -> None:
        if word in self.topics:
            return
        self.topics[word] = topic
        self.phrases[word] = Sense("topic", topic)
        if len(word) > 1:
            lengths = set(self._lengths.get(word[:2], ())) | {len(word)}
            self._lengths[word[:2]] = tuple(sorted(lengths, reverse=True))

    def by_verb(self, word: str) -> str | None:
        """Return the topics of a word that only its verb tells (种葡萄: 种植|园艺), or None."""
        return next((topics for pattern, topics in self._verbs if pattern.fullmatch(word)), None)

    def place_like(self, name: str) -> str | None:
        """Return the place of the town that a name sounds like, or None."""
        for text in (name, _PLACE_TAIL.sub("", name)):
            phrase = self.heard(text)
            if phrase and self.phrases.get(phrase, Sense("", "")).kind == "place":
                return phrase
        return None

    def readings(self, today: date) -> dict[Any, Any]:
        """What texts were read as on this day with the words known now, without who said them.

        The same few wishes are said again and again; what is kept is bounded and goes with the day.
        """
        if self._read_on != today.toordinal() or len(self._readings) >= MOST_READINGS:
            self._readings, self._read_on = {}, today.toordinal()
        return self._readings

    def covered(self, topic: str) -> bool:
        """Whether a title names a topic or a narrower one."""
        return topic in self.taught or any(topic in self.wider(one) for one in self.taught)

    def in_titles(self, phrase: str) -> bool:
        """Whether each two neighbours of a phrase stand together in titles."""
        return all(phrase[at : at + 2] in self.title_grams for at in range(len(phrase) - 1))

    def within_place(self, run: str) -> bool:
        """Whether a run is a part of a place's name (教学楼 of 县社区教育学院教学楼)."""
        if not all(run[at : at + 2] in self._place_grams for at in range(len(run) - 1)):
            return False
        return any(run in place for place in self._places)

    def _topics_in(self, text: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        reached = 0
        for start, two in enumerate(map(add, text, text[1:])):
            for length in self._lengths.get(two, ()):
                if start + length > len(text):
                    continue
                topic = self.topics.get(text[start : start + length])
                # what lies within a longer word is no topic of its own: 宠物护理 is no nursing
                if topic and start + length > reached and _stands_alone(text, start, length):
                    found[topic] = None
                    reached = start + length
        return tuple(found)

    def names_more(self, title: str) -> bool:
        """Whether a title has a name beside its topics and level, as 夕阳红合唱团 has."""
        core = _HEAD.sub("", _TAIL.sub("", title))
        for topic, word in sorted(((len(word), word) for word in self.topics if word in core), reverse=True):
            core = core.replace(word, "", topic)
        return len(core) > 1

    def _only_names_topics(self, core: str) -> bool:
        """Whether topics one beside the other fill a title's core but for one character."""
        filled: set[int] = set()
        for start, two in enumerate(map(add, core, core[1:])):
            for length in self._lengths.get(two, ()):
                if core[start : start + length] in self.topics:
                    filled.update(range(start, start + length))
        return len(core) - len(filled) <= 1

    def wider(self, topic: str) -> frozenset[str]:
        """Return every broader topic that covers this one."""
        return self._wider.get(topic, frozenset())

    def grow(self, records: Iterable[CatalogueRecord]) -> None:
        """Learn titles, teachers, places and codes, so that each is understood at once."""
        known = self._known
        if len(known) > MOST_KNOWN:
            known.clear()
        for record in records:
            self.codes[record.code.lower()] = record.code
            self._grow_title(keyed(record.title))
            # many classes share the rest
            if record.description not in known:
                known.add(record.description)
                self._grow_grams(keyed(record.description))
            if record.teacher not in known:
                known.add(record.teacher)
                self._grow_teacher(keyed(record.teacher))
            for place in (record.district, record.venue, record.school, record.address):
                if place not in known:
                    known.add(place)
                    # house and storey numbers are no part of a name
                    self._grow_place(_NUMBER.sub("", keyed(place)))
        # last, so that what was read meanwhile with half of the words goes, too
        self._readings = {}

    def _grow_title(self, title: str) -> None:
        if not title or title in self.titles:
            return
        self.titles.add(title)
        self.title_chars.update(title)
        # the class's document asks for the same at once
        direct = self.topics_in(title)
        self.taught.update(direct)
        if len(direct) > 1:
            self.together.update(map(frozenset, combinations(direct, 2)))
        pairs = [*map(add, title, title[1:])]
        self.grams.update(pairs)
        self.title_grams.update(pairs)
        core = _HEAD.sub("", _TAIL.sub("", title)) or title
        if len(title) <= LONGEST:
            for spelling in pinyin.spellings(title):
                self.spelled_titles.setdefault(spelling, title)
        # what only names its topics (英语口语) means all about them
        if (
            2 <= len(core) <= LONGEST
            and core not in self.phrases
            and not (direct and self._only_names_topics(core))
        ):
            self.phrases[core] = Sense("topic", core)
            self._spell(core, core)

    def _grow_grams(self, text: str) -> None:
        self.grams.update(map(add, text, text[1:]))

    def _grow_teacher(self, name: str) -> None:
        if not name or name in self.teachers:
            return
        self.teachers.add(name)
        self._grow_grams(name)
        self._grow_grams(f"{name[:1]}老师")
        if 2 <= len(name) <= 4:
            self.phrases.setdefault(name, Sense("teacher", name))
            self._hear(name)
            for phrase in (f"{name[:1]}老师", f"{name}老师"):
                self.phrases.setdefault(phrase, Sense("teacher", phrase if phrase[1:] == "老师" else name))

    def _grow_place(self, place: str) -> None:
        if not place or place in self._places:
            return
        self._places.add(place)
        self._place_grams.update(map(add, place, place[1:]))
        names = {place, *_PLACE_PIECE.findall(place)}
        kinds = {word for word in table("phrases")["venue"]["words"] if word in place}
        names |= kinds
        for name in tuple(names):
            stem = _PLACE_TAIL.sub("", name)
            if len(stem) >= 2:
                names.add(stem)
        for name in names:
            if 2 <= len(name) <= LONGEST and name not in self.grams:
                sense = self.phrases.setdefault(name, Sense("place", name))
                if name in kinds and sense.kind == "audience":
                    # 老年大学 says for whom only where there is none
                    self.phrases[name] = Sense("place", name)
                self._hear(name)
                self._spell_plain(name)


def _stands_alone(text: str, start: int, length: int) -> bool:
    """False for a Latin word that is only a piece of a longer one (ai in rain)."""
    end = start + length
    if text[start].isascii() and start and text[start - 1].isascii() and text[start - 1].isalpha():
        return False
    return not (text[end - 1].isascii() and end < len(text) and text[end].isascii() and text[end].isalpha())


def _closure(broader: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    above: dict[str, set[str]] = {}
    for wide, words in broader.items():
        for word in words:
            above.setdefault(word, set()).add(wide)

    def walk(topic: str, seen: set[str]) -> Iterator[str]:
        for wide in above.get(topic, ()):
            if wide not in seen:
                seen.add(wide)
                yield wide
                yield from walk(wide, seen)

    return {topic: frozenset(walk(topic, {topic})) for topic in above}
