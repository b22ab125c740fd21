"""Messages as lines of a terminal."""

from __future__ import annotations

from typing import Any

from services.message import BOLD_OFF, BOLD_ON, Message, plain


def painted(message: Message, *, colours: bool) -> str:
    """A message with its numbered choices, as a person reads it."""
    on, off = ("\x1b[1m", "\x1b[0m") if colours else ("", "")
    lines = [message.text.replace(BOLD_ON, on).replace(BOLD_OFF, off)]
    if message.place:
        place = message.place
        lines.append(f"📍 {place.title} {place.address} ({place.latitude:.5f}, {place.longitude:.5f})")
    if message.document:
        lines.append(f"📎 {message.document.name}")
    for row in message.rows:
        said = []
        for button in row:
            if button.url:
                said.append(f"{button.label}: {button.url}")
            elif not button.number:  # under a notice, which is answered by its words
                said.append(f"[{button.label}]")
            elif button.label != str(button.number) and not button.label.startswith(f"{button.number} "):
                said.append(f"[{button.number}] {button.label}")
            elif button.label != str(button.number):
                said.append(f"[{button.number}] {button.label.partition(' ')[2]}")
        if said:
            lines.append("  ".join(said))
    return "\n".join(lines)


def as_json(message: Message, saved: str | None) -> dict[str, Any]:
    """A message for a script: text without markup, buttons, class codes and the saved document."""
    document = None
    if message.document:
        document = {"name": message.document.name, "mime": message.document.mime, "path": saved}
    place = None
    if message.place:
        place = {
            "latitude": message.place.latitude,
            "longitude": message.place.longitude,
            "title": message.place.title,
            "address": message.place.address,
        }
    return {
        "text": plain(message.text),
        "buttons": [
            [
                {"label": b.label, "action": b.action, "number": b.number}
                if b.action
                else {"label": b.label, "action": "", "url": b.url}
                for b in row
            ]
            for row in message.rows
        ],
        "courses": list(message.courses),
        "document": document,
        "place": place,
    }
