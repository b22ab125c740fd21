"""How often, how long and how many times; dialects; a wish whose absence is fine."""

from __future__ import annotations

import pytest

from services.understanding import Meaning
from services.understanding.dialect import in_mandarin
from services.understanding.draft import Draft
from services.understanding.rhythm import read_rhythm, rhythm

SAID = (
    ("一周一次的", {"weekly": (1, 1)}),
    ("每星期上两回", {"weekly": (2, 2)}),
    ("一周最多两次", {"weekly": (1, 2)}),
    ("一周两次太多了", {"weekly": (1, 1)}),
    ("每周至少三次", {"weekly": (3, 7)}),
    ("twice a week", {"weekly": (2, 2)}),
    ("只上一次的", {"sessions": (1, 1)}),
    ("去一次就完的", {"sessions": (1, 1)}),
    ("别超过一小时的", {"minutes": (0, 60)}),
    ("一个半小时以内", {"minutes": (0, 90)}),
    ("每次四十分钟左右", {"minutes": (30, 50)}),
    ("under an hour", {"minutes": (0, 60)}),
    ("半天的", {"minutes": (150, 300)}),
    ("时间短一点的", {"order": "shortest"}),
    ("少上几次的", {"order": "fewest"}),
    # days, walks and dates are none of it
    ("每周一的", {}),
    ("每周一三五", {}),
    ("下周三", {}),
    ("上半天班", {}),
    ("二十四式太极拳", {}),
)


@pytest.mark.parametrize(("said", "fields"), SAID)
def test_what_is_said_of_sessions(said: str, fields: dict[str, object]) -> None:
    draft = Draft(said)
    read_rhythm(draft)
    assert draft.fields == fields


@pytest.mark.parametrize(
    ("name", "span", "zh", "en"),
    [
        ("weekly", (1, 1), "每周一次", "once a week"),
        ("weekly", (1, 2), "每周不超过两次", "up to 2 times a week"),
        ("weekly", (3, 7), "每周三次以上", "3 or more times a week"),
        ("sessions", (1, 1), "只上一次", "one session only"),
        ("minutes", (0, 60), "每次不超过60分钟", "up to 60 minutes a session"),
        ("minutes", (150, 300), "半天的", "half a day"),
    ],
)
def test_it_is_told_back(name: str, span: tuple[int, int], zh: str, en: str) -> None:
    assert (rhythm(name, span, english=False), rhythm(name, span, english=True)) == (zh, en)


def test_it_is_a_condition_like_any_other() -> None:
    meaning = Meaning(words=("书法",), weekly=(1, 1), minutes=(0, 60), sessions=(1, 8))
    assert Meaning.from_json(meaning.to_json()) == meaning
    assert meaning.merge(meaning) == meaning
    for part in ("weekly", "minutes", "sessions"):
        assert part in meaning.parts()
        assert part not in meaning.without(part).parts()


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("有冇太极", "有没有太极"),
        ("朝早嘅", "早上的"),
        ("几多钱", "多少钱"),
        ("喺边度", "在哪里"),
        ("有莫得烘焙", "有没有烘焙"),
        ("好多钱", "多少钱"),
        ("好久开课", "什么时候开课"),
        ("下午也要得", "下午也行"),
        ("想不想要不要得来", "想不想要不要得来"),
        ("好久没学了", "好久没学了"),
    ],
)
def test_dialects_are_put_plainly(said: str, plain: str) -> None:
    assert in_mandarin(said) == plain
