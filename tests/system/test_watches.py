"""A class that was waited for: the clerk's sheet comes in, a worker finds it, and the phone rings once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.botapi import BotApi
from tests.services.importing.clerk import FIRST, sheet
from tests.system.balancer import Balancer
from tests.system.conftest import MONDAY
from tests.system.house import House
from tests.system.test_delivery_faults import SmallTown, from_bot

ERHU = {**FIRST, "code": "EH-1", "title": "二胡基础班", "schedule": "周六 14:00-15:30"}
GUZHENG = {**FIRST, "code": "GZ-1", "title": "古筝基础班", "schedule": "周六 16:00-17:30"}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_told_once_after_an_import(
    kind: str, small_town: SmallTown, tmp_path: Path, api: BotApi
) -> None:
    mode = "polling" if kind == "sqlite" else "webhook"
    async with (
        Balancer() as balancer,
        House(tmp_path, small_town(kind), api, mode=mode, now=MONDAY, public_url=balancer.url) as house,
    ):
        if kind == "sqlite":
            await house.start()
        else:  # of two workers one has the schedules, and neither has a platform
            await asyncio.gather(*(house.start(role) for role in ("chat", "worker", "worker")))
        balancer.backends = [process.url for process in house.processes if process.role != "worker"]
        wang, li = api.user(1001, "秀兰", "王"), api.user(1002, "建国", "李")
        for person, topic in ((wang, "二胡"), (li, "围棋")):
            await person.says(topic)
            await person.sees("暂时没有")
            await person.taps("开课提醒我")
            await person.taps("同意，有了告诉我")
            await person.sees("✓ 记下了")
        (tmp_path / "sheet.csv").write_bytes(sheet(ERHU, GUZHENG))
        await house.command("import", "courses", "sheet.csv")
        told = await wang.sees("您让我留意“二胡”，现在有班了", timeout=40)
        assert "二胡基础班" in told.text
        (tmp_path / "sheet.csv").write_bytes(sheet({**ERHU, "fee": "20"}, GUZHENG))
        await house.command("import", "courses", "sheet.csv")
        await asyncio.sleep(4)
        await house.settled()
        assert sum("您让我留意" in text for text in from_bot(wang)) == 1
        assert not any("您让我留意" in text for text in from_bot(li))
        await wang.taps("不用再提醒")
        await wang.sees("不再等“二胡”了")
        shown = (await house.command("demand", "--json", "--since", "2026-12-02")).json
        assert shown == {
            "since": "2026-11-30",
            "demand": [{"topic": "其他", "place": "其他", "when": "其他", "count": 2}],
        }
