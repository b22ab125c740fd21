"""What the doctor says of Telegram, asked of the stand-in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.checkup_telegram import examine_telegram
from bot.settings import Settings
from models.clock import ShiftedClock
from models.migrate import migrate
from models.store import open_store, work_now
from services import standing
from tests.bot.house import MORNING, make_town
from tests.botapi import BotApi

OURS = "https://door.example"
THEIRS = "https://other.example/x"


def revoked(api: BotApi) -> None:
    api.token = "123:NEW"


def led_to(url: str) -> Callable[[BotApi], None]:
    def lead(api: BotApi) -> None:
        api.state.webhook.url = url

    return lead


def cannot_post(api: BotApi) -> None:
    led_to(f"{OURS}/telegram/webhook")(api)
    api.state.webhook.last_error_date = api.state.date()
    api.state.webhook.last_error_message = "Connection refused"
    api.state.queue.add("message", {"message_id": 1, "chat": {"id": 7, "type": "private"}}, 7)


def failing(api: BotApi) -> None:
    api.faults.refuse(500, "Internal Server Error", method="getMe")


CASES: list[tuple[str, str, Callable[[BotApi], None], str]] = [
    ("all is well", "polling", lambda api: None, "ok @jiamenkou_bot by polling"),
    ("revoked", "polling", revoked, "fail 127.0.0.1 refuses this token (401); check DOORSTEP_TELEGRAM_TOKEN"),
    ("revoked, webhook", "webhook", revoked, "fail 127.0.0.1 refuses this token (401)"),
    ("out of order", "polling", failing, "fail 127.0.0.1 does not answer as Telegram does (500)"),
    ("a webhook while polling", "polling", led_to(THEIRS), "warn a webhook is set at other"),
    ("no webhook yet", "webhook", led_to(""), "warn no webhook is set"),
    ("our webhook", "webhook", led_to("https://DOOR.example/telegram/webhook"), "ok @jiamenkou_bot"),
    ("another's webhook", "webhook", led_to(THEIRS), "fail the webhook leads to other.example"),
    ("cannot post", "webhook", cannot_post, "warn 1 updates wait, as Telegram could not post"),
]  # fmt: skip


async def said(api: BotApi, folder: Path, mode: str) -> list[str]:
    given: dict[str, Any] = {"telegram_mode": mode, "public_url": OURS}
    settings = Settings(
        database_url=f"sqlite:///{folder}/town.db", telegram_token=api.token if not api.token.endswith("NEW")
        else "123:TEST", telegram_api_url=api.url, _env_file=None, **given,
    )  # fmt: skip
    return [f"{level} {text}" for level, _, text in await examine_telegram(settings, 5.0)]


@pytest.mark.parametrize(
    ("mode", "way", "line"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
async def test_the_doctor_says_how_telegram_takes_the_bot(
    tmp_path: Path, mode: str, way: Callable[[BotApi], None], line: str
) -> None:
    async with BotApi() as api:
        way(api)
        lines = await said(api, tmp_path, mode)
        assert lines[-1].startswith(line), lines
        assert "TEST" not in repr(lines)
    assert list(tmp_path.iterdir()) == [], "it makes no database"


async def test_the_doctor_passes_on_what_the_running_program_found_out(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/town.db"
    migrate(url)
    store = open_store(url)
    town = make_town(ShiftedClock(MORNING))
    try:
        for trouble, advice in (
            ("conflict", "stop it"),
            ("token_refused", "start the program again with it"),
        ):
            work_now(store, lambda tx: standing.troubled(tx, town, "telegram", "123", trouble))  # noqa: B023
            async with BotApi() as api:
                (_, line) = await said(api, tmp_path, "polling")
            assert line.startswith(f"fail the program says {trouble} since 0 min") and advice in line
        work_now(store, lambda tx: standing.well(tx, town, "telegram", "123"))
        async with BotApi() as api:
            assert len(await said(api, tmp_path, "polling")) == 1
    finally:
        store.close()
