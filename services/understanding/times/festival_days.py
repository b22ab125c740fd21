"""The days of a festival, a school holiday or a term in a year, by the name that people call it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from services.holidays import Holidays
from services.understanding.times import lunar
from services.understanding.times.said import Days, one_day
from services.understanding.times.solar_terms import TERMS, coldest_days, dog_days, term_day

ONE_DAY = timedelta(days=1)
_LONGEST_BREAK = 14
_YEARS = range(2000, 2100)


def lunar_day(month: int, day: int) -> Callable[[int], Days | None]:
    """Return what gives a lunar day of each year."""

    def find(year: int) -> Days | None:
        found = lunar.solar(year, month, day)
        return one_day(found)

    return find


def _fixed(month: int, day: int) -> Callable[[int], Days | None]:
    return lambda year: (date(year, month, day), date(year, month, day))


def _term(name: str) -> Callable[[int], Days | None]:
    def find(year: int) -> Days | None:
        found = term_day(name, year)
        return one_day(found)

    return find


def _sunday(month: int, place: int) -> Callable[[int], Days | None]:
    def find(year: int) -> Days | None:
        first = date(year, month, 1)
        day = first + timedelta(days=6 - first.weekday() + 7 * (place - 1))
        return day, day

    return find


@lru_cache(maxsize=64)
def _break(name: str, day: date, last: date) -> Days:
    """The days off around a holiday: at least those given, and what the calendar of holidays adds."""
    calendar = Holidays()
    alone = name in ("清明节", "端午节", "中秋节")

    def is_off(other: date) -> bool:
        said = calendar.name_of(other)
        return said is not None and (not alone or name in said)

    first = day
    for _ in range(_LONGEST_BREAK):
        if not is_off(first - ONE_DAY):
            break
        first -= ONE_DAY
    for _ in range(_LONGEST_BREAK):
        if not is_off(last + ONE_DAY):
            break
        last += ONE_DAY
    return first, last


def _holiday(name: str, least: Callable[[int], Days | None]) -> Callable[[int], Days | None]:
    def find(year: int) -> Days | None:
        days = least(year)
        return (days and year in _YEARS and _break(name, *days)) or None

    return find


def _spring_festival(year: int) -> Days | None:
    # from the eve to the seventh: what every notice since 2024 gave, also before the next one is out
    first = lunar.solar(year, 1, 1)
    return None if first is None else (first - ONE_DAY, first + timedelta(days=6))


def _eve(year: int) -> Days | None:
    first = lunar.solar(year, 1, 1)
    return None if first is None else one_day(first - ONE_DAY)


def _little_new_year(year: int) -> Days | None:
    # the north has it on the 23rd, the south on the 24th
    day = lunar.solar(year, 12, 23)
    return None if day is None else (day, day + ONE_DAY)


def winter_holiday(year: int) -> Days | None:
    """Return 寒假 as most schools have it: three weeks before the lunar new year until 元宵."""
    first = lunar.solar(year, 1, 1)
    return None if first is None else (first - timedelta(days=21), first + timedelta(days=14))


def _summer_holiday(year: int) -> Days | None:
    return date(year, 7, 1), date(year, 8, 31)


def spring_term(year: int) -> Days | None:
    """The days of the spring term."""
    winter = winter_holiday(year)
    return winter and (winter[1] + ONE_DAY, date(year, 6, 30))


def autumn_term(year: int) -> Days | None:
    """The days of the autumn term."""
    winter = winter_holiday(year + 1)
    return winter and (date(year, 9, 1), winter[0] - ONE_DAY)


def _winter_nines(year: int) -> Days | None:
    solstice = term_day("冬至", year)
    return None if solstice is None else (solstice, solstice + timedelta(days=80))


FINDERS: dict[str, Callable[[int], Days | None]] = {
    "元旦": _holiday("元旦", _fixed(1, 1)), "春节": _holiday("春节", _spring_festival),
    "过年": _holiday("春节", _spring_festival), "过大年": _holiday("春节", _spring_festival),
    "新春": _holiday("春节", _spring_festival),
    "清明": _holiday("清明节", _term("清明")), "端午": _holiday("端午节", lunar_day(5, 5)),
    "五一": _holiday("劳动节", lambda year: (date(year, 5, 1), date(year, 5, 5))),
    "劳动节": _holiday("劳动节", lambda year: (date(year, 5, 1), date(year, 5, 5))),
    "中秋": _holiday("中秋节", lunar_day(8, 15)), "八月十五": _holiday("中秋节", lunar_day(8, 15)),
    "国庆": _holiday("国庆节", lambda year: (date(year, 10, 1), date(year, 10, 7))),
    "十一": _holiday("国庆节", lambda year: (date(year, 10, 1), date(year, 10, 7))),
    "除夕": _eve, "大年三十": _eve, "年三十": _eve, "大年夜": _eve, "年夜": _eve,
    "元宵": lunar_day(1, 15), "正月十五": lunar_day(1, 15),
    "龙抬头": lunar_day(2, 2), "二月二": lunar_day(2, 2),
    "五月五": lunar_day(5, 5), "七夕": lunar_day(7, 7), "中元": lunar_day(7, 15), "重阳": lunar_day(9, 9),
    "九月九": lunar_day(9, 9), "腊八": lunar_day(12, 8),
    "小年": _little_new_year,
    "妇女节": _fixed(3, 8), "三八节": _fixed(3, 8), "植树节": _fixed(3, 12), "六一": _fixed(6, 1),
    "儿童节": _fixed(6, 1), "教师节": _fixed(9, 10), "圣诞": _fixed(12, 25), "平安夜": _fixed(12, 24),
    "母亲节": _sunday(5, 2), "父亲节": _sunday(6, 3),
    "寒假": winter_holiday, "暑假": _summer_holiday, "暑期": _summer_holiday, "春季学期": spring_term,
    "秋季学期": autumn_term, "春季": spring_term, "秋季": autumn_term, "三九": coldest_days,
    "三伏": dog_days,
    "伏天": dog_days, "三伏天": dog_days, "数九": _winter_nines,
} | {name: _term(name) for name in TERMS if name != "清明"}  # fmt: skip
