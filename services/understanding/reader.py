"""Reads one text into a meaning, whatever was said before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from services.regex import regex
from services.understanding.cutting import Cut, cut, trimmed
from services.understanding.draft import Draft
from services.understanding.english import read_figures
from services.understanding.latin import read_code, read_latin
from services.understanding.lexicon import Lexicon
from services.understanding.lexicon.everyday import about, about_others
from services.understanding.meaning import Meaning
from services.understanding.money import read_money
from services.understanding.people import read_age, read_teacher
from services.understanding.places import is_nearby_word, read_distance, unnamed_place
from services.understanding.plainly import plainly
from services.understanding.rhythm import read_rhythm
from services.understanding.times import read_times
from services.understanding.topics import either, read_words
from services.understanding.ways import in_ways
from services.understanding.wishes import add_wishes, read_learnt, read_negated, take_soft

GROWN = 18
# a longer text is hardly said twice
MOST_REMEMBERED = 40
# as long is no wish in a few words
LONG_TALE = 24
# 十二月有什么班开课 asks for the first session
_STARTING = regex(r"(?:开课|开班|开始上课|开学)的?(?:吗|呢|么)?[?？]?\s*$")


class Reader:
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
            if unknown and not known and known_wish and soft.fields.get("words") and len(plain) > LONG_TALE:
                # a long tale in one breath, and at its end what is wanted: 最好是能唱唱歌的
                draft.fields.pop("words", None)
                unknown = False
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
        read_rhythm(draft)
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


_LIVES = regex(r"(?:住|住在|家在|老家是?|户口在?|来自)$")
_ALL_WILL_DO = regex(r"(?:那边|附近|的)?(?:都|也)(?:行|可以|成|能|近|方便|没问题)")


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
