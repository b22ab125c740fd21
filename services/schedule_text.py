"""Reads a schedule as clerks write it: `周二、周四 19:00-20:30`, `每周六上午9点到10点半`, `12月5日下午2-4点`.

The text is folded to plain characters and cut into days, times and separators; each clause (between `;`)
pairs runs of days with runs of times, in either order. What is not understood is refused, never guessed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from services.regex import regex
from services.schedule_fold import fold_schedule
from services.timetable import WEEKDAYS, AnySlot, DatedSlot, Slot, TimetableError, check_overlaps
from services.written_dates import read_date

LONGEST_TEXT = 2000
_MOST_DATES = 366
_MOST_SHOWN = 24
_EARLIEST_PLAIN_HOUR = 6
_EXAMPLE_ZH = "请写成：周六 09:00-10:30，或 2026-12-05 09:00-11:30。"
_EXAMPLE_EN = "Write 周六 09:00-10:30, or 2026-12-05 09:00-11:30."

_NOT_WEEKLY = regex(
    r"隔[一两]?周|[单双]周|每?两周|双月|每个?月|第[一二三四五\d]+[个周]|农历|除外|暂停|待定|另行"
)
_WEEK_DAY = r"[一二三四五六日天]|[1-7](?![\d:.点时月/])"
_TOKENS = regex(
    rf"(?P<date>(?<!\d)(?:\d{{4}}[-/.年]\d{{1,2}}[-/.月]\d{{1,2}}|\d{{1,2}}[月/]\d{{1,2}}|20\d{{6}})(?!\d)[日号]?)"
    rf"|(?P<week>周(?:{_WEEK_DAY})(?:{_WEEK_DAY})*(?:[、,/和及与]周?(?:{_WEEK_DAY})+)*"
    rf"(?:[-至到]周?(?:{_WEEK_DAY}))?)"
    r"|(?P<half>凌晨|清晨|早晨|早上|上午|早|中午|午后|下午|傍晚|晚上|晚间|夜里|晚|am(?![a-z])|pm(?![a-z]))"
    r"|(?P<clock>(?<![\d:])\d{1,2}(?:[:.]\d{2}(?::\d{2})?(?![\d:])|[点时](?:钟|整|半|一刻|三刻|\d{1,2}分?)?"
    r"|(?=am|pm|[-至到])|(?<=[-至到]\d)(?!\d)|(?<=[-至到]\d\d)(?!\d)))"
    r"|(?P<dash>[-至到])"
    r"|(?P<skip>[、,/()\s和及与每逢的是个:]|时间|上课)"
)
_LATE = {"下午", "午后", "傍晚", "晚上", "晚间", "夜里", "晚", "pm"}


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


@dataclass
class _Clause:
    """Days or times of one stretch of text, in the order in which they stand."""

    kind: str
    weekdays: list[int] = field(default_factory=list)
    dates: list[date] = field(default_factory=list)
    times: list[tuple[time, time]] = field(default_factory=list)


def parse_slots(text: str, *, around: date | None = None) -> tuple[AnySlot, ...]:
    """The slots of a schedule text, sorted within their kind, weekly ones first.

    `around` is the class's first day: it gives the year of a date such as 12月5日, the first one from 180
    days before it on. Raises TimetableError with what to write instead; no other error, whatever the text is.
    """
    folded = fold_schedule(text)
    if not folded:
        raise TimetableError("没有写上课时间。" + _EXAMPLE_ZH, "There is no time. " + _EXAMPLE_EN)
    if len(folded) > LONGEST_TEXT:
        raise TimetableError("上课时间太长了。" + _EXAMPLE_ZH, "The schedule is too long. " + _EXAMPLE_EN)
    if match := _NOT_WEEKLY.search(folded):
        raise TimetableError(
            f"“{match[0]}”这样的安排请把每次上课的日期写出来：2026-12-05 09:00-11:30; 2026-12-19 09:00-11:30",
            f"Write “{match[0]}” out as dates: 2026-12-05 09:00-11:30; 2026-12-19 09:00-11:30.",
        )
    slots = list(dict.fromkeys(_pair(folded, around)))
    weekly = sorted(slot for slot in slots if isinstance(slot, Slot))
    dated = sorted(slot for slot in slots if isinstance(slot, DatedSlot))
    if not weekly and not dated:
        raise _unclear(text)
    check_overlaps([*weekly, *dated])
    return (*weekly, *dated)


def _tokens(clause: str, whole: str) -> Iterator[_Token]:
    place = 0
    while place < len(clause):
        match = _TOKENS.match(clause, place)
        if match is None or match.end() == place:
            raise _unclear(clause[place:] or whole)
        kind = str(match.lastgroup)
        if kind != "skip":
            yield _Token(kind, match[0])
        place = match.end()


def _pair(folded: str, around: date | None) -> Iterator[AnySlot]:
    carried: _Clause | None = None
    waiting = False
    for text in folded.split(";"):
        runs = _runs(list(_tokens(text, folded)), around)
        place = 0
        while place < len(runs):
            run = runs[place]
            following = runs[place + 1] if place + 1 < len(runs) else None
            place += 1
            if run.kind == "days":
                carried = _joined(carried, run) if waiting and carried else run
                waiting = True
                continue
            if following and not waiting and (place == 1 or place % 2) and _times_lead(runs):
                carried = following
                place += 1
            if carried is None:
                raise TimetableError("没有写星期几。" + _EXAMPLE_ZH, "The weekday is missing. " + _EXAMPLE_EN)
            waiting = False
            yield from _slots(carried, run.times)
    if waiting:
        raise TimetableError("没有写几点到几点。" + _EXAMPLE_ZH, "The hours are missing. " + _EXAMPLE_EN)


def _times_lead(runs: list[_Clause]) -> bool:
    return runs[0].kind == "times" and runs[-1].kind == "days"


def _joined(one: _Clause, two: _Clause) -> _Clause:
    return _Clause("days", one.weekdays + two.weekdays, one.dates + two.dates)


def _slots(days: _Clause, times: list[tuple[time, time]]) -> Iterator[AnySlot]:
    for starts, ends in times:
        if days.dates:
            yield from (DatedSlot(day, starts, ends) for day in days.dates)
        else:
            yield from (Slot(day, starts, ends) for day in days.weekdays)


def _runs(tokens: list[_Token], around: date | None) -> list[_Clause]:
    runs: list[_Clause] = []
    place = 0
    while place < len(tokens):
        kind = "days" if tokens[place].kind in ("date", "week") else "times"
        if not runs or runs[-1].kind != kind:
            runs.append(_Clause(kind))
        if kind == "days":
            place = _read_day(tokens, place, runs[-1], around)
        else:
            place = _read_time(tokens, place, runs[-1])
    for run in runs:
        _settle_dates(run)
    return runs


def _read_day(tokens: list[_Token], place: int, run: _Clause, around: date | None) -> int:
    token = tokens[place]
    if token.kind == "week":
        run.weekdays.extend(_weekdays(token.text))
        return place + 1
    first = read_date(token.text, around)
    if [later.kind for later in tokens[place + 1 : place + 3]] != ["dash", "date"]:
        run.dates.append(first)
        return place + 1
    last = read_date(tokens[place + 2].text, first)
    if not 0 <= (last - first).days < _MOST_DATES:
        raise TimetableError(
            f"{first} 到 {last} 不对，请先写早的日期。",
            f"{first} to {last} is wrong: the earlier date comes first.",
        )
    run.dates.extend(first + timedelta(days=passed) for passed in range((last - first).days + 1))
    return place + 3


def _settle_dates(run: _Clause) -> None:
    """A weekday beside dates says which of them are meant (12月5日至26日 周六) or confirms a single one."""
    if not run.dates or not run.weekdays:
        return
    meant = [day for day in run.dates if day.weekday() in run.weekdays]
    if not meant or (len(meant) < len(run.dates) and len(run.weekdays) >= len(run.dates)):
        wrong = next(day for day in run.dates if day.weekday() not in run.weekdays)
        raise TimetableError(
            f"{wrong} 是周{WEEKDAYS[wrong.weekday()]}，和写的星期对不上，请改日期或星期。",
            f"{wrong} is a {wrong:%A}, which is not the weekday written: correct one of them.",
        )
    run.dates = meant


def _weekdays(text: str) -> list[int]:
    days: list[int] = []
    ranged = False
    for mark in text:
        if mark in "-至到":
            ranged = bool(days)
        elif mark in "一二三四五六日天1234567":
            day = int(mark) - 1 if mark.isdecimal() else 6 if mark == "天" else WEEKDAYS.index(mark)
            if ranged:
                first, ranged = days[-1], False
                days.extend((first + step) % 7 for step in range(1, (day - first) % 7 + 1))
            else:
                days.append(day)
    return list(dict.fromkeys(days))


def _read_time(tokens: list[_Token], place: int, run: _Clause) -> int:
    first_half, first, place = _clock_at(tokens, place)
    if place >= len(tokens) or tokens[place].kind != "dash":
        raise TimetableError(
            f"“{first}”没有写到几点结束。" + _EXAMPLE_ZH, f"“{first}” has no end. " + _EXAMPLE_EN
        )
    last_half, last, place = _clock_at(tokens, place + 1)
    if last_half in ("am", "pm") and not first_half and tokens[place - 1].text == last_half:
        first_half = last_half if _hour(first) <= _hour(last) else "am"
    starts = _time_of(first, first_half)
    ends = _time_of(last, last_half or first_half)
    if (
        ends <= starts
        and not last_half
        and first_half in ("上午", "早上", "中午", "早", "am")
        and _hour(last) < 12
    ):
        ends = _time_of(last, "下午")
    if starts.hour < _EARLIEST_PLAIN_HOUR and not first_half:
        raise TimetableError(
            f"{starts:%H:%M} 是下午吗？请写“下午{first}”或 {starts.hour + 12}:{starts:%M}。",
            f"Is {starts:%H:%M} in the afternoon? Write {starts.hour + 12}:{starts:%M}.",
        )
    if ends <= starts:
        raise TimetableError(
            f"{starts:%H:%M}-{ends:%H:%M}：结束要晚于开始，请改正，例如 14:00-15:30。",
            f"{starts:%H:%M}-{ends:%H:%M}: the end must be later than the start, such as 14:00-15:30.",
        )
    run.times.append((starts, ends))
    return place


def _clock_at(tokens: list[_Token], place: int) -> tuple[str, str, int]:
    half = ""
    if place < len(tokens) and tokens[place].kind == "half":
        half = tokens[place].text
        place += 1
    if place >= len(tokens) or tokens[place].kind != "clock":
        raise _unclear("".join(token.text for token in tokens) or "-")
    clock = tokens[place].text
    place += 1
    if place < len(tokens) and tokens[place].text in ("am", "pm"):
        half = tokens[place].text
        place += 1
    return half, clock, place


def _hour(clock: str) -> int:
    found = re.match(r"\d+", clock)
    return int(found[0]) % 12 if found else 0


def _time_of(clock: str, half: str) -> time:
    hours, _, rest = re.sub(r"[.点时]", ":", clock, count=1).partition(":")
    minutes = {"半": "30", "一刻": "15", "三刻": "45", "": "0", "整": "0", "钟": "0"}.get(
        rest, rest.rstrip("分")[:2]
    )
    hour = int(hours)
    if (half in _LATE and 1 <= hour < 12) or (half == "中午" and 1 <= hour < 6):
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    if hour > 23 or int(minutes) > 59:
        raise TimetableError(
            f"“{clock}”不是正确的时间，请用 24 小时写法，例如 14:30。",
            f"“{clock}” is no time of day: use 24 hours, such as 14:30.",
        )
    return time(hour, int(minutes))


def _unclear(text: str) -> TimetableError:
    shown = " ".join(text.split())
    if len(shown) > _MOST_SHOWN:
        shown = f"{shown[:_MOST_SHOWN]}…"
    return TimetableError(
        f"看不懂上课时间里的“{shown}”。" + _EXAMPLE_ZH,
        f"“{shown}” in the schedule is not understood. " + _EXAMPLE_EN,
    )
