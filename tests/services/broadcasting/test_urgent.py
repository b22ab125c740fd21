"""Urgent notices: an owner alone wakes people, it is written down, and a no is a no at night as well."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, select

from models.broadcasting import broadcast_recipient as recipient
from models.operations import audit_entry
from models.outgoing import outgoing
from models.people import account, role_grant
from models.store import Store, look_now
from services import opting
from services.audience import parse
from services.broadcasting import acts, composing, rights
from services.enrolling.refusal import Refused
from tests.services.broadcasting.stage import Stage
from tests.services.learners import at
from tests.town import make_town

TEXT = "今晚十点起停水，请存好水"


@pytest.fixture
def stage(store: Store) -> Iterator[Stage]:
    stage = Stage(store, make_town(store))
    stage.advance_to("2026-11-30 23:00")
    yield stage


@pytest.fixture
def chief(stage: Stage) -> int:
    """The owner of the whole town."""
    return stage.organiser("root", "owner")


def actions(stage: Stage, name: str) -> list[tuple[str, str, str]]:
    wanted = select(audit_entry.c.actor, audit_entry.c.subject, audit_entry.c.fields).where(
        audit_entry.c.action == name
    )
    return look_now(stage.store, lambda tx: [tuple(row) for row in tx.core(wanted).all()])


def test_at_night_only_what_is_urgent_arrives(stage: Stage, chief: int) -> None:
    stage.resident("DG01")
    shift = stage.resident("DG01", quiet_from=20 * 60, quiet_to=16 * 60)
    calm = stage.send(chief, "class:DG01", "周六有课")
    stage.run()
    assert stage.counts(calm) == {"pending": 2}
    urgent = stage.send(chief, "class:DG01", TEXT, urgent=True)
    stage.run()
    assert stage.counts(urgent) == {"sent": 2}
    assert shift in stage.recipients(urgent)
    assert {text for _, text in stage.heard} == {f"【紧急通知】\n{TEXT}"}
    assert actions(stage, "broadcast_urgent") == [
        (f"person:{chief}", f"broadcast:{urgent}", "2 people, 2 in quiet hours")
    ]
    assert stage.status(urgent)["urgent"] and not stage.status(calm)["urgent"]
    stage.advance_to("2026-12-01 16:00")
    stage.run()
    assert stage.counts(calm) == {"sent": 2}


def test_a_no_and_a_block_hold_at_night_and_in_mid_blast(stage: Stage, chief: int) -> None:
    stage.resident("DG01", agreed=False)
    gone = stage.resident("DG01")
    stage.change(account, account.c.person_id == gone, state="stopped")
    changes_mind, opts_out, stays = (stage.resident("DG01") for _ in range(3))
    number = stage.send(chief, "class:DG01", TEXT, urgent=True)
    stage.feed()
    stage.withdraw(changes_mind)
    stage.work(lambda tx: opting.refuse(tx, opts_out, "announcement", stage.town.now()))
    stage.run()
    sent = select(recipient.c.person_id).where(
        recipient.c.broadcast_id == number, recipient.c.state == "sent"
    )
    assert look_now(stage.store, lambda tx: [row[0] for row in tx.core(sent).all()]) == [stays]
    assert stage.status(number)["reasons"] == {"blocked": 1, "no_consent": 2, "opted_out": 1}


def test_the_week_has_its_measure_for_urgent_ones_too(stage: Stage, chief: int) -> None:
    stage.resident("DG01")
    stage.work(lambda tx: rights.set_rule(tx, rights.units_of(tx, chief)[0], "weekly_cap", 1))
    for text, came in ((TEXT, {"sent": 1}), ("水来了", {"skipped": 1})):
        number = stage.send(chief, "class:DG01", text, urgent=True)
        stage.run()
        assert stage.counts(number) == came


@pytest.mark.parametrize("role", ["broadcaster", "owner of another school"])
def test_who_owns_nothing_here_wakes_nobody(stage: Stage, role: str) -> None:
    clerk = stage.organiser("heping", "broadcaster")
    if role != "broadcaster":
        name = f"telegram:{stage._number}"
        stage.work(lambda tx: _give(tx, stage, name, "xincheng"))
    stage.resident("DG01")

    def fault(tx):  # type: ignore[no-untyped-def]
        unit = next(one for one in rights.units_of(tx, clerk) if one.code == "heping")
        return composing.fault(tx, composing.Draft(unit.id, clerk, TEXT, parse("class:DG01"), urgent=True))

    refused = stage.work(fault)
    assert isinstance(refused, Refused) and refused.code == "not_urgent_role"


def _give(tx, stage: Stage, name: str, unit: str) -> object:  # type: ignore[no-untyped-def]
    from services.roles import grant

    return grant(tx, stage.town, name, "owner", unit, "test")


def test_it_does_not_repeat(stage: Stage, chief: int) -> None:

    def fault(tx):  # type: ignore[no-untyped-def]
        own = rights.units_of(tx, chief)[0]
        draft = composing.Draft(own.id, chief, TEXT, parse("unit:root"), repeat="daily", urgent=True)
        return composing.fault(tx, draft)

    assert stage.work(fault) == Refused("urgent_once")


def test_whoever_lost_the_role_meanwhile_is_refused_or_wakes_nobody(stage: Stage, chief: int) -> None:
    stage.organiser("root", "owner")
    stage.resident("DG01")
    draft, planned = (stage.make(chief, "class:DG01", text, urgent=True) for text in (TEXT, "明早停课"))
    stage.submit(planned, chief, at=at("2026-11-30 23:30"))
    stage.work(lambda tx: tx.core(delete(role_grant).where(role_grant.c.person_id == chief)).rowcount)
    stage.work(lambda tx: _give(tx, stage, f"telegram:{stage._number}", "heping"))
    came = stage.submit(draft, chief)
    assert isinstance(came, Refused) and came.code == "no_role"
    stage.advance_to("2026-11-30 23:31")
    stage.tick_broadcasts()
    stage.run()
    assert stage.counts(planned) == {"pending": 1}
    assert [row[0] for row in actions(stage, "broadcast_calmed")] == ["system"]


def test_the_second_pair_of_eyes_is_an_owner_and_is_asked_at_night(stage: Stage, chief: int) -> None:
    other = stage.organiser("root", "owner")
    clerk = stage.organiser("root", "broadcaster")
    stage.resident("DG01")
    stage.resident("DG01")
    stage.work(lambda tx: rights.set_rule(tx, rights.units_of(tx, chief)[0], "approve_above", 1))
    number = stage.make(chief, "class:DG01", TEXT, urgent=True)
    stage.submit(number, chief)
    asked = (
        select(account.c.person_id, outgoing.c.urgent)
        .join_from(outgoing, account, account.c.id == outgoing.c.account_id)
        .where(outgoing.c.purpose == "approval")
    )
    assert look_now(stage.store, lambda tx: [tuple(row) for row in tx.core(asked).all()]) == [(other, True)]
    refused = stage.work(lambda tx: acts.approve(tx, stage.town, number, by=clerk))
    assert refused is not None and refused.code == "not_urgent_role"
    assert stage.work(lambda tx: acts.approve(tx, stage.town, number, by=other)) is None
    stage.resolve(number)
    stage.run()
    assert stage.counts(number) == {"sent": 2}
