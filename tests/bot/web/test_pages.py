"""The pages: a class's address, its poster, files, headers, and the page's own files."""

from __future__ import annotations

import gzip
import re
from urllib.parse import quote

import pytest

from bot.platforms.web.addresses import client_key
from bot.platforms.web.files import disposition
from bot.platforms.web.limits import MOST_KEPT, Buckets
from models.store import Store
from tests.bot.web.place import Browser, Place, serve
from tests.town import make_town


async def body(browser: Browser, path: str, status: int = 200) -> str:
    async with browser.session.get(browser.url + path) as response:
        assert response.status == status, path
        return await response.text()


async def test_nothing_on_a_page_comes_from_outside_or_runs_inline(place: Place) -> None:
    browser = place.browser()
    for path in ("/", "/c/SF01", "/c/SF01/poster"):
        response = await browser.get(path)
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy and "http" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
        assert response.headers["Cache-Control"] == "no-store"
        page = response.text
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", page), path
        loaded = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="([^"]+)"', page)
        assert loaded and all(url.startswith("/web/assets/") for url in loaded), path


async def test_the_page_speaks_chinese_first_and_english_to_who_chose_it(place: Place) -> None:
    browser = place.browser()
    assert '<html lang="zh-CN"' in await body(browser, "/")
    await browser.say("/lang en")
    assert '<html lang="en"' in await body(browser, "/")


async def test_a_classs_address_opens_that_class(place: Place) -> None:
    page = await body(place.browser(), "/c/SF01")
    assert 'data-open="SF01"' in page and 'data-open-title="书法入门"' in page
    assert "<title>书法入门 · " in page


async def test_the_code_of_a_class_checks_in_at_once(place: Place) -> None:
    page = await body(place.browser(), "/s/1_123456")
    assert 'data-start="s_1_123456"' in page
    await body(place.browser(), "/s/1_12345", 404)


ODD = ["NOSUCH", "%E4%B9%A6%E6%B3%95", "%22%3E%3Cscript%3E", "x" * 300, "a.b", "..%5c"]


@pytest.mark.parametrize("code", ODD)
async def test_an_address_of_no_class_is_still_a_friendly_page(place: Place, code: str) -> None:
    page = await body(place.browser(), f"/c/{code}", 404)
    opened = re.findall(r'data-open="([^"]*)"', page)
    assert opened == [code if re.fullmatch(r"[A-Za-z0-9_-]{1,62}", code) else ""]
    assert "<script>" not in page


async def test_telegram_is_offered_only_where_there_is_a_bot(sqlite_store: Store) -> None:
    town = make_town(sqlite_store)
    async with serve(sqlite_store, town) as place:
        assert "t.me" not in await body(place.browser(), "/c/SF01")
        town.telegram_name = "xincheng_bot"
        assert 'href="https://t.me/xincheng_bot?start=c_SF01"' in await body(place.browser(), "/c/SF01")
        assert 'href="https://t.me/xincheng_bot"' in await body(place.browser(), "/")


async def test_a_poster_says_what_when_and_where(place: Place) -> None:
    page = await body(place.browser(), "/c/SF01/poster")
    for words in (
        "书法入门",
        "每周六上午9点–10点半",
        "12月5日",
        "新城社区活动中心",
        "新城路12号",
        "免费",
        "<svg",
    ):
        assert words in page, words
    assert "https://door.example/c/SF01" in page
    assert not re.search("今天|明天|后天", page)
    assert "Saturday" in await body(place.browser(), "/c/SF01/poster?lang=en")


async def test_there_is_no_poster_of_no_class(place: Place) -> None:
    async with place.make_session() as session, session.get(f"{place.url}/c/NOSUCH/poster") as response:
        assert response.status == 404
        assert "没有这个班" in await response.text()


async def test_an_address_that_no_text_can_be_leads_nowhere(store: Store) -> None:
    async with serve(store, make_town(store)) as place:
        for path in ("/c/%00", "/c/SF01%00", "/c/%ED%A0%80", "/c/%FF/poster", "/c/%00/poster"):
            await body(place.browser(), path, 404)


async def test_files_keep_to_their_owner(place: Place) -> None:
    owner, other = place.browser(), place.browser()
    await owner.say("书法")
    [message] = await owner.messages()
    await owner.post("/web/send", {"n": 2, "tap": message["rows"][0][0]["action"], "message": message["id"]})
    *_, card = await owner.messages()
    ics = next(b["action"] for row in card["rows"] for b in row if b.get("action", "").startswith("ics:"))
    await owner.post("/web/send", {"n": 3, "tap": ics, "message": card["id"]})
    *_, sent = await owner.messages()
    assert sent["document"]["mime"].startswith("text/calendar")
    response = await owner.get(sent["document"]["url"])
    assert response.status == 200
    assert response.content.startswith(b"BEGIN:VCALENDAR")
    assert quote("书法入门") in response.headers["Content-Disposition"]
    assert (
        "no-store" in response.headers["Cache-Control"]
        and "sandbox" in response.headers["Content-Security-Policy"]
    )
    await other.say("书法")
    assert (await other.get(sent["document"]["url"])).status == 404
    assert (await place.browser().get(sent["document"]["url"])).status == 404
    assert (await owner.get(f"/web/files/{card['id']}")).status == 404
    assert (await owner.get("/web/files/999999999999999999")).status == 404


NAMES = [
    ("书法入门.ics", "file.ics", "%E4%B9%A6%E6%B3%95%E5%85%A5%E9%97%A8.ics"),
    ("plan.ics", "plan.ics", "plan.ics"),
    ('a"b;\r\nSet-Cookie: x=1.ics', "a_b;__Set-Cookie_ x=1.ics", "a_b%3B__Set-Cookie_%20x%3D1.ics"),
    ("../../etc/passwd", "_.._etc_passwd", "_.._etc_passwd"),
    ("课", "file", "%E8%AF%BE"),
    ("", "file", "file"),
]


@pytest.mark.parametrize(("name", "plain", "full"), NAMES)
def test_the_name_of_a_download(name: str, plain: str, full: str) -> None:
    assert disposition(name) == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{full}"


async def test_the_pages_files_are_kept_for_good_and_change_their_address(place: Place) -> None:
    browser = place.browser()
    url = re.findall(r'href="(/web/assets/[^"]+chat\.css)"', await body(browser, "/"))[0]
    response = await browser.get(url, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in response.headers["Cache-Control"]
    assert response.headers["Content-Encoding"] == "gzip"
    plain = await browser.get(url, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.content == response.content
    old = await browser.get(url.replace(url.split("/")[3], "0" * 12))
    assert old.headers["Cache-Control"] == "no-cache"
    again = await browser.get(url, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status == 304


async def test_the_chat_page_is_small(place: Place) -> None:
    async with place.make_session() as session:
        page = await body(Browser(place.url, session), "/")
        loaded = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="([^"]+)"', page)
        weight = len(gzip.compress(page.encode()))
        for url in set(loaded):
            async with session.get(place.url + url, headers={"Accept-Encoding": "gzip"}) as response:
                weight += int(response.headers["Content-Length"])
    assert weight < 40_000


def test_buckets_fill_again_and_forget_who_is_idle() -> None:
    now = [0.0]
    buckets = Buckets(2, 0.5, lambda: now[0])
    assert [buckets.take("wang") for _ in range(3)] == [0.0, 0.0, 2.0]
    now[0] = 2.0
    assert buckets.take("wang") == 0.0
    assert buckets.take("wang") == 2.0
    for n in range(MOST_KEPT):
        buckets.take(f"passer-by {n}")
        now[0] += 0.001
    assert len(buckets) <= MOST_KEPT
    assert buckets.take("wang") == 0.0


PROXIES = [
    ("no proxy", "203.0.113.5", [], "203.0.113.5"),
    ("a header that nobody may write", "203.0.113.5", ["1.2.3.4"], "203.0.113.5"),
    ("our proxy", "10.0.0.1", ["203.0.113.5"], "203.0.113.5"),
    ("two proxies of ours", "10.0.0.1", ["203.0.113.5, 10.0.0.2"], "203.0.113.5"),
    ("a lie before the truth", "10.0.0.1", ["6.6.6.6, 203.0.113.5"], "203.0.113.5"),
    ("two headers", "10.0.0.1", ["6.6.6.6", "203.0.113.5"], "203.0.113.5"),
    ("with a port", "10.0.0.1", ["203.0.113.5:4711"], "203.0.113.5"),
    ("rubbish", "10.0.0.1", ["unknown"], "10.0.0.1"),
    ("IPv6 by its network", "10.0.0.1", ["[2001:db8:1:2:3:4:5:6]:443"], "2001:db8:1:2::/64"),
    ("IPv4 written as IPv6", "::ffff:10.0.0.1", ["::ffff:203.0.113.5"], "203.0.113.5"),
    ("no address at all", "", ["203.0.113.5"], "unknown"),
]


@pytest.mark.parametrize(("what", "peer", "forwarded", "key"), PROXIES, ids=[one[0] for one in PROXIES])
def test_whose_address_counts(what: str, peer: str, forwarded: list[str], key: str) -> None:
    from ipaddress import ip_network

    assert client_key(peer, forwarded, (ip_network("10.0.0.0/8"),)) == key, what


async def test_a_poster_without_a_public_address_leads_to_where_it_was_opened(sqlite_store: Store) -> None:
    async with serve(sqlite_store, make_town(sqlite_store)) as place:
        browser = place.browser()
        page = (await browser.get("/c/SF01/poster", headers={"Host": "192.168.1.20:8080"})).text
        assert "http://192.168.1.20:8080/c/SF01" in page


async def test_an_invitation_opens_the_chat_with_its_question(place: Place) -> None:
    token = "123456789012345678901234"
    page = await place.browser().get(f"/i/{token}")
    assert page.status == 200
    assert f'data-start="i_{token}"' in page.text
    assert (page.headers["Cache-Control"], page.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert (await place.browser().get("/i/short")).status == 404


async def test_a_calendar_under_its_secret_address(place: Place) -> None:
    from services import feeds

    browser = place.browser()
    await browser.say("您好")
    town = place.town
    address = await place.work.write(lambda tx: feeds.make(tx, town, 1))
    path = address[address.index("/cal/") :]
    found = await place.browser().get(path)
    assert found.status == 200
    assert found.headers["Content-Type"].startswith("text/calendar")
    # a copy that is asked after each time is gone with its address
    assert (found.headers["Cache-Control"], found.headers["X-Robots-Tag"]) == ("private, no-cache", "noindex")
    assert found.headers["Referrer-Policy"] == "no-referrer"
    assert b"BEGIN:VCALENDAR" in found.content and b"REFRESH-INTERVAL" in found.content
    again = await place.browser().get(path, headers={"If-None-Match": found.headers["ETag"]})
    assert again.status == 304
    assert await place.work.write(lambda tx: feeds.close(tx, town, 1))
    assert (await place.browser().get(path)).status == 404
