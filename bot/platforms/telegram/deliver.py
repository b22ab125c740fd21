"""Delivering one message to Telegram: a place on the map, the text in its pieces, a file, or an edit.

https://core.telegram.org/bots/api#sendmessage
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest

from bot.deliverer import Delivered
from bot.platforms.telegram.connection import Connection
from bot.platforms.telegram.outcomes import Outcome, Verdict, classify
from bot.platforms.telegram.render import (
    CAPTION_LIMIT,
    Unsendable,
    fits_caption,
    keyboard,
    pieces,
    with_plain_links,
)
from services.delivery import Delivery
from services.message import Document, Place
from services.pictures import drawn

Json = dict[str, Any]
Step = Callable[[], Awaitable[str]]

# how many files are remembered, each under a hundred bytes
MOST_FILES: Final = 64
_NO_PREVIEW: Final = {"is_disabled": True}
# refusals that concern the message to be changed, not what it should say
_NOT_EDITABLE: Final = frozenset({"message_gone", "refused"})
_WHOLE_BOT: Final = frozenset({"token", "conflict"})


class TelegramDeliverer:
    """Delivers rows of the outbox through one bot's connection."""

    def __init__(self, connection: Connection) -> None:
        self._api = connection.api
        self._files = connection.files
        self._drawing = asyncio.Lock()
        self._sent_files: dict[tuple[int, int, str, bool], str] = {}

    async def deliver(self, row: Delivery) -> Delivered:
        """Send or edit once; never raises for what Telegram or the network does."""
        if row.deletes:
            return await self._delete(row)
        try:
            alone = not row.message.document and not row.message.place
            if row.edit_of.isdigit() and alone and not row.parts:
                edited = await self._edit(row)
                if edited is not None:
                    return edited
            steps = self._steps(row)
        except ValueError as error:  # Unsendable, or a chat that is no number
            return Delivered("invalid", str(error)[:40])
        return await _run(steps, row.parts)

    async def _delete(self, row: Delivery) -> Delivered:
        """Take a message away; Telegram allows it for 48 hours."""
        try:
            payload = {"chat_id": int(row.chat), "message_id": int(row.edit_of)}
            await self._api.call("deleteMessage", payload)
        except ValueError:
            return Delivered("invalid", "no_message")
        except Exception as error:
            return _delivered(classify(error), "")
        return Delivered("sent")

    async def _edit(self, row: Delivery) -> Delivered | None:
        """The outcome of changing the message, None where a new one must be sent."""
        parts = pieces(with_plain_links(row.message.text, row.message.rows))
        if len(parts) != 1:
            return None
        payload = {
            "chat_id": int(row.chat), "message_id": int(row.edit_of), "text": parts[0], "parse_mode": "HTML",
            "link_preview_options": _NO_PREVIEW, "reply_markup": keyboard(row.message.rows),
        }  # fmt: skip
        try:
            await self._api.call("editMessageText", payload)
        except Exception as error:
            verdict = classify(error)
            if verdict.outcome is Outcome.invalid and verdict.reason in _NOT_EDITABLE:
                return None
            return _delivered(verdict, row.edit_of)
        return Delivered("sent", "", row.edit_of)

    def _steps(self, row: Delivery) -> list[Step]:
        """The calls that make up the message, in the order of reading; the buttons stand on the last."""
        message = row.message
        buttons = keyboard(message.rows)
        text = with_plain_links(message.text, message.rows)
        caption = text if message.document and fits_caption(text) else ""
        parts = [] if caption else pieces(text)
        common: Json = {"chat_id": int(row.chat), "disable_notification": row.silent or None}
        steps: list[Step] = []
        if message.place:
            alone = not parts and not message.document
            steps.append(self._venue(common, message.place, buttons if alone else None))
        for at, part in enumerate(parts, 1):
            last = at == len(parts) and not message.document
            steps.append(self._text(common, part, buttons if last else None))
        if message.document:
            steps.append(self._document(row, message.document, caption, buttons))
        if not steps:
            raise Unsendable("empty")
        return steps

    def _text(self, common: Json, html: str, buttons: Json | None) -> Step:
        payload = {
            **common, "text": html, "parse_mode": "HTML", "link_preview_options": _NO_PREVIEW,
            "reply_markup": buttons,
        }  # fmt: skip

        async def send() -> str:
            return str((await self._api.call("sendMessage", payload))["message_id"])

        return send

    def _venue(self, common: Json, place: Place, buttons: Json | None) -> Step:
        payload = {
            **common, "latitude": place.latitude, "longitude": place.longitude, "title": place.title or "📍",
            "address": place.address or place.title or "📍", "reply_markup": buttons,
        }  # fmt: skip

        async def send() -> str:
            return str((await self._api.call("sendVenue", payload))["message_id"])

        return send

    async def _upload(self, document: Document, common: Json) -> str:
        """Send a file; what was sent before goes by Telegram's own number of it instead of once more.

        https://core.telegram.org/bots/api#sending-files
        """
        key = (hash(document.content), len(document.content), document.name, document.picture)
        known = self._sent_files.get(key)
        if known is not None:
            try:
                return (await self._put(document, known, common))[0]
            except BadRequest:  # surely not delivered, and perhaps because the number is no longer good
                self._sent_files.pop(key, None)
        message_id, number = await self._put(document, document.content, common)
        if number:
            while len(self._sent_files) >= MOST_FILES:
                self._sent_files.pop(next(iter(self._sent_files)))
            self._sent_files[key] = number
        return message_id

    async def _put(self, document: Document, content: bytes | str, common: Json) -> tuple[str, str]:
        """The number of the message, and Telegram's number of its file."""
        if document.picture:
            sent = await self._files.send_photo(photo=content, **common)
            return str(sent.message_id), sent.photo[-1].file_id if sent.photo else ""
        sent = await self._files.send_document(document=content, **common)
        return str(sent.message_id), sent.document.file_id if sent.document else ""

    async def _draw(self, document: Document) -> Document:
        """One at a time, so that answers keep the processor to themselves."""
        async with self._drawing:
            return await asyncio.to_thread(drawn, document)

    def _document(self, row: Delivery, document: Document, caption: str, buttons: Json | None) -> Step:
        captions = pieces(caption, CAPTION_LIMIT)

        async def send() -> str:
            common: Json = {
                "chat_id": int(row.chat), "filename": document.name, "parse_mode": "HTML",
                "caption": captions[0] if captions else None, "disable_notification": row.silent,
                "reply_markup": _typed(buttons),
            }  # fmt: skip
            if document.sketch:  # everybody has one of their own, so that none is worth remembering
                made = await self._draw(document)
                return (await self._put(made, made.content, common))[0]
            return await self._upload(document, common)

        return send


async def _run(steps: list[Step], arrived: int) -> Delivered:
    """Make the calls that are left; what stops one leaves those before it done, and the row remembers it."""
    message_id = ""
    for number in range(min(arrived, len(steps) - 1), len(steps)):
        try:
            message_id = await steps[number]()
        except ValueError as error:  # nothing was sent: it could not be drawn
            return Delivered("invalid", str(error)[:40], parts=number)
        except Exception as error:
            return replace(_delivered(classify(error), ""), parts=number)
    return Delivered("sent", "", message_id)


def _delivered(verdict: Verdict, message_id: str) -> Delivered:
    return Delivered(
        verdict.outcome.value, verdict.reason, message_id if verdict.outcome is Outcome.sent else "",
        verdict.retry_after, verdict.reason in _WHOLE_BOT,
    )  # fmt: skip


def _typed(buttons: Json | None) -> InlineKeyboardMarkup | None:
    if buttons is None:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(**button) for button in row] for row in buttons["inline_keyboard"]]
    )
