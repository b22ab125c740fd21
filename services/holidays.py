"""Which days are public holidays in China, with an operator's own file on top."""

import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from threading import Lock
from typing import Any

_WORK = "work"
_DAY = timedelta(days=1)
_LONGEST_BREAK = 14
# the eve lies in the same break, and nobody speaks of it apart from the festival
_SAME_BREAK = {"农历除夕": "春节", "Chinese New Year's Eve": "Chinese New Year (Spring Festival)"}


class HolidayFileError(Exception):
    """The operator's holiday file cannot be used; `text_zh` and `text_en` say what to change."""

    def __init__(self, text_zh: str, text_en: str) -> None:
        super().__init__(text_zh)
        self.text_zh = text_zh
        self.text_en = text_en


@dataclass(frozen=True)
class _Year:
    names: Mapping[date, str]
    workdays: frozenset[date]


_importing = Lock()


@cache
def _china() -> Any:
    """The library's calendar of China, without those of two hundred other countries (8 MB and 60 ms).

    Reading it costs 50 ms even so, which is why it is done only where days are really asked for.
    """
    name = "holidays.countries"
    with _importing:  # of the store's threads
        if name in sys.modules:
            return import_module(f"{name}.china").China
        if f"{name}.china" in sys.modules:
            return sys.modules[f"{name}.china"].China
        found = find_spec(name)
        assert found is not None
        # the package's own file would read every country's
        sys.modules[name] = module_from_spec(ModuleSpec(name, None, is_package=True))
        sys.modules[name].__path__ = list(found.submodule_search_locations or ())
        try:
            return import_module(f"{name}.china").China
        finally:
            del sys.modules[name]


@cache
def _year(year: int, language: str) -> _Year:
    calendar = _china()(years=year, language=language)
    made_up = frozenset(day for day in getattr(calendar, "weekend_workdays", ()) if day.year == year)
    return _Year({day: calendar[day] for day in calendar}, made_up)


@dataclass(frozen=True)
class Holidays:
    """The days on which weekly classes do not meet.

    A break is what the State Council's notice calls one: the statutory days, the days moved to it, and the
    weekend days that adjoin them (`2026-10-04` is a Sunday, and 国庆节 all the same). A make-up workday
    (调休上班) is an ordinary day: a weekend class on it stays, and it never adds or moves a session. Years
    that are not announced yet know only the statutory days, so an operator's file says the rest.
    """

    overrides: Mapping[date, str | None] = field(default_factory=dict)
    observed: bool = True

    def name_of(self, day: date, language: str = "zh") -> str | None:
        """The holiday that a day belongs to, or None when classes meet; language `zh` or `en`."""
        if day in self.overrides:
            return self.overrides[day]
        if not self.observed or not self._is_off(day):
            return None
        return self._break_name(day, "zh_CN" if language == "zh" else "en_US")

    def is_make_up_workday(self, day: date) -> bool:
        """Whether a weekend day is worked in exchange for a day of a holiday (调休上班)."""
        return self.observed and day not in self.overrides and day in _year(day.year, "zh_CN").workdays

    def _is_off(self, day: date) -> bool:
        if self.overrides.get(day, "") is None:
            return False
        year = _year(day.year, "zh_CN")
        return day in year.names or (day.weekday() >= 5 and day not in year.workdays)

    def _break_name(self, day: date, language: str) -> str | None:
        # the nearest statutory day of the same unbroken run of free days gives the name
        ways = dict.fromkeys((-_DAY, _DAY), day)
        for _ in range(_LONGEST_BREAK):
            for step, other in list(ways.items()):
                if not self._is_off(other):
                    del ways[step]
                    continue
                if name := _statutory(other, language):
                    return name
                ways[step] = other + step
        return None


def _statutory(day: date, language: str) -> str | None:
    name = _year(day.year, language).names.get(day)
    if name is None or name.startswith(("休息日", "Day off")):
        return None
    plain = name.split("（")[0].split(" (observed)")[0]
    return _SAME_BREAK.get(plain, plain)


def no_holidays() -> Holidays:
    """A calendar without any holiday, for towns and tests that want none."""
    return Holidays(observed=False)


def read_overrides(text: str) -> dict[date, str | None]:
    """The days of an operator's TOML file: `[days]` with `2027-02-06 = "work"` or `"off 春节"`.

    Returns a name for a day without classes and None for a day on which they meet. Raises HolidayFileError.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise HolidayFileError(
            f'节假日文件不是正确的 TOML：{error}。请照这样写：[days] 下面一行 2027-02-06 = "off 春节"。',
            f'The holiday file is not valid TOML: {error}. Write [days], then 2027-02-06 = "off Festival".',
        ) from error
    days = document.get("days", {})
    if not isinstance(days, dict) or set(document) - {"days"}:
        raise HolidayFileError(
            '节假日文件只能有 [days] 一节，每天一行，例如 2027-02-06 = "work"。',
            'The holiday file may only have a [days] section, one line a day, such as 2027-02-06 = "work".',
        )
    return dict(_override(key, value) for key, value in days.items())


def _override(key: str, value: object) -> tuple[date, str | None]:
    kind, _, name = value.strip().partition(" ") if isinstance(value, str) else ("", "", "")
    try:
        day = date.fromisoformat(key)
    except ValueError:
        day = None
    if day is None or kind not in (_WORK, "off"):
        raise HolidayFileError(
            f"节假日文件里的“{key} = {value}”看不懂。请写日期和 work（照常）或 off 加名称（放假），"
            '例如 2027-02-06 = "off 春节"。',
            f"“{key} = {value}” in the holiday file is not understood: write a date and work, or off + name, "
            'such as 2027-02-06 = "off Spring Festival".',
        )
    return day, None if kind == _WORK else (name.strip() or "放假")
