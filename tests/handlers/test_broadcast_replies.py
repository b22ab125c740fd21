"""A reply to a broadcast reaches the unit that sent it, as a thread that it can answer from."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from handlers.incoming import Kind
from models.organising import help_thread
from models.outgoing import outgoing
from models.store import Store
from services.roles import grant
from tests.handlers.play import Person, Play
from tests.town import make_town

broadcasting = pytest.importorskip("models.broadcasting")


@pytest.fixture
def play(store: Store) -> Play:
    return Play(store, make_town(store))


def broadcast_to(play: Play, wang: Person) -> str:
    """The platform's id of a message of a broadcast that Wang got."""

    def unit(tx: object) -> None:
        made = tx.core(  # type: ignore[attr-defined]
            broadcasting.broadcast.insert().values(
                unit_id=2, text="明天有讲座", audience="{}", fingerprint="x", created_at=play.now
            )
        ).inserted_primary_key[0]
        to = tx.core(  # type: ignore[attr-defined]
            broadcasting.broadcast_recipient.insert().values(
                broadcast_id=made, person_id=wang.person_id, account_id=wang.account_id, not_before=play.now
            )
        ).inserted_primary_key[0]
        row = select(outgoing.c.id).where(outgoing.c.account_id == wang.account_id).limit(1)
        tx.core(  # type: ignore[attr-defined]
            update(outgoing)
            .where(outgoing.c.id == row.scalar_subquery())
            .values(recipient_id=to, platform_message_id="777")
        )

    wang.say("/start")
    play.work(unit)
    return "777"


def test_a_reply_to_a_broadcast_is_a_thread_of_its_unit(play: Play) -> None:
    play.work(lambda tx: grant(tx, play.town, "telegram:3001", "broadcaster", "xincheng", "cli:test"))
    wang, clerk = play.person("telegram", "1001"), play.person("telegram", "3001")
    message = broadcast_to(play, wang)
    wang._act(Kind.TEXT, text="可以带孩子一起去吗？", reply_to=message)
    assert "转给“新城街道社区学校”了" in wang.text
    [thread] = play.rows(select(help_thread.c.unit_id, help_thread.c.broadcast_id))
    assert tuple(thread) == (2, 1)
    clerk.say("收件箱")
    assert "可以带孩子一起去吗？" in clerk.text
    # a reply to anything else is what it says
    wang._act(Kind.TEXT, text="书法", reply_to="778")
    assert "书法入门" in wang.text
