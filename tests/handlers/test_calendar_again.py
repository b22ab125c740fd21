"""The calendar file through leaving and coming back: a phone takes only what has a higher SEQUENCE."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import icalendar

from services import classes
from services.message import Document
from services.sessions import move_session
from tests.handlers.play import Person, Play


def test_after_coming_back_the_phone_takes_the_class_in_again(wang: Person) -> None:
    seen = []
    for _ in range(3):
        wang.enrol("书法")
        wang.tap("日历文件")
        seen.append(sequences(wang.documents))
        wang.say("退课")
        wang.say("好")
        seen.append(sequences(wang.documents))
    assert all(rises(before, after) for before, after in pairwise(seen))


def test_a_change_told_to_one_who_came_back_is_taken_too(play: Play, wang: Person) -> None:
    li = play.person("telegram", "1002", name="李建国")
    li.enrol("书法")
    wang.enrol("书法")
    wang.say("退课")
    wang.say("好")
    left = sequences(wang.documents)
    wang.enrol("书法")
    play.work(move_the_first, play)
    (told,) = wang.inbox()
    assert told.document is not None
    assert rises(left, sequences([told.document]))
    (told,) = li.inbox()
    assert told.document is not None
    assert sorted(sequences([told.document]).values())[-1] == 1  # the others' files rise by the change alone


def move_the_first(tx: Any, play: Play) -> None:
    offering_id = classes.class_by_code(tx, "SF01", play.now).id
    first = classes.sessions_of(tx, offering_id)[0]
    day = timedelta(days=1)
    move_session(
        tx, play.town, offering_id, first.id, first.starts_at + day, first.ends_at + day, actor="cli:test"
    )


def sequences(documents: list[Document]) -> dict[str, int]:
    (document,) = documents
    events = icalendar.Calendar.from_ical(document.content).walk("VEVENT")
    return {str(event["UID"]): int(event["SEQUENCE"]) for event in events}


def rises(before: dict[str, int], after: dict[str, int]) -> bool:
    return bool(before) and all(after[uid] > before[uid] for uid in before)
