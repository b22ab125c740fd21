"""The stream: nothing is lost, nothing is shown to somebody else, and a message counts once it was seen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from bot.platforms.web.options import WebOptions
from models.store import Store
from services.outbox import Subject
from tests.bot.web.place import Browser, Place, next_message, serve, until
from tests.town import make_town


async def greeted(place: Place) -> tuple[Browser, int]:
    """A browser that has said something, and its account; the answer was seen."""
    browser = place.browser()
    known = set(await place.account_ids())
    await browser.say("书法")
    [message] = await browser.messages()
    assert await browser.see(message["id"]) == 204
    [account_id] = set(await place.account_ids()) - known
    return browser, account_id


async def test_a_stranger_has_no_stream(place: Place) -> None:
    assert (await place.browser().get("/web/events")).status == 204


async def test_an_answer_comes_live(place: Place) -> None:
    browser, _ = await greeted(place)
    async with browser.events() as events:
        assert len([one async for one in until(events, "caught_up")]) == 1
        await browser.say("太极")
        message = await next_message(events)
    assert "太极拳二十四式" in message["text"]
    assert message["rows"][0][0] == {"label": "1", "action": message["rows"][0][0]["action"], "number": 1}
    assert message["courses"] == ["TJ01"] and message["lane"] == "reply" and message["at"] == "10:00"


async def test_what_another_process_wrote_comes_live(place: Place) -> None:
    browser, account_id = await greeted(place)
    async with browser.events() as events:
        assert [one async for one in until(events, "caught_up")]
        await place.notice(account_id, "明天的课改到下午2点。")
        assert (await next_message(events))["text"] == "明天的课改到下午2点。"


async def test_it_counts_as_sent_once_it_was_seen(place: Place) -> None:
    browser = place.browser()
    await browser.say("书法")
    [message] = await browser.messages()
    assert [row.state for row in await place.rows()] == ["queued"]
    assert await browser.see(message["id"]) == 204
    [row] = await place.rows()
    assert (row.state, row.attempts, row.ended_at) == ("sent", 1, place.town.now())
    assert await browser.see(message["id"]) == 204  # said twice, counted once
    assert [one["fetched"] for one in await browser.messages()] == [True]


async def test_after_a_broken_connection_only_what_is_missing_comes(place: Place) -> None:
    browser, _ = await greeted(place)
    [first] = await browser.messages()
    await browser.say("太极")
    await browser.say("手机")
    missing = await browser.messages(after=first["id"])
    assert [("太极" in one["text"], "手机" in one["text"]) for one in missing] == [
        (True, False),
        (False, True),
    ]
    by_header = await browser.messages(**{"Last-Event-ID": str(first["id"])})
    assert by_header == missing
    await browser.see(*(one["id"] for one in missing))
    assert await browser.messages(after=missing[-1]["id"]) == []


async def test_what_was_handed_over_but_never_seen_comes_again(place: Place) -> None:
    browser, _ = await greeted(place)
    await browser.say("太极")
    [_, handed] = await browser.messages()
    assert [one["id"] for one in await browser.messages(after=handed["id"])] == [handed["id"]]


async def test_a_notice_whose_hour_comes_later_is_not_skipped(place: Place) -> None:
    browser, account_id = await greeted(place)
    early = await place.notice(account_id, "晚上的提醒", wait=timedelta(hours=2))
    await browser.say("太极")
    *_, late = await browser.messages()
    await browser.see(late["id"])
    assert late["id"] > early
    async with browser.events(after=late["id"]) as events:
        assert [one async for one in until(events, "caught_up")] == []
        place.town.clock.advance(timedelta(hours=2))  # type: ignore[attr-defined]
        message = await next_message(events)
    assert (message["id"], message["text"]) == (early, "晚上的提醒")


async def test_what_expired_is_not_shown(place: Place) -> None:
    browser, account_id = await greeted(place)
    await place.notice(account_id, "一小时后上课", life=timedelta(minutes=50))
    place.town.clock.advance(timedelta(minutes=51))  # type: ignore[attr-defined]
    assert [one["lane"] for one in await browser.messages()] == ["reply"]


async def test_what_was_seen_stays_for_a_day(place: Place) -> None:
    browser, account_id = await greeted(place)
    number = await place.notice(account_id, "一小时后上课", life=timedelta(minutes=50))
    await browser.see(number)
    place.town.clock.advance(timedelta(hours=23))  # type: ignore[attr-defined]
    assert len(await browser.messages()) == 2
    place.town.clock.advance(timedelta(hours=1))  # type: ignore[attr-defined]
    assert await browser.messages() == []


async def test_a_notice_that_must_not_go_any_more_is_dropped(place: Place) -> None:
    browser, account_id = await greeted(place)
    await place.notice(account_id, "新班开课", purpose="announcement")
    assert [one["lane"] for one in await browser.messages()] == ["reply"]
    row = (await place.rows())[-1]
    assert (row.state, row.reason) == ("dropped", "no_consent")


async def test_a_page_begins_with_the_last_thirty(place: Place) -> None:
    browser, account_id = await greeted(place)
    ids = [await place.notice(account_id, f"第{n}条") for n in range(40)]
    await browser.see(*ids)
    assert [one["id"] for one in await browser.messages()] == ids[-30:]


async def test_everything_unseen_comes_however_much_it_is(place: Place) -> None:
    browser, account_id = await greeted(place)
    ids = [await place.notice(account_id, f"第{n}条") for n in range(40)]
    assert [one["id"] for one in await browser.messages()] == ids


async def test_nobody_sees_or_marks_what_is_somebody_elses(place: Place) -> None:
    (wang, wang_id), (li, _) = await greeted(place), await greeted(place)
    number = await place.notice(wang_id, "王秀兰的课改了")
    assert all("王秀兰" not in one["text"] for one in await li.messages())
    assert await li.see(number) == 204
    assert (await place.rows())[-1].state == "queued"
    assert [one["id"] for one in await wang.messages(after=number)] == [number]


async def test_two_tabs_see_the_same_once_each(place: Place) -> None:
    browser, account_id = await greeted(place)
    async with browser.events() as one, browser.events() as two:
        for tab in (one, two):
            assert len([event async for event in until(tab, "caught_up")]) == 1
        number = await place.notice(account_id, "改到下午")
        assert (await next_message(one))["id"] == number
        await browser.see(number)
        assert (await next_message(two))["id"] == number
        await browser.say("太极")
        assert "太极" in (await next_message(one))["text"]
        assert "太极" in (await next_message(two))["text"]


async def test_an_offers_clock_starts_when_it_was_seen(place: Place) -> None:
    browser, account_id = await greeted(place)
    now = place.town.now()
    await place.sql(
        "INSERT INTO enrolment (person_id, offering_id, account_id, state, name, age_confirmed, remind,"
        " ended, created_at, since)"
        " SELECT person_id, 1, id, 'offered', '王秀兰', 0, 1, '', :now, :now FROM account WHERE id = :id",
        now=now.isoformat(timespec="microseconds"), id=account_id,
    )  # fmt: skip
    await place.sql(
        "INSERT INTO seat_offer (enrolment_id, offering_id, state, made_at, expires_at)"
        " VALUES (1, 1, 'made', :now, :until)",
        now=now.isoformat(timespec="microseconds"),
        until=(now + timedelta(hours=1)).isoformat(timespec="microseconds"),
    )
    number = await place.notice(account_id, "有名额了", purpose="offer", subject=Subject(offer_id=1))
    assert number in [one["id"] for one in await browser.messages()]
    assert await offer_state(place) == "made"
    await browser.see(number)
    assert await offer_state(place) == "running"


async def offer_state(place: Place) -> str:
    from sqlalchemy import select

    from models.enrolment import seat_offer

    return str(await place.work.read(lambda tx: tx.core(select(seat_offer.c.state)).scalar_one()))


async def test_a_revoked_cookie_ends_an_open_stream(place: Place) -> None:
    browser, _ = await greeted(place)
    async with browser.events() as events:
        assert [one async for one in until(events, "caught_up")]
        await place.sql("UPDATE account SET cookie_epoch = 1")
        async with asyncio.timeout(5):
            names = [event.name async for event in events]
    assert names[-1] == "gone"


async def test_a_quiet_stream_says_that_it_is_there(place: Place) -> None:
    browser, _ = await greeted(place)
    async with browser.events() as events, asyncio.timeout(5):
        assert [one async for one in until(events, "here")]


async def test_stopping_ends_every_stream_at_once(place: Place) -> None:
    browser, _ = await greeted(place)
    async with browser.events() as events:
        assert [one async for one in until(events, "caught_up")]
        assert place.platform.open_pages == 1
        await place.platform.stop()
        async with asyncio.timeout(2):
            assert [event async for event in events if event.name == "message"] == []
    assert (await browser.get("/web/events")).status == 503


async def test_one_person_has_so_many_streams_at_once(sqlite_store: Store) -> None:
    options = WebOptions(streams_per_person=1, look_seconds=0.05)
    async with serve(sqlite_store, make_town(sqlite_store), options) as place:
        browser, _ = await greeted(place)
        async with browser.events() as events:
            assert [one async for one in until(events, "caught_up")]
            assert (await browser.get("/web/events")).status == 429


@pytest.mark.parametrize("after", ["x", "-1", "1" * 30, "٣"])
async def test_a_cursor_that_is_none_is_refused(place: Place, after: str) -> None:
    browser, _ = await greeted(place)
    assert (await browser.get(f"/web/events?after={after}")).status == 400


@pytest.mark.parametrize("ids", [None, "1", [0], [True], [1.5], list(range(1, 300))])
async def test_ids_that_are_none_are_refused(place: Place, ids: object) -> None:
    browser, _ = await greeted(place)
    assert (await browser.post("/web/seen", {"ids": ids})).status == 400


async def test_the_stream_works_on_both_databases(
    kind: str, new_database: Callable[[str, bool], str], opened: Callable[[str], AsyncIterator[Place]]
) -> None:
    async for place in opened(new_database(kind, True)):
        browser, account_id = await greeted(place)
        number = await place.notice(account_id, "改到下午")
        assert [one["id"] for one in await browser.messages()][-1] == number
        assert await browser.see(number) == 204
        assert {row.state for row in await place.rows()} == {"sent"}
        await place.notice(account_id, "新班", purpose="announcement")
        assert len(await browser.messages()) == 2
        assert (await place.rows())[-1].state == "dropped"


@pytest.fixture
def opened() -> Callable[[str], AsyncIterator[Place]]:
    """Serves a page over the database with this address."""

    async def serving(url: str) -> AsyncIterator[Place]:
        from models.store import open_store

        store = open_store(url)
        try:
            async with serve(store, make_town(store)) as place:
                yield place
        finally:
            await asyncio.to_thread(store.close)

    return serving
