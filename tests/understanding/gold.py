"""Which classes an utterance wants: predicates, written as data, over the rows of the database.

Nothing here knows how the program understands or searches. A predicate is a mapping whose keys must all hold:

    topic       any of these words, or of what `data/topics.toml` has for them, in title or description
    weekdays    meets on one of these (Monday = 0)         hours    and begins at minutes [from, to)
    dates       meets on a day of [from, to]               starts   has its first session in [from, to]
    free, fee_min, fee_max, online, seats, form, category, teacher, age, level, audience
    place       any of these in district, venue or address; `around`: or within a walk of such a venue
    near        [latitude, longitude, kilometres]
    weekly      meets on so many days of a week       sessions   meets from so many to so many times in all
    minutes     and each time for [from, to] minutes
    any         one of several predicates holds            not      a predicate that must not hold
    prefer      a wish: those first for which it holds     best     cheapest, soonest or nearest first
    wide        keys that replace those above (null: drop them) for classes that are neither right nor wrong

Where a sheet does not tell (no audience, no level, no fee) a class is neither right nor wrong.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from functools import cache
from math import asin, cos, radians, sin, sqrt
from typing import Any

from sqlalchemy import select

from models.catalogue import class_session, course, offering, org_unit, venue
from models.store import Store, look_now
from tests.town import ZONE
from tests.understanding.catalogue import DATA

Gold = Mapping[str, Any]
CONDITIONS = (
    "topic", "weekdays", "hours", "dates", "starts", "free", "fee_min", "fee_max", "online", "seats", "form",
    "category", "teacher", "age", "level", "audience", "place", "around", "near", "weekly", "minutes",
    "sessions", "any", "not",
)  # fmt: skip
KEYS = frozenset((*CONDITIONS, "prefer", "best", "wide"))
BEGINNER = ("零基础", "入门", "初级", "启蒙", "基础", "一年级", "从零")
ADVANCED = ("提高", "进阶", "中级", "二年级", "残局")
OLD, GROWN = 55, 16
CHILDISH = ("儿童", "青少年", "幼儿", "婴幼儿", "亲子")
BESIDE_KM, AROUND_KM = 1.5, 3.0


class Fit(IntEnum):
    """How well a class answers."""

    WRONG = 0
    NEITHER = 1
    RIGHT = 2


@dataclass(frozen=True)
class Class:
    """A class that one can join today."""

    id: int
    code: str
    title: str
    category: str
    form: str
    description: str
    online: bool
    teacher: str
    audience: tuple[str, ...]
    fee: float | None
    min_age: int | None
    max_age: int | None
    seats_left: int | None
    where: str
    school: str
    venue: str
    at: tuple[float, float] | None
    meets: tuple[datetime, ...]
    first: date
    days: frozenset[int]
    minutes: int
    sessions: int

    @property
    def next(self) -> datetime:
        """Its next session, local time."""
        return self.meets[0]


@dataclass(frozen=True)
class Everything:
    """All the classes there are, for what is said of one by its neighbours."""

    classes: tuple[Class, ...]
    _spots: dict[tuple[str, ...], set[tuple[float, float]]] = field(default_factory=dict)

    def spots(self, place: tuple[str, ...]) -> set[tuple[float, float]]:
        """Where the venues of a place stand."""
        if place not in self._spots:
            self._spots[place] = {one.at for one in self.classes if one.at and _place(place, one)}
        return self._spots[place]


@dataclass(frozen=True)
class Wanted:
    """What a predicate comes to: codes that are right, and those that are neither.

    `named` are the right ones whose title says so and which stand in the very place, or all where none does;
    `best` those to come first.
    """

    right: frozenset[str]
    neither: frozenset[str]
    named: frozenset[str]
    best: frozenset[str]


def joinable(store: Store, now: datetime) -> list[Class]:
    """Every class that one can join or wait for at `now`."""
    classes = (
        select(
            offering, course.c.title, course.c.category, org_unit.c.name.label("school"),
            venue.c.name.label("place"), venue.c.address, venue.c.district, venue.c.latitude,
            venue.c.longitude,
        )
        .join_from(offering, course, course.c.id == offering.c.course_id)
        .join(org_unit, org_unit.c.id == offering.c.unit_id)
        .outerjoin(venue, venue.c.id == offering.c.venue_id)
        .where(offering.c.status == "open", offering.c.enrol_closes > now)
        .order_by(offering.c.id)
    )  # fmt: skip
    meetings = select(class_session.c.offering_id, class_session.c.starts_at, class_session.c.ends_at).where(
        class_session.c.state == "planned"
    )
    rows, times = look_now(store, lambda tx: (tx.core(classes).all(), tx.core(meetings).all()))
    meets: dict[int, list[tuple[datetime, datetime]]] = {}
    for row in times:
        meets.setdefault(row.offering_id, []).append((row.starts_at, row.ends_at))
    return [
        _class(row, sorted(meets[row.id]), now)
        for row in rows
        if max(meets.get(row.id, ()), default=(now,))[0] > now
        and (row.enrol_opens is None or row.enrol_opens <= now)
    ]


def _class(row: Any, planned: list[tuple[datetime, datetime]], now: datetime) -> Class:
    meets = [starts.astimezone(ZONE) for starts, _ in planned if starts > now]
    return Class(
        id=row.id, code=row.code, title=row.title, category=row.category, form=row.form,
        description=row.description, online=bool(row.online), teacher=row.teacher,
        audience=tuple(word for word in row.audience.split("、") if word),
        fee=None if row.fee_fen is None else row.fee_fen / 100, min_age=row.min_age, max_age=row.max_age,
        seats_left=None if row.capacity is None else row.capacity - row.taken,
        where="" if row.online else f"{row.district} {row.place} {row.address} {row.school}",
        school=row.school, venue=row.place or "",
        at=None if row.latitude is None else (row.latitude, row.longitude), meets=tuple(meets),
        first=row.first_start.astimezone(ZONE).date(), sessions=len(planned),
        days=frozenset(starts.astimezone(ZONE).weekday() for starts, _ in planned),
        minutes=max(int((ends - starts).total_seconds()) // 60 for starts, ends in planned),
    )  # fmt: skip


def wanted(gold: Gold, classes: Iterable[Class]) -> Wanted:
    """Evaluate a predicate."""
    town = Everything(tuple(classes))
    fits = {one.code: fit(gold, one, town) for one in town.classes}
    right = [one for one in town.classes if fits[one.code] is Fit.RIGHT]
    codes = frozenset(one.code for one in right)
    neither = {code for code, how in fits.items() if how is Fit.NEITHER}
    if wide := gold.get("wide"):
        wider = {**{key: gold[key] for key in CONDITIONS if key in gold}, **wide}
        wider = {key: value for key, value in wider.items() if value is not None}
        neither |= {one.code for one in town.classes if fit(wider, one, town)}
    named = [one for one in right if _named(gold, one)] or right
    return Wanted(
        codes,
        frozenset(neither) - codes,
        frozenset(one.code for one in named),
        _best(gold, named, town),
    )


def _best(gold: Gold, best: list[Class], town: Everything) -> frozenset[str]:
    """Those that should come first: wishes are met, and it is the cheapest, soonest or nearest if asked."""
    if prefer := gold.get("prefer"):
        best = [one for one in best if fit(prefer, one, town) is Fit.RIGHT] or best
    if order := gold.get("best"):
        best = [one for measure in _measures(order, gold) for one in _least(best, measure)]
    return frozenset(one.code for one in best)


def _measures(order: str, gold: Gold) -> tuple[Callable[[Class], float], ...]:
    if order == "cheapest":
        return (lambda one: float("inf") if one.fee is None else one.fee,)
    if order == "nearest":
        return (lambda one: round(distance(one, gold["near"]), 3),)
    # soon may mean the next session, or the next first session
    return (
        lambda one: one.next.toordinal(),
        lambda one: one.first.toordinal() if one.first == one.next.date() else float("inf"),
    )


def _least(classes: list[Class], measure: Callable[[Class], float]) -> list[Class]:
    least = min((measure(one) for one in classes), default=0)
    return [one for one in classes if measure(one) == least]


def _named(gold: Gold, one: Class) -> bool:
    groups = [gold, *gold.get("any", ())]
    words = [word for group in groups for word in words_of(group.get("topic", ()))]
    if words and not any(word in one.title for word in words):
        return False
    return "around" not in gold or _place(gold["around"], one) is Fit.RIGHT


def fit(gold: Gold, one: Class, town: Everything) -> Fit:
    """Whether one class answers a predicate: the worst of its conditions."""
    return min((_one(key, gold, one, town) for key in CONDITIONS if key in gold), default=Fit.RIGHT)


def _one(key: str, gold: Gold, one: Class, town: Everything) -> Fit:
    value = gold[key]
    if key in ("weekdays", "hours", "dates"):
        return _fit(_meets(gold, one))
    if key == "any":
        return max(fit(other, one, town) for other in value)
    if key == "not":
        return Fit.WRONG if any(_holds(name, value, one, town) for name in value) else Fit.RIGHT
    if key == "around":
        return _around(value, one, town)
    how: Fit = _PLAIN[key](value, one)
    return how


def _holds(name: str, gold: Gold, one: Class, town: Everything) -> bool:
    return _one(name, {name: gold[name]}, one, town) is Fit.RIGHT


def _fit(holds: bool) -> Fit:
    return Fit.RIGHT if holds else Fit.WRONG


def _meets(gold: Gold, one: Class) -> bool:
    days, hours = gold.get("weekdays"), gold.get("hours", (0, 1440))
    first, last = (date.fromisoformat(day) for day in gold.get("dates", ("2000-01-01", "2100-01-01")))
    return any(
        (days is None or at.weekday() in days)
        and hours[0] <= at.hour * 60 + at.minute < hours[1]
        and first <= at.date() <= last
        for at in one.meets
    )


def _topic(value: Iterable[str], one: Class) -> Fit:
    if any(word in one.title or word in one.description for word in words_of(value)):
        return Fit.RIGHT
    return Fit.NEITHER if any(word in one.title for word in _akin(value)) else Fit.WRONG


def _fee_max(value: float, one: Class) -> Fit:
    return Fit.NEITHER if one.fee is None else _fit(one.fee <= value)


def _fee_min(value: float, one: Class) -> Fit:
    return Fit.NEITHER if one.fee is None else _fit(one.fee >= value)


def _starts(value: tuple[str, str], one: Class) -> Fit:
    return _fit(date.fromisoformat(value[0]) <= one.first <= date.fromisoformat(value[1]))


def _age(value: int, one: Class) -> Fit:
    if not (one.min_age or 0) <= value <= (one.max_age or 200):
        return Fit.WRONG
    told = one.min_age is not None or one.max_age is not None
    childish = any(word in CHILDISH for word in one.audience)
    if value >= GROWN:
        return (
            Fit.WRONG if childish and "亲子" not in one.audience else Fit.NEITHER if childish else Fit.RIGHT
        )
    return Fit.RIGHT if (told and one.max_age is not None) or childish else Fit.NEITHER


def _audience(value: Iterable[str], one: Class) -> Fit:
    if any(word in one.audience for word in value):
        return Fit.RIGHT
    anybody = {"居民", "成年人", "零基础"} | (set() if "老年人" in value else {"青年"})
    return Fit.NEITHER if not one.audience or anybody & set(one.audience) else Fit.WRONG


def _level(value: str, one: Class) -> Fit:
    beginner = any(word in one.title or word in one.audience for word in BEGINNER)
    advanced = any(word in one.title for word in ADVANCED)
    if not beginner and not advanced:
        return Fit.NEITHER
    return _fit(beginner if value == "beginner" else advanced)


def _seats(value: bool, one: Class) -> Fit:
    return _fit((one.seats_left is None or one.seats_left > 0) == value)


def _place(value: Iterable[str], one: Class) -> Fit:
    # an online class is of a place only in so far as a school of that place gives it
    if one.online and any(word in one.school for word in value):
        return Fit.NEITHER
    return _fit(any(word in one.where for word in value))


def _around(value: Iterable[str], one: Class, town: Everything) -> Fit:
    if (how := _place(value, one)) is not Fit.WRONG:
        return how
    km = min((distance(one, spot) for spot in town.spots(tuple(value))), default=float("inf"))
    return Fit.RIGHT if km <= BESIDE_KM else Fit.NEITHER if km <= AROUND_KM else Fit.WRONG


def distance(one: Class, spot: Iterable[float]) -> float:
    """Kilometres along the globe."""
    if one.at is None:
        return float("inf")
    north, east, lat, lon = (radians(degrees) for degrees in (*one.at, *list(spot)[:2]))
    half = sin((lat - north) / 2) ** 2 + cos(lat) * cos(north) * sin((lon - east) / 2) ** 2
    return 2 * 6371 * asin(sqrt(half))


_PLAIN: dict[str, Any] = {
    "topic": _topic,
    "starts": _starts,
    "free": lambda value, one: _fit((one.fee == 0) == value),
    "fee_min": _fee_min,
    "fee_max": _fee_max,
    "online": lambda value, one: _fit(one.online == value),
    "seats": _seats,
    "form": lambda value, one: _fit(one.form == value),
    "category": lambda value, one: _fit(one.category in value),
    "teacher": lambda value, one: _fit(one.teacher in value),
    "age": _age,
    "level": _level,
    "audience": _audience,
    "place": _place,
    "weekly": lambda value, one: _fit(one.sessions > 1 and len(one.days) == value),
    "minutes": lambda value, one: _fit(value[0] <= one.minutes <= value[1]),
    "sessions": lambda value, one: _fit(value[0] <= one.sessions <= value[1]),
    "near": lambda value, one: _fit(distance(one, value) <= value[2]),
}


def relaxed(gold: Gold) -> list[Gold]:
    """The predicate less one condition each; never without any."""
    said = [key for key in CONDITIONS if key in gold]
    return [{k: v for k, v in gold.items() if k != key} for key in said] if len(said) > 1 else []


@cache
def _topics() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((DATA / "topics.toml").read_text("utf-8"))


def words_of(topics: Iterable[str]) -> list[str]:
    """The words of titles and descriptions that stand for these topics."""
    return [word for topic in topics for word in _topics()["words"].get(topic, [topic])]


def _akin(topics: Iterable[str]) -> list[str]:
    return [word for topic in topics for word in _topics()["akin"].get(topic, ())]
