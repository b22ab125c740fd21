"""The 24 solar terms (节气) of 2000 to 2100, and the hottest and coldest days that are counted from them."""

from __future__ import annotations

from datetime import date, timedelta

FIRST_YEAR, LAST_YEAR = 2000, 2100
TERMS = (
    "小寒", "大寒", "立春", "雨水", "惊蛰", "春分", "清明", "谷雨", "立夏", "小满", "芒种", "夏至",
    "小暑", "大暑", "立秋", "处暑", "白露", "秋分", "寒露", "霜降", "立冬", "小雪", "大雪", "冬至",
)  # fmt: skip
# two of them lie in each month, on this day or up to two days later
_EARLIEST = (4, 19, 3, 18, 4, 19, 4, 19, 4, 20, 4, 20, 6, 22, 6, 22, 6, 22, 7, 22, 6, 21, 6, 21)
_PLACE = {name: place for place, name in enumerate(TERMS)}
_JIA_ZI = date(2000, 1, 7).toordinal()
_GENG = 6

# a year each: how many days after the earliest, two bits a term, 小寒 first
_CODES = """
a55155455554 545555555555 55a599599555 95a59a599aa5 a55155455554 545555555555 55a559559555 95a59a599aa5
a55155454554 545155555555 55a559559555 95a59a5996a5 a55145454554 545155455555 55a559559555 95a59a599695
955045454554 505155455555 556559559555 55a599599695 955045044554 505155455554 555559555555 55a599599695
955045044550 505155455554 545555555555 55a599599555 955045044550 505155455554 545555555555 55a599599555
955045044550 505155455554 545555555555 55a559559555 955045044550 505155455554 545555555555 55a559559555
955045044550 505145454554 545155555555 55a559559555 955045044150 505045454554 545155455555 55a559559555
955044044140 405045044554 505155455555 555559555555 555044044140 405045044554 505155455555 555555555555
555044044140 405045044550 505155455554 555555555555 555044044000 405045044550 505155455554 545555555555
555044044000 405045044550 505155455554 545555555555 555004004000 405045044550 505145454554 545555555555
555004004000 405045044150 505145454554 545155455555 555004004000 405045044150 505045054554 545155455555
555004004000 405044044140 505045044554 505155455555 550004000000 005044044140 405045044554 505155455555
550000000000 005044044140 405045044550 505155455554 550000000000 005044044000 405045044550 505155455554
540000000000 005044004000 405045044550 505155455554 545555555555
"""
_YEARS = [int(code, 16) for code in _CODES.split()]


def term_day(name: str, year: int) -> date | None:
    """Return the day of a solar term in a year, None outside the table."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    place = _PLACE[name]
    later = _YEARS[year - FIRST_YEAR] >> 2 * (23 - place) & 3
    return date(year, place // 2 + 1, _EARLIEST[place] + later)


def dog_days(year: int) -> tuple[date, date] | None:
    """Return 三伏: from the third 庚 day after 夏至 until ten days from the first one after 立秋."""
    solstice, autumn = term_day("夏至", year), term_day("立秋", year)
    if solstice is None or autumn is None:
        return None
    first = _next_geng(solstice) + timedelta(days=20)
    return first, _next_geng(autumn) + timedelta(days=9)


def coldest_days(year: int) -> tuple[date, date] | None:
    """Return 三九 of the winter whose solstice lies in a year: its days 19 to 27."""
    solstice = term_day("冬至", year)
    return None if solstice is None else (solstice + timedelta(days=18), solstice + timedelta(days=26))


def _next_geng(day: date) -> date:
    # the day itself counts: 夏至 on a 庚 day is the first
    return day + timedelta(days=(_GENG - (day.toordinal() - _JIA_ZI)) % 10)
