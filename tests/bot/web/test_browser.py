"""The page in a real browser: a newcomer on a phone, large letters, lost connections, and measures."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect
from sqlalchemy import select, text

from models.enrolment import enrolment
from models.statement import Tx
from models.store import Store, StoreDown
from services.message import Button, Message
from services.outbox import Address, post_reply
from tests.bot.web.place import Place, serve
from tests.town import make_town

pytestmark = pytest.mark.browser
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "zh-CN"}
DESK = {"viewport": {"width": 1280, "height": 800}, "locale": "zh-CN"}

if CHROMIUM is None:
    pytest.skip("no Chromium on this machine", allow_module_level=True)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium."""
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        await launched.close()


@asynccontextmanager
async def opened(browser: Browser, url: str, **how: Any) -> AsyncIterator[Page]:
    """A page that must not complain in its console."""
    context: BrowserContext = await browser.new_context(**{**PHONE, **how})
    context.set_default_timeout(8000)
    page = await context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda line: trouble.append(line.text) if "Content Security" in line.text else None)
    await page.goto(url)
    try:
        yield page
    finally:
        await context.close()
    assert trouble == []


async def say(page: Page, words: str) -> None:
    await page.fill("#say", words)
    await page.tap("#send") if await page.evaluate("navigator.maxTouchPoints") else await page.click("#send")


async def choose(page: Page, label: str) -> None:
    await page.locator("#log").get_by_role("button", name=label, exact=True).last.click()


async def answers(page: Page) -> list[str]:
    return await page.locator("#log .it:not(.dots) .bubble").all_inner_texts()


MEASURE = (Path(__file__).parent / "measure.js").read_text("utf-8")

LOOKS = [
    ("a phone by day", {**PHONE, "color_scheme": "light"}, 1),
    ("a phone at night, the largest letters", {**PHONE, "color_scheme": "dark"}, 3),
    ("a small phone, large letters", {**PHONE, "viewport": {"width": 360, "height": 640}}, 2),
    ("a computer by day, the largest letters", {**DESK, "color_scheme": "light"}, 3),
    ("a computer at night", {**DESK, "color_scheme": "dark"}, 1),
]


@pytest.mark.parametrize(("look", "how", "size"), LOOKS, ids=[one[0] for one in LOOKS])
async def test_everything_is_large_and_clear_enough(
    place: Place, browser: Browser, look: str, how: dict[str, Any], size: int
) -> None:
    async with opened(browser, place.url, **how) as page:
        for _ in range(size - 1):
            await page.click("#big")
        assert await page.evaluate(MEASURE) == [], look
        await say(page, "全部课程")
        await expect(page.locator(".choice").first).to_be_visible()
        await say(page, "书法")
        await page.locator(".key").first.click()
        await expect(page.locator(".spot")).to_be_visible()
        await choose(page, "日历文件")
        await expect(page.locator(".file")).to_be_visible()
        await place.notice((await place.account_ids())[0], "周六的课改到下午2点。")
        await expect(page.locator(".told")).to_be_visible()
        await page.wait_for_timeout(300)
        assert await page.evaluate(MEASURE) == [], look
        letters = await page.evaluate("getComputedStyle(document.querySelector('.line')).fontSize")
        assert letters == {1: "20px", 2: "25px", 3: "30px"}[size]


async def test_a_newcomer_finds_a_class_and_enrols_by_typing_only(place: Place, browser: Browser) -> None:
    async with opened(browser, place.url) as page:
        await expect(page.get_by_text("您好，想学点什么？")).to_be_visible()
        assert await place.account_ids() == []
        for words, then in (
            ("周末的书法", "书法入门"),
            ("1", "王老师"),
            ("报名", "同意"),
            ("同意，继续报名", "怎么称呼您"),
            ("王秀兰", "核对"),
            ("确认报名", "已报名"),
        ):
            await say(page, words)
            await expect(page.locator("#log")).to_contain_text(then)
        last = "\n".join(await answers(page))
        assert "取回码" in last and "日历文件" in last
        row = await place.work.read(lambda tx: tx.core(select(enrolment)).one())
        assert (row.name, row.state) == ("王秀兰", "enrolled")


async def test_buttons_work_like_words_and_a_double_tap_is_one(place: Place, browser: Browser) -> None:
    async with opened(browser, place.url) as page:
        await page.get_by_role("button", name="书法", exact=True).tap()
        await expect(page.locator(".key")).to_have_count(1)
        key = page.locator(".key")
        assert await key.get_attribute("aria-label") == "1. 书法入门"
        await key.dblclick()
        await expect(page.locator(".spot")).to_have_count(1)
        await page.wait_for_timeout(400)
        assert [one.kind for one in place.desk.heard].count("tap") == 1
        assert place.desk.heard[-1].message_id == str((await place.rows())[0].id)


async def test_after_a_reload_the_conversation_stands_as_it_was(place: Place, browser: Browser) -> None:
    async with opened(browser, place.url) as page:
        for words in ("书法", "太极"):
            await say(page, words)
            await expect(page.locator("#log .it:not(.dots)").last).to_contain_text(words)
        before = [text.replace("\n\n", "\n") for text in await page.locator("#log .bubble").all_inner_texts()]
        await page.fill("#say", "还没打完的")
        await page.click("#big")
        await page.reload()
        await expect(page.locator("#log .bubble")).to_have_count(len(before))
        after = [text.replace("\n\n", "\n") for text in await page.locator("#log .bubble").all_inner_texts()]
        assert after == before
        assert await page.input_value("#say") == "还没打完的"
        assert await page.evaluate("document.documentElement.dataset.size") == "2"
        assert len(await place.rows()) == 2
        assert {row.state for row in await place.rows()} == {"sent"}


async def test_nothing_typed_is_lost_while_the_town_cannot_answer(place: Place, browser: Browser) -> None:
    async with opened(browser, place.url) as page:
        place.desk.trouble.append(StoreDown("gone"))
        await say(page, "书法")
        await expect(page.locator(".fate")).to_contain_text("正在再试")
        await expect(page.locator(".key")).to_have_count(1, timeout=10000)
        await expect(page.locator(".fate")).to_be_hidden()
        assert len(await place.rows()) == 1


async def test_without_a_network_words_wait_and_then_go(place: Place, browser: Browser) -> None:
    async with opened(browser, place.url) as page:
        await say(page, "书法")
        await expect(page.locator(".key")).to_have_count(1)
        await page.context.set_offline(True)
        await say(page, "太极")
        await say(page, "手机")
        await expect(page.locator(".fate", has_text="没有网络")).to_be_visible()
        await page.context.set_offline(False)
        await expect(page.locator("#log .it:not(.dots)").last).to_contain_text(
            "智能手机从零学", timeout=15000
        )
        heard = [one.text for one in place.desk.heard]
        assert heard == ["书法", "太极", "手机"]
        assert len(await page.locator("#log .it:not(.dots)").all()) == 3


async def test_a_tap_in_a_roll_shows_at_its_button_that_it_waits(place: Place, browser: Browser) -> None:
    async with opened(browser, place.url) as page:
        await say(page, "书法")
        await expect(page.locator(".key")).to_have_count(1)
        [shown] = await place.rows()

        def roll(tx: Tx) -> None:
            rows = tuple((Button(f"○ {name}", f"roll_set:1:{n}:here:0"),) for n, name in enumerate("赵钱孙"))
            post_reply(
                tx, place.town, Address(shown.account_id, "web", shown.chat), Message("点名", rows),
                lasting=False,
            )  # fmt: skip

        await place.work.write(roll)
        names = page.locator("#log .it").last.get_by_role("button")
        await expect(names).to_have_count(3)
        await page.context.set_offline(True)
        low = await names.nth(2).evaluate("(node) => node.offsetTop")
        await names.nth(1).click()
        # a click here scrolls by itself, perhaps to where the last one was: that would be a double tap
        await asyncio.sleep(0.8)
        await names.nth(2).click()
        for n in (1, 2):
            await expect(names.nth(n)).to_contain_text("还没记上")
        await expect(names.nth(0)).to_have_text("○ 赵")
        assert await names.nth(2).evaluate("(node) => node.offsetTop") == low, "it stays under the finger"
        assert len(await page.locator("#log .me").all()) == 1, "a name of a roll is no word of one's own"
        await page.context.set_offline(False)
        await expect(page.locator(".waits")).to_have_count(0, timeout=15000)
        await expect(page.locator("#log")).not_to_contain_text("还没记上")


async def test_the_page_finds_its_way_back_when_the_town_was_closed(
    sqlite_store: Store, browser: Browser, unused_port: int
) -> None:
    town = make_town(sqlite_store)
    async with serve(sqlite_store, town, port=unused_port) as place:
        context = await browser.new_context(**PHONE)
        page = await context.new_page()
        await page.goto(place.url)
        await say(page, "书法")
        await expect(page.locator(".key")).to_have_count(1)
        account_id = (await place.account_ids())[0]
    await expect(page.locator("#state")).to_contain_text("正在重连", timeout=10000)
    async with serve(sqlite_store, town, port=unused_port) as place:
        await place.notice(account_id, "课改到下午")
        await expect(page.locator(".told")).to_contain_text("课改到下午", timeout=20000)
        await expect(page.locator("#state")).to_be_hidden()
        assert len(await page.locator("#log .it:not(.dots)").all()) == 2
        await context.close()


async def test_a_posters_address_opens_its_class_once(place: Place, browser: Browser) -> None:
    async with opened(browser, f"{place.url}/c/SF01") as page:
        await expect(page.locator(".me")).to_contain_text("看看“书法入门”")
        await expect(page.locator(".it:not(.dots)")).to_contain_text("王老师")
        await page.reload()
        await expect(page.locator(".it:not(.dots)")).to_contain_text("王老师")
        await page.wait_for_timeout(300)
        assert [one.kind for one in place.desk.heard] == ["start"]


async def test_a_place_is_asked_for_only_when_tapped_and_kept_nowhere(place: Place, browser: Browser) -> None:
    how = {"permissions": ["geolocation"], "geolocation": {"latitude": 30.0012345, "longitude": 120.0012345}}
    async with opened(browser, place.url, **how) as page:
        await page.tap("#place")
        await expect(page.locator(".me")).to_contain_text("我的位置")
        await expect(page.locator("#log .it:not(.dots)").first).to_be_visible()
        assert place.desk.heard[0].location == (30.0012, 120.0012)
        kept = await page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")
        assert "30.00" not in kept and "120.00" not in kept


async def test_a_place_that_is_refused_leads_on(place: Place, browser: Browser) -> None:
    async with opened(browser, place.url, permissions=[]) as page:
        await page.tap("#place")
        await expect(page.locator(".aside")).to_contain_text("请直接打地名")


async def test_what_people_write_never_becomes_markup(place: Place, browser: Browser) -> None:
    async with opened(browser, place.url) as page:
        await say(page, "<img src=x onerror=alert(1)><b>粗</b>")
        await expect(page.locator("#log .it:not(.dots)").first).to_be_visible()
        await place.notice((await place.account_ids())[0], "\x02<i>粗体</i>\x03 打 0570-5550123")
        await expect(page.locator(".told strong")).to_have_text("<i>粗体</i>")
        assert await page.locator("#log img, #log i:not(.dots i), #log b").count() == 0
        assert await page.locator(".told a").get_attribute("href") == "tel:05705550123"


async def test_a_long_answer_is_read_from_its_beginning(place: Place, browser: Browser) -> None:
    async with opened(browser, place.url, viewport={"width": 390, "height": 560}) as page:
        await say(page, "书法")
        await page.locator(".key").click()
        await expect(page.locator(".spot")).to_be_visible()
        await page.wait_for_timeout(700)
        top = "(node) => node.getBoundingClientRect().top - scroll.getBoundingClientRect().top"
        top = top.replace("scroll.", "document.getElementById('scroll').")
        assert 0 <= await page.locator(".me").last.evaluate(top) < 40


async def test_a_message_that_comes_while_one_reads_above_does_not_move_the_page(
    place: Place, browser: Browser
) -> None:
    async with opened(browser, place.url, **DESK) as page:
        for words in ("书法", "太极", "手机"):
            await say(page, words)
            await expect(page.locator("#log .it:not(.dots)").last).to_contain_text(words)
        await page.wait_for_timeout(600)
        await page.mouse.move(600, 300)
        await page.mouse.wheel(0, -5000)
        await page.wait_for_timeout(300)
        await place.notice((await place.account_ids())[0], "课改到下午")
        await expect(page.locator("#newer")).to_be_visible()
        assert await page.evaluate("document.querySelector('#scroll').scrollTop") == 0
        await page.click("#newer")
        await expect(page.locator(".told")).to_be_in_viewport()
        await expect(page.locator("#newer")).to_be_hidden()


async def test_the_keyboard_alone_is_enough(place: Place, browser: Browser) -> None:
    async with opened(browser, place.url, **DESK) as page:
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.className") == "skip"
        await page.keyboard.press("Enter")
        assert await page.evaluate("document.activeElement.id") == "say"
        await page.keyboard.type("书法")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("入门")
        await page.keyboard.press("Enter")
        await expect(page.locator(".key")).to_have_count(1)
        assert place.desk.heard[0].text == "书法\n入门"
        await page.locator(".key").focus()
        outline = await page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert float(outline.removesuffix("px")) >= 3
        await page.keyboard.press("Enter")
        await expect(page.locator(".spot")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.locator("#say")).to_be_focused()


async def test_the_keyboard_stays_on_its_button_when_the_message_is_changed(
    place: Place, browser: Browser
) -> None:
    async with opened(browser, place.url, **DESK) as page:
        await say(page, "提醒")
        buttons = page.locator("#log .it").last.get_by_role("button")
        await expect(buttons.nth(1)).to_be_visible()
        await buttons.nth(1).focus()
        [shown] = await place.rows()

        def change(tx: Tx) -> None:
            rows = tuple((Button(words, f"x:{n}", number=n),) for n, words in enumerate("甲乙丙", 1))
            address = Address(shown.account_id, "web", shown.chat)
            post_reply(tx, place.town, address, Message("改过了", rows), lasting=False, edit_of=str(shown.id))

        await place.work.write(change)
        await expect(page.locator("#log .it")).to_contain_text("改过了")
        await expect(buttons.filter(has_text="乙")).to_be_focused()


async def test_a_reader_of_the_screen_is_told_what_is_what(place: Place, browser: Browser) -> None:
    async with opened(browser, place.url) as page:
        await say(page, "书法")
        await expect(page.locator(".key")).to_have_count(1)
        log = page.get_by_role("log", name="对话")
        await expect(log).to_have_attribute("aria-live", "polite")
        await expect(page.locator(".me .unseen")).to_have_text("我说：")
        unnamed = """() => [...document.querySelectorAll('button, a, textarea')]
          .filter((node) => node.offsetParent && !node.getAttribute('aria-label'))
          .filter((node) => !node.textContent.trim() && !node.labels?.length).length"""
        assert await page.evaluate(unnamed) == 0


async def test_english_from_the_first_word(place: Place, browser: Browser) -> None:
    async with opened(browser, place.url) as page:
        await page.tap("#language")
        await expect(page.get_by_text("What would you like to learn?").first).to_be_visible()
        await say(page, "calligraphy")
        await expect(page.locator(".key")).to_have_count(1)
        answered = await answers(page)
        assert len(answered) == 1, answered
        assert "Saturday" in answered[0] or "Sat" in answered[0]
        await page.reload()
        await expect(page.locator("h1")).to_contain_text("Doorstep")


async def test_large_print_asked_for_in_words_enlarges_the_page_too(place: Place, browser: Browser) -> None:
    async with opened(browser, place.url) as page:
        await say(page, "大字")
        assert await page.evaluate("document.documentElement.dataset.size") == "2"


async def test_who_wants_no_motion_gets_none(place: Place, browser: Browser) -> None:
    async with opened(browser, place.url, reduced_motion="reduce") as page:
        await say(page, "书法")
        await expect(page.locator(".key")).to_have_count(1)
        assert await page.evaluate("getComputedStyle(document.querySelector('.it')).animationName") == "none"


async def test_many_people_at_once_each_see_their_own(place: Place, browser: Browser) -> None:
    async def talk(words: str) -> str:
        async with opened(browser, place.url) as page:
            await say(page, words)
            await expect(page.locator(".key")).to_have_count(1)
            return "".join(await answers(page))

    said = await asyncio.gather(*(talk(words) for words in ("书法", "太极", "烘焙")))
    assert ["书法入门" in said[0], "太极拳" in said[1], "家常烘焙" in said[2]] == [True] * 3


async def test_signing_out_all_others_leaves_this_page_as_it_was(place: Place, browser: Browser) -> None:
    async with opened(browser, place.url) as page:
        await say(page, "书法")
        await expect(page.locator("#log .it:not(.dots)").last).to_contain_text("书法入门")
        [cookie] = await page.context.cookies()
        async with opened(browser, place.url) as other:
            await other.context.add_cookies([cookie])
            await other.reload()
            await expect(other.locator("#log .it:not(.dots)").last).to_contain_text("书法入门")
            await say(page, "退出其他设备")
            await expect(page.locator("#log .it:not(.dots)").last).to_contain_text("只留您现在用的这个")
            await expect(other.locator("#log")).not_to_contain_text("书法入门")
        await page.wait_for_timeout(1200)
        await say(page, "太极")
        await expect(page.locator("#log .it:not(.dots)").last).to_contain_text("太极拳二十四式")
        assert "书法入门" in "".join(await answers(page))
        assert len(await place.account_ids()) == 1


SHEET = (
    "课程编号,课程名称,类别,开课日期,结课日期,上课时间,地点\n"
    "JZ01,剪纸,人文艺术,2026-12-12,2027-01-09,周六 9:00-10:30,活动室\n"
)


@pytest.mark.parametrize("role", ["editor", "broadcaster", "viewer"])
async def test_who_takes_a_role_on_the_page_can_send_files_at_once(
    browser: Browser, sqlite_store: Store, role: str
) -> None:
    from services.inviting import invite

    async with serve(sqlite_store, make_town(sqlite_store)) as place:
        town = place.town
        token = await place.work.write(lambda tx: invite(tx, town, "root", role, "cli:test"))
        async with opened(browser, f"{place.url}/i/{token}") as page:
            yes = page.locator("#log").get_by_role("button", name="接受").first
            await yes.click()
            if role == "viewer":
                await expect(page.locator("#log")).to_contain_text("好了")
                await expect(page.locator("#attach")).to_have_count(0)
                return
            await expect(page.locator("#attach")).to_be_visible()
            async with page.expect_file_chooser() as chooser:
                await page.click("#attach")
            await (await chooser.value).set_files(
                {"name": "课程.csv", "mimeType": "text/csv", "buffer": SHEET.encode()}
            )
            await expect(page.locator("#log")).to_contain_text("文件：课程.csv")
            if role == "editor":
                await expect(page.locator("#log")).to_contain_text("查好了，没有问题")


async def test_a_clerk_sends_a_sheet_with_the_button(browser: Browser, sqlite_store: Store) -> None:
    from services.roles import grant

    async with serve(sqlite_store, make_town(sqlite_store)) as place, opened(browser, place.url) as page:
        await expect(page.locator("#attach")).to_have_count(0)
        await say(page, "您好")
        await expect(page.locator("#log .it:not(.dots) .bubble").last).to_contain_text("您好！")
        town = place.town
        account = "SELECT external_id FROM account"
        [external_id] = await place.work.read(lambda tx: tx.core(text(account)).scalars().all())
        await place.work.write(lambda tx: grant(tx, town, f"web:{external_id}", "editor", "root", "cli:test"))
        await page.reload()
        async with page.expect_file_chooser() as chooser:
            await page.click("#attach")
        await (await chooser.value).set_files(
            {"name": "课程.csv", "mimeType": "text/csv", "buffer": SHEET.encode()}
        )
        await expect(page.locator("#log")).to_contain_text("查好了，没有问题")
        await page.locator("#log").get_by_role("button", name="发布").last.click()
        await expect(page.locator("#log")).to_contain_text("发布好了")
