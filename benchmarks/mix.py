"""The mix of a busy evening as pre-encoded updates: what people say and tap, each dialogue in its order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from benchmarks.town import (
    FIRST_ACCOUNT,
    HOURS,
    Size,
    class_at,
    class_of_person,
    has_consented,
)
from tests.botapi.load import tap_update, text_update

STATED = (
    "40 % searches in words, 25 % class cards, 15 % steps of enrolling, 5 % of withdrawing, 15 % my classes"
)
SEARCHES, CARDS, ENROLLING, WITHDRAWING = 0.40, 0.25, 0.15, 0.05
# one search in so many is somebody's very first word
NEWCOMERS = 20
TOPICS = (
    "书法", "太极拳", "智能手机", "二胡", "舞蹈", "烘焙", "合唱", "剪纸", "瑜伽", "摄影", "国画", "电工",
    "英语", "养生", "茶艺", "葫芦丝", "亲子", "急救", "插花", "面点",
)  # fmt: skip
WISHES = (
    "{}", "想学{}", "有没有{}课", "我想报个{}班", "周六上午的{}", "免费的{}", "晚上7点以后的{}", "城关镇{}",
    "老年人能上的{}课吗", "下周开课的{}", "周二周四有{}吗", "{}，便宜点的", "周末下午{}", "东关街道有{}课吗",
    "零基础学{}",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mix:
    """Updates in the order in which they are to be posted, with what must be in the database afterwards."""

    updates: tuple[bytes, ...]
    chats: tuple[int, ...]
    enrolled: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class _Step:
    account: int
    text: str = ""
    tap: str = ""


def make_mix(count: int, size: Size, *, seed: int = 1, first_update: int = 1) -> Mix:
    """About `count` updates of the people of a town of this size; the same each time.

    Somebody in the middle of a dialogue says nothing else meanwhile, and a dialogue's steps are so far
    apart that each is answered before the next.
    """
    random = Random(seed)
    people = list(range(size.people))
    random.shuffle(people)
    enrolling = _enough(_enrolments(people[: size.people // 2], size, random), count * ENROLLING)
    leavers = [n for n in people[size.people // 2 : size.people * 3 // 4] if _class(n, size) is not None]
    leaving = _enough((_withdrawal(n, size) for n in leavers), count * WITHDRAWING)
    others = people[size.people * 3 // 4 :]
    single = [[step] for step in _singles(count, others, size, random)]
    placed = []
    for story in [*enrolling, *leaving, *single]:
        apart = min(400.0, count / 6)
        start = random.uniform(0, max(count - apart * (len(story) - 1), 1))
        placed += [(start + at * apart, step) for at, step in enumerate(story)]
    placed.sort(key=lambda pair: pair[0])
    steps = [step for _, step in placed]
    return Mix(
        updates=tuple(_encoded(first_update + at, step) for at, step in enumerate(steps)),
        chats=tuple(FIRST_ACCOUNT + step.account for step in steps),
        enrolled=len(enrolling),
        withdrawn=len(leaving),
    )


def make_warm_up(count: int, size: Size, *, first_update: int) -> tuple[bytes, ...]:
    """Searches and cards that leave nothing behind which `make_mix` counts on."""
    steps = _singles(count, list(range(size.people)), size, Random(0))
    return tuple(_encoded(first_update + at, step) for at, step in enumerate(steps))


def _class(number: int, size: Size) -> int | None:
    return class_of_person(number, size.classes)


def _enough(stories: Iterator[list[_Step]], steps: float) -> list[list[_Step]]:
    taken: list[list[_Step]] = []
    filled = 0
    for story in stories:
        if filled >= steps:
            break
        taken.append(story)
        filled += len(story)
    return taken


def _enrolments(people: list[int], size: Size, random: Random) -> Iterator[list[_Step]]:
    joined: dict[int, int] = {}
    for number in people:
        wanted, own = random.randrange(size.classes), _class(number, size)
        # what meets at another hour of the week cannot clash, and a class must not fill up
        if (own is not None and (wanted - own) % (7 * len(HOURS)) == 0) or joined.get(wanted, 0) >= 20:
            continue
        joined[wanted] = joined.get(wanted, 0) + 1
        at = class_at(wanted)
        taps = [f"enrol:{at.id}"]
        if not has_consented(number):
            taps.append(f"enrol_yes:{at.id}")
        taps.append(f"enrol_as:{at.id}")
        if at.aged:
            taps.append(f"enrol_age:{at.id}")
        taps.append(f"enrol_ok:{at.id}")
        yield [_Step(number, tap=tap) for tap in taps]


def _withdrawal(number: int, size: Size) -> list[_Step]:
    own = _class(number, size)
    assert own is not None
    return [_Step(number, tap=f"withdraw:{own + 1}"), _Step(number, tap=f"withdraw_ok:{own + 1}")]


def _singles(count: int, others: list[int], size: Size, random: Random) -> Iterator[_Step]:
    for at in range(int(count * SEARCHES)):
        said = random.choice(WISHES).format(random.choice(TOPICS))
        new = at % NEWCOMERS == 0
        yield _Step(size.people + at if new else random.choice(others), text=said)
    for _ in range(int(count * CARDS)):
        yield _Step(random.choice(others), tap=f"card:{random.randrange(size.classes) + 1}")
    for _ in range(int(count * (1 - SEARCHES - CARDS - ENROLLING - WITHDRAWING))):
        yield _Step(random.choice(others), text=random.choice(("我的课", "/my", "我的课")))


def _encoded(update_id: int, step: _Step) -> bytes:
    account = FIRST_ACCOUNT + step.account
    if step.tap:
        return tap_update(update_id, account, step.tap, message_id=update_id)
    return text_update(update_id, account, step.text)
