"""Nominations: who or what is named for an award, the nominee's own yes, and what an organiser publishes."""

from __future__ import annotations

import re

from sqlalchemy import bindparam, func, select, update

from models.campaigning import (
    NOMINATION_TRANSITIONS,
    campaign,
    earlier_winner,
    nomination,
    vote,
)
from models.enrolment import check_move
from models.statement import Row, Statement, Tx, insert_into
from services import audit
from services.enrolling.refusal import Refused
from services.message import clean
from services.town import Town
from services.understanding.normalise import keyed

MOST_NAME = 20
MOST_STORY = 300
MOST_OF_ONE = 5
CODE_DIGITS = 10
# a person's number never stands in what is published
_NUMBERS = re.compile(r"\d{7,}")

ADD = insert_into(
    nomination, "campaign_id", "award", "name", "key", "story", "proposer_id", "code", "created_at"
)
_nomination = select(
    nomination, campaign.c.unit_id, campaign.c.state.label("campaign_state"), campaign.c.closes_on,
    campaign.c.theme,
).join_from(nomination, campaign, campaign.c.id == nomination.c.campaign_id)  # fmt: skip
BY_ID = Statement(_nomination.where(nomination.c.id == bindparam("id")))
BY_CODE = Statement(_nomination.where(nomination.c.code == bindparam("code")))
LIVING = Statement(
    select(nomination.c.id).where(
        nomination.c.campaign_id == bindparam("id"), nomination.c.award == bindparam("award"),
        nomination.c.key == bindparam("key"), nomination.c.state != "refused",
    )
)  # fmt: skip
OF_ONE = Statement(
    select(func.count().label("n")).where(
        nomination.c.campaign_id == bindparam("id"), nomination.c.proposer_id == bindparam("person_id")
    )
)
ALL = Statement(
    select(nomination, func.count(vote.c.person_id).label("votes"))
    .outerjoin_from(nomination, vote, vote.c.nomination_id == nomination.c.id)
    .where(nomination.c.campaign_id == bindparam("id"))
    .group_by(*nomination.c)
    .order_by(nomination.c.award, nomination.c.id)
)
WON_BEFORE = Statement(
    select(earlier_winner.c.year).where(
        earlier_winner.c.unit_id == bindparam("unit_id"), earlier_winner.c.award == bindparam("award"),
        earlier_winner.c.key == bindparam("key"),
    )
)  # fmt: skip
ADD_WINNER = insert_into(earlier_winner, "unit_id", "award", "key", "year", returning=None)
MOVE = Statement(
    update(nomination)
    .where(nomination.c.id == bindparam("which"))
    .values(
        state=bindparam("new", type_=nomination.c.state.type),
        nominee_id=func.coalesce(
            bindparam("nominee", type_=nomination.c.nominee_id.type), nomination.c.nominee_id
        ),
        agreed_at=func.coalesce(
            bindparam("agreed", type_=nomination.c.agreed_at.type), nomination.c.agreed_at
        ),
    )
)
# what somebody else said of a person who does not agree to it is nobody's to keep
EMPTY = Statement(
    update(nomination).where(nomination.c.id == bindparam("which")).values(name="", key="", story="")
)
UNHEARD = Statement(
    select(nomination.c.id, nomination.c.state).where(
        nomination.c.campaign_id == bindparam("id"), nomination.c.state == "proposed"
    )
)


def fault(tx: Tx, row: Row, award: str, name: str) -> Refused | None:
    """Why somebody or something cannot be named, before any words are asked for."""
    key = keyed(name)
    if not key or len(name) > MOST_NAME or _NUMBERS.search(name):
        return Refused("nominee_name", values={"most": MOST_NAME})
    won = tx.one(WON_BEFORE, unit_id=row.unit_id, award=award, key=key)
    if won is not None:
        return Refused("won_before", values={"name": name, "year": won.year})
    if tx.one(LIVING, id=row.id, award=award, key=key) is not None:
        return Refused("named_already", ("vote",), {"name": name})
    return None


def propose(
    tx: Tx, town: Town, row: Row, award: str, name: str, story: str, *, by: int, oneself: bool
) -> Row | Refused:
    """Name somebody or something; for oneself the yes is given by it, anybody else is asked by a link."""
    name = clean(name, MOST_NAME + 1).strip()
    refused = fault(tx, row, award, name)
    if refused is not None:
        return refused
    if tx.one(OF_ONE, id=row.id, person_id=by).n >= MOST_OF_ONE:
        return Refused("nominated_enough", values={"most": MOST_OF_ONE})
    number = tx.add(
        ADD, campaign_id=row.id, award=award, name=name, key=keyed(name),
        story=_NUMBERS.sub("…", clean(story, MOST_STORY)).strip(), proposer_id=by,
        code=town.random_digits(CODE_DIGITS), created_at=town.now(),
    )  # fmt: skip
    audit.record(tx, town.now(), f"person:{by}", "nominated", f"nomination:{number}", award)
    made = tx.one(BY_ID, id=number)
    if oneself:
        move(tx, town, made, "agreed", by=f"person:{by}", nominee=by)
    return tx.one(BY_ID, id=number)


def answer(tx: Tx, town: Town, code: str, yes: bool, *, by: int) -> Row | Refused:
    """The nominee's own answer. A project's is given by whoever leads it."""
    row = tx.one(BY_CODE, code=code)
    if row is None or row.campaign_state != "running":
        return Refused("nomination_gone")
    if row.nominee_id not in (None, by):
        return Refused("nomination_other")
    new = "agreed" if yes else "refused"
    if new not in NOMINATION_TRANSITIONS[row.state]:
        return Refused("nomination_gone")
    move(tx, town, row, new, by=f"person:{by}", nominee=by)
    return tx.one(BY_ID, id=row.id)


def publish(tx: Tx, town: Town, nomination_id: int, yes: bool, *, by: int) -> Refused | None:
    """What an organiser decides on a nomination to which the nominee said yes."""
    row = tx.one(BY_ID, id=nomination_id)
    new = "published" if yes else "turned_down"
    if row is None or new not in NOMINATION_TRANSITIONS[row.state]:
        return Refused("nomination_gone")
    move(tx, town, row, new, by=f"person:{by}")
    return None


def move(tx: Tx, town: Town, row: Row, new: str, *, by: str, nominee: int | None = None) -> None:
    """Bring a nomination into another state, with its audit row. Raises IllegalMove."""
    check_move(NOMINATION_TRANSITIONS, row.state, new)
    agreed = town.now() if new == "agreed" else None
    tx.run(MOVE, which=row.id, new=new, nominee=nominee, agreed=agreed)
    if new == "refused":
        tx.run(EMPTY, which=row.id)
    nomination_moved = f"nomination_{new}"
    audit.record(tx, town.now(), by, nomination_moved, f"nomination:{row.id}", f"from {row.state}")


def every(tx: Tx, campaign_id: int) -> list[Row]:
    """All of a campaign with their votes, for its organisers."""
    return tx.all(ALL, id=campaign_id)


def note_winner(tx: Tx, unit_id: int, award: str, key: str, year: int) -> None:
    """Keep who won, so that next year somebody else is named."""
    if tx.one(WON_BEFORE, unit_id=unit_id, award=award, key=key) is None:
        tx.run(ADD_WINNER, unit_id=unit_id, award=award, key=key, year=year)


def drop_unheard(tx: Tx, town: Town, campaign_id: int, *, by: str) -> None:
    """With the campaign ends the asking of those who never answered."""
    for row in tx.all(UNHEARD, id=campaign_id):
        move(tx, town, row, "refused", by=by)
