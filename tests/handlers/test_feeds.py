"""订阅日历 and the reminders of each class."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from icalendar import Calendar

from models.store import Store, look_now, work_now
from services import erasing, feeds, sessions
from services.schedules import reminders_evening, reminders_hour
from tests.handlers.play import Person, Play
from tests.town import make_town


@pytest.fixture
def play(store: Store) -> Play:
    return Play(store, make_town(store, public_url="https://door.example"))


@pytest.fixture
def wang(play: Play) -> Person:
    wang = play.person("telegram", "1001", name="王秀兰")
    wang.enrol("书法")
    return wang


def secret_of(who: Person) -> str:
    [secret] = re.findall(r"https://door\.example/cal/([0-9a-f]{40})\.ics", who.text)
    return str(secret)


def read(play: Play, secret: str) -> Calendar | None:
    content = look_now(play.store, lambda tx: feeds.calendar(tx, play.town, secret))
    return None if content is None else Calendar.from_ical(content)


def test_the_calendar_follows_what_happens(play: Play, wang: Person) -> None:
    wang.say("订阅日历")
    secret = secret_of(wang)
    events = read(play, secret).walk("VEVENT")  # type: ignore[union-attr]
    assert len(events) == 8 and str(events[0]["SUMMARY"]) == "书法入门"
    play.work(lambda tx: sessions.cancel_session(tx, play.town, 1, 1, actor="cli:test"))
    wang.enrol("烘焙")
    events = read(play, secret).walk("VEVENT")  # type: ignore[union-attr]
    assert len(events) == 11
    assert [str(event["STATUS"]) for event in events].count("CANCELLED") == 1
    wang.say("设置")
    wang.tap("订阅日历")
    assert secret_of(wang) == secret, "asking again gives the same address"


def test_a_new_address_ends_the_old_one_and_it_can_be_closed(play: Play, wang: Person) -> None:
    wang.say("订阅日历")
    old = secret_of(wang)
    wang.tap("换个新地址")
    new = secret_of(wang)
    assert read(play, old) is None and read(play, new) is not None
    wang.tap("停用这个地址")
    assert read(play, new) is None
    wang.say("订阅日历")
    assert secret_of(wang) not in (old, new)


def test_who_wants_to_be_forgotten_has_no_address(play: Play, wang: Person) -> None:
    wang.say("订阅日历")
    secret = secret_of(wang)
    play.work(lambda tx: erasing.ask_to_forget(tx, play.town, wang.person_id, leave_now=False))
    assert read(play, secret) is None


def test_without_a_public_address_there_is_none(store: Store) -> None:
    li = Play(store, make_town(store)).person("telegram", "1002")
    li.say("订阅日历")
    assert "还没有开通" in li.text


def reminded(play: Play, who: Person) -> list[str]:
    """By what somebody is reminded of the first session on Saturday morning."""
    found = []
    for schedule, name, at in (
        (reminders_evening, "evening", (18, 1)), (reminders_hour, "hour", (8, 1)),
    ):  # fmt: skip
        local = play.now.astimezone(play.town.zone)
        days = (4 if name == "evening" else 5) - local.weekday()
        play.at(*at, days=days)
        while work_now(play.store, lambda tx, schedule=schedule: schedule.due(tx, play.town)):
            pass
        found += [name for message in who.inbox() if "书法入门" in message.text]
    return found


HOW = [
    ("照常提醒", ["evening", "hour"]),
    ("只在前一天", ["evening"]),
    ("只在课前1小时", ["hour"]),
    ("不提醒", []),
]


@pytest.mark.parametrize(("label", "times"), HOW)
def test_reminders_of_one_class(play: Play, wang: Person, label: str, times: list[str]) -> None:
    for schedule in (reminders_evening, reminders_hour):
        work_now(play.store, lambda tx, schedule=schedule: schedule.due(tx, play.town))
    wang.say("提醒设置")
    wang.tap("按班设置提醒")
    wang.say("1")
    assert "现在：照常提醒" in wang.text
    if label == "照常提醒":
        wang.tap("只在前一天")
        wang.say("按班提醒")
        wang.say("1")
    wang.tap(label)
    play.advance(timedelta(minutes=5))
    assert reminded(play, wang) == times


def test_nobody_sets_the_reminders_of_another(play: Play, wang: Person) -> None:
    li = play.person("telegram", "1002")
    for act in ("class_remind:1", "class_remind_set:1:none"):
        li.tap_action(act)
        assert "没有报" in li.text or "不在" in li.text, li.text
