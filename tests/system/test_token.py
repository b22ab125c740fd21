"""A token that is revoked while the town talks: it is said plainly, the page goes on, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar

from tests.bot.web.place import Browser
from tests.botapi import BotApi
from tests.system.balancer import Balancer
from tests.system.conftest import MONDAY
from tests.system.house import House, Process

NEW = "123:RENEWED"


async def readiness(process: Process) -> tuple[int, dict[str, Any]]:
    """What `/readyz` answers."""
    async with ClientSession() as session, session.get(f"{process.url}/readyz") as answer:
        return answer.status, json.loads(await answer.text())


@pytest.mark.parametrize(
    ("kind", "mode", "roles"),
    [("sqlite", "polling", ("all",)), ("postgresql", "webhook", ("chat", "worker"))],
    ids=["polling", "webhook, chat and worker"],
)
async def test_a_revoked_token_is_said_and_the_page_goes_on(
    kind: str, mode: str, roles: tuple[str, ...], small_town: Callable[[str], str], tmp_path: Path,
    api: BotApi,
) -> None:  # fmt: skip
    async with (
        Balancer() as balancer,
        House(
            tmp_path, small_town(kind), api, mode=mode, now=MONDAY, public_url=balancer.url
        ) as house,
        ClientSession(cookie_jar=CookieJar(unsafe=True)) as session,
    ):  # fmt: skip
        processes = [await house.start(role) for role in roles]
        balancer.backends = [processes[0].url]
        person = api.user(7)
        await person.says("书法")
        await person.sees("书法入门")
        await api.drained()
        status, said = await readiness(processes[0])
        assert status == 200 and said["telegram"] == {"ok": True}

        api.token = NEW
        api.polling.interrupt(None)
        # by webhook Telegram may still post: the answer is what finds out
        await person.says("太极")
        await house.until(lambda: "telegram_troubled" in processes[0].logged, "it is noticed", 20)
        status, said = await readiness(processes[0])
        assert status == 200 and said["ready"], "a balancer keeps it, for the page"
        assert said["telegram"]["ok"] is False
        assert said["telegram"]["reason"] == "token_refused" and "@BotFather" in said["telegram"]["advice"]
        browser = Browser(processes[0].url, session)
        await browser.get("/")
        assert (await browser.say("我想学太极")).status == 202
        shown = await browser.messages()
        assert any("太极" in message["text"] for message in shown), shown
        doctor = await house.command("doctor", code=1)
        assert "fail  telegram: 127.0.0.1 refuses this token" in doctor.out

        await house.stop()
        processes = [await house.start(role, TELEGRAM_TOKEN=NEW) for role in roles]
        balancer.backends = [processes[0].url]
        await person.sees("太极", timeout=20)
        await api.drained()
        status, said = await readiness(processes[0])
        assert said["telegram"] == {"ok": True}
        assert "telegram: @" in (await house.command("doctor", TELEGRAM_TOKEN=NEW)).out
