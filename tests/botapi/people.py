"""People: what a person does on the phone, and what the person sees."""

from __future__ import annotations

import re
import time
from typing import Any

from tests.botapi.chats import Chat, Message
from tests.botapi.files import StoredFile
from tests.botapi.state import Profile, State, Tap

_COMMAND = re.compile(r"/[A-Za-z0-9_]+(?:@\w+)?")


class Person:
    """One person with a phone in the private chat with the bot.

    What `sees` looks at begins with the person's last act, so an answer is found whatever its order;
    `reads` sets that mark by hand before something that comes unasked.
    """

    def __init__(self, state: State, profile: Profile) -> None:
        self._state = state
        self.profile = profile
        self.user_id = profile.user_id
        self._read = 0

    @property
    def chat(self) -> Chat:
        """The chat with the bot."""
        return self._state.chat(self.user_id)

    async def says(self, text: str, *, reply_to: Message | None = None) -> Message:
        """Sends a text; a command becomes the entity that Telegram makes of it."""
        message = self._write("text", text=text, reply_to=reply_to)
        found = _COMMAND.match(text)
        if found:
            message.entities = [{"type": "bot_command", "offset": 0, "length": found.end()}]
        return self._arrive(message)

    async def starts(self, payload: str = "") -> Message:
        """Opens the bot by its button or by a deep link; unblocks it first when it was blocked."""
        if payload and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload):
            raise ValueError(f"Telegram would not open a deep link with {payload!r}")
        if self.profile.blocked:
            await self.unblocks()
        return await self.says(f"/start {payload}".rstrip())

    async def taps(self, label: str, timeout: float = 15.0) -> Tap:
        """Presses the button on the newest message that has one of this label; waits for it to appear."""
        deadline = time.monotonic() + timeout
        while True:
            for message in reversed(self.chat.from_bot):
                button = message.find(label)
                if button is not None and button.data is not None:
                    return await self.taps_data(button.data, message.message_id)
                if button is not None:
                    raise AssertionError(f"[{button.label}] opens {button.url}: it sends nothing to the bot")
            if any(button.label == label for row in self.chat.keyboard.rows for button in row):
                await self.says(label)
                return Tap("", self.user_id, 0, label, self._state.monotonic(), answered=True)
            if not await self.chat.changed(deadline - time.monotonic()):
                raise AssertionError(f"no button {label!r} in chat {self.user_id}:\n{self.chat.show()}")

    async def taps_data(self, data: str, message_id: int) -> Tap:
        """Presses a button with this data on this message, whether it exists or not (forged, stale)."""
        self._act()
        state = self._state
        number = state.random.getrandbits(62)
        tap = Tap(str(number), self.user_id, message_id, data, state.monotonic())
        state.taps[tap.query_id] = tap
        message = self.chat.get(message_id)
        if message is not None:
            shown = state.message_json(message, self.profile)
        else:
            shown = {"chat": self.profile.chat(), "message_id": message_id, "date": 0}
        query = {
            "id": tap.query_id,
            "from": self.profile.user(),
            "message": shown,
            "chat_instance": str(self.user_id),
            "data": data,
        }
        state.arrive("callback_query", query, self.user_id)
        return tap

    async def sends_location(self, latitude: float, longitude: float) -> Message:
        """Shares a place."""
        place = {"latitude": latitude, "longitude": longitude}
        return self._arrive(self._write("location", place=place))

    async def sends_file(
        self, name: str, content: bytes, mime: str = "application/octet-stream", caption: str = ""
    ) -> Message:
        """Sends a document."""
        return self._send("document", name, content, mime, caption)

    async def sends_photo(self, content: bytes = b"\xff\xd8\xff\xe0photo", caption: str = "") -> Message:
        """Sends a picture."""
        return self._send("photo", "photo.jpg", content, "image/jpeg", caption)

    async def sends_voice(self, content: bytes = b"OggS voice") -> Message:
        """Sends a voice message."""
        return self._send("voice", "voice.oga", content, "audio/ogg")

    async def sends_sticker(self, content: bytes = b"RIFF sticker") -> Message:
        """Sends a sticker."""
        return self._send("sticker", "sticker.webp", content, "image/webp")

    async def edits(self, message: Message, text: str) -> Message:
        """Changes an own earlier text."""
        self._act()
        message.text, message.entities = text, []
        message.edited += 1
        message.edit_date = self._state.date()
        self.chat.note("edited", self._state.monotonic(), message)
        payload = self._state.message_json(message, self.profile)
        self._state.arrive("edited_message", payload, self.user_id)
        return message

    async def blocks(self) -> None:
        """Blocks the bot."""
        self._act()
        self.profile.started, self.profile.blocked = True, True
        self._membership("member", "kicked")

    async def unblocks(self) -> None:
        """Lets the bot in again."""
        self._act()
        self.profile.blocked = False
        self._membership("kicked", "member")

    def deactivates(self) -> None:
        """Deletes the account; the bot hears nothing of it until it sends."""
        self.profile.deactivated = True

    def reads(self) -> None:
        """Takes everything up to now as seen; `sees` finds only what comes after."""
        self._read = len(self.chat.log)

    async def sees(self, what: str | re.Pattern[str], timeout: float = 15.0) -> Message:
        """Waits for a message, new or edited since the last act, that contains the text.

        Returns it as it was then; raises AssertionError with the whole chat when none comes within
        timeout (seconds).
        """
        deadline = time.monotonic() + timeout
        while True:
            found = self._find(what)
            if found is not None:
                return found
            if not await self.chat.changed(deadline - time.monotonic()):
                shown = what if isinstance(what, str) else what.pattern
                raise AssertionError(f"{shown!r} did not come to {self.user_id}; shown:\n{self.chat.show()}")

    async def sees_nothing(self, within: float = 0.3, what: str | re.Pattern[str] = "") -> None:
        """Makes sure that nothing (that contains the text) comes within this many seconds."""
        deadline = time.monotonic() + within
        while True:
            found = self._find(what)
            if found is not None:
                raise AssertionError(f"unexpected message to {self.user_id}:\n{found.show()}")
            if not await self.chat.changed(deadline - time.monotonic()):
                return

    async def is_answered(self, tap: Tap, timeout: float = 15.0) -> str:
        """Waits for the answer to a tap and returns its text ('' for a silent one)."""
        deadline = time.monotonic() + timeout
        while not tap.answered:
            if not await self.chat.changed(deadline - time.monotonic()):
                raise AssertionError(f"the tap {tap.data!r} of {self.user_id} was not answered")
        return tap.answer

    def _find(self, what: str | re.Pattern[str]) -> Message | None:
        for event in self.chat.log[self._read :]:
            message = event.message
            if event.kind not in ("sent", "edited") or message is None or not message.from_bot:
                continue
            place = message.place or {}
            content = "\n".join([message.text, str(place.get("title", "")), message.document_name or ""])
            if what in content if isinstance(what, str) else what.search(content):
                return message
        return None

    def _act(self) -> None:
        self._read = len(self.chat.log)

    def _write(
        self,
        kind: str,
        text: str = "",
        file: StoredFile | None = None,
        place: dict[str, Any] | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        if self.profile.blocked or self.profile.deactivated:
            raise AssertionError(f"{self.user_id} cannot write: the bot is blocked or the account is gone")
        self._act()
        self.profile.started = True
        message = Message(self.chat.next_id(), False, kind, self._state.date(), text, file=file, place=place)
        message.reply_to = reply_to.message_id if reply_to else None
        return message

    def _send(self, kind: str, name: str, content: bytes, mime: str, caption: str = "") -> Message:
        file = self._state.files.keep(kind, name, mime, content)
        return self._arrive(self._write(kind, text=caption, file=file))

    def _arrive(self, message: Message) -> Message:
        self.chat.add(message, self._state.monotonic())
        self._state.arrive("message", self._state.message_json(message, self.profile), self.user_id)
        return message

    def _membership(self, before: str, after: str) -> None:
        def member(status: str) -> dict[str, Any]:
            until = {"until_date": 0} if status == "kicked" else {}
            return {"user": self._state.bot, "status": status, **until}

        change = {
            "chat": self.profile.chat(),
            "from": self.profile.user(),
            "date": self._state.date(),
            "old_chat_member": member(before),
            "new_chat_member": member(after),
        }
        self._state.arrive("my_chat_member", change, self.user_id)
