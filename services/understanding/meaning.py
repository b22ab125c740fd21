"""What a person meant: a frozen value that can be shown, narrowed, widened and stored."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from services.compact_json import encode

ORDERS = ("relevance", "soonest", "cheapest", "nearest", "shortest", "fewest")
VERSION = 1
GROWN = 16
_CHILDISH = ("儿童", "婴幼儿")
# how old those are whom a word names, with some years to spare
_AGES = {
    "儿童": (0, GROWN - 1), "婴幼儿": (0, 6), "老年人": (45, 200), "青年": (14, 50), "上班族": (16, 70),
    "务工人员": (16, 75), "农民": (16, 90), "家长": (16, 90), "社区工作者": (16, 75),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meaning:
    """One understood utterance; empty fields are conditions that nobody set.

    `words` must all match; weekdays count from Monday = 0; hours are minutes after midnight, [from, to);
    dates are ordinals of local days on which a class meets, starts those of its first session, and fees are
    fen, both ends included, and so are `weekly`, the days of a week on which a class meets, `minutes`, how
    long one session takes, and `sessions`, how many there are in all; near is (latitude, longitude), within
    metres from it. `excluded` are words that must not match; `seats` wants a seat free now. `soft` names
    those of `parts()` that are wishes: what they say comes first, and what they do not say is still found.
    Of `any_of` one must hold besides all the rest (周末的书法或者晚上的瑜伽); its members have no such list.
    """

    intent: str = "search"
    words: tuple[str, ...] = ()
    category: str | None = None
    form: str | None = None
    dates: tuple[int, int] | None = None
    weekdays: frozenset[int] = frozenset()
    hours: tuple[int, int] | None = None
    fee_min: int | None = None
    fee_max: int | None = None
    free: bool = False
    place: tuple[str, ...] = ()
    near: tuple[float, float] | None = None
    online: bool | None = None
    audience: tuple[str, ...] = ()
    age: int | None = None
    level: str | None = None
    code: str | None = None
    order: str = "relevance"
    excluded: tuple[str, ...] = ()
    starts: tuple[int, int] | None = None
    seats: bool = False
    within: int | None = None
    soft: frozenset[str] = frozenset()
    any_of: tuple[Meaning, ...] = ()
    weekly: tuple[int, int] | None = None
    minutes: tuple[int, int] | None = None
    sessions: tuple[int, int] | None = None

    def parts(self) -> tuple[str, ...]:
        """Return the names of the conditions in the order in which they are shown, each fit for `without`."""
        # asked several times a turn, of meanings that say little
        names = [f"word:{word}" for word in self.words]
        for name, says in (
            ("code", self.code), ("category", self.category), ("form", self.form), ("dates", self.dates),
            ("starts", self.starts), ("weekdays", self.weekdays), ("hours", self.hours),
            ("weekly", self.weekly), ("minutes", self.minutes), ("sessions", self.sessions),
        ):  # fmt: skip
            if says:
                names.append(name)
        if self.free or self.fee_min is not None or self.fee_max is not None:
            names.append("fee")
        if self.place:
            names += [f"place:{word}" for word in self.place]
        if self.near is not None:
            names.append("near")
        if self.online is not None:
            names.append("online")
        if self.audience:
            names += [f"audience:{word}" for word in self.audience]
        if self.age is not None:
            names.append("age")
        if self.level is not None:
            names.append("level")
        if self.excluded:
            names += [f"excluded:{word}" for word in self.excluded]
        if self.seats:
            names.append("seats")
        if self.any_of:
            names.append("any_of")
        return tuple(names)

    def without(self, part: str) -> Meaning:
        """Return this meaning less one condition; a name that is not among `parts()` changes nothing."""
        if part not in self.parts():
            return self
        name, _, word = part.partition(":")
        changed: dict[str, Any] = {"soft": self.soft - {part}}
        if field := _LISTED.get(name):
            changed[field] = tuple(w for w in getattr(self, field) if w != word)
        elif name == "fee":
            changed |= {"fee_min": None, "fee_max": None, "free": False}
        elif name == "near":
            order = "relevance" if self.order == "nearest" else self.order
            changed |= {"near": None, "within": None, "order": order}
        else:
            changed[name] = _BLANK[name]
        return replace(self, **changed)

    def without_words(self) -> Meaning:
        """Return the conditions alone, less what is to be learnt."""
        soft = frozenset(p for p in self.soft if not p.startswith("word:"))
        return replace(self, words=(), soft=soft, any_of=less(self.any_of, {"words"}))

    @property
    def names_something(self) -> bool:
        """True when it says what is to be learnt, and not only how."""
        return bool(self.words or self.category or self.code or any(one.words for one in self.any_of))

    @property
    def firm_words(self) -> tuple[str, ...]:
        """What is to be learnt, without the words that only say which come first."""
        return tuple(word for word in self.words if f"word:{word}" not in self.soft)

    @property
    def only_names(self) -> bool:
        """True when it says what is to be learnt and nothing else."""
        soft = self.soft.intersection(f"word:{word}" for word in self.words)
        return self == Meaning(words=self.words, soft=soft)

    def merge(self, previous: Meaning) -> Meaning:
        """Return the previous meaning narrowed or changed by this one: what is said now wins."""
        if self.intent != "search" or previous.intent != "search":
            return self
        changed: dict[str, Any] = {
            name: getattr(self, name) for name in _MERGED if getattr(self, name) != _BLANK[name]
        }
        if self.free or self.fee_min is not None or self.fee_max is not None:
            changed |= {"free": self.free, "fee_min": self.fee_min, "fee_max": self.fee_max}
        elif self.order == "cheapest" and previous.free:
            # 便宜的, where none was free
            changed["free"] = False
        if self.code and not self.words:
            changed["words"] = ()
        elif self.words and not self.code:
            changed["code"] = None
        said = self.parts()
        changed["soft"] = self.soft | {part for part in previous.soft if part not in said}
        if self.any_of:
            # what is said for each of several ways takes the place of what was said for all
            times = _kinds(self.any_of)
            previous = replace(previous, **{name: _BLANK[name] for name in times})
        elif previous.any_of:
            changed["any_of"] = less(previous.any_of, _kinds((self,)))
        if self.excluded:
            # 不要东关的 after 东关的 leaves no place
            for name in ("place", "audience"):
                before = getattr(previous, name)
                if name not in changed and (left := without_any(before, self.excluded)) != before:
                    changed[name] = left
            if previous.level in self.excluded:
                changed.setdefault("level", None)
        if previous.excluded:
            shunned = (*previous.excluded, *self.excluded)
            said_now = (*self.words, *self.place, *self.audience)
            wanted = {one for word in said_now for one in word.split("|")}.difference(self.excluded)
            if wanted.intersection(_CHILDISH):
                wanted.add("少儿")
            changed["excluded"] = tuple(dict.fromkeys(word for word in shunned if word not in wanted))
        if "少儿" in self.excluded:
            # 大人学的: it was not for a child
            changed.setdefault("audience", ())
            previous = replace(previous, age=None if (previous.age or 0) < GROWN else previous.age)
        if self.age is not None and not self.audience:
            # 我爸72: it is not for a child any more
            ages = tuple(one for one in previous.audience if _is_of_age(one, self.age))
            previous = replace(previous, audience=ages)
        elif self.audience and previous.age is not None and not self._may_be_of(previous.age):
            previous = replace(previous, age=None)
        merged = replace(previous, **changed)
        return replace(merged, soft=merged.soft.intersection(merged.parts()))

    def _may_be_of(self, age: int) -> bool:
        """Whether somebody for whom it is may be so old."""
        return any(_is_of_age(one, age) for one in self.audience)

    @property
    def is_blank(self) -> bool:
        """True when no condition is set."""
        return not self.parts()

    def to_json(self) -> str:
        """Return a compact, versioned text of this meaning; blank fields are left out."""
        data: dict[str, Any] = {"v": VERSION}
        for name, blank in _BLANK.items():
            value = getattr(self, name)
            if value != blank and name != "any_of":
                data[name] = sorted(value) if isinstance(value, frozenset) else value
        if self.any_of:
            data["any_of"] = [one.to_json() for one in self.any_of]
        return encode(data)

    @classmethod
    def from_json(cls, text: str) -> Meaning:
        """Read what `to_json` wrote; unknown keys are ignored, anything malformed raises ValueError."""
        from services.understanding.meaning_json import read_meaning

        return read_meaning(text)

    def say(self, lang: str = "zh") -> str:
        """Return one short line such as “书法 · 周末 · 免费”; empty when no condition is set."""
        from services.understanding.wording import say

        return say(self, lang)

    def label(self, part: str, lang: str = "zh") -> str:
        """Return the words for one of `parts()`, as on a button that drops it."""
        from services.understanding.wording import label

        return label(self, part, lang)


def _is_of_age(audience: str, age: int) -> bool:
    low, high = _AGES.get(audience, (0, 200))
    return low <= age <= high


def without_any(words: tuple[str, ...], gone: tuple[str, ...]) -> tuple[str, ...]:
    """Return words, each of several of which any would do, less some of them."""
    left = ("|".join(one for one in word.split("|") if one not in gone) for word in words)
    return tuple(word for word in left if word)


def less(ways: tuple[Meaning, ...], names: set[str]) -> tuple[Meaning, ...]:
    """Return ways of which one must hold less what some fields say; none where one then says nothing."""
    left = tuple(
        dict.fromkeys(
            replace(one, **{name: _BLANK[name] for name in names}, soft=frozenset()) for one in ways
        )
    )
    return () if len(left) < 2 or any(one.is_blank for one in left) else left


def _kinds(ways: tuple[Meaning, ...]) -> set[str]:
    """The fields that some meanings set, each with those that speak of the same."""
    names: set[str] = set()
    for one in ways:
        names |= {name for name in _MERGED if name != "order" and getattr(one, name) != _BLANK[name]}
        if one.free or one.fee_min is not None or one.fee_max is not None:
            names |= {"free", "fee_min", "fee_max"}
    return names | TIMES if names & TIMES else names


# how often a class meets, how long each time, and how many times in all
RHYTHM = ("weekly", "minutes", "sessions")
TIMES = frozenset(("dates", "starts", "weekdays", "hours"))
_BLANK: dict[str, Any] = {field.name: field.default for field in fields(Meaning)}
_MERGED = tuple(name for name in _BLANK if name not in ("intent", "free", "fee_min", "fee_max", "soft"))
# parts that name one word of a field each
_LISTED = {"word": "words", "place": "place", "audience": "audience", "excluded": "excluded"}
