"""What a campaign would send if it began now: how many messages, when, and to how many people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from models.people import person
from models.statement import Row, Statement, Tx
from services.audience import Atom
from services.broadcasting import rights
from services.broadcasting.composing import Breakdown, breakdown
from services.campaigns.plan import EVERYONE, read_plan
from services.scope import unit_by_id
from services.town import Town

# so many persons are counted within a turn; in a county it is done when the campaign is started
QUICK = 20_000
BEYOND = Statement(select(person.c.id).order_by(person.c.id).limit(1).offset(bindparam("quick")))


@dataclass(frozen=True, slots=True)
class Foretold:
    """Of `messages` that would go out, `to_some` are meant for a part of the people only.

    `at_once` are due already, `late` come too late and are not among them; `ahead` are the moments of the
    others. `found` is None where the people are too many to be counted in between.
    """

    messages: int
    to_some: int
    at_once: int
    late: int
    ahead: tuple[datetime, ...]
    found: Breakdown | None
    approve_above: int


def foretell(tx: Tx, town: Town, row: Row) -> Foretold:
    """Read the plan of a draft against the clock, and count whom it reaches."""
    days = row.opens_on, row.closes_on, town.zone
    now, unit = town.now(), unit_by_id(tx, row.unit_id)
    planned = [one for one in read_plan(row.plan).messages if one.to != "organisers"]
    going = [one for one in planned if one.ends(*days) > now]
    moments = [one.goes_out(*days) for one in going]
    few = tx.one(BEYOND, quick=QUICK) is None
    return Foretold(
        len(going), sum(one.audience != EVERYONE for one in going), sum(at <= now for at in moments),
        len(planned) - len(going), tuple(sorted(at for at in moments if at > now)),
        breakdown(tx, town, Atom("unit", unit.code), unit) if few else None, rights.approve_above(tx, unit),
    )  # fmt: skip
