"""The learning week as a play: a clerk starts it, residents read, nominate and vote, the report is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from models.broadcasting import broadcast, broadcast_recipient
from models.campaigning import campaign, campaign_message, earlier_winner, nomination, vote
from models.people import account, consent
from models.statement import Row, Tx
from models.store import Store, work_now
from services.broadcasting import rights
from services.campaigns import acts, nominating, rows, ticking
from services.campaigns.plan import PlanError, read_plan, template, templates
from services.enrolling.refusal import Refused
from services.roles import grant
from services.schedules import broadcasts, campaigns
from services.scope import unit_by_code
from tests.handlers.play import Person, Play
from tests.handlers.test_link import join
from tests.town import ZONE, make_town


@pytest.fixture
def play(store: Store) -> Iterator[Play]:
    yield Play(store, make_town(store))


@pytest.fixture
def clerk(play: Play) -> Person:
    who = play.person("terminal", "chen", name="陈老师")
    who.say("你好")
    play.work(grant, play.town, "terminal:chen", "owner", "root", "cli:test")
    return who


def resident(play: Play, name: str) -> Person:
    """Somebody at a terminal who agreed to announcements."""
    who = play.person("terminal", name, name=name)
    who.start()
    who.tap("同意")
    return who


def pass_time(play: Play, days: int) -> None:
    """Let the days go by hour by hour, everything that is due being done."""
    until = play.now + timedelta(days=days)
    while play.now < until:
        play.advance(hours=1)
        for _ in range(50):
            if not (play.work(campaigns.due, play.town) or play.work(broadcasts.due, play.town)):
                break


def started(play: Play, clerk: Person, opens: str = "12月14日") -> int:
    clerk.say("学习周管理")
    clerk.tap("办一次新的学习周")
    assert "哪一天开幕" in clerk.text
    clerk.say(opens)
    assert "还没开始" in clerk.text
    clerk.tap("开始")
    assert "开始了" in clerk.text
    return int(play.rows(select(campaign.c.id))[-1][0])


def test_a_week_from_its_invitation_to_its_report(play: Play, clerk: Person) -> None:
    wang = resident(play, "王秀兰")
    number = started(play, clerk)
    pass_time(play, 1)
    [invitation] = wang.inbox()
    assert invitation.text.startswith("邻居，")
    assert "12月14日开始，12月20日结束" in wang.text and "终身学习，就在家门口" in wang.text
    wang.tap("看看有什么活动")
    assert "找到4个班" in wang.text, "what is on in those days, not some class"
    pass_time(play, 30)
    keys = dict(play.rows(select(campaign_message.c.key, campaign_message.c.outcome)))
    assert set(keys) == {one.key for one in read_plan(template("lifelong-learning-week")).messages}
    assert keys["opening"] == "sent" and keys["day_arts"] == "nobody" and keys["report"] == "sent"
    assert play.rows(select(campaign.c.state)) == [("done",)]
    # each message of the plan once, to each person once
    told = play.rows(select(broadcast_recipient.c.broadcast_id, broadcast_recipient.c.person_id))
    assert len(told) == len(set(told))
    clerk.inbox()
    assert "学习周报告" in clerk.text and "消息送到1人" in clerk.text
    assert number == 1


def test_each_button_of_its_messages_opens_what_it_says(play: Play, clerk: Person) -> None:
    wang = resident(play, "王秀兰")
    number = started(play, clerk)
    pass_time(play, 5)
    wang.inbox()
    wang.tap("推荐")
    assert "百姓学习之星" in wang.buttons[0]
    nominated(play, number, "李大爷", clerk)
    pass_time(play, 10)
    wang.inbox()
    wang.tap("投票")
    wang.tap("百姓学习之星")
    assert "李大爷" in wang.text


def test_the_plan_is_read_before_it_is_started_and_the_day_may_be_said_anyhow(
    play: Play, clerk: Person
) -> None:
    clerk.say("/campaign")
    clerk.tap("办一次新的学习周")
    clerk.say("再说吧看看")
    assert "没看明白是哪一天" in clerk.text
    clerk.say("下下周一")
    assert "还没开始" in clerk.text
    clerk.tap("看看每天发什么")
    assert "这样安排" in clerk.text and "活动周明天开始" in clerk.text
    clerk.tap("回到学习周")
    clerk.tap("停掉")
    clerk.tap("停掉")
    assert clerk.text == "停了。"


def test_who_has_no_role_runs_no_week(play: Play, clerk: Person) -> None:
    number = started(play, clerk)
    stranger = resident(play, "路人")
    stranger.say("学习周管理")
    assert "群发的权限" in stranger.text
    for forged in (
        f"camp_stop_ok:{number}",
        f"camp_start:{number}",
        f"camp:{number}",
        f"camp_named:{number}",
    ):
        stranger.tap_action(forged)
        assert "权限" in stranger.text
    assert play.rows(select(campaign.c.state)) == [("running",)]


def test_a_nomination_is_published_after_the_nominees_own_yes(play: Play, clerk: Person) -> None:
    number = started(play, clerk)
    wang, li = resident(play, "王秀兰"), resident(play, "李大爷")
    wang.say("提名")
    wang.tap("百姓学习之星")
    wang.say("李大爷")
    wang.say("七十三岁还天天练字，电话13800001111")
    assert "对不对" in wang.text
    wang.tap("是别人")
    link = wang.text.rsplit("n_", 1)[1].strip()
    assert "本人同意" in wang.text
    clerk.tap_action(f"camp_named:{number}")
    assert "在等本人同意" in clerk.text and "看看“李大爷”" not in clerk.buttons
    li.start(f"n_{link}")
    assert "有人推荐您" in li.text and "1380000" not in li.text
    li.say("愿意")
    assert "学校看过以后就公布" in li.text
    clerk.tap_action(f"camp_named:{number}")
    clerk.tap("看看“李大爷”")
    clerk.tap("公布")
    wang.say("投票")
    wang.tap("百姓学习之星")
    assert "李大爷" in wang.text
    wang.say("1")
    wang.tap("对，投这一票")
    assert "投好了" in wang.text
    assert play.rows(select(vote.c.award, vote.c.nomination_id)) == [("star", 1)]


def nominated(play: Play, number: int, name: str, by: Person, oneself: bool = True) -> Row:
    """A nomination; one of oneself is published at once."""

    def unit(tx: Tx) -> Row:
        made = nominating.propose(
            tx, play.town, rows.one(tx, number), "star", name, "好学", by=by.person_id, oneself=oneself
        )
        assert not isinstance(made, Refused)
        nominating.publish(tx, play.town, made.id, True, by=by.person_id)
        return made

    return work_now(play.store, unit)


def test_one_person_has_one_vote_over_all_accounts_and_may_change_it(play: Play, clerk: Person) -> None:
    number = started(play, clerk)
    wang, phone = resident(play, "王秀兰"), play.person("telegram", "1001", name="王秀兰")
    phone.start()
    first, second = (nominated(play, number, name, clerk).id for name in ("李大爷", "赵阿姨"))
    wang.tap_action(f"vote_ok:{first}")
    wang.tap_action(f"vote_ok:{second}")
    assert play.rows(select(vote.c.nomination_id)) == [(second,)]
    phone.tap_action(f"vote_ok:{first}")
    assert len(play.rows(select(vote.c.nomination_id))) == 2
    join(wang, phone)
    assert len(play.rows(select(vote.c.nomination_id))) == 1


def test_a_browser_that_nobody_confirmed_has_no_vote(play: Play, clerk: Person) -> None:
    number = started(play, clerk)
    made = nominated(play, number, "李大爷", clerk).id
    page = play.person("web", "cookie", name="王秀兰")
    page.start()
    page.tap_action(f"vote_ok:{made}")
    assert "每人一票" in page.text
    assert play.rows(select(vote.c.nomination_id)) == []
    play.work(lambda tx: tx.core(update(account).where(account.c.platform == "web").values(verified=True)))
    page.tap_action(f"vote_ok:{made}")
    assert "投好了" in page.text


def test_who_won_before_is_not_named_again(play: Play, clerk: Person) -> None:
    started(play, clerk)
    play.work(
        lambda tx: tx.core(earlier_winner.insert().values(unit_id=1, award="star", key="李大爷", year=2025))
    )
    wang = resident(play, "王秀兰")
    wang.say("提名")
    wang.tap("百姓学习之星")
    wang.say("李大爷")
    assert "2025年已经得过" in wang.text
    wang.say("赵阿姨")
    assert "为什么推荐" in wang.text


def test_who_joins_in_mid_week_is_told_once_what_is_still_to_come(play: Play, clerk: Person) -> None:
    early = resident(play, "老王")
    started(play, clerk, "12月7日")
    pass_time(play, 8)
    early.inbox()
    late = resident(play, "小李")
    pass_time(play, 1)
    texts = [message.text for message in late.inbox()]
    assert any("您来得正好" in text for text in texts)
    assert sum("您来得正好" in text for text in texts) == 1
    assert not any("您来得正好" in message.text for message in early.inbox())


def test_what_is_too_late_is_counted_and_not_sent(play: Play, clerk: Person) -> None:
    resident(play, "王秀兰")
    started(play, clerk, "12月3日")
    pass_time(play, 1)
    keys = dict(play.rows(select(campaign_message.c.key, campaign_message.c.outcome)))
    assert keys["invitation"] == "late" and keys["nominations"] == "late"


def test_erasure_takes_nomination_and_vote_away(play: Play, clerk: Person) -> None:
    from services.erasing import erase

    number = started(play, clerk)
    wang = resident(play, "王秀兰")
    made = nominated(play, number, "王秀兰", wang).id
    clerk.tap_action(f"vote_ok:{made}")
    play.work(erase, play.town, wang.person_id)
    assert play.rows(select(nomination.c.name, nomination.c.story, nomination.c.state)) == [
        ("", "", "refused")
    ]
    assert play.rows(select(vote.c.nomination_id)) == []


@pytest.mark.parametrize("end", ["refused", "stopped", "over"])
def test_what_was_said_of_somebody_who_never_agreed_is_not_kept(play: Play, clerk: Person, end: str) -> None:
    number = started(play, clerk)
    wang = resident(play, "王秀兰")
    made = nominated(play, number, "李大爷", wang, oneself=False)
    nominated(play, number, "王秀兰", wang)
    if end == "refused":
        play.work(nominating.answer, play.town, made.code, False, by=resident(play, "李大爷").person_id)
    elif end == "stopped":
        play.work(acts.stop, play.town, number, by=clerk.person_id)
    else:
        play.advance(days=60)
        while play.work(campaigns.due, play.town):
            pass
        assert play.rows(select(campaign.c.state)) == [("done",)]
    words = select(nomination.c.name, nomination.c.key, nomination.c.story, nomination.c.state)
    assert play.rows(words.order_by(nomination.c.id)) == [
        ("", "", "", "refused"), ("王秀兰", "王秀兰", "好学", "published"),
    ]  # fmt: skip
    assert "李大爷" not in clerk.tap_action(f"camp_named:{number}")[0].text


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "1 to 60"),
        ("x = [", "not a plan"),
        ('[[message]]\nkey = "a"\nday = 1\nat = "10:00"\nuntil = "tomorrow"\nzh = "一"\nen = "one"', "until"),
        ('[[message]]\nkey = "a"\nday = 1\nat = "10:00"\nuntil = "day 1 12:00"\nzh = "一"', "zh and en"),
        ('[[message]]\nkey = "A b"\nday = 1\nat = "10:00"\nuntil = "day 1 12:00"\nzh = "一"', "key"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_used_says_what_is_wrong(text: str, wrong: str) -> None:
    with pytest.raises(PlanError, match=wrong):
        read_plan(text)


def test_every_template_is_a_plan_whose_messages_end_after_they_go_out() -> None:
    assert "lifelong-learning-week" in templates()
    for name in templates():
        plan = read_plan(template(name))
        opens = date(2026, 12, 14)
        closes = opens + timedelta(days=plan.days - 1)
        for one in plan.messages:
            assert one.goes_out(opens, closes, ZONE) < one.ends(opens, closes, ZONE), one.key
            assert len(one.zh) <= 200 and len(one.en) <= 400


def test_two_processes_send_a_message_of_the_plan_once(play: Play, clerk: Person) -> None:
    resident(play, "王秀兰")
    number = started(play, clerk)
    row = play.work(rows.one, number)
    message = read_plan(row.plan).messages[0]
    play.work(ticking._send, play.town, row, message)
    play.work(ticking._send, play.town, row, message)
    assert len(play.rows(select(broadcast.c.id))) == 1
    assert len(play.rows(select(consent.c.id))) == 1


def test_who_guesses_codes_of_nominations_is_stopped(play: Play, clerk: Person) -> None:
    started(play, clerk)
    wang, li = resident(play, "王秀兰"), resident(play, "李大爷")
    wang.say("提名")
    wang.tap("百姓学习之星")
    wang.say("李大爷")
    wang.say("好学")
    wang.tap("是别人")
    link = wang.text.rsplit("n_", 1)[1].strip()
    for guess in range(6):
        li.start(f"n_{guess:010d}")
        assert "不在了" in li.text
    li.start(f"n_{link}")
    assert "不在了" in li.text, "five wrong ones, and for a while no code is looked at"
    play.advance(minutes=11)
    li.start(f"n_{link}")
    assert "有人推荐您" in li.text


def test_a_clerk_who_only_types_reads_every_message_before_the_start(play: Play, clerk: Person) -> None:
    clerk.say("学习周怎么办")
    clerk.say("办一次新的学习周")
    clerk.say("12月14日")
    clerk.say("看看每天发什么")
    assert "给您的总结报告" in clerk.text and "：看报告" not in clerk.text
    assert "一开始就发" in clerk.text, "the invitation of two weeks before is due already"
    clerk.say("一条一条看全文")
    plan = read_plan(template("lifelong-learning-week"))
    for number, one in enumerate(plan.messages, 1):
        assert f"第{number}条，共{len(plan.messages)}条" in clerk.text
        if one.to != "organisers":
            assert max(one.zh.replace("}", "{").split("{"), key=len).strip() in clerk.text
        if number < len(plan.messages):
            clerk.say("下一条")
    assert "下一条" not in clerk.buttons
    clerk.say("回到学习周")
    clerk.say("开始")
    assert "开始了" in clerk.text
    clerk.say("学习周总结")
    assert "学习周" in clerk.text and "投票" in clerk.text


def test_before_it_is_started_one_reads_what_goes_to_how_many_and_when(play: Play, clerk: Person) -> None:
    resident(play, "王秀兰"), resident(play, "李大爷")
    play.person("terminal", "张", name="张").start()
    clerk.say("学习周管理")
    clerk.tap("办一次新的学习周")
    clerk.say("12月7日")
    assert "还没开始" in clerk.text
    assert "一共发10条，发给2人" in clerk.text and "5条只发给" in clerk.text
    assert "2人没同意收通知" in clerk.text, "the clerk, too, has not agreed"
    assert "1条已经过了时间" in clerk.text and "1条已经到时间，一开始就发" in clerk.text
    assert "下一条周日（12月6日）" in clerk.text and "最后一条周一（12月14日）" in clerk.text
    clerk.tap("看看每天发什么")
    assert "只发给学人文艺术" in clerk.text, clerk.text
    play.work(lambda tx: rights.set_rule(tx, unit_by_code(tx, "root"), "approve_above", 1))
    clerk.tap("回到学习周")
    assert "超过1人，要另一位负责人同意" in clerk.text


def test_who_has_several_units_is_asked_of_which(play: Play) -> None:
    chen = play.person("terminal", "chen", name="陈老师")
    chen.say("你好")
    for unit in ("xincheng", "heping"):
        play.work(grant, play.town, "terminal:chen", "broadcaster", unit, "cli:test")
    for unit in ("新城街道社区学校", "和平街道社区学校"):
        chen.say("学习周管理")
        chen.tap(f"给{unit}办")
        chen.say("12月14日")
        assert f"{unit}学习周" in chen.text
        chen.tap("开始")
        assert "开始了" in chen.text
    chen.say("学习周管理")
    assert len([label for label in chen.buttons if "正在进行" in label]) == 2
    chen.say("学习周报告")
    assert "哪一次" in chen.text
    chen.tap("和平街道")
    assert "和平街道社区学校学习周报告" in chen.text
    chen.tap("回到学习周")
    chen.tap("停掉")
    chen.tap("停掉")
    chen.say("学习周报告")
    assert "新城街道社区学校学习周报告" in chen.text, "the only one that runs"


def test_its_day_is_changed_before_it_is_started(play: Play, clerk: Person) -> None:
    clerk.say("学习周管理")
    clerk.tap("办一次新的学习周")
    clerk.say("明年春天")
    assert "没看明白是哪一天" in clerk.text, "which day of it, one has to say"
    clerk.say("12月14日")
    clerk.tap("换个日子开幕")
    clerk.say("昨天")
    assert "还没开始" not in clerk.text
    clerk.say("12月21日")
    assert "12月21日到12月27日" in clerk.text
    clerk.say("12月22号吧")
    assert "12月22日到12月28日" in clerk.text
    clerk.say("书法")
    assert "书法入门" in clerk.text, "what is something else goes on"
    clerk.say("开始学习周")
    clerk.tap("还没开始")
    clerk.say("开始吧")
    assert "开始了" in clerk.text and len(play.rows(select(campaign.c.id))) == 1
    clerk.tap_action("camp_date:1")
    clerk.say("12月30日")
    assert "不能这样做" in clerk.text


@pytest.mark.parametrize(
    ("said", "state"), [("同意", "running"), ("可以开始", "running"), ("不同意", "draft")]
)
def test_the_second_organiser_answers_in_words(play: Play, clerk: Person, said: str, state: str) -> None:
    resident(play, "王秀兰"), resident(play, "李大爷")
    second = play.person("terminal", "qian", name="钱主任")
    second.say("你好")
    play.work(grant, play.town, "terminal:qian", "owner", "root", "cli:test")
    play.work(lambda tx: rights.set_rule(tx, unit_by_code(tx, "root"), "approve_above", 1))
    clerk.say("学习周管理")
    clerk.tap("办一次新的学习周")
    clerk.say("12月14日")
    clerk.tap("开始")
    assert "另一位负责人" in clerk.text
    clerk.say("同意")
    assert play.rows(select(campaign.c.state)) == [("waiting_approval",)], "not by who wrote it"
    second.inbox()
    second.say(said)
    if "开始" not in said:  # a mere 同意 decides nothing that was not looked at
        assert play.rows(select(campaign.c.state)) == [("waiting_approval",)]
        assert "12月14日" in second.text and "同意，开始" in second.buttons and "不同意" in second.buttons
        second.say(said)
    assert play.rows(select(campaign.c.state)) == [(state,)], second.text


@pytest.fixture
def second(play: Play) -> Person:
    """Another owner of the same unit, where every week waits for one."""
    who = play.person("terminal", "qian", name="钱主任")
    who.say("你好")
    play.work(grant, play.town, "terminal:qian", "owner", "root", "cli:test")
    play.work(lambda tx: rights.set_rule(tx, unit_by_code(tx, "root"), "approve_above", 1))
    resident(play, "王秀兰"), resident(play, "李大爷")
    return who


def test_what_is_said_of_another_week_starts_no_draft(play: Play, clerk: Person, second: Person) -> None:
    clerk.say("学习周管理")
    clerk.tap("办一次新的学习周")
    clerk.say("12月14日")
    clerk.tap("开始")
    assert "另一位负责人" in clerk.text
    second.say("学习周管理")
    second.tap("办一次新的学习周")
    second.say("12月21日")
    assert "还没开始" in second.text
    states = [("waiting_approval",), ("draft",)]
    plan = play.rows(select(campaign.c.id).order_by(campaign.c.id))
    for opened, said in (("camp", "开始吧"), ("camp_plan", "可以开始了"), ("camp_plan", "12月28日")):
        second.tap_action(f"camp:{plan[1][0]}")
        second.tap_action(f"{opened}:{plan[0][0]}")
        second.say(said)
        assert play.rows(select(campaign.c.state).order_by(campaign.c.id)) == states, second.text
        assert play.rows(select(campaign.c.opens_on).order_by(campaign.c.id))[1][0] == date(2026, 12, 21)
    second.tap_action(f"camp:{plan[1][0]}")
    second.tap_action(f"camp:{plan[0][0]}")
    second.say("可以开始了")  # the one on the screen
    assert play.rows(select(campaign.c.state).order_by(campaign.c.id)) == [("running",), ("draft",)]


@pytest.mark.parametrize(
    "said", ["明天有课吗", "周六有什么课", "12月22号书法", "下周三停课", "明天几点上课", "后天我请假"]
)
def test_a_day_in_a_sentence_does_not_move_the_opening(play: Play, clerk: Person, said: str) -> None:
    clerk.say("学习周管理")
    clerk.tap("办一次新的学习周")
    clerk.say("12月14日")
    clerk.say(said)
    assert play.rows(select(campaign.c.opens_on)) == [(date(2026, 12, 14),)], clerk.text


@pytest.mark.parametrize(
    "said",
    [
        "12月22号",
        "改到12月22号吧",
        "那就12月22日开幕",
        "开幕日子改成12月22日",
        "还是12月22日开始吧",
        "12月22号好了",
    ],
)
def test_nothing_but_a_day_moves_it(play: Play, clerk: Person, said: str) -> None:
    clerk.say("学习周管理")
    clerk.tap("办一次新的学习周")
    clerk.say("12月14日")
    clerk.say(said)
    assert play.rows(select(campaign.c.opens_on)) == [(date(2026, 12, 22),)], clerk.text


def test_a_week_is_stopped_in_words_and_no_broadcast_by_them(play: Play, clerk: Person) -> None:
    resident(play, "王秀兰")
    for said in ("群发", "明天停水", "所有人", "现在就发"):
        clerk.say(said)
    assert "开始发了" in clerk.text
    number = started(play, clerk)
    clerk.tap_action(f"camp:{number}")
    clerk.say("停掉吧")
    assert "确定停掉吗" in clerk.text
    clerk.say("不停，继续")
    assert "正在进行" in clerk.text
    clerk.say("停掉吧")
    clerk.say("停掉吧")
    assert clerk.text == "停了。"
    states = play.rows(select(broadcast.c.state).where(broadcast.c.text == "明天停水"))
    assert states == [("running",)]
