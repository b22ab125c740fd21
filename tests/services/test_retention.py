"""Retention: nothing is kept longer than was promised, and nothing else goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import bindparam, func, insert, select

from models.catalogue import catalogue_change, offering
from models.enrolment import enrolment, favourite, seat_offer
from models.operations import audit_entry, audit_text, occurrence
from models.outgoing import outgoing
from models.people import (
    account,
    code_try,
    consent,
    conversation,
    link_code,
    person,
    received_update,
)
from models.statement import Statement
from models.store import Store, look_now, work_now
from services.audit import record
from services.enrolling import seats
from services.message import Document, Message
from services.outbox import Address, post_notice
from services.roles import grant
from services.schedules import retention
from services.schedules.retention import EMPTY
from services.town import Town
from tests.services.learners import Learners
from tests.town import make_town

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def learners(store: Store, town: Town) -> Learners:
    made = Learners(store, town)
    made.tick()
    return made


def rows(learners: Learners, statement: Any) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = look_now(
        learners.store, lambda tx: [tuple(row) for row in tx.core(statement).all()]
    )
    return found


def put(learners: Learners, table: Any, *values: dict[str, Any]) -> None:
    learners.work(lambda tx: tx.core(insert(table), list(values)).rowcount)


def pass_days(learners: Learners, days: float) -> None:
    learners.advance(timedelta(days=days))
    learners.tick()


def test_updates_are_kept_for_48_hours(learners: Learners) -> None:
    now = learners.town.now()
    ages = [timedelta(hours=49), timedelta(hours=47)]
    put(
        learners, received_update,
        *(
            {"platform": "telegram", "bot": "1", "update_id": n, "at": now - age}
            for n, age in enumerate(ages)
        ),
    )  # fmt: skip
    pass_days(learners, 1 / 24)
    assert rows(learners, select(received_update.c.update_id)) == [(1,)]


def test_a_thousand_updates_go_in_batches(learners: Learners) -> None:
    old = learners.town.now() - 3 * DAY
    put(
        learners, received_update,
        *({"platform": "telegram", "bot": "1", "update_id": n, "at": old} for n in range(1000)),
    )  # fmt: skip
    pass_days(learners, 1 / 24)
    assert rows(learners, select(func.count()).select_from(received_update)) == [(0,)]


def test_a_dialogue_is_forgotten_after_a_day(learners: Learners) -> None:
    wang, li = learners.person(), learners.person()
    now = learners.town.now()
    for one, idle in ((wang, 25 * HOUR), (li, 22 * HOUR)):
        own = learners.account(one)
        learners.change(
            conversation, conversation.c.account_id == own, state='{"v":1,"focus":3}', updated_at=now - idle
        )
    pass_days(learners, 1 / 24)
    states = dict(rows(learners, select(conversation.c.account_id, conversation.c.state)))
    assert states == {learners.account(wang): "", learners.account(li): '{"v":1,"focus":3}'}
    pass_days(learners, 2 / 24)
    assert set(dict(rows(learners, select(conversation.c.account_id, conversation.c.state))).values()) == {""}


def test_all_dialogues_are_gone_through_a_stretch_at_a_time(
    learners: Learners, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "STRETCH", 2)
    monkeypatch.setattr(retention, "STRETCH_END", Statement(_last_of(2)))
    people = [learners.person() for _ in range(5)]
    long_ago = learners.town.now() - 30 * HOUR
    for one in people:
        own = learners.account(one)
        learners.change(conversation, conversation.c.account_id == own, state='{"v":1}', updated_at=long_ago)
    looked = [learners.work(lambda tx: retention._dialogues(tx, learners.town)) for _ in range(3)]
    assert looked == [2, 2, 0]
    assert rows(learners, select(conversation.c.state).distinct()) == [("",)]
    # and the next hour begins with the first again
    assert learners.work(lambda tx: retention._dialogues(tx, learners.town)) == 2


def _last_of(stretch: int) -> Any:
    ids = conversation.c.account_id
    return select(ids).where(ids > bindparam("after")).order_by(ids).limit(1).offset(stretch - 1)


def test_texts_are_emptied_a_week_after_their_outcome(learners: Learners) -> None:
    wang = learners.person()
    to = Address(learners.account(wang), "telegram", "1001")
    message = Message("您好", document=Document("书法.ics", b"BEGIN:VCALENDAR", "text/calendar"))
    now = learners.town.now()

    def unit(tx: Any) -> int:
        return post_notice(tx, learners.town, to, message, purpose="change", expires_at=now + 90 * DAY)

    ended, waits = learners.work(unit), learners.work(unit)
    learners.change(outgoing, outgoing.c.id == ended, state="sent", ended_at=now)
    pass_days(learners, 6.5)
    assert EMPTY not in {payload for (payload,) in rows(learners, select(outgoing.c.payload))}
    pass_days(learners, 1.5)
    kept = {
        row[0]: row[1:]
        for row in rows(learners, select(outgoing.c.id, outgoing.c.payload, outgoing.c.document))
    }
    assert kept[ended] == (EMPTY, None)
    assert "您好" in kept[waits][0]


def test_codes_and_tries_go_after_a_day(learners: Learners) -> None:
    wang = learners.person()
    now = learners.town.now()
    put(
        learners, link_code,
        {"person_id": wang, "code_hash": "old", "expires_at": now - DAY},
        {"person_id": wang, "code_hash": "new", "expires_at": now + DAY},
    )  # fmt: skip
    put(learners, code_try, {"account_id": learners.account(wang), "at": now - DAY})
    pass_days(learners, 0.9)
    assert rows(learners, select(link_code.c.code_hash)) == [("new",)]
    assert rows(learners, select(code_try.c.id)) == []


def test_who_was_silent_for_a_year_is_forgotten(learners: Learners) -> None:
    looker, liker, willing, waits, guest = (learners.person() for _ in range(5))
    now = learners.town.now()
    put(learners, favourite, {"person_id": liker, "offering_id": learners.offering("SF01"), "at": now})
    put(
        learners, consent,
        {
            "person_id": willing, "purpose": "announcements", "wording": "1", "platform": "telegram",
            "given_at": now,
        },
    )  # fmt: skip
    learners.change(offering, offering.c.code == "SJ01", last_end=now + 380 * DAY)
    learners.enrol(waits, "SJ01")
    pass_days(learners, 300)
    learners.change(account, account.c.person_id == guest, seen_at=learners.town.now())
    pass_days(learners, 70)
    left = {found for (found,) in rows(learners, select(person.c.id))}
    assert left >= {waits, guest, willing}
    assert not left & {looker, liker}
    pass_days(learners, 800)
    assert not {found for (found,) in rows(learners, select(person.c.id))} & {waits, guest}


def test_who_was_enrolled_is_forgotten_after_a_year_without_coming(learners: Learners) -> None:
    """The yes to enrolling and places of long ago keep nobody; what counts stays without a link."""
    member, leaver, waiter = (learners.person() for _ in range(3))
    now = learners.town.now()
    for one in (member, leaver, waiter):
        put(
            learners, consent,
            {
                "person_id": one, "purpose": "enrolment", "wording": "1", "platform": "telegram",
                "given_at": now,
            },
        )  # fmt: skip
    learners.enrol(member, "SF01", name="王秀兰")  # until 23 January
    left = learners.enrol(leaver, "SF01", name="李建国")
    full = [learners.enrol(learners.person(), "SJ01") for _ in range(2)]
    learners.enrol(waiter, "SJ01", name="张敏")
    row = look_now(learners.store, lambda tx: tx.one(seats.BY_ID, id=left))
    learners.work(lambda tx: seats.leave(tx, learners.town, row, why="self", actor="test"))
    pass_days(learners, 367)
    present = {found for (found,) in rows(learners, select(person.c.id))}
    assert member in present, "was in a class until January"
    assert not present & {leaver, waiter}, "left, or only waited for a class that is long over"
    pass_days(learners, 60)
    assert member not in {found for (found,) in rows(learners, select(person.c.id))}
    kept = rows(learners, select(enrolment.c.name, enrolment.c.state, enrolment.c.person_id))
    assert len(kept) == 3 + len(full)
    assert not {"王秀兰", "李建国", "张敏"} & {name for name, _, _ in kept}
    assert not {member, leaver, waiter} & {whose for _, _, whose in kept}
    assert rows(learners, select(consent.c.id)) == []


def test_a_class_that_is_to_come_keeps_whoever_is_in_it_or_waits_for_it(learners: Learners) -> None:
    member, waiter = learners.person(), learners.person()
    learners.enrol(member, "SF01")
    learners.change(offering, offering.c.code == "SF01", capacity=1)
    learners.enrol(waiter, "SF01")
    ends = learners.town.now() + 500 * DAY
    learners.change(offering, offering.c.code == "SF01", last_end=ends)
    pass_days(learners, 400)
    assert {found for (found,) in rows(learners, select(person.c.id))} >= {member, waiter}


def test_a_yes_to_announcements_keeps_only_whoever_still_gets_them(learners: Learners) -> None:
    reader, blocked, returner = (learners.person() for _ in range(3))
    now = learners.town.now()
    for one in (reader, blocked, returner):
        put(
            learners, consent,
            {
                "person_id": one, "purpose": "announcements", "wording": "1", "platform": "telegram",
                "given_at": now, "withdrawn_at": now if one == returner else None,
            },
        )  # fmt: skip
    learners.change(account, account.c.person_id == blocked, state="stopped")
    pass_days(learners, 367)
    present = {found for (found,) in rows(learners, select(person.c.id))}
    assert reader in present
    assert not present & {blocked, returner}


def test_who_works_for_a_school_stays(learners: Learners) -> None:
    teacher = learners.person("telegram", "4001")
    learners.work(lambda tx: grant(tx, learners.town, "telegram:4001", "teacher", "root", "cli:test"))
    pass_days(learners, 400)
    assert (teacher,) in rows(learners, select(person.c.id))


def test_answers_go_after_a_month_and_other_messages_after_a_year(learners: Learners) -> None:
    own = learners.account(learners.person())
    now = learners.town.now()
    of_lane = {"reply": (28, 29.5), "notice": (28, 31, 364, 364.5), "bulk": (31, 364.5)}
    common = {
        "account_id": own, "platform": "telegram", "purpose": "change", "payload": EMPTY, "state": "sent",
        "not_before": now, "expires_at": now, "created_at": now,
    }  # fmt: skip
    put(
        learners, outgoing,
        *(
            {**common, "lane": lane, "chat": f"{lane}{age}", "ended_at": now - age * DAY}
            for lane, ages in of_lane.items()
            for age in ages
        ),
    )  # fmt: skip
    pass_days(learners, 1)
    kept = {chat for (chat,) in rows(learners, select(outgoing.c.chat).where(outgoing.c.chat != ""))}
    written = {f"{lane}{age}" for lane, ages in of_lane.items() for age in ages}
    assert kept & written == written - {"reply29.5", "notice364.5", "bulk364.5"}


def test_the_record_of_changes_goes_after_three_years(learners: Learners) -> None:
    now = learners.town.now()
    for years, name in ((3.01, "old"), (2.9, "new")):
        learners.work(
            lambda tx, at=now - years * 365 * DAY, name=name: record(
                tx, at, "cli:x", "renamed", name, before="甲", after="乙"
            )
        )
    pass_days(learners, 1)
    assert rows(learners, select(audit_entry.c.subject).where(audit_entry.c.actor == "cli:x")) == [("new",)]
    assert rows(learners, select(func.count()).select_from(audit_text)) == [(1,)]


def test_who_asked_to_be_forgotten_is_erased_when_the_wait_is_over(learners: Learners) -> None:
    wang = learners.person()
    learners.change(person, person.c.id == wang, forget_at=learners.town.now() + 7 * DAY)
    pass_days(learners, 6.9)
    assert (wang,) in rows(learners, select(person.c.id))
    pass_days(learners, 0.2)
    assert (wang,) not in rows(learners, select(person.c.id))


def test_old_occurrences_and_changes_go(learners: Learners) -> None:
    now = learners.town.now()
    put(
        learners, occurrence,
        {"schedule": "weekly", "subject": "old", "outcome": "done", "at": now - 61 * DAY},
        {"schedule": "weekly", "subject": "new", "outcome": "done", "at": now - 50 * DAY},
    )  # fmt: skip
    newest = rows(learners, select(func.max(catalogue_change.c.number)))
    pass_days(learners, 8)
    assert rows(learners, select(occurrence.c.subject).where(occurrence.c.schedule == "weekly")) == [("new",)]
    assert rows(learners, select(catalogue_change.c.number)) == newest


def test_what_nobody_fetched_expires_and_its_offer_goes_on(store: Store, town: Town) -> None:
    learners = Learners(store, town)
    places = [learners.enrol(learners.person("web", f"w{n}"), "SJ01") for n in range(4)]
    row = look_now(store, lambda tx: tx.one(seats.BY_ID, id=places[0]))
    learners.work(lambda tx: seats.leave(tx, town, row, why="self", actor="test"))
    [offered] = learners.posted("offer")
    learners.change(outgoing, outgoing.c.id == offered.id, expires_at=town.now() + HOUR)
    learners.advance(HOUR)
    missed = learners.tick()
    assert missed == 1
    [expired] = learners.posted("offer", state="expired")
    assert expired.reason == "too_late"
    states = rows(learners, select(seat_offer.c.state).order_by(seat_offer.c.id))
    assert states == [("undelivered",), ("made",)]


@pytest.mark.parametrize("platform", ["web", "telegram"])
@pytest.mark.parametrize("state", ["queued", "sending"])
def test_what_was_left_behind_ends_whoever_delivers(learners: Learners, platform: str, state: str) -> None:
    """The house once spoke there; now nobody sends for it, and nothing waits for ever."""
    now, own = learners.town.now(), learners.account(learners.person(platform))
    learners.work(
        lambda tx: post_notice(
            tx, learners.town, Address(own, platform, "c"), Message("改时间"), purpose="change",
            expires_at=now + HOUR,
        )
    )  # fmt: skip
    learners.change(outgoing, outgoing.c.account_id == own, state=state)
    learners.advance(HOUR)
    learners.tick()
    assert rows(learners, select(outgoing.c.state, outgoing.c.ended_at.is_not(None))) == [("expired", True)]


def test_an_idle_second_costs_little(learners: Learners) -> None:
    """With nothing due, no schedule writes a row."""
    learners.tick("2026-12-02 10:00")
    before = rows(learners, select(func.count()).select_from(occurrence))
    learners.advance(timedelta(seconds=1))
    learners.tick()
    assert rows(learners, select(func.count()).select_from(occurrence)) == before


def test_sheets_threads_and_links_are_kept_as_long_as_promised(sqlite_store: Store) -> None:
    from models.organising import help_message, help_thread, invitation, sheet_draft
    from services import accounts, keeping

    town = make_town(sqlite_store)
    now = town.now()

    def fill(tx: Any) -> None:
        accounts.welcome(tx, town, "telegram", "1", "1")
        for days in (0, 2, 100, 400):
            at = now - timedelta(days=days)
            tx.core(sheet_draft.insert().values(account_id=1, name="a", content=b"x", at=at))
            of = {"unit_id": 1, "person_id": 1, "state": "closed", "opened_at": at, "updated_at": at}
            thread = tx.core(help_thread.insert().values(**of)).inserted_primary_key[0]
            tx.core(help_message.insert().values(thread_id=thread, text="x", at=at))
            link = {"token_hash": str(days), "unit_id": 1, "role": "viewer", "made_by": "cli:t"}
            tx.core(invitation.insert().values(**link, made_at=at, expires_at=at))

    def left(tx: Any) -> list[int]:
        tables = (sheet_draft, help_thread, help_message, invitation)
        return [len(tx.core(table.select()).all()) for table in tables]

    work_now(sqlite_store, fill)
    while work_now(sqlite_store, lambda tx: keeping.drop_old(tx, town)):
        pass
    assert look_now(sqlite_store, left) == [1, 3, 3, 2]


def test_the_walk_of_dialogues_is_begun_once_in_an_hour_whatever_else_is_old(
    learners: Learners, monkeypatch: pytest.MonkeyPatch
) -> None:
    walked: list[int] = []
    whole = retention._dialogues

    def counted(tx: Any, town: Town) -> int:
        walked.append(1)
        return whole(tx, town)

    order = tuple(counted if step is whole else step for step in retention.EACH_HOUR)
    monkeypatch.setattr(retention, "EACH_HOUR", order)
    old = learners.town.now() - 3 * DAY
    put(
        learners, received_update,
        *({"platform": "telegram", "bot": "1", "update_id": n, "at": old} for n in range(1000)),
    )  # fmt: skip
    pass_days(learners, 1 / 24)
    assert len(walked) == 1
