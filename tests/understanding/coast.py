"""A second county, by the sea: 880 classes of other names, places and hours.

Its titles and wishes were written without a look at what the program knows, so that nothing is fitted to one
county; the rows go the same way as those of `catalogue.py`.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import NamedTuple

from tests.understanding.catalogue import COLUMNS, TODAY, table

SEED = 5
OF_EACH = 8
WEEKDAYS = "一二三四五六日"
# street or town: its villages
STREETS = {
    "凤屿街道": ("码头社区", "渔港社区", "天后社区"), "鳌江街道": ("桥头社区", "文峰社区", "龙津社区"),
    "城厢街道": ("南门社区", "新街社区", "书院社区"), "东埔镇": ("沙尾村", "下厝村", "东埔村"),
    "洛水镇": ("前洋村", "后洋村", "坂头村"), "后溪镇": ("溪南村", "林口村"),
    "白沙镇": ("灯塔村", "蚝田村"), "石鼓镇": ("鼓岭村", "茶山村"),
    "莲峰镇": ("莲峰村", "梅坑村"), "永兴乡": ("高山村", "竹坝村"),
}  # fmt: skip
# of the whole county
VENUES = {
    "安浦县图书馆": "城厢街道", "安浦县文化馆": "城厢街道", "工人文化宫": "鳌江街道",
    "县职业中专实训楼": "鳌江街道", "妈祖文化中心": "凤屿街道", "青少年活动中心": "城厢街道",
    "滨海体育馆": "凤屿街道",
}  # fmt: skip
FAMILIES = "陈林黄郑吴蔡许王张李苏庄洪施傅颜曾柯"
GIVEN = (
    "丽珍", "国强", "阿明", "雅婷", "志雄", "淑芬", "建国", "美玲", "文彬", "秀英", "海燕", "金水", "晓东",
    "玉兰", "振华", "宝珠", "伟民", "桂花",
)  # fmt: skip
AUDIENCES = {
    "senior": "老年人", "child": "儿童", "worker": "农民工", "parent": "家长", "family": "亲子",
    "staff": "社区工作者",
}  # fmt: skip
# on which days of the week, and at what hours
TIMES: dict[str, tuple[tuple[str, ...], tuple[float, ...]]] = {
    "child": (("六", "日", "六、周日", "三"), (9, 10, 14, 16)),
    "worker": (("二、周四", "一、周三、周五", "六", "日", "六、周日", "三", "五"), (19, 19, 18.5, 9, 14)),
    "senior": (("一", "二", "三", "四", "五", "一、周三", "二、周四", "六"), (8.5, 9, 9.5, 14, 14.5, 15)),
    "all": (
        ("一", "二", "三", "四", "五", "六", "日", "二、周四", "六、周日"),
        (9, 10, 14, 15, 18.5, 19, 19.5),
    ),
}
ONLINE = ("civic", "science", "vocational", "early_years", "wellbeing", "integrity")
COUNTY = "安浦县社区教育学院"


class Subject(NamedTuple):
    """A line of `data/coast_subjects.txt`."""

    topic: str
    category: str
    titles: list[str]
    fees: list[str]
    audience: str
    says: str


def subjects() -> dict[str, Subject]:
    """What is taught, by topic."""
    found = {}
    for line in table("coast_subjects.txt"):
        topic, category, titles, fees, audience, says = line.split("|")
        found[topic] = Subject(topic, category, titles.split(";"), fees.split(";"), audience, says)
    return found


def classes() -> list[dict[str, str]]:
    """Every class as a row of a clerk's sheet; always the same."""
    random = Random(SEED)
    rows: list[dict[str, str]] = []
    for subject in subjects().values():
        for number in range(OF_EACH):
            row = _what(random, subject, subject.titles[number % len(subject.titles)])
            row |= _when(random, "child" if row["audience"] in ("儿童", "亲子") else subject.audience)
            row |= _where(random, subject)
            rows.append(row | {"code": f"AP{len(rows) + 1:04d}"})
    return [{column: row.get(column, "") for column in COLUMNS} for row in rows]


def _what(random: Random, subject: Subject, title: str) -> dict[str, str]:
    audience = AUDIENCES.get(subject.audience, "")
    low, high = "", ""
    if "少儿" in title or subject.audience == "child":
        audience, low, high = "儿童", "6", "14"
    elif "亲子" in title or subject.audience == "family":
        audience = "亲子"
    return {
        "title": title, "category": subject.category, "audience": audience, "min_age": low, "max_age": high,
        "description": subject.says, "fee": random.choice(subject.fees),
        "capacity": random.choice(("10", "15", "20", "30")),
        "teacher": f"{random.choice(FAMILIES)}{random.choice(GIVEN)}",
    }  # fmt: skip


def _when(random: Random, audience: str) -> dict[str, str]:
    days, hours = TIMES.get(audience, TIMES["all"])
    day, begins = random.choice(days), round(random.choice(hours) * 60)
    ends = begins + random.choice((60, 90, 90, 120))
    starts = TODAY + timedelta(days=random.choice((1, 3, 5, 8, 11, 15, 19, 26, 32, 39, 54)))
    while starts.weekday() != WEEKDAYS.index(day[0]):
        starts += timedelta(days=1)
    last = starts + timedelta(weeks=random.choice((1, 4, 6, 8, 10, 12)))
    return {
        "schedule": f"周{day} {begins // 60:02d}:{begins % 60:02d}-{ends // 60:02d}:{ends % 60:02d}",
        "starts_on": str(starts), "ends_on": str(last),
    }  # fmt: skip


def _where(random: Random, subject: Subject) -> dict[str, str]:
    how, street = random.random(), random.choice(list(STREETS))
    school, venue = f"{street}社区学校", f"{street}社区学校"
    if how < 0.07 and subject.category in ONLINE:
        return {"school": school, "mode": "线上", "form": "online"}
    if how < 0.25:
        venue = random.choice(list(VENUES))
        school, street = COUNTY, VENUES[venue]
    elif how < 0.6:
        venue = f"{random.choice(STREETS[street])}教学点"
    number = list(STREETS).index(street)
    return {
        "school": school, "district": street, "venue": venue, "address": f"{street}{venue}", "mode": "线下",
        "form": "class", "latitude": f"{24.9 + number * 0.04:.4f}",
        "longitude": f"{118.6 + number % 3 * 0.05:.4f}",
    }  # fmt: skip
