"""Where one part meets another: windows with families, teams, paper and changing; merging with groups."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select, update

from models.catalogue import offering
from models.enrolment import enrolment
from models.family import dependent
from models.people import account
from models.running import transfer
from models.store import Store, work_now
from models.teams import seat_group_member
from services.catalogue import note_changes
from services.classes import one_class
from services.enrolling.refusal import Refused
from services.enrolling.together import Seeker, join_together
from services.family import people
from services.paper.enrolling import Clerk, enrol_list
from services.paper.names import from_text
from services.running.merge import Merged, merge
from services.schedules import draws
from services.windows.phases_file import PhaseLine, Plan
from services.windows.setting import CannotSet, Set, Times, set_window
from tests.handlers.play import Person, Play
from tests.handlers.test_changing import enrol, owner_of
from tests.services.parallel_town import add_parallel
from tests.town import ZONE, add_class, make_town

CHESS = ("ET01", "少儿围棋", "leisure", "孙老师", date(2026, 12, 5), 15, 60, 6, 12, 0, 6, 12)


@pytest.fixture
def play(sqlite_store: Store) -> Play:
    town = make_town(sqlite_store)
    town.term_limit = 10
    work_now(sqlite_store, lambda tx: note_changes(tx, [add_class(tx, CHESS, 2, 1)], town.now()))
    made = Play(sqlite_store, town)
    made.work(add_parallel, town)
    made.refresh()
    return made


@pytest.fixture
def mother(play: Play) -> Person:
    """Somebody with a child on her account."""
    mother = play.person("web", "w1", name="李静")
    mother.say("给孩子报名")
    mother.tap("新加一个孩子")
    for said in ("老大", "7岁", "同意"):
        mother.say(said)
    return mother


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def class_id(play: Play, code: str) -> int:
    return int(play.rows(select(offering.c.id).where(offering.c.code == code))[0].id)


def sets(play: Play, code: str, mode: str, plan: Plan | None = None) -> Set:
    times = Times(closes=at("2026-12-02 00:00"), draws=at("2026-12-02 10:00")) if mode == "draw" else Times()
    return play.work(  # type: ignore[no-any-return]
        set_window, play.town, code, mode, times, plan or Plan(), by="test", new_secret=lambda: "00" * 32
    )


def seats_of(play: Play, code: str, seats: int) -> None:
    few = update(offering).where(offering.c.code == code).values(capacity=seats)
    play.work(lambda tx: tx.core(few).rowcount)


def places(play: Play, code: str) -> list[tuple[str, str]]:
    chosen = (
        select(enrolment.c.name, enrolment.c.state)
        .join(offering, offering.c.id == enrolment.c.offering_id)
        .where(offering.c.code == code)
        .order_by(enrolment.c.id)
    )
    return [tuple(row) for row in play.rows(chosen)]  # type: ignore[misc]


@pytest.mark.parametrize("mode", ["draw", "approve"])
def test_nobody_takes_for_others_what_is_drawn_or_approved(play: Play, mother: Person, mode: str) -> None:
    wang = enrol(play, "1001", "王秀兰", "HG01")
    play.work(
        people.allow, play.town, actor_id=mother.person_id, subject_id=wang.person_id, label="妈妈",
        way="tap", by=f"person:{wang.person_id}",
    )  # fmt: skip
    sets(play, "SF01", mode)
    mother.tap_action(f"family:{class_id(play, 'SF01')}")
    mother.tap("妈妈")
    assert "得本人自己来" in mother.text, mother.text
    assert places(play, "SF01") == []


def asks(mother: Person, code: str) -> None:
    """From the card of a children's class to the repeat-back."""
    mother.tap_action(f"family:{class_id(mother.play, code)}")
    mother.tap("老大")
    for label in ("同意，继续报名", "用“", "是的"):
        if any(label in shown for shown in mother.buttons):
            mother.tap(label)
    if "称呼您" in mother.text:
        mother.say("李静")


def test_a_guardian_puts_her_child_down_for_a_draw(play: Play, mother: Person) -> None:
    made = sets(play, "ET01", "draw")
    asks(mother, "ET01")
    assert "先请学校核实" in mother.text, "a draw counts persons whom the school knows"
    known = update(account).where(account.c.external_id == "w1").values(verified=True)
    play.work(lambda tx: tx.core(known).rowcount)
    asks(mother, "ET01")
    assert "由李静代老大报名" in mother.text and "登记为第一志愿" in mother.text
    mother.tap("确认登记")
    assert "登记好了，第一志愿" in mother.text and "由李静代老大报名" in mother.text
    mother.say("我的课")
    assert "老大：登记了抽签" in mother.text
    mother.tap("我的志愿")
    assert "老大" in mother.text and "少儿围棋" in mother.text
    mother.tap("撤回登记")
    mother.tap("确认撤回")
    mother.say("我的志愿")
    assert "没有登记" in mother.text
    asks(mother, "ET01")
    mother.say("确认登记")
    play.town.clock.set(at("2026-12-02 10:00"))  # type: ignore[attr-defined]
    while play.work(draws.SCHEDULE, play.town):
        pass
    assert places(play, "ET01") == [("老大", "enrolled")]
    mother.inbox()
    assert "老大" in mother.text and "抽中了“少儿围棋”" in mother.text
    mother.tap("为什么")
    assert "抽中了这个班" in mother.text
    mother.say("我的课")
    mother.tap("少儿围棋")
    assert "由李静代老大报名" in mother.text
    assert made.commitment


def test_the_school_says_yes_to_a_child(play: Play, mother: Person) -> None:
    owner = owner_of(play)
    sets(play, "ET01", "approve")
    asks(mother, "ET01")
    mother.say("确认登记")
    assert "待审核" in mother.text
    stranger = play.person("web", "w2", name="路人")
    stranger.tap_action("wish_leave:1")
    stranger.tap_action("wish_leave_ok:1")
    owner.say("待审核")
    assert "老大" in owner.text
    owner.tap("同意")
    assert places(play, "ET01") == [("老大", "enrolled")]
    mother.inbox()
    assert "老大" in mother.text and "学校同意了" in mother.text


def test_children_are_put_down_one_by_one(play: Play, mother: Person) -> None:
    mother.say("给孩子报名")
    mother.tap("新加一个孩子")
    for said in ("老二", "8岁", "同意"):
        mother.say(said)
    sets(play, "ET01", "approve")
    kids = {one.label: one for one in play.work(people.learners, mother.person_id)}
    both = [Seeker(one.person_id, mother.account_id, one.name) for one in kids.values()]
    came = play.work(join_together, play.town, both, offering_id=class_id(play, "ET01"), actor="test")
    assert isinstance(came, Refused) and came.code == "each_alone"
    for label in ("老大", "老二"):
        mother.tap_action(f"family:{class_id(play, 'ET01')}")
        mother.tap(label)
        for known in ("同意，继续报名", "用“", "是的"):
            if any(known in shown for shown in mother.buttons):
                mother.tap(known)
        if "称呼您" in mother.text:
            mother.say("李静")
        mother.say("确认登记")
    mother.say("我的志愿")
    assert "老大" in mother.text and "老二" in mother.text


@pytest.mark.parametrize("mode", ["draw", "approve"])
def test_several_together_are_refused_under_the_lock_too(play: Play, mode: str) -> None:
    wang, li = enrol(play, "1001", "王秀兰", "HG01"), enrol(play, "1002", "李建国", "HG01")
    sets(play, "SF01", mode)
    both = [Seeker(one.person_id, one.account_id, one.name) for one in (wang, li)]
    came = play.work(join_together, play.town, both, offering_id=class_id(play, "SF01"), actor="test")
    assert isinstance(came, Refused) and came.code == "each_alone"
    assert places(play, "SF01") == []


@pytest.mark.parametrize(
    ("mode", "unit", "state"),
    [
        ("draw", "xincheng", "refused"),
        ("approve", "heping", "refused"),
        ("approve", "xincheng", "enrolled"),
        ("fcfs", "heping", "enrolled"),
    ],
)
def test_a_paper_list_goes_no_way_around_a_window(play: Play, mode: str, unit: str, state: str) -> None:
    clerk = owner_of(play, unit=unit)
    if mode != "fcfs":
        sets(play, "SF01", mode)
    mine = Clerk(clerk.person_id, clerk.account_id, "刘主任", 2 if unit == "xincheng" else 3)

    def unit_of_work(tx):  # type: ignore[no-untyped-def]
        row = one_class(tx, class_id(play, "SF01"), play.now)
        return enrol_list(tx, play.town, row, from_text("张大妈"), mine)

    (entry,) = play.work(unit_of_work)
    assert entry.state == state
    assert [name for name, _ in places(play, "SF01")] == (["张大妈"] if state == "enrolled" else [])
    assert len(play.rows(select(dependent))) == (state == "enrolled"), "nothing is kept of who was refused"


@pytest.mark.parametrize("mode", ["draw", "approve", "fcfs"])
def test_changing_goes_no_way_around_a_window(play: Play, mode: str) -> None:
    wang = enrol(play, "1001", "王秀兰", "SF01")
    later = Plan((PhaseLine("priority", "", at("2026-11-30 08:00")),)) if mode == "fcfs" else Plan()
    sets(play, "SF02", mode, later)
    wang.say("换班")
    [place] = play.rows(select(enrolment.c.id))
    to = class_id(play, "SF02")
    wang.tap_action(f"change_to:{place.id}:{to}")
    wang.tap_action(f"change_ok:{place.id}:{to}")
    assert "不能直接换过去" in wang.text
    assert places(play, "SF02") == [] and places(play, "SF01") == [("王秀兰", "enrolled")]
    assert play.rows(select(transfer)) == []


def test_what_is_being_drawn_is_not_merged(play: Play) -> None:
    enrol(play, "1001", "王秀兰", "SF01")
    sets(play, "SF02", "draw")
    for one, other in (("SF01", "SF02"), ("SF02", "SF01")):
        came = play.work(merge, play.town, class_id(play, one), class_id(play, other), actor="test")
        assert isinstance(came, Refused) and came.code == "merge_drawn"
    owner = owner_of(play)
    owner.tap_action(f"decide_into:{class_id(play, 'SF01')}:{class_id(play, 'SF02')}")
    owner.say("确认并班")
    assert "结果公布以后才能并" in owner.text


def test_a_draw_is_not_set_where_people_wait(play: Play) -> None:
    seats_of(play, "SF01", 1)
    enrol(play, "1001", "王秀兰", "SF01")
    sets(play, "SF01", "draw")  # who has a seat keeps it, and the others are drawn
    seats_of(play, "SF02", 1)
    enrol(play, "1002", "李建国", "SF02")
    enrol(play, "1003", "赵敏", "SF02")
    with pytest.raises(CannotSet, match="people wait for SF02"):
        sets(play, "SF02", "draw")
    assert places(play, "SF02") == [("李建国", "enrolled"), ("赵敏", "waiting")]


def test_a_group_that_waits_is_merged_as_a_group(play: Play) -> None:
    seats_of(play, "SF01", 2)
    seats_of(play, "SF02", 3)
    enrol(play, "1000", "赵敏", "SF01")
    enrol(play, "1003", "孙燕", "SF02")
    wang, li = enrol(play, "1001", "王秀兰", "HG01"), enrol(play, "1002", "李建国", "HG01")
    both = [Seeker(one.person_id, one.account_id, one.name) for one in (wang, li)]
    joined = play.work(join_together, play.town, both, offering_id=class_id(play, "SF01"), actor="test")
    assert [one.state for one in joined] == ["waiting", "waiting"]
    came = play.work(merge, play.town, class_id(play, "SF01"), class_id(play, "SF02"), actor="test")
    assert isinstance(came, Merged)
    now = dict(places(play, "SF02"))
    assert now == {"孙燕": "enrolled", "赵敏": "enrolled", "王秀兰": "waiting", "李建国": "waiting"}
    living = select(seat_group_member.c.group_id).join(
        enrolment, enrolment.c.id == seat_group_member.c.enrolment_id
    )
    assert len({row.group_id for row in play.rows(living.where(enrolment.c.state == "waiting"))}) == 1
    assert len(play.rows(living.where(enrolment.c.state == "waiting"))) == 2


def test_a_guardian_declines_a_merging_for_her_child(play: Play, mother: Person) -> None:
    child = play.rows(select(dependent.c.person_id))[0].person_id
    one = [Seeker(child, mother.account_id, "老大")]
    play.work(join_together, play.town, one, offering_id=class_id(play, "SF01"), actor="test")
    play.work(merge, play.town, class_id(play, "SF01"), class_id(play, "SF02"), actor="test")
    mother.inbox()
    assert "老大" in mother.text, "it is told whom it concerns"
    declined = next(
        button.action for message in mother.messages for button in message.buttons()
        if button.action.startswith("merged_no")
    )  # fmt: skip
    stranger = play.person("telegram", "5005", name="路人")
    stranger.tap_action(declined)
    assert places(play, "SF02") == [("老大", "enrolled")]
    mother.tap_action(declined)
    assert places(play, "SF02") == [("老大", "withdrawn")]


def test_a_guardian_changes_the_class_of_her_child(play: Play, mother: Person) -> None:
    child = play.rows(select(dependent.c.person_id))[0].person_id
    one = [Seeker(child, mother.account_id, "老大")]
    (joined,) = play.work(join_together, play.town, one, offering_id=class_id(play, "SF01"), actor="test")
    mother.tap_action(f"change:{joined.enrolment_id}")
    mother.say("1")
    mother.tap("换")
    assert places(play, "SF01") == [("老大", "withdrawn")]
    assert places(play, "SF02") == [("老大", "enrolled")]
