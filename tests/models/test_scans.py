"""No turn, no look of the ticker and no round of the sender goes through a table that grows with the town."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, text

from benchmarks.town import FIRST_ACCOUNT, Size, fill
from bot.assemble import HOOKS
from models.attending import attendance, hour_entry
from models.broadcasting import broadcast, broadcast_recipient, person_group
from models.enrolment import enrolment, favourite, seat_offer
from models.operations import audit_entry, audit_text, occurrence
from models.organising import help_message, help_thread, opt_out, survey
from models.people import consent, person, received_update
from models.statement import Tx
from models.store import Store, look_now, work_now
from models.watching import watch
from services import delivery, delivery_outcomes, halts
from services.broadcasting import feeding
from services.roles import grant
from services.schedules import DUE
from tests.handlers.play import Play
from tests.models.scanning import Scan, listening
from tests.town import START, make_town

SIZE = Size(people=2500, classes=60, kept=1)
RESIDENT = (
    "/start", "我的课", "书法", "1", "收藏", "我的收藏", "有电工培训通知我", "我的订阅", "设置", "通知设置",
    "不要这类消息", "我的数据", "请假", "退课", "我的学时", "学习卡", "投票", "提名", "找人帮忙", "我的家人",
    "学习小组", "不太满意", "最近有什么课", "帮助", "隐私", "我的提醒", "绑定", "附近有什么课", "2",
)  # fmt: skip
CLERK = (
    "收件箱", "群发", "明天停水", "class:BM00007", "现在就发", "我的群发", "群发报告", "班级管理", "名单",
    "学习周管理", "满意度", "费用",
)  # fmt: skip
# what may: a piece of its text, and why
MAY = {
    "SELECT anon_1.place, count(*)": "whom a broadcast is for is counted, within a turn only in a small town",
    "FROM person ORDER BY person.id LIMIT": "counts up to a few thousand and stops",
    "EXISTS (SELECT * FROM survey WHERE survey.offering_id = offering.id)":
        "a clerk's list, walked from the newest class until it is full",
}  # fmt: skip


def test_nothing_goes_through_a_whole_table(store: Store) -> None:
    fill(store, SIZE, START.date())
    play = Play(store, make_town(store))
    work_now(store, lambda tx: history(tx, play.now))
    clerk = play.person("telegram", "9001", name="陈老师")
    clerk.start()
    play.work(grant, play.town, "telegram:9001", "owner", "root", "test")
    with listening() as heard:
        # one with a place, one without, one who comes new and goes again
        for number in (1, 3):
            old = play.person("telegram", str(FIRST_ACCOUNT + number), name="王秀兰")
            for said in RESIDENT:
                old.say(said)
        new = play.person("telegram", "1001", name="李梅")
        new.enrol("智能手机从零学")
        for said in CLERK:
            clerk.say(said)
        new.say("注销")
        new.tap("注销，班现在就退")
        for number in range(24):
            play.advance(hours=9)
            tick(play)
            if number < 3:
                play.work(send, play)
        play.rows(select(person.c.id).where(person.c.name == "李梅"))  # as nothing of ours is asked
    assert len(heard.asked) > 200
    if store.kind == "postgresql":
        work_now(store, lambda tx: tx.core(text("ANALYZE")))
    found = look_now(store, heard.scans)
    faults = [one for one in found if not excused(one)]
    assert [one.table for one in faults] == ["person"], "\n".join(map(str, faults))
    assert "person.name =" in faults[0].sql


def excused(scan: Scan) -> bool:
    return any(piece in " ".join(scan.sql.split()) for piece in MAY)


def tick(play: Play) -> None:
    """All that is due, as far as it soon ends."""
    for schedule in DUE:
        for _ in range(8):
            if not play.work(schedule, play.town):
                break


def send(tx: Tx, play: Play) -> None:
    """Some rounds of the sender, in which everything arrives."""
    town = play.town
    for _ in range(4):
        delivery_outcomes.lapse(tx, town, delivery_outcomes.lapsed(tx, town, 100), HOOKS)
        delivery.expire(tx, town, delivery.stale(tx, town, 100), HOOKS)
        delivery.backlog(tx, town, "telegram")
        halts.read(tx, "123", 0.0)
        for one in feeding.wanted(tx, town, ("telegram",), 50):
            feeding.step(tx, town, one, ("telegram",))
        for lane in ("reply", "notice", "bulk"):
            claim = delivery.claim(tx, town, delivery.due(tx, town, "telegram", lane, 50), HOOKS)
            marks = [delivery_outcomes.marked(row, "sent", "", str(row.id)) for row in claim.rows]
            delivery_outcomes.mark(tx, town, marks, HOOKS)


def history(tx: Tx, now: datetime) -> None:
    """What years leave behind, in the tables that grow."""

    def at(hours: int) -> datetime:
        return now - timedelta(hours=hours)

    people = range(1, SIZE.people + 1)
    places = tx.core(select(enrolment.c.id, enrolment.c.offering_id)).all()
    sent = insert(broadcast).values(
        unit_id=1, text="x", audience="{}", fingerprint="x", state="done", launched_at=at(50),
        ended_at=at(40), created_at=at(50),
    )  # fmt: skip
    number = tx.core(sent).inserted_primary_key[0]
    rows: tuple[tuple[Any, Any], ...] = (
        (received_update, ({
            "platform": "telegram", "bot": "123", "update_id": n, "outcome": "done", "at": at(n % 40),
        } for n in range(6000))),
        (watch, ({
            "person_id": n, "meaning": "{}", "created_at": at(n), "until": at(n - 400),
            "ended_at": at(n) if n % 2 else None, "lasting": False,
        } for n in people)),
        (broadcast_recipient, ({
            "broadcast_id": number, "person_id": n, "account_id": n, "platform": "telegram", "state": "sent",
            "not_before": at(50), "ended_at": at(49),
        } for n in people)),
        (consent, ({
            "person_id": n, "purpose": "announcements", "wording": "2026-11", "platform": "telegram",
            "given_at": at(n),
        } for n in people)),
        (person_group, ({"person_id": n, "code": "elders", "at": at(n)} for n in people)),
        (opt_out, ({"person_id": n, "purpose": "survey", "at": at(n)} for n in people)),
        (favourite, ({"person_id": n, "offering_id": n % 60 + 1, "at": at(n)} for n in people)),
        (occurrence, ({
            "schedule": "reminder", "subject": f"x{n}", "outcome": "done", "at": at(n),
        } for n in people)),
        (audit_entry, ({
            "id": n, "actor": f"person:{n % 9}", "action": "x", "subject": f"person:{n}", "fields": "",
            "at": at(n),
        } for n in range(900_000, 902_500))),
        (audit_text, ({"entry_id": n, "before": "x", "after": "y"} for n in range(900_000, 902_500))),
        (help_thread, ({
            "id": 900_000 + n, "unit_id": 2, "person_id": n, "state": "closed", "opened_at": at(n),
            "updated_at": at(n),
        } for n in people)),
        (help_message, ({"thread_id": 900_000 + n, "text": "x", "at": at(n)} for n in people)),
        (seat_offer, ({
            "enrolment_id": one, "offering_id": of, "state": "lapsed", "made_at": at(9), "expires_at": at(8),
        } for one, of in places)),
        (survey, ({
            "offering_id": of, "enrolment_id": one, "score": 5, "words": "", "asked_at": at(one),
        } for one, of in places)),
        (attendance, ({
            "session_id": of * 12 - 11, "enrolment_id": one, "state": "present", "way": "teacher",
            "at": at(9),
        } for one, of in places)),
        (hour_entry, ({
            "session_id": of * 12 - 11, "enrolment_id": one, "hundredths": 200, "at": at(9),
        } for one, of in places)),
    )  # fmt: skip
    for table, made in rows:
        tx.core(insert(table), list(made))
