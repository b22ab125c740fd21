"""The public holidays of 2026 are those of the State Council's notice, and an operator may say otherwise."""

import subprocess
import sys
from datetime import date, timedelta

import pytest

from services.holidays import HolidayFileError, Holidays, no_holidays, read_overrides

BREAKS_2026 = [
    ("元旦", date(2026, 1, 1), date(2026, 1, 3)),
    ("春节", date(2026, 2, 15), date(2026, 2, 23)),
    ("清明节", date(2026, 4, 4), date(2026, 4, 6)),
    ("劳动节", date(2026, 5, 1), date(2026, 5, 5)),
    ("端午节", date(2026, 6, 19), date(2026, 6, 21)),
    ("中秋节", date(2026, 9, 25), date(2026, 9, 27)),
    ("国庆节", date(2026, 10, 1), date(2026, 10, 7)),
]
MAKE_UP_2026 = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]


def days_of(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=passed) for passed in range(365)]


def test_the_breaks_of_2026_are_exactly_those_announced() -> None:
    announced = {
        first + timedelta(days=passed): name
        for name, first, last in BREAKS_2026
        for passed in range((last - first).days + 1)
    }
    found = {day: name for day in days_of(2026) if (name := Holidays().name_of(day))}
    assert found == announced


def test_the_make_up_workdays_of_2026_are_known_and_are_no_holidays() -> None:
    holidays = Holidays()
    assert [str(day) for day in days_of(2026) if holidays.is_make_up_workday(day)] == MAKE_UP_2026
    assert not any(holidays.name_of(date.fromisoformat(day)) for day in MAKE_UP_2026)


def test_a_holiday_has_an_english_name() -> None:
    assert Holidays().name_of(date(2026, 10, 4), "en") == "National Day"


def test_an_operator_adds_and_takes_away_days() -> None:
    holidays = Holidays(
        read_overrides('[days]\n"2027-02-05" = "work"\n2027-03-01 = "off 校庆"\n2027-03-02 = "off"')
    )
    assert Holidays().name_of(date(2027, 2, 5)) == "春节"
    assert holidays.name_of(date(2027, 2, 5)) is None
    assert holidays.name_of(date(2027, 2, 6)) == "春节"
    assert holidays.name_of(date(2027, 3, 1)) == "校庆"
    assert holidays.name_of(date(2027, 3, 2)) == "放假"


def test_without_holidays_every_day_is_ordinary() -> None:
    assert not any(no_holidays().name_of(day) for day in days_of(2026))
    assert not any(no_holidays().is_make_up_workday(day) for day in days_of(2026))


@pytest.mark.parametrize(
    "text",
    ["[days", "[day]\n2027-02-06 = 'off'", "[days]\n2027-02-30 = 'off'", "[days]\n2027-02-06 = 'maybe'",
     "[days]\n2027-02-06 = 3", "days = 1"],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(HolidayFileError) as refused:
        read_overrides(text)
    assert "2027-02-06" in refused.value.text_zh and "2027-02-06" in refused.value.text_en


def test_of_the_library_only_china_is_read_and_says_the_same() -> None:
    code = (
        "import sys; from services.holidays import _china; mine = _china()(years=2026, language='zh_CN');"
        "read = [name for name in sys.modules if name.startswith('holidays.countries.')];"
        "import holidays; theirs = holidays.country_holidays('CN', years=2026, language='zh_CN');"
        "print(read, dict(mine) == dict(theirs), mine.weekend_workdays == theirs.weekend_workdays)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['holidays.countries.china'] True True"
