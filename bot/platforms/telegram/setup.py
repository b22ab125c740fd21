"""Telling Telegram who we are: commands, descriptions, and where updates go.

https://core.telegram.org/bots/api#setmycommands
"""

from __future__ import annotations

from typing import Final

from bot.platforms.telegram.client import BotApi
from bot.platforms.telegram.parse import ALLOWED_UPDATES
from bot.platforms.telegram.webhook import PATH
from services.texts import texts_of

COMMANDS: Final = ("start", "my", "fav", "help", "lang", "big", "mydata", "forget", "privacy", "link")
# language of the catalogue -> language_code of Telegram; the default serves every other language
LANGUAGES: Final = {"zh": "", "en": "en"}
WEBHOOK_CONNECTIONS: Final = 64


async def username(api: BotApi) -> str:
    """The bot's own name, which links need; fails as any call does."""
    return str((await api.call("getMe", {})).get("username", ""))


async def introduce(api: BotApi) -> None:
    """Set the menu of commands and the descriptions in both languages."""
    for lang, code in LANGUAGES.items():
        say = texts_of(lang)
        commands = [{"command": name, "description": say(f"telegram.commands.{name}")} for name in COMMANDS]
        given = {"language_code": code or None}
        await api.call("setMyCommands", {"commands": commands, **given})
        await api.call("setMyDescription", {"description": say("telegram.description"), **given})
        await api.call(
            "setMyShortDescription", {"short_description": say("telegram.short_description"), **given}
        )


def webhook_address(public_url: str) -> str:
    """Where updates are posted."""
    return public_url.rstrip("/") + PATH


async def receive_by_webhook(api: BotApi, address: str, secret: str) -> None:
    """Have updates posted to us; what waits is kept."""
    await api.call(
        "setWebhook",
        {
            "url": address,
            "secret_token": secret,
            "allowed_updates": ALLOWED_UPDATES,
            "max_connections": WEBHOOK_CONNECTIONS,
        },
    )


async def receive_by_polling(api: BotApi) -> None:
    """Take a webhook away, as nothing can be polled beside it; what waits is kept."""
    await api.call("deleteWebhook", {"drop_pending_updates": False})
