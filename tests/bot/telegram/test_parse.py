"""An update's dict becomes an `Incoming`, or nothing where it is not for us."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.telegram.parse import Unreadable, chat_of, parse, shown_name, tap_of
from handlers.incoming import Kind

WANG = {"id": 7, "is_bot": False, "first_name": "秀兰", "last_name": "王", "language_code": "zh-hans"}
PRIVATE = {"id": 7, "first_name": "秀兰", "type": "private"}
BOT = {"id": 123, "is_bot": True, "first_name": "家门口"}


def message(**content: Any) -> dict[str, Any]:
    return {"message_id": 3, "from": WANG, "chat": PRIVATE, "date": 1, **content}


def update(**content: Any) -> dict[str, Any]:
    return {"update_id": 41, "message": message(**content)}


FILE = {"file_id": "x", "file_unique_id": "y", "file_size": 3}


@pytest.mark.parametrize(
    ("content", "kind", "text"),
    [
        ({"text": "我想学书法"}, Kind.TEXT, "我想学书法"),
        ({"text": "/my"}, Kind.TEXT, "/my"),
        ({"text": "/start"}, Kind.START, ""),
        ({"text": "/start c_SF01"}, Kind.START, "c_SF01"),
        ({"text": "/start@jiamenkou_bot c_SF01"}, Kind.START, "c_SF01"),
        ({"text": "/started"}, Kind.TEXT, "/started"),
        ({"document": {**FILE, "file_name": "课表.xlsx"}}, Kind.FILE, "课表.xlsx"),
        ({"document": FILE}, Kind.FILE, ""),
        ({"voice": {**FILE, "duration": 3}}, Kind.OTHER, "voice"),
        ({"sticker": {**FILE, "emoji": "👍"}}, Kind.OTHER, "sticker"),
        ({"photo": [FILE], "caption": "看"}, Kind.OTHER, "photo"),
        ({"video": FILE}, Kind.OTHER, "video"),
        ({"contact": {"phone_number": "1", "first_name": "x"}}, Kind.OTHER, "contact"),
        ({"animation": FILE, "document": FILE}, Kind.OTHER, "animation"),
        ({"location": {"latitude": 30.25, "longitude": 120.5}}, Kind.LOCATION, ""),
        ({"game": {"title": "t", "description": "d", "photo": []}}, Kind.OTHER, "game"),
    ],
)
def test_a_message_is_read_by_what_it_carries(content: dict[str, Any], kind: Kind, text: str) -> None:
    incoming = parse(update(**content), "123")
    assert incoming is not None
    assert (incoming.kind, incoming.text) == (kind, text)
    assert (incoming.platform, incoming.bot, incoming.update_id) == ("telegram", "123", 41)
    assert (incoming.account, incoming.chat, incoming.name, incoming.lang) == ("7", "7", "王秀兰", "zh-hans")


def test_a_shared_place_has_its_coordinates() -> None:
    incoming = parse(update(location={"latitude": 30.25, "longitude": 120.5}), "123")
    assert incoming is not None
    assert incoming.location == (30.25, 120.5)


def test_a_tap_has_its_action_and_the_message_under_which_it_stood() -> None:
    shown = {"message_id": 9, "chat": PRIVATE, "date": 1, "from": BOT, "text": "书法"}
    tapped = {
        "update_id": 5,
        "callback_query": {"id": "88", "from": WANG, "message": shown, "data": "card:12"},
    }
    incoming = parse(tapped, "123")
    assert incoming is not None
    assert (incoming.kind, incoming.tap, incoming.message_id) == (Kind.TAP, "card:12", "9")
    assert (incoming.account, tap_of(tapped), chat_of(tapped)) == ("7", "88", 7)


def test_a_tap_without_its_message_still_has_a_chat() -> None:
    tapped = {"update_id": 5, "callback_query": {"id": "88", "from": WANG, "data": "card:12"}}
    incoming = parse(tapped, "123")
    assert incoming is not None
    assert (incoming.chat, incoming.message_id, chat_of(tapped)) == ("7", "", 7)


@pytest.mark.parametrize(
    ("status", "kind"),
    [("kicked", Kind.BLOCKED), ("left", Kind.BLOCKED), ("member", Kind.UNBLOCKED)],
)
def test_blocking_and_coming_back_are_understood(status: str, kind: Kind) -> None:
    change = {"chat": PRIVATE, "from": WANG, "date": 1, "new_chat_member": {"user": BOT, "status": status}}
    incoming = parse({"update_id": 6, "my_chat_member": change}, "123")
    assert incoming is not None
    assert incoming.kind is kind


def test_an_edited_text_is_named_and_a_live_location_is_not_an_edit() -> None:
    edited = parse({"update_id": 6, "edited_message": message(text="书法班")}, "123")
    assert edited is not None
    assert (edited.kind, edited.text) == (Kind.OTHER, "edited")
    moving = message(location={"latitude": 1.0, "longitude": 2.0})
    assert parse({"update_id": 6, "edited_message": moving}, "123") is None


@pytest.mark.parametrize(
    "ignored",
    [
        {"update_id": 1, "message": message(text="hi") | {"chat": {"id": -5, "type": "group"}}},
        {"update_id": 1, "message": message(text="hi") | {"chat": {"id": -5, "type": "supergroup"}}},
        {"update_id": 1, "message": message(text="hi") | {"from": BOT}},
        {"update_id": 1, "message": message(pinned_message=message(text="旧的"))},
        {"update_id": 1, "channel_post": {"chat": {"id": -5, "type": "channel"}, "text": "x"}},
        {"update_id": 1, "my_chat_member": {"chat": {"id": -5, "type": "group"}, "from": WANG}},
        {"update_id": 1},
    ],
)
def test_what_is_not_a_private_word_of_a_person_is_left_alone(ignored: dict[str, Any]) -> None:
    assert parse(ignored, "123") is None


@pytest.mark.parametrize(
    "broken",
    [
        {"update_id": 1, "message": None},
        {"update_id": 1, "message": {"chat": PRIVATE, "text": "x"}},
        {"update_id": 1, "message": message(location={"latitude": "nowhere"})},
        {"update_id": 1, "callback_query": {"id": "1"}},
        {"update_id": "1", "message": message(text="x")},
        {"message": message(text="x")},
        [],
        "update",
    ],
)
def test_what_telegram_would_never_send_is_unreadable(broken: Any) -> None:
    with pytest.raises(Unreadable):
        parse(broken, "123")


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        ("秀兰", "王", "王秀兰"),
        ("王秀兰", "", "王秀兰"),
        ("Anna", "Schmidt", "Anna Schmidt"),
        ("小王", "A", "小王 A"),
    ],
)
def test_a_name_is_shown_as_it_is_read_aloud(first: str, last: str, shown: str) -> None:
    assert shown_name({"first_name": first, "last_name": last}) == shown


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["chat", "from", "id", "type", "text", "message", "data"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from(["message", "callback_query", "edited_message", "my_chat_member"]), JSON)
def test_nothing_but_unreadable_comes_out_of_a_broken_update(name: str, content: Any) -> None:
    with contextlib.suppress(Unreadable):
        parse({"update_id": 1, name: content}, "123")
    assert isinstance(chat_of({name: content}), int)
    assert isinstance(tap_of({name: content}), str)
