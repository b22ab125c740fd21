"""Chats: what each person would see on the phone, and everything that happened there in order."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from tests.botapi.entities import Entity
from tests.botapi.files import StoredFile
from tests.botapi.markup import NONE, Button, Markup


@dataclass
class Message:
    """One message as the chat shows it now.

    Kind is text, document, photo, venue, location, voice or sticker.
    """

    message_id: int
    from_bot: bool
    kind: str
    date: int
    text: str = ""
    entities: list[Entity] = field(default_factory=list)
    markup: Markup = NONE
    file: StoredFile | None = None
    place: dict[str, Any] | None = None
    reply_to: int | None = None
    silent: bool = False
    edited: int = 0
    edit_date: int | None = None

    @property
    def buttons(self) -> list[list[Button]]:
        """The inline buttons by row."""
        return [list(row) for row in self.markup.rows] if self.markup.kind == "inline" else []

    @property
    def labels(self) -> list[str]:
        """The labels of all inline buttons, in reading order."""
        return [button.label for row in self.buttons for button in row]

    @property
    def document(self) -> bytes | None:
        """The bytes of the attached file."""
        return self.file.content if self.file else None

    @property
    def document_name(self) -> str | None:
        """The name of the attached file as it was sent."""
        return self.file.name if self.file else None

    @property
    def venue(self) -> dict[str, Any] | None:
        """Title, address and location of a sent place."""
        return self.place if self.kind == "venue" else None

    @property
    def location(self) -> dict[str, Any] | None:
        """Latitude and longitude of a sent location or venue."""
        if self.kind == "venue" and self.place:
            place: dict[str, Any] = self.place["location"]
            return place
        return self.place

    def find(self, label: str) -> Button | None:
        """The button with this label: equal first, then beginning with it, then containing it."""
        buttons = [button for row in self.buttons for button in row]
        for fits in (str.__eq__, str.startswith, str.__contains__):
            for button in buttons:
                if fits(button.label, label):
                    return button
        return None

    def show(self) -> str:
        """The message in one readable piece, for failure messages."""
        who = "bot" if self.from_bot else "person"
        media = "" if self.kind == "text" else f"[{self.kind}] "
        rows = "".join("\n    " + " ".join(f"[{button.label}]" for button in row) for row in self.buttons)
        return f"  {who} #{self.message_id}: {media}{self.text}{rows}"


@dataclass(frozen=True)
class Event:
    """One thing that happened, with the message as it was then.

    Kind is sent, said, edited, deleted, answered, action or arrived.
    """

    kind: str
    at: float
    message: Message | None = None
    detail: Any = None


class Chat:
    """One private chat: its visible messages, its log, and a signal when either changes."""

    def __init__(self, chat_id: int) -> None:
        self.chat_id = chat_id
        self.log: list[Event] = []
        self.keyboard: Markup = NONE
        self._messages: dict[int, Message] = {}
        self._last_id = 0
        self._waiting: set[asyncio.Future[None]] = set()

    @property
    def messages(self) -> list[Message]:
        """The visible messages, oldest first."""
        return list(self._messages.values())

    @property
    def from_bot(self) -> list[Message]:
        """The bot's visible messages, oldest first."""
        return [message for message in self._messages.values() if message.from_bot]

    def next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def get(self, message_id: int) -> Message | None:
        return self._messages.get(message_id)

    def add(self, message: Message, at: float) -> None:
        """A new message appears."""
        self._messages[message.message_id] = message
        if message.markup.kind == "keyboard":
            self.keyboard = message.markup
        elif message.markup.kind == "remove":
            self.keyboard = NONE
        self.note("sent" if message.from_bot else "said", at, message)

    def remove(self, message: Message, at: float) -> None:
        """A message disappears."""
        del self._messages[message.message_id]
        self.note("deleted", at, message)

    def note(self, kind: str, at: float, message: Message | None = None, detail: Any = None) -> None:
        """Writes an event and wakes whoever waits for the chat to change."""
        self.log.append(Event(kind, at, replace(message) if message else None, detail))
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
        self._waiting.clear()

    async def changed(self, timeout: float) -> bool:
        """Waits for the next event; False when none came in time (seconds)."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        done, _ = await asyncio.wait((waiter,), timeout=max(timeout, 0))
        self._waiting.discard(waiter)
        return bool(done)

    def show(self) -> str:
        """The whole chat as text, for failure messages."""
        return "\n".join(message.show() for message in self._messages.values()) or "  (empty)"
