"""What people type, and what is to be understood: one line a wish."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.understanding import Meaning, understand
from tests.services.search.catalogue import TODAY, town


def read(text: str, last: Meaning | None = None) -> Meaning:
    return understand(text, today=TODAY, now_minute=12 * 60, lexicon=town().lexicon, last=last)


def on(month: int, day: int, last: tuple[int, int] | None = None) -> dict[str, Any]:
    year = 2026 if month >= 10 else 2027
    first = date(year, month, day).toordinal()
    until = date(2026 if last[0] >= 10 else 2027, *last).toordinal() if last else first
    return {"dates": (first, until)}


def w(*words: str, **more: Any) -> dict[str, Any]:
    return {"words": words, **more}


WEEKEND, WORKDAYS = frozenset({5, 6}), frozenset(range(5))
MORNING, NOON, AFTERNOON, EVENING = (0, 720), (660, 840), (720, 1080), (1080, 1440)

WISHES: list[tuple[str, dict[str, Any]]] = [
    # topics by any name
    ("书法", w("书法")),
    ("我想学书法", w("书法")),
    ("想学习书法", w("书法")),
    ("请问有没有教写毛笔字的", w("书法")),
    ("写毛笔字", w("书法")),
    ("有书法班吗", w("书法")),
    ("書法", w("书法")),
    ("書法班有沒有", w("书法")),
    ("书法！！！", w("书法")),
    ("　书法　", w("书法")),
    ("shufa", w("书法")),
    ("SHUFA", w("书法")),
    ("shu fa", w("书法")),
    ("tjq", w("太极拳")),
    ("tai ji quan", w("太极拳")),
    ("taijiquan", w("太极拳")),
    ("guangchangwu", w("广场舞")),
    ("youkelili", w("尤克里里")),
    ("书发", w("书法")),
    ("太集拳", w("太极拳")),
    ("葫芦思", w("葫芦丝")),
    ("打拳", w("太极拳")),
    ("跳操", w("健身操")),
    ("炒菜", w("烹饪")),
    ("玩手机", w("智能手机")),
    ("拍抖音", w("短视频")),
    ("防骗", w("防诈骗")),
    ("看孩子", w("育婴")),
    ("带孙子", w("隔代教育")),
    ("考电工证", w("电工")),
    ("乐器", w("乐器")),
    ("琴", w("琴")),
    ("舞", w("舞")),
    ("画", w("画")),
    ("学画", w("绘画")),
    ("学画画", w("绘画")),
    ("滑雪", w("滑雪")),
    ("有没有滑雪班", w("滑雪")),
    ("化学", w("化学")),
    ("给我妈找个手机班", w("智能手机")),
    ("我想找个唱歌的地方学学", w("声乐")),
    ("你好，请问有没有太极拳", w("太极拳")),
    ("麻烦问一下瑜伽课", w("瑜伽")),
    ("尤克里里和吉他", w("尤克里里|吉他")),
    ("王老师的课", w("王老师")),
    ("王秀兰老师", w("王秀兰")),
    ("电脑打字", w("电脑")),
    ("夕阳红合唱团", w("夕阳红合唱团")),
    ("周末书法体验", w("周末书法体验")),
    ("I want to learn calligraphy", w("书法")),
    ("free yoga at weekends", w("瑜伽", weekdays=WEEKEND, free=True)),
    ("any tai chi classes tomorrow?", w("太极拳", **on(11, 25))),
    ("爷爷想学下棋", w("棋类")),
    ("想学个手艺", w("手艺")),
    ("人民路的书法", w("书法", place=("人民路",))),
    # days
    ("周末免费的", {"weekdays": WEEKEND, "free": True}),
    ("周末", {"weekdays": WEEKEND}),
    ("周六日", {"weekdays": WEEKEND}),
    ("双休日的课", {"weekdays": WEEKEND}),
    ("星期天有课吗", {"weekdays": frozenset({6})}),
    ("礼拜六", {"weekdays": frozenset({5})}),
    ("周三", {"weekdays": frozenset({2})}),
    ("周3的书法", w("书法", weekdays=frozenset({2}))),
    ("周二四", {"weekdays": frozenset({1, 3})}),
    ("每周二、四晚上", {"weekdays": frozenset({1, 3}), "hours": EVENING}),
    ("周一三五", {"weekdays": frozenset({0, 2, 4})}),
    ("周一到周五", {"weekdays": WORKDAYS}),
    ("星期一至星期三", {"weekdays": frozenset({0, 1, 2})}),
    ("工作日", {"weekdays": WORKDAYS}),
    ("平时有什么课", {"weekdays": WORKDAYS}),
    ("不要周末", {"weekdays": WORKDAYS}),
    ("除了周三都行", {"weekdays": frozenset({0, 1, 3, 4, 5, 6})}),
    ("周六或者周日的瑜伽", w("瑜伽", weekdays=WEEKEND)),
    # hours
    ("晚上有什么课", {"hours": EVENING}),
    ("上午的", {"hours": MORNING}),
    ("下午", {"hours": AFTERNOON}),
    ("中午有课没", {"hours": NOON}),
    ("早上打太极", w("太极拳", hours=MORNING)),
    ("七点以后", {"hours": (1140, 1440)}),
    ("晚上七点半以后", {"hours": (1170, 1440)}),
    ("19:00以后的瑜伽", w("瑜伽", hours=(1140, 1440))),
    ("上午九点到十一点", {"hours": (540, 660)}),
    ("下班后学点什么", {"hours": (1050, 1440)}),
    ("周六上午的书法", w("书法", weekdays=frozenset({5}), hours=MORNING)),
    # dates, from Tuesday 24 November 2026
    ("今天", on(11, 24)),
    ("明天有什么课", on(11, 25)),
    ("后天下午", {**on(11, 26), "hours": AFTERNOON}),
    ("大后天", on(11, 27)),
    ("明晚", {**on(11, 25), "hours": EVENING}),
    ("今晚有课吗", {**on(11, 24), "hours": EVENING}),
    ("这周", on(11, 24, (11, 29))),
    ("下周", on(11, 30, (12, 6))),
    ("下周三", {**on(11, 30, (12, 6)), "weekdays": frozenset({2})}),
    ("下周末", {**on(11, 30, (12, 6)), "weekdays": WEEKEND}),
    ("这个月", on(11, 24, (11, 30))),
    ("下个月", on(12, 1, (12, 31))),
    ("12月5号", on(12, 5)),
    ("十二月五日", on(12, 5)),
    ("12月", on(12, 1, (12, 31))),
    ("12月上旬的课", on(12, 1, (12, 10))),
    ("1月3号", on(1, 3)),
    ("2026-12-05", on(12, 5)),
    # money
    ("免费", {"free": True}),
    ("不要钱的课", {"free": True}),
    ("不花钱的", {"free": True}),
    ("五十块以内的舞蹈", w("舞蹈", fee_max=5000)),
    ("一百以下", {"fee_max": 10000}),
    ("一百五以内", {"fee_max": 15000}),
    ("不超过80元", {"fee_max": 8000}),
    ("100元的班", {"fee_max": 10000}),
    ("100-200", {"fee_min": 10000, "fee_max": 20000}),
    ("一百到两百块的", {"fee_min": 10000, "fee_max": 20000}),
    ("便宜点", {"order": "cheapest"}),
    ("便宜的瑜伽", w("瑜伽", order="cheapest")),
    # places
    ("东关街道附近的太极", w("太极拳", place=("东关街道",))),
    ("东关有什么课", {"place": ("东关",)}),
    ("图书馆", {"place": ("图书馆",)}),
    ("在图书馆的书法", w("书法", place=("图书馆",))),
    ("城西镇", {"place": ("城西镇",)}),
    ("老年大学的课", {"place": ("老年大学",)}),
    ("南湖社区活动中心", {"place": ("南湖社区活动中心",)}),
    ("在北门街道有课吗", {"place": ("北门街道",)}),
    ("离我近的", {"order": "nearest"}),
    ("附近的瑜伽", w("瑜伽", order="nearest")),
    # people, level, way
    ("我妈六十五了，想学跳舞", w("舞蹈", age=65)),
    ("8岁的孩子学画画", w("绘画", age=8, audience=("儿童",))),
    ("60多岁能学什么", {"age": 60}),
    ("老年人学手机", w("智能手机", audience=("老年人",))),
    ("农民工培训", {"audience": ("务工人员",)}),
    ("零基础国画", w("国画", level="零基础")),
    ("没基础能学瑜伽吗", w("瑜伽", level="零基础")),
    ("网课", {"online": True}),
    ("线上的英语", w("英语", online=True)),
    ("不是线上的", {"online": False}),
    ("线下的课", {"online": False}),
    ("职业技能", {"category": "vocational"}),
    ("运动健身类的", {"category": "sport"}),
    ("养生保健 免费", {"category": "wellbeing", "free": True}),
    ("马上开课的", {"order": "soonest"}),
    # codes
    ("DG001", {"code": "DG001"}),
    ("dg001", {"code": "DG001"}),
    ("编号DG012", {"code": "DG012"}),
    # everything at once, and looking around
    ("周末上午免费的书法", w("书法", weekdays=WEEKEND, hours=MORNING, free=True)),
    (
        "我下班后想学点瑜伽，最好在南湖",
        w("瑜伽", hours=(1050, 1440), place=("南湖",), soft=frozenset({"place:南湖"})),
    ),
    ("有什么课", {}),
    ("都有什么课", {}),
    ("找课", {}),
]


@pytest.mark.parametrize(("text", "expected"), WISHES, ids=[text for text, _ in WISHES])
def test_a_wish_is_understood(text: str, expected: dict[str, Any]) -> None:
    assert read(text) == Meaning(intent="search", **expected)


INTENTS = [
    ("你好", "greeting"),
    ("您好！", "greeting"),
    ("hello", "greeting"),
    ("在吗", "greeting"),
    ("早上好", "greeting"),
    ("谢谢", "thanks"),
    ("谢谢啊", "thanks"),
    ("好的谢谢", "thanks"),
    ("thank you", "thanks"),
    ("我的课", "my_classes"),
    ("我报了哪些课", "my_classes"),
    ("我排到第几了", "my_classes"),
    ("下次课是什么时候", "next_class"),
    ("我明天有课吗", "next_class"),
    ("课表", "weekly"),
    ("我这周有什么课", "weekly"),
    ("报名", "enrol"),
    ("我要报名", "enrol"),
    ("怎么报名", "enrol"),
    ("就报这个", "enrol"),
    ("退课", "withdraw"),
    ("我不想上了", "withdraw"),
    ("取消报名", "withdraw"),
    ("请假", "cannot_come"),
    ("明天我去不了", "cannot_come"),
    ("这次来不了了", "cannot_come"),
    ("提醒", "reminders"),
    ("别提醒我了", "reminders"),
    ("免打扰", "reminders"),
    ("人工", "human"),
    ("找人帮忙", "human"),
    ("我要和真人说话", "human"),
    ("学校电话是多少", "human"),
    ("投诉", "complaint"),
    ("我要投诉你们", "complaint"),
    ("帮助", "help"),
    ("怎么用", "help"),
    ("你能做什么", "help"),
    ("重新开始", "restart"),
    ("上一步", "back"),
    ("返回", "back"),
    ("下一页", "more"),
    ("还有吗", "more"),
    ("隐私", "privacy"),
    ("我的资料", "my_data"),
    ("注销", "forget"),
    ("english", "language"),
    ("中文", "language"),
    ("大字", "big"),
    ("字太小了", "big"),
    ("收藏", "favourites"),
    ("我的收藏", "favourites"),
    ("关联账号", "link"),
    ("😀😀", "unknown"),
    ("", "unknown"),
    ("   ", "unknown"),
    ("。。。？", "unknown"),
    ("昨儿个隔壁老李又喝多啦真好笑", "unknown"),
]


@pytest.mark.parametrize(("text", "intent"), INTENTS, ids=[text or "nothing" for text, _ in INTENTS])
def test_what_is_no_search_is_told_apart(text: str, intent: str) -> None:
    assert read(text).intent == intent


def test_a_dialogue_narrows_widens_and_changes() -> None:
    said = read("有没有书法")
    said = read("周末的", said)
    assert said == Meaning(words=("书法",), weekdays=WEEKEND)
    said = read("免费的呢", said)
    assert said == Meaning(words=("书法",), weekdays=WEEKEND, free=True)
    said = read("还是晚上吧", said)
    assert said.hours == EVENING and said.words == ("书法",)
    said = read("时间不限", said)
    assert said == Meaning(words=("书法",), free=True)
    said = read("便宜点", said)
    assert said == Meaning(words=("书法",), free=True, order="cheapest")
    assert read("换成国画", said) == Meaning(words=("国画",), free=True, order="cheapest")
    assert read("国画", said) == Meaning(words=("国画",))


def test_the_meaning_is_said_back_in_one_line() -> None:
    assert read("周末免费的书法").say() == "书法 · 周末 · 免费"
    assert read("周末免费的书法").say("en") == "calligraphy · weekends · free"
    assert read("坐轮椅能去的书法或国画").say("en").startswith("calligraphy or Chinese painting")
    assert read("五十块以内晚上的舞蹈").say() == "舞蹈 · 晚上 · 50元以内"
    assert read("12月5号东关的太极").say() == "太极拳 · 12月5日 · 东关"
    assert read("职业技能").say() == "职业技能"
    assert read("职业技能").say("en") == "Job skills"
