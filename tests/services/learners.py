"""People of the small town for the tests of what happens by itself: learners, their places, their inbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update

from models.catalogue import class_session, offering
from models.clock import ManualClock
from models.enrolment import enrolment, excuse
from models.operations import occurrence
from models.outgoing import outgoing
from models.people import account, conversation, person
from models.statement import Row, Statement, Tx, insert_into
from models.store import Store, look_now, work_now
from services.enrolling.seats import Joined, join
from services.message import Message, message_from_json, plain
from services.schedules import DUE, Schedule
from services.town import Town
from tests.town import ZONE

ADD_PERSON = insert_into(
    person, "lang", "big", "quiet_from", "quiet_to", "remind_evening", "remind_hour", "weekly", "created_at"
)
ADD_ACCOUNT = insert_into(account, "platform", "external_id", "person_id", "chat", "created_at", "seen_at")
ADD_DIALOGUE = insert_into(conversation, "account_id", "state", "updated_at", returning=None)
ADD_EXCUSE = insert_into(excuse, "enrolment_id", "session_id", "at")
CLASS = Statement(select(offering.c.id).where(offering.c.code == bindparam("code")))
STILL_OPEN = Statement(
    update(offering)
    .where(offering.c.id == bindparam("offering_id"), offering.c.enrol_closes <= bindparam("now"))
    .values(enrol_closes=offering.c.last_end)
)
SESSIONS = Statement(
    select(class_session)
    .where(class_session.c.offering_id == bindparam("id"))
    .order_by(class_session.c.starts_at)
)
POSTED = Statement(
    select(
        outgoing.c.id, outgoing.c.purpose, outgoing.c.payload, outgoing.c.document, outgoing.c.state,
        outgoing.c.reason, outgoing.c.silent, outgoing.c.not_before, outgoing.c.expires_at,
        outgoing.c.created_at, outgoing.c.lane, outgoing.c.session_id, outgoing.c.enrolment_id,
        account.c.person_id, outgoing.c.account_id,
    )
    .join_from(outgoing, account, account.c.id == outgoing.c.account_id)
    .order_by(outgoing.c.id)
)  # fmt: skip
OCCURRENCES = Statement(
    select(occurrence.c.schedule, occurrence.c.subject, occurrence.c.outcome).order_by(occurrence.c.id)
)


def at(text: str) -> datetime:
    """An instant of the town's wall clock: `at("2026-12-05 18:00")`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


class Post:
    """A row of the outbox as somebody reads it."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.message: Message = message_from_json(row.payload, row.document)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)

    @property
    def text(self) -> str:
        """What it says, without markup."""
        return plain(self.message.text)

    @property
    def actions(self) -> list[str]:
        """What its buttons do."""
        return [button.action for button in self.message.buttons()]


class Learners:
    """The people of a town in tests, over its store."""

    def __init__(self, store: Store, town: Town) -> None:
        self.store = store
        self.town = town
        self._number = 1000

    def work(self, unit: Callable[[Tx], Any]) -> Any:
        """Run a unit."""
        return work_now(self.store, unit)

    def person(self, platform: str = "telegram", account_id: str = "", **settings: Any) -> int:
        """Somebody new; `settings` are fields of `Person`. Returns the person's id."""
        self._number += 1
        fields = {
            "lang": "zh", "big": False, "quiet_from": None, "quiet_to": None, "remind_evening": True,
            "remind_hour": True, "weekly": True, **settings,
        }  # fmt: skip
        number = account_id or str(self._number)
        now = self.town.now()

        def unit(tx: Tx) -> int:
            made = tx.add(ADD_PERSON, created_at=now, **fields)
            own = tx.add(
                ADD_ACCOUNT, platform=platform, external_id=number, person_id=made, chat=number,
                created_at=now, seen_at=now,
            )  # fmt: skip
            tx.run(ADD_DIALOGUE, account_id=own, state="", updated_at=now)
            return made

        made: int = self.work(unit)
        return made

    def account(self, person_id: int) -> int:
        """The id of a person's account."""
        statement = select(account.c.id).where(account.c.person_id == person_id)
        found: int = look_now(self.store, lambda tx: tx.core(statement).scalar())
        return found

    def offering(self, code: str) -> int:
        """The id of a class."""
        found: int = look_now(self.store, lambda tx: tx.one(CLASS, code=code)).id
        return found

    def sessions(self, code: str) -> list[Row]:
        """The sessions of a class, cancelled ones too."""
        offering_id = self.offering(code)
        found: list[Row] = look_now(self.store, lambda tx: tx.all(SESSIONS, id=offering_id))
        return found

    def enrol(self, person_id: int, code: str, name: str = "王秀兰") -> int:
        """A place in a class, enrolled or waiting. Returns the enrolment's id."""
        offering_id, account_id = self.offering(code), self.account(person_id)

        def unit(tx: Tx) -> int:
            # who was in it before is brought in also where enrolment has closed
            tx.run(STILL_OPEN, offering_id=offering_id, now=self.town.now())
            joined = join(
                tx, self.town, person_id=person_id, account_id=account_id, offering_id=offering_id, name=name,
                age_confirmed=True, actor=f"person:{person_id}",
            )  # fmt: skip
            assert isinstance(joined, Joined), joined
            return joined.enrolment_id

        made: int = self.work(unit)
        return made

    def excuse(self, enrolment_id: int, session_id: int) -> None:
        """Somebody cannot come."""
        now = self.town.now()
        self.work(lambda tx: tx.add(ADD_EXCUSE, enrolment_id=enrolment_id, session_id=session_id, at=now))

    def change(self, table: Any, where: Any, **values: Any) -> None:
        """Set columns by hand."""
        self.work(lambda tx: tx.core(table.update().where(where).values(**values)).rowcount)

    def silence_class(self, enrolment_id: int) -> None:
        """No reminders of this class."""
        self.change(enrolment, enrolment.c.id == enrolment_id, remind=False)

    def tick(self, when: str | datetime | None = None) -> int:
        """Let it become `when`, and do everything that is due then; how much was missed."""
        if when is not None:
            self.advance_to(when)
        missed: int = self.work(lambda tx: sum(self._all_of(tx, due) for due in DUE))
        return missed

    def _all_of(self, tx: Tx, due: Schedule) -> int:
        missed = 0
        for _ in range(10_000):
            done = due(tx, self.town)
            missed += done.missed
            if not done:
                return missed
        raise AssertionError(f"{due.name} does not end")

    def posted(self, purpose: str = "", person_id: int | None = None, state: str = "queued") -> list[Post]:
        """What was written to people, of one purpose if named; rows in any state where `state` is empty."""
        rows = look_now(self.store, lambda tx: tx.all(POSTED))
        return [
            Post(row)
            for row in rows
            if purpose in ("", row.purpose)
            and person_id in (None, row.person_id)
            and state in ("", row.state)
        ]

    def outcomes(self, schedule: str) -> list[str]:
        """What came of the occurrences of a schedule."""
        rows = look_now(self.store, lambda tx: tx.all(OCCURRENCES))
        return [row.outcome for row in rows if row.schedule == schedule]

    def advance(self, by: timedelta) -> None:
        """Let time pass with nothing happening, as when the house is shut."""
        clock = self.town.clock
        assert isinstance(clock, ManualClock)
        clock.advance(by)

    def advance_to(self, when: str | datetime) -> None:
        """Let it become `when` with nothing happening."""
        clock = self.town.clock
        assert isinstance(clock, ManualClock)
        clock.set(at(when) if isinstance(when, str) else when)
