"""Outcomes are kept together, and whoever waits for room in flight hears of many at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.marking import FEW, Marks
from services import delivery
from services.delivery import Delivery
from services.delivery_outcomes import marked
from tests.bot.house import House, open_house

WAITING = [(1, 0), (FEW, 0), (FEW + 1, 1)]


@pytest.mark.parametrize(("rows", "calls"), WAITING, ids=["one", "a few", "many"])
async def test_whoever_waits_for_room_is_woken_by_many(tmp_path: Path, rows: int, calls: int) -> None:
    async with open_house(tmp_path) as house:
        woken: list[int] = []
        marks = Marks(house.work, house.town, many_kept=lambda: woken.append(rows))
        for row in await _claimed(house, rows):
            marks.add(marked(row, "sent", "", str(row.id)))
        await marks.flush()
        assert [state for state, _ in await house.states()] == ["sent"] * rows
        assert len(woken) == calls


async def _claimed(house: House, count: int) -> list[Delivery]:
    to = await house.person("7")
    for number in range(count):
        await house.notice(to, f"通知{number}")
    ids = await house.work.read(lambda tx: delivery.due(tx, house.town, "telegram", "notice", count))
    claim = await house.work.write(lambda tx: delivery.claim(tx, house.town, ids))
    return claim.rows
