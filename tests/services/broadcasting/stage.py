"""Broadcasts for tests: organisers, residents who agreed, and a postman who delivers what was fed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import insert, select, update

from models.broadcasting import broadcast_recipient as recipient
from models.outgoing import outgoing
from models.people import consent
from models.statement import Tx
from models.store import Store, look_now
from services import delivery, delivery_outcomes
from services.audience import parse
from services.broadcasting import acts, composing, feeding, launching, reporting, rights
from services.broadcasting.composing import Breakdown
from services.delivery_outcomes import Mark
from services.enrolling.refusal import Refused
from services.roles import grant
from services.schedules import broadcasts
from services.town import Town
from tests.services.learners import Learners

Outcome = Callable[[str], tuple[str, str]]


def arrives(chat: str) -> tuple[str, str]:
    """Every message arrives."""
    return "sent", ""


class Stage(Learners):
    """The people of a town, and what is sent to many of them."""

    def __init__(self, store: Store, town: Town) -> None:
        super().__init__(store, town)
        self.heard: list[tuple[str, str]] = []

    def resident(self, *classes: str, agreed: bool = True, **settings: Any) -> int:
        """Somebody with places in these classes, who agreed to announcements."""
        made = self.person(**settings)
        for code in classes:
            self.enrol(made, code)
        if agreed:
            self.agree(made)
        return made

    def agree(self, person_id: int) -> None:
        """A yes to announcements."""
        values = {
            "person_id": person_id, "purpose": "announcements", "wording": "2026-12", "platform": "telegram",
            "given_at": self.town.now(),
        }  # fmt: skip
        self.work(lambda tx: tx.core(insert(consent).values(**values)).rowcount)

    def organiser(self, unit: str = "root", role: str = "broadcaster", **settings: Any) -> int:
        """Somebody with a role."""
        made = self.person(**settings)
        name = f"telegram:{self._number}"
        self.work(lambda tx: grant(tx, self.town, name, role, unit, "test"))
        return made

    def make(self, by: int, audience: str, text: str = "学习周开幕", **values: Any) -> int:
        """A draft."""
        wanted = parse(audience)

        def unit(tx: Tx) -> int:
            own = rights.fitting_unit(tx, by, wanted)
            draft = composing.Draft(own.id, by, text, wanted, **values)
            refused = composing.fault(tx, draft)
            assert refused is None, refused
            return composing.create(tx, self.town, draft)

        made: int = self.work(unit)
        return made

    def submit(self, number: int, by: int, **values: Any) -> Breakdown | Refused:
        """Send a draft on its way."""
        came: Breakdown | Refused = self.work(lambda tx: acts.submit(tx, self.town, number, by=by, **values))
        return came

    def send(self, by: int, audience: str, text: str = "学习周开幕", **values: Any) -> int:
        """A broadcast, launched and resolved."""
        number = self.make(by, audience, text, **values)
        came = self.submit(number, by)
        assert isinstance(came, Breakdown), came
        self.resolve(number)
        return number

    def resolve(self, number: int, span: int = 0) -> None:
        """Make its recipients."""
        while self.work(lambda tx: launching.resolve_some(tx, self.town, number, span)):
            pass

    def feed(self, window: int = 50, platform: str = "telegram") -> int:
        """One round of whoever holds the bulk lane; how much was done."""

        def unit(tx: Tx) -> int:
            found = feeding.wanted(tx, self.town, [platform], window)
            return sum(feeding.step(tx, self.town, one, [platform]) for one in found)

        done: int = self.work(unit)
        return done

    def tick_broadcasts(self) -> None:
        """What the schedule does until nothing is left."""
        for _ in range(1000):
            if not self.work(lambda tx: broadcasts.due(tx, self.town)):
                return
        raise AssertionError("it does not end")

    def post(self, outcome: Outcome = arrives, most: int = 100) -> int:
        """Claim what may go now and deliver it; how many."""

        def unit(tx: Tx) -> list[tuple[str, str]]:
            town = self.town
            claim = delivery.claim(tx, town, delivery.due(tx, town, "telegram", "bulk", most))
            heard = []
            marks = []
            for row in claim.rows:
                came, why = outcome(row.chat)
                marks.append(Mark(row.id, came, row.attempt, why, str(row.id)))
                if came in ("sent", "unknown"):
                    heard.append((row.chat, "" if row.deletes else row.message.text))
            delivery_outcomes.mark(tx, town, marks)
            return heard

        heard: list[tuple[str, str]] = self.work(unit)
        self.heard += heard
        return len(heard)

    def run(self, outcome: Outcome = arrives, window: int = 50) -> None:
        """Feed and deliver until nothing moves any more."""
        for _ in range(1000):
            fed = self.feed(window)
            if not self.post(outcome) and not fed:
                return
        raise AssertionError("it does not end")

    def status(self, number: int) -> dict[str, Any]:
        """How it is getting on; the counts add up."""
        found = look_now(self.store, lambda tx: reporting.status(tx, self.town, number))
        assert found is not None
        assert sum(found["counts"].values()) == found["recipients"]
        return dict(found)

    def counts(self, number: int) -> dict[str, int]:
        """Its counts, without those that are 0."""
        return {state: n for state, n in self.status(number)["counts"].items() if n}

    def recipients(self, number: int) -> list[int]:
        """The persons it is for."""
        chosen = select(recipient.c.person_id).where(recipient.c.broadcast_id == number)
        return look_now(self.store, lambda tx: sorted(row[0] for row in tx.core(chosen).all()))

    def outbox(self) -> int:
        """How many messages of broadcasts lie in the outbox unfinished."""
        chosen = select(outgoing.c.id).where(
            outgoing.c.recipient_id.is_not(None), outgoing.c.state.in_(("queued", "sending"))
        )
        return look_now(self.store, lambda tx: len(tx.core(chosen).all()))

    def withdraw(self, person_id: int) -> None:
        """The yes is taken back."""
        now = self.town.now()
        self.work(
            lambda tx: (
                tx.core(
                    update(consent).where(consent.c.person_id == person_id).values(withdrawn_at=now)
                ).rowcount
            )
        )
