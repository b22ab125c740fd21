"""Posting: who is taken for whom, what is refused at the door, and that nothing has two effects."""

from __future__ import annotations

import io
from ipaddress import ip_network
from typing import Any

import pytest

from bot.platforms.web.cookie import Pass, read_cookie, write_cookie
from bot.platforms.web.options import WebOptions
from models.store import Overloaded, Store, StoreDown
from tests.bot.web.place import Place, serve, with_rates
from tests.town import make_town


def cookie_of(browser: Any) -> str:
    return {one.key: one.value for one in browser.session.cookie_jar}.get("doorstep", "")


async def test_looking_at_the_page_makes_nobody_known(place: Place) -> None:
    browser = place.browser()
    assert (await browser.get("/")).status == 200
    assert not cookie_of(browser)
    assert await place.account_ids() == []


async def test_the_first_word_is_answered_and_remembered(place: Place) -> None:
    browser = place.browser()
    response = await browser.say("书法")
    assert response.status == 202
    header = response.headers["Set-Cookie"]
    assert "HttpOnly" in header and "SameSite=Lax" in header and "Secure" not in header
    assert (await browser.say("太极")).status == 202
    assert len(await place.account_ids()) == 1
    said = [message["text"] for message in await browser.messages()]
    assert "书法入门" in said[0] and "太极拳" in said[1]


async def test_by_https_the_cookie_keeps_to_it(sqlite_store: Store) -> None:
    options = WebOptions(public_url="https://door.example")
    async with serve(sqlite_store, make_town(sqlite_store), options) as place:
        header = (await place.browser().say("书法")).headers["Set-Cookie"]
        assert header.startswith("__Host-doorstep=") and "Secure" in header and "Path=/" in header


async def test_a_message_sent_again_has_one_effect_and_one_answer(place: Place) -> None:
    browser = place.browser()
    first = await browser.say("书法", n=7)
    second = await browser.say("书法", n=7)
    assert (first.status, second.status) == (202, 202)
    assert [one.json()["again"] for one in (first, second)] == [False, True]
    assert len(await place.rows()) == 1


async def test_a_first_message_whose_answer_was_lost_reaches_the_same_person(place: Place) -> None:
    key = "a-random-word-of-the-page"
    assert (await place.browser().say("书法", n=7, key=key)).status == 202
    again = await place.browser().say("书法", n=7, key=key)
    assert again.json()["again"] is True
    assert len(await place.account_ids()) == 1 and len(await place.rows()) == 1


async def test_the_same_number_of_two_people_are_two_messages(place: Place) -> None:
    for _ in range(2):
        assert (await place.browser().say("书法", n=7)).json()["again"] is False
    assert len(await place.account_ids()) == 2 and len(await place.rows()) == 2


@pytest.mark.parametrize("forged", ["", "x", "0" * 32 + ".0." + "0" * 64, "é", "a" * 5000])
async def test_a_forged_cookie_is_nobody(place: Place, forged: str) -> None:
    await place.browser().say("我的课")
    headers = {"Cookie": f"doorstep={forged}"}
    async with place.make_session() as session:
        async with session.get(f"{place.url}/web/events", headers=headers) as response:
            assert response.status == 204
        async with session.post(f"{place.url}/web/seen", json={"ids": [1]}, headers=headers) as response:
            assert response.status == 401
    assert (await place.rows())[0].state == "queued"


async def test_a_cookie_of_another_key_is_nobody(place: Place) -> None:
    assert read_cookie(b"one key", write_cookie(b"another", Pass("a" * 32, 0))) is None
    assert read_cookie(b"one key", write_cookie(b"one key", Pass("a" * 32, 3))) == Pass("a" * 32, 3)


async def test_a_revoked_cookie_begins_anew(place: Place) -> None:
    browser = place.browser()
    await browser.say("书法")
    before = cookie_of(browser)
    await place.sql("UPDATE account SET cookie_epoch = cookie_epoch + 1")
    assert (await browser.get("/web/events")).status == 204
    assert (await browser.say("书法")).status == 202
    assert cookie_of(browser) != before
    assert len(await place.account_ids()) == 2


FOREIGN = [
    ("another site's page", {"Sec-Fetch-Site": "cross-site"}, 403),
    ("another host of the same site", {"Sec-Fetch-Site": "same-site"}, 403),
    ("typed into the address bar", {"Sec-Fetch-Site": "none"}, 403),
    ("our page", {"Sec-Fetch-Site": "same-origin", "Origin": "http://rewritten"}, 202),
    ("an old browser on another site", {"Origin": "https://evil.example"}, 403),
    ("an old browser in a sandbox", {"Origin": "null"}, 403),
    ("no browser at all", {}, 202),
]


@pytest.mark.parametrize(("who", "headers", "status"), FOREIGN, ids=[one[0] for one in FOREIGN])
async def test_only_our_own_page_may_post(
    place: Place, who: str, headers: dict[str, str], status: int
) -> None:
    async with place.make_session() as session:
        url, body = f"{place.url}/web/send", {"n": 1, "text": "书法"}
        async with session.post(url, json=body, headers=headers) as response:
            assert response.status == status, who
    assert len(await place.account_ids()) == (1 if status == 202 else 0)


async def test_a_form_of_another_site_cannot_post(place: Place) -> None:
    async with place.make_session() as session:
        for body in ('{"n":1,"text":"书法"}', "n=1"):
            for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
                headers = {"Content-Type": kind}
                async with session.post(f"{place.url}/web/send", data=body, headers=headers) as response:
                    assert response.status == 415
    assert await place.account_ids() == []


BROKEN: list[tuple[str, Any]] = [
    ("no number", {"text": "书法"}),
    ("number zero", {"n": 0, "text": "书法"}),
    ("a number too large", {"n": 2**53, "text": "书法"}),
    ("true for a number", {"n": True, "text": "书法"}),
    ("a fraction", {"n": 1.5, "text": "书法"}),
    ("nothing said", {"n": 1}),
    ("only spaces", {"n": 1, "text": "  "}),
    ("two things at once", {"n": 1, "text": "书法", "tap": "my"}),
    ("text that is none", {"n": 1, "text": ["书法"]}),
    ("a tap too long", {"n": 1, "tap": "x" * 65}),
    ("an empty tap", {"n": 1, "tap": ""}),
    ("a start with odd letters", {"n": 1, "start": "c_../../etc"}),
    ("half a place", {"n": 1, "location": [30]}),
    ("a place in words", {"n": 1, "location": ["30", "120"]}),
    ("a place off the earth", {"n": 1, "location": [91, 120]}),
    ("a place beyond all numbers", {"n": 1, "location": [10**400, 120]}),
    ("a place that is no number", {"n": 1, "location": [float("nan"), 120]}),
    ("a message id with words", {"n": 1, "tap": "my", "message": "1; DROP"}),
    ("a key too short", {"n": 1, "text": "书法", "key": "abc"}),
    ("a list", [1]),
    ("a word", "书法"),
]


@pytest.mark.parametrize(("what", "body"), BROKEN, ids=[one[0] for one in BROKEN])
async def test_what_our_page_never_sends_is_refused_quietly(place: Place, what: str, body: Any) -> None:
    response = await place.browser().post("/web/send", body)
    assert response.status == 400, what
    assert "Set-Cookie" not in response.headers
    assert await place.account_ids() == []


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[" * 20000])
async def test_broken_json_is_refused_quietly(place: Place, raw: bytes) -> None:
    async with place.make_session() as session:
        headers = {"Content-Type": "application/json"}
        async with session.post(f"{place.url}/web/send", data=raw, headers=headers) as response:
            assert response.status == 400


async def test_a_body_too_large_is_refused(place: Place) -> None:
    assert (await place.browser().say("字" * 70_000)).status == 413

    async def dripping() -> Any:
        for _ in range(20):
            yield b" " * 8192

    async with place.make_session() as session:
        headers = {"Content-Type": "application/json"}
        async with session.post(f"{place.url}/web/send", data=dripping(), headers=headers) as response:
            assert response.status == 413
    assert await place.account_ids() == []


KIND = [
    ("a long speech", {"text": "学" * 4000}),
    ("a flood of emoji", {"text": "🎉" * 300}),
    ("control characters and half a character", {"text": "\x02书\x00法\ud800\x03"}),
    ("a forged tap", {"tap": "drop:table"}),
    ("a stale tap", {"tap": "card:999999", "message": 5}),
    ("a place", {"location": [30.001, 120.001]}),
    ("a file", {"file": "报名表.docx"}),
    ("a start", {"start": "c_SF01"}),
    ("a command", {"text": "/start c_SF01"}),
]


@pytest.mark.parametrize(("what", "body"), KIND, ids=[one[0] for one in KIND])
async def test_whatever_a_person_sends_is_answered_kindly(
    place: Place, what: str, body: dict[str, Any]
) -> None:
    browser = place.browser()
    assert (await browser.post("/web/send", {"n": 1, **body})).status == 202
    [message, *_] = await browser.messages()
    assert message["text"].strip(), what


@pytest.mark.parametrize(
    ("trouble", "seconds"), [(StoreDown("gone"), "3"), (Overloaded(7), "7")], ids=["down", "overloaded"]
)
async def test_a_store_that_cannot_is_said_with_when_to_come_again(
    place: Place, trouble: Exception, seconds: str
) -> None:
    browser = place.browser()
    place.desk.trouble.append(trouble)
    response = await browser.say("书法", n=5)
    assert (response.status, response.headers["Retry-After"]) == (503, seconds)
    assert (await browser.say("书法", n=5)).json()["again"] is False


async def test_one_person_too_fast_waits_while_the_neighbours_go_on(place: Place) -> None:
    hasty, calm = place.browser(), place.browser()
    await calm.say("书法")
    await hasty.say("书法")
    statuses = [(await hasty.say("书法")).status for _ in range(24)]
    assert statuses[:19] == [202] * 19 and 429 in statuses
    response = await hasty.say("书法")
    assert response.status == 429 and int(response.headers["Retry-After"]) >= 1
    assert (await calm.say("书法")).status == 202
    place.town.clock.pass_real(3)  # type: ignore[attr-defined]
    assert (await hasty.say("书法")).status == 202


async def test_one_address_has_a_wide_limit_and_trusted_proxies_name_the_address(
    sqlite_store: Store,
) -> None:
    options = WebOptions(address_rate=(3, 0.1), trusted_proxies=(ip_network("127.0.0.0/8"),))
    async with serve(sqlite_store, make_town(sqlite_store), options) as place:
        village = place.browser(**{"X-Forwarded-For": "1.1.1.1, 203.0.113.5"})
        assert [(await village.say("书法")).status for _ in range(4)] == [202, 202, 202, 429]
        # what the client itself wrote before the proxy's word does not count
        liar = place.browser(**{"X-Forwarded-For": "2.2.2.2, 203.0.113.5"})
        assert (await liar.say("书法")).status == 429
        assert (await place.browser(**{"X-Forwarded-For": "203.0.113.6"}).say("书法")).status == 202


async def test_without_trusted_proxies_the_header_means_nothing(sqlite_store: Store) -> None:
    async with serve(sqlite_store, make_town(sqlite_store), with_rates(address_rate=(2, 0.1))) as place:
        statuses = [
            (await place.browser(**{"X-Forwarded-For": f"203.0.113.{n}"}).say("书法")).status
            for n in range(3)
        ]
        assert statuses == [202, 202, 429]


async def test_newcomers_of_one_address_are_counted_too(sqlite_store: Store) -> None:
    async with serve(sqlite_store, make_town(sqlite_store), with_rates(newcomer_rate=(2, 0.1))) as place:
        known = place.browser()
        assert (await known.say("书法")).status == 202
        assert (await place.browser().say("书法")).status == 202
        assert (await place.browser().say("书法")).status == 429
        assert (await known.say("太极")).status == 202


WRONG = [
    ("GET", "/web/send", 405), ("PUT", "/web/send", 405), ("GET", "/web/seen", 405), ("POST", "/", 405),
    ("POST", "/web/events", 405), ("HEAD", "/web/events", 405), ("DELETE", "/web/files/1", 405),
    ("GET", "/web/files/x", 404), ("GET", "/web/assets/0/part.py", 404), ("GET", "/web/files/1", 404),
    ("GET", "/web/assets/0/..%2fpart.py", 404),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "status"), WRONG)
async def test_wrong_ways_in_are_closed(place: Place, method: str, path: str, status: int) -> None:
    async with place.make_session() as session, session.request(method, place.url + path) as response:
        assert response.status == status


async def test_leaving_revokes_every_cookie_but_the_asking_browsers(place: Place) -> None:
    browser = place.browser()
    await browser.say("书法")
    stolen = cookie_of(browser)
    await browser.say("注销")
    await browser.say("确认注销")
    assert cookie_of(browser) != stolen
    assert (await browser.say("我的资料")).status == 202
    assert len(await place.account_ids()) == 1
    assert (await place.browser().get("/web/events", headers={"Cookie": f"doorstep={stolen}"})).status == 204


async def test_other_devices_are_signed_out_on_demand(place: Place) -> None:
    browser = place.browser()
    await browser.say("书法")
    stolen = cookie_of(browser)
    await browser.say("我的资料")
    assert (await browser.say("退出其他设备")).status == 202
    *_, answer = await browser.messages()
    assert "只留您现在用的这个" in answer["text"]
    assert (await place.browser().get("/web/events", headers={"Cookie": f"doorstep={stolen}"})).status == 204
    assert cookie_of(browser) != stolen
    assert len(await place.account_ids()) == 1


async def test_a_clerk_sends_a_sheet_from_the_page(place: Place) -> None:
    from services.roles import grant

    browser, other = place.browser(), place.browser()
    for one in (browser, other):
        await one.say("您好")
    external_id = read_external(place, cookie_of(browser))
    town = place.town
    await place.work.write(lambda tx: grant(tx, town, f"web:{external_id}", "editor", "root", "cli:test"))
    assert 'id="attach"' in (await browser.get("/")).text
    assert 'id="attach"' not in (await other.get("/")).text
    sheet = (
        "课程编号,课程名称,类别,开课日期,结课日期,上课时间,地点\n"
        "JZ01,剪纸,人文艺术,2026-12-12,2027-01-09,周六 9:00-10:30,活动室\n"
    )
    for who, n in ((browser, 51), (other, 52)):
        assert await upload(place, who, n, "课程.csv", sheet.encode()) == 202
    assert "查好了，没有问题" in (await browser.messages())[-1]["text"]
    assert "学校的工作人员" in (await other.messages())[-1]["text"]


async def test_a_file_at_the_door_of_the_page(place: Place) -> None:
    browser = place.browser()
    assert await upload(place, browser, 1, "a.csv", b"x") == 401
    await browser.say("您好")
    async with browser.session.post(f"{place.url}/web/file?n=2&name=a.csv", data={"a": "b"}) as refused:
        assert refused.status == 415
    assert await upload(place, browser, 5, "", b"x") == 400
    foreign = {"Content-Type": "application/octet-stream", "Origin": "https://evil.example"}
    async with browser.session.post(
        f"{place.url}/web/file?n=3&name=a.csv", data=b"x", headers=foreign
    ) as refused:
        assert refused.status == 403


async def upload(place: Place, browser: Any, n: int, name: str, content: bytes) -> int:
    address, named = f"{place.url}/web/file", {"n": str(n), "name": name}
    headers = {"Content-Type": "application/octet-stream"}
    body = io.BytesIO(content)
    async with browser.session.post(address, params=named, data=body, headers=headers) as response:
        return int(response.status)


def read_external(place: Place, cookie: str) -> str:
    found = read_cookie(place.town.secret, cookie)
    assert found is not None
    return found.external_id


PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 60


async def test_a_picture_and_a_file_go_with_a_broadcast_from_the_page(place: Place) -> None:
    from services.roles import grant

    browser = place.browser()
    await browser.say("您好")
    external_id = read_external(place, cookie_of(browser))
    town = place.town
    assert 'id="attach"' not in (await browser.get("/")).text
    await place.work.write(
        lambda tx: grant(tx, town, f"web:{external_id}", "broadcaster", "xincheng", "cli:test")
    )
    assert 'id="attach"' in (await browser.get("/")).text
    assert await upload(place, browser, 60, "海报.png", PNG) == 202
    assert not any(row.document for row in await place.rows()), "outside the dialogue nothing is read"
    await browser.say("群发")
    assert await upload(place, browser, 61, "海报.png", PNG) == 202
    assert "请先打字写内容" in (await browser.messages())[-1]["text"]
    await browser.say("周六看展")
    assert await upload(place, browser, 67, "先到的.png", PNG) == 202
    kept, whom = (await browser.messages())[-2:]
    assert "“先到的.png”收好了" in kept["text"] and "发给谁" in whom["text"]
    await browser.say("1")
    assert (await browser.messages())[-2]["document"]["name"] == "先到的.png"
    assert await upload(place, browser, 62, "海报.png", PNG) == 202
    *_, preview, summary = await browser.messages()
    assert preview["text"] == "周六看展" and preview["document"]["picture"]
    assert "发给" in summary["text"]
    shown = await browser.get(preview["document"]["url"])
    assert shown.content == PNG and shown.headers["Content-Type"] == "image/png"
    # what only calls itself a picture is a file; a new one takes the place of the old
    for n, name, content in ((63, "假.png", b"MZ not a picture"), (64, "安排.pdf", b"%PDF-1.7")):
        assert await upload(place, browser, n, name, content) == 202
        document = (await browser.messages())[-2]["document"]
        assert document["name"] == name and not document["picture"]
    before = len(await browser.messages())
    assert await upload(place, browser, 65, "大.pdf", b"x" * (10 * 1024 * 1024 + 1)) == 202
    assert "最多10兆" in (await browser.messages())[-1]["text"]
    assert await upload(place, browser, 66, "空.pdf", b"") == 202
    assert "文件没收到" in (await browser.messages())[-1]["text"]
    assert len(await browser.messages()) == before + 2
