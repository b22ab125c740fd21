"""How Telegram takes the bot: told in every role, kept for the others, and the owners hear of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from bot.platforms.telegram import standing as standings
from bot.platforms.telegram import watch
from bot.platforms.telegram.platform import TelegramPlatform
from models.catalogue import org_unit
from models.outgoing import outgoing
from models.people import account, role_grant
from models.statement import Tx
from services import standing
from tests.bot.house import House
from tests.bot.telegram.stage import Stage, on_stage
from tests.bot.telegram.test_polling import polling
from tests.bot.telegram.test_webhook import served
from tests.botapi import BotApi


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds are hundredths, so that nobody waits for minutes."""
    for name in ("LOOK_SECONDS", "ASK_SECONDS", "ASK_AGAIN_SECONDS", "KEEP_SECONDS"):
        monkeypatch.setattr(watch, name, 0.05)
    monkeypatch.setattr(standings, "CALM_SECONDS", 0.5)
    monkeypatch.setattr(standing, "TELL_AFTER", 0.0)


async def until(holds: Callable[[], bool], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.02)


async def owner(house: House, external_id: str, platform: str) -> int:
    """Somebody who owns the whole town; their account."""
    address = await house.person(external_id, platform)

    def unit(tx: Tx) -> None:
        root = tx.core(select(org_unit.c.id).where(org_unit.c.code == "root")).scalar()
        if root is None:
            values = {"code": "root", "name": "全县", "level": "root", "path": "/1/"}
            root = tx.core(insert(org_unit).values(values).returning(org_unit.c.id)).scalar()
            tx.core(update(org_unit).values(path=f"/{root}/"))
        person = tx.core(select(account.c.person_id).where(account.c.id == address.account_id)).scalar()
        granted = {"granted_at": datetime(2026, 1, 1, tzinfo=UTC)}
        tx.core(insert(role_grant).values(person_id=person, unit_id=root, role="owner", **granted))

    await house.work.write(unit)
    return address.account_id


async def told(house: House) -> list[tuple[int, str]]:
    asked = select(outgoing.c.account_id, outgoing.c.payload).where(outgoing.c.purpose == standing.PURPOSE)
    return [tuple(row) for row in await house.work.read(lambda tx: tx.core(asked.order_by("id")).all())]


async def kept(stage: Stage) -> str:
    found = await stage.house.work.read(lambda tx: standing.kept(tx, "telegram", stage.connection.bot_id))
    return found.trouble if found else ""


async def test_a_webhook_process_learns_by_itself_of_a_revoked_token_and_its_return(tmp_path: Path) -> None:
    async with served(tmp_path) as (stage, _):
        at_home = await owner(stage.house, "web-1", "web")
        await owner(stage.house, "42", "telegram")
        at = stage.connection.standing
        valid, stage.api.token = stage.api.token, "123:NEW"
        await until(lambda: at.trouble == "token_refused")
        assert at.details()["reason"] == "token_refused" and "@BotFather" in at.details()["advice"]
        async with asyncio.timeout(5):
            while not await told(stage.house):
                await asyncio.sleep(0.02)
        assert await kept(stage) == "token_refused"
        stage.api.token = valid
        await until(lambda: not at.trouble)
        async with asyncio.timeout(5):
            while len(news := await told(stage.house)) < 2:
                await asyncio.sleep(0.02)
        assert [who for who, _ in news] == [at_home, at_home], "who has only Telegram cannot be told there"
        assert "令牌" in news[0][1] and "恢复" in news[1][1]
        assert at.details() == {} and await kept(stage) == ""


async def test_a_webhook_that_another_program_took_is_told_of(tmp_path: Path) -> None:
    async with served(tmp_path) as (stage, url):
        at = stage.connection.standing
        await stage.connection.api.call("setWebhook", {"url": "http://127.0.0.1:9/other"})
        await until(lambda: at.trouble == "webhook_taken")
        await asyncio.sleep(0.3)
        assert stage.api.state.webhook.url.endswith("/other"), "two programs would quarrel for ever"
        await stage.connection.api.call("setWebhook", {"url": url})
        await until(lambda: not at.trouble)


async def test_a_webhook_that_is_gone_is_set_again_once_people_wait_and_none_is_lost(tmp_path: Path) -> None:
    async with served(tmp_path) as (stage, url):
        at = stage.connection.standing
        await stage.connection.api.call("deleteWebhook", {})
        await until(lambda: at.trouble == "webhook_taken")
        await asyncio.sleep(0.3)
        assert not stage.api.state.webhook.url, "whoever polls now has its way"
        person = stage.api.user(7)
        await person.says("还在吗")
        await person.sees("还在吗", timeout=5)
        assert stage.api.state.webhook.url == url and not at.trouble


async def test_two_that_poll_are_one_trouble_until_the_other_has_been_gone_a_while(tmp_path: Path) -> None:
    async with polling(tmp_path) as (stage, _):
        on_telegram = await owner(stage.house, "42", "telegram")
        at = stage.connection.standing
        await until(lambda: at.known)
        stage.api.faults.refuse(409, "terminated by other getUpdates request", method="getUpdates")
        stage.api.polling.interrupt(None)
        await until(lambda: at.trouble == "conflict")
        at.well()
        assert at.trouble == "conflict", "that one poll went well means nothing yet"
        async with asyncio.timeout(5):
            while not (news := await told(stage.house)):
                await asyncio.sleep(0.02)
        assert [who for who, _ in news] == [on_telegram] and "另一个程序" in news[0][1]
        await asyncio.sleep(0.5)
        at.well()
        assert not at.trouble


async def test_another_process_that_starts_does_not_call_a_rival_over(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        stage.resident(42)
        await owner(stage.house, "42", "telegram")
        house, bot = stage.house, stage.connection.bot_id

        def troubled(tx: Tx) -> bool:
            return standing.troubled(tx, house.town, "telegram", bot, "conflict")

        async with asyncio.timeout(5):  # since when is kept to the second
            while not await house.work.write(troubled):
                await asyncio.sleep(0.1)
        worker = TelegramPlatform(stage.connection, stage.desk, house.work, house.town, receives=False)
        await worker.start()
        await until(lambda: worker.standing.known)
        await asyncio.sleep(0.3)
        assert await kept(stage) == "conflict" and len(await told(house)) == 1
        await worker.stop_receiving()
        chat = TelegramPlatform(stage.connection, stage.desk, house.work, house.town)
        await chat.start()
        await asyncio.sleep(0.3)
        assert await kept(stage) == "conflict" and len(await told(house)) == 1
        for _ in range(3):
            await asyncio.sleep(0.3)
            stage.api.polling.interrupt(None)
            await stage.resident(9).says("在吗")
        async with asyncio.timeout(5):
            while await kept(stage):
                await asyncio.sleep(0.02)
        assert "恢复" in (await told(house))[-1][1]
        await chat.stop_receiving()


async def test_a_worker_asks_although_it_receives_nothing(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        worker = TelegramPlatform(
            stage.connection, stage.desk, stage.house.work, stage.house.town, receives=False
        )
        await worker.start()
        await until(lambda: worker.standing.known)
        stage.api.token = "123:NEW"
        await until(lambda: worker.standing.trouble == "token_refused")
        await worker.stop_receiving()


async def test_out_of_reach_is_each_processs_own_trouble_and_is_not_kept(tmp_path: Path) -> None:
    api = BotApi()
    async with on_stage(tmp_path, api) as stage:
        await api.stop()
        platform = TelegramPlatform(stage.connection, stage.desk, stage.house.work, stage.house.town)
        await platform.start()
        await until(lambda: platform.standing.trouble == "unreachable")
        await asyncio.sleep(0.2)
        assert await kept(stage) == ""
        await platform.stop_receiving()
