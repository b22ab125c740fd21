"""What holds of any dialogue: whatever way it is said, a turn changes what it speaks of and nothing else.

Each wording of dialogue_laws.toml is tried with a few topics and conditions drawn by its own name, so that a
run is always the same; DOORSTEP_LAWS=40 tries forty of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

import pytest

from services.understanding import Meaning, understand
from services.understanding.dialogue import without_kinds
from services.understanding.no_matter import in_known_words
from services.understanding.wording import say
from tests.understanding.catalogue import NOW, county
from tests.understanding.laws import (
    ALIKE,
    DAYS,
    EACH,
    FEES,
    KINDS,
    KINDS_OF,
    LAWS,
    PLACES,
    SAID,
    STARTS,
    TOPICS,
    Broken,
    Walk,
    drawn,
)  # fmt: skip

Heard = Callable[..., Meaning]


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Heard]:
    """What turns come to, one after the other, in the county of the evaluation."""
    with county(tmp_path_factory.mktemp("laws") / "county.db") as (_, town):
        lexicon = town.catalogue.lexicon

        def hear(*turns: str, last: Meaning | None = None) -> Meaning:
            for said in turns:
                last = understand(
                    said, today=NOW.date(), now_minute=NOW.hour * 60 + NOW.minute, lexicon=lexicon, last=last,
                    shown_fees=FEES, shown_starts=STARTS,
                )  # fmt: skip
            assert last is not None
            return last

        yield hear


@pytest.mark.parametrize("kind", SAID)
def test_a_condition_narrows_as_if_it_had_been_said_at_once(heard: Heard, kind: str) -> None:
    broken = Broken()
    for wording, random in drawn(LAWS["narrows"]["ways"]):
        condition, topic = random.choice(SAID[kind]), random.choice(TOPICS)
        said = wording.format(b=condition)
        got, at_once = heard(topic, said), heard(f"{condition}的{topic}")
        if said.startswith(("最好", "尽量")):
            got = replace(got, soft=frozenset())
        broken.unless(got == at_once, got, topic, said)
    assert not broken


@pytest.mark.parametrize("kind", LAWS["no_matter"])
def test_what_matters_no_more_goes_and_nothing_else(heard: Heard, kind: str) -> None:
    broken = Broken()
    for said, random in drawn(LAWS["no_matter"][kind]):
        condition = random.choice([one for one in SAID[kind] if one not in ("六十岁", "新手")])
        other = random.choice([one for name in SAID if name != kind for one in SAID[name]])
        before = f"{condition}{other}的{random.choice(TOPICS)}"
        meant = heard(before)
        got = heard(said, last=meant)
        broken.unless(got == without_kinds(meant, KINDS[kind]), got, before, said)
    assert not broken


@pytest.mark.parametrize(("law", "group"), [("switches", "topic"), ("corrects", "topic")])
def test_something_else_to_learn_keeps_the_conditions(heard: Heard, law: str, group: str) -> None:
    broken = Broken()
    conditions = [one for kind in SAID for one in SAID[kind]]
    for wording, random in drawn(LAWS[law][group]):
        (topic, other), condition = random.sample(TOPICS, 2), random.choice(conditions)
        said = wording.format(x=other, b=topic)
        got = heard(f"{condition}的{topic}", said)
        broken.unless(got == heard(f"{condition}的{other}"), got, f"{condition}的{topic}", said)
    assert not broken


@pytest.mark.parametrize("group", range(len(ALIKE)), ids=[f"{kind}-{said[0]}" for kind, said in ALIKE])
def test_a_condition_takes_the_place_of_one_of_its_kind(heard: Heard, group: int) -> None:
    kind, alike = ALIKE[group]
    others = [one for name in SAID if name != kind for one in SAID[name]]
    broken = Broken()
    for wording, random in drawn(LAWS["replaces"]["condition"]):
        (old, new), other, topic = random.sample(alike, 2), random.choice(others), random.choice(TOPICS)
        said = wording.format(b=old, c=new)
        got = heard(f"{other}的{topic}", f"{old}的", said)
        broken.unless(
            got == heard(f"{other}的{topic}", f"{new}的"), got, f"{other}的{topic}", f"{old}的", said
        )
    assert not broken


def test_a_day_refused_is_left_out_and_may_come_back(heard: Heard) -> None:
    broken = Broken()
    every = frozenset(range(7))
    for wording, random in drawn(LAWS["refuses"]["day"]):
        day, topic = random.choice([*DAYS]), random.choice(TOPICS)
        said = wording.format(b=day)
        got = heard(topic, said)
        broken.unless(got == replace(heard(topic), weekdays=every - DAYS[day]), got, topic, said)
    for wording, random in drawn(LAWS["allows"]["ways"]):
        day, topic = random.choice([*DAYS]), random.choice(TOPICS)
        said = wording.format(b=day)
        got = heard(topic, f"不要{day}的", said)
        broken.unless(got == heard(topic), got, topic, f"不要{day}的", said)
    assert not broken


def test_a_place_refused_is_left_out_and_may_come_back(heard: Heard) -> None:
    broken = Broken()
    for wording, random in drawn(LAWS["refuses"]["place"]):
        place, topic = random.choice(PLACES), random.choice(TOPICS)
        said = wording.format(b=place)
        got = heard(topic, said)
        broken.unless(got == replace(heard(topic), excluded=(place,)), got, topic, said)
        got = heard(f"{place}的{topic}", said)
        broken.unless(got.words == (topic,) and not got.place, got, f"{place}的{topic}", said)
    for wording, random in drawn(LAWS["allows"]["ways"]):
        place, topic = random.choice(PLACES), random.choice(TOPICS)
        said = wording.format(b=place)
        got = heard(topic, f"不要{place}的", said)
        broken.unless(got == heard(topic), got, topic, f"不要{place}的", said)
    assert not broken


def test_a_kind_refused_is_left_out_of_what_is_wider(heard: Heard) -> None:
    broken = Broken()
    for wording, random in drawn(LAWS["refuses"]["topic"]):
        wider, kind = random.choice(KINDS_OF)
        said = wording.format(b=kind)
        meant, got = heard(wider), heard(wider, said)
        broken.unless(got.words == meant.words and kind in got.excluded, got, wider, said)
    assert not broken


def test_more_is_allowed_beside_what_was_said(heard: Heard) -> None:
    broken = Broken()
    for wording, random in drawn(LAWS["allows"]["ways"]):
        topic = random.choice(TOPICS)
        one, more = random.sample(PLACES[1:], 2)
        said, meant = wording.format(b=more), heard(f"{one}的{topic}")
        got = heard(said, last=meant)
        broken.unless(got == replace(meant, place=(f"{one}|{more}",)), got, f"{one}的{topic}", said)
        one, more = random.choice((("周六", "周日"), ("周一", "周三"), ("周末", "周五")))
        said, meant = wording.format(b=more), heard(f"{one}的{topic}")
        got = heard(said, last=meant)
        days = meant.weekdays | heard(f"{more}的{topic}").weekdays
        broken.unless(got == replace(meant, weekdays=days), got, f"{one}的{topic}", said)
    assert not broken


def _compared(kind: str, got: Meaning, before: Meaning) -> bool:
    """Whether one meaning is the other but cheaper, nearer, later or earlier."""
    if kind == "cheaper":
        fee = {"free": before.free, "fee_min": before.fee_min, "fee_max": before.fee_max}
        return got.order == "cheapest" and replace(got, order=before.order, **fee) == before
    if kind == "nearer":
        nearer = got.order == "nearest" or bool(got.soft)
        return nearer and replace(got, order=before.order, soft=before.soft) == before
    if kind == "otherplace":
        return got.intent in ("none_fit", "more") or got == without_kinds(before, KINDS["place"])
    if kind == "othertime":
        return got.intent in ("none_fit", "more") or got == without_kinds(before, KINDS["time"])
    changed = replace(got, hours=before.hours, starts=before.starts, order=before.order)
    return got != before and changed == before


@pytest.mark.parametrize("kind", LAWS["compares"])
def test_what_is_compared_stays_what_it_was_otherwise(heard: Heard, kind: str) -> None:
    broken = Broken()
    of_place = ("东关", "老年大学", "东关")
    of_time = ("周末", "上午", "周二晚上", "下周")
    of_both = ("周末", "上午", "东关", "周二晚上", "免费", "五十以内")
    conditions = {"otherplace": of_place, "othertime": of_time}.get(kind, of_both)
    for said, random in drawn(LAWS["compares"][kind]):
        before = f"{random.choice(conditions)}的{random.choice(TOPICS)}"
        meant = heard(before)
        got = heard(said, last=meant)
        broken.unless(_compared(kind, got, meant), got, before, said)
    assert not broken


SOMEBODY = {
    "我妈70岁": 70,
    "孩子8岁": 8,
    "我爸今年72": 72,
    "我老伴65岁": 65,
    "孙女6岁": 6,
    "俺娘六十八了": 68,
    "我闺女12岁": 12,
}


def test_whom_it_is_for_changes_and_nothing_else(heard: Heard) -> None:
    broken = Broken()
    conditions = ("周末", "上午", "免费", "东关街道")
    for wording, random in drawn(LAWS["for_somebody"]["ways"]):
        before = f"{random.choice(conditions)}的{random.choice(TOPICS)}"
        earlier, now = random.sample([*SOMEBODY], 2)
        said = wording.format(b=now)
        got = heard(before, earlier, said)
        same = replace(got, age=None, audience=()) == heard(before) and got.age == SOMEBODY[now]
        broken.unless(same, got, before, earlier, said)
    for said, random in drawn(LAWS["for_oneself"]["ways"]):
        before = f"{random.choice(conditions)}的{random.choice(TOPICS)}"
        whom = random.choice((*SOMEBODY, "老年人", "儿童"))
        got = heard(before, whom, said)
        broken.unless(got == heard(before), got, before, whom, said)
    assert not broken


def test_two_wishes_are_narrowed_together(heard: Heard) -> None:
    broken = Broken()
    for wording, random in drawn(LAWS["either"]["ways"]):
        one, other = random.sample(TOPICS, 2)
        both = wording.format(b=one, x=other)
        got = heard(both)
        broken.unless(got == Meaning(words=(f"{one}|{other}",)), got, both)
        condition = random.choice([said for kind in SAID for said in SAID[kind]])
        at_once = replace(heard(f"{condition}的{one}"), words=(f"{one}|{other}",))
        narrowed = heard(f"{condition}的", last=got)
        broken.unless(narrowed == at_once, narrowed, both, f"{condition}的")
    assert not broken


# what sounds like one of the above, and is none: what it comes to after 书法, in the program's own words
NONE_OF_THEM = {
    "周六有课的": "书法 · 周六", "周三有课": "书法 · 周三", "白天上课的": "书法 · 白天",
    "周末上课吗": "书法 · 周末", "上班族的": "书法 · 上班族", "我要上班族的班": "书法 · 上班族",
    "有基础的": "书法 · 提高", "网上办事": "网上办事", "对了 周六的": "书法 · 周六",
    "那儿童的呢": "书法 · 儿童", "东关不远": "书法 · 东关",
}  # fmt: skip


@pytest.mark.parametrize(("said", "comes"), NONE_OF_THEM.items())
def test_what_only_sounds_alike_is_none_of_them(heard: Heard, said: str, comes: str) -> None:
    got = heard("书法", said)
    assert (got.intent, say(got)) == ("search", comes)


@pytest.mark.parametrize(
    "said", ["换教室了吗", "时间改了吗", "改时间了没", "老师换了吗", "几点上课", "在哪上"]
)
def test_what_is_asked_of_a_class_widens_nothing(said: str) -> None:
    assert in_known_words(said) is None


def test_any_walk_comes_to_what_is_said_at_once(heard: Heard) -> None:
    broken = Broken()
    steps = (Walk.narrowed, Walk.narrowed_twice, Walk.replaced, Walk.widened, Walk.switched)
    for number in range(50 * EACH):
        walk = Walk(Random(number))
        turns = [walk.at_once()]
        meant = heard(turns[0])
        for _ in range(walk.random.choice((2, 3, 4))):
            turns.append(walk.random.choice(steps)(walk))
            meant = heard(turns[-1], last=meant)
            if meant != heard(walk.at_once()):
                broken.unless(False, meant, *turns)
                break
    assert not broken
