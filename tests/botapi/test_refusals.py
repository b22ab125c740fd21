"""What Telegram does not take is refused in its own words, and nothing of it is shown."""

from __future__ import annotations

from typing import Any

import pytest

from tests.botapi import BotApi
from tests.botapi.conftest import Raw
from tests.botapi.refusals import QUERY_TOO_OLD

XIULAN = 1001


def inline(*rows: tuple[str, str]) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": data}] for label, data in rows]}


REFUSED: list[tuple[str, str, dict[str, Any], str]] = [
    ("4096 characters are the most", "sendMessage", {"text": "字" * 4097}, "message is too long"),
    ("an emoji counts twice", "sendMessage", {"text": "😀" * 2049}, "message is too long"),
    ("a text must not be blank", "sendMessage", {"text": " \n "}, "message text is empty"),
    ("nor only tags", "sendMessage", {"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
    ("data has at least one byte", "sendMessage", {"text": "a", "reply_markup": inline(("a", ""))},
     "BUTTON_DATA_INVALID"),
    ("and 64 at most, in UTF-8", "sendMessage", {"text": "a", "reply_markup": inline(("a", "字" * 22))},
     "BUTTON_DATA_INVALID"),
    ("100 buttons are the most", "sendMessage", {"text": "a", "reply_markup": inline(*[("a", "b")] * 101)},
     "reply markup is too long"),
    ("so are 10 kB of markup", "sendMessage", {"text": "a", "reply_markup": inline(*[("字" * 60, "b")] * 60)},
     "reply markup is too long"),
    ("a button does something", "sendMessage",
     {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "报名"}]]}},
     "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
    ("markup is JSON", "sendMessage", {"text": "a", "reply_markup": "{"},
     "can't parse reply keyboard markup JSON object"),
    ("entities are whole", "sendMessage", {"text": "a", "entities": [{"type": "bold"}]},
     "can't parse MessageEntity: type, offset and length expected"),
    ("half a character is none", "sendMessage", {"text": "\ud83d"}, "strings must be encoded in UTF-8"),
    ("an answer belongs to a number", "sendMessage", {"text": "a", "reply_parameters": {"message_id": "7"}},
     "message to be replied not found"),
    ("nobody has this number", "sendMessage", {"chat_id": 9, "text": "a"}, "chat not found"),
    ("a chat must be named", "sendMessage", {"chat_id": None, "text": "a"}, "chat_id is empty"),
    ("only Telegram's tags", "sendMessage", {"text": "x<br>", "parse_mode": "HTML"},
     'can\'t parse entities: Unsupported start tag "br" at byte offset 1'),
    ("tags are closed", "sendMessage", {"text": "书<b>法", "parse_mode": "HTML"},
     'can\'t parse entities: Can\'t find end tag corresponding to start tag "b"'),
    ("in order", "sendMessage", {"text": "书<b>法</i>", "parse_mode": "HTML"},
     'can\'t parse entities: Unmatched end tag at byte offset 9, expected "</b>", found "</i>"'),
    ("a name is escaped", "sendMessage", {"text": "a < b", "parse_mode": "HTML"},
     'can\'t parse entities: Unsupported start tag "" at byte offset 2'),
    ("an edit needs a message", "editMessageText", {"message_id": 99, "text": "a"},
     "message to edit not found"),
    ("and its number", "editMessageText", {"text": "a"}, "message identifier is not specified"),
    ("only the bot's own", "editMessageText", {"message_id": 1, "text": "a"}, "message can't be edited"),
    ("nothing to delete", "deleteMessage", {"message_id": 99}, "message to delete not found"),
    ("nothing to reply to", "sendMessage", {"text": "a", "reply_parameters": {"message_id": 99}},
     "message to be replied not found"),
    ("an unknown tap", "answerCallbackQuery", {"callback_query_id": "5"}, QUERY_TOO_OLD),
    ("a document has bytes", "sendDocument", {}, "there is no document in the request"),
    ("or a known id", "sendDocument", {"document": "nowhere"}, "wrong file identifier/HTTP URL specified"),
    ("a place is on earth", "sendLocation", {"latitude": 91, "longitude": 1}, "invalid location specified"),
    ("a venue has a name", "sendVenue", {"latitude": 30, "longitude": 120, "title": "", "address": "a"},
     "title is empty"),
    ("commands are lower case", "setMyCommands", {"commands": [{"command": "Help", "description": "a"}]},
     "BOT_COMMAND_INVALID"),
    ("a language has two letters", "setMyDescription", {"description": "a", "language_code": "zh-hans"},
     "invalid language code specified"),
    ("a secret is plain", "setWebhook", {"url": "http://127.0.0.1:1/", "secret_token": "秘密"},
     "secret token contains unallowed characters"),
    ("and not endless", "setWebhook", {"url": "http://127.0.0.1:1/", "secret_token": "a" * 257},
     "secret token is too long"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "params", "said"), [case[1:] for case in REFUSED], ids=[c[0] for c in REFUSED]
)
async def test_refusals_in_telegrams_own_words(
    api: BotApi, raw: Raw, method: str, params: dict[str, Any], said: str
) -> None:
    await api.user(XIULAN).starts()
    status, answer = await raw(method, **{"chat_id": XIULAN, **params})
    assert (status, answer) == (400, {"ok": False, "error_code": 400, "description": f"Bad Request: {said}"})
    assert not api.user(XIULAN).chat.from_bot
