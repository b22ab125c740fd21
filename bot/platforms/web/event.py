"""A message as the page is told of it."""

from __future__ import annotations

from typing import Any

from services.fetching import Fetched
from services.message import Button, Message
from services.town import Town


def as_event(shown: Fetched, town: Town) -> dict[str, Any]:
    """Text in our markup, buttons, the file's address, the place; the page makes text nodes of it."""
    message = shown.message
    data: dict[str, Any] = {
        "id": shown.id,
        "lane": shown.lane,
        "at": f"{shown.at.astimezone(town.zone):%H:%M}",
        "text": message.text,
        "fetched": shown.reached,
    }
    if shown.edit_of:
        data["edit"] = shown.edit_of
    if message.rows:
        data["rows"] = [[_button(button) for button in row] for row in message.rows]
    if message.courses:
        data["courses"] = list(message.courses)
    if message.document:
        data["document"] = _document(shown.id, message)
    if message.place:
        place = message.place
        data["place"] = {
            "latitude": place.latitude, "longitude": place.longitude,
            "title": place.title, "address": place.address,
        }  # fmt: skip
    return data


def _button(button: Button) -> dict[str, Any]:
    if button.url:
        return {"label": button.label, "url": button.url}
    return {"label": button.label, "action": button.action, "number": button.number}


def _document(number: int, message: Message) -> dict[str, Any]:
    assert message.document is not None
    return {
        "name": message.document.name,
        "mime": message.document.mime,
        "url": f"/web/files/{number}",
        "picture": message.document.picture,
    }
