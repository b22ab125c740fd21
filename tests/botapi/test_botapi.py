"""The stand-in answers as Telegram does: to a raw client and to python-telegram-bot, over real sockets."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from aiohttp import ClientSession, FormData
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Conflict, Forbidden

from tests.botapi import BotApi
from tests.botapi.conftest import Raw
from tests.botapi.refusals import NOT_MODIFIED

XIULAN = 1001


def inline(*rows: tuple[str, str]) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": data}] for label, data in rows]}


async def test_a_conversation_reads_like_speech(api: BotApi, bot: Bot) -> None:
    xiulan = api.user(XIULAN, first_name="秀兰", last_name="王", language_code="zh-hans")
    await xiulan.says("书法")
    [update] = await bot.get_updates(timeout=1)
    assert update.message is not None and update.message.from_user is not None
    assert (update.message.text, update.message.from_user.full_name) == ("书法", "秀兰 王")

    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("报名", callback_data="e:7")]])
    sent = await bot.send_message(
        XIULAN, "<b>书法入门</b> 周三上午9点", parse_mode="HTML", reply_markup=keyboard
    )
    card = await xiulan.sees("书法入门")
    assert (card.text, card.labels) == ("书法入门 周三上午9点", ["报名"])

    tap = await xiulan.taps("报名")
    [update] = await bot.get_updates(offset=update.update_id + 1)
    assert update.callback_query is not None and update.callback_query.data == "e:7"
    await update.callback_query.answer("好的")
    await update.callback_query.edit_message_text("已报名：书法入门")
    assert await xiulan.is_answered(tap) == "好的"
    done = await xiulan.sees("已报名")
    assert (done.message_id, done.edited, done.buttons) == (sent.message_id, 1, [])
    kinds = [event.kind for event in xiulan.chat.log]
    assert kinds == ["said", "arrived", "sent", "arrived", "answered", "edited"]


async def test_what_just_fits_is_taken(api: BotApi, raw: Raw) -> None:
    xiulan = api.user(XIULAN)
    await xiulan.starts()
    full = inline(*[("a", "x" * 20)] * 100)
    for params in ({"text": "字" * 4096}, {"text": "a", "reply_markup": inline(("a", "字" * 21 + "a"))},
                   {"text": "a", "reply_markup": json.dumps(full)}):  # fmt: skip
        status, answer = await raw("sendMessage", chat_id=str(XIULAN), **params)
        assert (status, answer["ok"]) == (200, True), answer
    assert len(xiulan.chat.from_bot) == 3


async def test_an_edit_that_changes_nothing_is_refused(api: BotApi, raw: Raw) -> None:
    await api.user(XIULAN).starts()
    asked = {
        "chat_id": XIULAN,
        "text": "<b>好</b>",
        "parse_mode": "HTML",
        "reply_markup": inline(("报名", "e:1")),
    }
    _, sent = await raw("sendMessage", **asked)
    again = {**asked, "message_id": sent["result"]["message_id"]}
    status, answer = await raw("editMessageText", **again)
    assert (status, answer["description"]) == (400, f"Bad Request: {NOT_MODIFIED}")
    status, _ = await raw("editMessageText", **{**again, "parse_mode": "", "text": "好"})
    assert status == 200, "the same letters without bold are a change"
    status, answer = await raw("editMessageReplyMarkup", chat_id=XIULAN, message_id=again["message_id"])
    assert status == 200 and "reply_markup" not in answer["result"]


async def test_who_cannot_be_spoken_to(api: BotApi, bot: Bot) -> None:
    api.user(1)
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(1, "您好")
    await api.user(2).starts()
    await api.user(2).blocks()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(2, "您好")
    await api.user(2).unblocks()
    assert (await bot.send_message(2, "您好")).text == "您好"
    await api.user(3).starts()
    api.user(3).deactivates()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(3, "您好")
    updates = await bot.get_updates()
    changes = [(u.my_chat_member.old_chat_member.status, u.my_chat_member.new_chat_member.status)
               for u in updates if u.my_chat_member]  # fmt: skip
    assert changes == [("member", "kicked"), ("kicked", "member")]


async def test_a_tap_is_answered_once_and_in_time(api: BotApi, bot: Bot) -> None:
    xiulan = api.user(XIULAN)
    await xiulan.starts()
    forged = await xiulan.taps_data("伪造", 77)
    with pytest.raises(BadRequest, match=r"MESSAGE_TOO_LONG|Message_too_long"):
        await bot.answer_callback_query(forged.query_id, "字" * 201)
    await bot.answer_callback_query(forged.query_id)
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await bot.answer_callback_query(forged.query_id)
    late = await xiulan.taps_data("e:1", 1)
    late.born -= 61
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await bot.answer_callback_query(late.query_id)


async def test_documents_pictures_and_places_are_shown(api: BotApi, bot: Bot) -> None:
    xiulan = api.user(XIULAN)
    await xiulan.starts()
    first = await bot.send_document(XIULAN, b"BEGIN:VCALENDAR", filename="书法课.ics", caption="<i>日历</i>",
                                    parse_mode="HTML")  # fmt: skip
    shown = await xiulan.sees("日历")
    assert (shown.document, shown.document_name) == (b"BEGIN:VCALENDAR", "书法课.ics")
    assert first.document is not None
    again = await bot.send_document(XIULAN, first.document.file_id)
    assert again.document == first.document
    file = await bot.get_file(first.document.file_id)
    assert await file.download_as_bytearray() == b"BEGIN:VCALENDAR"

    await bot.send_photo(XIULAN, b"\x89PNG\r\n\x1a\nqr", caption="海报")
    with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
        await bot.send_photo(XIULAN, b"not a picture")
    await bot.send_venue(XIULAN, 30.1, 120.2, "城东社区", "人民路1号")
    venue = (await xiulan.sees("城东社区")).venue
    assert venue == {
        "location": {"latitude": 30.1, "longitude": 120.2},
        "title": "城东社区",
        "address": "人民路1号",
    }
    with pytest.raises(BadRequest, match=r"(?i)message caption is too long"):
        await bot.send_document(XIULAN, b"x", caption="字" * 1025)


async def test_what_people_send_besides_text_arrives(api: BotApi, bot: Bot) -> None:
    xiulan = api.user(XIULAN)
    await xiulan.sends_location(30.5, 120.5)
    await xiulan.sends_file("课表.csv", "课程\n书法".encode(), "text/csv")
    await xiulan.sends_voice()
    await xiulan.sends_sticker()
    await xiulan.sends_photo(caption="看")
    await xiulan.edits(await xiulan.says("书法"), "国画")
    updates = await bot.get_updates()
    messages = [update.effective_message for update in updates]
    assert [m.effective_attachment.__class__.__name__ for m in messages[:4] if m] == [
        "Location", "Document", "Voice", "Sticker"
    ]  # fmt: skip
    assert messages[4] is not None and messages[4].photo and messages[4].caption == "看"
    assert updates[6].edited_message is not None and updates[6].edited_message.text == "国画"
    assert messages[1] is not None and messages[1].document is not None
    file = await (await bot.get_file(messages[1].document.file_id)).download_as_bytearray()
    assert file.decode() == "课程\n书法"
    assert [m.message_id for m in messages if m] == [1, 2, 3, 4, 5, 6, 6]


async def test_parameters_arrive_in_every_form(api: BotApi) -> None:
    xiulan = api.user(XIULAN)
    await xiulan.starts()
    keyboard = json.dumps(inline(("报名", "e:1")))
    form = FormData()
    for name, value in (("chat_id", str(XIULAN)), ("text", "四"), ("reply_markup", keyboard)):
        form.add_field(name, value, content_type="text/plain")
    form.add_field("nothing", b"x", filename="x")
    url = f"{api.url}/bot{api.token}"
    async with ClientSession() as session:
        query = {"chat_id": str(XIULAN), "text": "一", "reply_markup": keyboard}
        await (await session.get(f"{url}/sendMessage", params=query)).read()
        await (await session.post(f"{url}/sendMessage", data={**query, "text": "二"})).read()
        body = {"chat_id": XIULAN, "text": "三", "reply_markup": inline(("报名", "e:1"))}
        await (await session.post(f"{url}/SENDMESSAGE", json=body)).read()
        await (await session.post(f"{url}/sendMessage", data=form)).read()
        broken = await session.post(
            f"{url}/sendMessage", data=b"{", headers={"Content-Type": "application/json"}
        )
        assert broken.status == 400
    assert [(m.text, m.labels) for m in xiulan.chat.from_bot] == [(t, ["报名"]) for t in "一二三四"]


async def test_wrong_token_and_unknown_methods(api: BotApi, raw: Raw) -> None:
    assert await raw("sendTelegram") == (404, {"ok": False, "error_code": 404, "description": "Not Found"})
    async with ClientSession() as session:
        for path, code, said in (
            ("/bot123:WRONG/getMe", 401, "Unauthorized"), ("/file/bot123:WRONG/x", 401, "Unauthorized"),
            ("/botnothing/getMe", 404, "Not Found"), ("/elsewhere", 404, "Not Found"),
        ):  # fmt: skip
            async with session.get(api.url + path) as answer:
                assert (answer.status, (await answer.json())["description"]) == (code, said)


async def test_polling_confirms_by_offset_and_waits(api: BotApi, raw: Raw, bot: Bot) -> None:
    xiulan = api.user(XIULAN)
    for text in "一二三":
        await xiulan.says(text)
    _, answer = await raw("getUpdates", limit=2)
    ids = [update["update_id"] for update in answer["result"]]
    assert len(ids) == 2 and ids[1] == ids[0] + 1
    _, answer = await raw("getUpdates", offset=ids[0])
    assert len(answer["result"]) == 3, "what was not confirmed comes again"
    _, answer = await raw("getUpdates", offset=-1)
    assert [update["message"]["text"] for update in answer["result"]] == ["三"]
    waiting = asyncio.create_task(bot.get_updates(offset=ids[1] + 2, timeout=5))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await xiulan.says("四")
    [update] = await asyncio.wait_for(waiting, 1)
    assert update.message is not None and update.message.text == "四"
    await bot.get_updates(offset=update.update_id + 1)
    await api.drained(0.1)


async def test_a_second_poll_ends_the_first_and_a_webhook_ends_both(api: BotApi, raw: Raw, bot: Bot) -> None:
    older = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.1)
    newer = asyncio.ensure_future(raw("getUpdates", timeout=5))
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await older
    assert not newer.done()
    await bot.set_webhook("http://127.0.0.1:1/hook")
    status, answer = await newer
    assert (status, answer["description"]) == (409, "Conflict: terminated by setWebhook request")
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_only_asked_for_updates_come_and_the_choice_is_remembered(api: BotApi, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    await api.user(XIULAN).says("书法")
    await api.user(XIULAN).taps_data("e:1", 1)
    [update] = await bot.get_updates()
    assert update.callback_query is not None
    assert (await bot.get_webhook_info()).allowed_updates == ("callback_query",)


async def test_commands_and_descriptions_by_language(api: BotApi, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("help", "帮助")])
    await bot.set_my_commands([BotCommand("help", "Help")], language_code="en")
    assert [c.description for c in await bot.get_my_commands()] == ["帮助"]
    assert [c.description for c in await bot.get_my_commands(language_code="en")] == ["Help"]
    await bot.set_my_description("家门口的社区课堂")
    await bot.set_my_short_description("社区课堂", language_code="zh")
    assert (await bot.get_my_description()).description == "家门口的社区课堂"
    assert (await bot.get_my_short_description("zh")).short_description == "社区课堂"
    assert (await bot.get_me()).username == "jiamenkou_bot"
    api.user(XIULAN, first_name="秀兰")
    assert (await bot.get_chat(XIULAN)).first_name == "秀兰"


async def test_seeing_says_what_was_shown_instead(api: BotApi, bot: Bot) -> None:
    xiulan = api.user(XIULAN)
    await xiulan.starts()
    await bot.send_message(XIULAN, "没有找到")
    with pytest.raises(AssertionError, match=r"已报名.*\n.*/start\n.*没有找到"):
        await xiulan.sees("已报名", timeout=0.05)
    with pytest.raises(AssertionError, match="no button '报名'"):
        await xiulan.taps("报名", timeout=0.05)
    xiulan.reads()
    await xiulan.sees_nothing(within=0.05)
    await bot.send_message(XIULAN, "提醒：明天上课")
    with pytest.raises(AssertionError, match="unexpected message"):
        await xiulan.sees_nothing(within=0.05)


async def test_the_newest_fitting_button_is_tapped_equal_before_similar(api: BotApi, raw: Raw) -> None:
    xiulan = api.user(XIULAN)
    await xiulan.starts()
    await raw("sendMessage", chat_id=XIULAN, text="旧", reply_markup=inline(("报名", "old")))
    await raw(
        "sendMessage", chat_id=XIULAN, text="新", reply_markup=inline(("报名须知", "info"), ("报名", "new"))
    )
    assert (await xiulan.taps("报名")).data == "new"
    assert (await xiulan.taps("须知")).data == "info"
