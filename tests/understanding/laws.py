"""The wordings of the laws of dialogues, what they are tried with, and walks made of them."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from random import Random

from services.understanding import Meaning
from services.understanding.meaning import TIMES
from services.understanding.wording import say
from tests.understanding.catalogue import NOW

LAWS = tomllib.loads(Path(__file__).with_name("dialogue_laws.toml").read_text("utf-8"))
EACH = int(os.environ.get("DOORSTEP_LAWS", "2"))
TOPICS = ("书法", "国画", "二胡", "广场舞", "太极拳", "瑜伽", "电工", "烘焙", "插花", "剪纸", "摄影", "英语")
SAID = {
    "time": (
        "周末", "周六", "工作日", "周三", "上午", "下午", "晚上", "周六上午", "下周", "下个月", "七点以后",
    ),
    "fee": ("免费", "不收费", "五十以内", "100以内", "一百块以下"),
    "place": ("东关", "东关街道", "城关镇", "南湖街道", "图书馆", "老年大学", "柳林镇"),
    "people": ("老年人", "70岁", "六十岁"),
    "level": ("零基础", "新手"),
    "online": ("线上", "线下"),
    "seats": ("有名额", "还有名额"),
}  # fmt: skip
KINDS = {
    "time": set(TIMES), "fee": {"fee"}, "place": {"place", "near"}, "people": {"age", "audience"},
    "level": {"level"}, "online": {"online"}, "seats": {"seats"},
}  # fmt: skip
# conditions one of which takes the place of the other
ALIKE = (
    ("time", ("周末", "周六", "周日", "工作日", "周三")), ("time", ("上午", "下午", "晚上")),
    ("fee", ("免费", "五十以内", "一百以内", "200以内")), ("people", ("70岁", "60岁", "8岁")),
    ("place", ("东关街道", "城关镇", "南湖街道", "老年大学", "图书馆")), ("online", ("线上", "线下")),
    ("level", ("零基础", "提高")),
)  # fmt: skip
DAYS = {"周一": {0}, "周三": {2}, "周六": {5}, "周末": {5, 6}, "工作日": {0, 1, 2, 3, 4}}
PLACES = ("东关", "城关镇", "南湖街道", "图书馆", "老年大学")
KINDS_OF = (("乐器", "二胡"), ("跳舞", "广场舞"), ("画画", "国画"), ("书法", "楷书"), ("球", "乒乓球"))
FEES, STARTS = (5000, 0, 8000), (NOW.date().toordinal() + 9,)


def drawn(wordings: list[str]) -> Iterator[tuple[str, Random]]:
    """Each wording a few times, with what draws the rest."""
    for wording in wordings:
        random = Random(wording)
        for _ in range(EACH):
            yield wording, random


def told(meaning: Meaning) -> str:
    """A meaning in words, for who reads what went wrong."""
    return f"{meaning.intent}: {say(meaning)} {sorted(meaning.soft)} {meaning.order}"


class Broken(list[str]):
    """The turns that broke a law."""

    def unless(self, same: bool, got: Meaning, *turns: str) -> None:
        """Note a turn unless it came out as it should."""
        if not same:
            self.append(f"{' → '.join(turns)}: {told(got)}")


# one condition of each kind, told in this order at once
ORDER = ("day", "hour", "fee", "place", "people", "level", "online", "seats")
OF_A_KIND = {
    **SAID, "day": ("周末", "周六", "工作日", "周三"), "hour": ("上午", "下午", "晚上"),
    "people": ("70岁", "六十岁"),
    "fee": ("免费", "五十以内", "100以内"), "level": ("零基础",), "seats": ("有名额",),
}  # fmt: skip
TOGETHER = (
    "{}{}的",
    "{}的 {}的",
    "要{}的，{}的",
    "有没有{}{}的",
    "{} {}",
    "{}，还要{}的",
    "{}而且{}的",
    "{}{}",
    "{}、{}",
)
PLAINLY = [
    way for way in LAWS["narrows"]["ways"] if not way.startswith(("最好", "尽量", "改成", "换成", "还是"))
]


class Walk:
    """A dialogue of a few turns, and what it should have come to."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.topic = random.choice(TOPICS)
        self.held: dict[str, str] = {}
        for kind in random.sample(ORDER, random.choice((0, 1, 2))):
            self.held[kind] = random.choice(OF_A_KIND[kind])

    def at_once(self) -> str:
        """All of it in one text."""
        said = "".join(self.held[kind] for kind in ORDER if kind in self.held)
        return f"{said}的{self.topic}" if said else self.topic

    def narrowed(self) -> str:
        """One more condition."""
        kind = self.random.choice([one for one in ORDER if one not in self.held] or ORDER)
        self.held[kind] = self.random.choice(OF_A_KIND[kind])
        return self.random.choice(PLAINLY).format(b=self.held[kind])

    def narrowed_twice(self) -> str:
        """Two at once."""
        free = [kind for kind in ORDER if kind not in self.held]
        if len(free) < 2:
            return self.narrowed()
        kinds = sorted(self.random.sample(free, 2), key=ORDER.index)
        self.held |= {kind: self.random.choice(OF_A_KIND[kind]) for kind in kinds}
        return self.random.choice(TOGETHER).format(*(self.held[kind] for kind in kinds))

    def replaced(self) -> str:
        """Another of the same kind."""
        kinds = [kind for kind in self.held if len(OF_A_KIND[kind]) > 1]
        if not kinds:
            return self.narrowed()
        kind = self.random.choice(kinds)
        old = self.held[kind]
        self.held[kind] = self.random.choice([one for one in OF_A_KIND[kind] if one != old])
        return self.random.choice(LAWS["replaces"]["condition"]).format(b=old, c=self.held[kind])

    def widened(self) -> str:
        """One kind less."""
        if not self.held:
            return self.narrowed()
        kind = self.random.choice([*self.held])
        gone = ("day", "hour") if kind in ("day", "hour") else (kind,)
        self.held = {name: said for name, said in self.held.items() if name not in gone}
        return self.random.choice(LAWS["no_matter"]["time" if kind in ("day", "hour") else kind])

    def switched(self) -> str:
        """Something else to learn."""
        self.topic = self.random.choice([one for one in TOPICS if one != self.topic])
        return self.random.choice(LAWS["switches"]["topic"]).format(x=self.topic)
