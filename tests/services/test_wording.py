"""How changes are worded."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from services.notices.changes import Change, change_message
from services.outbox import Address
from services.phrases.hours import Lang
from services.reach import Reach
from tests.town import START, ZONE


class _Class:
    id, code, title = 1, "SF01", "书法"


def _to(lang: Lang) -> Reach:
    return Reach(Address(1, "telegram", "1"), lang, big=False, own_quiet=None)


def _moved(*days: int, hour: int = 18, place: str = "") -> list[Change]:
    """Sessions of 9 o'clock on these days of December 2026, now at `hour`:30."""
    changes = []
    for number, day in enumerate(days):
        was = datetime(2026, 12, day, 9, tzinfo=ZONE)
        now = was.replace(hour=hour, minute=30)
        long = timedelta(minutes=90)
        changes.append(Change("moved", number, (was, was + long), (now, now + long), place))
    return changes


def _told(changes: list[Change], lang: Lang = "zh") -> str:
    return change_message(_to(lang), _Class(), changes, START, ZONE).text


def test_a_weekly_change_is_one_line() -> None:
    text = _told(_moved(1, 3, 8, 10, 15, 17, 22))
    assert "12月1日到12月22日，每周二、周四的课改为晚上6点半–8点。" in text
    assert len(text.splitlines()) == 2
    assert "改为晚上6点半–8点，在二楼上。" in _told(_moved(1, 8, 15, place="二楼"))
    assert "From 1 Dec to 15 Dec the classes on Tue are at 6:30–8:00 pm." in _told(_moved(1, 8, 15), "en")


IRREGULAR = [
    _moved(1, 8),  # too few for a rule
    _moved(1, 8, 22),  # one in between stays as it was
    [*_moved(1, 8), *_moved(15, hour=19)],  # other hours
    _moved(1, 8, 15, 17),  # a Thursday of its own
    [*_moved(1, 8), Change("cancelled", 9, _moved(15)[0].was, None)],
]


@pytest.mark.parametrize("changes", IRREGULAR)
def test_what_has_no_rule_is_listed(changes: list[Change]) -> None:
    assert len(_told(changes).splitlines()) == 1 + len(changes)
