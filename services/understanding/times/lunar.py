"""The lunar calendar (农历) of 1900 to 2100: which solar day a lunar one is.

The tests hold the table against an independent one.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

FIRST_YEAR, LAST_YEAR = 1900, 2100
_FIRST_NEW_YEAR = date(1900, 1, 31).toordinal()

# a year each: bit n says that its month n, counted from 0 with a leap month, has 30 days; what stands above
# bit 12 is the month that the leap month follows
_CODES = """
116d2 00752 00ea5 0b64a 0064b 00a9b 09556 0056a 00b59 05752 00752 0db25 00b25 00a4b 0b4ab 002ad 0056b
04b69 00da9 0fd92 00e92 00d25 0ba4d 00a56 002b6 095b5 006d4 00ea9 05e92 00e92 0cd26 0052b 00a57 0b2b6
00b5a 006d4 06ec9 00749 0f693 00a93 0052b 0ca5b 00aad 0056a 09b55 00ba4 00b49 05a93 00a95 0f52d 00536
00aad 0b5aa 005b2 00da5 07d4a 00d4a 10a95 00a97 00556 0cab5 00ad5 006d2 08ea5 00ea5 0064a 06c97 00a9b
0f55a 0056a 00b69 0b752 00b52 00b25 0964b 00a4b 114ab 002ad 0056d 0cb69 00da9 00d92 09d25 00d25 15a4d
00a56 002b6 0c5b5 006d5 00ea9 0be92 00e92 00d26 06a56 00a57 114d6 0035a 006d5 0b6c9 00749 00693 0952b
0052b 00a5b 0555a 0056a 0fb55 00ba4 00b49 0ba93 00a95 0052d 08aad 00ab5 135aa 005d2 00da5 0dd4a 00d4a
00c95 0952e 00556 00ab5 055b2 006d2 0cea5 00725 0064b 0ac97 00cab 0055a 06ad6 00b69 17752 00b52 00b25
0da4b 00a4b 004ab 0a55b 005ad 00b6a 05b52 00d92 0fd25 00d25 00a55 0b4ad 004b6 005b5 06daa 00ec9 11e92
00e92 00d26 0ca56 00a57 00556 086d5 00755 00749 06e93 00693 0f52b 0052b 00a5b 0b55a 0056a 00b65 0974a
00b4a 11a95 00a95 0052d 0caad 00ab5 005aa 08ba5 00da5 00d4a 07c95 00c96 0f94e 00556 00ab5 0b5b2 006d2
00ea5 08e4a 0068b 10c97 004ab 0055b 0cad6 00b6a 00752 09725 00b45 00a8b 0549b 004ab
"""


def _new_years() -> list[int]:
    found, at = [], _FIRST_NEW_YEAR
    for code in _YEARS:
        found.append(at)
        months = 13 if code >> 13 else 12
        at += 29 * months + (code & 0x1FFF).bit_count()
    return found


_YEARS = [int(code, 16) for code in _CODES.split()]
_NEW_YEARS = _new_years()


@lru_cache(maxsize=256)
def month_span(year: int, month: int) -> tuple[date, date] | None:
    """Return the first and last day of a lunar month, its leap month left out; None outside the table."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        return None
    code = _YEARS[year - FIRST_YEAR]
    leap = code >> 13
    at = month - 1 + (1 if leap and month > leap else 0)
    first = _NEW_YEARS[year - FIRST_YEAR] + sum(29 + (code >> n & 1) for n in range(at))
    start = date.fromordinal(first)
    return start, start + timedelta(days=28 + (code >> at & 1))


def solar(year: int, month: int, day: int) -> date | None:
    """Return the solar day of a lunar date, None if there is none; a month of 29 days ends with its 30th."""
    span = month_span(year, month)
    if span is None or not 1 <= day <= 30:
        return None
    return min(span[0] + timedelta(days=day - 1), span[1])


def lunar_year(day: date) -> int:
    """Return the lunar year that a solar day lies in."""
    span = month_span(day.year, 1)
    return day.year if span is None or day >= span[0] else day.year - 1
