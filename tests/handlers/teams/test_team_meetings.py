"""A team meets by itself: arranged in a sentence or two, told to everybody, called off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from models.teams import team_meeting
from services.schedules import team_meetings
from services.team_times import Unread, read_meeting
from tests.handlers.play import Person, Play
from tests.handlers.team import joins
from tests.town import START, ZONE

# said on Monday 30 November 2026 at ten in the morning
SAID = (
    ("下周三下午2点", "2026-12-09 14:00", ""),
    ("12月5日下午2点半在活动室练字", "2026-12-05 14:30", "活动室练字"),
    ("明天上午9点", "2026-12-01 09:00", ""),
    ("周六晚上7点 公园合唱", "2026-12-05 19:00", "公园合唱"),
    ("后天14:30 排练", "2026-12-02 14:30", "排练"),
    ("这周五下午三点到五点排练", "2026-12-04 15:00", "排练"),
    ("周三9点", "2026-12-02 09:00", ""),
    ("礼拜一9点半", "2026-12-07 09:30", ""),
    ("周一上午11点", "2026-11-30 11:00", ""),
    ("大后天3点在活动室", "2026-12-03 15:00", "活动室"),
    ("明天晚上 7点 唱歌", "2026-12-01 19:00", "唱歌"),
    ("明天晚上12点", "2026-12-02 00:00", ""),
    ("明天下午2点三个人练字", "2026-12-01 14:00", "三个人练字"),
    ("活动室，后天下午两点", "2026-12-02 14:00", "活动室"),
    ("下午2点，12月5日，在活动室", "2026-12-05 14:00", "活动室"),
    ("下个月5号下午2点", "2026-12-05 14:00", ""),
    ("1月3日上午10点", "2027-01-03 10:00", ""),
    ("December 5 at 14:00, calligraphy in the club room", "2026-12-05 14:00", "calligraphy in the club room"),
    ("5th of Dec, 2 pm", "2026-12-05 14:00", ""),
    ("tomorrow at 2:30 pm choir", "2026-12-01 14:30", "choir"),
    ("next Friday 9 a.m. in the park", "2026-12-11 09:00", "the park"),
)
UNREAD = (
    ("12月5日", Unread.NO_HOUR),
    ("12月5日25点", Unread.NO_HOUR),
    ("下午2点", Unread.NO_DAY),
    ("下周下午2点", Unread.NO_DAY),
    ("今天上午9点", Unread.PAST),
    ("11月1日下午2点", Unread.PAST),
    ("昨天下午2点", Unread.PAST),
    ("上周三下午2点", Unread.PAST),
    ("去年12月5日下午2点", Unread.PAST),
    ("11月1日", Unread.PAST),
    ("yesterday at 2 pm", Unread.PAST),
    ("2028年1月1日下午2点", Unread.FAR),
    ("2月30日下午2点", Unread.NO_SUCH_DAY),
    ("13月5日下午2点", Unread.NO_SUCH_DAY),
    ("改天吧我再想想", Unread.NOTHING),
    ("很长" * 2000, Unread.NOTHING),
)


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


def test_when_a_lead_says_it(play: Play) -> None:
    lexicon = play.town.catalogue.lexicon
    for said, when, what in SAID:
        found = read_meeting(said, START, ZONE, lexicon)
        wanted = datetime.fromisoformat(when).replace(tzinfo=ZONE)
        assert not isinstance(found, Unread), (said, found)
        assert (found.starts_at, found.what, found.once) == (wanted, what, False), said
    for said, why in UNREAD:
        assert read_meeting(said, START, ZONE, lexicon) is why, said


def test_what_is_wrong_with_a_time_is_told_and_the_rest_is_kept(play: Play, lead: Person) -> None:
    other = joins(play, lead, "81", "李建国")
    lead.say("约活动")
    lead.tap("约活动")
    lead.say("11月1日下午2点在活动室练字")
    assert "已经过去了" in lead.text and "明天下午2点" in lead.text
    lead.say("2月30日下午2点")
    assert "日历上没有这一天" in lead.text
    lead.say("12月5日在活动室练字")
    assert "那天几点" in lead.text
    lead.say("下午2点")
    assert "约好了：周六（12月5日）下午2点，活动室练字" in lead.text
    other.inbox()
    assert "周六（12月5日）下午2点，活动室练字" in other.text


def test_one_meeting_at_a_time(play: Play, lead: Person) -> None:
    other = joins(play, lead, "81", "李建国")
    lead.say("约活动")
    lead.tap("约活动")
    lead.say("每周三下午2点")
    assert "下午2点，小组活动。" in lead.text and "别的日子请一次一次再约" in lead.text
    other.inbox()
    assert "下午2点，小组活动。（王秀兰约的）" in other.text
