"""A clerk sends a sheet, gets it back checked, publishes it and takes it back."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from handlers.incoming import Attachment, Kind
from handlers.prepare import prepare, wants
from models.catalogue import offering, org_unit
from models.operations import audit_entry
from models.organising import sheet_draft
from models.store import Store, look_now
from services.roles import grant
from tests.handlers.play import Person, Play
from tests.town import make_town

HEADERS = ("课程编号", "课程名称", "类别", "开课日期", "结课日期", "上课时间", "地点", "学校", "名额")
PAPER = (
    "JZ01",
    "剪纸",
    "人文艺术",
    "2026-12-12",
    "2027-01-09",
    "周六 9:00-10:30",
    "新城社区活动中心",
    "",
    "20",
)
MOVED = (
    "SF01", "书法入门", "人文艺术", "2026-12-05", "2027-01-23", "周六 14:00-15:30", "新城社区活动中心",
    "新城街道社区学校", "20",
)  # fmt: skip
OTHERS = (
    "ZZ01", "种植", "生活休闲", "2026-12-12", "2027-01-09", "周六 9:00-10:30", "活动室", "和平街道社区学校",
    "20",
)  # fmt: skip
WRONG = ("JZ02", "剪纸", "人文艺术", "2026-13-12", "2027-01-09", "周六 9:00-10:30", "活动室", "", "二十来个")


@pytest.fixture
def play(store: Store) -> Play:
    return Play(store, make_town(store))


@pytest.fixture
def clerk(play: Play) -> Person:
    clerk = play.person("telegram", "3001", name="赵老师")
    play.work(lambda tx: grant(tx, play.town, "telegram:3001", "editor", "xincheng", "cli:test"))
    return clerk


def csv(*rows: tuple[str, ...]) -> bytes:
    return "\n".join(",".join(row) for row in (HEADERS, *rows)).encode("utf-8-sig")


def xlsx(*rows: tuple[str, ...]) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    for row in (HEADERS, *rows):
        sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def send(who: Person, name: str, content: bytes | None, problem: str = "") -> None:
    who._act(Kind.FILE, text=name, attached=Attachment(name, content, problem))


def codes(play: Play) -> set[str]:
    return {row.code for row in play.rows(select(offering.c.code).where(offering.c.status == "open"))}


def test_a_sheet_comes_back_checked_and_is_published_and_taken_back(play: Play, clerk: Person) -> None:
    send(clerk, "冬季课程.xlsx", xlsx(PAPER))
    assert "查好了，没有问题：新开1个班，改动0个" in clerk.text
    assert "不用通知学员" in clerk.text
    assert clerk.buttons == ["发布", "取消"]
    [document] = clerk.documents
    assert document.name == "冬季课程（查过）.xlsx"
    assert "问题清单" in load_workbook(io.BytesIO(document.content)).sheetnames
    assert "JZ01" not in codes(play)
    clerk.say("发布")
    assert "发布好了：新开1个班" in clerk.text
    assert "JZ01" in codes(play)
    query = select(org_unit.c.code).join_from(offering, org_unit, org_unit.c.id == offering.c.unit_id)
    assert [row.code for row in play.rows(query.where(offering.c.code == "JZ01"))] == ["xincheng"]
    assert play.rows(select(audit_entry.c.actor).where(audit_entry.c.action == "import_courses")) == [
        (f"person:{clerk.person_id}",)
    ]
    clerk.tap("撤销这次发布")
    clerk.say("确认撤销")
    assert "去掉1个班" in clerk.text
    assert "JZ01" not in codes(play)


def test_it_says_how_many_are_told_and_tells_them(play: Play, clerk: Person) -> None:
    wang = play.person("telegram", "1001", name="王秀兰")
    wang.enrol("书法")
    send(clerk, "改时间.csv", csv(MOVED))
    assert "发布后会告诉1个人" in clerk.text
    assert clerk.buttons == ["发布", "发布，不通知", "取消"]
    clerk.tap("发布")
    assert "已经告诉1个人" in clerk.text
    wang.inbox()
    assert "书法入门" in wang.text and "下午2点" in wang.text


def test_a_wrong_sheet_changes_nothing_and_comes_back_marked(play: Play, clerk: Person) -> None:
    before = codes(play)
    send(clerk, "课程.csv", csv(PAPER, WRONG))
    assert "处要改，什么也没有动" in clerk.text
    assert "第 3 行" in clerk.text
    assert len(clerk.documents) == 1
    assert "发布" not in clerk.buttons
    assert codes(play) == before
    assert play.rows(select(func.count()).select_from(sheet_draft)) == [(0,)]


def test_classes_of_another_school_are_not_touched(play: Play, clerk: Person) -> None:
    send(clerk, "课程.csv", csv(OTHERS))
    assert "不归您管的学校" in clerk.text
    drawn = list(MOVED)
    drawn[0], drawn[1], drawn[2] = "DG01", "电工上岗培训", "职业技能"
    send(clerk, "课程.csv", csv(tuple(drawn)))
    assert "不归您管的学校" in clerk.text
    assert "发布" not in clerk.buttons


def test_who_has_no_role_is_told_kindly(play: Play) -> None:
    wang = play.person("telegram", "1001")
    send(wang, "课程.csv", csv(PAPER))
    assert "学校的工作人员" in wang.text
    assert "JZ01" not in codes(play)


KINDS = [
    ("照片.jpg", b"\xff\xd8\xff", "文件"),
    ("课程.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xlsx"),
    ("课程.csv", b"%PDF-1.7 something", "表"),
    ("课程.csv", b" ", "空"),
]


@pytest.mark.parametrize(("name", "content", "words"), KINDS)
def test_what_is_no_sheet_is_declined_with_what_helps(
    clerk: Person, name: str, content: bytes, words: str
) -> None:
    send(clerk, name, content)
    assert words in clerk.text
    assert "发布" not in clerk.buttons


def test_too_large_or_lost_on_the_way(clerk: Person) -> None:
    send(clerk, "课程.xlsx", None, "too_big")
    assert "太大了，最多5兆" in clerk.text
    send(clerk, "课程.xlsx", None, "lost")
    assert "没有传过来" in clerk.text


def test_cancelled_or_published_twice(play: Play, clerk: Person) -> None:
    send(clerk, "课程.csv", csv(PAPER))
    clerk.say("取消")
    assert "没有发布" in clerk.text
    clerk.tap_action("sheet_go:1")
    assert "已经发布或者取消了" in clerk.text
    assert "JZ01" not in codes(play)


def test_nobody_publishes_the_sheet_of_another(play: Play, clerk: Person) -> None:
    send(clerk, "课程.csv", csv(PAPER))
    play.work(lambda tx: grant(tx, play.town, "telegram:3002", "editor", "heping", "cli:test"))
    other = play.person("telegram", "3002")
    other.tap_action("sheet_go:1")
    assert "已经发布或者取消了" in other.text
    clerk.tap("发布")
    other.tap_action("sheet_undo:1")
    assert "失效" in other.text
    other.tap_action("sheet_undone:1")
    assert "JZ01" in codes(play)


def test_a_role_that_was_taken_back_publishes_nothing(play: Play, clerk: Person) -> None:
    from services.roles import revoke

    send(clerk, "课程.csv", csv(PAPER))
    play.work(lambda tx: revoke(tx, play.town, "telegram:3001", "editor", "xincheng", "cli:test"))
    clerk.tap("发布")
    assert "JZ01" not in codes(play)


def test_what_is_found_out_before_the_turn_is_the_same(play: Play, clerk: Person) -> None:
    from handlers.incoming import Incoming

    sheet = Attachment("a.csv", csv(PAPER))
    incoming = Incoming("telegram", "test", 1, "3001", "3001", Kind.FILE, text="a.csv", attached=sheet)
    assert wants(incoming)
    said = Incoming("telegram", "test", 2, "3001", "3001", Kind.TEXT, text="发布")
    assert wants(said) and not wants(replace(said, text="书法"))
    assert look_now(play.store, lambda tx: prepare(tx, play.town, said)) is said, "nothing was sent in yet"
    send(clerk, "a.csv", csv(PAPER))
    ready = look_now(play.store, lambda tx: prepare(tx, play.town, said))
    assert ready.sheet is not None and ready.sheet.ok and ready.sheet.marked is None
    ready = look_now(play.store, lambda tx: prepare(tx, play.town, incoming))
    assert ready.sheet is not None and ready.sheet.ok
    stranger = Incoming("telegram", "test", 1, "99", "99", Kind.FILE, text="a.csv", attached=sheet)
    assert look_now(play.store, lambda tx: prepare(tx, play.town, stranger)) is stranger
