"""分批报名 and 审核报名: who may come when, and what the school's yes or no does."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select, update

from models.catalogue import offering
from models.enrolment import enrolment
from models.store import Store
from models.windows import application
from services.enrolling import seats
from services.enrolling.refusal import Refused
from services.roles import grant
from services.town import Town
from services.windows.phases_file import PhaseLine, PhasesError, Plan, read_plan
from services.windows.setting import CannotSet, Set, Times, set_window
from tests.handlers.play import Person, Play
from tests.town import ZONE


@pytest.fixture
def play(store: Store, town: Town) -> Play:
    return Play(store, town)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def sets(play: Play, code: str, mode: str, times: Times | None = None, plan: Plan | None = None) -> Set:
    made: Set = play.work(
        set_window, play.town, code, mode, times or Times(), plan or Plan(), by="test",
        new_secret=lambda: "00" * 32,
    )  # fmt: skip
    play.refresh()
    return made


def states(play: Play) -> list[str]:
    return [row.state for row in play.rows(select(enrolment.c.state).order_by(enrolment.c.id))]


PHASES = Plan(
    (
        PhaseLine("returning", "", at("2026-12-01 09:00")),
        PhaseLine("resident", "新城街道", at("2026-12-02 09:00")),
        PhaseLine("everyone", "", at("2026-12-03 09:00")),
    )
)


def in_phases(play: Play) -> None:
    sets(play, "SF01", "fcfs", Times(closes=at("2026-12-05 00:00")), PHASES)


def it_is(play: Play, text: str) -> None:
    play.town.clock.set(at(text))  # type: ignore[attr-defined]


def test_the_card_names_each_phase(play: Play) -> None:
    in_phases(play)
    wang = play.person(name="王秀兰")
    wang.start("c_SF01")
    assert "老学员12月1日上午9点起，新城街道居民12月2日上午9点起，所有人12月3日上午9点起" in wang.text


def test_former_learners_come_first(play: Play) -> None:
    old = play.person(account="1", name="老学员")
    assert old.enrol("智能手机") == "enrolled"
    begun = update(offering).where(offering.c.code == "SJ01").values(first_start=at("2026-11-01 09:00"))
    play.work(lambda tx: tx.core(begun).rowcount)
    in_phases(play)
    it_is(play, "2026-12-01 09:30")
    new = play.person(account="2", name="新来的")
    new.start("c_SF01")
    new.tap("报名")
    assert "轮到您是后天（周四）上午9点" in new.text
    assert "为什么" in new.buttons
    old.start("c_SF01")
    old.tap("报名")
    old.tap("用“")
    old.tap("确认报名")
    assert "✓ 已报名" in old.text


def test_before_the_first_phase_everybody_hears_of_their_own(play: Play) -> None:
    in_phases(play)
    new = play.person(account="2", name="新来的")
    new.start("c_SF01")
    new.say("报名")
    assert "轮到您是周四（12月3日）上午9点；住在新城街道的话，后天（周三）上午9点就能报" in new.text
    assert "12月1日" not in new.text, "that is when former learners begin"
    it_is(play, "2026-12-02 09:30")
    new.say("报名")
    assert "您住在新城街道吗" in new.text


def test_a_class_for_residents_alone_is_not_denied_before_it_opens(play: Play) -> None:
    only = Plan((PhaseLine("resident", "新城街道", at("2026-12-02 09:00")),))
    sets(play, "SF01", "fcfs", Times(closes=at("2026-12-05 00:00")), only)
    new = play.person(account="2", name="新来的")
    new.start("c_SF01")
    new.say("报名")
    assert "只收新城街道的居民，后天（周三）上午9点开始" in new.text


def test_a_resident_says_so_and_goes_on(play: Play) -> None:
    in_phases(play)
    it_is(play, "2026-12-02 09:30")
    wang = play.person(name="王秀兰")
    wang.start("c_SF01")
    wang.tap("报名")
    assert "您住在新城街道吗" in wang.text
    wang.tap("我住在那里")
    for label in ("同意，继续报名", "用“", "确认报名"):
        wang.tap(label)
    assert "✓ 已报名" in wang.text


def test_in_the_last_phase_everybody_may_come(play: Play) -> None:
    in_phases(play)
    it_is(play, "2026-12-03 09:00")
    wang = play.person(name="王秀兰")
    assert wang.enrol("书法") == "enrolled"


def ask_for(person: Person, code: str = "SF01") -> None:
    person.start(f"c_{code}")
    person.tap("登记申请")
    for label in ("同意，继续报名", "用“", "确认登记"):
        if any(label in shown for shown in person.buttons):
            person.tap(label)


@pytest.fixture
def teacher(play: Play) -> Person:
    """Who decides at the school of the calligraphy class."""
    sets(play, "SF01", "approve")
    chen = play.person(account="500", name="陈主任")
    chen.start()
    play.work(grant, play.town, "telegram:500", "editor", "xincheng", "test")
    return chen


def test_the_schools_yes_is_the_seat(play: Play, teacher: Person) -> None:
    wang = play.person(name="王秀兰")
    ask_for(wang)
    assert "待审核" in wang.text and "已报名" not in wang.text
    assert states(play) == []
    wang.say("我的课")
    assert "等学校审核：书法入门" in wang.text
    teacher.say("待审核")
    assert "王秀兰申请“书法入门”" in teacher.text
    teacher.tap("同意")
    assert states(play) == ["enrolled"]
    wang.inbox()
    assert "学校同意了" in wang.text
    teacher.say("待审核")
    assert "没有等您审核" in teacher.text


@pytest.mark.parametrize("reason", ["名额有限", "这期先照顾零基础的"])
def test_a_no_comes_with_its_reason(play: Play, teacher: Person, reason: str) -> None:
    wang = play.person(name="王秀兰")
    ask_for(wang)
    teacher.say("待审核")
    teacher.tap("不同意")
    teacher.say(reason)
    wang.inbox()
    assert "没有通过" in wang.text and f"原因：{reason}。" in wang.text
    wang.tap("为什么")
    assert "没有通过您的申请" in wang.text and reason in wang.text
    ask_for(wang)
    assert "待审核" in wang.text, "one may ask again"


def test_what_is_no_reason_is_told_to_nobody(play: Play, teacher: Person) -> None:
    wang = play.person(name="王秀兰")
    ask_for(wang)
    teacher.say("待审核")
    no = teacher.button("不同意").action
    teacher.tap("不同意")
    for said in ("啥", "？？", "好的", "谢谢", "您好"):
        teacher.say(said)
        assert "没有通过" not in teacher.text
    assert wang.inbox() == []
    teacher.say("2")
    wang.inbox()
    assert "原因：不符合这个班的招生条件" in wang.text
    teacher.tap_action(no)
    assert teacher.text == "这份申请已经处理过了。", "what is decided is not asked about again"


def test_a_yes_where_it_is_full_is_a_place_in_line(play: Play, teacher: Person) -> None:
    play.work(
        lambda tx: tx.core(update(offering).where(offering.c.code == "SF01").values(capacity=1)).rowcount
    )
    people = [play.person(account=str(n), name=name) for n, name in ((1, "甲"), (2, "乙"))]
    for person in people:
        ask_for(person)
    for _ in people:
        teacher.say("待审核")
        teacher.tap("同意")
    assert states(play) == ["enrolled", "waiting"]
    people[1].inbox()
    assert "候补第1位" in people[1].text and "已报上" not in people[1].text


def test_only_the_schools_own_staff_decides(play: Play, teacher: Person) -> None:
    wang = play.person(name="王秀兰")
    ask_for(wang)
    play.work(grant, play.town, "telegram:500", "editor", "heping", "test")
    from services.roles import revoke

    play.work(revoke, play.town, "telegram:500", "editor", "xincheng", "test")
    teacher.say("待审核")
    assert "没有等您审核" in teacher.text
    [row] = play.rows(select(application.c.id))
    for action in (f"approve:{row.id}", f"decline:{row.id}", f"decline_why:{row.id}:full"):
        teacher.tap_action(action)
        wang.tap_action(action)
    assert [one.state for one in play.rows(select(application.c.state))] == ["pending"]


def test_a_seat_is_not_taken_past_the_approval(play: Play, teacher: Person) -> None:
    wang = play.person(name="王秀兰")
    wang.start()
    came = play.work(
        seats.join, play.town, person_id=wang.person_id, account_id=wang.account_id, offering_id=1, name="王",
        age_confirmed=True, actor="test",
    )  # fmt: skip
    assert isinstance(came, Refused) and came.code == "needs_approval"


def test_a_mode_does_not_change_under_those_who_asked(play: Play, teacher: Person) -> None:
    ask_for(play.person(name="王秀兰"))
    with pytest.raises(CannotSet, match="asked for SF01"):
        sets(play, "SF01", "fcfs")
    sets(play, "SF01", "approve", Times(closes=at("2026-12-04 00:00")))


def test_in_big_mode_all_is_reached_by_numbers(play: Play) -> None:
    sets(play, "SF01", "draw", Times(closes=at("2026-12-02 00:00"), draws=at("2026-12-02 10:00")))
    wang = play.person(name="王秀兰")
    wang.start()
    wang.say("大字版")
    wang.start("c_SF01")
    wang.say("1")
    for _ in range(3):
        wang.say("1")
    assert "登记好了" in wang.text
    wang.say("我的志愿")
    wang.say("撤回登记")
    assert "真的要撤回" in wang.text


GOOD = """
most = 2
[[phase]]
who = "老学员"
opens = "2026-12-01 09:00"
[[phase]]
who = "resident"
area = "新城街道"
opens = 2026-12-02T09:00:00
[[quota]]
who = "first_timer"
percent = 20
"""


def test_the_file_of_phases_is_read() -> None:
    plan = read_plan("phases.toml", GOOD, ZONE)
    assert plan.most == 2
    assert [(phase.audience, phase.area) for phase in plan.phases] == [
        ("returning", ""),
        ("resident", "新城街道"),
    ]
    assert plan.phases[1].opens_at == at("2026-12-02 09:00")
    assert (plan.quotas[0].audience, plan.quotas[0].percent) == ("first_timer", 20)
    csv = "who,opens,area,seats,percent\n老学员,2026-12-01 09:00,,,\n新学员,,,3,\n"
    plan = read_plan("phases.csv", csv, ZONE)
    assert [phase.audience for phase in plan.phases] == ["returning"]
    assert plan.quotas[0].seats == 3


BAD = [
    ("no such audience", '[[phase]]\nwho = "friends"\nopens = "2026-12-01"'),
    ("residents of nowhere", '[[phase]]\nwho = "resident"\nopens = "2026-12-01"'),
    ("no time", '[[phase]]\nwho = "everyone"\nopens = "soon"'),
    ("neither seats nor percent", '[[quota]]\nwho = "returning"'),
    ("too much", '[[quota]]\nwho = "returning"\npercent = 120'),
    ("twice", '[[quota]]\nwho = "returning"\nseats = 1\n[[quota]]\nwho = "returning"\nseats = 2'),
    ("a stray field", '[[phase]]\nwho = "everyone"\nopens = "2026-12-01"\nwhom = "x"'),
    ("no TOML", "[[phase"),
    ("a stray table", '[phases]\nwho = "everyone"'),
]


@pytest.mark.parametrize("text", [row[1] for row in BAD], ids=[row[0] for row in BAD])
def test_what_is_wrong_with_the_file_is_said(text: str) -> None:
    with pytest.raises(PhasesError):
        read_plan("phases.toml", text, ZONE)
