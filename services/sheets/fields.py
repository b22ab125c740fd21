"""Reads single cells: money, whole numbers, hours, coordinates, codes, dates and moments."""

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from services.sheets.texts import say
from services.sheets.words import clean, fold
from services.timetable import TimetableError
from services.written_dates import read_date

MOST_YUAN = 100_000
MOST_SEATS = 100_000
_LONGEST_WORD = 100
_SERIAL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001
# 2000 to 2099
_SERIALS = (36526, 73051)
_LONGEST_BREAK = 120
_UNKNOWN = {"", "-", "--", "/", "无", "待定", "未定", "另议", "面议", "暂无", "另行通知", "待通知"}
_FREE = {"免费", "公益", "公益免费", "免", "零", "无费用", "不收费", "全免", "free"}
_NO_LIMIT = {"不限", "不限人数", "无限制", "不限制", "无限"}


class FieldError(Exception):
    """A cell that is wrong; `text_zh` and `text_en` say what would be right."""

    def __init__(self, text_zh: str, text_en: str) -> None:
        super().__init__(text_zh)
        self.text_zh = text_zh
        self.text_en = text_en


def wrong(key: str, **values: object) -> FieldError:
    """The FieldError of one sentence of the sheet's texts."""
    return FieldError(*say(key, **values))


def _word(text: str) -> str:
    # no number or date is this long, and patterns should not have to run over a novel
    if len(text) > _LONGEST_WORD:
        raise wrong("too_long", most=_LONGEST_WORD)
    return fold(text)


def limited(most: int) -> Callable[[str], str]:
    """A reader of free text of at most that many characters; raises FieldError."""

    def read(text: str) -> str:
        cleaned = clean(text)
        if len(cleaned) > most:
            raise wrong("too_long", most=most)
        return cleaned

    return read


def read_code(text: str) -> str:
    """A class's or unit's code: printable, at most 64, no blanks or commas; raises FieldError."""
    code = unicodedata.normalize("NFKC", clean(text))
    if not code or len(code) > 64 or not code.isprintable() or re.search(r"[\s,、;]", code):
        raise wrong("code")
    return code


def read_fee(text: str) -> int | None:
    """A fee in fen: 免费 is 0, blank or 待定 is None (not told); raises FieldError."""
    word = _word(text)
    if word in _UNKNOWN:
        return None
    if word in _FREE:
        return 0
    if re.search(r"[/每](次|节|课|课时|学时|小时|月|年|周|天)", word):
        raise wrong("fee_part")
    word = re.sub(r"^(人民币|rmb|cny|每人|每期|每学期|学费|共|合计|[¥￥])+", "", word)
    word = re.sub(r"(元|块|块钱|圆|rmb|cny)?(整|正)?([/每](人|期|学期|人次|班|位))*$", "", word)
    match = re.fullmatch(r"(\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.(\d{1,9}))?", word)
    if match is None:
        raise wrong("fee")
    fen = Decimal(match[1].replace(",", "") + "." + (match[2] or "0")) * 100
    if fen != fen.to_integral_value():
        raise wrong("fee")
    if fen > MOST_YUAN * 100:
        raise wrong("range", least=0, most=f"{MOST_YUAN}")
    return int(fen)


def whole(least: int, most: int, example: int, units: str) -> Callable[[str], int | None]:
    """A reader of a whole number that may carry a unit (30人); blank and 不限 are None. Raises FieldError."""

    def read(text: str) -> int | None:
        word = _word(text)
        if word in _UNKNOWN or word in _NO_LIMIT:
            return None
        match = re.fullmatch(rf"(?:约|限|共|满)?(\d{{1,9}})(?:\.0+)?(?:{units})?", word)
        if match is None:
            raise wrong("number", example=example)
        if not least <= int(match[1]) <= most:
            raise wrong("range", least=least, most=most)
        return int(match[1])

    return read


read_capacity = whole(1, MOST_SEATS, 30, "人|名|位|个|座|人/班|人以内|个名额")
read_min_age = whole(0, 120, 50, "岁|周岁|岁以上|周岁以上|以上|岁及以上|周岁及以上|岁起")
read_max_age = whole(0, 120, 75, "岁|周岁|岁以下|周岁以下|以下|岁及以下|周岁及以下|岁止")
read_min_learners = whole(1, MOST_SEATS, 8, "人|名|位|个|人以上|人起|人开班|人起开班|人及以上")
read_minutes = whole(1, 1440, 90, "分钟|分|min|mins|minutes|分钟/次|分钟/节")


def read_ages(text: str) -> tuple[int | None, int | None]:
    """The youngest and oldest age of one cell: 50-75岁, 60岁以上, 75岁以下, 不限; raises FieldError."""
    word = re.sub(r"[\u2010-\u2015\u2212~至到]+", "-", _word(text))
    if re.search("以下|以内|不超过", word):
        return None, read_max_age(re.sub("不超过|以内", "", word))
    low, dash, high = word.partition("-")
    if not dash or word in _UNKNOWN:
        return read_min_age(word), None
    return read_min_age(low), read_max_age(high)


def read_hours(text: str) -> float | None:
    """Hours of learning (16, 16学时, 1.5); blank is None. Raises FieldError."""
    word = re.sub(r"(学时|课时|小时|节|h|hours)$", "", _word(text))
    if word in _UNKNOWN:
        return None
    if not re.fullmatch(r"\d{1,5}(\.\d{1,4})?", word):
        raise wrong("number", example=16)
    if not 0 < float(word) <= 2000:
        raise wrong("range", least=1, most=2000)
    return float(word)


def read_latitude(text: str) -> float | None:
    """Degrees north, or None when blank; raises FieldError."""
    return _degrees(text, 90, "latitude")


def read_longitude(text: str) -> float | None:
    """Degrees east, or None when blank; raises FieldError."""
    return _degrees(text, 180, "longitude")


def _degrees(text: str, most: int, key: str) -> float | None:
    word = re.sub(r"^(北纬|东经|[ne])|[°度ne]$", "", _word(text))
    if word in _UNKNOWN:
        return None
    try:
        value = float(Decimal(word))
    except (InvalidOperation, ValueError):
        raise wrong(key) from None
    if not math.isfinite(value) or abs(value) > most:
        raise wrong(key)
    return value


def looks_swapped(latitude: str, longitude: str) -> bool:
    """Whether a latitude is one of China's longitudes, and the other way round."""
    try:
        north, east = float(Decimal(fold(latitude))), float(Decimal(fold(longitude)))
    except (InvalidOperation, ValueError):
        return False
    return 73 <= north <= 136 and 3 <= east <= 54


def read_day(text: str, around: date | None = None) -> date | None:
    """A date, or None when blank; a time of day beside it is left out. Raises FieldError."""
    if _word(text) in _UNKNOWN:
        return None
    try:
        return read_date(_split_moment(text)[0], around)
    except TimetableError:
        raise wrong("date") from None


def read_moment(text: str, zone: ZoneInfo, *, closing: bool, around: date | None = None) -> datetime | None:
    """A moment in UTC, or None when blank; a bare date is its first second, or its last when `closing`.

    Raises FieldError.
    """
    if _word(text) in _UNKNOWN:
        return None
    day_text, clock = _split_moment(text)
    try:
        day = read_date(day_text, around)
        at = (
            time.fromisoformat(clock.zfill(5) if clock.count(":") == 1 else clock.zfill(8)) if clock else None
        )
    except (TimetableError, ValueError):
        raise wrong("moment") from None
    if at is None:
        at = time(23, 59, 59) if closing else time()
    return datetime.combine(day, at, zone).astimezone(UTC)


def _split_moment(text: str) -> tuple[str, str]:
    plain = unicodedata.normalize("NFKC", clean(text)).strip()
    if re.fullmatch(r"\d{5}(?:\.\d{1,12})?", plain) and _SERIALS[0] <= float(plain) < _SERIALS[1]:
        # a date whose cell lost its format: days since the end of 1899, as spreadsheets count them
        at = _SERIAL_ZERO + timedelta(minutes=round(float(plain) * 24 * 60))
        return f"{at:%Y-%m-%d}", f"{at:%H:%M}" if "." in plain else ""
    # 12月1日（周二）: the weekday only says the date again
    plain = re.sub(r"(?<=[\d日号])\s*\(?(?:周|星期|礼拜)[一二三四五六日天]\)?", "", plain)
    plain = re.sub(r"(\d{1,2})[点时](\d{1,2})?分?$", lambda m: f"{m[1]}:{m[2] or '00'}", plain)
    match = re.fullmatch(r"(.*?[\d日号])(?:[T\s]+|(?<=[日号]))(\d{1,2}:\d{2}(?::\d{2})?)", plain, re.DOTALL)
    return (match[1], match[2]) if match else (plain, "")


def read_days(text: str, around: date) -> tuple[date, ...]:
    """One date, or all from one to another (2026-10-01至2026-10-07); raises FieldError."""
    first_text, joint, last_text = re.sub("[至到~～]|—+", "至", text, count=1).partition("至")
    first = read_day(first_text, around)
    last = read_day(last_text, first or around) if joint else first
    if first is None or last is None or not 0 <= (last - first).days <= _LONGEST_BREAK:
        raise wrong("date")
    return tuple(first + timedelta(days=passed) for passed in range((last - first).days + 1))


def split_list(text: str) -> tuple[str, ...]:
    """The pieces of a cell that is joined by 、 or ; or , or a line's end."""
    return tuple(dict.fromkeys(piece.strip() for piece in re.split(r"[、,，;；\n]+", text) if piece.strip()))
