"""Reply markup: inline buttons and keyboards, checked as strictly as Telegram checks them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.botapi.params import Params
from tests.botapi.refusals import BUTTON_LIMIT, CALLBACK_DATA_LIMIT, MARKUP_BYTES_LIMIT, Refused, bad

_ACTIONS = (
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "switch_inline_query",
    "copy_text",
    "pay",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "callback_game",
)


@dataclass(frozen=True, slots=True)
class Button:
    """One button as a person sees it; `data` is set on inline ones, `url` on links."""

    label: str
    data: str | None = None
    url: str | None = None
    asks_location: bool = False


@dataclass(frozen=True, slots=True)
class Markup:
    """A checked reply markup: kind is inline, keyboard, remove, force or none."""

    kind: str = "none"
    rows: tuple[tuple[Button, ...], ...] = ()
    raw: dict[str, Any] = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Markup) and (self.kind, self.rows) == (other.kind, other.rows)

    def __hash__(self) -> int:
        return hash((self.kind, self.rows))


NONE = Markup()


def read_markup(params: Params, *, inline_only: bool = False) -> Markup:
    """The call's reply_markup; raises Telegram's 400 for what it would not take."""
    raw = params.nested("reply_markup", "reply keyboard markup")
    if raw is None or raw == {}:
        return NONE
    if not isinstance(raw, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in raw:
        return Markup("inline", _rows(raw["inline_keyboard"], _inline_button), raw)
    if inline_only:
        raise bad("inline keyboard expected")
    if "keyboard" in raw:
        return Markup("keyboard", _rows(raw["keyboard"], _keyboard_button), raw)
    if raw.get("remove_keyboard") is True:
        return Markup("remove", (), raw)
    if raw.get("force_reply") is True:
        return Markup("force", (), raw)
    return NONE


def _rows(keyboard: Any, read: Any) -> tuple[tuple[Button, ...], ...]:
    if not isinstance(keyboard, list) or not all(isinstance(row, list) for row in keyboard):
        raise bad('field "inline_keyboard" of the InlineKeyboardMarkup should be an Array of Arrays')
    rows = tuple(tuple(read(item) for item in row) for row in keyboard if row)
    if sum(len(row) for row in rows) > BUTTON_LIMIT:
        raise bad("reply markup is too long")
    if len(json.dumps(keyboard, ensure_ascii=False).encode()) > MARKUP_BYTES_LIMIT:
        raise bad("reply markup is too long")
    return rows


def _inline_button(item: Any) -> Button:
    if not isinstance(item, dict):
        raise _unreadable("object expected as an inline keyboard button")
    label = item.get("text")
    if not isinstance(label, str) or not label.strip():
        raise _unreadable('field "text" must be a non-empty String')
    actions = [name for name in _ACTIONS if name in item]
    if not actions:
        raise _unreadable("Text buttons are unallowed in the inline keyboard")
    data, url = item.get("callback_data"), item.get("url")
    if "callback_data" in item and not _is_data(data):
        raise bad("BUTTON_DATA_INVALID")
    if "url" in item and not _is_link(url):
        raise bad(f"inline keyboard button URL '{url}' is invalid: wrong HTTP URL")
    return Button(label, data, url)


def _is_data(data: Any) -> bool:
    return isinstance(data, str) and 1 <= len(data.encode()) <= CALLBACK_DATA_LIMIT


def _is_link(url: Any) -> bool:
    return isinstance(url, str) and url.startswith(("http://", "https://", "tg://", "ton://"))


def _keyboard_button(item: Any) -> Button:
    if isinstance(item, str):
        item = {"text": item}
    if not isinstance(item, dict) or not isinstance(item.get("text"), str) or not item["text"].strip():
        raise bad('can\'t parse keyboard button: field "text" must be a non-empty String')
    return Button(item["text"], asks_location=bool(item.get("request_location")))


def _unreadable(detail: str) -> Refused:
    return bad(f"can't parse inline keyboard button: {detail}")
