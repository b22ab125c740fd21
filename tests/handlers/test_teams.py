"""学习共同体, as neighbours speak: founding, inviting, a class for all, meetings, handing over."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from sqlalchemy import select, update

from models.catalogue import offering
from models.enrolment import enrolment
from models.store import Store
from models.teams import team, team_meeting
from services.schedules import team_meetings
from services.team_times import read_meeting
from services.town import Town
from tests.handlers.play import Person, Play
from tests.town import START, ZONE


@pytest.fixture
def play(store: Store, town: Town) -> Play:
    town.public_url = "https://town.example"
    return Play(store, town)


@pytest.fixture
def lead(play: Play) -> Person:
    """王秀兰, who has founded a team."""
    lead = play.person("telegram", "80", name="王秀兰")
    lead.say("学习小组")
    assert "还没有加入学习小组" in lead.text
    lead.tap("建一个小组")
    lead.say("夕阳红读书会")
    assert "组员互相看得到称呼" in lead.text
    lead.say("同意")
    lead.say("王秀兰")
    assert "“夕阳红读书会”建好了，您是组长" in lead.text
    return lead


def code_of(person: Person) -> str:
    found = re.search(r"\b[2-9A-Z]{6}\b", person.text)
    assert found, person.text
    return found[0]


def joins(play: Play, lead: Person, account: str, name: str) -> Person:
    code = code_of(lead)
    person = play.person("telegram", account, name=name)
    person.say(code.lower())
    assert "邀您加入“夕阳红读书会”小组，组长王秀兰" in person.text
    person.tap("同意")
    person.tap("用“")
    assert "您加入了“夕阳红读书会”" in person.text
    return person


def states(play: Play) -> list[tuple[str, str]]:
    rows = play.rows(select(enrolment.c.name, enrolment.c.state).order_by(enrolment.c.id))
    return [(row.name, row.state) for row in rows]


def test_whoever_wishes_for_a_team_is_asked_for_its_name(play: Play) -> None:
    zhao = play.person("telegram", "86", name="老赵")
    zhao.say("我想成立一个学习小组")
    assert zhao.text.startswith("小组叫什么名字")


def test_neighbours_join_by_the_code(play: Play, lead: Person) -> None:
    assert "https://town.example/c/t_" in lead.text
    (qr,) = lead.documents
    assert b"<svg" in qr.content
    joins(play, lead, "81", "李建国")
    lead.inbox()
    assert "李建国加入了“夕阳红读书会”" in lead.text
    lead.say("我的小组")
    lead.say("1")
    assert "2人" in lead.text and "王秀兰（组长）、李建国" in lead.text


def test_yes_is_no_name_to_be_called_by_and_no_is_no(play: Play) -> None:
    zhao = play.person("terminal", "zhao")
    for answer in ("好", "不了"):
        zhao.say("建小组")
        zhao.say("棋友小组")
        zhao.say("同意")
        assert "怎么称呼您" in zhao.text
        zhao.say(answer)
        assert play.rows(select(team)) == [], answer
    assert "组员" not in zhao.text


def test_by_the_link_on_the_web(play: Play, lead: Person) -> None:
    person = play.person("web", "w9", name="")
    person.start(f"c_t_{code_of(lead)}")
    assert "邀您加入" in person.text
    person.say("同意")
    person.say("张桂英")
    assert "您加入了" in person.text


def test_what_is_done_on_the_teams_screen_is_found_by_its_words(play: Play, lead: Person) -> None:
    lead.say("书法")
    lead.say("转让组长")
    assert lead.text.startswith("夕阳红读书会") and "转让组长" in lead.buttons
    for said in ("邀请邻居", "小组活动", "小组一起报"):
        lead.say(said)
        assert lead.text.startswith("夕阳红读书会"), said
    stranger = play.person("telegram", "87", name="老孙")
    stranger.say("退出小组")
    assert stranger.text.startswith("您还没有加入学习小组")


def test_a_wrong_code(play: Play, lead: Person) -> None:
    person = play.person("telegram", "89", name="生人")
    person.say("入组 ZZZZZZ")
    assert "邀请码不对" in person.text
    for _ in range(5):
        person.say("入组 ZZZZZ2")
    assert "邀请码不对" not in person.text, "five tries in ten minutes"


def test_what_is_no_code_is_told_of_and_may_be_typed_again(play: Play, lead: Person) -> None:
    person = play.person("telegram", "88", name="生人")
    person.say("加入学习团队")
    for said in ("abc123", "il0000", "QWE"):
        person.say(said)
        assert ("6位的字母和数字" in person.text) == (said != "QWE"), said
    person.say(code_of(lead))
    assert "邀您加入" in person.text


@pytest.mark.parametrize("said", ["学习团队", "建个队", "建一个团队", "加入团队"])
def test_a_team_has_several_names(play: Play, said: str) -> None:
    person = play.person("telegram", "87", name="生人")
    person.say(said)
    assert "小组" in person.text or "邀请码" in person.text


def test_the_whole_team_gets_seats_or_waits(play: Play, lead: Person) -> None:
    others = [joins(play, lead, str(81 + n), name) for n, name in enumerate(("李建国", "张桂英"))]
    lead.inbox()
    two = update(offering).where(offering.c.code == "SF01").values(capacity=2)
    play.work(lambda tx: tx.core(two).rowcount)
    lead.say("书法")
    lead.say("1")
    lead.say("小组")
    lead.say("1")
    lead.tap("全组一起报班")
    assert "王秀兰、李建国、张桂英" in lead.text and "要么都有名额，要么一起等" in lead.text
    lead.say("确认报名")
    assert "一共只有2个名额" in lead.text
    three = update(offering).where(offering.c.code == "SF01").values(capacity=3)
    play.work(lambda tx: tx.core(three).rowcount)
    lead.say("小组")
    lead.say("1")
    lead.tap("全组一起报班")
    lead.tap("确认报名")
    assert "全组3位都报上了" in lead.text
    assert states(play) == [("王秀兰", "enrolled"), ("李建国", "enrolled"), ("张桂英", "enrolled")]
    for other in others:
        other.inbox()
        assert "王秀兰替“夕阳红读书会”全组报上了" in other.text
    others[0].say("我的课")
    assert "书法入门" in others[0].text


def test_one_who_cannot_stops_all_and_why_stays_private(play: Play, lead: Person) -> None:
    other = joins(play, lead, "81", "李建国")
    other.enrol("书法")
    lead.say("书法")
    lead.say("1")
    lead.say("小组")
    lead.say("1")
    lead.tap("全组一起报班")
    lead.tap("确认报名")
    assert "李建国这次不方便一起报" in lead.text
    assert states(play) == [("李建国", "enrolled")]


def test_a_meeting_is_told_at_once_and_on_the_evening_before(play: Play, lead: Person) -> None:
    other = joins(play, lead, "81", "李建国")
    lead.say("小组")
    lead.say("1")
    lead.tap("约活动")
    lead.say("改天吧我再想想")
    assert "没看明白时间" in lead.text
    lead.say("12月5日下午2点半，在活动室练字")
    assert "约好了：" in lead.text and "下午2点半" in lead.text and "活动室练字" in lead.text
    other.inbox()
    assert "“夕阳红读书会”约了活动" in other.text and "王秀兰约的" in other.text
    play.at(18, 1, days=4)
    assert play.work(lambda tx: team_meetings.due(tx, play.town)) == 1
    assert play.work(lambda tx: team_meetings.due(tx, play.town)) == 0
    for person in (lead, other):
        person.inbox()
        assert "明天有“夕阳红读书会”的活动" in person.text


def test_too_late_in_the_evening_it_is_missed(play: Play, lead: Person) -> None:
    lead.say("小组")
    lead.say("1")
    lead.tap("约活动")
    lead.say("12月5日下午2点 练字")
    play.at(21, 5, days=4)
    done = play.work(lambda tx: team_meetings.due(tx, play.town))
    assert (int(done), done.missed) == (1, 1)
    assert [m for m in lead.inbox() if "明天" in m.text] == []


def test_a_meeting_is_called_off(play: Play, lead: Person) -> None:
    other = joins(play, lead, "81", "李建国")
    lead.say("小组")
    lead.say("1")
    lead.tap("约活动")
    lead.say("明天上午9点 练字")
    other.inbox()
    lead.tap("看看小组")
    lead.tap("取消")
    assert "取消了" in lead.text
    other.inbox()
    assert "活动取消了" in other.text
    play.at(18, 1)
    assert play.work(lambda tx: team_meetings.due(tx, play.town)) == 0
    assert play.rows(select(team_meeting.c.cancelled_at))[0].cancelled_at is not None


def test_the_lead_is_handed_over_and_the_old_one_leaves(play: Play, lead: Person) -> None:
    other = joins(play, lead, "81", "李建国")
    lead.say("小组")
    lead.say("1")
    lead.tap("转让组长")
    lead.tap("李建国")
    assert "现在李建国是组长了" in lead.text
    other.inbox()
    assert "组长现在是李建国" in other.text
    lead.tap("看看小组")
    assert "约活动" not in lead.buttons
    lead.tap("退出小组")
    lead.say("退出")
    assert "您退出了" in lead.text
    (row,) = play.rows(select(team))
    assert row.lead_id == other.person_id and row.ended_at is None


def test_the_last_one_ends_it(play: Play, lead: Person) -> None:
    lead.say("小组")
    lead.say("1")
    lead.tap("退出小组")
    lead.tap("退出")
    (row,) = play.rows(select(team))
    assert row.ended_at is not None and row.lead_id is None


def test_a_stranger_sees_nothing_of_a_team(play: Play, lead: Person) -> None:
    stranger = play.person("telegram", "88", name="生人")
    stranger.start()
    team_id = play.rows(select(team))[0].id
    for action in (
        f"team:{team_id}",
        f"team_invite:{team_id}",
        f"team_meet:{team_id}",
        f"team_enrol:{team_id}",
    ):
        stranger.tap_action(action)
        assert "您不在这个小组里" in stranger.text, action


@pytest.mark.parametrize(
    ("said", "when", "what"),
    [
        ("下周三下午2点", "2026-12-09 14:00", ""),
        ("12月5日下午2点半在活动室练字", "2026-12-05 14:30", "活动室练字"),
        ("明天上午9点", "2026-12-01 09:00", ""),
        ("周六晚上7点 公园合唱", "2026-12-05 19:00", "公园合唱"),
        ("后天14:30 排练", "2026-12-02 14:30", "排练"),
        ("这周五下午三点到五点排练", "2026-12-04 15:00", "排练"),
        ("12月5日", None, None),
        ("下午2点", None, None),
        ("今天上午9点", None, None),
    ],
)
def test_when_a_lead_says_it(play: Play, said: str, when: str | None, what: str | None) -> None:
    found = read_meeting(said, START, ZONE, play.town.catalogue.lexicon)
    wanted = datetime.fromisoformat(when).replace(tzinfo=ZONE) if when else None
    assert (found and found.starts_at) == wanted
    assert (found and found.what) == what


def test_a_member_who_is_erased_is_gone_from_the_team(play: Play, lead: Person) -> None:
    from services import erasing

    other = joins(play, lead, "81", "李建国")
    play.work(erasing.erase, play.town, lead.person_id)
    (row,) = play.rows(select(team))
    assert row.lead_id == other.person_id
    other.say("小组")
    other.say("1")
    assert "王秀兰" not in other.text


def on_card(lead: Person) -> None:
    lead.say("书法")
    lead.say("1")
    lead.say("全组一起报班")


def test_too_few_seats_are_told_before_the_yes(play: Play, lead: Person) -> None:
    joins(play, lead, "81", "李建国")
    play.person("telegram", "90", name="孙一").enrol("书法")
    two = update(offering).where(offering.c.code == "SF01").values(capacity=2)
    play.work(lambda tx: tx.core(two).rowcount)
    on_card(lead)
    assert "现在只有1个名额，不够2个" in lead.text
    lead.tap("确认报名")
    assert "一起排候补" in lead.text
    lead.tap_action("team_ok:1:1")
    assert "已经办过了" in lead.text and "我的课" in lead.buttons
    lead.inbox()
    assert "现在空着1个名额，你们2位要一起，还不够" in lead.text


def test_whoever_leaves_is_missed_and_the_new_lead_knows(play: Play, lead: Person) -> None:
    li, zhang = joins(play, lead, "81", "李建国"), joins(play, lead, "82", "张桂英")
    for person in (lead, li):
        person.inbox()
    zhang.say("退出小组")
    assert "组长" not in zhang.text
    zhang.say("退出")
    for person in (lead, li):
        person.inbox()
        assert "张桂英退出了“夕阳红读书会”。" in person.text
    lead.say("退出小组")
    lead.tap("退出小组")
    assert "退出以后由李建国接着当组长" in lead.text
    lead.say("退出")
    li.inbox()
    assert "王秀兰退出了“夕阳红读书会”，组长现在是李建国" in li.text
    li.say("退出小组")
    assert "小组就解散了" in li.text
