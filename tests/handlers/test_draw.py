"""报名变抽签: from registering to the result, as residents live it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from models.catalogue import offering
from models.clock import ManualClock
from models.enrolment import enrolment
from models.store import Store, look_now
from models.windows import application, draw
from services import verify
from services.drawing import check, publishing, running
from services.drawing.listing import CannotDraw, build_listing
from services.roles import grant
from services.schedules import draws
from services.town import Town
from services.windows.phases_file import Plan, QuotaLine
from services.windows.setting import CannotSet, Set, Times, set_window
from tests.handlers.play import Person, Play
from tests.services.parallel_town import add_parallel

SECRET = "5a" * 32


@pytest.fixture
def play(store: Store, town: Town) -> Play:
    return Play(store, town)


def moment(play: Play, text: str) -> datetime:
    """An instant of the town's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=play.town.zone)


def to_be_drawn(play: Play, code: str = "xincheng", plan: Plan | None = None) -> Set:
    """Registering until the end of Tuesday, result on Wednesday at ten."""
    for one in ("TJ01", "SJ01", "DG01"):  # whose first session would come before the result
        later = update(offering).where(offering.c.code == one)
        closes = moment(play, "2026-12-20 00:00")
        play.work(lambda tx, later=later, closes=closes: tx.core(later.values(enrol_closes=closes)).rowcount)
    times = Times(
        closes=moment(play, "2026-12-02 00:00"), draws=moment(play, "2026-12-02 10:00"),
    )  # fmt: skip
    made: Set = play.work(
        set_window, play.town, code, "draw", times, plan or Plan(), by="test", new_secret=lambda: SECRET
    )
    play.refresh()
    return made


def seats_of(play: Play, code: str, seats: int) -> None:
    play.work(
        lambda tx: tx.core(update(offering).where(offering.c.code == code).values(capacity=seats)).rowcount
    )


def register(person: Person, code: str) -> None:
    """From the poster's link to a registration."""
    person.start(f"c_{code}")
    person.tap("登记抽签" if "登记抽签" in person.buttons else "加为志愿")
    for label in ("同意，继续报名", "用“", "是的", "确认登记"):
        if any(label in shown for shown in person.buttons):
            person.tap(label)
    assert "登记好了" in person.text, person.text


def it_is(play: Play, text: str) -> None:
    play.town.clock.set(moment(play, text))  # type: ignore[attr-defined]


def run_schedule(play: Play) -> None:
    for _ in range(200):
        if not play.work(draws.SCHEDULE, play.town):
            return
    raise AssertionError("the draw does not come to an end")


def states(play: Play) -> list[tuple[str, str, str]]:
    """(name, class, state) of every place, in the order of the rows."""
    chosen = select(enrolment.c.name, offering.c.code, enrolment.c.state).join_from(
        enrolment, offering, offering.c.id == enrolment.c.offering_id
    )
    return [tuple(row) for row in play.rows(chosen.order_by(enrolment.c.id))]  # type: ignore[misc]


def test_the_card_says_in_words_what_applies(play: Play) -> None:
    to_be_drawn(play)
    wang = play.person(name="王秀兰")
    wang.start("c_SF01")
    assert "抽签报名：12月1日截止前都可以登记，先后不影响机会，后天（周三）上午10点公布结果。" in wang.text
    assert "登记抽签" in wang.buttons and "怎么抽签" in wang.buttons
    wang.tap("怎么抽签")
    assert "封存码" in wang.text


def test_registering_is_never_told_as_a_place(play: Play) -> None:
    to_be_drawn(play)
    wang = play.person(name="王秀兰")
    register(wang, "SF01")
    assert "第一志愿" in wang.text and "还没有报上名" in wang.text
    assert "已报名" not in wang.text
    wang.say("我的课")
    assert "登记了抽签" in wang.text and "已报名" not in wang.text
    assert states(play) == []


def test_wishes_are_put_in_order_by_tap_and_by_word_and_taken_back(play: Play) -> None:
    to_be_drawn(play)
    wang = play.person(name="王秀兰")
    register(wang, "SF01")
    register(wang, "HG01")
    assert "第二志愿" in wang.text
    register(wang, "SJ01")
    wang.start("c_TJ01")
    wang.tap("加为志愿")
    assert "最多登记3个志愿" in wang.text
    wang.say("我的志愿")
    assert wang.courses == ["SF01", "HG01", "SJ01"]
    wang.tap("“家常烘焙”往前挪")
    assert wang.courses == ["HG01", "SF01", "SJ01"]
    wang.say("第三志愿改成第一志愿")
    assert wang.courses == ["SJ01", "HG01", "SF01"]
    wang.say("书法")
    wang.say("第二志愿改成第一志愿")
    assert wang.courses == ["HG01", "SJ01", "SF01"], "whatever was talked about in between"
    wang.say("去掉第一志愿")
    assert wang.courses == ["SJ01", "SF01"]
    wang.tap("撤回登记")
    wang.say("确认撤回")
    assert "已撤回" in wang.text
    wang.say("我的志愿")
    assert "没有登记抽签" in wang.text
    register(wang, "SF01")


def test_a_second_tap_on_a_wish_changes_nothing_more(play: Play) -> None:
    to_be_drawn(play)
    wang = play.person(name="王秀兰")
    for code in ("SF01", "HG01", "SJ01"):
        register(wang, code)
    wang.say("我的志愿")
    up, out = wang.button("“智能手机从零学”往前挪").action, wang.button("去掉“家常烘焙").action
    for _ in "ab":
        wang.tap_action(up)
        assert wang.courses == ["SF01", "SJ01", "HG01"]
    wang.say("去掉第一志愿")
    for _ in "ab":
        wang.tap_action(out)
        assert wang.courses == ["SJ01"]
        assert "撤回登记吗" not in wang.text
    wang.tap_action(up)
    assert wang.courses == ["SJ01"]


def drawn(play: Play, seats: int = 2, people: int = 5) -> list[Person]:
    """So many people want the calligraphy class of so few seats, and the draw is over."""
    to_be_drawn(play)
    seats_of(play, "SF01", seats)
    crowd = [play.person(account=str(1000 + n), name=f"居民{n}") for n in range(people)]
    for person in crowd:
        register(person, "SF01")
    it_is(play, "2026-12-02 00:00")
    run_schedule(play)
    late = play.person(account="999", name="来晚了")
    late.start("c_SF01")
    assert "登记已经截止" in late.text
    it_is(play, "2026-12-02 10:00")
    run_schedule(play)
    return crowd


def test_the_draw_gives_the_seats_and_everybody_hears_the_own_result(play: Play) -> None:
    crowd = drawn(play)
    came = states(play)
    assert [state for _, _, state in came] == ["enrolled", "enrolled", "waiting", "waiting", "waiting"]
    assert play.work(verify.verify) == []
    lots = {row.name: row.lot for row in play.rows(select(application.c.name, application.c.lot))}
    assert sorted(lots.values()) == [1, 2, 3, 4, 5]
    assert [lots[name] for name, _, _ in came] == [1, 2, 3, 4, 5], "seats and line in the order of the lots"
    for person in crowd:
        person.inbox()
        lot = lots[person.name]
        assert f"第{lot}号" in person.text
        if lot <= 2:
            assert "您抽中了“书法入门”" in person.text
            person.tap("为什么")
            assert "您抽中了这个班" in person.text
        else:
            assert f"候补第{lot - 2}位" in person.text and "抽中了" not in person.text.replace("没有抽中", "")
            person.tap("为什么")
            assert f"抽到第2号为止，您是第{lot}号" in person.text and "排第" in person.text


def test_what_is_published_can_be_computed_again(play: Play) -> None:
    drawn(play)
    [row] = play.rows(select(draw.c.window_id, draw.c.result, draw.c.state))
    assert row.state == "published"
    assert check.verify(row.result) is None
    assert "居民" not in row.result, "a published draw names nobody"


def test_after_the_draw_a_seat_given_up_goes_down_the_line(play: Play) -> None:
    crowd = drawn(play)
    lots = {row.name: row.lot for row in play.rows(select(application.c.name, application.c.lot))}
    by_lot = sorted(crowd, key=lambda person: lots[person.name])
    by_lot[0].inbox()
    by_lot[0].tap("退出这个班")
    by_lot[0].say("确认退出")
    by_lot[2].inbox()
    by_lot[2].tap("接受名额")
    assert "✓ 已报名" in by_lot[2].text


def test_a_second_wish_is_honoured_when_the_first_is_gone(play: Play) -> None:
    to_be_drawn(play)
    for code in ("SF01", "HG01"):
        seats_of(play, code, 1)
    crowd = [play.person(account=str(1000 + n), name=f"居民{n}") for n in range(3)]
    for person in crowd:
        register(person, "SF01")
        register(person, "HG01")
    it_is(play, "2026-12-02 10:00")
    run_schedule(play)
    came = states(play)
    assert [(code, state) for _, code, state in came] == [
        ("SF01", "enrolled"), ("HG01", "enrolled"), ("SF01", "waiting"), ("HG01", "waiting"),
    ]  # fmt: skip


def test_unverified_web_accounts_are_sent_to_the_school(play: Play) -> None:
    to_be_drawn(play)
    li = play.person("web", "w1", name="李四")
    li.start("c_SF01")
    li.tap("登记抽签")
    assert "核实一下身份" in li.text and states(play) == []


def test_what_somebody_joined_since_closing_takes_no_second_seat(play: Play) -> None:
    to_be_drawn(play, "SF01")
    play.town.term_limit = 1
    wang = play.person(name="王秀兰")
    register(wang, "SF01")
    it_is(play, "2026-12-02 00:30")
    run_schedule(play)
    assert wang.enrol("烘焙") == "enrolled"
    it_is(play, "2026-12-02 10:00")
    run_schedule(play)
    assert states(play) == [("王秀兰", "HG01", "enrolled")]
    wang.inbox()
    wang.tap("为什么")
    assert "抽签以后您又报了别的班" in wang.text


def test_reserved_seats_are_first_for_their_group(play: Play) -> None:
    plan = Plan(quotas=(QuotaLine("returning", "", 1, None),))
    old = play.person(account="1", name="老学员")
    assert old.enrol("智能手机") == "enrolled"
    begun = (
        update(offering).where(offering.c.code == "SJ01").values(first_start=moment(play, "2026-11-01 09:00"))
    )
    play.work(lambda tx: tx.core(begun).rowcount)
    to_be_drawn(play, "SF01", plan)
    seats_of(play, "SF01", 1)
    crowd = [play.person(account=str(1000 + n), name=f"居民{n}") for n in range(4)]
    for person in (*crowd, old):
        register(person, "SF01")
    it_is(play, "2026-12-02 10:00")
    run_schedule(play)
    assert ("老学员", "SF01", "enrolled") in states(play)
    old.inbox()
    old.tap("为什么")
    assert "给老学员保留的名额" in old.text


def test_parallel_classes_are_told_apart_by_when_they_meet(play: Play) -> None:
    play.work(add_parallel, play.town)
    to_be_drawn(play, "xincheng")
    seats_of(play, "SF01", 1)
    seats_of(play, "SF02", 1)
    seats_of(play, "SF03", 1)
    wang, *others = (play.person(account=str(1000 + n), name=f"居民{n}") for n in range(4))
    for code in ("SF01", "SF02", "SF03"):
        register(wang, code)
    assert "再加一个志愿" not in wang.buttons, "there are no more than three"
    wang.say("我的志愿")
    assert len(set(wang.buttons)) == len(wang.buttons), "which of them is moved is to be seen"
    wang.say("我的课")
    assert "书法入门 · 周六（12月5日）" in wang.text and "书法入门 · 周日（12月6日）" in wang.text
    for person in others:
        for code in ("SF01", "SF02", "SF03"):
            register(person, code)
    it_is(play, "2026-12-02 00:00")
    run_schedule(play)
    it_is(play, "2026-12-02 10:00")
    run_schedule(play)
    people = {name: state for name, _, state in states(play)}
    loser = next(one for one in (wang, *others) if people[one.name] == "waiting")
    loser.inbox()
    assert "“书法入门 · 周六（12月5日）上午9点”候补第1位" in loser.text
    winner = next(one for one in (wang, *others) if (one.name, "SF02", "enrolled") in states(play))
    winner.inbox()
    winner.tap("退出这个班")
    winner.say("确认退出")
    loser.inbox()
    assert "“书法入门”有名额了" in loser.text and "第一次上课：周日（12月6日）上午9点。" in loser.text


REFUSED: list[tuple[str, Callable[[Play], Any]]] = [
    ("a draw without its hours", lambda play: Times()),
    ("an end in the past", lambda play: Times(closes=moment(play, "2026-11-01 00:00"))),
    (
        "a result before the end",
        lambda play: Times(
            closes=moment(play, "2026-12-03 00:00"), draws=moment(play, "2026-12-02 00:00")
        ),
    ),
    (
        "a result after the class has closed",
        lambda play: Times(
            closes=moment(play, "2026-12-03 00:00"), draws=moment(play, "2026-12-30 00:00")
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize("times", [row[1] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_draw_that_makes_no_sense_is_refused(play: Play, times: Callable[[Play], Times]) -> None:
    with pytest.raises(CannotSet):
        play.work(
            set_window, play.town, "SF01", "draw", times(play), Plan(), by="test", new_secret=lambda: SECRET
        )


def test_a_draw_is_never_done_twice(play: Play) -> None:
    drawn(play)
    [row] = play.rows(select(draw.c.window_id))
    with pytest.raises(CannotDraw):
        play.work(running.compute, play.town, row.window_id, "again")
    assert play.work(publishing.publish_some, play.town, row.window_id) == 0


def test_before_closing_nothing_is_drawn_or_listed(play: Play) -> None:
    made = to_be_drawn(play)
    with pytest.raises(CannotDraw):
        play.work(build_listing, play.town, made.window_id)
    run_schedule(play)
    assert [row.state for row in play.rows(select(draw.c.state))] == ["committed"]


def test_the_staff_draws_and_publishes_in_the_chat(play: Play) -> None:
    made = to_be_drawn(play)
    chen = play.person(account="500", name="陈主任")
    chen.start()
    play.work(grant, play.town, "telegram:500", "editor", "xincheng", "test")
    wang = play.person(name="王秀兰")
    register(wang, "SF01")
    chen.say("抽签")
    assert "1人登记，正在登记" in chen.text
    chen.tap("第1号抽签")
    assert "封存码" in chen.text and "现在抽签" not in chen.buttons
    it_is(play, "2026-12-02 00:10")
    chen.tap_action(f"drawing:{made.window_id}")
    chen.tap("现在抽签")
    assert "公开值" in chen.text
    for said in ("谢谢", "好的", "啥"):  # a draw is done once
        chen.say(said)
        assert play.rows(select(draw.c.state))[0].state == "listed"
    chen.say("双色球 2026139: 03 08 17")
    assert "还没有告诉任何人" in chen.text and states(play) == []
    for late in ("drawing_run", "drawing_bare"):
        chen.tap_action(f"{late}:{made.window_id}")
        assert "已经做过了" in chen.text and "公开值" not in chen.text
    chen.tap_action(f"drawing:{made.window_id}")
    wang.tap_action(f"drawing_out:{made.window_id}")
    assert "学校老师用的" in wang.text and states(play) == []
    chen.tap("公布结果")
    run_schedule(play)
    assert states(play) == [("王秀兰", "SF01", "enrolled")]
    [row] = play.rows(select(draw.c.result))
    assert check.verify(row.result) is None and "双色球" in row.result


def test_whoever_was_still_being_written_is_in_the_list(play: Play) -> None:
    """A long list is read beside the writing: what came in meanwhile makes it be read again."""
    made = to_be_drawn(play)
    seats_of(play, "SF01", 1)
    first, second = (play.person(account=str(1000 + n), name=f"居民{n}") for n in range(2))
    register(first, "SF01")
    ahead = replace(play.town, clock=ManualClock(moment(play, "2026-12-02 00:00")))
    [fix] = look_now(play.store, lambda tx: draws.look(tx, ahead))
    register(second, "SF01")  # in time, and written after the list was read
    it_is(play, "2026-12-02 00:00")
    play.work(fix, play.town)
    assert play.work(running.standing_of, made.window_id).state == "committed"
    run_schedule(play)
    [row] = play.rows(select(draw.c.listing, draw.c.state))
    assert row.state == "listed" and row.listing.count('"wishes"') == 2
