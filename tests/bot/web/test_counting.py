"""Where many are known, the preview of a broadcast is answered at once and its number comes after."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from models.broadcasting import broadcast
from services.broadcasting import counting
from services.roles import grant
from tests.bot.web.place import Place, next_message
from tests.bot.web.test_send import cookie_of, read_external


@pytest.fixture(autouse=True)
def in_a_county(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two persons are many, and are counted one by one."""
    monkeypatch.setattr(counting, "QUICK", 1)
    monkeypatch.setitem(counting.SPAN, "sqlite", 1)


async def organiser(place: Place) -> Any:
    browser = place.browser()
    await browser.say("您好")
    external_id, town = read_external(place, cookie_of(browser)), place.town
    await place.work.write(lambda tx: grant(tx, town, f"web:{external_id}", "owner", "root", "cli:test"))
    for _ in range(3):
        await place.browser().say("您好")
    return browser


async def test_the_number_comes_into_the_message_that_waits_for_it(place: Place) -> None:
    browser = await organiser(place)
    await browser.say("群发")
    await browser.say("周六看展")
    shown = {message["id"]: message for message in await browser.messages()}
    await browser.see(*shown)
    async with browser.events(max(shown)) as events:
        await browser.say("1")
        preview, waits, came = [await next_message(events) for _ in range(3)]
    assert preview["text"] == "周六看展"
    assert "正在数" in waits["text"] and "现在就发" in str(waits["rows"])
    assert came["edit"] == str(waits["id"]) and came["rows"] == waits["rows"]
    assert "一共 4 人，0 人会收到" in came["text"] and "没同意收通知，不发：4 人" in came["text"]
    assert "正在数" not in came["text"] and came["text"].startswith(waits["text"].splitlines()[0])
    # the dialogue stands where it stood: numbers hold, and what was counted is what is sent
    await browser.say("1")
    assert "开始发了，0人会收到" in (await browser.messages())[-1]["text"]


async def test_nothing_is_sent_before_it_is_counted_and_another_audience_is_counted_anew(
    place: Place,
) -> None:
    browser = await organiser(place)
    await browser.say("群发")
    await browser.say("周六看展")
    await browser.say("1")
    await counted(place)
    await place.sql("UPDATE broadcast SET counted = ''")
    await browser.say("现在就发")
    assert any("人还没数好" in one["text"] for one in await browser.messages())
    await counted(place)
    # what was counted is of another audience
    await place.sql('UPDATE broadcast SET audience = \'["group","elders"]\'')
    await browser.say("现在就发")
    assert await of_broadcast(place, "state") == ["draft"]


async def of_broadcast(place: Place, column: str) -> list[Any]:
    chosen = select(broadcast.c[column])
    return await place.work.read(lambda tx: [row[0] for row in tx.core(chosen).all()])


async def counted(place: Place) -> None:
    """Until the number of the only broadcast is kept."""
    async with asyncio.timeout(5):
        while not all(await of_broadcast(place, "counted")):
            await asyncio.sleep(0.02)
