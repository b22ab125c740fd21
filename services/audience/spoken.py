"""Audiences in a whole sentence: 住在东关街道的农民工和老年人，不要报了电工班的.

What is not wholly understood is not understood at all, so that nobody is written to by mistake.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Final

from sqlalchemy import select

from models.catalogue import CATEGORIES, org_unit
from models.statement import Row, Statement, Tx
from services.audience.expression import Atom, Audience, Both
from services.audience.named import classes_meant
from services.regex import regex
from services.texts import texts_of

MOST_SAID: Final = 80
MOST_CLASSES: Final = 6
MOST_TERMS: Final = 8
UNITS: Final = Statement(select(org_unit.c.code, org_unit.c.name, org_unit.c.level, org_unit.c.path))
_NOT: Final = regex(
    r"^[,。;\s]*(?:但是?|不过|可是)?[,\s]*(?:不要|不用?给|不发给?|别发给?|别给|不是|不包[括含]|不含|不算|排除掉?"
    r"|去掉|除掉|除开|扣掉|减去|除了?)[:\s]*(?=.)"
)
_MORE: Final = regex(
    r"^(?:[,、;\s]*(?:和|与|跟|及|以及|加上|还有|还要加上?|再加上?|或者?|外加|[、+])[,\s]*|[,;]\s*)(?=.)"
)
_PEOPLE: Final = regex(r"^(?:居民|村民|群众|街坊|邻居|学员|同学|学生|人员?|们)")
_FILLED: Final = regex(
    r"^(?:发给|通知|只|就|给|要|是|的|里面?|那边|那里|这边|当中|之中|中间?|已经|现在|正在|全体|所有|全部|家|住|在|有"
    r"|自己说|说|他们?|\s)"
)
# a unit is called by its place: 东关街道 of 东关街道社区学校
_SCHOOL: Final = regex(r"(?:学院|学校|教学站点|教学点|站点|学习点)$")
_COMMON: Final = regex(r"(?:社区教育|社区)$")
_PLACE: Final = regex(r"(?:街道|社区|镇|乡|村|县|区)$")
_LEARNS: Final = regex(
    r"^(?:报了?名?参加了?|报名?了?|报过|参加了?|参加过|上了?过?|学了?过?|在学)(?P<what>[^,。;、]{2,})"
)
_WANTS: Final = regex(r"^(?:想要?学|想上|想报|订阅了?|关注)(?P<what>[^,。;、]+)")
_CLASS: Final = regex(r"^(?P<what>[^,。;、的]+?(?:班级?|课程?))")
_NAMED: Final = regex(r"^[^,。;、]{2,}")
_CODE: Final = regex(r"^[a-z]{1,6}-?\d{1,6}(?:-\d{1,4})?", re.IGNORECASE)
_ENDS: Final = ("的学员", "的同学", "的居民", "的人", "的")
_GROUPS: Final = {
    "elders": r"老年人|老年朋友|老人家?|老同志|老年|长辈|退休(?:了|职工|人员)?",
    "migrant_workers": r"农民工|(?:外来)?务工(?:人员|者)?|打工(?:的|人|者)?|外来工|工友",
    "parents": r"家长|父母|宝妈|宝爸", "youth": r"青年人?|年轻人", "farmers": r"农民(?!工)",
    "job_seekers": r"求职(?:者|的)?|找工作的?|待业(?:人员|的)?|失业(?:人员|的)?", "new_residents": r"新市民",
    "veterans": r"退役军人|退伍军人|退伍兵|老兵", "volunteers": r"志愿者|义工",
}  # fmt: skip
_GROUP: Final = {code: regex(f"^(?:{words})") for code, words in _GROUPS.items()}


def spoken(
    tx: Tx, unit_path: str, said: str, now: datetime, so_far: Audience | None = None
) -> Audience | None:
    """The audience that a sentence tells, or None; what only adds or takes away goes on from `so_far`."""
    text = unicodedata.normalize("NFKC", said).strip("。.!！ ,，").lower()
    if not text or len(text) > MOST_SAID:
        return None
    return _Reader(tx, unit_path, now).read(text, so_far)


class _Reader:
    """Reads from the left; `rest` is what is still to be read."""

    def __init__(self, tx: Tx, unit_path: str, now: datetime) -> None:
        self._tx, self._path, self._now = tx, unit_path, now
        self._units = _called(tx.all(UNITS))
        self._kinds = {texts_of("zh")(f"kind.{code}"): code for code in CATEGORIES}
        self.rest = ""

    def read(self, text: str, so_far: Audience | None) -> Audience | None:
        self.rest, found, takes_away, terms = _turned(text), None, False, 0
        leading: list[Audience] = []
        while self.rest:
            terms += 1
            if self._eaten(_NOT):
                takes_away = True
                found = found or so_far
            elif terms > 1 and not self._eaten(_MORE):
                return None
            elif terms == 1 and self._unit() is None and self._eaten(_MORE):  # 和平街道 is one
                found = so_far
            term = self._term()
            if not term or terms > MOST_TERMS or (found is None and takes_away):
                return None
            places: list[Audience] = [one for one in term if isinstance(one, Atom) and one.kind == "unit"]
            if not takes_away and found is None:
                leading = places if len(places) < len(term) else []
            elif not takes_away and not places:  # 东关街道的农民工和老年人: both of that place
                term = [*leading, *term]
            joined = _all_of(term)
            found = joined if found is None else Both("-" if takes_away else "+", found, joined)
        return found

    def _term(self) -> list[Audience]:
        """What has to be true of somebody together."""
        found: list[Audience] = []
        while self.rest:
            one = self._one()
            if one is not None:
                found.append(one)
            elif not (self._eaten(_PEOPLE) or self._eaten(_FILLED)):
                named = _NAMED.match(self.rest)
                called = self._learnt(named[0], 0) if named is not None else None
                if called is None:
                    break
                found.append(called)
            if self.rest and (_NOT.match(self.rest) or _MORE.match(self.rest)) and self._unit() is None:
                break
        return found

    def _one(self) -> Audience | None:
        if (unit := self._unit()) is not None:
            self.rest = self.rest[len(unit[0]) :]
            return Atom("unit", unit[1])
        for code, words in _GROUP.items():
            if self._eaten(words):
                return Atom("group", code)
        if match := _CODE.match(self.rest):
            return self._classes(match[0], match.end())
        if _PEOPLE.match(self.rest):
            return None
        if match := _WANTS.match(self.rest):
            what = _without_end(match["what"])
            self.rest = self.rest[match.start("what") + len(what) :]
            return Atom("subscribed", what) if what else None
        if match := _LEARNS.match(self.rest):
            return self._learnt(match["what"], match.start("what"))
        if match := _CLASS.match(self.rest):
            return self._classes(match["what"], match.end())
        return None

    def _learnt(self, what: str, at: int) -> Audience | None:
        """A kind, or the longest beginning that is called like a class."""
        for name, code in self._kinds.items():
            if what.startswith(name):
                self.rest = self.rest[at + len(name) :]
                for tail in ("类", "的课", "课"):
                    self.rest = self.rest.removeprefix(tail)
                return Atom("kind", code)
        ends = {len(what), *(match.start() for match in re.finditer("的|和|或|还|但", what))}
        for end in sorted(ends, reverse=True):
            if end and (found := self._classes(what[:end], at + end)) is not None:
                return found
        return None

    def _classes(self, name: str, end: int) -> Audience | None:
        """Every class that is called so, which are few."""
        found = classes_meant(self._tx, self._path, name, self._now, MOST_CLASSES + 1)
        if not found or len(found) > MOST_CLASSES:
            return None
        self.rest = self.rest[end:]
        made: Audience = Atom("class", found[0].code)
        for one in found[1:]:
            made = Both("+", made, Atom("class", one.code))
        return made

    def _unit(self) -> tuple[str, str] | None:
        """The unit, by the longest of its names, with which the rest begins."""
        return next((one for one in self._units if self.rest.startswith(one[0])), None)

    def _eaten(self, pattern: re.Pattern[str]) -> bool:
        match = pattern.match(self.rest)
        if match is None or not match.end():
            return False
        self.rest = self.rest[match.end() :]
        return True


def _turned(text: str) -> str:
    """除了电工班的，农民工都发, and 农民工，电工班的除外, as one says it with 不要 at the end."""
    if found := re.fullmatch(
        r"除了?(?P<out>[^,]+?)(?:以外|之外|外)?[,，](?P<whom>.+?)(?:都(?:发|要|通知))?", text
    ):
        return f"{found['whom']},不要{found['out']}"
    if found := re.fullmatch(r"(?P<whom>.+),(?P<out>[^,]+?)(?:除外|不要|不发|不算|就不发了|就算了)", text):
        return f"{found['whom']},不要{found['out']}"
    return re.sub(r"(?:都?(?:发|通知)|都要|除外|以外|之外)$", "", text)


def _called(units: list[Row]) -> list[tuple[str, str]]:
    """Every name by which a unit goes and its code, the longest first; a name that two share is none's."""
    names: dict[str, set[str]] = {}
    for row in units:
        if row.level == "root":
            continue
        short = _SCHOOL.sub("", row.name.lower())
        place = _COMMON.sub("", short) if _PLACE.search(_COMMON.sub("", short)) else short
        for name in {row.name.lower(), short, place, _COMMON.sub("", place), _PLACE.sub("", place)}:
            if len(name) >= 2:
                names.setdefault(name, set()).add(row.code)
    kept = [(name, next(iter(codes))) for name, codes in names.items() if len(codes) == 1]
    return sorted(kept, key=lambda one: -len(one[0]))


def _all_of(term: list[Audience]) -> Audience:
    made = term[0]
    for one in term[1:]:
        made = Both("&", made, one)
    return made


def _without_end(what: str) -> str:
    for end in _ENDS:
        what = what.removesuffix(end)
    return what.partition("的")[0]
