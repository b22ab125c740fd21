"""Asking a language model what a text means: who agreed to it, and what it is told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, func, select, union
from sqlalchemy.types import String

from models.catalogue import offering
from models.enrolment import enrolment
from models.people import person
from models.statement import Statement, Tx
from services import consenting
from services.town import Town
from services.understanding.masking import folded, mask, telling

PURPOSE = "assistant"
# the model's time; what is over has not been answered
LIMIT_SECONDS = 3.0
# how long the plain answer is held back: the limit, and time for the two units around it
HOLD_SECONDS = 6.0
LEAST_NAME = 2

_TEXT = bindparam("said", type_=String())


def _names_in(position: str) -> Statement:
    """The names that stand in a text; both are without gaps, and capitals do not matter."""
    find = getattr(func, position)
    return Statement(
        union(
            *(
                select(column.label("name")).where(
                    column != "", find(_TEXT, func.lower(func.replace(column, " ", ""))) > 0
                )
                for column in (person.c.name, enrolment.c.name, offering.c.teacher)
            )
        )
    )


# of the question about the assistant; raising it asks everybody anew
WORDING = "2026-12"
NAMES_IN = {"sqlite": _names_in("instr"), "postgresql": _names_in("strpos")}
OWN_NAMES = Statement(
    union(
        select(person.c.name).where(person.c.id == bindparam("person_id")),
        select(enrolment.c.name).where(enrolment.c.person_id == bindparam("person_id")),
    )
)


def wording(host: str) -> str:
    """The version of the words agreed to; they name the host, so another one is asked about anew."""
    return f"{WORDING}:{hashlib.blake2b(host.encode(), digest_size=4).hexdigest()}"


def agreed(tx: Tx, town: Town, person_id: int) -> bool:
    """Whether this person's texts may be sent to the model that is in use."""
    if not town.assistant_host:
        return False
    return consenting.given(tx, person_id, PURPOSE, wording(town.assistant_host))


def agree(tx: Tx, town: Town, person_id: int, platform: str, now: datetime) -> None:
    """Keep the yes."""
    consenting.give(tx, person_id, PURPOSE, platform, now, wording(town.assistant_host))


def masked(tx: Tx, town: Town, person_id: int, text: str, names: Iterable[str]) -> str | None:
    """What the model is told of a text: masked, or None where nothing may be said or nothing is left.

    Looks through every name that is known, so it is asked of a reader, never while the writer waits.
    """
    if not agreed(tx, town, person_id):
        return None
    own = {row.name for row in tx.all(OWN_NAMES, person_id=person_id)} | set(names)
    bare = "".join(folded(text).split()).lower()
    known = {row.name for row in tx.all(NAMES_IN[tx.kind], said=bare) if len(row.name) >= LEAST_NAME}
    said = mask(text, known | own | _shorter(own))
    return said if telling(said) else None


def _shorter(names: Iterable[str]) -> set[str]:
    """How people call themselves, besides the whole name: 秀兰, and each word of a name that has several."""
    found = set()
    for name in names:
        if len(name) == 3 and all("㐀" <= char <= "鿿" for char in name):
            found.add(name[1:])
        found.update(word for word in name.split() if len(word) >= LEAST_NAME)
    return found
