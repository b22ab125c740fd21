"""Many people enrolled at once, for processes to serve."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, select, update

from models.catalogue import offering
from models.enrolment import enrolment
from models.people import account, person
from models.statement import Tx
from models.store import open_store, work_now
from tests.botapi import BotApi, Person
from tests.town import START

FIRST = 5000


def enrol_many(url: str, api: BotApi, many: int, code: str = "DG01") -> list[Person]:
    """So many people in a class of the small town: electricians, without a limit, on Tuesday at 19."""
    numbers = range(FIRST, FIRST + many)
    people = [api.user(number, f"学员{number}") for number in numbers]
    for one in people:
        one.profile.started = True
    at = START - timedelta(days=20)

    def unit(tx: Tx) -> None:
        class_id = tx.core(select(offering.c.id).where(offering.c.code == code)).scalar_one()
        tx.core(insert(person), [{"id": n, "created_at": at} for n in numbers])
        known = {"platform": "telegram", "verified": True, "created_at": at, "seen_at": at}
        accounts = [{"id": n, "person_id": n, "external_id": str(n), "chat": str(n)} | known for n in numbers]
        tx.core(insert(account), accounts)
        # since this morning, so that no weekly notice is owed
        place = {"offering_id": class_id, "state": "enrolled", "created_at": START, "since": START}
        tx.core(insert(enrolment), [{"person_id": n, "account_id": n} | place for n in numbers])
        tx.core(update(offering).where(offering.c.id == class_id).values(taken=many))

    store = open_store(url)
    try:
        work_now(store, unit)
    finally:
        store.close()
    return people
