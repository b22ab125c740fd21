"""What an elder sees of the page: what is in sight, what stays in its place, what one word does."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.bot.web.place import Place
from tests.bot.web.test_browser import DESK, MEASURE, PHONE, answers, browser, choose, opened, say

__all__ = ["browser"]
pytestmark = pytest.mark.browser
LONG = "先练偏旁和常用字，过年家家都能自己写福字，纸墨由学校准备。" * 12
IN_SIGHT = """(node) => {
  const [box, room] = [node, document.getElementById('scroll')].map((one) => one.getBoundingClientRect());
  const over = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return box.top >= room.top && box.bottom <= room.bottom + 1 && node.contains(over);
}"""
LEFT = """() => {
  const scroll = document.getElementById('scroll');
  return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight;
}"""


async def in_sight(node: Locator) -> bool:
    """Whether all of it lies in the part of the conversation that is seen, and nothing over it."""
    return bool(await node.evaluate(IN_SIGHT))


async def settled(page: Page) -> None:
    """Wait until the page has stopped moving."""
    await page.wait_for_timeout(800)


async def long_card(place: Place, page: Page) -> None:
    """Open the card of a class of which much is told."""
    await place.sql("UPDATE offering SET description = :said WHERE code = 'SF01'", said=LONG)
    await say(page, "书法")
    await page.locator(".key").click()
    await expect(page.locator(".spot")).to_be_visible()
    await settled(page)


SIZES = [
    ("standard letters", PHONE, 1),
    ("the largest letters", PHONE, 3),
    ("a small phone, large letters", {**PHONE, "viewport": {"width": 360, "height": 640}}, 2),
    ("a computer", DESK, 1),
]


@pytest.mark.parametrize(("look", "how", "size"), SIZES, ids=[one[0] for one in SIZES])
async def test_the_button_of_a_long_card_is_in_sight_and_more_below_is_told(
    place: Place, browser: Browser, look: str, how: dict[str, Any], size: int
) -> None:
    async with opened(browser, place.url, **how) as page:
        for _ in range(size - 1):
            await page.click("#big")
        await long_card(place, page)
        enrol = page.locator("#log").get_by_role("button", name="报名", exact=True)
        assert await in_sight(enrol), look
        assert await page.locator("#cue").is_visible()
        assert await page.evaluate(MEASURE) == [], look
        for _ in range(12):
            if not await page.locator("#cue").is_visible():
                break
            await page.click("#cue")
            await settled(page)
        assert await in_sight(page.locator(".choice").last), look
        assert await page.evaluate(LEFT) <= 40


async def test_the_largest_letters_leave_half_of_a_small_phone_to_read_on(
    place: Place, browser: Browser
) -> None:
    async with opened(browser, place.url, **{**PHONE, "viewport": {"width": 320, "height": 640}}) as page:
        await page.click("#big")
        await page.click("#big")
        await settled(page)
        assert await page.locator("#hello .big-line").evaluate(IN_SIGHT), (
            "the greeting is read from its start"
        )
        await page.evaluate("Doorstep.word('')")
        room = await page.locator("#scroll").bounding_box()
        assert room and room["height"] >= 320
        assert await page.evaluate(MEASURE) == []


# the words in the field that is written in, and the room there is for them
PLACEHOLDER = """() => {
  const say = document.getElementById('say'), own = getComputedStyle(say);
  const pen = document.createElement('canvas').getContext('2d');
  pen.font = `${getComputedStyle(say, '::placeholder').fontSize} ${own.fontFamily}`;
  const room = say.clientWidth - parseFloat(own.paddingLeft) - parseFloat(own.paddingRight);
  return [pen.measureText(say.placeholder).width, room];
}"""


async def reads_what_to_type(page: Page) -> None:
    """In every size and both languages the words in the field are whole, and nothing runs off the screen."""
    for step in ("#big", "#big", "#language", "#big", "#big"):
        wide, room = await page.evaluate(PLACEHOLDER)
        assert wide <= room, (step, await page.locator("#say").get_attribute("placeholder"))
        assert await page.evaluate(MEASURE) == []
        await page.click(step)


@pytest.mark.parametrize("width", [320, 390])
async def test_the_words_in_the_field_are_read_whole(place: Place, browser: Browser, width: int) -> None:
    async with opened(browser, place.url, **{**PHONE, "viewport": {"width": width, "height": 640}}) as page:
        await reads_what_to_type(page)
        await page.click("#language")
        await become_a_clerk(place, page)
        await page.reload()
        await expect(page.locator("#attach")).to_be_visible()
        await reads_what_to_type(page)


async def test_an_elders_whole_card_fits_on_the_screen(place: Place, browser: Browser) -> None:
    async with opened(browser, place.url) as page:
        await say(page, "大字")
        await say(page, "书法")
        await page.locator(".key").click()
        await expect(page.locator(".spot")).to_be_visible()
        await settled(page)
        assert await in_sight(page.locator(".me").last)
        assert await in_sight(page.locator("#log").get_by_role("button", name="报名", exact=True))


async def test_every_shortcut_is_on_the_screen_in_every_size_and_language(
    place: Place, browser: Browser
) -> None:
    small = {**PHONE, "viewport": {"width": 360, "height": 780}}
    for how in (PHONE, small):
        async with opened(browser, place.url, **how) as page:
            for step in ("#big", "#big", "#language", "#big", "#big"):
                for chip in await page.locator(".often .chip").all():
                    box = await chip.bounding_box()
                    assert (
                        box and box["x"] >= 8 and box["x"] + box["width"] <= page.viewport_size["width"] - 8
                    )
                    clipped = "(node) => node.scrollWidth > node.clientWidth"
                    assert not await chip.evaluate(clipped), await chip.inner_text()
                title = "(node) => node.scrollWidth > node.clientWidth"
                assert not await page.locator("h1").evaluate(title)
                await page.click(step)


async def test_another_size_keeps_the_place(place: Place, browser: Browser) -> None:
    async with opened(browser, place.url) as page:
        await long_card(place, page)
        await page.locator(".spot").scroll_into_view_if_needed()
        await page.evaluate("document.getElementById('scroll').dispatchEvent(new Event('touchmove'))")
        await settled(page)
        for _ in range(3):
            await page.click("#big")
            await settled(page)
            box = await page.locator(".it").last.bounding_box()
            assert box and box["y"] < 500 and box["y"] + box["height"] > 300
            assert not await page.locator("#hello .big-line").evaluate(IN_SIGHT)


async def test_without_a_network_what_was_said_lies_above_the_bar(place: Place, browser: Browser) -> None:
    async with opened(browser, place.url) as page:
        for words in ("书法", "太极", "有什么课"):
            await say(page, words)
            await expect(page.locator("#log .it:not(.dots)").last).to_contain_text("个班")
        await page.context.set_offline(True)
        await say(page, "手机")
        await expect(page.locator(".fate", has_text="没有网络")).to_be_visible()
        await settled(page)
        assert await in_sight(page.locator(".me").last)
        assert await in_sight(page.locator(".fate", has_text="没有网络"))


async def test_a_second_page_shows_the_end_of_its_answer(place: Place, browser: Browser) -> None:
    async with opened(browser, place.url) as page:
        for words in ("书法", "有什么课", "太极", "有什么课"):
            await say(page, words)
            await expect(page.locator("#log .it:not(.dots)").last).to_contain_text("个班")
        second = await page.context.new_page()
        response = await second.goto(f"{place.url}/c/NOPE")
        assert response is not None and response.status == 404
        await expect(second.locator("#log .it:not(.dots)").last).to_contain_text("没找到这个班")
        await settled(second)
        assert await in_sight(second.locator("#log .it:not(.dots) .bubble").last)
        assert await in_sight(second.locator("#log .choice").last)


async def test_a_second_tab_has_the_questions_too_also_those_asked_meanwhile(
    place: Place, browser: Browser
) -> None:
    async with opened(browser, place.url) as page:
        for words in ("书法", "太极"):
            await say(page, words)
            await expect(page.locator("#log .it:not(.dots)").last).to_contain_text(words)
        second = await page.context.new_page()
        await second.goto(place.url)
        bubbles = "#log .me .bubble, #log .it:not(.dots) .bubble"
        await expect(second.locator(bubbles)).to_have_count(4)
        said = [one[:2] for one in await second.locator(bubbles).all_inner_texts()]
        assert (said[0], said[2]) == ("书法", "太极")
        await say(page, "手机")
        await expect(page.locator(bubbles)).to_have_count(6)
        await expect(second.locator(bubbles)).to_have_count(6)
        assert (await second.locator(bubbles).all_inner_texts())[4] == "手机"
        await second.reload()
        await expect(second.locator("#log .me")).to_have_count(3)


async def test_what_one_said_is_forgotten_after_a_day(place: Place, browser: Browser) -> None:
    async with opened(browser, place.url) as page:
        await say(page, "书法")
        await expect(page.locator(".key")).to_have_count(1)
        await page.evaluate("""() => {
          const kept = JSON.parse(localStorage.getItem('doorstep.said'));
          kept.forEach((one) => { one.at -= 25 * 3600 * 1000; });
          localStorage.setItem('doorstep.said', JSON.stringify(kept));
        }""")
        await page.reload()
        await expect(page.locator(".key")).to_have_count(1)
        await expect(page.locator("#log .me")).to_have_count(0)
        assert await page.evaluate("localStorage.getItem('doorstep.said')") is None


async def test_large_and_small_print_asked_for_in_words_are_the_pages_too(
    place: Place, browser: Browser
) -> None:
    async with opened(browser, place.url) as page:
        for words, wanted in (("字太小了看不清", "2"), ("小字", "1"), ("大字", "2"), ("/big", "1")):
            await say(page, words)
            await expect(page.locator("html")).to_have_attribute("data-size", wanted)
        assert await page.locator("#big").inner_text() == "字号"


async def test_who_chose_large_print_finds_it_in_a_browser_that_knows_nothing(
    place: Place, browser: Browser
) -> None:
    async with opened(browser, place.url) as page:
        await say(page, "大字")
        await expect(page.locator("#log .it:not(.dots)")).to_have_count(1)
        await page.evaluate("localStorage.clear()")
        await page.reload()
        assert await page.evaluate("document.documentElement.dataset.size") == "2"


async def test_a_language_asked_for_in_words_is_the_pages_too(place: Place, browser: Browser) -> None:
    async with opened(browser, place.url) as page:
        await page.tap("#language")
        await say(page, "calligraphy")
        await expect(page.locator(".key")).to_have_count(1)
        await say(page, "中文")
        await expect(page.locator("h1")).to_have_text("家门口")
        await expect(page.locator(".often .chip").first).to_have_text("我的课")
        await say(page, "english")
        await expect(page.locator("h1")).to_have_text("Doorstep")
        await page.reload()
        await expect(page.locator("h1")).to_have_text("Doorstep")


async def test_a_phone_number_is_a_button_to_call(place: Place, browser: Browser) -> None:
    async with opened(browser, place.url) as page:
        await place.sql("UPDATE org_unit SET phone = '0570-5550123'")
        await say(page, "书法")
        await page.locator(".key").click()
        call = page.get_by_role("link", name="打电话 0570-5550123")
        await expect(call).to_have_attribute("href", "tel:05705550123")
        box = await call.bounding_box()
        assert box and box["height"] >= 60 and box["width"] >= 60
        await settled(page)
        assert await page.evaluate(MEASURE) == []


async def test_classes_of_one_name_are_cards_of_their_own(place: Place, browser: Browser) -> None:
    await place.sql("UPDATE course SET title = '书法入门' WHERE title = '家常烘焙'")
    async with opened(browser, place.url) as page:
        await say(page, "大字")
        await say(page, "有什么课")
        await expect(page.locator(".key").first).to_be_visible()
        told = await page.locator(".key").all_inner_texts()
        assert len(set(told)) == len(told) == 3
        for one in await page.locator(".key").all():
            details = await one.evaluate(
                "(node) => document.getElementById(node.getAttribute('aria-describedby')).textContent"
            )
            assert "新城社区活动中心" in details
        assert await page.locator("#log").get_by_role("button", name="下一页").count() == 1


async def test_the_nine_kinds_are_of_one_width_and_short_labels_stay_on_one_line(
    place: Place, browser: Browser
) -> None:
    async with opened(browser, place.url) as page:
        await say(page, "你好")
        await expect(page.locator(".choice").first).to_be_visible()
        heights = [(await one.bounding_box() or {})["height"] for one in await page.locator(".choice").all()]
        assert max(heights) <= 62, "a label of six characters wraps"
        await say(page, "看看")
        await choose(page, "按种类")
        kinds = page.locator("#log .it").last.locator(".choice")
        await expect(kinds).to_have_count(9)
        widths = [round((await one.bounding_box() or {})["width"]) for one in await kinds.all()]
        assert len(set(widths[:8])) == 1


async def test_a_mistyped_address_is_told_of_kindly(place: Place, browser: Browser) -> None:
    for path, language, told in (
        ("/kecheng", "zh-CN", "没有这个页面"),
        ("/c/", "zh-CN", "没有这个页面"),
        ("/classes/dance", "en-GB", "There is no such page"),
    ):
        async with opened(browser, place.url + path, locale=language) as page:
            await expect(page.locator("h1")).to_contain_text(told)
            home = page.locator(".home")
            assert (await home.bounding_box() or {})["height"] >= 60
            await home.click()
            await expect(page.locator("#hello")).to_be_visible()
    assert (await place.browser().get("/kecheng")).status == 404


async def test_an_address_that_can_be_no_class_leads_on(place: Place, browser: Browser) -> None:
    async with opened(browser, f"{place.url}/c/a.b") as page:
        await expect(page.locator(".aside")).to_contain_text("没有这个班")
        assert await answers(page) and place.desk.heard == []


async def become_a_clerk(place: Place, page: Page) -> None:
    """An editor of the school, by the command line."""
    await say(page, "您好")
    await expect(page.locator("#log .it:not(.dots)").last).to_contain_text("您好")
    await place.sql(
        "INSERT INTO role_grant (person_id, unit_id, role, granted_at) "
        "SELECT account.person_id, org_unit.id, 'editor', account.seen_at FROM account, org_unit "
        "WHERE org_unit.code = 'xincheng'"
    )


async def on_the_roll(place: Place, page: Page) -> None:
    """A clerk of the school brings sixteen neighbours on a list and opens the roll."""
    await place.sql("UPDATE offering SET capacity = 30 WHERE code = 'SF01'")
    await become_a_clerk(place, page)
    numbers = "一二三四五六七八九十"
    names = [f"邻居{one}" for one in numbers] + [f"邻居十{one}" for one in numbers[:6]]
    for said, answered in (
        ("代报 SF01", "一行一个称呼"),
        ("\n".join(names), "请核对"),
        ("确认代报", "16位已报名"),
        ("点名 SF01", "共16人"),
    ):
        await say(page, said)
        await expect(page.locator("#log .it:not(.dots)").last).to_contain_text(answered)
        await settled(page)
        # also after a list that is longer than the screen
        assert await page.locator("#log .it:not(.dots)").last.locator(".line").first.evaluate(IN_SIGHT), said


async def test_a_roll_stays_under_the_teachers_finger(place: Place, browser: Browser) -> None:
    """Name after name is tapped without scrolling back; the second tap of a double tap marks nobody."""
    async with opened(browser, place.url) as page:
        await on_the_roll(place, page)
        name = page.locator("#log").get_by_role("button", name="邻居十五")
        await page.evaluate("document.getElementById('scroll').dispatchEvent(new Event('touchmove'))")
        await name.scroll_into_view_if_needed()
        await settled(page)
        before = await name.bounding_box()
        assert before
        at = (before["x"] + before["width"] / 2, before["y"] + before["height"] / 2)
        await page.mouse.click(*at)
        await expect(name).to_contain_text("邻居十五 到")
        await page.mouse.click(*at)
        await settled(page)
        await expect(name).to_contain_text("邻居十五 到")
        after = await name.bounding_box()
        assert after and abs(after["y"] - before["y"]) < 2, "the list did not move"
        await expect(page.locator(".me").last).to_contain_text(
            "点名 SF01"
        )  # a tapped name is no line of the talk
        await page.mouse.click(*at)
        await expect(name).to_contain_text("邻居十五 缺")
