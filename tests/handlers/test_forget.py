"""注销: asked, waited for, called off, and carried out until nothing leads back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table, func, select, update

import models.registry  # noqa: F401  (every table)
from models.catalogue import offering
from models.enrolment import enrolment
from models.operations import audit_entry, audit_text
from models.outgoing import outgoing
from models.people import account, consent, conversation, person
from models.statement import Tx
from models.store import Store
from models.types import metadata
from services import erasing
from services.audit import record
from services.broadcasting import feeding
from services.roles import grant
from services.schedules import broadcasts, retention, surveys
from services.sending_gates import ASKED, ROW_AND_STANDING, Drop, gate
from services.town import Town
from tests.handlers.play import Person, Play
from tests.town import make_town


def forget_at(who: Person) -> Any:
    (row,) = who.play.rows(select(person.c.forget_at).where(person.c.id == who.person_id))
    return row.forget_at


def states(play: Play, code: str) -> list[tuple[str, str]]:
    """Each place in a class, in order: its name on the list and its state."""
    query = select(enrolment.c.name, enrolment.c.state).join_from(enrolment, offering)
    return [tuple(row) for row in play.rows(query.where(offering.c.code == code).order_by(enrolment.c.id))]


# asking, waiting, calling off


def test_it_says_what_goes_what_stays_and_how_long(wang: Person) -> None:
    wang.say("注销")
    for part in ("称呼", "收藏", "只留人数", "7天", "取消注销"):
        assert part in wang.text
    wang.tap("不注销了")
    assert "没有注销" in wang.text
    assert forget_at(wang) is None


def test_seven_days_and_called_off_by_word(play: Play, wang: Person) -> None:
    wang.say("注销")
    wang.tap("确认注销")
    assert "周一（12月7日）上午10点" in wang.text
    assert forget_at(wang) == play.now + timedelta(days=7)
    play.advance(days=6)
    wang.say("注销")
    assert "已经申请注销" in wang.text
    wang.say("取消注销")
    assert "都还在" in wang.text
    assert forget_at(wang) is None
    play.advance(days=2)
    assert play.work(erasing.erase_due, play.town) == 0
    assert wang.known


def test_called_off_by_tap_though_the_button_is_days_old(play: Play, wang: Person) -> None:
    wang.say("注销")
    wang.say("确认")
    play.advance(days=3)
    wang.tap_action("forget_stop")
    assert "不注销了" in wang.text
    assert forget_at(wang) is None


def test_asking_twice_does_not_begin_the_seven_days_anew(play: Play, wang: Person) -> None:
    wang.say("注销")
    wang.tap("确认注销")
    first = forget_at(wang)
    play.advance(days=2)
    wang.tap_action("forget_ok:1")
    assert forget_at(wang) == first


def test_nothing_to_call_off(wang: Person) -> None:
    wang.say("取消注销")
    assert "没有注销" in wang.text


def test_my_data_tells_of_it(wang: Person) -> None:
    wang.say("注销")
    wang.tap("确认注销")
    wang.say("我的资料")
    assert "已经申请注销" in wang.text
    assert "注销时间" in wang.documents[0].content.decode()


def test_classes_to_come_stay_until_the_day_or_are_left_at_once(play: Play, wang: Person) -> None:
    wang.enrol("书法")
    wang.say("我要注销")
    assert "书法入门" in wang.text
    wang.tap("班到那天再退")
    assert states(play, "SF01") == [("王秀兰", "enrolled")]
    wang.say("取消注销")
    wang.say("注销")
    wang.tap("班现在就退")
    assert "班已经退了" in wang.text
    assert states(play, "SF01") == [("王秀兰", "withdrawn")]


def test_a_tap_out_of_nowhere_only_asks(wang: Person) -> None:
    wang.say("你好")
    wang.tap_action("forget_ok:1")
    assert forget_at(wang) is None
    assert "7天" in wang.text


def test_announcements_stop_at_once(play: Play, wang: Person) -> None:
    wang.say("/start")
    wang.tap("同意")
    play.work(queue_announcement, play.town, wang.account_id)
    wang.say("注销")
    wang.tap("确认注销")
    (living,) = play.rows(select(func.count()).select_from(consent).where(consent.c.withdrawn_at.is_(None)))[
        0
    ]
    assert living == 0
    (row,) = play.rows(
        select(
            outgoing.c.lane,
            outgoing.c.purpose,
            outgoing.c.silent,
            outgoing.c.enrolment_id,
            outgoing.c.offer_id,
            *ASKED,
        )
        .select_from(ROW_AND_STANDING)
        .where(outgoing.c.lane == "bulk")
    )
    assert isinstance(gate(row, play.town, play.now), Drop)


def queue_announcement(tx: Any, town: Town, account_id: int) -> None:
    from services.message import Message
    from services.outbox import Address, post_notice

    post_notice(
        tx, town, Address(account_id, "telegram", "1001"), Message("新课来了"), purpose="announcement",
        expires_at=town.now() + timedelta(days=2), lane="bulk",
    )  # fmt: skip


# carrying it out, on both databases


@pytest.fixture
def both(store: Store) -> Iterator[Play]:
    yield Play(store, make_town(store))


def everything_about(play: Play) -> Person:
    """A person who leaves a trace in many tables, and a neighbour who waits for the same class."""
    wang = play.person("telegram", "1001", name="王秀兰")
    wang.say("/start")
    wang.tap("同意")
    wang.enrol("手机")
    play.person("telegram", "11", name="张建国").enrol("手机")
    waiting = play.person("telegram", "12", name="李梅")
    assert waiting.enrol("手机") == "waiting"
    wang.say("书法")
    wang.say("1")
    wang.tap("收藏")
    wang.say("有免费的书法班了告诉我")  # one fits already, and counts as told
    wang.say("绑定")
    wang.say("123123")
    play.work(note_name, play, wang.person_id)
    return wang


def note_name(tx: Any, play: Play, person_id: int) -> None:
    record(
        tx, play.now, "cli:test", "renamed", f"person:{person_id}", "name",
        person_id=person_id, before="王秀", after="王秀兰",
    )  # fmt: skip


def test_after_seven_days_nothing_leads_back(both: Play) -> None:
    wang = everything_about(both)
    person_id, account_id = wang.person_id, wang.account_id
    wang.say("注销")
    wang.tap("班到那天再退")
    both.at(11, days=7)
    assert both.work(erasing.erase_due, both.town) == 1
    assert not wang.known
    for table in metadata.tables.values():
        assert leads_to(both, table, person_id, account_id) == [], table.name
    for trace in ("王秀", "1001", f"person:{person_id}"):
        assert not found_anywhere(both, trace), trace
    both.work(erasing.erase, both.town, person_id)  # a second time finds nobody


def a_resident_of_long_standing(play: Play) -> Person:
    """Who asked the school, subscribed, nominated, voted, got broadcasts, and said how a class was."""
    clerk = play.person("terminal", "chen", name="陈老师")
    clerk.say("你好")
    play.work(grant, play.town, "terminal:chen", "owner", "root", "cli:test")
    wang = play.person("terminal", "wang-laptop", name="王秀兰")
    wang.start()
    wang.tap("同意")
    wang.enrol("书法")
    play.work(surveys.due, play.town)
    wang.say("有电工培训通知我")
    wang.say("设置")
    wang.tap("我是……")
    wang.tap("我是农民工")
    wang.say("晚上11点到早上10点不要打扰")
    wang.say("找人帮忙")
    wang.tap("给学校留言")
    wang.say("我是王秀兰，教室有电梯吗？")
    clerk.say("收件箱")
    clerk.say("1")
    clerk.tap("回复")
    clerk.say("王秀兰您好，有的。")
    clerk.say("学习周管理")
    clerk.tap("办一次新的学习周")
    clerk.say("12月14日")
    clerk.tap("开始")
    for name, story, who in (("王秀兰", "王秀兰天天练字", "是我自己"), ("李大爷", "年年读书", "是别人")):
        wang.say("提名")
        wang.tap("百姓学习之星")
        wang.say(name)
        wang.say(story)
        wang.tap(who)
    clerk.tap_action("camp_named:1")
    clerk.tap("看看“王秀兰”")
    clerk.tap("公布")
    wang.tap_action("vote_ok:1")
    clerk.say("群发")
    clerk.say("{姓名}您好")
    clerk.say("class:SF01")
    clerk.say("现在就发")
    while play.work(broadcasts.due, play.town) or play.work(fed, play):
        pass
    assert "王秀兰您好" in "".join(message.text for message in wang.inbox())
    wang.say("不要这类消息")
    [row] = play.rows(select(offering.c.last_end).where(offering.c.code == "SF01"))
    play.advance(row.last_end - play.now)
    play.advance(hours=2)
    while play.work(surveys.due, play.town):
        pass
    assert "满意吗" in wang.inbox()[-1].text
    wang.tap("很满意")
    wang.say("我是王秀兰，王老师讲得真好")
    return wang


def fed(tx: Tx, play: Play) -> int:
    found = feeding.wanted(tx, play.town, ["terminal"])
    return sum(feeding.step(tx, play.town, one, ["terminal"]) for one in found)


def test_of_what_somebody_did_besides_enrolling_nothing_leads_back(play: Play) -> None:
    wang = a_resident_of_long_standing(play)
    person_id, account_id = wang.person_id, wang.account_id
    held = {table.name for table in metadata.tables.values() if leads_to(play, table, person_id, account_id)}
    traces = {
        "watch", "person_group", "help_thread", "nomination", "vote", "broadcast_recipient", "opt_out",
        "outgoing", "enrolment",
    }  # fmt: skip
    assert traces <= held | set(found_anywhere(play, "天天练字")) and found_anywhere(play, "讲得真好")
    wang.say("注销")
    wang.tap("确认注销")
    # what the school was told of her lies in its own messages for a week
    play.work(lambda tx: tx.core(update(outgoing).values(state="sent", ended_at=play.now)).rowcount)
    play.at(4, days=8)
    while play.work(retention.due, play.town):
        pass
    assert not wang.known
    for table in metadata.tables.values():
        assert leads_to(play, table, person_id, account_id) == [], table.name
    for trace in ("王秀兰", "wang-laptop", f"person:{person_id}", "天天练字", "教室有电梯", "讲得真好"):
        assert not found_anywhere(play, trace), (trace, found_anywhere(play, trace))


def leads_to(play: Play, table: Table, person_id: int, account_id: int) -> list[Any]:
    """Rows that point to the person or the account, by foreign key or by a column of that name."""
    targets = {"person": person_id, "account": account_id}
    columns = {
        key.parent.name: targets[key.column.table.name]
        for key in table.foreign_keys
        if key.column.table.name in targets
    }
    columns |= {
        name: of for name, of in (("person_id", person_id), ("account_id", account_id)) if name in table.c
    }
    return [
        row for name, of in columns.items() for row in play.rows(select(table).where(table.c[name] == of))
    ]


def found_anywhere(play: Play, trace: str) -> list[str]:
    """Tables in which a text occurs in any column."""
    return [
        table.name
        for table in metadata.tables.values()
        for row in play.rows(select(table))
        if any(trace in value for value in row if isinstance(value, str))
    ]


def test_the_seat_goes_to_whoever_waits_first(both: Play) -> None:
    wang = everything_about(both)
    both.work(erasing.erase, both.town, wang.person_id)
    assert states(both, "SJ01") == [("", "withdrawn"), ("张建国", "enrolled"), ("李梅", "offered")]
    assert any("有名额了" in message.text for message in both.person("telegram", "12").inbox())


def test_what_is_over_still_counts_for_statistics(both: Play) -> None:
    wang = everything_about(both)
    both.at(10, days=60)
    both.work(erasing.erase, both.town, wang.person_id)
    assert states(both, "SJ01")[0] == ("", "enrolled")
    (row,) = both.rows(
        select(person.c.name, account.c.platform, account.c.state, account.c.external_id)
        .join_from(enrolment, person, person.c.id == enrolment.c.person_id)
        .join(account, account.c.id == enrolment.c.account_id)
        .where(enrolment.c.id == 1)
    )
    assert (row.name, row.platform, row.state) == ("", "erased", "erased")
    assert len(row.external_id) == erasing.EXTERNAL_DIGITS


def test_two_who_were_in_one_class_can_both_be_erased(both: Play) -> None:
    wang = everything_about(both)
    zhang = both.person("telegram", "11")
    both.at(10, days=60)
    both.work(erasing.erase, both.town, wang.person_id)
    both.work(erasing.erase, both.town, zhang.person_id)
    assert [state for _, state in states(both, "SJ01")][:2] == ["enrolled", "enrolled"]


def test_messages_are_emptied_and_what_waited_is_dropped(both: Play) -> None:
    wang = everything_about(both)
    before = both.rows(select(func.count()).select_from(outgoing))[0][0]
    both.work(queue_announcement, both.town, wang.account_id)
    both.work(erasing.erase, both.town, wang.person_id)
    rows = both.rows(select(outgoing).join_from(outgoing, account).where(account.c.platform == "erased"))
    assert rows
    assert {row.payload for row in rows} == {'{"t":""}'}
    assert not [row for row in rows if row.state in ("queued", "sending") or row.document or row.chat]
    assert both.rows(select(func.count()).select_from(outgoing))[0][0] >= before
    assert {(row.before, row.after, row.person_id) for row in both.rows(select(audit_text))} == {
        ("", "", None)
    }
    (entry,) = both.rows(select(audit_entry).where(audit_entry.c.action == "erased"))
    assert (entry.actor, entry.subject) == ("system", "person:erased")


def test_who_comes_back_is_somebody_new(both: Play) -> None:
    wang = everything_about(both)
    old = wang.person_id
    both.work(erasing.erase, both.town, old)
    wang.say("我的课")
    assert "还没报名任何班" in wang.text
    assert wang.person_id != old
    assert both.rows(select(conversation).where(conversation.c.account_id == wang.account_id))
    wang.say("我的资料")
    assert '"enrolment": []' in wang.documents[1].content.decode()
