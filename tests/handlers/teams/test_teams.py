"""学习共同体, as neighbours speak: founding, inviting, a class for all, handing over."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from models.catalogue import offering
from models.enrolment import enrolment
from models.teams import team
from tests.handlers.play import Person, Play
from tests.handlers.team import code_of, joins


def states(play: Play) -> list[tuple[str, str]]:
    rows = play.rows(select(enrolment.c.name, enrolment.c.state).order_by(enrolment.c.id))
    return [(row.name, row.state) for row in rows]


def test_whoever_wishes_for_a_team_is_asked_for_its_name(play: Play) -> None:
    zhao = play.person("telegram", "86", name="老赵")
    zhao.say("我想成立一个学习小组")
    assert zhao.text.startswith("小组叫什么名字")
    zhao.say("谢谢")
    assert "您同意吗" not in zhao.text, "thanks are no name"
    zhao.say("棋友小组")
    assert "建“棋友小组”小组" in zhao.text


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
