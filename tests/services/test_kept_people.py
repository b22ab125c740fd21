"""People without an account: how their keepers hear of things, how long they are kept, and who takes over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.catalogue import offering
from models.enrolment import enrolment
from models.family import acting_right, dependent
from models.outgoing import outgoing
from models.people import person
from models.store import Store
from services import classes, erasing, linking, merging, sessions
from services.enrolling.together import Seeker, join_together
from services.family import people
from services.message import message_from_json, plain
from services.outbox import Address
from services.paper.enrolling import Clerk, enrol_list
from services.paper.names import Line, from_text
from services.schedules import reminders_evening, retention_dependents
from services.town import Town
from tests.services.learners import Learners


@pytest.fixture
def learners(store: Store, town: Town) -> Learners:
    return Learners(store, town)


def villagers(learners: Learners, names: str, code: str = "SF01") -> int:
    """A clerk enrols these; the clerk's person."""
    clerk = learners.person()
    town = learners.town
    who = Clerk(clerk, learners.account(clerk), "周主任", 1)
    row = learners.work(lambda tx: classes.one_class(tx, learners.offering(code), town.now()))
    learners.work(lambda tx: enrol_list(tx, town, row, from_text(names), who))
    return clerk


def test_a_clerk_hears_of_a_change_once_for_all(learners: Learners) -> None:
    clerk = villagers(learners, "王秀兰、李建国、张大爷")
    neighbour = learners.person()
    learners.enrol(neighbour, "SF01")
    class_id = learners.offering("SF01")
    done = learners.work(lambda tx: sessions.cancel_class(tx, learners.town, class_id, actor="test"))
    assert isinstance(done, sessions.Done)
    (told,) = learners.posted("change", clerk)
    assert told.text.startswith("【王秀兰】【李建国】【张大爷】")
    assert len(learners.posted("change", neighbour)) == 1


def test_a_clerk_is_not_reminded_of_each(learners: Learners) -> None:
    villagers(learners, "王秀兰、李建国")
    learners.tick("2026-12-04 18:05")
    assert learners.posted("reminder_evening") == []


def test_whoever_was_in_no_class_for_a_year_is_forgotten(learners: Learners) -> None:
    villagers(learners, "王秀兰")
    learners.advance(timedelta(days=300))
    learners.work(lambda tx: [retention_dependents.due(tx, learners.town) for _ in range(3)])
    assert learners.work(lambda tx: len(tx.core(select(dependent)).all())) == 1
    learners.advance(timedelta(days=200))
    learners.work(lambda tx: [retention_dependents.due(tx, learners.town) for _ in range(3)])
    assert learners.work(lambda tx: tx.core(select(dependent)).all()) == []
    (row,) = learners.work(lambda tx: tx.core(select(enrolment.c.name, enrolment.c.state)).all())
    assert (row.name, row.state) == ("", "enrolled"), "what is over still counts"


def child_of(learners: Learners, guardian: int, label: str = "老大") -> int:
    made = learners.work(lambda tx: people.add_child(tx, learners.town, guardian, label, "6_9", "web"))
    return int(made.person_id)


def enrol_child(learners: Learners, guardian: int, child: int, code: str = "SF01") -> None:
    seeker = Seeker(child, learners.account(guardian), "老大")
    offering_id = learners.offering(code)
    came = learners.work(
        lambda tx: join_together(tx, learners.town, [seeker], offering_id=offering_id, actor="person:1")
    )
    assert isinstance(came, tuple)


def test_a_guardian_who_silenced_the_evening_is_not_reminded_of_the_child(learners: Learners) -> None:
    guardian = learners.person("web", remind_evening=False)
    enrol_child(learners, guardian, child_of(learners, guardian))
    learners.tick("2026-12-04 18:05")
    assert learners.posted("reminder_evening", guardian) == []


def test_a_child_is_not_spoken_of_over_telegram(learners: Learners) -> None:
    guardian = learners.person("telegram")
    enrol_child(learners, guardian, child_of(learners, guardian))
    learners.work(lambda tx: [reminders_evening.due(tx, learners.town) for _ in range(3)])
    learners.tick("2026-12-04 18:05")
    assert learners.posted("reminder_evening") == []


def test_erasing_a_guardian_erases_the_child_and_every_word_of_it(learners: Learners) -> None:
    guardian = learners.person("web")
    child = child_of(learners, guardian)
    enrol_child(learners, guardian, child)
    learners.tick("2026-12-04 18:05")
    assert "【老大】" in learners.posted("reminder_evening", guardian)[0].text
    learners.work(lambda tx: erasing.erase(tx, learners.town, guardian))
    assert learners.work(lambda tx: tx.core(select(dependent)).all()) == []
    assert learners.work(lambda tx: tx.core(select(person).where(person.c.id == child)).all()) == []
    rows = learners.work(lambda tx: tx.core(select(outgoing.c.payload, outgoing.c.learner_id)).all())
    texts = [plain(message_from_json(row.payload, None).text) for row in rows]
    assert not any("老大" in text for text in texts)
    assert {row.learner_id for row in rows} == {None}
    taken = learners.work(
        lambda tx: tx.core(select(offering.c.taken).where(offering.c.code == "SF01")).scalar()
    )
    assert taken == 0, "the child's seat went on"


def test_the_child_comes_over_when_two_accounts_are_joined(learners: Learners) -> None:
    giver, taker = learners.person("telegram"), learners.person("web")
    mother = learners.person("telegram")
    child_of(learners, giver), child_of(learners, taker)
    town = learners.town
    for actor in (giver, taker):
        learners.work(
            lambda tx, actor=actor: people.allow(
                tx, town, actor_id=actor, subject_id=mother, label="妈妈", way="code", by="test"
            )
        )
    code = learners.work(lambda tx: linking.new_code(tx, town, giver)).replace(" ", "")
    account = learners.account(taker)
    found = learners.work(lambda tx: linking.try_code(tx, town, account, code))
    merged = learners.work(
        lambda tx: merging.merge(tx, town, found, taker=taker, address=Address(account, "web", "x"))
    )
    assert merged is not None
    kept = learners.work(lambda tx: people.learners(tx, giver))
    assert [one.label for one in kept] == ["老大", "老大（二）", "妈妈"]
    rights = learners.work(lambda tx: tx.core(select(acting_right.c.actor_id)).all())
    assert [row.actor_id for row in rights] == [giver]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("王秀兰\n李建国", [Line(1, "王秀兰"), Line(2, "李建国")]),
        ("1. 王秀兰、2、李建国", [Line(1, "王秀兰"), Line(3, "李建国")]),
        (
            "王秀兰 68岁\n李大爷(72)\n张阿姨，",
            [Line(1, "王秀兰", 68), Line(2, "李大爷", 72), Line(3, "张阿姨")],
        ),
        ("（1）阿依古丽·买买提", [Line(1, "阿依古丽·买买提")]),
        ("1\t王　芳\t女\t68\n2李建国 男 72岁", [Line(1, "王芳", 68), Line(2, "李建国", 72)]),
        ("王秀兰 李建国\nAnna Smith", [Line(1, "王秀兰"), Line(1, "李建国"), Line(2, "Anna Smith")]),
        ("赵大爷（三组） 13800138000 33010219500101123X", [Line(1, "赵大爷三组")]),
        (
            "王秀兰\n合计 1人\n共1人\n制表人：周主任\n2026年11月30日",
            [Line(1, "王秀兰"), Line(5, "2026年11月30日")],
        ),
    ],
)
def test_names_as_they_are_written(text: str, lines: list[Line]) -> None:
    assert from_text(text) == lines
