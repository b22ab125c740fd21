"""The marks that a town makes for itself once: the one in its calendars."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from icalendar import Calendar
from sqlalchemy import delete

from bot.keys import calendar_uids
from models.operations import setting
from models.store import Store, look_now, open_store, work_now
from services.class_calendar import calendar_document
from services.town import Town
from tests.handlers.play import Play
from tests.town import make_town


def keyed(store: Store) -> Town:
    """The small town with the mark that its database keeps."""
    town = make_town(store)
    return replace(town, calendar_uids=work_now(store, calendar_uids))


def uids(store: Store, town: Town, offering_id: int) -> list[str]:
    file = look_now(store, lambda tx: calendar_document(tx, town, offering_id, "zh"))
    return [str(event["UID"]) for event in Calendar.from_ical(file.content).walk("VEVENT")]


def test_one_phone_keeps_the_calendars_of_two_towns(
    store: Store, new_database: Callable[[str, bool], str]
) -> None:
    neighbour = open_store(new_database("sqlite", True))
    try:
        here, there = uids(store, keyed(store), 1), uids(neighbour, keyed(neighbour), 1)
    finally:
        neighbour.close()
    assert len(here) == len(there) == 8
    assert len({*here, *there}) == 16, "each session of either town is an event of its own"


def test_the_mark_is_the_same_after_every_start(store: Store) -> None:
    first = work_now(store, calendar_uids)
    assert first.key and work_now(store, calendar_uids) == first


def test_what_phones_hold_already_keeps_its_uid(store: Store) -> None:
    town = make_town(store)
    wang = Play(store, town).person("telegram", "1001", name="王秀兰")
    wang.enrol("书法")
    # as a town was that began before towns had a mark
    work_now(store, lambda tx: tx.core(delete(setting).where(setting.c.key == "calendar_uids")))
    marked = work_now(store, calendar_uids)
    assert marked.of(5, 1) == "5-1@doorstep" and marked.of(6, 1) == f"6-1@{marked.key}.doorstep"
    assert uids(store, replace(town, calendar_uids=marked), 1)[0] == "1-1@doorstep"
