"""Methods that send, edit and delete messages, and answer taps."""

from __future__ import annotations

from typing import Any

from tests.botapi.chats import Chat, Message
from tests.botapi.entities import Entity, visible
from tests.botapi.files import StoredFile
from tests.botapi.markup import read_markup
from tests.botapi.params import Params
from tests.botapi.refusals import (
    CALLBACK_ANSWER_LIMIT,
    CAPTION_LIMIT,
    NOT_MODIFIED,
    PHOTO_LIMIT,
    QUERY_TOO_OLD,
    TEXT_LIMIT,
    Refused,
    bad,
    units,
)
from tests.botapi.state import Profile, State

_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")
_ACTIONS = {
    "typing",
    "choose_sticker",
    "find_location",
    *(f"upload_{what}" for what in ("photo", "video", "voice", "document", "video_note")),
    *(f"record_{what}" for what in ("video", "voice", "video_note")),
}


def _text(params: Params) -> tuple[str, list[Entity]]:
    text, entities = visible(
        params.text("text"), params.text("parse_mode"), params.nested("entities", "entities")
    )
    if not text:
        raise bad("message text is empty")
    if units(text) > TEXT_LIMIT:
        raise bad("message is too long")
    return text, entities


def _caption(params: Params) -> tuple[str, list[Entity]]:
    given = params.nested("caption_entities", "entities")
    text, entities = visible(params.text("caption"), params.text("parse_mode"), given)
    if units(text) > CAPTION_LIMIT:
        raise bad("message caption is too long")
    return text, entities


def _reply_to(params: Params, chat: Chat) -> int | None:
    asked = params.nested("reply_parameters", "reply parameters")
    told = Params(asked) if isinstance(asked, dict) else params
    wanted = told.integer("message_id" if told is not params else "reply_to_message_id")
    if not wanted or chat.get(wanted) is not None:
        return wanted or None
    if told.boolean("allow_sending_without_reply"):
        return None
    raise bad("message to be replied not found")


def _put(state: State, params: Params, profile: Profile, chat: Chat, message: Message) -> dict[str, Any]:
    message.markup = read_markup(params)
    message.reply_to = _reply_to(params, chat)
    message.silent = params.boolean("disable_notification")
    message.message_id = chat.next_id()
    chat.add(message, state.monotonic())
    return state.message_json(message, profile)


def send_message(state: State, params: Params) -> object:
    profile, chat = state.reachable(params)
    text, entities = _text(params)
    return _put(state, params, profile, chat, Message(0, True, "text", state.date(), text, entities))


def _file(state: State, params: Params, kind: str) -> StoredFile:
    upload = params.upload(kind)
    if upload is not None:
        if kind == "photo" and len(upload.content) > PHOTO_LIMIT:
            raise Refused(413)
        if kind == "photo" and upload.content and not upload.content.startswith(_IMAGES):
            raise bad("IMAGE_PROCESS_FAILED")
        return state.files.keep(kind, upload.filename, upload.mime, upload.content)
    if kind not in params or params.text(kind).startswith("attach://"):
        raise bad(f"there is no {kind} in the request")
    return state.files.known(params.text(kind), kind)


def _send_file(state: State, params: Params, kind: str) -> dict[str, Any]:
    profile, chat = state.reachable(params)
    caption, entities = _caption(params)
    read_markup(params)
    stored = _file(state, params, kind)
    message = Message(0, True, kind, state.date(), caption, entities, file=stored)
    return _put(state, params, profile, chat, message)


def send_document(state: State, params: Params) -> object:
    return _send_file(state, params, "document")


def send_photo(state: State, params: Params) -> object:
    return _send_file(state, params, "photo")


def _location(params: Params) -> dict[str, Any]:
    found = {}
    for name, limit in (("latitude", 90.0), ("longitude", 180.0)):
        if name not in params:
            raise bad(f"{name} is empty")
        value = params.decimal(name)
        if value is None or not -limit <= value <= limit:
            raise bad("invalid location specified")
        found[name] = value
    return found


def send_location(state: State, params: Params) -> object:
    profile, chat = state.reachable(params)
    message = Message(0, True, "location", state.date(), place=_location(params))
    return _put(state, params, profile, chat, message)


def send_venue(state: State, params: Params) -> object:
    profile, chat = state.reachable(params)
    place: dict[str, Any] = {"location": _location(params)}
    for name in ("title", "address"):
        if not params.text(name).strip():
            raise bad(f"{name} is empty")
        place[name] = params.text(name)
    return _put(state, params, profile, chat, Message(0, True, "venue", state.date(), place=place))


def _to_edit(state: State, params: Params) -> tuple[Profile, Chat, Message]:
    profile, chat = state.reachable(params)
    if "message_id" not in params:
        raise bad("message identifier is not specified")
    message = chat.get(params.integer("message_id"))
    if message is None:
        raise bad("message to edit not found")
    if not message.from_bot:
        raise bad("message can't be edited")
    return profile, chat, message


def _edited(state: State, profile: Profile, chat: Chat, message: Message) -> dict[str, Any]:
    message.edited += 1
    message.edit_date = state.date()
    chat.note("edited", state.monotonic(), message)
    return state.message_json(message, profile)


def edit_message_text(state: State, params: Params) -> object:
    profile, chat, message = _to_edit(state, params)
    text, entities = _text(params)
    markup = read_markup(params, inline_only=True)
    if message.kind != "text":
        raise bad("there is no text in the message to edit")
    if (text, entities, markup) == (message.text, message.entities, message.markup):
        raise bad(NOT_MODIFIED)
    message.text, message.entities, message.markup = text, entities, markup
    return _edited(state, profile, chat, message)


def edit_message_caption(state: State, params: Params) -> object:
    profile, chat, message = _to_edit(state, params)
    text, entities = _caption(params)
    markup = read_markup(params, inline_only=True)
    if message.file is None:
        raise bad("there is no caption in the message to edit")
    if (text, entities, markup) == (message.text, message.entities, message.markup):
        raise bad(NOT_MODIFIED)
    message.text, message.entities, message.markup = text, entities, markup
    return _edited(state, profile, chat, message)


def edit_message_reply_markup(state: State, params: Params) -> object:
    profile, chat, message = _to_edit(state, params)
    markup = read_markup(params, inline_only=True)
    if markup == message.markup:
        raise bad(NOT_MODIFIED)
    message.markup = markup
    return _edited(state, profile, chat, message)


def delete_message(state: State, params: Params) -> object:
    _, chat = state.known(params)
    if "message_id" not in params:
        raise bad("message identifier is not specified")
    message = chat.get(params.integer("message_id"))
    if message is None:
        raise bad("message to delete not found")
    if state.date() - message.date > 48 * 3600:
        raise bad("message can't be deleted for everyone")
    chat.remove(message, state.monotonic())
    return True


def answer_callback_query(state: State, params: Params) -> object:
    text = params.text("text")
    tap = state.taps.get(params.text("callback_query_id"))
    if tap is None or tap.answered or state.monotonic() - tap.born > state.callback_ttl:
        raise bad(QUERY_TOO_OLD)
    if units(text) > CALLBACK_ANSWER_LIMIT:
        raise bad("MESSAGE_TOO_LONG")
    tap.answered, tap.answer, tap.alert = True, text, params.boolean("show_alert")
    state.chat(tap.user_id).note("answered", state.monotonic(), detail=tap)
    return True


def send_chat_action(state: State, params: Params) -> object:
    _, chat = state.reachable(params)
    action = params.text("action")
    if action not in _ACTIONS:
        raise bad("wrong parameter action in request")
    chat.note("action", state.monotonic(), detail=action)
    return True


METHODS = {
    "sendMessage": send_message,
    "sendDocument": send_document,
    "sendPhoto": send_photo,
    "sendLocation": send_location,
    "sendVenue": send_venue,
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "answerCallbackQuery": answer_callback_query,
    "sendChatAction": send_chat_action,
}
