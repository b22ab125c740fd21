"""群发 on its way, and a draft after something else came in between: short words find what they mean."""

from __future__ import annotations

from datetime import date

import pytest

from models.statement import Tx
from services.broadcasting import counting, rights
from services.roles import grant
from services.schedules import broadcasts
from tests.handlers.play import Person, Play
from tests.town import add_class


def composed(clerk: Person, text: str = "明天停水，课照常上") -> None:
    for said in ("群发", text, "书法入门"):
        clerk.say(said)
    assert "一共 2 人" in clerk.text


def begun(play: Play, clerk: Person, text: str = "明天停水，课照常上") -> None:
    composed(clerk, text)
    clerk.say("现在就发")
    assert "开始发了" in clerk.text
    while play.work(broadcasts.due, play.town):
        pass


def detour(clerk: Person) -> None:
    clerk.say("提醒")
    clerk.say("书法")
    assert "书法入门" in clerk.text


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("定个时间", "什么时候发"), ("定时发", "什么时候发"), ("换个时间发", "什么时候发"),
        ("晚点再发", "什么时候发"),
        ("几点发", "什么时候发"),
        ("换个对象", "发给谁"), ("换一批人", "发给谁"), ("对象要换一下", "发给谁"), ("发给别人", "发给谁"),
        ("改一下文字", "想对大家说什么"), ("改内容", "想对大家说什么"), ("内容再改改吧", "想对大家说什么"),
        ("重新写", "想对大家说什么"),
        ("先发给我看看", "居民看到的就是这样"), ("预览一下", "居民看到的就是这样"),
        ("发给我看看", "居民看到的就是这样"),
        ("先给我看一下", "居民看到的就是这样"),
        ("加个按钮", "按钮点开什么"), ("接着写群发", "一共 2 人"),
        ("现在发", "这条还没有发"), ("现在就发吧", "这条还没有发"), ("发出去", "这条还没有发"),
        ("明天上午9点发", "这条还没有发"), ("不发了", "还没有发出去"), ("先别发", "还没有发出去"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("away", [True, False])
def test_the_words_of_a_draft_find_it_again(clerk: Person, said: str, answered: str, away: bool) -> None:
    composed(clerk)
    if away:
        detour(clerk)
    elif "还没有发" in answered:  # there it is sent, or given up, at once
        return
    clerk.say(said)
    assert answered in clerk.text, clerk.text


@pytest.mark.parametrize(
    ("said", "shown", "done"),
    [
        ("明天上午9点发", "时间定在明天（周二）上午9点", "定好了，明天（周二）上午9点发给2人"),
        ("每周一上午9点发吧", "每周都发", "以后每周都发"),
        ("12月5日早上8点再发", "12月5日", "定好了"),
    ],
)
def test_a_time_said_after_something_else_shows_it_once_more(
    clerk: Person, said: str, shown: str, done: str
) -> None:
    composed(clerk)
    detour(clerk)
    clerk.say(said)
    assert "这条还没有发" in clerk.text and "明天停水" in clerk.text and "一共 2 人" in clerk.text
    assert shown in clerk.text and "定好了" not in clerk.text, clerk.text
    clerk.say("就按这个时间发")
    assert done in clerk.text, clerk.text


@pytest.mark.parametrize(
    "said", ["明早8点出发", "下午3点理发", "明天9点开发", "后天上午9点烫头发", "晚上7点坐沙发"]
)
def test_a_time_of_something_else_sends_nothing(clerk: Person, said: str) -> None:
    composed(clerk)
    detour(clerk)
    clerk.say(said)
    assert "明天停水" not in clerk.text and "还要再发" not in clerk.text
    clerk.say("我的群发")
    assert "还在写" in clerk.text


def test_a_time_is_not_said_of_an_older_draft_than_what_was_sent(play: Play, clerk: Person) -> None:
    composed(clerk, "旧的一条")
    detour(clerk)
    play.advance(minutes=5)
    begun(play, clerk)
    clerk.say("书法")
    clerk.say("明天上午9点再发")
    assert "旧的一条" not in clerk.text and "还要再发" not in clerk.text


def test_after_something_else_it_is_looked_at_before_it_is_sent(clerk: Person) -> None:
    composed(clerk)
    detour(clerk)
    clerk.say("现在发")
    assert "开始发了" not in clerk.text and "明天停水" in clerk.text and "一共 2 人" in clerk.text
    clerk.say("现在发")
    assert "开始发了，2人会收到" in clerk.text


@pytest.mark.parametrize(
    "said", ["定个时间", "现在就发", "换一批人", "改内容", "先发给我看看", "停一下", "继续发"]
)
def test_who_has_no_draft_is_not_drawn_into_it(play: Play, clerk: Person, said: str) -> None:
    wang = play.person("telegram", "1001", name="王秀兰")
    wang.say("书法")
    for one in (wang, clerk):
        one.say(said)
        assert one.messages and "群发" not in one.text


def test_the_list_of_classes_goes_on_though_there_is_a_draft(play: Play, clerk: Person) -> None:
    composed(clerk)
    clerk.say("有什么课")
    clerk.say("换一批")
    assert "发给谁" not in clerk.text
    clerk.say("改时间 SF01")
    assert "什么时候发" not in clerk.text


@pytest.mark.parametrize("step", ["改内容", "换一批人", "加个按钮", "定个时间"])
def test_a_buttons_words_are_no_answer_to_another_question(clerk: Person, step: str) -> None:
    composed(clerk)
    clerk.say(step)
    clerk.say("先发给我看看")
    assert "居民看到的就是这样" in clerk.text and "明天停水" in clerk.text


PAUSES = ("停一下", "先停一停", "停", "暂停一下", "先别发了", "别发了", "等一下再发", "快停下来", "赶紧停停")
RECALLS = ("撤回", "撤回吧", "把刚才发的撤回来", "撤回这条", "发错了", "快撤掉", "那条消息撤回")
REPORTS = (
    "发得怎么样了",
    "发的咋样了",
    "发完了吗",
    "发到哪儿了",
    "发了多少人",
    "多少人收到了",
    "大家都收到了吗",
    "进展如何",
)


@pytest.mark.parametrize(
    ("said", "answered"),
    [*((one, "群发1暂停了") for one in PAUSES), *((one, "确定撤回吗") for one in RECALLS),
     *((one, "送达：0 人") for one in REPORTS), ("停止发送", "群发1停止了"), ("停发", "群发1停止了"),
     ("继续发", "群发1正在发")],
)  # fmt: skip
@pytest.mark.parametrize("away", [True, False])
def test_bare_words_mean_the_one_that_runs(
    play: Play, clerk: Person, said: str, answered: str, away: bool
) -> None:
    begun(play, clerk)
    if away:
        detour(clerk)
    clerk.say(said)
    assert answered in clerk.text, clerk.text


# 继续 alone after a list is for its next page: a broadcast of two days ago went on to everybody by it
@pytest.mark.parametrize("said", ["继续发", "继续发送", "接着发", "恢复发送", "继续发吧"])
def test_it_goes_on_in_bare_words(play: Play, clerk: Person, said: str) -> None:
    begun(play, clerk)
    clerk.say("停一下")
    clerk.say("书法")
    clerk.say(said)
    assert "群发1正在发" in clerk.text


@pytest.mark.parametrize("said", ["继续", "接着", "继续吧", "resume"])
def test_a_bare_word_after_a_list_is_not_said_of_a_broadcast(play: Play, clerk: Person, said: str) -> None:
    begun(play, clerk)
    clerk.say("停一下")
    play.advance(days=2)
    clerk.say("书法")
    clerk.say(said)
    assert "群发" not in clerk.text
    clerk.say("我的群发")
    assert "群发1暂停了" in clerk.text


def test_the_next_page_is_not_what_was_sent_just_now(play: Play, clerk: Person) -> None:
    begun(play, clerk)
    play.advance(minutes=5)
    while play.work(broadcasts.due, play.town):
        pass
    clerk.say("停止发送")
    clerk.say("书法")
    clerk.say("继续")
    assert "群发" not in clerk.text


@pytest.mark.parametrize(
    ("said", "state"), [("继续吧", "正在发"), ("停掉吧", "停止了"), ("停止了", "停止了")]
)
def test_on_its_own_screen_a_bare_word_is_its_button(
    play: Play, clerk: Person, said: str, state: str
) -> None:
    begun(play, clerk)
    clerk.say("停一下")
    clerk.say(said)
    assert f"群发1{state}" in clerk.text


@pytest.mark.parametrize("said", ["停止", "停掉吧", "终止", "stop"])
def test_a_bare_stop_shows_it_first(play: Play, clerk: Person, said: str) -> None:
    begun(play, clerk)
    detour(clerk)
    clerk.say(said)
    assert "群发1正在发" in clerk.text and "停止" in clerk.buttons
    clerk.say(said)
    assert "群发1停止了" in clerk.text


def test_of_several_a_bare_stop_shows_the_chosen_one(play: Play, clerk: Person) -> None:
    begun(play, clerk, "周三停水")
    begun(play, clerk, "周四停电")
    clerk.say("书法")
    clerk.say("停掉吧")
    clerk.tap("周三停水")
    assert "群发1正在发" in clerk.text
    clerk.say("停掉吧")
    assert "群发1停止了" in clerk.text


@pytest.mark.parametrize("said", ["继续", "停掉", "停一下", "停止", "继续发"])
def test_a_question_of_something_else_is_answered_first(play: Play, clerk: Person, said: str) -> None:
    begun(play, clerk)
    if "继续" in said:
        clerk.say("停一下")
    clerk.say("书法")
    clerk.say("1")
    clerk.tap("报名")
    assert "同意，继续报名" in clerk.buttons
    clerk.say(said)
    assert "群发1" not in clerk.text
    clerk.say("我的群发")
    assert ("群发1暂停了" if "继续" in said else "群发1正在发") in clerk.text


@pytest.mark.parametrize(
    ("said", "state"), [("停", "暂停了"), ("暂停", "暂停了"), ("停止", "正在发"), ("别发了", "")]
)
def test_a_screen_that_need_not_be_answered_is_heard_first(
    play: Play, clerk: Person, said: str, state: str
) -> None:
    begun(play, clerk)
    clerk.say("提醒")
    clerk.say(said)
    assert (f"群发1{state}" if state else "现在的提醒") in clerk.text, clerk.text


def test_deleting_is_asked_first_and_the_word_again_deletes_nothing(play: Play, clerk: Person) -> None:
    begun(play, clerk)
    for _ in range(2):
        clerk.say("撤回")
        assert "确定撤回吗" in clerk.text
    clerk.say("我的群发")
    assert "群发1正在发" in clerk.text


def test_of_several_it_asks_which(play: Play, clerk: Person) -> None:
    begun(play, clerk, "周三停水")
    begun(play, clerk, "周四停电，晚上的课照常上，请大家带好手电筒")
    clerk.say("停一下")
    assert "哪一条" in clerk.text
    assert clerk.buttons == ["群发2：周四停电，晚上的课照常上，请大家带好手电筒", "群发1：周三停水"]
    clerk.say("2")
    assert "群发1暂停了" in clerk.text
    clerk.say("停一下")
    assert "群发2暂停了" in clerk.text, "only one of them was left to be paused"
    clerk.say("书法")
    clerk.say("撤回")
    assert "哪一条" in clerk.text
    clerk.tap("周三停水")
    assert "群发1“周三停水”" in clerk.text and "确定撤回吗" in clerk.text


def test_what_was_just_sent_is_meant_too(play: Play, clerk: Person) -> None:
    begun(play, clerk)
    clerk.say("停止")
    clerk.say("书法")
    clerk.say("停一下")
    assert "群发1停止了" in clerk.text
    clerk.say("撤回")
    assert "明天停水" in clerk.text and "确定撤回吗" in clerk.text
    play.advance(days=3)
    clerk.say("撤回")
    assert "确定撤回吗" not in clerk.text


def test_what_has_its_time_is_shown(clerk: Person) -> None:
    composed(clerk)
    clerk.say("明天上午9点发")
    clerk.say("只发这一次")
    clerk.say("书法")
    clerk.say("先别发了")
    assert "群发1已经定好时间" in clerk.text and "停止" in clerk.buttons


def test_a_new_text_is_a_text_though_another_runs(play: Play, clerk: Person) -> None:
    begun(play, clerk)
    clerk.say("群发")
    clerk.say("发错了")
    assert "发给谁" in clerk.text
    clerk.say("书法入门")
    clerk.say("不发了")
    assert "好的，不发了" in clerk.text, "the one that is being written"


def test_others_do_not_reach_it(play: Play, clerk: Person) -> None:
    begun(play, clerk)
    wang = play.person("telegram", "1", name="居民1")
    for said in (*PAUSES[:3], "撤回", "发得怎么样了"):
        wang.say(said)
        assert "群发" not in wang.text


def test_a_class_is_stopped_and_moved_all_the_same(play: Play, clerk: Person) -> None:
    row = ("TJ02", "太极拳四十二式", "sport", "李老师", date(2026, 12, 1), 8, 60, 4, 30, 0, None, None)
    play.work(add_class, row, 2, 1)
    begun(play, clerk)
    clerk.say("停课 TJ02")
    assert "太极拳四十二式" in clerk.text and "群发" not in clerk.text


def test_now_is_now_though_a_time_was_set_before(play: Play, clerk: Person) -> None:
    composed(clerk)
    clerk.say("明天上午9点")
    assert "以后还要再发吗" in clerk.text
    clerk.say("接着写群发")
    assert "时间定在明天（周二）上午9点" in clerk.text and "就按这个时间发" in clerk.buttons
    play.advance(days=1)  # its time has passed, too
    clerk.say("接着写群发")
    clerk.say("现在就发")
    assert "开始发了，2人会收到" in clerk.text


def test_the_time_that_was_set_is_kept_when_it_is_gone_back_to(clerk: Person) -> None:
    composed(clerk)
    clerk.say("明天上午9点")
    clerk.tap("接着办群发")
    clerk.tap("就按这个时间发")
    assert "定好了，明天（周二）上午9点发给2人" in clerk.text


def test_what_was_sent_today_is_sent_again_at_its_time(play: Play, clerk: Person) -> None:
    begun(play, clerk)
    composed(clerk)
    clerk.say("明天上午9点")
    clerk.say("只发这一次")
    assert "一天之内" in clerk.text
    clerk.tap("还是要发")
    assert "定好了，明天（周二）上午9点" in clerk.text


def test_in_a_county_a_time_needs_no_other_count(
    play: Play, clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "QUICK", 1)
    for said in ("群发", "明天停水，课照常上", "书法入门"):
        clerk.say(said)
    assert "正在数一共有多少人" in clerk.text

    def count(tx: Tx) -> int:
        so_far = counting.Counted(1)
        while not so_far.done:
            so_far = counting.count_on(tx, play.town, so_far) or so_far
        return int(counting.keep(tx, play.town, so_far).id)

    assert play.work(count) == 1
    clerk.say("明天上午9点")
    clerk.say("每周")
    assert "定好了，明天（周二）上午9点发给2人" in clerk.text and "以后每周都发" in clerk.text


@pytest.mark.parametrize(
    ("said", "answered"), [("同意", "这就发出去"), ("同意发出去", "这就发出去"), ("不同意", "这条不发了")]
)
def test_the_second_organiser_answers_in_words(play: Play, clerk: Person, said: str, answered: str) -> None:
    chief = play.person("telegram", "9002", name="主任")
    chief.say("/start")
    play.work(grant, play.town, "telegram:9002", "owner", "root", "test")
    play.work(lambda tx: rights.set_rule(tx, rights.units_of(tx, clerk.person_id)[0], "approve_above", 1))
    for text in ("周三停水", "周四停电"):
        composed(clerk, text)
        clerk.say("现在就发")
        assert "已经请1位看了" in clerk.text
    chief.inbox()
    chief.say(said)
    assert "先看哪一件" in chief.text
    chief.tap("周三停水")
    assert "等您同意" in chief.text and "周三停水" in chief.text
    chief.tap("同意，发出去")
    chief.say("书法")
    chief.say(said)
    if "发" not in said:  # a mere 同意 decides nothing that was not looked at
        assert answered not in chief.text
        assert "等您同意" in chief.text and "周四停电" in chief.text
        chief.say(said)
    assert answered in chief.text
    chief.say(said)
    assert answered not in chief.text, "nothing waits any more"


@pytest.mark.parametrize("said", ["别发", "先别发", "不要发"])
def test_what_is_said_of_reminders_decides_no_broadcast(play: Play, clerk: Person, said: str) -> None:
    chief = play.person("telegram", "9002", name="主任")
    chief.say("/start")
    play.work(grant, play.town, "telegram:9002", "owner", "root", "test")
    play.work(lambda tx: rights.set_rule(tx, rights.units_of(tx, clerk.person_id)[0], "approve_above", 1))
    composed(clerk)
    clerk.say("现在就发")
    chief.say(said)
    assert "不发了" not in chief.text
    clerk.say("我的群发")
    assert "在等另一位负责人同意" in clerk.text


def test_a_button_is_taken_off_and_what_was_stopped_no_longer_waits(play: Play, clerk: Person) -> None:
    composed(clerk)
    clerk.say("加个按钮")
    clerk.say("SF01")
    clerk.say("不要按钮了")
    assert "报名这门课" not in clerk.buttons and "一共 2 人" in clerk.text
    clerk.say("现在就发")
    while play.work(broadcasts.due, play.town):
        pass
    clerk.say("停止")
    assert "不再发了：2 人" in clerk.text and "在等" not in clerk.text
