"""群发 on the whole program: an organiser on Telegram, residents who get it, progress, a recall."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.botapi import BotApi
from tests.crash.test_broadcast import audience
from tests.system.house import House

MORNING = "2026-11-30T10:00"
EVENING = "2026-11-30T21:30"
TEXT = "{姓名}您好，学习周开幕了"


@pytest.mark.slow
async def test_an_organiser_writes_to_many_and_calls_it_back(
    api: BotApi, small_town: Callable[[str], str], tmp_path: Path
) -> None:
    url = small_town("sqlite")
    async with House(tmp_path, url, api, now=MORNING, BULK_RATE="20") as house:
        people = audience(url, api, 60)
        await house.start()
        await house.command("grant", "telegram:77", "broadcaster", "--unit", "heping")
        chief = api.user(77, "林老师")
        await chief.starts()
        await chief.sees("社区教育")
        await chief.says("/broadcast")
        await chief.sees("想对大家说什么")
        await chief.says(TEXT)
        await chief.sees("发给谁")
        await chief.says("班级：DG01")
        await chief.sees("一共 60 人，60 人会收到")
        await chief.says("加个按钮")
        await chief.sees("按钮点开什么")
        await chief.says("SF01")
        await chief.sees("一共 60 人")
        await chief.sends_photo()
        shown = await chief.sees("您好，学习周开幕了")
        assert shown.kind == "photo"
        await chief.sees("一共 60 人")
        await chief.says("现在就发")
        await chief.sees("开始发了，60人会收到")
        chief.reads()
        shown = await chief.sees("群发1正在发")
        await house.until(lambda: sum(bool(one.chat.from_bot) for one in people) > 10, "it is under way")
        await chief.says("暂停群发")
        await chief.sees("群发1暂停了")
        said = (await house.command("broadcast", "status", "1", "--json")).json
        assert said["state"] == "paused" and sum(said["counts"].values()) == 60
        assert 0 < said["counts"]["sent"] < 60
        await chief.says("继续群发")
        await chief.sees("群发1正在发")
        chief.reads()
        await chief.sees("群发1发完了", timeout=25)
        # one message, edited in place
        assert sum("群发1" in message.text for message in chief.chat.from_bot if message.edited) == 1
        assert shown.message_id
        for one in people:
            (message,) = one.chat.from_bot
            assert message.text == "邻居您好，学习周开幕了"
        await people[0].taps("报名这门课")
        await people[0].sees("书法入门")
        await chief.says("群发报告")
        report = await chief.sees("绿色 送达：60 人（100%）")
        assert people[1].chat.from_bot[0].kind == "photo"
        assert report.kind == "photo" and "点开按钮：1 人" in report.text
        await chief.says("撤回群发")
        await chief.sees("确定撤回吗")
        await chief.says("确定撤回")
        await chief.sees("群发1撤回了")
        await house.until(
            lambda: not any(m.text == "邻居您好，学习周开幕了" for p in people for m in p.chat.from_bot),
            "gone",
        )
        said = (await house.command("broadcast", "status", "1", "--json")).json
        assert said["recalled"]["gone"] + said["recalled"]["asked"] == 60
        await house.command("broadcast", "report", "1", "--out", str(tmp_path / "a.xlsx"))
        assert (tmp_path / "a.xlsx").read_bytes().startswith(b"PK")
        await house.stop()


@pytest.mark.slow
async def test_the_command_line_says_what_is_wrong_and_waits_for_the_morning(
    api: BotApi, small_town: Callable[[str], str], tmp_path: Path
) -> None:
    url = small_town("sqlite")
    async with House(tmp_path, url, api, now=EVENING) as house:
        people = audience(url, api, 5)
        send = ("broadcast", "send", "--by", "telegram:77", "--text", "开课了", "--json")
        wrong = await house.command(*send, "--audience", "class:DG01", code=2)
        assert "nobody is known as telegram:77" in wrong.err
        await house.command("grant", "telegram:77", "viewer", "--unit", "root")
        wrong = await house.command(*send, "--audience", "class:DG01", code=2)
        assert "no broadcaster or owner" in wrong.err
        await house.command("grant", "telegram:77", "broadcaster", "--unit", "heping")
        for expression, words in (
            ("class:SF01", "书法入门"), ("class:XX", "no class with the code"), ("group:残疾人", "no group"),
            ("unit:heping +", "missing at the end"),
        ):  # fmt: skip
            wrong = await house.command(*send, "--audience", expression, code=2)
            assert words in wrong.err and len(wrong.err.splitlines()) == 1, wrong.err
        picture = tmp_path / "海报.png"
        picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 100)
        said = (await house.command(*send, "--audience", "class:DG01", "--file", str(picture))).json
        assert said == {
            "id": 1, "state": "running", "recipients": 5,
            "breakdown": {"reachable": 0, "not_consented": 0, "quiet": 5, "capped": 0, "blocked": 0},
        }  # fmt: skip
        wrong = await house.command(*send, "--audience", "class:DG01", code=2)
        assert "--again" in wrong.err
        wrong = await house.command(*send, "--audience", "class:DG01", "--urgent", code=2)
        assert "only an owner of" in wrong.err
        await house.start()
        # until eight in the morning by the town's clock, midnight in UTC
        asleep = (
            "SELECT count(*) FROM broadcast_recipient WHERE state = 'pending' AND not_before >= '2026-12-01'"
        )
        await house.until(lambda: house.sql(asleep)[0][0] == 5, "they sleep")
        assert not any(one.chat.from_bot for one in people)
        await house.restart("2026-12-01T08:00:01")
        await house.until(lambda: all(one.chat.from_bot for one in people), "they are told in the morning")
        assert all(one.chat.from_bot[0].kind == "photo" for one in people)
        # uploaded for the first of them only, or for the few that were under way before it was answered
        assert len({one.chat.from_bot[0].file.file_id for one in people if one.chat.from_bot[0].file}) <= 5
        await house.until(lambda: house.sql("SELECT state FROM broadcast")[0][0] == "done", "it is done")
        stopped = await house.command("broadcast", "stop", "1", "--json", code=2)
        assert "cannot do this now" in stopped.err
        await house.stop()
