"""Everything the server knows: the bot, people, chats, files, taps, settings and the webhook."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.botapi.chats import Chat, Message
from tests.botapi.files import Files
from tests.botapi.markup import NONE
from tests.botapi.params import Params
from tests.botapi.refusals import bad, forbidden
from tests.botapi.updates import Update, UpdateQueue


@dataclass
class Profile:
    """One person as Telegram knows them, and how they stand to the bot."""

    user_id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    started: bool = False
    blocked: bool = False
    deactivated: bool = False

    def user(self) -> dict[str, Any]:
        """The `from` object."""
        given = {"last_name": self.last_name, "username": self.username, "language_code": self.language_code}
        filled = {name: value for name, value in given.items() if value}
        return {"id": self.user_id, "is_bot": False, "first_name": self.first_name, **filled}

    def chat(self) -> dict[str, Any]:
        """The `chat` object of the private chat with the bot."""
        given = {"last_name": self.last_name, "username": self.username}
        filled = {name: value for name, value in given.items() if value}
        return {"id": self.user_id, "first_name": self.first_name, **filled, "type": "private"}


@dataclass
class Tap:
    """One pressed button: answered once by answerCallbackQuery, within its time."""

    query_id: str
    user_id: int
    message_id: int
    data: str
    born: float
    answered: bool = False
    answer: str = ""
    alert: bool = False


@dataclass
class Webhook:
    """What setWebhook set, and how deliveries went."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40
    last_error_date: int | None = None
    last_error_message: str = ""


@dataclass
class Settings:
    """What the bot told about itself, by language code."""

    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


class State:
    """The server's memory; plain and synchronous, so that every method is one atomic step."""

    def __init__(
        self,
        token: str,
        username: str,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        seed: int = 0,
        callback_ttl: float = 60.0,
    ) -> None:
        self.token = token
        self.clock = clock
        self.monotonic = monotonic
        self.random = random.Random(seed)
        self.callback_ttl = callback_ttl
        self.bot = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "家门口",
            "username": username,
        }
        self.people: dict[int, Profile] = {}
        self.chats: dict[int, Chat] = {}
        self.files = Files()
        self.taps: dict[str, Tap] = {}
        self.settings = Settings()
        self.webhook = Webhook()
        self.queue = UpdateQueue(self.random.randrange(10**8, 5 * 10**8), monotonic)

    def date(self) -> int:
        """Now, as the Unix time that messages carry."""
        return int(self.clock())

    def chat(self, chat_id: int) -> Chat:
        """The chat of this person, made when first needed."""
        if chat_id not in self.chats:
            self.chats[chat_id] = Chat(chat_id)
        return self.chats[chat_id]

    def known(self, params: Params) -> tuple[Profile, Chat]:
        """The person a call names by chat_id; raises 400 when Telegram would not know such a chat."""
        if "chat_id" not in params:
            raise bad("chat_id is empty")
        profile = self.people.get(params.integer("chat_id"))
        if profile is None:
            raise bad("chat not found")
        return profile, self.chat(profile.user_id)

    def reachable(self, params: Params) -> tuple[Profile, Chat]:
        """The same for a call that speaks to the person; raises 403 when the person cannot be spoken to."""
        profile, chat = self.known(params)
        if profile.deactivated:
            raise forbidden("user is deactivated")
        if profile.blocked:
            raise forbidden("bot was blocked by the user")
        if not profile.started:
            raise forbidden("bot can't initiate conversation with a user")
        return profile, chat

    def arrive(self, kind: str, payload: dict[str, Any], chat_id: int) -> Update | None:
        """Queues an update for the bot and writes it into the chat's log."""
        update = self.queue.add(kind, payload, chat_id)
        self.chat(chat_id).note("arrived", self.monotonic(), detail=update)
        return update

    def message_json(self, message: Message, profile: Profile) -> dict[str, Any]:
        """A message as the Bot API shows it."""
        sender = self.bot if message.from_bot else profile.user()
        shown: dict[str, Any] = {
            "message_id": message.message_id,
            "from": sender,
            "chat": profile.chat(),
            "date": message.date,
        }
        if message.edit_date is not None:
            shown["edit_date"] = message.edit_date
        if message.reply_to is not None and (earlier := self.chat(profile.user_id).get(message.reply_to)):
            shown["reply_to_message"] = self.message_json(earlier, profile)
        text_name, entities_name = ("text", "entities")
        if message.kind != "text":
            text_name, entities_name = ("caption", "caption_entities")
            self._add_media(shown, message)
        if message.text:
            shown[text_name] = message.text
        if message.entities:
            shown[entities_name] = message.entities
        if message.markup.kind == "inline" and message.markup != NONE:
            shown["reply_markup"] = message.markup.raw
        return shown

    def _add_media(self, shown: dict[str, Any], message: Message) -> None:
        if message.kind == "photo" and message.file:
            shown["photo"] = message.file.photo()
        elif message.file:
            shown[message.kind] = message.file.media()
        elif message.place is not None:
            shown[message.kind] = message.place
            if message.kind == "venue":
                shown["location"] = message.place["location"]
