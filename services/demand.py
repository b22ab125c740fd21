"""Unmet demand: what was looked for and not found, counted by week, topic, place and hour, without a person.

A wish counts only by words that say something to an organiser: known topics, and short Chinese words that
are neither a name nor hold a digit. What fewer than three asked for is shown only summed up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.types import Date, String

from models.statement import Statement, Tx
from models.watching import demand
from services.regex import regex
from services.town import Town
from services.understanding.lexicon import Lexicon
from services.understanding.lexicon.tables import CATEGORIES
from services.understanding.meaning import Meaning
from services.understanding.normalise import keyed
from services.understanding.people import SURNAMES

RARE = 3
OTHER = "其他"
MOST_WORDS = 3
MOST_LETTERS = 24
# a topic that nobody teaches yet is hardly longer; what is longer may be anything
MOST_UNKNOWN = 8
# wishes of one dialogue that are remembered so that a second tap counts nothing
MOST_REMEMBERED = 30
WEEK = timedelta(days=7)
# the weeks that a trend compares with as many before them
TREND_WEEKS = 4
NOON, EVENING = 12 * 60, 17 * 60
WEEKEND = frozenset({5, 6})
DAYS = {"weekend": "周末", "weekday": "工作日"}
PARTS = {"morning": "上午", "afternoon": "下午", "evening": "晚上"}

_CHINESE = regex(r"[㐀-鿿]+")
# small talk rather than a topic
_CHATTY = regex(r"[我你您他她它们是了着过很太真都也就在这那什么怎为因所但不吗呢吧啊呀嘛]")
_DIGIT = regex(r"[\d零〇一二三四五六七八九十百千万两幺]{5}|\d")
_GIVEN = frozenset(
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英兰华玉萍红建国文辉力梅鑫兵莉宁波宇浩凯亮俊飞鹏玲珍凤琴"
    "云燕雪春香月莲荣爱淑慧巧美琳素真环翠雅芝茜秋珊锦黛青倩婷姣婉娴瑾颖露瑶怡婵雁蓓纨仪荷丹蓉眉君蕊薇菁梦岚"
    "志峰健世广义兴良海山仁贵福生元全胜学祥才发新利清彬富顺信子昌成康星光天达安岩中茂进林有坚和彪博诚先敬震"
    "振壮会思群豪心邦承乐绍功松善厚庆民友裕河哲江轮翰朗伯宏言若鸣朋斌梁栋维启克伦翔旭泽晨辰士以家致树炎德行"
    "时泰盛雄琛钧冠策腾楠榕航弘萱涵轩梓睿欣妍悦佳琪诗雨晓小东"
)
_ADDRESSED = regex(r"(先生|女士|小姐|老师|师傅|阿姨|大爷|大妈|叔叔|同志|医生|主任|校长)$")

COUNT = Statement(
    text(
        "INSERT INTO demand (week, topic, place, days, part, times)"
        " VALUES (:week, :topic, :place, :days, :part, 1)"
        " ON CONFLICT (week, topic, place, days, part) DO UPDATE SET times = demand.times + 1"
    ).bindparams(
        bindparam("week", type_=Date()),
        *(bindparam(name, type_=String()) for name in ("topic", "place", "days", "part")),
    )
)
SINCE = Statement(
    select(
        demand.c.week, demand.c.topic, demand.c.place, demand.c.days, demand.c.part,
        func.sum(demand.c.times).label("times"),
    )
    .where(demand.c.week >= bindparam("since"))
    .group_by(demand.c.week, demand.c.topic, demand.c.place, demand.c.days, demand.c.part)
)  # fmt: skip


# topic, place, when
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is kept of a search that found nothing."""

    topic: str
    place: str = ""
    days: str = ""
    part: str = ""

    @property
    def key(self) -> str:
        """The wish in one word, by which a dialogue knows it again."""
        return "|".join((self.topic, self.place, self.days, self.part))


@dataclass(frozen=True, slots=True)
class Unmet:
    """A line for organisers: what, where and when was wanted, how often, and how that changes."""

    topic: str
    place: str
    when: str
    count: int
    trend: int


def wish_of(meaning: Meaning, lexicon: Lexicon) -> Wish | None:
    """What of a wish may be counted; None where it names no topic."""
    named = [*meaning.words, *(word for way in meaning.any_of for word in way.words)]
    words = sorted({word for said in named if (word := _topic(said, lexicon))})[:MOST_WORDS]
    if not words and named:
        return None
    if not words and meaning.category in CATEGORIES:
        words = [CATEGORIES[meaning.category][0]]
    if not words:
        return None
    place = next((word for said in meaning.place if (word := _place(said, lexicon))), "")
    return Wish(" ".join(words), place, _days(meaning), _part(meaning))


def count_once(tx: Tx, town: Town, meaning: Meaning, counted: list[str]) -> list[str]:
    """Count a wish that found nothing, unless this dialogue counted it before; what it has counted then."""
    wish = wish_of(meaning, town.catalogue.lexicon)
    if wish is None or wish.key in counted:
        return counted
    tx.run(
        COUNT, week=monday_of(town.now(), town.zone), topic=wish.topic, place=wish.place, days=wish.days,
        part=wish.part,
    )  # fmt: skip
    return [*counted[1 - MOST_REMEMBERED :], wish.key]


def monday_of(now: datetime, zone: ZoneInfo) -> date:
    """The first day of the town's present week."""
    today = now.astimezone(zone).date()
    return today - timedelta(days=today.weekday())


def unmet(tx: Tx, since: date, this_week: date) -> list[Unmet]:
    """What was looked for in vain from the week of `since` on, most wanted first; the rare as 其他, last.

    `trend` is how much more often in the last four weeks than in the four before.
    """
    counts: dict[Key, int] = defaultdict(int)
    trends: dict[Key, int] = defaultdict(int)
    recent = this_week - (TREND_WEEKS - 1) * WEEK
    for row in tx.all(SINCE, since=since - timedelta(days=since.weekday())):
        key: Key = (row.topic, row.place, DAYS.get(row.days, "") + PARTS.get(row.part, ""))
        counts[key] += int(row.times)
        if row.week >= recent:
            trends[key] += int(row.times)
        elif row.week >= recent - TREND_WEEKS * WEEK:
            trends[key] -= int(row.times)
    # first a rare place or hour joins its topic, then a rare topic the others
    _fold(counts, trends, lambda key: (key[0], OTHER, OTHER))
    _fold(counts, trends, lambda key: (OTHER, OTHER, OTHER))
    lines = [Unmet(*key, count, trends[key]) for key, count in counts.items()]
    return sorted(
        lines, key=lambda line: (line.topic == OTHER, -line.count, line.topic, line.place, line.when)
    )


def _fold(counts: dict[Key, int], trends: dict[Key, int], folded: Callable[[Key], Key]) -> None:
    for key in [key for key, count in counts.items() if count < RARE]:
        into = folded(key)
        if into != key:
            counts[into] += counts.pop(key)
            trends[into] += trends.pop(key, 0)


def _topic(said: str, lexicon: Lexicon) -> str:
    """A word as it may be kept: the topic that it stands for, or itself; empty for what tells of a person."""
    word = keyed(said)
    topic = lexicon.topics.get(word)
    if topic:
        return topic[:MOST_LETTERS]
    sense = lexicon.phrases.get(word)
    if sense is not None and sense.kind == "topic":
        return sense.value[:MOST_LETTERS]
    if (sense is not None and sense.kind == "teacher") or word in lexicon.teachers:
        return ""
    if not (2 <= len(word) <= MOST_UNKNOWN and _CHINESE.fullmatch(word)):
        return ""
    return "" if _CHATTY.search(word) or _DIGIT.search(word) or _is_name(word) else word


def _is_name(word: str) -> bool:
    """Whether a word looks like a name: a surname with given-name characters, or a form of address."""
    if _ADDRESSED.search(word):
        return True
    return len(word) in (2, 3) and word[0] in SURNAMES and all(char in _GIVEN for char in word[1:])


def _place(said: str, lexicon: Lexicon) -> str:
    word = keyed(said)
    sense = lexicon.phrases.get(word)
    return word[:MOST_LETTERS] if sense is not None and sense.kind == "place" else ""


def _days(meaning: Meaning) -> str:
    if not meaning.weekdays:
        return ""
    if meaning.weekdays <= WEEKEND:
        return "weekend"
    return "" if meaning.weekdays & WEEKEND else "weekday"


def _part(meaning: Meaning) -> str:
    if meaning.hours is None:
        return ""
    low, high = meaning.hours
    if high <= NOON:
        return "morning"
    if low >= EVENING:
        return "evening"
    return "afternoon" if low >= NOON - 60 and high <= EVENING + 60 else ""
