"""Reads a date as clerks write it, whatever the separators, digits and signs."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta

from services.timetable import TimetableError


def read_date(text: str, around: date | None = None) -> date:
    """A date as clerks write it (2026-12-05, 2026年12月5日, 12月5日, 20261205); raises TimetableError."""
    folded = re.sub(r"[\u2010-\u2015\u2212]", "-", unicodedata.normalize("NFKC", text)).replace(" ", "")
    match = re.fullmatch(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})[日号]?", folded)
    match = match or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", folded)
    wrong = TimetableError(
        f"“{text.strip()}”不是正确的日期，请写成 2026-12-05。",
        f"“{text.strip()}” is no date: write 2026-12-05.",
    )
    if match is None:
        raise wrong
    if not match[1] and around is None:
        raise TimetableError(
            f"“{text.strip()}”没有写年份，请写成 2026-12-05。",
            f"“{text.strip()}” has no year: write 2026-12-05.",
        )
    try:
        if match[1]:
            found = date(int(match[1]), int(match[2]), int(match[3]))
        else:
            found = _nearest(int(match[2]), int(match[3]), around or date.min)
    except ValueError:
        raise wrong from None
    if not 2000 <= found.year <= 2100:
        raise wrong
    return found


def _nearest(month: int, day: int, around: date) -> date:
    earliest = around - timedelta(days=180)
    for year in range(earliest.year, earliest.year + 9):
        try:
            found = date(year, month, day)
        except ValueError:
            continue  # 2月29日 stands only in some years
        if found >= earliest:
            return found
    raise ValueError(f"{month}-{day} is in no year")


def parse_dates(texts: Iterable[str], around: date | None = None) -> tuple[date, ...]:
    """Dates from pieces of text, sorted and each once; raises TimetableError."""
    return tuple(sorted({read_date(text, around) for text in texts}))
