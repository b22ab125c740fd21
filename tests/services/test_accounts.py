"""Who speaks: two messages of one person never race, and the second sees all that the first did."""

from __future__ import annotations

from sqlalchemy import update

from handlers.incoming import Incoming, Kind
from handlers.take import take
from models.people import person
from models.statement import Row, Tx
from models.store import Store, work_now
from services import accounts, linking, merging
from services.outbox import KEEP, Address
from services.town import Town
from tests.town import make_town
from tests.waiting import second_waits


def newcomer(store: Store, town: Town, platform: str, name: str) -> Row:
    def unit(tx: Tx) -> Row:
        accounts.welcome(tx, town, platform, name, name)
        return accounts.speaker(tx, platform, name)

    return work_now(store, unit)


def test_somebody_new_is_nobody_yet(store: Store) -> None:
    assert work_now(store, lambda tx: accounts.speaker(tx, "telegram", "1")) is None


def test_a_message_that_waited_sees_what_the_one_before_it_changed(
    postgres_store: Store, postgres_url: str
) -> None:
    town = make_town(postgres_store)
    wang = newcomer(postgres_store, town, "telegram", "1")

    def first(tx: Tx) -> None:
        accounts.speaker(tx, "telegram", "1")
        tx.core(update(person).where(person.c.id == wang.person_id).values(lang="en", big=True))
        tx.run(KEEP, account_id=wang.account_id, dialogue="{}", created_at=town.now())

    _, second = second_waits(
        postgres_store, postgres_url, first, lambda tx: accounts.speaker(tx, "telegram", "1")
    )
    seen = second.wait()
    assert (seen.state, seen.lang, seen.big) == ("{}", "en", True)


def test_a_message_that_waited_for_a_merge_is_of_the_person_who_stays(
    postgres_store: Store, postgres_url: str
) -> None:
    town = make_town(postgres_store)
    giver = newcomer(postgres_store, town, "telegram", "giver")
    taker = newcomer(postgres_store, town, "web", "taker")

    def merges(tx: Tx) -> bool:
        code = linking.new_code(tx, town, giver.person_id).replace(" ", "")
        accounts.speaker(tx, "web", "taker")
        found = linking.try_code(tx, town, taker.account_id, code)
        address = Address(taker.account_id, "web", "taker")
        return merging.merge(tx, town, found, taker=taker.person_id, address=address) is not None

    def likes(tx: Tx) -> int:
        row = accounts.speaker(tx, "web", "taker")
        take(tx, town, Incoming("web", "", 77, "taker", "taker", Kind.TAP, tap="fav:1"))
        return int(row.person_id)

    merged, liked = second_waits(postgres_store, postgres_url, merges, likes)
    assert merged.wait()
    assert liked.wait() == giver.person_id
