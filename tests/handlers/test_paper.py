"""A village clerk with a paper list: names one a line, read back, the same rules, slips to print."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import select, text, update

from models.catalogue import offering
from models.enrolment import enrolment
from models.family import dependent
from models.operations import audit_entry
from models.people import consent, person
from models.store import Store
from services.roles import grant
from services.town import Town
from tests.handlers.play import Person, Play
from tests.handlers.test_door import send


@pytest.fixture
def play(store: Store, town: Town) -> Play:
    return Play(store, town)


@pytest.fixture
def clerk(play: Play) -> Person:
    """周主任, an editor of the school's unit."""
    clerk = play.person("telegram", "70", name="周主任")
    play.work(grant, play.town, "telegram:70", "editor", "xincheng", "cli:test")
    return clerk


def brings(clerk: Person, names: str, wish: str = "书法") -> None:
    clerk.say(wish)
    clerk.say("1")
    clerk.say("代报")
    assert "一行一个称呼" in clerk.text
    clerk.say(names)


def states(play: Play) -> list[tuple[str, str]]:
    rows = play.rows(select(enrolment.c.name, enrolment.c.state).order_by(enrolment.c.id))
    return [(row.name, row.state) for row in rows]


def test_a_list_is_read_back_and_then_enrolled(play: Play, clerk: Person) -> None:
    brings(clerk, "1. 王秀兰\n2、李建国\n张大爷")
    assert "请核对，替这3位报名“书法入门”" in clerk.text and "王秀兰、李建国、张大爷" in clerk.text
    assert states(play) == []
    clerk.say("确认代报")
    assert "3位已报名，0位候补，0位没报上" in clerk.text
    assert states(play) == [("王秀兰", "enrolled"), ("李建国", "enrolled"), ("张大爷", "enrolled")]


def test_the_slips_say_class_time_place_and_position(play: Play, clerk: Person) -> None:
    two = update(offering).where(offering.c.code == "SF01").values(capacity=1)
    play.work(lambda tx: tx.core(two).rowcount)
    brings(clerk, "王秀兰\n李建国")
    clerk.tap("确认代报")
    (document,) = clerk.documents
    page = document.content.decode()
    assert page.count('class="slip"') == 2
    for words in (
        "王秀兰",
        "书法入门",
        "已报名",
        "候补第1位",
        "新城路12号",
        "上午9点",
        "0570-5550123",
        "新城街道社区学校",
    ):
        assert words in page, words


def test_only_a_name_is_kept_with_the_yes_on_paper(play: Play, clerk: Person) -> None:
    brings(clerk, "王秀兰")
    clerk.tap("确认代报")
    (kept,) = play.rows(select(dependent))
    assert (kept.kind, kept.label, kept.keeper_id) == ("paper", "王秀兰", clerk.person_id)
    (yes,) = play.rows(select(consent).where(consent.c.person_id == kept.person_id))
    assert (yes.purpose, yes.wording, yes.platform) == ("enrolment", "paper-2026-12", "desk")
    (who,) = play.rows(select(person).where(person.c.id == kept.person_id))
    assert who.name == "王秀兰"
    (entry,) = play.rows(select(audit_entry).where(audit_entry.c.action == "enrol"))
    assert entry.actor == f"person:{clerk.person_id}"


def test_a_second_list_finds_the_same_people(play: Play, clerk: Person) -> None:
    brings(clerk, "王秀兰")
    clerk.tap("确认代报")
    brings(clerk, "王秀兰\n李建国")
    clerk.tap("确认代报")
    assert "王秀兰：已经报过了" in clerk.text and "李建国：已报名" in clerk.text
    assert len(play.rows(select(dependent))) == 2


def test_the_same_gates_hold(play: Play, clerk: Person) -> None:
    play.town.term_limit = 1
    brings(clerk, "王秀兰")
    clerk.tap("确认代报")
    brings(clerk, "王秀兰", wish="烘焙")
    clerk.tap("确认代报")
    assert "最多同时报1个班" in clerk.text
    assert len(states(play)) == 1


def test_ages_are_looked_at_and_not_kept(play: Play, clerk: Person) -> None:
    brings(clerk, "王秀兰 68\n小李 30岁\n张大爷", wish="太极拳")
    assert "请核对，替这3位" in clerk.text
    assert "没写年龄，报不上：张大爷。" in clerk.text
    clerk.tap("确认代报")
    assert "凭条在下面" in clerk.text and "已经报上的不会重复报" in clerk.text
    assert "王秀兰：已报名" in clerk.text
    assert "小李：年龄不合适" in clerk.text and "张大爷：没写年龄" in clerk.text
    assert states(play) == [("王秀兰", "enrolled")]
    clerk.tap("再报几位")
    clerk.say("张大爷 70")
    assert "没写年龄" not in clerk.text
    clerk.tap("确认代报")
    assert states(play) == [("王秀兰", "enrolled"), ("张大爷", "enrolled")]


def test_what_is_wrong_with_a_list_is_told_before_it_counts(play: Play, clerk: Person) -> None:
    clerk.say("代报 TJ01")
    clerk.say("王桂英 68，刘大爷，王桂英 68")
    assert "没写年龄，报不上：刘大爷" in clerk.text and "写了不止一次，只报一个：王桂英" in clerk.text
    clerk.say("王桂英 68，刘大爷 70")
    assert "请核对，替这2位报名" in clerk.text and "没写年龄" not in clerk.text
    clerk.say("确认代报")
    assert states(play) == [("王桂英", "enrolled"), ("刘大爷", "enrolled")]


def test_a_freed_seat_is_offered_to_the_clerk_for_them(play: Play, clerk: Person) -> None:
    one = update(offering).where(offering.c.code == "SF01").values(capacity=1)
    play.work(lambda tx: tx.core(one).rowcount)
    first = play.person("telegram", "71", name="甲")
    first.enrol("书法")
    brings(clerk, "王秀兰")
    clerk.tap("确认代报")
    assert "候补第1位" in clerk.text
    first.say("退课")
    first.say("确认退出")
    clerk.inbox()
    assert "【王秀兰】" in clerk.text and "有名额了" in clerk.text
    clerk.tap("接受名额")
    assert "✓ 王秀兰已报名：书法入门" in clerk.text
    assert ("王秀兰", "enrolled") in states(play)


def test_a_resident_cannot(play: Play) -> None:
    wang = play.person("telegram", "72", name="王秀兰")
    wang.say("书法")
    wang.say("1")
    wang.say("代报")
    assert "工作人员来办" in wang.text
    wang.tap_action("paper_ok:1")
    assert states(play) == []


def test_what_else_staff_say_is_nobodys_name(play: Play, clerk: Person) -> None:
    brings(clerk, "缴费 SF01")
    assert "确认代报" not in clerk.buttons and clerk.text.startswith("“书法入门”")


def test_no_after_all(play: Play, clerk: Person) -> None:
    brings(clerk, "王秀兰")
    clerk.say("不报了")
    assert "没有报" in clerk.text
    assert states(play) == []


def village_sheet() -> bytes:
    """A list as villages keep it: a merged head of two storeys, gaps, other classes, and sums below."""
    book = Workbook()
    sheet: Any = book.active
    for row in (
        ("新城村冬季班报名表",),
        ("序号", "姓名", "基本情况", None, "联系电话", "所报班级"), (None, None, "性别", "年龄"),
        (1, "王秀兰", "女", 68, 13800138000, "太极拳"), (), (2, "李 建", "男", "72岁", "", "TJ01"),
        (3, "王秀兰", "女", 66), (4, "赵小妹", "女", 30, "", "太极班"), ("", "", ""),
        (5, "钱大爷（三组）", "男", 70, "", "书法班"),
        (6, "孙奶奶", "女"), ("合计", 6), ("制表人：周主任",),
    ):  # fmt: skip
        sheet.append(row)
    for merged in ("A1:F1", "C2:D2", "A2:A3", "B2:B3", "E2:E3", "F2:F3"):
        sheet.merge_cells(merged)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def test_a_village_sends_its_sheet_as_it_is(play: Play, clerk: Person) -> None:
    send(clerk, "名单.xlsx", village_sheet())
    assert "先打“代报”加课程编号" in clerk.text, "it is no timetable"
    clerk.say("代报 TJ01")
    send(clerk, "照片.jpg", b"x")
    assert "照片我还看不懂" in clerk.text
    send(clerk, "名单.xlsx", village_sheet())
    assert "替这4位报名“太极拳二十四式”" in clerk.text and "王秀兰、李建、赵小妹、孙奶奶\n" in clerk.text
    for told in (
        "没写年龄，报不上：孙奶奶", "年龄不合适，报不上：赵小妹 30", "只报一个：王秀兰",
        "别的班，这次不会报：钱大爷三组（书法班）",
    ):  # fmt: skip
        assert told in clerk.text, told
    clerk.say("对")
    assert states(play) == [("王秀兰", "enrolled"), ("李建", "enrolled")]
    clerk.tap_action("paper_ok:2")
    assert "已经办过了" in clerk.text and "再报几位" in clerk.buttons


def test_whoever_comes_no_more_is_taken_off_by_the_clerk(play: Play, clerk: Person) -> None:
    brings(clerk, "王秀兰\n李建国")
    clerk.tap("确认代报")
    clerk.say("帮王秀兰退课")
    clerk.tap("确认退出")
    assert states(play) == [("王秀兰", "withdrawn"), ("李建国", "enrolled")]
    clerk.say("帮路人退课")
    assert "确认退出" not in clerk.buttons


def test_a_long_list_goes_in_parts_and_no_class_is_guessed(play: Play, clerk: Person) -> None:
    clerk.say("书法")
    clerk.say("1")
    clerk.say("代报 XX99")
    assert "没有编号是XX99的班" in clerk.text, "and nobody is enrolled in the class on the screen"
    clerk.say("代报 烘焙")
    clerk.say("1")
    clerk.tap("报名")
    clerk.say("\n".join(f"王{one}{two} 13800138000" for one in "一二三四" for two in "甲乙丙丁戊己庚辛"))
    assert "证件号和电话不用写" in clerk.text and "替这32位报名“家常烘焙”" in clerk.text
    clerk.say("好")
    assert "12位已报名，18位候补" in clerk.text and "还有2位没办" in clerk.text
    clerk.say("好")
    assert "0位已报名，2位候补" in clerk.text
    assert len(states(play)) == 32


def test_a_sheet_for_another_class_is_told_as_that(play: Play, clerk: Person) -> None:
    brings(clerk, "好")
    send(clerk, "名单.csv", "姓名,所报班级\n王秀兰,太极拳\n李建国,太极拳\n".encode())
    assert "没有报“书法入门”的人" in clerk.text and "没看到称呼" not in clerk.text
    assert "王秀兰（太极拳）" in clerk.text


def test_yes_is_nobodys_name(play: Play, clerk: Person) -> None:
    brings(clerk, "好的")
    assert "没看到称呼" in clerk.text
    clerk.say("稍等")
    assert "没看到称呼" in clerk.text
    clerk.say("王秀兰")
    assert "替这1位报名" in clerk.text


def test_a_list_is_put_right_in_words(play: Play, clerk: Person) -> None:
    brings(clerk, "王秀兰 68\n李建国\n赵美丽 35", wish="太极拳")
    assert "照这样能报上的1位：王秀兰。" in clerk.text and "比如“李建国 68”" in clerk.text
    clerk.say("李建国 70")
    assert "王秀兰、李建国、赵美丽" in clerk.text and "照这样能报上的2位：王秀兰、李建国。" in clerk.text
    clerk.say("去掉赵美丽")
    assert "替这2位报名" in clerk.text and "年龄不合适" not in clerk.text
    clerk.say("加上张大爷 66")
    assert "替这3位报名" in clerk.text
    clerk.say("确认代报")
    assert [name for name, _ in states(play)] == ["王秀兰", "李建国", "张大爷"]


def test_where_nobody_can_be_enrolled_there_is_nothing_to_confirm(play: Play, clerk: Person) -> None:
    brings(clerk, "王秀兰\n李建国", wish="太极拳")
    assert "一位也报不上" in clerk.text and "确认代报" not in clerk.buttons
    clerk.say("王秀兰 68")
    assert "照这样能报上的1位" in clerk.text
    clerk.tap("确认代报")
    assert states(play) == [("王秀兰", "enrolled")]


def test_the_slip_says_the_fee_and_the_place_once(play: Play, clerk: Person) -> None:
    where = update(offering).where(offering.c.code == "SF01").values(fee_fen=8000)
    play.work(lambda tx: tx.core(where).rowcount)
    play.work(lambda tx: tx.core(text("UPDATE venue SET district = '新城', address = '新城路12号'")).rowcount)
    brings(clerk, "王秀兰")
    clerk.tap("确认代报")
    (document,) = clerk.documents
    page = document.content.decode()
    assert "学费：80元，请到学校缴。" in page
    assert "新城路12号" in page and "新城 新城路" not in page


def test_a_clerk_who_keeps_somebody_is_told_so(play: Play, clerk: Person) -> None:
    brings(clerk, "王秀兰")
    clerk.tap("确认代报")
    clerk.say("帮王秀兰退课")
    clerk.tap("不退了")
    assert "没有退" in clerk.text
    assert states(play) == [("王秀兰", "enrolled")]
