"""换班、并班、开班确认: plays about parallel classes; nobody loses a seat by them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.catalogue import class_session, offering
from models.enrolment import LIVING, enrolment
from models.running import class_minimum, transfer
from models.store import Store
from services.roles import grant
from services.running import minimum
from services.schedules import DUE
from services.town import Town
from services.verify import verify_some
from services.windows.phases_file import PhaseLine, Plan
from services.windows.setting import Times, set_window
from tests.handlers.play import Person, Play
from tests.services.parallel_town import add_parallel, set_seats
from tests.town import START


@pytest.fixture
def play(store: Store, town: Town) -> Play:
    play = Play(store, town)
    play.ids = play.work(add_parallel, town)  # type: ignore[attr-defined]
    return play


def everything_due(play: Play) -> None:
    for due in DUE:
        while play.work(lambda tx, due=due: due(tx, play.town)):
            pass


def enrol(play: Play, account: str, name: str, code: str) -> Person:
    person = play.person("telegram", account, name=name)
    person.start(f"c_{code}")
    person.tap("排候补" if "排候补" in person.buttons else "报名")
    for label in ("同意，继续报名", "用“", "确认"):
        if any(label in shown for shown in person.buttons):
            person.tap(label)
    assert "已报名" in person.text or "候补第" in person.text, person.text
    return person


def places(play: Play, person: Person) -> dict[str, str]:
    """The living places of somebody: class to state."""
    chosen = (
        select(offering.c.code, enrolment.c.state)
        .join_from(enrolment, offering, offering.c.id == enrolment.c.offering_id)
        .where(enrolment.c.person_id == person.person_id, enrolment.c.state.in_(LIVING))
    )
    return {row.code: row.state for row in play.rows(chosen)}


def sound(play: Play) -> bool:
    return not play.work(verify_some, 0).wrong


def owner_of(play: Play, role: str = "owner", unit: str = "xincheng", account: str = "9001") -> Person:
    owner = play.person("telegram", account, name="刘主任")
    owner.say("你好")
    play.work(lambda tx: grant(tx, play.town, f"telegram:{account}", role, unit, "cli:test"))
    return owner


def test_a_change_with_a_free_seat_is_made_at_once(play: Play) -> None:
    play.work(set_seats, "SF01", 1)
    wang = enrol(play, "1001", "王秀兰", "SF01")
    li = enrol(play, "1002", "李建国", "SF01")
    wang.say("换班")
    assert "周日" in wang.text and "周三" in wang.text
    wang.say("1")
    assert "原来的名额会让给下一位" in wang.text
    wang.say("换")
    assert "换好了" in wang.text and "周日" in wang.text
    assert places(play, wang) == {"SF02": "enrolled"}
    assert places(play, li) == {"SF01": "offered"}, "the freed seat goes to whoever waits"
    assert sound(play)


def test_a_change_to_a_full_class_keeps_the_old_seat(play: Play) -> None:
    play.work(set_seats, "SF03", 1)
    zhao = enrol(play, "1003", "赵桂英", "SF03")
    wang = enrol(play, "1001", "王秀兰", "SF01")
    wang.say("换班")
    wang.tap("周三")
    assert "原来的名额一直留着" in wang.text
    wang.tap("换")
    assert "候补第1位" in wang.text
    assert places(play, wang) == {"SF01": "enrolled", "SF03": "waiting"}
    wang.say("换班")
    wang.tap("周三")
    wang.tap("换")
    assert "已经在等换班" in wang.text
    zhao.say("退课")
    zhao.tap("确认退出")
    wang.inbox()
    assert places(play, wang) == {"SF01": "enrolled", "SF03": "offered"}
    wang.tap("接受")
    assert "已报名" in wang.text
    assert places(play, wang) == {"SF03": "enrolled"}
    assert [row.state for row in play.rows(select(transfer.c.state))] == ["done"]
    assert sound(play)


def test_leaving_the_line_leaves_the_old_seat(play: Play) -> None:
    play.work(set_seats, "SF03", 1)
    enrol(play, "1003", "赵桂英", "SF03")
    wang = enrol(play, "1001", "王秀兰", "SF01")
    wang.say("换班")
    wang.tap("周三")
    wang.tap("换")
    wang.tap_action(f"withdraw:{play.ids['SF03']}")  # type: ignore[attr-defined]
    wang.tap("确认退出")
    everything_due(play)
    assert places(play, wang) == {"SF01": "enrolled"}
    assert [row.state for row in play.rows(select(transfer.c.state))] == ["dropped"]


def test_nobody_changes_into_a_clash_or_another_course(play: Play) -> None:
    wang = enrol(play, "1001", "王秀兰", "SF01")
    enrol(play, "1001", "王秀兰", "HG01")
    ids = play.ids  # type: ignore[attr-defined]
    own = play.rows(select(enrolment.c.id).order_by(enrolment.c.id))[0].id
    # the first session of the baking class is on Sunday afternoon; move it onto SF02
    at = play.rows(select(class_session).where(class_session.c.offering_id == ids["SF02"]))[0]
    baking = play.rows(select(offering.c.id).where(offering.c.code == "HG01"))[0].id
    moved = class_session.update().where(class_session.c.offering_id == baking, class_session.c.number == 1)
    play.work(lambda tx: tx.core(moved.values(starts_at=at.starts_at, ends_at=at.ends_at)))
    wang.tap_action(f"change_to:{own}:{ids['SF02']}")
    wang.tap("换")
    assert "时间撞了" in wang.text and "家常烘焙" in wang.text
    wang.tap_action(f"change_to:{own}:{baking}")
    wang.tap("换")
    assert "不是同一门课" in wang.text
    assert places(play, wang) == {"SF01": "enrolled", "HG01": "enrolled"}
    li = play.person("telegram", "1002", name="李建国")
    li.tap_action(f"change_to:{own}:{ids['SF02']}")
    assert "不在了" in li.text


def test_staff_change_somebody(play: Play) -> None:
    wang = enrol(play, "1001", "王秀兰", "SF01")
    owner = owner_of(play)
    owner.say("换班 SF01")
    owner.tap("王秀兰")
    owner.tap("周日")
    owner.tap("换")
    assert "给王秀兰换好了" in owner.text
    assert places(play, wang) == {"SF02": "enrolled"}
    wang.say("换班 SF02")
    assert "王秀兰" not in "".join(wang.buttons)


def test_whoever_staff_changed_is_told(play: Play) -> None:
    wang = enrol(play, "1001", "王秀兰", "SF01")
    owner = owner_of(play)
    owner.say("换班 SF01")
    owner.tap("王秀兰")
    owner.tap("周日")
    owner.tap("换")
    owner.tap_action(f"change_ok:1:{play.ids['SF02']}")  # type: ignore[attr-defined]
    [told] = wang.inbox()
    assert "新城街道社区学校给您换了班：“书法入门”，编号SF02，在新城社区活动中心" in wang.text
    assert "下次上课：周日（12月6日）上午9点" in wang.text
    assert told.document is not None
    wang.tap("看看新班")
    assert wang.courses == ["SF02"]


def test_whoever_staff_put_in_line_is_told_that_the_seat_stays(play: Play) -> None:
    play.work(set_seats, "SF02", 1)
    enrol(play, "1002", "李建国", "SF02")
    wang = enrol(play, "1001", "王秀兰", "SF01")
    owner = owner_of(play)
    owner.say("换班 SF01")
    owner.say("1")
    owner.say("周日")
    owner.say("是")
    assert "候补第1位" in owner.text
    wang.inbox()
    assert "“书法入门”（编号SF02），候补第1位" in wang.text and "原来的班照常上" in wang.text
    assert places(play, wang) == {"SF01": "enrolled", "SF02": "waiting"}


def test_another_day_said_at_the_last_question_is_asked_about(play: Play) -> None:
    wang = enrol(play, "1001", "王秀兰", "SF01")
    wang.say("换班")
    wang.say("周日")
    wang.say("还是换到周三")
    assert "周三（12月9日）" in wang.text and wang.buttons == ["换", "不换了"]
    wang.say("好")
    assert places(play, wang) == {"SF03": "enrolled"}
    assert wang.inbox() == [], "one's own change is answered, not told"


def test_a_second_tap_on_change_tells_that_it_is_done(play: Play) -> None:
    wang = enrol(play, "1001", "王秀兰", "SF01")
    wang.say("换班")
    wang.say("1")
    done, no = wang.button("换").action, wang.button("不换了").action
    wang.tap_action(done)
    wang.tap_action(done)
    assert wang.text.startswith("已经换好了")
    wang.tap_action(no)
    assert "还在原来的班" not in wang.text
    assert places(play, wang) == {"SF02": "enrolled"}


def asked_about(play: Play, code: str = "SF01", least: int = 5) -> None:
    ids = play.ids  # type: ignore[attr-defined]
    day = date(2026, 12, 2)
    play.work(minimum.set_minimum, play.town, ids[code], least, day, actor="cli:test")
    play.at(8, 59, days=2)
    everything_due(play)
    assert not [row for row in play.rows(select(class_minimum)) if row.asked_at]
    play.at(9, 0)
    everything_due(play)


def test_too_few_are_merged_with_seats_and_order_kept(play: Play) -> None:
    play.work(set_seats, "SF01", 2)
    wang = enrol(play, "1001", "王秀兰", "SF01")
    li = enrol(play, "1002", "李建国", "SF01")
    zhao = enrol(play, "1003", "赵桂英", "SF01")  # waits
    owner = owner_of(play)
    asked_about(play)
    owner.inbox()
    assert "现在2人，最少要5人" in owner.text
    owner.tap("并班")
    assert any("SF02" in label for label in owner.buttons)
    owner.tap("SF02")
    assert "会通知3人" in owner.text
    sure = owner.button("确认并班").action
    owner.say("确认并班")
    assert "SF01并到SF02了：2人有座位" in owner.text
    for late in (sure, f"decide_merge:{play.ids['SF01']}", f"decide_cancel:{play.ids['SF01']}"):  # type: ignore[attr-defined]
        owner.tap_action(late)
        assert "已经定过了" in owner.text and "确定吗" not in owner.text
    assert [places(play, one) for one in (wang, li)] == [{"SF02": "enrolled"}] * 2
    assert set(places(play, zhao)) == {"SF02"}
    wang.inbox()
    assert "合并了" in wang.text and "不用再报名" in wang.text
    assert wang.documents, "the new calendar comes along"
    wang.tap("不去新班了")
    assert "替您退了" in wang.text
    assert places(play, wang) == {}
    assert any("SF03" in label for label in wang.buttons), "a class that fits is offered"
    assert sound(play)
    owner.tap_action(f"decide_keep:{play.ids['SF01']}")  # type: ignore[attr-defined]
    assert "已经定过了" in owner.text


def test_a_merge_without_room_is_refused_with_its_numbers(play: Play) -> None:
    play.work(set_seats, "SF03", 1)
    ids = play.ids  # type: ignore[attr-defined]
    for n in range(3):
        enrol(play, f"100{n}", "王秀兰", "SF01")
    owner = owner_of(play)
    owner.tap_action(f"decide_merge:{ids['SF01']}")
    assert not any("SF03" in label for label in owner.buttons)
    owner.tap_action(f"decide_into:{ids['SF01']}:{ids['SF03']}")
    owner.say("是")
    assert "要3个名额，那边只剩1个" in owner.text
    assert sound(play)


def test_a_cancelled_class_offers_what_fits(play: Play) -> None:
    wang = enrol(play, "1001", "王秀兰", "SF01")
    owner = owner_of(play)
    asked_about(play)
    owner.inbox()
    owner.tap("取消")
    assert "会通知1人" in owner.text
    owner.tap("确认取消")
    assert "通知了1人" in owner.text
    wang.inbox()
    assert "报名的人太少" in wang.text and "有名额" in wang.text
    assert any("SF02" in label for label in wang.buttons)
    wang.tap("SF02")
    assert "报名" in wang.buttons
    assert places(play, wang) == {}


def test_no_class_is_offered_that_one_cannot_just_join(play: Play) -> None:
    """Its seats are free and still to be drawn, or it is not this person's turn."""
    wang = enrol(play, "1001", "王秀兰", "SF01")
    owner = owner_of(play)
    closes, tells = START + timedelta(days=2), START + timedelta(days=3)
    later = Plan((PhaseLine("returning", "", START), PhaseLine("everyone", "", tells)))
    for code, mode, times, plan in (
        ("SF02", "draw", Times(closes=closes, draws=tells), Plan()), ("SF03", "fcfs", Times(), later),
    ):  # fmt: skip
        play.work(set_window, play.town, code, mode, times, plan, by="test", new_secret=lambda: "5a" * 32)
    asked_about(play)
    owner.inbox()
    owner.tap("取消")
    owner.tap("确认取消")
    wang.inbox()
    assert "报名的人太少" in wang.text and "有名额" not in wang.text
    assert not any("SF0" in label for label in wang.buttons)


def test_held_all_the_same(play: Play) -> None:
    wang = enrol(play, "1001", "王秀兰", "SF01")
    owner = owner_of(play)
    asked_about(play)
    owner.say("开班确认")
    owner.say("1")
    owner.tap("照常开班")
    assert "通知了1人" in owner.text
    wang.inbox()
    assert "确定开班" in wang.text
    assert places(play, wang) == {"SF01": "enrolled"}


def test_enough_are_asked_about_with_nobody(play: Play) -> None:
    enrol(play, "1001", "王秀兰", "SF01")
    owner = owner_of(play)
    asked_about(play, least=1)
    assert owner.inbox() == []
    assert [row.decision for row in play.rows(select(class_minimum.c.decision))] == ["enough"]


def test_only_those_who_run_the_school_decide(play: Play) -> None:
    ids = play.ids  # type: ignore[attr-defined]
    wang = enrol(play, "1001", "王秀兰", "SF01")
    stranger = owner_of(play, "owner", "heping", "9002")
    teacher = owner_of(play, "teacher", "xincheng", "9003")
    for person in (wang, stranger, teacher):
        for action in (
            "decide_keep:{0}",
            "decide_merge:{0}",
            "decide_cancel:{0}",
            "decide_go:{0}:0",
            "decide:{0}",
        ):
            person.tap_action(action.format(ids["SF01"]))
            person.say("是")
            assert "由学校来定" in person.text or "没" in person.text or person.messages
    assert places(play, wang) == {"SF01": "enrolled"}
    assert play.rows(select(offering.c.status).where(offering.c.code == "SF01"))[0].status == "open"


def test_the_card_of_an_own_class_leads_to_the_parallel_ones(play: Play) -> None:
    wang = enrol(play, "1001", "王秀兰", "SF01")
    wang.start("c_SF01")
    wang.tap("换班")
    assert "周日" in wang.text and "周三" in wang.text
    wang.say("上一步")
    assert "书法入门" in wang.text and "退出这个班" in wang.buttons
    enrol(play, "1001", "王秀兰", "HG01")
    wang.start("c_HG01")
    assert "换班" not in wang.buttons, "there is no other class of that course"
    li = play.person("telegram", "1002", name="李建国")
    li.start("c_SF01")
    assert "换班" not in li.buttons


def test_a_class_that_is_being_drawn_is_not_among_those_to_merge_into(play: Play) -> None:
    owner = owner_of(play)
    enrol(play, "1001", "王秀兰", "SF02")
    later = play.now + timedelta(days=2)
    times = Times(closes=later, draws=later)
    play.work(set_window, play.town, "SF01", "draw", times, Plan(), by="test", new_secret=lambda: "5a" * 32)
    owner.tap_action(f"decide_merge:{play.ids['SF02']}")  # type: ignore[attr-defined]
    assert "SF03" in owner.text + "".join(owner.buttons) and "SF01" not in "".join(owner.buttons)
    owner.tap_action(f"decide_merge:{play.ids['SF01']}")  # type: ignore[attr-defined]
    assert "抽签" in owner.text and "SF03" not in "".join(owner.buttons)


def test_the_parallel_class_is_named_by_its_day_or_code(play: Play) -> None:
    wang = enrol(play, "1001", "王秀兰", "SF01")
    wang.say("换班")
    wang.say("不换了")
    assert "还在原来的班" in wang.text
    wang.say("换班")
    wang.say("我想换到周三的班")
    assert "对吗" in wang.text and "周三" in wang.text
    wang.say("换")
    assert places(play, wang) == {"SF03": "enrolled"}


def test_into_which_class_is_typed_and_what_is_over_is_not_asked_again(play: Play) -> None:
    wang = enrol(play, "1001", "王秀兰", "SF01")
    owner = owner_of(play)
    asked_about(play)
    owner.inbox()
    owner.tap("并班")
    owner.say("sf02")
    assert "SF01并到SF02" in owner.text
    owner.say("确认并班")
    assert places(play, wang) == {"SF02": "enrolled"}
    owner.tap_action(f"decide_cancel:{play.ids['SF01']}")  # type: ignore[attr-defined]
    assert "已经定过了" in owner.text and "确认取消" not in owner.buttons
