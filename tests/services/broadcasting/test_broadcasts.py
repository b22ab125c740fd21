"""Broadcasts: to whom, when, what against, and that the numbers add up whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from models.broadcasting import broadcast
from models.broadcasting import broadcast_recipient as recipient
from models.outgoing import outgoing
from models.people import account, person, role_grant
from models.store import Store, look_now, work_now
from services import delivery
from services.audience import groups
from services.broadcasting import acts, launching, reporting, rights
from services.broadcasting.composing import Breakdown
from services.broadcasting.keeping import forget_old
from services.broadcasting.wording import Choice
from services.delivery import Delivery
from services.delivery_outcomes import mark, marked
from services.enrolling.refusal import Refused
from services.message import Document
from tests.handlers.play import Play
from tests.services.broadcasting.stage import Stage
from tests.services.learners import at
from tests.town import ZONE, make_town


@pytest.fixture
def stage(store: Store) -> Iterator[Stage]:
    yield Stage(store, make_town(store))


# whom


def test_everybody_who_agreed_gets_it_once(stage: Stage) -> None:
    chief = stage.organiser()
    people = [stage.resident("DG01") for _ in range(5)]
    number = stage.send(chief, "unit:heping + class:DG01")
    stage.run()
    assert stage.recipients(number) == people
    assert stage.status(number)["state"] == "done"
    assert stage.counts(number) == {"sent": 5}
    assert len(stage.heard) == len(set(stage.heard)) == 5


AUDIENCES = [
    ("unit:xincheng", ["shufa", "taiji", "both"]),
    ("unit:heping", ["electrician", "both"]),
    ("class:DG01", ["electrician", "both"]),
    ("kind:arts", ["shufa"]),
    ("kind:vocational + kind:arts", ["shufa", "electrician", "both"]),
    ("unit:xincheng & unit:heping", ["both"]),
    ("unit:xincheng - class:DG01", ["shufa", "taiji"]),
    ("group:农民工", ["electrician", "nobody"]),
    ("group:migrant_workers & class:DG01", ["electrician"]),
    ("group:老年人", []),
    ("(unit:xincheng + unit:heping) - (group:农民工 + class:SF01)", ["taiji", "both"]),
    ("unit:root", ["shufa", "taiji", "electrician", "both", "nobody", "chief"]),
]


@pytest.mark.parametrize(("audience", "expected"), AUDIENCES, ids=[one[0] for one in AUDIENCES])
def test_the_audience_is_who_is_meant(stage: Stage, audience: str, expected: list[str]) -> None:
    who = {
        "shufa": stage.resident("SF01"),
        "taiji": stage.resident("TJ01"),
        "electrician": stage.resident("DG01"),
        "both": stage.resident("DG01", "TJ01"),
        "nobody": stage.resident(),
        "chief": stage.organiser(),
    }
    for name in ("electrician", "nobody"):
        now = stage.town.now()
        stage.work(lambda tx, one=who[name], now=now: groups.declare(tx, one, "migrant_workers", now))
    number = stage.make(who["chief"], audience)
    came = stage.submit(number, who["chief"])
    if not expected:
        assert came == Refused("nobody", ("audience",))
        return
    assert isinstance(came, Breakdown)
    assert came.people == len(expected)
    # in spans as small as there are
    stage.resolve(number, span=1)
    assert stage.recipients(number) == sorted(who[name] for name in expected)


def test_a_school_reaches_nobody_beyond_its_own(stage: Stage) -> None:
    clerk = stage.organiser("xincheng")
    own = stage.resident("SF01")
    stranger = stage.resident("DG01")
    for one in (own, stranger):
        now = stage.town.now()
        stage.work(lambda tx, one=one, now=now: groups.declare(tx, one, "elders", now))
    number = stage.send(clerk, "group:老年人")
    assert stage.recipients(number) == [own]


def test_one_person_with_two_accounts_gets_one_message_where_it_wakes(stage: Stage) -> None:
    chief = stage.organiser()
    wang = stage.resident("DG01", platform="web")
    other = stage.person()
    stage.change(account, account.c.person_id == other, person_id=wang)
    number = stage.send(chief, "class:DG01")
    stage.run()
    assert stage.counts(number) == {"sent": 1}
    assert len(stage.heard) == 1


# what stands against it


def test_each_person_is_counted_with_the_reason(stage: Stage) -> None:
    chief = stage.organiser()
    stage.resident("DG01")
    stage.resident("DG01", agreed=False)
    gone = stage.resident("DG01")
    stage.change(account, account.c.person_id == gone, state="stopped")
    stage.resident("DG01", quiet_from=8 * 60, quiet_to=16 * 60)
    number = stage.make(chief, "class:DG01")
    came = stage.submit(number, chief)
    assert came == Breakdown(people=4, reachable=1, not_consented=1, quiet=1, capped=0, blocked=1)
    stage.resolve(number)
    stage.run()
    assert stage.counts(number) == {"sent": 1, "skipped": 2, "pending": 1}
    assert stage.status(number)["reasons"] == {"blocked": 1, "no_consent": 1}
    assert stage.status(number)["state"] == "running"
    stage.advance_to("2026-11-30 16:00")
    stage.run()
    assert stage.counts(number) == {"sent": 2, "skipped": 2}
    assert stage.status(number)["state"] == "done"


def test_nobody_is_woken_at_night(stage: Stage) -> None:
    stage.advance_to("2026-11-30 21:30")
    chief = stage.organiser()
    stage.resident("DG01")
    night_worker = stage.resident("DG01", quiet_from=8 * 60, quiet_to=16 * 60)
    number = stage.send(chief, "class:DG01")
    stage.run()
    assert [chat for chat, _ in stage.heard] == [str(1000 + night_worker - chief + 1)] or len(
        stage.heard
    ) == 1
    assert stage.outbox() == 0
    stage.advance_to("2026-12-01 07:59")
    stage.run()
    assert stage.counts(number) == {"sent": 1, "pending": 1}
    stage.advance_to("2026-12-01 08:00")
    stage.run()
    assert stage.counts(number) == {"sent": 2}


def test_a_no_in_mid_blast_is_heard(stage: Stage) -> None:
    chief = stage.organiser()
    people = [stage.resident("DG01") for _ in range(6)]
    number = stage.send(chief, "class:DG01")
    stage.feed(window=4)
    assert stage.outbox() == 4
    # of those whose message lies in the outbox, and of those whose turn has not come
    stage.withdraw(people[0])
    stage.withdraw(people[5])
    stage.run()
    assert stage.counts(number) == {"sent": 4, "skipped": 2}
    assert stage.status(number)["reasons"] == {"no_consent": 2}


@pytest.mark.parametrize("by_tap", [True, False])
def test_one_tap_on_it_ends_all_that_come_even_in_mid_blast(stage: Stage, by_tap: bool) -> None:
    play = Play(stage.store, stage.town)
    chief = stage.organiser()
    wang, li = play.person("telegram", "5001", name="王秀兰"), play.person("telegram", "5002", lang="en")
    for one in (wang, li):
        one.say("/start")
        stage.agree(one.person_id)
        stage.enrol(one.person_id, "DG01")
    # nothing overtakes an answer
    answered = update(outgoing).values(state="sent", ended_at=stage.town.now())
    stage.work(lambda tx: tx.core(answered).rowcount)
    first = stage.send(chief, "class:DG01", "周三停水")
    stage.feed()
    assert [button.label for message in wang.queued() for button in message.buttons()] == ["不要这类消息"]
    stage.run()
    second = stage.send(chief, "class:DG01", "周四也停")
    stage.feed()
    if by_tap:
        wang.tap_action("mute:announcement")
    else:
        wang.say("别再发这种消息了")
    assert "不再给您发学校发的通知" in wang.text
    stage.work(lambda tx: tx.core(answered.where(outgoing.c.lane == "reply")).rowcount)
    stage.run()
    assert stage.counts(first) == {"sent": 2} and stage.counts(second) == {"sent": 1, "skipped": 1}
    assert stage.status(second)["reasons"] == {"opted_out": 1}
    third = stage.make(chief, "class:DG01")
    found = stage.submit(third, chief)
    assert isinstance(found, Breakdown) and (found.not_consented, found.will_get) == (1, 1)
    stage.resolve(third)
    stage.run()
    assert stage.status(third)["reasons"] == {"no_consent": 1}, "counted as it is sent"


def test_who_had_enough_this_week_is_left_alone(stage: Stage) -> None:
    chief = stage.organiser()
    stage.resident("DG01")
    stage.work(lambda tx: rights.set_rule(tx, rights.units_of(tx, chief)[0], "weekly_cap", 2))
    for said in ("一", "二", "三"):
        number = stage.send(chief, "class:DG01", said)
        stage.run()
    assert stage.counts(number) == {"skipped": 1}
    assert stage.status(number)["reasons"] == {"capped": 1}
    stage.advance(timedelta(days=7, minutes=1))
    again = stage.send(chief, "class:DG01", "四")
    stage.run()
    assert stage.counts(again) == {"sent": 1}


def test_what_is_not_told_within_two_days_is_not_told(stage: Stage) -> None:
    chief = stage.organiser()
    for _ in range(3):
        stage.resident("DG01")
    number = stage.send(chief, "class:DG01")
    stage.advance(timedelta(days=2, hours=1))
    stage.run()
    assert stage.counts(number) == {"skipped": 3}
    assert stage.status(number)["state"] == "done"
    assert stage.heard == []


def test_who_blocks_us_in_mid_blast_is_reached_on_the_other_account(stage: Stage) -> None:
    chief = stage.organiser()
    wang = stage.resident("DG01")
    other = stage.person()
    stage.change(account, account.c.person_id == other, person_id=wang, seen_at=at("2026-11-01 10:00"))
    number = stage.send(chief, "class:DG01")
    best = stage.account(wang)
    stage.change(account, account.c.id == best, state="stopped")
    stage.run()
    assert stage.counts(number) == {"sent": 1}


# two pairs of eyes


def test_those_who_had_enough_for_now_count_for_the_second_pair_of_eyes(stage: Stage) -> None:
    chief = stage.organiser()
    stage.organiser(role="owner")
    for _ in range(3):
        stage.resident("DG01")
    stage.work(lambda tx: rights.set_rule(tx, rights.units_of(tx, chief)[0], "weekly_cap", 1))
    stage.send(chief, "class:DG01", "一")
    stage.run()
    stage.work(lambda tx: rights.set_rule(tx, rights.units_of(tx, chief)[0], "approve_above", 2))
    number = stage.make(chief, "class:DG01")
    found = stage.submit(number, chief)
    assert isinstance(found, Breakdown) and (found.capped, found.will_get) == (3, 0)
    assert stage.status(number)["state"] == "waiting_approval", "next week, or as a series, it reaches them"


def test_a_large_one_waits_for_a_second_organiser(stage: Stage) -> None:
    chief, second = stage.organiser(), stage.organiser(role="owner")
    for _ in range(3):
        stage.resident("DG01")
    stage.work(lambda tx: rights.set_rule(tx, rights.units_of(tx, chief)[0], "approve_above", 2))
    number = stage.make(chief, "class:DG01")
    stage.submit(number, chief)
    assert stage.status(number)["state"] == "waiting_approval"
    (asked,) = stage.posted("approval")
    assert asked.person_id == second
    assert "学习周开幕" in asked.text and "3人会收到" in asked.text
    refused = stage.work(lambda tx: acts.approve(tx, stage.town, number, by=chief))
    assert refused == Refused("own_approval")
    assert stage.work(lambda tx: acts.approve(tx, stage.town, number, by=second)) is None
    stage.resolve(number)
    stage.run()
    assert stage.counts(number) == {"sent": 3}


def test_no_role_no_broadcast(stage: Stage) -> None:
    viewer = stage.organiser(role="viewer")
    assert stage.work(lambda tx: rights.units_of(tx, viewer)) == []
    chief = stage.organiser()
    stage.resident("DG01")
    number = stage.make(chief, "class:DG01")
    came = stage.submit(number, viewer)
    assert isinstance(came, Refused) and came.code == "no_role"


def test_the_same_to_the_same_within_a_day_asks_again(stage: Stage) -> None:
    chief = stage.organiser()
    stage.resident("DG01")
    stage.send(chief, "class:DG01")
    number = stage.make(chief, "class:DG01")
    assert stage.submit(number, chief) == Refused("same_again", ("again",))
    assert isinstance(stage.submit(number, chief, again=True), Breakdown)
    stage.advance(timedelta(days=1, minutes=1))
    assert isinstance(stage.submit(stage.make(chief, "class:DG01"), chief), Breakdown)


# pause, stop, recall


def test_a_pause_takes_back_what_was_fed(stage: Stage) -> None:
    chief = stage.organiser()
    for _ in range(8):
        stage.resident("DG01")
    number = stage.send(chief, "class:DG01")
    stage.feed(window=5)
    stage.post(most=2)
    assert stage.work(lambda tx: acts.pause(tx, stage.town, number, by="test")) is None
    assert stage.outbox() == 0
    stage.run()
    assert stage.counts(number) == {"sent": 2, "pending": 6}
    assert stage.status(number)["state"] == "paused"
    stage.work(lambda tx: acts.resume(tx, stage.town, number, by="test"))
    stage.run()
    assert stage.counts(number) == {"sent": 8}
    assert len(set(stage.heard)) == len(stage.heard) == 8


def test_a_stop_ends_it_and_counts_the_others(stage: Stage) -> None:
    chief = stage.organiser()
    for _ in range(8):
        stage.resident("DG01")
    number = stage.send(chief, "class:DG01")
    stage.feed(window=5)
    stage.post(most=3)
    stage.work(lambda tx: acts.stop(tx, stage.town, number, by="test"))
    stage.run()
    assert stage.counts(number) == {"sent": 3, "skipped": 5}
    assert stage.status(number)["state"] == "stopped"
    assert stage.work(lambda tx: acts.resume(tx, stage.town, number, by="test")) is not None


def test_a_recall_deletes_what_can_be_deleted_and_says_what_could_not(stage: Stage) -> None:
    chief = stage.organiser()
    for _ in range(4):
        stage.resident("DG01")
    number = stage.send(chief, "class:DG01")
    lost = iter([True, False, False, False])
    stage.run(lambda chat: ("unknown", "answer_lost") if next(lost) else ("sent", ""))
    stage.work(lambda tx: acts.recall(tx, stage.town, number, by="test"))
    too_old = iter([True, False, False])
    stage.run(lambda chat: ("invalid", "message_gone") if next(too_old) else ("sent", ""), window=2)
    said = stage.status(number)
    assert said["state"] == "recalled"
    assert stage.counts(number) == {"sent": 3, "unknown": 1}
    assert said["recalled"] == {"gone": 2, "left": 2, "asked": 0}


def in_flight(stage: Stage, number: int) -> list[Delivery]:
    """Claimed and on their way, in the order of their recipients."""
    stage.feed(window=5)
    ids = look_now(stage.store, lambda tx: delivery.due(tx, stage.town, "telegram", "bulk", 50))
    return stage.work(lambda tx: delivery.claim(tx, stage.town, ids)).rows


def test_what_arrives_while_it_is_recalled_is_deleted_too(stage: Stage) -> None:
    chief = stage.organiser()
    for _ in range(4):
        stage.resident("DG01")
    number = stage.send(chief, "class:DG01")
    slow, lost, *quick = in_flight(stage, number)
    marks = [marked(row, "sent", "", f"m{row.id}") for row in quick]
    stage.work(lambda tx: mark(tx, stage.town, marks))
    stage.feed(window=5)
    stage.work(lambda tx: acts.recall(tx, stage.town, number, by="test"))
    stage.run()
    assert stage.status(number)["recalled"] == {"gone": 2, "left": 0, "asked": 0}
    ends = [marked(slow, "sent", "", "m0"), marked(lost, "unknown", "answer_lost")]
    stage.work(lambda tx: mark(tx, stage.town, ends))
    stage.run()
    assert stage.status(number)["recalled"] == {"gone": 3, "left": 1, "asked": 0}
    assert look_now(stage.store, lambda tx: tx.core(select(broadcast.c.open)).scalar()) is False


@pytest.mark.parametrize("outcome", ["retry", "held"])
@pytest.mark.parametrize("act", [acts.pause, acts.stop, acts.recall])
def test_what_comes_back_after_the_end_is_not_sent_again(stage: Stage, act: Any, outcome: str) -> None:
    chief = stage.organiser()
    for _ in range(3):
        stage.resident("DG01")
    number = stage.send(chief, "class:DG01")
    first, *others = in_flight(stage, number)
    stage.work(lambda tx: mark(tx, stage.town, [marked(row, "sent", "", f"m{row.id}") for row in others]))
    stage.work(lambda tx: act(tx, stage.town, number, by="test"))
    stage.run()
    stage.heard.clear()
    stage.work(lambda tx: mark(tx, stage.town, [marked(first, outcome, "flood")]))
    stage.run()
    assert stage.heard == []
    ended = {"pending": 1} if act is acts.pause else {"skipped": 1}
    assert stage.counts(number) == {"sent": 2, **ended}
    if act is acts.pause:
        stage.work(lambda tx: acts.resume(tx, stage.town, number, by="test"))
        stage.run()
        assert stage.counts(number) == {"sent": 3}


def test_it_holds_on_by_itself_when_most_fail(stage: Stage) -> None:
    chief = stage.organiser()
    for _ in range(60):
        stage.resident("DG01")
    number = stage.send(chief, "class:DG01")
    stage.run(lambda chat: ("invalid", "refused"), window=10)
    said = stage.status(number)
    assert (said["state"], said["paused_because"]) == ("paused", "many_errors")
    assert said["counts"]["failed"] <= 30
    # whoever looked and goes on is not held up by what failed before
    stage.work(lambda tx: acts.resume(tx, stage.town, number, by="test"))
    stage.run()
    assert stage.status(number)["state"] == "done"


def test_many_who_blocked_us_are_no_error(stage: Stage) -> None:
    chief = stage.organiser()
    for _ in range(40):
        stage.resident("DG01")
    number = stage.send(chief, "class:DG01")
    stage.run(lambda chat: ("stopped", "blocked"))
    assert stage.status(number)["state"] == "done"
    assert stage.counts(number) == {"failed": 40}
    assert stage.status(number)["reasons"] == {"blocked": 40}


# time


def test_at_its_time_and_again_every_week(stage: Stage) -> None:
    chief = stage.organiser()
    stage.resident("DG01")
    number = stage.make(chief, "class:DG01", repeat="weekly")
    stage.submit(number, chief, at=at("2026-12-01 09:00"))
    assert stage.status(number)["state"] == "scheduled"
    assert stage.counts(number) == {"pending": 1}
    stage.tick_broadcasts()
    assert stage.status(number)["state"] == "scheduled"
    stage.advance_to("2026-12-01 09:00")
    stage.tick_broadcasts()
    stage.run()
    assert stage.status(number)["state"] == "done"
    assert stage.status(number + 1)["state"] == "scheduled"
    stage.advance_to("2026-12-08 09:00")
    stage.tick_broadcasts()
    stage.run()
    assert stage.counts(number + 1) == {"sent": 1}
    assert stage.status(number + 2)["state"] == "scheduled"


def rows_of(stage: Stage, chosen: Any) -> list[Any]:
    return look_now(stage.store, lambda tx: list(tx.core(chosen).all()))


REPEATS = [
    ("daily", "2026-12-31 09:00", "2027-01-01 09:00"),
    ("weekly", "2026-12-28 09:00", "2027-01-04 09:00"),
    ("monthly", "2026-12-31 09:00", "2027-01-31 09:00"),
    ("monthly", "2027-01-31 09:00", "2027-02-28 09:00"),
]


def test_a_month_without_that_day_does_not_change_the_others(stage: Stage) -> None:
    now = at("2027-03-01 09:00")
    assert launching.next_time(at("2027-01-31 09:00"), "monthly", now, ZONE) == at("2027-03-31 09:00")
    chief = stage.organiser()
    stage.resident("DG01")
    number = stage.make(chief, "class:DG01", repeat="monthly")
    stage.submit(number, chief, at=at("2026-12-31 09:00"))
    for day in ("2026-12-31", "2027-01-31", "2027-02-28"):
        stage.advance_to(f"{day} 09:00")
        stage.tick_broadcasts()
    last = rows_of(stage, select(broadcast.c.starts_at).order_by(broadcast.c.id.desc()).limit(1))
    assert last[0].starts_at == at("2027-03-31 09:00")


def test_a_series_ends_with_its_authors_role(stage: Stage) -> None:
    chief = stage.organiser()
    stage.resident("DG01")
    number = stage.make(chief, "class:DG01", repeat="weekly")
    stage.submit(number, chief, at=at("2026-12-01 09:00"))
    work_now(stage.store, lambda tx: tx.core(delete(role_grant)))
    stage.advance_to("2026-12-01 09:00")
    stage.tick_broadcasts()
    stage.run()
    assert stage.status(number)["state"] == "done", "this one was decided on while there was the role"
    assert len(rows_of(stage, select(broadcast.c.id))) == 1


@pytest.mark.parametrize(("repeat", "last", "following"), REPEATS)
def test_the_next_time(repeat: str, last: str, following: str) -> None:
    assert launching.next_time(at(last), repeat, at(last), ZONE) == at(following)


def test_somebody_who_erases_themselves_leaves_the_numbers_right(stage: Stage) -> None:
    from services.erasing import erase

    chief = stage.organiser()
    people = [stage.resident("DG01") for _ in range(3)]
    number = stage.send(chief, "class:DG01")
    stage.feed(window=2)
    for one in people:
        stage.work(lambda tx, one=one: erase(tx, stage.town, one))
    stage.run()
    assert stage.counts(number) == {"skipped": 3}
    assert stage.status(number)["reasons"] == {"erased": 3}
    left = look_now(stage.store, lambda tx: tx.core(recipient.select()).all())
    assert all(row.person_id is None and row.account_id is None for row in left)


def test_after_a_year_nobody_knows_who_got_it_and_the_numbers_stay(stage: Stage) -> None:
    chief = stage.organiser()
    stage.resident("DG01")
    number = stage.send(chief, "class:DG01")
    stage.run()
    stage.advance(timedelta(days=364))
    assert stage.work(lambda tx: forget_old(tx, stage.town)) == 0
    stage.advance(timedelta(days=2))
    assert stage.work(lambda tx: forget_old(tx, stage.town)) == 1
    assert stage.work(lambda tx: forget_old(tx, stage.town)) == 0
    assert stage.recipients(number) == [None]
    assert stage.counts(number) == {"sent": 1}


# what is read


def test_each_reads_their_own_name_and_class(stage: Stage) -> None:
    chief = stage.organiser()
    wang = stage.resident("DG01")
    stage.change(person, person.c.id == wang, name="王秀兰")
    stage.resident("DG01")
    number = stage.send(chief, "class:DG01", "{姓名}您好，{班级}{下次上课}见")
    stage.run()
    assert sorted(text for _, text in stage.heard) == [
        "王秀兰您好，电工上岗培训明天（周二）晚上7点见",
        "邻居您好，电工上岗培训明天（周二）晚上7点见",
    ]
    assert stage.counts(number) == {"sent": 2}


def test_a_button_of_a_class_names_its_recipient_and_a_file_is_kept_once(stage: Stage) -> None:
    chief = stage.organiser()
    stage.resident("DG01")
    stage.resident("DG01")
    stage.send(
        chief, "class:DG01",
        choices=(Choice("报名这门课", f"enrol:{stage.offering('SF01')}"), Choice("网页", url="https://a.cn")),
        document=Document("海报.png", b"\x89PNG\r\n\x1a\n", "image/png", picture=True),
    )  # fmt: skip
    stage.feed()
    first, second = stage.posted("announcement")
    assert first.actions[0] != second.actions[0]
    assert first.actions[0].startswith("bcast:") and first.actions[0].endswith(":0")
    assert first.row.document is None and second.row.document is None

    def claimed(tx):  # type: ignore[no-untyped-def]
        from services import delivery

        return delivery.claim(tx, stage.town, delivery.due(tx, stage.town, "telegram", "bulk", 9))

    rows = stage.work(claimed).rows
    assert [row.message.document.content for row in rows] == [b"\x89PNG\r\n\x1a\n"] * 2
    assert all(row.message.document.picture for row in rows)


def test_the_sheet_has_a_row_for_each_and_masks_names_above_the_own_level(stage: Stage) -> None:
    chief, clerk = stage.organiser(), stage.organiser("xincheng")
    wang = stage.resident("SF01")
    stage.change(person, person.c.id == wang, name="王秀兰")
    stage.resident("SF01", agreed=False)
    for by, name in ((chief, "王**"), (clerk, "王秀兰")):
        number = stage.send(by, "class:SF01", f"第{by}条")
        stage.run()
        sheet = look_now(
            stage.store, lambda tx, number=number, by=by: reporting.sheet_of(tx, stage.town, number, by)
        )
        assert sheet is not None
        assert [line[1] for line in sheet.lines] == [name, ""]
        assert [line[3] for line in sheet.lines] == ["送达", "没有发"]
        assert "王" in reporting.as_csv(sheet).decode("utf-8-sig")
        assert reporting.as_xlsx(sheet)[:2] == b"PK"


def test_a_large_audience_never_lies_in_the_outbox(stage: Stage) -> None:
    chief = stage.organiser()
    for _ in range(30):
        stage.resident("DG01")
    number = stage.send(chief, "class:DG01")
    for _ in range(10):
        stage.feed(window=6)
        assert stage.outbox() <= 6
        stage.post(most=3)
    stage.run(window=6)
    assert stage.counts(number) == {"sent": 30}


def test_a_page_that_fetches_gets_it_too(stage: Stage) -> None:
    chief = stage.organiser()
    stage.resident("DG01", platform="web")
    number = stage.send(chief, "class:DG01")
    stage.tick_broadcasts()
    assert stage.counts(number) == {"sending": 1}
    (written,) = stage.posted("announcement")
    from services.fetching import reached

    stage.work(lambda tx: reached(tx, stage.town, written.row.account_id, [written.row.id]))
    assert stage.counts(number) == {"sent": 1}
    stage.tick_broadcasts()
    assert stage.status(number)["state"] == "done"
