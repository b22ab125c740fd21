"""An owner sends a sheet of units: it is checked against the own part of the network, and published."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.catalogue import org_unit
from models.operations import audit_entry
from models.store import Store
from services.importing.units_door import is_units
from services.roles import grant
from services.sheets.read import read_table
from tests.handlers.play import Person, Play
from tests.handlers.test_door import HEADERS, PAPER, csv, send
from tests.town import make_town

HEAD = "机构编号,名称,级别,上级,电话"


@pytest.fixture
def play(store: Store) -> Play:
    return Play(store, make_town(store))


def staff(play: Play, role: str, unit: str) -> Person:
    one = play.person("telegram", "3001", name="赵老师")
    play.work(lambda tx: grant(tx, play.town, "telegram:3001", role, unit, "cli:test"))
    return one


def sheet(*lines: str) -> bytes:
    return "\n".join((HEAD, *lines)).encode("utf-8-sig")


def units(play: Play) -> dict[str, tuple[str, str]]:
    chosen = select(org_unit.c.id, org_unit.c.code, org_unit.c.name, org_unit.c.path)
    rows = play.rows(chosen)
    codes = {str(row.id): row.code for row in rows}
    return {
        row.code: (row.name, "/".join(codes[one] for one in row.path.strip("/").split("/"))) for row in rows
    }


def test_an_owner_brings_in_teaching_points_and_a_new_number(play: Play) -> None:
    owner = staff(play, "owner", "xincheng")
    before = units(play)
    send(
        owner, "机构.csv",
        sheet("xc1,新城一村教学点,村点,,0570-5550201", "xincheng,新城街道社区学校,学校,,0570-5559999"),
    )  # fmt: skip
    assert "这是一张机构表，没有问题：新增1个机构，改动1个" in owner.text
    assert "新增：新城一村教学点（xc1）" in owner.text and owner.buttons == ["发布", "取消"]
    assert units(play) == before
    owner.say("发布")
    assert "办好了：新增1个机构，改动1个" in owner.text
    assert units(play)["xc1"] == ("新城一村教学点", "root/xincheng/xc1"), "a new one stands under the own"
    assert units(play)["xincheng"] == before["xincheng"], "the own unit stays where it is"
    by = play.rows(select(audit_entry.c.actor).where(audit_entry.c.action == "import_unit"))
    assert {row.actor for row in by} == {f"person:{owner.person_id}"}
    owner.tap_action("sheet_go:1")
    assert "已经发布或者取消了" in owner.text
    send(owner, "机构.csv", sheet("xc1,新城一村教学点,村点,xincheng,0570-5550201"))
    assert "没有要改的" in owner.text


FOREIGN = [
    ("another school", "heping,和平学校,学校,,0570-5550000", "不归您管"),
    ("a point of another school", "hp1,和平一村,村点,heping,", "不归您管"),
    ("to another's part", "xc9,新城九村,村点,hp9,\nhp9,和平九校,学校,root,", "级别要比上级"),
    ("a school above one's own", "top,总校,学院,,", "级别要比上级"),
    ("no such parent", "xc2,新城二村,村点,nosuch,", "nosuch"),
]


@pytest.mark.parametrize(("line", "told"), [one[1:] for one in FOREIGN], ids=[one[0] for one in FOREIGN])
def test_what_is_not_the_owners_is_refused_whole(play: Play, line: str, told: str) -> None:
    owner = staff(play, "owner", "xincheng")
    before = units(play)
    send(owner, "机构.csv", sheet("xc1,新城一村教学点,村点,,", line))
    assert told in owner.text and "什么也没有动" in owner.text
    assert "发布" not in owner.buttons and units(play) == before
    (marked,) = owner.documents
    assert marked.name == "机构（查过）.xlsx"


def test_an_editor_may_not_and_who_lost_the_role_may_no_more(play: Play) -> None:
    clerk = staff(play, "editor", "xincheng")
    send(clerk, "机构.csv", sheet("xc1,新城一村教学点,村点,,"))
    assert "只有负责人能发" in clerk.text
    play.work(lambda tx: grant(tx, play.town, "telegram:3001", "owner", "xincheng", "cli:test"))
    send(clerk, "机构.csv", sheet("xc1,新城一村教学点,村点,,"))
    from services.roles import revoke

    play.work(lambda tx: revoke(tx, play.town, "telegram:3001", "owner", "xincheng", "cli:test"))
    clerk.tap("发布")
    assert "xc1" not in units(play) and "发布好了" not in clerk.text


def test_a_whole_network_from_the_owner_of_everything(play: Play) -> None:
    owner = staff(play, "owner", "root")
    send(
        owner,
        "机构.csv",
        sheet("XY,柳溪县学院,学院,,", "xincheng,新城街道社区学校,学校,XY,", "C1,村一,村点,xincheng,"),
    )
    owner.say("/en")
    assert owner.text
    owner.tap_action("sheet_go:1")
    assert "Done: 2 new units, 1 changed" in owner.text
    assert units(play)["C1"][1] == "root/XY/xincheng/C1"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (sheet("a,b,学校,,"), True),
        ("编号,机构名称,层级\na,b,学校".encode(), True),
        (csv(PAPER), False),
        ((",".join((*HEADERS, "级别")) + "\n").encode() + b"x", False),
        ("编号,名称,级别,上课时间\n1,2,3,4".encode(), False),
    ],
)
def test_which_sheet_is_one_of_units(content: bytes, expected: bool) -> None:
    assert is_units(read_table(content, "表.csv")) is expected
