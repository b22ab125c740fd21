"""群发 as an organiser speaks and taps: from /broadcast to the report, with the second organiser's yes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select, update

from models.broadcasting import broadcast_recipient as recipient
from models.broadcasting import person_group
from models.outgoing import outgoing
from models.statement import Tx
from models.store import Store
from services import delivery, delivery_outcomes
from services.broadcasting import feeding, rights
from services.broadcasting.when import how_often, read_time
from services.delivery_outcomes import Mark
from services.roles import grant
from services.schedules import broadcasts
from services.scope import unit_by_code
from tests.handlers.play import Person, Play
from tests.town import add_class, make_town


@pytest.fixture
def play(store: Store) -> Iterator[Play]:
    yield Play(store, make_town(store))


@pytest.fixture
def clerk(play: Play) -> Person:
    """Somebody who may broadcast for one school."""
    clerk = play.person("telegram", "9001", name="林老师")
    clerk.say("/start")
    play.work(grant, play.town, "telegram:9001", "broadcaster", "xincheng", "test")
    return clerk


def learner(play: Play, number: int, wish: str = "书法", agreed: bool = True) -> Person:
    one = play.person("telegram", str(number), name=f"居民{number}")
    one.say("/start")
    if agreed:
        one.tap("同意接收开课通知")
    one.enrol(wish)
    return one


def run(play: Play, most: int = 100) -> None:
    """What the schedules and the sender do until nothing moves."""
    for _ in range(100):
        done = play.work(broadcasts.due, play.town)
        done += play.work(_fed, play)
        done += play.work(_delivered, play, most)
        if not done:
            return


def _fed(tx, play: Play) -> int:  # type: ignore[no-untyped-def]
    found = feeding.wanted(tx, play.town, ["telegram"], 50)
    return sum(feeding.step(tx, play.town, one, ["telegram"]) for one in found)


def _delivered(tx, play: Play, most: int) -> int:  # type: ignore[no-untyped-def]
    done = 0
    # the answers of the play, behind which everything else to the same person would wait
    replies = update(outgoing).where(outgoing.c.lane == "reply")
    tx.core(replies.values(state="sent", ended_at=play.town.now()))
    for lane in ("notice", "bulk"):
        claim = delivery.claim(tx, play.town, delivery.due(tx, play.town, "telegram", lane, most))
        delivery_outcomes.mark(
            tx, play.town, [Mark(r.id, "sent", r.attempt, "", str(r.id)) for r in claim.rows]
        )
        done += sum(row.lane == "bulk" for row in claim.rows)
    return done


def compose(clerk: Person, text: str = "{姓名}您好，周六上课请带毛笔") -> None:
    clerk.say("群发")
    assert "想对大家说什么" in clerk.text
    clerk.say(text)
    assert "发给谁" in clerk.text


def test_without_the_role_one_is_told_kindly(play: Play) -> None:
    wang = learner(play, 1001)
    wang.say("/broadcast")
    assert "还没有" in wang.text
    for action in (
        "bcast_pause:1",
        "bcast_yes:1",
        "bcast_report:1",
        "bcast_go:1:0",
        "bcast:1:0",
        "bcast_for:1",
    ):
        wang.tap_action(action)
        assert wang.messages, action


def test_from_the_first_word_to_the_report(play: Play, clerk: Person) -> None:
    learners = [learner(play, 1001), learner(play, 1002), learner(play, 1003, agreed=False)]
    compose(clerk)
    clerk.tap("一个班的学员")
    clerk.tap("书法入门")
    preview, summary = clerk.messages
    assert preview.text == "林老师您好，周六上课请带毛笔"
    assert "发给“书法入门”（SF01）的学员" in summary.text
    assert "一共 3 人，2 人会收到" in summary.text
    assert "没同意收通知，不发：1 人" in summary.text
    clerk.tap("加个按钮")
    clerk.say("SF01")
    assert "报名这门课" in clerk.buttons
    clerk.tap("先发给我看看")
    assert clerk.messages[0].text.startswith("林老师您好")
    clerk.tap("接着办群发")
    clerk.tap("现在就发")
    assert "开始发了，2人会收到" in clerk.text
    run(play)
    for one in learners[:2]:
        rows = play.rows(select(recipient).where(recipient.c.person_id == one.person_id))
        assert [row.state for row in rows] == ["sent"]
    clerk.say("我的群发")
    clerk.tap("看群发1")
    assert "群发1发完了" in clerk.text
    assert "送达 2 / 3 人" in clerk.text
    assert "没有同意收通知：1 人" in clerk.text
    clerk.tap("看报告")
    assert "绿色 送达：2 人（67%）" in clerk.text
    (picture,) = clerk.documents
    assert picture.content.startswith(b"\x89PNG\r\n\x1a\n") and picture.picture
    clerk.tap("名单（表格）")
    assert clerk.documents[0].name == "群发1名单.xlsx"


def test_a_tap_on_its_button_is_counted_and_followed(play: Play, clerk: Person) -> None:
    wang = learner(play, 1001)
    compose(clerk, "太极班还有名额")
    clerk.tap("新城街道社区学校的居民")
    clerk.tap("加个按钮")
    clerk.say("我要报名 TJ01")
    clerk.tap("现在就发")
    play.work(broadcasts.due, play.town)
    play.work(_fed, play)
    wang.inbox()
    assert wang.text == "太极班还有名额"
    wang.tap("我要报名")
    assert "称呼您" in wang.text
    (row,) = play.rows(select(recipient.c.tapped_at).where(recipient.c.person_id == wang.person_id))
    assert row.tapped_at is not None
    other = learner(play, 1002)
    other.tap_action("bcast:1:0")
    assert "太极" not in other.text


def test_a_second_organiser_says_yes(play: Play, clerk: Person) -> None:
    learner(play, 1001)
    learner(play, 1002)
    chief = play.person("telegram", "9002", name="主任")
    chief.say("/start")
    play.work(grant, play.town, "telegram:9002", "owner", "root", "test")
    play.work(lambda tx: rights.set_rule(tx, rights.units_of(tx, clerk.person_id)[0], "approve_above", 1))
    compose(clerk, "学习周开幕")
    clerk.tap("新城街道社区学校的居民")
    clerk.tap("现在就发")
    assert "已经请1位看了" in clerk.text
    clerk.tap_action("bcast_yes:1")
    assert "自己不能同意自己写的" in clerk.text
    chief.inbox()
    assert "学习周开幕" in chief.text
    assert "2人会收到" in chief.text
    chief.tap("同意，发出去")
    assert "这就发出去" in chief.text
    run(play)
    clerk.say("我的群发")
    assert "群发1发完了" in clerk.text


def test_conditions_by_typing_and_what_is_wrong_with_them(play: Play, clerk: Person) -> None:
    learner(play, 1001)
    compose(clerk, "请带毛笔")
    clerk.say("人群：残疾人")
    assert "没有“残疾人”这个人群" in clerk.text
    clerk.say("unit:heping")
    assert "和平街道社区学校不归新城街道社区学校管" in clerk.text
    clerk.say("班级：SF01 + 班级：TJ01")
    assert "（写出来是：class:SF01 + class:TJ01）" in clerk.text
    clerk.tap("换一批人")
    clerk.say("-class:SF01")
    assert "class:SF01 + class:TJ01 - class:SF01" in clerk.text
    assert "一共 0 人" in clerk.text
    clerk.tap("现在就发")
    assert "一个人也没有选到" in clerk.text


def test_at_a_time_and_every_week(play: Play, clerk: Person) -> None:
    learner(play, 1001)
    compose(clerk, "明天有课")
    clerk.tap("新城街道社区学校的居民")
    clerk.tap("定个时间")
    clerk.say("下辈子")
    assert "没听明白" in clerk.text
    clerk.say("明天上午9点")
    assert "明天（周二）上午9点" in clerk.text
    clerk.tap("每周发")
    assert "定好了" in clerk.text
    play.at(9, days=1)
    run(play)
    clerk.say("我的群发")
    assert "群发1发完了" in clerk.text
    assert "群发2已经定好时间" in clerk.text


def test_a_series_is_begun_in_one_sentence_and_ended_whenever_one_likes(play: Play, clerk: Person) -> None:
    learner(play, 1001)
    compose(clerk, "本周课表来了")
    clerk.tap("新城街道社区学校的居民")
    clerk.say("每周三、周五上午9点")
    assert "只能定一个日子" in clerk.text, "one of two would be dropped"
    clerk.say("群发")
    compose(clerk, "本周课表来了")
    clerk.tap("新城街道社区学校的居民")
    clerk.say("每周三上午9点")
    assert "后天（周三）上午9点" in clerk.text and "以后每周都发" in clerk.text
    play.at(9, days=2)
    run(play)
    clerk.say("我的群发")
    clerk.tap("看群发3")
    assert "12月9日" in clerk.text and "以后每周都发" in clerk.text
    clerk.say("停止群发")
    assert "群发3停止了" in clerk.text
    play.at(9, days=7)
    run(play)
    clerk.say("我的群发")
    assert "群发4" not in clerk.text


def test_who_stops_one_of_a_series_is_told_of_the_next(play: Play, clerk: Person) -> None:
    learner(play, 1001)
    compose(clerk, "本周课表来了")
    clerk.tap("新城街道社区学校的居民")
    clerk.say("每天上午9点")
    play.at(9, days=1)
    play.work(broadcasts.due, play.town)
    clerk.say("我的群发")
    clerk.tap("看群发1")
    clerk.tap("停止")
    assert "群发1停止了" in clerk.text and "下一次还会在" in clerk.text
    clerk.tap("以后也不发了")
    assert "群发2停止了" in clerk.text


@pytest.mark.parametrize(
    ("said", "day", "hour", "often"),
    [
        ("每周一上午10点", "2026-12-07", 10, "weekly"),
        ("每个星期五晚上7点半", "2026-12-04", 19, "weekly"),
        ("每天早上8点", "2026-12-01", 8, "daily"),
        ("每月5号上午9点", "2026-12-05", 9, "monthly"),
        ("每个月31号9点", "2026-12-31", 9, "monthly"),
        ("5号下午3点", "2026-12-05", 15, ""),
        ("every Friday 9am", "2026-12-04", 9, "weekly"),
        ("Monday at 9 am", "2026-12-07", 9, ""),
        ("daily 18:30", "2026-11-30", 18, "daily"),
        ("周三和周五上午9点", "", 0, ""),
        ("每周一三五9点", "", 0, "weekly"),
    ],
)
def test_when_and_how_often(play: Play, said: str, day: str, hour: int, often: str) -> None:
    at = read_time(said, play.now, play.town.zone)
    local = at.astimezone(play.town.zone) if at else None
    assert (local.date().isoformat() if local else "", local.hour if local else 0) == (day, hour)
    assert how_often(said) == often


def test_the_same_again_is_asked(play: Play, clerk: Person) -> None:
    learner(play, 1001)
    for again in (False, True):
        compose(clerk, "请带毛笔")
        clerk.tap("新城街道社区学校的居民")
        clerk.tap("现在就发")
        if again:
            assert "一天之内" in clerk.text
            clerk.tap("还是要发")
        assert "开始发了" in clerk.text


def test_progress_stands_in_one_message_and_can_be_acted_on(play: Play, clerk: Person) -> None:
    for number in range(1001, 1007):
        learner(play, number)
    compose(clerk, "请带毛笔")
    clerk.tap("新城街道社区学校的居民")
    clerk.tap("现在就发")
    while play.work(broadcasts.due, play.town):
        pass
    clerk.inbox()
    assert "群发1正在发" in clerk.text and "送达 0 / 6 人" in clerk.text
    play.work(_fed, play)
    play.work(_delivered, play, 2)
    play.work(_fed, play)
    play.advance(seconds=6)
    play.work(broadcasts.due, play.town)
    clerk.inbox()
    assert "送达 2 / 6 人" in clerk.text
    clerk.tap("暂停")
    assert "群发1暂停了" in clerk.text
    run(play)
    clerk.say("继续群发")
    assert "群发1正在发" in clerk.text
    run(play)
    clerk.say("撤回群发")
    assert "确定撤回吗" in clerk.text
    clerk.tap("确定撤回")
    assert "群发1撤回了" in clerk.text
    run(play)
    clerk.tap_action("bcast_show:1")
    assert "已删掉 6 条，0 条删不掉" in clerk.text


def test_how_many_were_taken_back_is_shown_though_it_was_quick(play: Play, clerk: Person) -> None:
    for number in (1001, 1002):
        learner(play, number)
    compose(clerk, "请带毛笔")
    clerk.tap("新城街道社区学校的居民")
    clerk.tap("现在就发")
    run(play)
    for _ in range(2):
        play.advance(seconds=6)
        play.work(broadcasts.due, play.town)
    clerk.inbox()
    assert "群发1发完了" in clerk.text
    clerk.say("撤回群发")
    clerk.say("确定撤回")
    assert "正在删" in clerk.text, "nothing is claimed before it is known"
    for _ in range(4):  # all of it between two looks of the schedule
        play.work(_fed, play)
        play.work(_delivered, play, 100)
    play.advance(seconds=6)
    play.work(broadcasts.due, play.town)
    clerk.inbox()
    assert "已删掉 2 条，0 条删不掉" in clerk.text


def test_the_report_is_of_the_last_one_also_when_it_was_taken_back(play: Play, clerk: Person) -> None:
    learner(play, 1001)
    for text in ("周三停水", "周四停水"):
        compose(clerk, text)
        clerk.tap("新城街道社区学校的居民")
        clerk.say("现在就发")
        run(play)
    clerk.say("撤回群发")
    clerk.say("确定撤回")
    run(play)
    clerk.say("群发报告")
    assert "周四停水" in clerk.text


def test_what_is_left_is_not_sent(play: Play, clerk: Person) -> None:
    learner(play, 1001)
    compose(clerk, "请带毛笔")
    clerk.tap("新城街道社区学校的居民")
    clerk.tap("不发了")
    clerk.tap_action("bcast_go:1:0")
    assert "不能再改" in clerk.text


def test_what_is_sent_twice_in_words_is_no_search(play: Play, clerk: Person) -> None:
    learner(play, 1001)
    compose(clerk, "请带毛笔")
    clerk.tap("新城街道社区学校的居民")
    clerk.tap("现在就发")
    for _ in range(2):
        clerk.say("现在就发")
        assert "刚才那一步已经过去了" in clerk.text


def test_a_wrong_text_is_said_at_once(play: Play, clerk: Person) -> None:
    clerk.say("群发")
    clerk.say("{电话}请打给学校")
    assert "没有{电话}这个空可以填" in clerk.text
    clerk.say("请带毛笔")
    assert "发给谁" in clerk.text


def test_one_says_what_one_is_and_takes_it_back(play: Play) -> None:
    wang = play.person("telegram", "1001", name="王秀兰")
    wang.say("设置")
    wang.tap("我是……")
    wang.tap("我是农民工")
    assert "记下了，您是农民工" in wang.text
    assert "还没同意收开课通知" in wang.text
    assert [row.code for row in play.rows(select(person_group.c.code))] == ["migrant_workers"]
    wang.say("不是农民工了")
    assert play.rows(select(person_group.c.code)) == []


def test_in_english_and_in_big_mode(play: Play, clerk: Person) -> None:
    learner(play, 1001)
    clerk.say("/en")
    clerk.say("大字")
    clerk.say("/broadcast")
    assert "What would you like to say" in clerk.text
    clerk.say("Bring your brush")
    assert all(len(message.buttons()) <= 4 for message in clerk.messages)
    clerk.say("1")
    assert "1 person in all" in clerk.text
    clerk.say("Send now")
    assert "on its way" in clerk.text


@pytest.mark.parametrize(
    "said, form",
    [
        ("SF01", "class:SF01"), ("sf01的学员", "class:SF01"), ("ＳＦ０１", "class:SF01"),
        ("书法入门", "class:SF01"), ("书法班", "class:SF01"), ("给太极拳的学员", "class:TJ01"),
        ("农民工", "group:migrant_workers"), ("老年人", "group:elders"), ("volunteers", "group:volunteers"),
        ("职业技能", "kind:vocational"),
    ],
)  # fmt: skip
def test_a_class_is_meant_by_its_code_or_name(play: Play, clerk: Person, said: str, form: str) -> None:
    compose(clerk, "请带毛笔")
    clerk.say(said)
    assert f"（写出来是：{form}）" in clerk.text


def test_of_classes_of_one_name_it_asks_which_in_big_mode_too(play: Play, clerk: Person) -> None:
    play.work(_second_class)
    clerk.say("大字")
    compose(clerk, "请带毛笔")
    clerk.say("钢琴班")
    assert "没找到叫“钢琴班”的班" in clerk.text
    clerk.say("书法班的学员")
    assert "哪个班" in clerk.text
    assert [label for label in clerk.buttons if "SF0" in label] == ["书法入门（SF01）", "书法提高（SF02）"]
    clerk.say("2")
    assert "（写出来是：class:SF02）" in clerk.text
    clerk.say("换一批人")
    clerk.say("书法")
    clerk.tap("SF01")
    assert "（写出来是：class:SF01）" in clerk.text


def _second_class(tx: Tx) -> int:
    school = unit_by_code(tx, "xincheng")
    row = ("SF02", "书法提高", "arts", "王老师", date(2026, 12, 6), 9, 90, 8, 20, 0, None, None)
    return add_class(tx, row, school.id, 1)
