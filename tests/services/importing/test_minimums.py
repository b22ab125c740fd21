"""最低开班人数 and 开班确认日 in a course sheet."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from models.catalogue import offering
from models.running import class_minimum
from models.store import look_now
from services.sheets.columns import COURSE_COLUMNS, match_columns
from tests.services.importing.clerk import FIRST, SECOND, Clerk, sheet


def minimums(clerk: Clerk) -> dict[str, tuple[int, date]]:
    chosen = select(offering.c.code, class_minimum.c.min_enrolled, class_minimum.c.decide_by).join_from(
        class_minimum, offering, offering.c.id == class_minimum.c.offering_id
    )
    rows = look_now(clerk.store, lambda tx: tx.core(chosen).all())
    return {row.code: (row.min_enrolled, row.decide_by) for row in rows}


def test_a_sheet_says_how_many_and_by_when(clerk: Clerk) -> None:
    clerk.bring({**FIRST, "min_learners": "2人", "decide_by": "2026-12-02"}, SECOND)
    assert minimums(clerk) == {"SF-1": (2, date(2026, 12, 2))}
    # without a day it is three days before the class begins
    clerk.bring({**FIRST, "min_learners": "3", "decide_by": ""})
    assert minimums(clerk) == {"SF-1": (3, date(2026, 12, 2))}


def test_what_is_there_already_is_not_written_again(clerk: Clerk) -> None:
    row = {**FIRST, "min_learners": "2", "decide_by": "2026-12-02"}
    clerk.bring(row)
    assert clerk.plan(row).empty
    # a sheet without the column leaves it
    assert clerk.plan(FIRST).empty
    assert not clerk.plan({**row, "min_learners": "3"}).empty


def test_undoing_takes_it_along(clerk: Clerk) -> None:
    batch = clerk.bring({**FIRST, "min_learners": "2"}).batch
    clerk.undo(batch)
    assert minimums(clerk) == {}


BAD = [({"min_learners": "4"}, "比名额 3 还多"), ({"min_learners": "x"}, "不是数字")]


@pytest.mark.parametrize(("cells", "words"), BAD)
def test_what_cannot_be_is_said(clerk: Clerk, cells: dict[str, str], words: str) -> None:
    checked = clerk.check(sheet({**FIRST, **cells}))
    assert words in "".join(problem.line_zh() for problem in checked.problems)


def test_a_day_alone_is_warned_of(clerk: Clerk) -> None:
    checked = clerk.check(sheet({**FIRST, "min_learners": "", "decide_by": "2026-12-02"}))
    assert "这一天不会用到" in "".join(problem.line_zh() for problem in checked.warnings)


def test_the_headers_are_known() -> None:
    found = match_columns(["课程编号", "最低开班人数", "开班确认日"], COURSE_COLUMNS)
    assert found.places == {"code": 0, "min_learners": 1, "decide_by": 2}
