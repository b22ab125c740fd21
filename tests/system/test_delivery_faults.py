"""Telegram at its worst, people at their quickest: what still must come out right."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.botapi import BotApi, Person
from tests.system.balancer import SECRET_HEADER, Balancer
from tests.system.conftest import MONDAY
from tests.system.house import House
from tests.system.learners import enrol_many

SmallTown = Callable[[str], str]


def from_bot(person: Person) -> list[str]:
    """What the bot wrote to a person, in the order in which it arrived."""
    return [event.message.text for event in person.chat.log if event.kind == "sent" and event.message]


async def enrols(person: Person, wish: str) -> None:
    """From a wish to a seat."""
    await person.says(wish)
    await person.sees("回复数字看详情")
    await person.says("1")
    await person.taps("报名")
    await person.taps("同意，继续报名")
    await person.taps("用“")
    await person.taps("确认报名")
    await person.sees("✓ 已报名")


async def test_an_update_at_two_processes_at_once_has_one_effect_and_one_answer(
    small_town: SmallTown, tmp_path: Path, api: BotApi
) -> None:
    async with (
        Balancer() as balancer,
        House(
            tmp_path, small_town("postgresql"), api, mode="webhook", now=MONDAY, public_url=balancer.url
        ) as house,
    ):
        first, second, _ = await asyncio.gather(
            house.start("chat"), house.start("chat"), house.start("worker")
        )
        balancer.backends = [first.url, second.url]
        balancer.doubled = True
        people = [api.user(1000 + n, f"居民{n}") for n in range(8)]
        await asyncio.gather(*(enrols(person, "书法") for person in people))
        await api.drained()
        await house.settled()
        assert balancer.statuses.count(200) == len(balancer.statuses), "each delivery was taken in"
        for person in people:
            assert len(from_bot(person)) == 7, person.chat.show()
        ((taken,),) = house.sql("SELECT taken FROM offering WHERE code = 'SF01'")
        assert taken == len(people) == len(house.sql("SELECT id FROM enrolment"))
        ((updates,),) = house.sql("SELECT count(*) FROM received_update")
        assert updates * 2 == len(balancer.statuses)
        # and once more, long after
        for number in list(api.state.queue.delivered):
            assert await api.redeliver(number, f"{second.url}/telegram/webhook") == 200
        assert all(len(from_bot(person)) == 7 for person in people)


@pytest.mark.parametrize(("kind", "mode"), [("sqlite", "polling"), ("postgresql", "webhook")])
async def test_two_messages_of_one_person_never_race(
    kind: str, mode: str, small_town: SmallTown, tmp_path: Path, api: BotApi
) -> None:
    async with (
        Balancer() as balancer,
        House(tmp_path, small_town(kind), api, mode=mode, now=MONDAY, public_url=balancer.url) as house,
    ):
        if kind == "postgresql":
            await asyncio.gather(house.start("chat"), house.start("chat"), house.start("worker"))
        else:
            await house.start()
        balancer.backends = [process.url for process in house.processes if process.role != "worker"]
        wang = api.user(1001, "秀兰", "王")
        words = [
            ("书法", "书法入门"),
            ("太极", "太极拳"),
            ("手机", "智能手机"),
            ("烘焙", "家常烘焙"),
            ("电工", "电工上岗"),
        ] * 6
        for said, _ in words:
            await wang.says(said)
        await house.until(lambda: len(from_bot(wang)) >= len(words), "every message is answered", 30)
        await house.settled()
        answers = from_bot(wang)
        assert len(answers) == len(words)
        for at, ((said, heard), answer) in enumerate(zip(words, answers, strict=True)):
            assert heard in answer, f"answer {at} to {said!r} came out of order: {answer!r}"


async def test_a_flood_limit_is_obeyed_and_holds_back_only_its_chat(
    small_town: SmallTown, tmp_path: Path, api: BotApi
) -> None:
    async with House(tmp_path, small_town("sqlite"), api, now=MONDAY) as house:
        await house.start()
        wang, li = api.user(1001, "秀兰"), api.user(1002, "建国")
        fault = api.faults.too_many(3, method="sendMessage", chat=1001, hold=True, count=None)
        began = time.monotonic()
        await wang.says("书法")
        await house.until(lambda: fault.hits, "the limit strikes")
        struck = time.monotonic()
        await wang.says("太极")
        await li.says("书法")
        await li.sees("书法入门")
        assert time.monotonic() - struck < 2.5, "another chat waited"
        await wang.sees("太极拳")
        assert time.monotonic() - began > 3
        assert fault.hits == 1, "it was tried again before its time"
        assert ["书法入门" in from_bot(wang)[0], "太极拳" in from_bot(wang)[1]] == [True, True]
        assert len(from_bot(wang)) == 2


@pytest.mark.parametrize(
    ("lost", "copies", "state"), [(1, 2, "sent"), (2, 2, "unknown")], ids=["once", "and once more"]
)
async def test_an_answer_whose_outcome_is_unknown_goes_out_once_more_and_never_a_third_time(
    lost: int, copies: int, state: str, small_town: SmallTown, tmp_path: Path, api: BotApi
) -> None:
    async with House(tmp_path, small_town("sqlite"), api, now=MONDAY) as house:
        await house.start()
        wang = api.user(1001, "秀兰")
        api.faults.lose_answer(method="sendMessage", chat=1001, count=lost)
        await wang.says("书法")
        ended = "SELECT reason FROM outgoing WHERE state = :state"
        await house.until(lambda: house.sql(ended, state=state), "the row ends", 20)
        await asyncio.sleep(1.5)
        assert len(from_bot(wang)) == copies
        assert len(house.sql("SELECT id FROM outgoing")) == 1, "it is one row all the time"


async def test_what_surely_was_not_delivered_is_tried_again(
    small_town: SmallTown, tmp_path: Path, api: BotApi
) -> None:
    async with House(tmp_path, small_town("sqlite"), api, now=MONDAY) as house:
        await house.start()
        for number, fault in enumerate((api.faults.refuse, api.faults.html, api.faults.drop)):
            person = api.user(1001 + number, "秀兰")
            given = {"code": 500, "description": "Internal Server Error"} if number == 0 else {}
            fault(method="sendMessage", chat=person.user_id, **given)
            await person.says("书法")
            await person.sees("书法入门")
        await house.settled()
        assert [len(from_bot(person)) for person in api.people.values()] == [1, 1, 1]


async def test_who_blocks_is_left_alone_until_they_come_back(
    small_town: SmallTown, tmp_path: Path, api: BotApi
) -> None:
    async with House(tmp_path, small_town("sqlite"), api, now=MONDAY) as house:
        await house.start()
        wang, li = api.user(1001, "秀兰"), api.user(1002, "建国")
        await enrols(wang, "书法")
        await enrols(li, "书法")
        standing = "SELECT state FROM account WHERE external_id = :who"
        await wang.blocks()
        await house.until(lambda: house.sql(standing, who="1001") == [("stopped",)], "the block is known")
        li.profile.blocked = True  # and of this one nobody told us
        await house.command("sessions", "cancel", "SF01", "2026-12-05")
        await house.until(
            lambda: house.sql(standing, who="1002") == [("stopped",)], "the refusal is understood"
        )
        calls = len(api.log.calls)
        await house.command("sessions", "cancel", "SF01", "2026-12-12")
        await asyncio.sleep(1.5)
        assert [call for call in api.log.calls[calls:] if call.chat_id in (1001, 1002)] == []
        for person in (wang, li):
            await person.unblocks()
        for who in ("1001", "1002"):
            await house.until(lambda who=who: house.sql(standing, who=who) == [("active",)], "they are back")
        wang.reads()
        await house.command("sessions", "cancel", "SF01", "2026-12-19")
        assert "12月19日" in (await wang.sees("停一次")).text


async def test_replies_do_not_wait_behind_notices(small_town: SmallTown, tmp_path: Path, api: BotApi) -> None:
    many = 300  # 12 seconds at 25 a second
    url = small_town("sqlite")
    async with House(tmp_path, url, api, now=MONDAY) as house:
        learners = enrol_many(url, api, many)
        await house.start()
        asker = api.user(1001, "秀兰")
        await asker.says("你好")
        await asker.sees("您好")
        done = await house.command("sessions", "move", "DG01", "2026-12-01", "--to", "2026-12-02 19:00-21:00")
        assert f"通知{many}人" in done.out
        await house.until(lambda: len(api.log.sends()) > 20, "the notices go out")
        waits = []
        for wish, title in [
            ("书法", "书法入门"),
            ("太极", "太极拳"),
            ("烘焙", "家常烘焙"),
            ("手机", "智能手机"),
        ] * 2:
            began = time.monotonic()
            await asker.says(wish)
            await asker.sees(title)
            waits.append(time.monotonic() - began)
        queued = house.sql("SELECT count(*) FROM outgoing WHERE lane <> 'reply' AND state <> 'sent'")[0][0]
        assert queued > 0, "the notices were gone before the last answer; this measured nothing"
        assert max(waits) < 2.0, waits
        left = "SELECT id FROM outgoing WHERE lane <> 'reply' AND state <> 'sent'"
        await house.until(lambda: not house.sql(left), "every notice arrives", 40)
        assert all(len(from_bot(learner)) == 1 for learner in learners)
        assert api.log.worst() <= 30 + 2, "more in a second than Telegram allows"


async def test_whatever_arrives_is_answered_kindly_and_changes_nothing(
    small_town: SmallTown, tmp_path: Path, api: BotApi
) -> None:
    async with House(tmp_path, small_town("sqlite"), api, now=MONDAY) as house:
        process = await house.start()
        wang, thief = api.user(1001, "秀兰"), api.user(1002, "小偷")
        await enrols(wang, "书法")
        before = house.sql("SELECT id, person_id, state FROM enrolment")
        await thief.starts()
        button = wang.chat.from_bot[-1].message_id
        for data in (
            "withdraw_ok:1", "withdraw_ok:", "offer_yes:1", "offer_yes:9999999999999999999", "excuse:1:1",
            "remind_off:1", "enrol_ok:99999", "no_such_thing:1", "😀" * 16, "card:1:2:3:4", "", "forget_ok",
        ):  # fmt: skip
            tap = await thief.taps_data(data, button)
            await thief.sees("")
            await thief.is_answered(tap)
        said = "我" * 5000
        for act, heard in (
            (thief.says(said), "有点长"),
            (thief.says("😀😀😀" * 300), ""),
            (thief.says("\u202e\u0000\ud83d".encode("utf-8", "ignore").decode() + "书法"), ""),
            (thief.sends_file("病毒.exe", b"MZ" * 100), "文件"),
            (thief.sends_photo(), "图片"),
            (thief.sends_voice(), "语音"),
            (thief.sends_sticker(), "表情"),
            (thief.sends_location(91.0, 181.0), ""),
            (thief.says("/nosuchcommand 1"), "帮助"),
        ):
            await act
            await thief.sees(heard)
        assert house.sql("SELECT id, person_id, state FROM enrolment") == before
        assert house.sql("SELECT count(*) FROM received_update WHERE outcome = 'failed'") == [(0,)]
        for never in ("我我我", "病毒", "小偷", "秀兰", "Traceback", "123:TEST"):
            assert never not in process.logged, never


async def test_a_stranger_at_the_webhook_is_turned_away_in_silence(
    small_town: SmallTown, tmp_path: Path, api: BotApi
) -> None:
    async with (
        Balancer() as balancer,
        House(
            tmp_path, small_town("sqlite"), api, mode="webhook", now=MONDAY, public_url=balancer.url,
            TELEGRAM_SECRET="the-right-word",
        ) as house,
    ):  # fmt: skip
        process = await house.start()
        balancer.backends = [process.url]
        wang = api.user(1001, "秀兰")
        await wang.says("书法")
        await wang.sees("书法入门")
        logged, updates = process.logged, house.sql("SELECT count(*) FROM received_update")
        forged = b'{"update_id": 1, "message": {"text": "\xe5\x81\x87\xe7\x9a\x84"}}'
        door = f"{process.url}/telegram/webhook"
        async with ClientSession() as session:
            for headers in ({}, {SECRET_HEADER: "the-wrong-word"}, {SECRET_HEADER: "the-right-wor\u00e4"}):
                async with session.post(door, data=forged, headers=headers) as answer:
                    assert answer.status == 403
            for body, status in ((b"{", 400), (b"[]", 400), (BytesIO(b" " * 2_000_000), 413)):
                async with session.post(door, data=body, headers={SECRET_HEADER: "the-right-word"}) as answer:
                    assert answer.status == status
        assert process.logged == logged, "what a stranger says is not worth a line"
        assert "the-right-word" not in process.logged
        assert house.sql("SELECT count(*) FROM received_update") == updates


async def test_a_second_program_on_the_same_file_is_refused_and_the_first_goes_on(
    small_town: SmallTown, tmp_path: Path, api: BotApi
) -> None:
    async with House(tmp_path, small_town("sqlite"), api, now=MONDAY) as house:
        await house.start()
        for words in (("run",), ("run", "--role", "worker")):
            refused = await house.command(*words, code=2)
            assert len(refused.err.strip().splitlines()) == 1, refused.err
        wang = api.user(1001, "秀兰")
        await wang.says("书法")
        await wang.sees("书法入门")
