"""/draws/ID: a draw in plain words, before and after its result, and its file."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from models.store import Store
from services.drawing import check
from services.windows.phases_file import Plan, QuotaLine
from tests.bot.web.place import Place, serve
from tests.bot.web.test_browser import browser
from tests.bot.web.test_pages import body
from tests.handlers.play import Play
from tests.handlers.test_draw import it_is, register, run_schedule, to_be_drawn
from tests.town import make_town

__all__ = ["browser"]


async def test_before_and_after(sqlite_store: Store) -> None:
    town = make_town(sqlite_store, public_url="https://door.example")
    play = Play(sqlite_store, town)
    made = to_be_drawn(play, plan=Plan(quotas=(QuotaLine("returning", "", None, 20),)))
    wang = play.person(name="王秀兰")
    register(wang, "SF01")
    address = f"/draws/{made.window_id}"
    async with serve(sqlite_store, town) as place:
        page = await body(place.browser(), address)
        assert "现在有1人登记" in page and made.commitment in page
        assert "凌晨" not in page, "what ends with a day is said by that day"
        assert "老学员 20%" in page and "王秀兰" not in page
        async with place.make_session() as session, session.get(place.url + address + ".json") as response:
            assert response.status == 404, "nothing before the result is out"
        it_is(play, "2026-12-02 10:00")
        run_schedule(play)
        page = await body(place.browser(), address)
        assert "结果已经公布，共1人参加" in page and "书法入门" in page
        assert "王秀兰" not in page
        for other in ("99", "9" * 30, "-1", "x"):
            assert "结果已经公布" in await body(place.browser(), f"{address}?page={other}"), other
        english = await body(place.browser(), address + "?lang=en")
        assert "The result is out" in english
        async with place.make_session() as session, session.get(place.url + address + ".json") as response:
            assert response.status == 200
            assert check.verify(await response.text()) is None


@pytest.mark.browser
async def test_the_result_is_read_on_a_narrow_phone(sqlite_store: Store, browser: Browser) -> None:
    town = make_town(sqlite_store, public_url="https://door.example")
    play = Play(sqlite_store, town)
    made = to_be_drawn(play)
    register(play.person(name="王秀兰"), "SF01")
    it_is(play, "2026-12-02 10:00")
    run_schedule(play)
    async with serve(sqlite_store, town) as place:
        page = await browser.new_page(viewport={"width": 320, "height": 640})
        await page.goto(f"{place.url}/draws/{made.window_id}")
        assert await page.evaluate("document.documentElement.scrollWidth") == 320, "nothing lies to the right"
        first = page.locator("tbody td").first
        box = await first.bounding_box()
        assert box and box["width"] > 200, "a class is not named in a column of one character"
        label = await page.locator("tbody td").nth(1).evaluate("e => getComputedStyle(e, '::before').content")
        assert "名额" in label
        await page.close()


async def test_there_is_no_page_of_no_draw(place: Place) -> None:
    async with place.make_session() as session:
        for path in ("/draws/99", "/draws/99.json", f"/draws/{'9' * 30}", f"/draws/{'9' * 30}.json"):
            async with session.get(place.url + path) as response:
                assert response.status == 404
