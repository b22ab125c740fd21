"""报名安排 in chat: staff say how seats are given, by tapping and by typing, and ask why for others."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from models.catalogue import offering
from models.store import Store
from models.windows import draw, enrol_window, window_phase, window_quota
from services.town import Town
from services.windows import saying
from services.windows.saying import Draft
from tests.handlers.play import Person, Play
from tests.handlers.test_changing import owner_of
from tests.handlers.test_draw import it_is, register, run_schedule
from tests.town import START, ZONE


@pytest.fixture
def play(store: Store, town: Town) -> Play:
    play = Play(store, town)
    play.town.public_url = "https://door.example"
    later = update(offering).values(enrol_closes=at("2026-12-20 00:00"))
    play.work(lambda tx: tx.core(later).rowcount)
    return play


@pytest.fixture
def owner(play: Play) -> Person:
    return owner_of(play)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def times(play: Play) -> tuple[str, str, str, str]:
    """Mode, opening, closing and publishing of the only window, in the town's time."""
    [row] = play.rows(select(enrol_window))

    def said(moment: datetime | None) -> str:
        return "" if moment is None else moment.astimezone(ZONE).strftime("%m-%d %H:%M")

    return row.mode, said(row.opens_at), said(row.closes_at), said(row.draws_at)


def test_one_step_back_loses_nothing_but_the_step(play: Play, owner: Person) -> None:
    owner.say("报名安排 SF01")
    owner.tap("抽签")
    owner.tap("改截止")
    owner.say("上一步")
    assert "12月7日截止" in owner.text and "确认" in owner.buttons
    owner.say("上一步")
    assert "改成哪一种" in owner.text
    owner.say("上一步")
    assert "设哪个班的报名安排" in owner.text


def test_thanks_leave_the_draft_and_its_numbers(play: Play, owner: Person) -> None:
    owner.say("报名安排 SF01 抽签，12月3日截止，12月4日上午10点公布")
    owner.say("谢谢")
    owner.say("1")
    assert "设好了" in owner.text


def test_a_draw_is_set_in_four_taps(play: Play, owner: Person) -> None:
    owner.say("报名安排")
    owner.tap("书法入门（SF01）")
    assert "先到先得" in owner.text
    owner.tap("抽签")
    assert "12月7日截止" in owner.text and "周二（12月8日）上午10点抽签公布" in owner.text
    owner.tap("确认")
    assert (
        "✓ 设好了" in owner.text and "封存码" in owner.text and "https://door.example/draws/1" in owner.text
    )
    assert times(play) == ("draw", "", "12-08 00:00", "12-08 10:00")
    [row] = play.rows(select(draw))
    assert len(bytes.fromhex(row.secret)) == 32 and row.commitment in owner.text
    wang = play.person(account="1", name="王秀兰")
    register(wang, "SF01")


def test_the_draws_of_single_classes_are_told_apart(play: Play, owner: Person) -> None:
    for code in ("SF01", "HG01"):
        owner.say(f"报名安排 {code} 抽签，12月4日截止，12月5日上午10点公布")
        owner.say("确认")
    owner.say("抽签")
    assert (
        "第1号：书法入门（SF01），0人登记" in owner.text and "第2号：家常烘焙（HG01），0人登记" in owner.text
    )


def test_every_part_can_be_changed_by_tap(play: Play, owner: Person) -> None:
    owner.say("报名安排 SF01")
    for label in ("抽签", "改开始", "12月1日上午9点", "改截止", "12月4日", "改公布", "12月6日上午10点"):
        owner.tap(label)
    for label in ("分批", "老学员先报一天", "确认"):
        owner.tap(label)
    assert times(play) == ("draw", "12-01 09:00", "12-05 00:00", "12-06 10:00")
    phases = play.rows(select(window_phase).order_by(window_phase.c.number))
    assert [(one.audience, one.opens_at) for one in phases] == [
        ("returning", at("2026-12-01 09:00")),
        ("everyone", at("2026-12-02 09:00")),
    ]


def test_all_of_it_in_one_sentence(play: Play, owner: Person) -> None:
    owner.say("报名安排 SF01 抽签，12月1日到12月5日，12月6日上午9点公布，新学员保留20%")
    assert "12月5日截止" in owner.text and "给没上过课的新学员保留20%的名额" in owner.text
    owner.say("居民 12月2日")
    assert "没看懂" in owner.text, "of which district is not said"
    owner.say("截止12月4日")
    owner.say("确认")
    assert "设好了" in owner.text
    assert times(play) == ("draw", "12-01 00:00", "12-05 00:00", "12-06 09:00")
    [kept] = play.rows(select(window_quota))
    assert (kept.audience, kept.percent) == ("first_timer", 20)


def test_what_is_set_is_where_the_next_draft_begins(play: Play, owner: Person) -> None:
    owner.say("报名安排 SF01 抽签，12月5日截止，12月6日上午9点公布，新学员保留20%")
    owner.say("确认")
    owner.say("报名安排 SF01")
    owner.tap("抽签")
    assert "12月5日截止" in owner.text and "保留20%" in owner.text
    owner.tap("不设了")
    assert times(play) == ("draw", "", "12-06 00:00", "12-06 09:00")


def test_a_school_sets_all_its_classes_to_come(play: Play, owner: Person) -> None:
    owner.say("报名安排")
    owner.tap("新城街道社区学校：没开课的班一起设")
    owner.tap("审核报名")
    owner.say("好的")
    assert "新城街道社区学校的4个班" in owner.text
    assert times(play) == ("approve", "", "", "")


def test_what_stands_in_the_way_is_said_and_the_draft_stays(play: Play, owner: Person) -> None:
    owner.say("报名安排 SF01 抽签，12月25日截止，12月26日上午10点公布")
    owner.tap("确认")
    assert owner.text.startswith("SF01到12月") and "请把公布提前" in owner.text
    owner.tap("看看现在设的")
    assert "12月25日截止" in owner.text
    owner.say("12月4日截止，12月5日上午10点公布")
    owner.say("确认")
    assert "设好了" in owner.text


def test_a_draw_said_in_words_fits_the_class_as_by_taps(play: Play, owner: Person) -> None:
    soon = update(offering).where(offering.c.code == "SF01").values(enrol_closes=START + timedelta(days=3))
    play.work(lambda tx: tx.core(soon).rowcount)
    owner.say("报名安排 SF01 抽签")
    owner.say("确认")
    assert "设好了" in owner.text


@pytest.mark.parametrize("platform", ["web", "terminal"])
def test_it_is_the_same_in_big_mode_and_in_english(play: Play, platform: str) -> None:
    owner = play.person(platform, "9002", name="Liu")
    owner.say("你好")
    from services.roles import grant

    play.work(lambda tx: grant(tx, play.town, f"{platform}:9002", "editor", "xincheng", "cli:test"))
    owner.say("/big")
    owner.say("english")
    owner.say("window SF01")
    owner.say("2")
    assert "By draw" in owner.text and all(len(one.buttons()) <= 4 for one in owner.messages)
    owner.say("Phases")  # one of those that big mode leaves to be said
    owner.say("All together")
    owner.say("closes 2026-12-05, result 2026-12-06 9:00")
    owner.say("Confirm")
    assert "✓ Set" in owner.text
    assert times(play) == ("draw", "", "12-06 00:00", "12-06 09:00")


def test_nobody_sets_what_is_not_theirs(play: Play, owner: Person) -> None:
    other = owner_of(play, unit="heping", account="9003")
    for said in ("报名安排 SF01 抽签", "报名安排 xincheng"):
        other.say(said)
        assert "不设了" not in other.buttons
    other.tap_action("winset:1")
    other.tap_action("winset_mode:draw")
    other.tap_action("winset_ok")
    wang = play.person(account="1", name="王秀兰")
    wang.say("报名安排")
    assert "学校老师设的" in wang.text
    owner.say("报名安排 SF01 抽签")
    play.work(lambda tx: revoked(tx, play))
    owner.tap("确认")
    assert play.rows(select(enrol_window)) == []


def revoked(tx: object, play: Play) -> None:
    from services.roles import revoke

    revoke(tx, play.town, "telegram:9001", "owner", "xincheng", "cli:test")  # type: ignore[arg-type]


def test_the_list_is_fixed_before_anybody_knows_the_public_value(play: Play, owner: Person) -> None:
    owner.say("报名安排 SF01 抽签，12月1日截止，12月2日上午10点公布")
    owner.say("确认")
    people = [play.person(account=str(n), name=f"居民{n}") for n in range(2)]
    play.work(
        lambda tx: tx.core(update(offering).where(offering.c.code == "SF01").values(capacity=1)).rowcount
    )
    for person in people:
        register(person, "SF01")
    it_is(play, "2026-12-02 00:00")
    owner.say("抽签")
    owner.tap("第1号抽签")
    owner.tap("公布名单指纹")
    [row] = play.rows(select(draw))
    assert row.list_hash in owner.text and row.state == "listed"
    owner.tap("现在抽签")
    owner.say("彩票 03 07 11")
    owner.tap("公布结果")
    run_schedule(play)
    lost = next(one for one in people if "没有抽中" in (one.inbox() and one.text))
    owner.say(f"为什么 SF01 {lost.name}")
    assert f"{lost.name}打“为什么”看到的是" in owner.text and "抽签没有抽中：这个班1个名额" in owner.text
    owner.say("为什么 SF01")
    assert {label.split()[-1] for label in owner.buttons} == {"居民0", "居民1"}
    lost.say("为什么 SF01")
    assert "没有抽中" in lost.text
    lost.tap_action(f"why_of:1:{people[0].person_id}")
    assert "看到的是" not in lost.text


@pytest.mark.parametrize(
    ("said", "closes", "draws"),
    [
        ("抽签 12月7日截止 12月8日上午10点公布", "12-08 00:00", "12-08 10:00"),
        ("抽签，截止：12月7日，公布：12月9日", "12-08 00:00", "12-09 10:00"),
        ("抽签，12月7日晚上8点截止，后天公布", "12-07 20:00", "12-02 10:00"),
        ("by lot, closes 2026-12-07, result 2026-12-08 14:30", "12-08 00:00", "12-08 14:30"),
        ("抽签，三天后截止，一周后公布", "12-04 00:00", "12-07 10:00"),
        ("摇号，周五截止，周六上午9点半开奖", "12-05 00:00", "12-05 09:30"),
    ],
)
def test_times_as_clerks_say_them(said: str, closes: str, draws: str) -> None:
    made = saying.changed(Draft("fcfs"), said, START, ZONE)
    assert made is not None and made.mode == "draw"
    assert made.times.closes is not None and made.times.draws is not None
    assert made.times.closes.astimezone(ZONE).strftime("%m-%d %H:%M") == closes
    assert made.times.draws.astimezone(ZONE).strftime("%m-%d %H:%M") == draws


@pytest.mark.parametrize("said", ["书法", "保留一些", "居民先来", "12月32日截止", "新学员保留120%"])
def test_what_is_not_understood_changes_nothing(said: str) -> None:
    assert saying.changed(Draft("draw"), said, START, ZONE) is None


def test_the_class_and_the_parts_are_named_in_words(play: Play, owner: Person) -> None:
    owner.say("报名安排")
    owner.say("书法")
    assert "现在是先到先得" in owner.text
    owner.say("抽签")
    owner.say("改截止")
    owner.say("什么呀")
    assert "说清是开始、截止还是公布" in owner.text
    owner.say("分批")
    assert "谁先报" in owner.text, "though the button is no longer shown"
    owner.say("老学员先报2天")
    owner.say("新学员保留20%")
    owner.say("先到先得")
    assert "老学员" in owner.text and "所有人12月2日" in owner.text and "保留" not in owner.text
    owner.say("确认")
    assert [one.audience for one in play.rows(select(window_phase).order_by(window_phase.c.number))] == [
        "returning", "everyone",
    ]  # fmt: skip


@pytest.mark.parametrize("whom", ["本街道居民", "本街道的居民", "我们街道住户"])
def test_those_who_live_here_are_named_by_their_district(play: Play, owner: Person, whom: str) -> None:
    owner.say("报名安排 SF01 先到先得")
    owner.say(f"{whom}12月2日上午9点，所有人12月3日上午9点")
    owner.say("确认")
    phases = play.rows(select(window_phase).order_by(window_phase.c.number))
    assert [(one.audience, bool(one.area)) for one in phases] == [("resident", True), ("everyone", False)]
    assert phases[0].area.endswith("街道")
