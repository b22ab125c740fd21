"""Outcomes of many rows kept at once are those of each."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from models.outgoing import outgoing
from models.store import Store, look_now, work_now
from services import accounts, delivery_outcomes
from services.delivery_outcomes import Mark
from services.message import EMPTY, Message
from services.outbox import Address, post_notice
from tests.town import empty_town


@pytest.mark.parametrize("many", [1, 5, 16, 17, 40])
def test_any_number_is_marked(store: Store, many: int) -> None:
    town = empty_town(store)

    def unit(tx) -> list[int]:  # type: ignore[no-untyped-def]
        accounts.welcome(tx, town, "telegram", "7", "7")
        to = Address(accounts.find_account(tx, "telegram:7").id, "telegram", "7")
        until = town.now().replace(year=2027)
        made = [
            post_notice(tx, town, to, Message("好"), purpose="change", expires_at=until) for _ in range(many)
        ]
        tx.core(update(outgoing).values(state="sending", attempts=1))
        tx.core(update(outgoing).where(outgoing.c.id == made[0]).values(secret=True, reason="again"))
        delivery_outcomes.mark(tx, town, [Mark(row, "sent", 1, "", str(row + 1000)) for row in made])
        return made

    made = work_now(store, unit)
    rows = look_now(store, lambda tx: tx.core(select(outgoing).order_by(outgoing.c.id)).all())
    assert [row.state for row in rows] == ["sent"] * many
    assert [row.platform_message_id for row in rows] == [str(row + 1000) for row in made]
    assert (rows[0].reason, rows[0].payload) == ("again", EMPTY)
    assert all(row.reason == "" and "好" in row.payload for row in rows[1:])
    assert all(row.ended_at == town.now() for row in rows)
