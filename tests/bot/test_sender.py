"""The sender: order, lanes, pacing, halts, outcomes and what survives a stop."""

from __future__ import annotations

import asyncio
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.deliverer import Delivered
from bot.pacing import Halts, Pacer, Slot
from bot.platforms.telegram.deliver import TelegramDeliverer
from bot.sender import Sender
from bot.sparing import Sparing
from models.catalogue import offering
from models.clock import ManualClock, ShiftedClock
from models.enrolment import enrolment
from models.people import consent
from models.statement import Tx
from services import delivery, delivery_outcomes, halts
from services.delivery import Delivery, Hooks
from services.delivery_outcomes import Mark
from services.message import Button, Document, Message, Place
from services.outbox import Subject, Written, post_reply
from services.town import Town
from tests.bot.house import MORNING, House, manual, open_house
from tests.bot.telegram.stage import Stage, on_stage

NIGHT = datetime(2026, 11, 30, 14, 30, tzinfo=UTC)  # half past ten in the evening


async def claim_all(house: House, lane: str = "notice", hooks: Hooks = delivery.NO_HOOKS) -> delivery.Claim:
    def unit(tx: Tx) -> delivery.Claim:
        return delivery.claim(tx, house.town, delivery.due(tx, house.town, "telegram", lane, 50), hooks)

    return await house.work.write(unit)


# --- answers -----------------------------------------------------------------------------------------------


async def test_the_answers_of_one_chat_arrive_in_their_order(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        people = [stage.resident(n) for n in range(1, 6)]
        for said in range(4):
            for person in people:
                to = await stage.house.person(str(person.user_id))
                stage.sender.send_now(await stage.house.answer(to, f"第{said}句甲", f"第{said}句乙"))
        for person in people:
            await person.sees("第3句乙")
            shown = [message.text for message in person.chat.from_bot]
            assert shown == [f"第{n}句{which}" for n in range(4) for which in "甲乙"]
        await stage.sender.settled()
        assert {state for state, _ in await stage.house.states()} == {"sent"}


async def test_a_sent_row_keeps_the_number_of_its_message(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        person = stage.resident(7)
        written = await stage.house.answer(await stage.house.person("7"), "您好")
        stage.sender.send_now(written)
        await person.sees("您好")
        row = await stage.house.until(written[0].id, "sent")
        assert row.platform_message_id == str(person.chat.from_bot[0].message_id)
        assert row.ended_at is not None


async def test_an_answer_that_must_wait_holds_back_only_its_own_chat(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        slow, other = stage.resident(1), stage.resident(2)
        stage.api.faults.too_many(1, chat=1, hold=True)
        first = await stage.house.answer(await stage.house.person("1"), "一")
        stage.sender.send_now(first)
        await asyncio.sleep(0.15)
        stage.sender.send_now(await stage.house.answer(await stage.house.person("1"), "二", "三"))
        stage.sender.send_now(await stage.house.answer(await stage.house.person("2"), "别人"))
        await other.sees("别人", timeout=0.5)
        assert slow.chat.from_bot == []
        await slow.sees("三", timeout=5)
        assert [message.text for message in slow.chat.from_bot] == ["一", "二", "三"]
        stage.sender.send_now(await stage.house.answer(await stage.house.person("1"), "四"))
        await slow.sees("四", timeout=3)


async def test_a_429_in_several_chats_halts_the_bot_and_is_obeyed(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        people = [stage.resident(n) for n in range(1, 5)]
        fault = stage.api.faults.too_many(1, hold=True, count=None)
        for person in people:
            to = await stage.house.person(str(person.user_id))
            stage.sender.send_now(await stage.house.answer(to, "好"))
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)
        assert fault.hits == 2
        for person in people:
            await person.sees("好", timeout=5)
        assert fault.hits == 2


async def test_a_halt_is_shared_through_the_database(tmp_path: Path) -> None:
    async with open_house(tmp_path, manual()) as house:
        now = house.town.clock.elapsed()

        def unit(tx: Tx) -> dict[str, float]:
            halts.keep(tx, "123", "7", now + 5, now)
            halts.keep(tx, "123", "7", now + 3, now)
            halts.keep(tx, "123", "", now + 2, now)
            halts.keep(tx, "1234", "", now + 60, now)
            return halts.read(tx, "123", now)

        assert await house.work.write(unit) == {"7": now + 5, "": now + 2}
        assert await house.work.read(lambda tx: halts.read(tx, "123", now + 4)) == {"7": now + 5}


async def test_a_lost_answer_is_sent_once_more_and_never_a_third_time(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        person = stage.resident(7)
        fault = stage.api.faults.lose_answer(method="sendMessage", count=None)
        (written,) = await stage.house.answer(await stage.house.person("7"), "报好了")
        stage.sender.send_now((written,))
        row = await stage.house.until(written.id, "unknown")
        assert (fault.hits, row.reason) == (2, "answer_lost")
        assert [message.text for message in person.chat.from_bot] == ["报好了", "报好了"]


async def test_a_proxy_in_trouble_for_a_moment_loses_no_answer(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        person = stage.resident(7)
        fault = stage.api.faults.html(502, method="sendMessage", count=None)
        (written,) = await stage.house.answer(await stage.house.person("7"), "报好了")
        stage.sender.send_now((written,))
        await asyncio.sleep(1)
        stage.api.faults.clear()
        row = await stage.house.until(written.id, "sent")
        assert (fault.hits, row.reason) == (1, "again")
        assert [message.text for message in person.chat.from_bot] == ["报好了"]


async def test_an_announcement_whose_answer_was_lost_is_not_repeated(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        person = stage.resident(7)
        to = await stage.house.person("7")
        await agree(stage.house, to.account_id)
        stage.api.faults.lose_answer(method="sendMessage")
        number = await stage.house.notice(to, "学习周开幕", "announcement", lane="bulk")
        await stage.house.until(number, "unknown")
        assert len(person.chat.from_bot) == 1


async def test_whoever_has_blocked_us_is_left_alone(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        person = stage.resident(7)
        await person.blocks()
        to = await stage.house.person("7")
        (written,) = await stage.house.answer(to, "您好")
        stage.sender.send_now((written,))
        row = await stage.house.until(written.id, "stopped")
        assert (row.reason, await stage.house.account_state(to)) == ("blocked", "stopped")
        number = await stage.house.notice(to, "明天有课")
        assert (await stage.house.until(number, "dropped")).reason == "account_stopped"


async def test_an_edit_changes_the_tapped_message_and_a_lost_one_is_sent_anew(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        person = stage.resident(7)
        to = await stage.house.person("7")

        async def edit(said: str, message_id: int) -> Written:
            def unit(tx: Tx) -> Written:
                made = Message(said, ((Button("好", "ok", number=1),),))
                return post_reply(tx, stage.house.town, to, made, lasting=False, edit_of=str(message_id))

            written = await stage.house.work.write(unit)
            stage.sender.send_now((written,))
            await stage.house.until(written.id, "sent")
            return written

        stage.sender.send_now(await stage.house.answer(to, "第一页"))
        first = await person.sees("第一页")
        await edit("第二页", first.message_id)
        written = await edit("第二页", first.message_id)  # not modified is success
        assert (await stage.house.row(written.id)).platform_message_id == str(first.message_id)
        assert [message.text for message in person.chat.from_bot] == ["第二页"]
        await edit("第三页", 999)
        assert [message.text for message in person.chat.from_bot] == ["第二页", "第三页"]


async def test_a_message_carries_its_place_its_file_and_its_buttons(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        person = stage.resident(7)
        to = await stage.house.person("7")

        async def say(message: Message) -> None:
            stage.sender.send_now(
                (
                    await stage.house.work.write(
                        lambda tx: post_reply(tx, stage.house.town, to, message, lasting=True)
                    ),
                )
            )

        row = ((Button("报名", "join:1", number=1),),)
        await say(Message("书法班 & 更多", row, place=Place(30.1, 120.2, "东关老年大学", "")))
        await person.sees("书法班 & 更多")
        venue, card = person.chat.from_bot
        assert venue.venue is not None and venue.venue["title"] == "东关老年大学"
        assert card.labels == ["报名 · 1"]
        await say(
            Message("日历文件", row, document=Document("课表.ics", b"BEGIN:VCALENDAR", "text/calendar"))
        )
        shown = await person.sees("日历文件")
        assert (shown.document, shown.document_name, shown.labels) == (
            b"BEGIN:VCALENDAR",
            "课表.ics",
            ["报名 · 1"],
        )
        await say(Message("长" * 1500, row, document=Document("资料.txt", b"x")))
        shown = await person.sees("资料.txt")
        assert [message.kind for message in person.chat.from_bot[-2:]] == ["text", "document"]
        await say(Message("行\n" * 4000, row))
        await stage.sender.settled()
        parts = [message for message in person.chat.from_bot if message.text.startswith("行")]
        while sum(len(part.text) for part in parts) < 7990:
            await asyncio.sleep(0.02)
            parts = [message for message in person.chat.from_bot if message.text.startswith("行")]
        assert [part.labels for part in parts] == [[], ["报名 · 1"]]


async def with_a_place(stage: Stage, chat: str) -> Written:
    """An answer that takes two calls, handed to the sender."""
    to = await stage.house.person(chat)
    message = Message("书法班", place=Place(30.1, 120.2, "东关老年大学", ""))

    def unit(tx: Tx) -> Written:
        return post_reply(tx, stage.house.town, to, message, lasting=False)

    written = await stage.house.work.write(unit)
    stage.sender.send_now((written,))
    return written


async def test_a_429_in_the_middle_of_a_message_is_obeyed_and_nothing_is_sent_twice(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        person = stage.resident(7)
        fault = stage.api.faults.too_many(2, method="sendMessage", hold=True, count=None)
        began = time.monotonic()
        written = await with_a_place(stage, "7")
        row = await stage.house.until(written.id, "queued")
        assert (row.reason, row.parts, row.attempts) == ("flood", 1, 1)
        assert row.lease_until - stage.house.town.clock.elapsed() > 1
        now = stage.house.town.clock.elapsed()
        assert list(await stage.house.work.read(lambda tx: halts.read(tx, "123", now))) == ["7"]
        await person.sees("书法班", timeout=6)
        assert time.monotonic() - began >= 2 and fault.hits == 1
        await stage.house.until(written.id, "sent")
        assert [message.kind for message in person.chat.from_bot] == ["venue", "text"]


async def test_a_part_in_doubt_is_sent_once_more_without_those_before_it(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        person = stage.resident(7)
        stage.api.faults.lose_answer(method="sendMessage", count=1)
        written = await with_a_place(stage, "7")
        row = await stage.house.until(written.id, "sent")
        assert row.reason == "again"
        assert [message.kind for message in person.chat.from_bot] == ["venue", "text", "text"]


async def test_what_telegram_refuses_as_our_fault_is_kept_as_invalid(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        stage.resident(7)
        stage.api.faults.refuse(400, "can't parse entities: whatever", method="sendMessage")
        (written,) = await stage.house.answer(await stage.house.person("7"), "您好")
        stage.sender.send_now((written,))
        assert (await stage.house.until(written.id, "invalid")).reason == "markup"


async def test_answers_do_not_wait_behind_notices(tmp_path: Path) -> None:
    async with on_stage(tmp_path, bulk_rate=20) as stage:
        for number in range(100, 160):
            stage.resident(number)
            await stage.house.notice(await stage.house.person(str(number)), "停课通知")
        person = stage.resident(7)
        to = await stage.house.person("7")
        await stage.api.user(100).sees("停课通知")
        loop = asyncio.get_running_loop()
        began = loop.time()
        for said in range(5):
            stage.sender.send_now(await stage.house.answer(to, f"第{said}句"))
        await person.sees("第4句")
        assert loop.time() - began < 0.5
        assert len(stage.api.log.sends()) < 40


async def test_notices_go_at_the_rate_and_before_announcements(tmp_path: Path) -> None:
    async with on_stage(tmp_path, bulk_rate=20) as stage:
        for number in range(100, 130):
            stage.resident(number)
            to = await stage.house.person(str(number))
            await agree(stage.house, to.account_id)
            await stage.house.notice(to, "活动周", "announcement", lane="bulk")
        late = []
        for number in range(200, 205):
            late.append(stage.resident(number))
            await stage.house.notice(await stage.house.person(str(number)), "停课通知")
        for person in late:
            await person.sees("停课通知", timeout=4)
        assert len(stage.api.log.sends()) < 32
        async with asyncio.timeout(4):
            while len(stage.api.log.sends()) < 35:
                await asyncio.sleep(0.05)
        assert stage.api.log.worst() <= 22


async def test_notices_of_one_chat_are_a_second_apart(tmp_path: Path) -> None:
    async with on_stage(tmp_path, bulk_rate=0) as stage:
        person = stage.resident(7)
        to = await stage.house.person("7")
        await stage.house.notice(to, "甲")
        await stage.house.notice(to, "乙")
        await person.sees("乙", timeout=4)
        assert stage.api.log.shortest_gap(7) >= 0.95


async def test_pulled_platforms_are_woken(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        woken: list[int] = []
        stage.sender.watch("web", woken.append)
        to = await stage.house.person("w1", "web")
        stage.sender.send_now(await stage.house.answer(to, "您好"))
        assert woken == [to.account_id]
        assert await stage.house.states() == [("queued", "")]


# --- a stop, a crash, a second process ---------------------------------------------------------------------


class Quiet:
    """Delivers into a list."""

    def __init__(self, outcome: str = "sent", seconds: float = 0.0) -> None:
        self.got: list[str] = []
        self.outcome = outcome
        self.seconds = seconds

    async def deliver(self, row: Delivery) -> Delivered:
        await asyncio.sleep(self.seconds)
        self.got.append(row.message.text)
        return Delivered(self.outcome, "", "1")


async def test_a_stop_finishes_what_was_begun_and_gives_back_the_rest(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        quiet = Quiet(seconds=0.8)
        sender = Sender(house.work, house.town, {"telegram": quiet})
        await sender.start()
        to = await house.person("7")
        sender.send_now(await house.answer(to, "一", "二", "三", "四", "五", "六"))
        await asyncio.sleep(0.05)
        began = asyncio.get_running_loop().time()
        await sender.stop()
        assert asyncio.get_running_loop().time() - began < 5
        states = [state for state, _ in await house.states()]
        assert states.count("sent") == len(quiet.got) >= 2
        assert states[len(quiet.got) :] == ["queued"] * (6 - len(quiet.got))
        second = Quiet()
        again = Sender(house.work, house.town, {"telegram": second})
        await again.start()
        async with asyncio.timeout(4):
            while len(quiet.got) + len(second.got) < 6:
                await asyncio.sleep(0.02)
        await again.stop()
        assert [*quiet.got, *second.got] == ["一", "二", "三", "四", "五", "六"]


async def test_what_a_killed_process_left_behind_is_sent_by_the_next(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.answer(await house.person("7"), "没来得及发")  # leased, and nobody sends it
    async with open_house(tmp_path) as house:
        quiet = Quiet()
        sender = Sender(house.work, house.town, {"telegram": quiet})
        await sender.start()
        await house.until(1, "sent")
        await sender.stop()
        assert (quiet.got, await house.states()) == (["没来得及发"], [("sent", "again")])


async def test_only_the_holder_of_the_lane_claims(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        first, second = Quiet(), Quiet()
        senders = [
            Sender(house.work, house.town, {"telegram": quiet}, bulk_rate=0, holder=name)
            for name, quiet in (("one", first), ("two", second))
        ]
        await senders[0].start()
        await asyncio.sleep(0.1)
        senders[1]._paced.start()
        senders[1]._spawn(senders[1]._worker.run())
        for number in range(20):
            await house.notice(await house.person(str(number)), str(number))
        async with asyncio.timeout(4):
            while len(first.got) < 20:
                await asyncio.sleep(0.02)
        await senders[0].stop()
        await house.notice(await house.person("99"), "接班")
        async with asyncio.timeout(5):
            while not second.got:
                await asyncio.sleep(0.02)
        await senders[1].stop()
        assert (sorted(first.got, key=int), second.got) == ([str(n) for n in range(20)], ["接班"])


async def test_outcomes_wait_in_memory_while_the_store_is_busy(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        person = stage.resident(7)
        written = await stage.house.answer(await stage.house.person("7"), "您好")
        gate = asyncio.Event()
        loop = asyncio.get_running_loop()

        def block(tx: Tx) -> None:
            asyncio.run_coroutine_threadsafe(gate.wait(), loop).result()

        busy = asyncio.create_task(stage.house.work.write(block))
        stage.sender.send_now(written)
        await person.sees("您好")
        gate.set()
        await busy
        await stage.house.until(written[0].id, "sent")


# --- the rows themselves -----------------------------------------------------------------------------------


async def agree(house: House, account_id: int) -> None:
    """A yes to announcements."""
    await house.put(
        consent,
        person_id=account_id,
        purpose="announcements",
        wording="1",
        platform="telegram",
        given_at=MORNING,
    )


async def join(house: House, person_id: int, account_id: int, state: str = "enrolled") -> int:
    """An enrolment in some class."""
    await house.sql(
        "INSERT OR IGNORE INTO org_unit (id, code, name, level, path, phone, desk_hours, address)"
        " VALUES (1, 'u', '学校', 'school', '/1/', '', '', '')"
    )
    await house.sql(
        "INSERT OR IGNORE INTO course (id, unit_id, title, category) VALUES (1, 1, '书法', 'arts')"
    )
    if not await house.work.read(lambda tx: tx.core(offering.select()).first()):
        await house.put(
            offering, id=1, code="SF01", link_key="SF01", course_id=1, unit_id=1, form="class",
            starts_on=MORNING.date(), ends_on=MORNING.date(), first_start=MORNING, last_end=MORNING,
            enrol_closes=MORNING,
        )  # fmt: skip
    return await house.put(
        enrolment, person_id=person_id, offering_id=1, account_id=account_id, state=state, created_at=MORNING,
        since=MORNING,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("purpose", "change", "reason"),
    [
        ("announcement", "", "no_consent"),
        ("announcement", "UPDATE account SET state = 'stopped'", "account_stopped"),
        ("reminder_evening", "UPDATE person SET remind_evening = 0", "silenced"),
        ("reminder_hour", "UPDATE person SET remind_hour = 0", "silenced"),
        ("weekly", "UPDATE person SET weekly = 0", "silenced"),
        ("reminder_hour", "UPDATE enrolment SET remind = 0", "silenced"),
        ("change", "UPDATE enrolment SET state = 'withdrawn'", "enrolment_ended"),
        ("reminder_evening", "UPDATE enrolment SET state = 'withdrawn'", "enrolment_ended"),
        ("reminder_evening", "UPDATE account SET state = 'dead'", "account_dead"),
    ],
)
async def test_what_may_not_go_any_more_is_dropped_at_the_last_moment(
    tmp_path: Path, purpose: str, change: str, reason: str
) -> None:
    async with open_house(tmp_path, manual()) as house:
        to = await house.person("7")
        joined = await join(house, to.account_id, to.account_id)
        number = await house.notice(to, "通知", purpose, subject=Subject(enrolment_id=joined))
        if change:
            await house.sql(change)
        claimed = await claim_all(house)
        assert claimed.rows == []
        row = await house.row(number)
        assert (row.state, row.reason) == ("dropped", reason)


@pytest.mark.parametrize(
    "purpose", ["reminder_evening", "reminder_hour", "weekly", "change", "lapse", "announcement"]
)
async def test_what_is_wanted_goes(tmp_path: Path, purpose: str) -> None:
    async with open_house(tmp_path, manual()) as house:
        to = await house.person("7")
        await agree(house, to.account_id)
        joined = await join(house, to.account_id, to.account_id)
        await house.notice(to, "通知", purpose, subject=Subject(enrolment_id=joined))
        assert [row.message.text for row in (await claim_all(house)).rows] == ["通知"]


@pytest.mark.parametrize(
    ("purpose", "own", "silent", "wakes"),
    [
        ("change", None, False, datetime(2026, 11, 30, 23, 0, tzinfo=UTC)),
        ("announcement", None, False, datetime(2026, 12, 1, 0, 0, tzinfo=UTC)),
        ("change", (22 * 60, 9 * 60), False, datetime(2026, 12, 1, 1, 0, tzinfo=UTC)),
        ("change", (9 * 60, 17 * 60), False, None),
        ("change", None, True, None),
    ],
    ids=["own class until 7", "anything else until 8", "own hours", "a night worker is awake", "silently"],
)
async def test_quiet_hours_move_a_notice(
    tmp_path: Path, purpose: str, own: tuple[int, int] | None, silent: bool, wakes: datetime | None
) -> None:
    async with open_house(tmp_path, ManualClock(NIGHT)) as house:
        to = await house.person("7")
        await agree(house, to.account_id)
        if own:
            await house.sql("UPDATE person SET quiet_from = :f, quiet_to = :t", f=own[0], t=own[1])
        number = await house.notice(to, "通知", purpose, silent=silent, life=timedelta(hours=20))
        claimed = await claim_all(house)
        assert len(claimed.rows) == (1 if wakes is None else 0)
        if wakes:
            row = await house.row(number)
            assert (row.state, row.not_before) == ("queued", wakes)


async def test_answers_are_given_at_any_hour(tmp_path: Path) -> None:
    async with open_house(tmp_path, ManualClock(NIGHT)) as house:
        await house.answer(await house.person("7"), "在的")
        await house.sql("UPDATE outgoing SET state = 'queued', lease_until = 0")
        assert [row.message.text for row in (await claim_all(house, "reply")).rows] == ["在的"]


async def test_a_notice_past_its_time_expires_and_frees_its_offer(tmp_path: Path) -> None:
    async with open_house(tmp_path, manual()) as house:
        freed: list[int] = []
        hooks = Hooks(undeliverable=lambda tx, town, offer: freed.append(offer))
        await house.notice(
            await house.person("7"), "补位", "offer", life=timedelta(hours=1), subject=Subject(offer_id=5)
        )
        clock = house.town.clock
        assert isinstance(clock, ManualClock)
        clock.advance(timedelta(hours=1))
        assert (await claim_all(house)).rows == []
        late = await house.work.read(lambda tx: delivery.stale(tx, house.town, 50))
        counted = await house.work.write(lambda tx: delivery.expire(tx, house.town, late, hooks))
        assert (counted, freed) == ({("telegram", "notice"): 1}, [5])
        assert await house.states() == [("expired", "too_late")]


async def test_nothing_overtakes_an_open_answer_of_its_account(tmp_path: Path) -> None:
    async with open_house(tmp_path, manual()) as house:
        to, other = await house.person("7"), await house.person("8")
        await house.answer(to, "一", "二")
        await house.notice(to, "通知")
        await house.notice(other, "别人的")
        await house.sql("UPDATE outgoing SET state = 'queued', lease_until = 0 WHERE lane = 'reply'")
        assert [row.message.text for row in (await claim_all(house)).rows] == ["别人的"]
        first = (await claim_all(house, "reply")).rows
        assert [row.message.text for row in first] == ["一"]
        assert (await claim_all(house, "reply")).rows == []
        await mark(house, delivery_outcomes.marked(first[0], "sent"))
        assert [row.message.text for row in (await claim_all(house, "reply")).rows] == ["二"]


async def mark(house: House, *marks: Mark, hooks: Hooks = delivery.NO_HOOKS) -> None:
    await house.work.write(lambda tx: delivery_outcomes.mark(tx, house.town, marks, hooks))


@pytest.mark.parametrize(
    ("lane", "purpose", "ends"),
    [
        ("reply", "reply", [("queued", "again"), ("unknown", "lapsed")]),
        ("notice", "reminder_hour", [("queued", "again"), ("unknown", "lapsed")]),
        ("notice", "offer", [("queued", "again"), ("unknown", "lapsed")]),
        ("bulk", "announcement", [("unknown", "lapsed"), ("unknown", "lapsed")]),
    ],
)
async def test_a_lapsed_lease_is_unknown(
    tmp_path: Path, lane: str, purpose: str, ends: list[tuple[str, str]]
) -> None:
    async with open_house(tmp_path, manual()) as house:
        to = await house.person("7")
        await agree(house, to.account_id)
        await house.notice(to, "通知", purpose, lane=lane)
        clock = house.town.clock
        assert isinstance(clock, ManualClock)
        for end in ends:
            await claim_all(house, lane)
            clock.pass_real(house.town.lease_seconds + 1)
            left = await house.work.read(lambda tx: delivery_outcomes.lapsed(tx, house.town, 50))
            await house.work.write(lambda tx, left=left: delivery_outcomes.lapse(tx, house.town, left))
            assert await house.states() == [end]


async def test_a_late_mark_of_an_older_claim_changes_nothing_unless_it_was_sent(tmp_path: Path) -> None:
    async with open_house(tmp_path, manual()) as house:
        await house.notice(await house.person("7"), "通知")
        (old,) = (await claim_all(house)).rows
        await house.sql("UPDATE outgoing SET state = 'queued', lease_until = 0")
        (new,) = (await claim_all(house)).rows
        await mark(house, delivery_outcomes.marked(old, "retry", "not_sent"))
        assert (await house.states(), new.attempt) == ([("sending", "")], 2)
        await mark(house, delivery_outcomes.marked(old, "sent", "", "11"))
        assert (await house.row(old.id)).platform_message_id == "11"
        assert await house.states() == [("sent", "")]


async def test_a_retry_waits_in_real_seconds(tmp_path: Path) -> None:
    async with open_house(tmp_path, manual()) as house:
        await house.notice(await house.person("7"), "通知")
        (row,) = (await claim_all(house)).rows
        clock = house.town.clock
        assert isinstance(clock, ManualClock)
        await mark(house, delivery_outcomes.marked(row, "retry", "flood", "", clock.elapsed() + 5))
        assert (await claim_all(house)).rows == []
        clock.pass_real(5)
        assert len((await claim_all(house)).rows) == 1


@pytest.mark.parametrize(
    ("outcome", "began", "freed"),
    [("sent", [5], []), ("stopped", [], [5]), ("dead", [], [5]), ("invalid", [], [5]), ("retry", [], [])],
)
async def test_the_clock_of_an_offer_follows_the_outcome(
    tmp_path: Path, outcome: str, began: list[int], freed: list[int]
) -> None:
    async with open_house(tmp_path, manual()) as house:
        seen: dict[str, list[int]] = {"began": [], "freed": []}

        def note(name: str) -> Any:
            def hook(tx: Tx, town: Town, offer_id: int) -> None:
                seen[name].append(offer_id)

            return hook

        hooks = Hooks(note("began"), note("freed"))
        # the offer's own row is made elsewhere; only its number travels with the message
        await house.sql("PRAGMA foreign_keys = OFF")
        await house.notice(await house.person("7"), "补位", "change", subject=Subject(offer_id=5))
        (row,) = (await claim_all(house)).rows
        await mark(house, delivery_outcomes.marked(row, outcome, "why"), hooks=hooks)
        assert seen == {"began": began, "freed": freed}


async def test_many_outcomes_are_kept_in_one_batch(tmp_path: Path) -> None:
    async with open_house(tmp_path, manual()) as house:
        for number in range(40):
            await house.notice(await house.person(str(number)), "通知")
        rows = (await claim_all(house)).rows
        await mark(house, *(delivery_outcomes.marked(row, "sent", "", str(row.id * 3)) for row in rows))
        for row in rows:
            kept = await house.row(row.id)
            assert (kept.state, kept.platform_message_id) == ("sent", str(row.id * 3))


async def test_a_hook_that_fails_does_not_lose_the_outcome(tmp_path: Path) -> None:
    async with open_house(tmp_path, ShiftedClock(MORNING)) as house:

        def broken(tx: Tx, town: Town, offer_id: int) -> None:
            raise RuntimeError("the offer is gone")

        sender = Sender(house.work, house.town, {"telegram": Quiet()}, hooks=Hooks(delivered=broken))
        await sender.start()
        good = await house.notice(await house.person("1"), "通知")
        bad = await house.notice(await house.person("2"), "补位", "change", subject=Subject(offer_id=9))
        await house.until(good, "sent")
        await house.until(bad, "sent")
        await sender.stop()


# --- pacing by itself --------------------------------------------------------------------------------------


def test_slots_are_evenly_spread_and_answers_take_their_share() -> None:
    now = [0.0]
    pacer = Pacer(25, lambda: now[0])
    sent: list[float] = []
    for _ in range(20):
        pacer.count()
    while now[0] < 2.0:
        if pacer.delay() <= 0:
            pacer.take()
            sent.append(now[0])
        now[0] += 0.001
    assert len([at for at in sent if at < 1.0]) == 10
    assert 24 <= len([at for at in sent if at >= 1.0]) <= 26


@pytest.mark.parametrize("late", [0.0, 0.001, 0.004])
def test_at_the_limit_nearly_all_of_it_is_used_and_never_more(late: float) -> None:
    """A timer never wakes early; by how much late, an average of half of `late`, makes no difference."""
    now, chance = [0.0], random.Random(7)
    pacer = Pacer(30, lambda: now[0])
    sent: list[float] = []
    while now[0] < 60.0:
        now[0] += pacer.delay() + chance.uniform(0, late) + 1e-6
        if not pacer.delay():
            pacer.take()
            sent.append(now[0])
    assert len(sent) >= 0.99 * 30 * 60
    for first, at in enumerate(sent):
        assert sum(at <= one < at + 1.0 for one in sent[first : first + 40]) <= 31


def test_what_was_held_up_on_its_way_never_shares_a_second_with_too_many() -> None:
    """Every call takes 50 ms, and each fortieth stands still for 100 ms more on its way there."""
    now = [0.0]
    pacer = Pacer(30, lambda: now[0])
    under_way: list[tuple[float, Slot]] = []
    arrived: list[float] = []
    while now[0] < 60.0:
        for ends, slot in [one for one in under_way if one[0] <= now[0]]:
            pacer.arrived(slot)
            under_way.remove((ends, slot))
        if not pacer.delay():
            way = 0.125 if len(arrived) % 40 == 7 else 0.025
            arrived.append(now[0] + way)
            under_way.append((now[0] + way + 0.025, pacer.take()))
        now[0] += 0.0005
    arrived.sort()
    # a second in which one came 100 ms late is over 100 ms later, and three of four seconds are such
    assert len(arrived) >= 0.92 * 30 * 60
    assert min(later - first for first, later in zip(arrived, arrived[30:], strict=False)) >= 0.999


def test_a_halt_concerns_its_chat_until_a_second_chat_is_refused() -> None:
    now = [100.0]
    halts = Halts(lambda: now[0])
    assert halts.named("1", 5) == ("1", 105.0)
    assert halts.named("1", 5) == ("1", 105.0)
    assert (halts.halted("1"), halts.halted("2"), halts.halted()) == (True, False, False)
    assert halts.named("2", 3) == ("", 103.0)
    assert halts.halted("3")
    now[0] = 104.0
    assert (halts.halted("1"), halts.halted("3")) == (True, False)


# --- a long line -------------------------------------------------------------------------------------------


async def test_what_takes_long_to_look_through_is_looked_through_rarely() -> None:
    now = 100.0
    looks: list[float] = []
    takes, finds = 0.1, 0

    def find(most: int) -> list[int]:
        nonlocal now
        looks.append(now)
        now += takes
        return list(range(finds))

    sparing = Sparing(lambda: now)
    while now < 110.0:
        sparing.look("notice", 25, find)
        sparing.look("bulk", 25, lambda most: [])
        now += 0.05
    assert len(looks) <= 5 and len(looks) * takes < 0.06 * 10, "a twentieth of the time, and nothing more"
    takes, finds, looks[:] = 0.1, 25, []
    now += 5
    for _ in range(4):
        assert len(sparing.look("notice", 25, find)) == 25, "one that finds all it may rests not at all"
    takes, finds = 0.001, 0
    for _ in range(4):
        sparing.look("notice", 25, find)
    assert len(looks) == 8, "nor does a quick one"


async def test_a_token_that_is_revoked_while_running_loses_nothing_and_makes_no_storm(tmp_path: Path) -> None:
    with structlog.testing.capture_logs() as lines:
        async with on_stage(tmp_path, bulk_rate=1000) as stage:
            people = [stage.resident(n) for n in range(1, 31)]
            to = [await stage.house.person(str(person.user_id)) for person in people]
            valid, stage.api.token = stage.api.token, "123:NEW"
            stage.sender.send_now(await stage.house.answer(to[0], "答一"))
            rows = [await stage.house.notice(one, "通知") for one in to]
            async with asyncio.timeout(5):
                while not any(line["event"] == "bot_refused" for line in lines):
                    await asyncio.sleep(0.02)
            await asyncio.sleep(1.5)
            refused = [line for line in lines if line["event"] == "bot_refused"]
            assert len(refused) == 1 and "DOORSTEP_TELEGRAM_TOKEN" in refused[0]["advice"]
            await stage.sender.stop()
            assert {state for state, _ in await stage.house.states()} == {"queued"}
            attempts = sum([(await stage.house.row(row)).attempts for row in rows])
            assert attempts <= len(people), "what was under way, and none of it again"
            stage.api.token = valid
            # as after a start with the new token
            again = Sender(
                stage.house.work,
                stage.house.town,
                {"telegram": TelegramDeliverer(stage.connection)},
                bot="123",
            )
            await stage.house.sql("UPDATE outgoing SET lease_until = 0")
            await again.start()
            for row in rows:
                await stage.house.until(row, "sent", 10)
            await again.stop()
            assert all([message.text for message in one.chat.from_bot].count("通知") == 1 for one in people)


async def test_a_chat_that_fell_behind_catches_up_without_a_pause_between_its_answers(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        person = stage.resident(7)
        to = await stage.house.person("7")

        def behind(tx: Tx) -> list[int]:
            said = [Message(f"答{n}") for n in range(20)]
            town = stage.house.town
            return [post_reply(tx, town, to, one, lasting=True, hold_seconds=0.01).id for one in said]

        began = asyncio.get_running_loop().time()
        rows = await stage.house.work.write(behind)
        await stage.house.until(rows[-1], "sent", 12)
        took = asyncio.get_running_loop().time() - began
        assert [message.text for message in person.chat.from_bot] == [f"答{n}" for n in range(20)]
        assert took < 5, f"{took:.1f} s; half a second for each would be ten"
