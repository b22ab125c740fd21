"""Reading an update's dict straight into `Incoming`; the library's own parser is asked about rare kinds only.

https://core.telegram.org/bots/api#update
"""

from __future__ import annotations

import unicodedata
from typing import Any, Final

from handlers.incoming import Attachment, Incoming, Kind, SentFile

PLATFORM: Final = "telegram"
ALLOWED_UPDATES: Final = ["message", "edited_message", "callback_query", "my_chat_member"]

Json = dict[str, Any]

# what a message may carry besides text, by the name under which it is answered
_MEDIA: Final = (
    "voice",
    "sticker",
    "animation",
    "photo",
    "video",
    "video_note",
    "audio",
    "contact",
    "poll",
    "dice",
)
_GONE: Final = frozenset({"kicked", "left"})


class Unreadable(ValueError):
    """An update that is not what the Bot API describes."""


def update_id_of(update: Any) -> int:
    """The number of an update. Raises Unreadable when it has none."""
    found = update.get("update_id") if isinstance(update, dict) else None
    if not isinstance(found, int) or isinstance(found, bool):
        raise Unreadable("no update_id")
    return found


def chat_of(update: Json) -> int:
    """The chat that an update belongs to, for keeping its order; 0 where none can be told."""
    for name in ("message", "edited_message", "my_chat_member"):
        part = update.get(name)
        if isinstance(part, dict):
            return _chat_id(part)
    query = update.get("callback_query")
    if isinstance(query, dict):
        message = query.get("message")
        sender = query.get("from")
        if isinstance(message, dict) and _chat_id(message):
            return _chat_id(message)
        return sender["id"] if isinstance(sender, dict) and isinstance(sender.get("id"), int) else 0
    return 0


def tap_of(update: Json) -> str:
    """The id of the tap that an update tells of, to be answered; empty for none."""
    query = update.get("callback_query")
    return str(query.get("id", "")) if isinstance(query, dict) else ""


def parse(update: Json, bot: str) -> Incoming | None:
    """What arrived, or None for what is not for us (groups, channels, other bots, service messages).

    Raises Unreadable when the update is not what the Bot API describes.
    """
    number = update_id_of(update)
    try:
        if "message" in update:
            return _message(update["message"], number, bot)
        if "callback_query" in update:
            return _tap(update["callback_query"], number, bot)
        if "edited_message" in update:
            return _edited(update["edited_message"], number, bot)
        if "my_chat_member" in update:
            return _membership(update["my_chat_member"], number, bot)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(f"{type(error).__name__} in update {number}") from error
    return None


def _message(message: Json, number: int, bot: str) -> Incoming | None:
    if not _private(message) or message["from"].get("is_bot"):
        return None
    text = message.get("text")
    if text is not None:
        payload = _start_payload(text)
        if payload is not None:
            return _incoming(message, number, bot, Kind.START, payload)
        replied = str((message.get("reply_to_message") or {}).get("message_id", ""))
        return _incoming(message, number, bot, Kind.TEXT, text, reply_to=replied)
    place = message.get("location")
    if place is not None:
        at = (float(place["latitude"]), float(place["longitude"]))
        return _incoming(message, number, bot, Kind.LOCATION, location=at)
    for name in _MEDIA:  # before documents: an animation carries one too
        if name in message:
            return _incoming(message, number, bot, Kind.OTHER, name, file=_picture(message.get("photo")))
    document = message.get("document")
    if document is not None:
        name = str(document.get("file_name", ""))
        sheet = Attachment(name, ref=str(document.get("file_id", "")), size=int(document.get("file_size", 0)))
        return _incoming(message, number, bot, Kind.FILE, name, attached=sheet, file=_document(document))
    return _rare(message, number, bot)


def _document(document: Json) -> SentFile:
    name, mime = str(document.get("file_name", "")), str(document.get("mime_type", ""))
    return SentFile(str(document.get("file_id", "")), name, mime, int(document.get("file_size", 0)))


def _picture(sizes: Any) -> SentFile | None:
    """The largest of the sizes in which Telegram keeps a photo, which is always a JPEG."""
    if not sizes:
        return None
    largest = sizes[-1]
    size = int(largest.get("file_size", 0))
    return SentFile(str(largest.get("file_id", "")), "photo.jpg", "image/jpeg", size, picture=True)


def _rare(message: Json, number: int, bot: str) -> Incoming | None:
    """What the table does not name; service messages (a pinned message, say) are no word of the person."""
    from telegram import Update
    from telegram.helpers import effective_message_type

    update = Update.de_json({"update_id": number, "message": message}, None)
    if update is None or update.message is None or update.message.effective_attachment is None:
        return None
    return _incoming(message, number, bot, Kind.OTHER, effective_message_type(update.message) or "other")


def _edited(message: Json, number: int, bot: str) -> Incoming | None:
    # a live location tells of each step as an edit
    if not _private(message) or message["from"].get("is_bot") or "location" in message:
        return None
    return _incoming(message, number, bot, Kind.OTHER, "edited")


def _tap(query: Json, number: int, bot: str) -> Incoming | None:
    message = query.get("message")
    sender = query["from"]
    if message is None:  # under a message sent through inline mode; the private chat has the person's id
        message = {"chat": {"id": sender["id"], "type": "private"}}
    if not _private(message) or sender.get("is_bot"):
        return None
    shown = {"chat": message["chat"], "from": sender}
    return _incoming(
        shown,
        number,
        bot,
        Kind.TAP,
        tap=str(query.get("data", "")),
        message_id=str(message.get("message_id", "")),
    )


def _membership(change: Json, number: int, bot: str) -> Incoming | None:
    if not _private(change):
        return None
    gone = change["new_chat_member"]["status"] in _GONE
    return _incoming(change, number, bot, Kind.BLOCKED if gone else Kind.UNBLOCKED)


def _incoming(
    part: Json, number: int, bot: str, kind: Kind, text: str = "", *, tap: str = "", message_id: str = "",
    location: tuple[float, float] | None = None, attached: Attachment | None = None,
    reply_to: str = "", file: SentFile | None = None,
) -> Incoming:  # fmt: skip
    sender = part["from"]
    return Incoming(
        platform=PLATFORM, bot=bot, update_id=number, account=str(int(sender["id"])),
        chat=str(int(part["chat"]["id"])), kind=kind, text=str(text), tap=tap, message_id=message_id,
        location=location, file=file, name=shown_name(sender), lang=str(sender.get("language_code", "")),
        attached=attached, reply_to=reply_to,
    )  # fmt: skip


def shown_name(sender: Json) -> str:
    """A person's name as it is read aloud: 王秀兰, Anna Schmidt."""
    first = str(sender.get("first_name", "")).strip()
    last = str(sender.get("last_name", "") or "").strip()
    if first and last and _han(first) and _han(last):
        return last + first
    return f"{first} {last}".strip()


def _han(text: str) -> bool:
    return all(unicodedata.name(char, "").startswith("CJK UNIFIED") for char in text)


def _start_payload(text: str) -> str | None:
    command, _, payload = text.partition(" ")
    name, _, _ = command.partition("@")
    return payload.strip() if name == "/start" else None


def _private(part: Json) -> bool:
    return bool(part["chat"]["type"] == "private")


def _chat_id(part: Json) -> int:
    chat = part.get("chat")
    found = chat.get("id") if isinstance(chat, dict) else None
    return found if isinstance(found, int) else 0
