"""The roster: enrolled, offered, waiting in their order, withdrawn."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from models.people import account
from models.store import Store, look_now
from services import erasing
from services.enrolling import seats
from services.roster import Entry, roster, write_roster
from services.town import Town
from tests.services.learners import Learners
from tests.town import ZONE


def _leave(learners: Learners, enrolment_id: int) -> None:
    row = look_now(learners.store, lambda tx: tx.one(seats.BY_ID, id=enrolment_id))
    learners.work(lambda tx: seats.leave(tx, learners.town, row, why="self", actor="test"))


def _filled(store: Store, town: Town) -> Learners:
    """SJ01 has two seats: one left, one stayed, one is offered a seat, two wait."""
    learners = Learners(store, town)
    people = [learners.person(account_id=str(2001 + n)) for n in range(5)]
    names = ("王秀兰", "李建国", "=赵", "周师傅", "吴老师")
    places = [learners.enrol(one, "SJ01", name) for one, name in zip(people, names, strict=True)]
    _leave(learners, places[0])
    return learners


def test_in_order(store: Store, town: Town) -> None:
    learners = _filled(store, town)
    offering_id = learners.offering("SJ01")
    entries = look_now(store, lambda tx: roster(tx, offering_id, ZONE))
    told = [(entry["name"], entry["account"], entry["state"], entry["position"]) for entry in entries]
    assert told == [
        ("李建国", "telegram:2002", "enrolled", None),
        ("=赵", "telegram:2003", "offered", None),
        ("周师傅", "telegram:2004", "waiting", 1),
        ("吴老师", "telegram:2005", "waiting", 2),
        ("王秀兰", "telegram:2001", "withdrawn", None),
    ]
    assert {entry["since"] for entry in entries} == {"2026-11-30T10:00:00+08:00"}
    assert set(entries[0]) == {"name", "account", "state", "position", "since"}


def test_as_a_sheet(store: Store, town: Town, tmp_path: Path) -> None:
    learners = _filled(store, town)
    offering_id = learners.offering("SJ01")
    path = tmp_path / "名单.xlsx"
    write_roster(look_now(store, lambda tx: roster(tx, offering_id, ZONE)), "智能手机从零学（SJ01）", path)
    book = openpyxl.load_workbook(path)
    rows = [tuple(cell.value for cell in row) for row in book.active.iter_rows()]
    book.close()
    assert rows[0][0] == "智能手机从零学（SJ01）"
    assert rows[1] == ("序号", "称呼", "账号", "状态", "候补位次", "时间", "请假")
    assert rows[2] == (1, "李建国", "telegram:2002", "已报名", None, "2026-11-30 10:00", None)
    # a name is no formula
    assert rows[3][1] == "'=赵"
    assert rows[4][3:5] == ("候补", 1)


@pytest.mark.parametrize("begins", list("=+-@＝＋－＠"))
def test_nothing_on_the_sheet_is_a_formula(tmp_path: Path, begins: str) -> None:
    evil = f"{begins}HYPERLINK(1)"
    entry = Entry(name=evil, account=evil, state="enrolled", position=None, since="2026-11-30T10:00:00+08:00")
    write_roster([entry], evil, tmp_path / "名单.xlsx")
    book = openpyxl.load_workbook(tmp_path / "名单.xlsx")
    for cell in (book.active["A1"], book.active["B3"], book.active["C3"]):
        assert (cell.data_type, cell.value) == ("s", f"'{evil}"), cell.coordinate
    book.close()


def test_an_empty_class(store: Store, town: Town) -> None:
    offering_id = Learners(store, town).offering("SF01")
    assert look_now(store, lambda tx: roster(tx, offering_id, ZONE)) == []


def test_who_was_erased_is_named_so(store: Store, town: Town) -> None:
    learners = _filled(store, town)
    offering_id = learners.offering("SJ01")
    (gone,) = look_now(
        store, lambda tx: tx.core(select(account.c.person_id).where(account.c.external_id == "2001"))
    )
    learners.work(lambda tx: erasing.erase(tx, town, gone.person_id))
    entries = look_now(store, lambda tx: roster(tx, offering_id, ZONE))
    assert [(entry["name"], entry["account"]) for entry in entries][-1] == ("已注销", "")
