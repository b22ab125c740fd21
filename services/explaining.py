"""Why somebody has a place in a class or has none: the rules that hold for them, each in a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from models.enrolment import enrolment
from models.people import account
from models.statement import Row, Statement, Tx
from models.windows import application, application_wish, window_class
from services import classes
from services.drawing.rule import OPEN
from services.enrolling import gates, lapses, offers, seats
from services.enrolling.refusal import Refused
from services.phrases.when import say_deadline, say_moment
from services.texts import Texts
from services.town import Town
from services.windows import applications, reading
from services.windows.words import draws_words

PAST = Statement(
    select(enrolment.c.id, enrolment.c.ended, enrolment.c.since)
    .where(
        enrolment.c.person_id == bindparam("person_id"),
        enrolment.c.offering_id == bindparam("offering_id"),
        enrolment.c.state == "withdrawn",
    )
    .order_by(enrolment.c.id.desc())
    .limit(1)
)
CREATED = Statement(select(enrolment.c.created_at).where(enrolment.c.id == bindparam("id")))
OFFERED = Statement(
    select(func.count().label("n")).where(
        enrolment.c.offering_id == bindparam("offering_id"), enrolment.c.state == "offered"
    )
)
# what the last draw of this class gave the person
DRAWN = Statement(
    select(
        application.c.id, application.c.window_id, application.c.lot, application.c.answer,
        application_wish.c.rank, window_class.c.asked, window_class.c.seats, window_class.c.last_lot,
    )
    .join_from(application, application_wish, application_wish.c.application_id == application.c.id)
    .outerjoin(
        window_class,
        (window_class.c.offering_id == application_wish.c.offering_id)
        & (window_class.c.window_id == application.c.window_id),
    )
    .where(
        application.c.person_id == bindparam("person_id"),
        application_wish.c.offering_id == bindparam("offering_id"),
        application.c.state == "drawn",
    )
    .order_by(application.c.id.desc())
    .limit(1)
)  # fmt: skip
# everybody who has, had or asked for a place in a class, by the name they gave
PLACES = Statement(
    select(enrolment.c.person_id, enrolment.c.name, account.c.verified)
    .join_from(enrolment, account, account.c.id == enrolment.c.account_id)
    .where(enrolment.c.offering_id == bindparam("offering_id"), enrolment.c.name != "")
    .order_by(enrolment.c.state == "enrolled", enrolment.c.id)
)
ASKED = Statement(
    select(application.c.person_id, application.c.name, account.c.verified)
    .join_from(application, account, account.c.id == application.c.account_id)
    .outerjoin(application_wish, application_wish.c.application_id == application.c.id)
    .where(
        application.c.name != "",
        (application.c.offering_id == bindparam("offering_id"))
        | (application_wish.c.offering_id == bindparam("offering_id")),
    )
    .order_by(application.c.id)
)


def concerned(tx: Tx, offering_id: int) -> list[Row]:
    """Whoever has, had or asked for a place in a class, those without one first."""
    rows = [*tx.all(PLACES, offering_id=offering_id), *tx.all(ASKED, offering_id=offering_id)]
    return list({row.person_id: row for row in rows}.values())


class Explained:
    """One person before one class; `lines` says every rule that holds."""

    def __init__(self, tx: Tx, town: Town, say: Texts, row: Row, person_id: int, verified: bool) -> None:
        self.tx, self.town, self.say, self.row = tx, town, say, row
        self.person_id, self.verified, self.now = person_id, verified, town.now()

    def lines(self) -> list[str]:
        """The heading, and the reasons below it."""
        return [self.say("why.heading", title=self.row.title), *self._reasons()]

    def _reasons(self) -> Iterator[str]:
        mine = seats.living(self.tx, self.person_id, self.row.id)
        drawn = self.tx.one(DRAWN, person_id=self.person_id, offering_id=self.row.id)
        if mine is None:
            yield from self._without(drawn)
        elif mine.state == "enrolled":
            yield self.say("why.enrolled")
            if drawn is not None:
                yield from self._won(drawn)
        elif mine.state == "offered":
            offer = self.tx.one(offers.LIVING_OFFER, enrolment_id=mine.id)
            until = say_deadline(offer.expires_at, self.say.lang, self.now, self.town.zone)
            yield self.say("why.offered", until=until)
        else:
            yield from self._waiting(mine, drawn)

    def _won(self, drawn: Row) -> Iterator[str]:
        kinds = dict(json.loads(drawn.answer)["got"])
        kind = kinds.get(self.row.code)
        if kind is not None:
            yield self.say("why.enrolled_draw", lot=drawn.lot)
            if kind != OPEN:
                yield self.say("why.enrolled_reserved", group=self._group(kind))

    def _waiting(self, mine: Row, drawn: Row) -> Iterator[str]:
        tx, row = self.tx, self.row
        if classes.seats_left(row) == 0:
            yield self.say.count("why.waiting_full", row.capacity)
        elif offers.too_late(self.town, row.first_start, row.enrol_closes):
            yield self.say("why.waiting_late")
        else:
            yield self.say("why.waiting_free")
        held = tx.one(OFFERED, offering_id=row.id).n
        if held:
            yield self.say.count("why.waiting_offers", held)
        yield self.say(
            "why.waiting_place",
            position=seats.position(tx, row.id, mine.id), n=seats.waiting_count(tx, row.id),
            when=self._moment(tx.one(CREATED, id=mine.id).created_at),
        )  # fmt: skip
        if drawn is not None and self.row.code in json.loads(drawn.answer)["waits"]:
            yield from self._lost(drawn)
            yield self.say("why.waiting_lot", lot=drawn.lot)
        elif self._lapsed():
            yield self.say("why.waiting_lapsed")
        yield self.say("why.waiting_order")

    def _lapsed(self) -> bool:
        return lapses.lapsed_before(self.tx, self.person_id, self.row.id)

    def _without(self, drawn: Row) -> Iterator[str]:
        found = reading.window_of(self.tx, self.row)
        asked = self._asked(found)
        if asked:
            yield asked
            return
        if drawn is not None:
            yield from self._lost(drawn)
        elif found is not None and found.mode == "approve":
            decided = self.tx.one(
                applications.LAST_DECIDED, offering_id=self.row.id, person_id=self.person_id
            )
            if decided is not None and decided.state == "declined":
                yield self.say("why.declined")
                if decided.answer:
                    yield self.say("why.declined_reason", reason=decided.answer.rstrip("。.！! "))
        past = self.tx.one(PAST, person_id=self.person_id, offering_id=self.row.id)
        if past is not None and past.ended in ("lapsed", "undelivered", "self"):
            yield self.say(f"why.ended_{past.ended}")
        yield self._now(found)

    def _asked(self, found: reading.Window | None) -> str:
        """What the person has asked for here and does not know yet."""
        if found is None or not found.applies:
            return ""
        if found.mode == "approve":
            mine = applications.pending(self.tx, self.row.id, self.person_id)
            return self.say("why.pending") if mine is not None else ""
        mine = applications.in_draw(self.tx, found.id, self.person_id)
        for wish in applications.wishes(self.tx, mine.id) if mine is not None else ():
            if wish.offering_id == self.row.id:
                rank = self.say(f"apply.rank_{wish.rank}")
                draws = draws_words(found, self.say.lang, self.now, self.town.zone)
                return self.say("why.applied", rank=rank, draws=draws)
        return ""

    def _lost(self, drawn: Row) -> Iterator[str]:
        outcome = json.loads(drawn.answer)
        won = [code for code, _ in outcome["got"]]
        if self.row.code in won:
            yield self.say("why.drawn_not_given")
            return
        if won:
            other = self.tx.one(classes.BY_CODE, code=won[0], now=self.now)
            yield self.say("why.drawn_other", title=other.title if other else won[0])
            return
        if not drawn.seats or drawn.last_lot is None:
            yield self.say("why.drawn_none")
            return
        yield self.say(
            "why.drawn_lost", seats=drawn.seats, asked=drawn.asked, last=drawn.last_lot, lot=drawn.lot
        )
        quotas = reading.quotas_of(self.tx, drawn.window_id)
        if quotas:
            names = self.say("window.between").join(self._group(quota.audience) for quota in quotas)
            yield self.say("why.drawn_reserved", group=names)

    def _group(self, kind: str) -> str:
        return self.say(f"why.group_{kind.partition(':')[0]}")

    def _now(self, found: reading.Window | None) -> str:
        """What stands in the way now, by the same gates that are asked when somebody enrols."""
        living = self.tx.all(gates.LIVING_ROWS, person_id=self.person_id, now=self.now)
        refused = gates.check(
            gates.Applicant(
                self.tx, self.row, self.person_id, self.verified, self.now, self.town.term_limit, living
            )
        )
        if refused is not None:
            return self.refusal(refused)
        if found is not None and found.applies:
            return self.say("why.free_apply")
        return self.say("why.free_wait" if classes.seats_left(self.row) == 0 else "why.free")

    def refusal(self, refused: Refused) -> str:
        """A refusal as the person is told it."""
        row = self.row
        values: dict[str, Any] = {
            "title": row.title, "school": row.school, "phone": row.phone, "desk_hours": row.desk_hours,
            **{
                name: self._moment(value) if isinstance(value, datetime) else value
                for name, value in refused.values.items()
            },
        }  # fmt: skip
        code = refused.code
        if code == "clash":
            values |= {"other_title": values["title"], "title": row.title}
        if code == "child" and not (row.phone and row.desk_hours):
            code = "child_phone" if row.phone else "child_visit"
        return self.say(f"refused.{code}", **values)

    def _moment(self, at: datetime) -> str:
        return say_moment(at, self.say.lang, self.now, self.town.zone)


def explain(tx: Tx, town: Town, say: Texts, row: Row, person_id: int, verified: bool = True) -> list[str]:
    """Which rules hold for a person before a class (a row of `services.classes`), in words."""
    return Explained(tx, town, say, row, person_id, verified).lines()
