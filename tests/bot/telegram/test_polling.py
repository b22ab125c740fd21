"""Polling against the stand-in: order, concurrency, offsets, troubles and an orderly end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
from sqlalchemy import text

from bot.platforms.telegram.platform import TelegramPlatform
from models.store import Overloaded, StoreDown
from tests.bot.telegram.stage import Stage, on_stage
from tests.botapi import BotApi


@asynccontextmanager
async def polling(path: Path, api: BotApi | None = None) -> AsyncIterator[tuple[Stage, TelegramPlatform]]:
    """A stage with the platform receiving by polling."""
    async with on_stage(path, api) as stage:
        platform = TelegramPlatform(stage.connection, stage.desk, stage.house.work, stage.house.town)
        await platform.start()
        try:
            yield stage, platform
        finally:
            await platform.stop_receiving(2.0)


async def outcomes(stage: Stage) -> list[str]:
    asked = text("SELECT outcome FROM received_update ORDER BY update_id")
    return list(await stage.house.work.read(lambda tx: tx.core(asked).scalars().all()))


async def test_a_person_says_something_and_is_answered(tmp_path: Path) -> None:
    async with polling(tmp_path) as (stage, _):
        person = stage.api.user(7)
        await person.says("我想学书法")
        shown = await person.sees("听到了：text 我想学书法")
        assert shown.labels == ["再来 · 1"]
        tap = await person.taps("再来")
        assert await person.is_answered(tap) == "好"
        await person.sees("听到了：tap more:1")
        assert len(person.chat.from_bot) == 1, "the tapped message was changed"
        await stage.api.drained()


async def test_telegram_is_told_who_we_are(tmp_path: Path) -> None:
    async with polling(tmp_path) as (stage, _):
        settings = stage.api.state.settings
        async with asyncio.timeout(3):
            while "en" not in settings.short_descriptions:
                await asyncio.sleep(0.02)
        assert stage.house.town.telegram_name == "jiamenkou_bot"
        wanted = ["start", "my", "fav", "help", "lang", "big", "mydata", "forget", "privacy", "link"]
        for language, first in (("", "从头开始"), ("en", "Begin anew")):
            commands = settings.commands["", language]
            assert [command["command"] for command in commands] == wanted
            assert commands[0]["description"] == first
        assert stage.api.state.queue.allowed == [
            "message",
            "edited_message",
            "callback_query",
            "my_chat_member",
        ]


async def test_the_words_of_one_person_keep_their_order_while_others_go_on(tmp_path: Path) -> None:
    async with polling(tmp_path) as (stage, _):
        gate = stage.desk.slow["慢"] = asyncio.Event()
        slow, quick = stage.api.user(1), stage.api.user(2)
        await slow.says("慢")
        await slow.says("第二句")
        for n in range(5):
            await quick.says(f"话{n}")
        await quick.sees("话4")
        await quick.says("后来的")
        await quick.sees("后来的", timeout=4)
        assert [heard.text for heard in stage.desk.heard if heard.account == "1"] == []
        gate.set()
        await slow.sees("第二句")
        assert [heard.text for heard in stage.desk.heard if heard.account == "1"] == ["慢", "第二句"]
        await stage.api.drained()


async def test_nothing_is_lost_while_the_store_is_down(tmp_path: Path) -> None:
    async with polling(tmp_path) as (stage, _):
        stage.desk.trouble = [StoreDown("gone"), Overloaded(1)]
        person = stage.api.user(7)
        await person.says("还在吗")
        await person.sees("还在吗", timeout=5)
        await stage.api.drained()
        assert await outcomes(stage) == ["done"]


async def test_a_handler_that_fails_is_recorded_and_holds_nobody_back(tmp_path: Path) -> None:
    async with polling(tmp_path) as (stage, _):
        stage.desk.trouble = [ZeroDivisionError("ours")]
        person = stage.api.user(7)
        await person.says("坏的")
        await stage.api.drained()
        await person.says("好的")
        await person.sees("好的")
        assert await outcomes(stage) == ["failed", "done"]


async def test_an_update_that_cannot_be_read_is_recorded_and_passed(tmp_path: Path) -> None:
    async with polling(tmp_path) as (stage, _):
        stage.api.state.queue.add("message", {"message_id": 1, "chat": {"id": 7, "type": "private"}}, 7)
        stage.api.state.queue.add("message", {"chat": {"id": -7, "type": "group"}, "text": "hi"}, -7)
        person = stage.api.user(7)
        await person.says("好的")
        await person.sees("好的")
        await stage.api.drained()
        assert await outcomes(stage) == ["failed", "done"]


async def test_other_kinds_reach_the_desk(tmp_path: Path) -> None:
    async with polling(tmp_path) as (stage, _):
        person = stage.api.user(7, "秀兰", "王")
        await person.starts("c_SF01")
        await person.sees("start c_SF01")
        await person.sends_voice()
        await person.sees("other voice")
        await person.sends_file("课表.xlsx", b"x")
        await person.sees("file 课表.xlsx")
        await person.sends_location(30.1, 120.2)
        await person.sees("location")
        said = await person.says("书法")
        await person.edits(said, "画画")
        await person.sees("other edited")
        await person.blocks()
        await stage.api.drained()
        assert [heard.kind for heard in stage.desk.heard][-1] == "blocked"
        assert {heard.name for heard in stage.desk.heard} == {"王秀兰"}


async def test_numbering_may_begin_anew_after_a_quiet_week(tmp_path: Path) -> None:
    async with polling(tmp_path) as (stage, _):
        person = stage.api.user(7)
        await person.says("上周")
        await person.sees("上周")
        await stage.api.drained()
        polled = stage.api.polling
        async with asyncio.timeout(3):  # the confirming poll waits; end it with nothing, as its time would
            while polled._waiter is None:
                await asyncio.sleep(0.01)
        polled.interrupt(None)
        await asyncio.sleep(0.05)
        stage.api.state.queue._next_id = 5
        await person.says("这周")
        await person.sees("这周")
        await stage.api.drained()


async def test_troubles_of_the_network_are_survived(tmp_path: Path) -> None:
    async with polling(tmp_path) as (stage, _):
        person = stage.api.user(7)
        await person.says("一")
        await person.sees("一")
        stage.api.faults.html(502, method="getUpdates")
        stage.api.polling.interrupt(None)
        await person.says("二")
        await person.sees("二", timeout=5)
        stage.api.faults.drop(method="getUpdates")
        stage.api.polling.interrupt(None)
        await person.says("三")
        await person.sees("三", timeout=5)


async def test_a_conflict_and_a_refused_token_say_what_to_do(tmp_path: Path) -> None:
    with structlog.testing.capture_logs() as lines:
        async with polling(tmp_path) as (stage, _):
            person = stage.api.user(7)
            await person.says("一")
            await person.sees("一")
            stage.api.faults.refuse(409, "terminated by other getUpdates request", method="getUpdates")
            stage.api.faults.refuse(401, method="getUpdates")
            stage.api.polling.interrupt(None)
            async with asyncio.timeout(9):
                while not any(line.get("why") == "token_refused" for line in lines):
                    await asyncio.sleep(0.05)
    told = [line["why"] for line in lines if line.get("why") in ("conflict", "token_refused")]
    assert told == ["conflict", "token_refused"], "once each"
    said = {line["why"]: line["advice"] for line in lines if line["event"] == "telegram_troubled"}
    assert "another process polls" in said["conflict"]
    assert "DOORSTEP_TELEGRAM_TOKEN" in said["token_refused"]
    assert "123:TEST" not in repr(lines)


async def test_a_refused_poll_does_not_end_polling(tmp_path: Path) -> None:
    async with polling(tmp_path) as (stage, _):
        person = stage.api.user(7)
        await person.says("一")
        await person.sees("一")
        stage.api.faults.refuse(400, "can't parse allowed updates", method="getUpdates")
        stage.api.polling.interrupt(None)
        await person.says("二")
        await person.sees("二", timeout=5)


async def test_a_stop_confirms_what_was_taken_in(tmp_path: Path) -> None:
    async with polling(tmp_path) as (stage, platform):
        person = stage.api.user(7)
        await person.says("最后一句")
        await person.sees("最后一句")
        await platform.stop_receiving(2.0)
        assert len(stage.api.state.queue) == 0
        await person.says("没人听")
        await asyncio.sleep(0.1)
        assert len(stage.api.state.queue) == 1


async def test_what_was_taken_in_before_a_crash_is_answered_once(tmp_path: Path) -> None:
    api = BotApi()
    async with polling(tmp_path, api):
        person = api.user(7)
        await person.says("您好")
        await person.sees("您好")
        await api.drained()
        delivered = next(iter(api.state.queue.delivered.values()))
        api.state.queue._pending[delivered.update_id] = delivered  # as if the offset had not arrived
        api.polling.interrupt(None)
        await api.drained()
        await person.sees_nothing(0.2, "再")
        assert len(person.chat.from_bot) == 1


async def test_an_unreachable_server_does_not_hold_up_the_start(tmp_path: Path) -> None:
    api = BotApi()
    async with on_stage(tmp_path, api) as stage:
        await api.stop()
        platform = TelegramPlatform(stage.connection, stage.desk, stage.house.work, stage.house.town)
        async with asyncio.timeout(0.5):
            await platform.start()
        await asyncio.sleep(0.2)
        await api.start()
        person = api.user(7)
        await person.says("通了吗")
        await person.sees("通了吗", timeout=5)
        await platform.stop_receiving(2.0)
