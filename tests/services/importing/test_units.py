"""Units brought in: new, changed, moved to another parent with everything below, and what is refused."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from models.catalogue import catalogue_change, org_unit
from models.store import look_now
from tests.services.importing.clerk import FIRST, Clerk

UNITS = """机构编号,名称,级别,上级,电话,服务时间
XY,柳溪县社区教育学院,学院,,0570-5550100,周一至周五 9:00-17:00
CG,城关学校,学校,XY,0570-5550101,
DG,东关学校,学校,XY,0570-5550102,
CG1,城关第一村点,村点,CG,,
"""


def paths(clerk: Clerk) -> dict[str, str]:
    """Where each unit stands, in codes."""
    rows = look_now(
        clerk.store, lambda tx: tx.core(select(org_unit.c.id, org_unit.c.code, org_unit.c.path)).all()
    )
    codes = {str(row.id): row.code for row in rows}
    return {row.code: "/".join(codes[part] for part in row.path.strip("/").split("/")) for row in rows}


def test_units_stand_below_their_parents(clerk: Clerk) -> None:
    result = clerk.units(UNITS.encode())
    assert (result.created, result.changed, result.unchanged, result.problems) == (4, 0, 0, ())
    assert paths(clerk) == {
        "root": "root", "XY": "root/XY", "CG": "root/XY/CG", "DG": "root/XY/DG", "CG1": "root/XY/CG/CG1",
    }  # fmt: skip


def test_the_same_units_again_change_nothing(clerk: Clerk) -> None:
    clerk.units(UNITS.encode())
    before = clerk.everything()
    again = clerk.units(UNITS.encode())
    assert (again.created, again.changed, again.unchanged) == (0, 0, 4)
    assert clerk.everything() == before


def test_a_unit_under_another_parent_takes_everything_below_along(clerk: Clerk) -> None:
    clerk.units(UNITS.encode())
    clerk.units("机构编号,名称,级别,上级\nXB,新学院,学院,\nCG,城关学校,学校,XB\n".encode())
    assert paths(clerk)["CG1"] == "root/XB/CG/CG1"
    assert paths(clerk)["DG"] == "root/XY/DG"


def test_a_new_phone_is_kept_and_its_classes_are_indexed_anew(clerk: Clerk) -> None:
    clerk.units(UNITS.encode())
    clerk.bring(FIRST)
    noted = select(func.count()).select_from(catalogue_change)
    before = look_now(clerk.store, lambda tx: tx.core(noted).scalar())
    result = clerk.units(UNITS.replace("0570-5550101", "0570-5550199").encode())
    assert (result.created, result.changed, result.unchanged) == (0, 1, 3)
    assert look_now(clerk.store, lambda tx: tx.core(noted).scalar()) == before + 1
    assert clerk.row().school == "城关学校"


def test_a_school_made_for_a_class_gets_its_own_code_from_the_unit_sheet(clerk: Clerk) -> None:
    clerk.bring(FIRST)
    unit_id = clerk.row().unit_id
    result = clerk.units(UNITS.encode())
    assert (result.created, result.changed) == (3, 1)
    assert paths(clerk)["CG"] == "root/XY/CG"
    assert clerk.row().unit_id == unit_id
    assert clerk.plan(FIRST).empty


REFUSED = {
    "a parent nobody knows": ("机构编号,名称,级别,上级\nA,某校,学校,没有\n", "上级"),
    "a level that its own points do not fit under": (
        "机构编号,名称,级别,上级\nCG,城关学校,村点,XY\n",
        "级别",
    ),
    "one good row, one bad": ("机构编号,名称,级别,上级\nA,甲校,学校,\nB,乙校,大学,\n", "级别"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_wrong_sheet_writes_nothing(clerk: Clerk, name: str) -> None:
    text, column = REFUSED[name]
    clerk.units(UNITS.encode())
    before = clerk.everything()
    result = clerk.units(text.encode())
    assert [problem.column for problem in result.problems] == [column]
    assert clerk.everything() == before
