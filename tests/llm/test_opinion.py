"""A model's answer is a meaning whose every part is known, or nothing at all."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.understanding import Lexicon, Meaning
from services.understanding.opinion import FIELDS, INTENTS, MOST_ANSWER, instructions, read_opinion

TODAY = date(2026, 11, 30)
LEXICON = Lexicon()
SAID = "过年门上那副红纸我想自己来"


def read(answer: Any, said: str = SAID) -> Meaning | None:
    return read_opinion(answer if isinstance(answer, str) else json.dumps(answer), said, LEXICON, TODAY)


GOOD: list[tuple[Any, Meaning]] = [
    ({"words": ["书法"]}, Meaning(words=("书法",))),
    ({"v": 1, "intent": "search", "words": ["书法"]}, Meaning(words=("书法",))),
    ({"words": ["書法"]}, Meaning(words=("书法",))),
    ({"words": ["红纸"]}, Meaning(words=("红纸",))),
    ({"words": ["书法"], "category": None, "place": []}, Meaning(words=("书法",))),
    ({"category": "arts", "form": "class"}, Meaning(category="arts", form="class")),
    (
        {"words": ["书法"], "weekdays": [5, 6], "free": True},
        Meaning(words=("书法",), weekdays=frozenset({5, 6}), free=True),
    ),
    ({"words": ["书法"], "hours": [1080, 1440]}, Meaning(words=("书法",), hours=(1080, 1440))),
    (
        {"words": ["书法"], "dates": ["2026-12-01", "2026-12-31"]},
        Meaning(words=("书法",), dates=(date(2026, 12, 1).toordinal(), date(2026, 12, 31).toordinal())),
    ),
    ({"audience": ["老年人"], "level": "零基础"}, Meaning(audience=("老年人",), level="零基础")),
    (
        {"words": ["书法"], "excluded": ["国画"], "seats": True},
        Meaning(words=("书法",), excluded=("国画",), seats=True),
    ),
    ('```json\n{"words": ["书法"]}\n```', Meaning(words=("书法",))),
    ({"intent": "human"}, Meaning(intent="human")),
    ({"intent": "my_classes", "words": ["书法"]}, Meaning(intent="my_classes")),
]


@pytest.mark.parametrize(("answer", "meaning"), GOOD, ids=[str(answer) for answer, _ in GOOD])
def test_what_is_a_meaning(answer: Any, meaning: Meaning) -> None:
    assert read(answer) == meaning


BAD: list[Any] = [
    "",
    "null",
    "[]",
    "42",
    '"书法"',
    "{}",
    "{",
    '{"words": ["书法"]} 好的',
    "您好，您是不是想学书法？",
    'Sure! {"words": ["书法"]}',
    '{"words": ["书法"], "words": ["国画"]}',
    "[" * 5000,
    "{" * 5000,
    {"words": ["书法"], "note": "您好"},
    {"words": ["书法"], "near": [30.0, 120.0]},
    {"code": "SF01", "words": ["书法"]},
    {"words": ["书法"], "soft": ["word:书法"]},
    {"words": ["书法"], "within": 500},
    {"v": 2, "words": ["书法"]},
    {"intent": "unknown"},
    {"intent": "forget"},
    {"intent": "big"},
    {"intent": "link"},
    {"intent": 3},
    {"words": "书法"},
    {"words": [1]},
    {"words": ["加我微信领奖"]},
    {"words": [""]},
    {"words": ["我"]},
    {"words": ["书法"] * 5},
    {"words": ["红纸" * 20]},
    {"words": ["<b>书法</b>"]},
    {"words": [["书法"]]},
    {"words": ["我想"]},
    {"place": ["北京银行"]},
    {"excluded": ["坏人"]},
    {"category": "politics"},
    {"form": "war"},
    {"audience": ["坏人"]},
    {"level": "博士"},
    {"order": "nearest"},
    {"words": ["书法"], "weekdays": [7]},
    {"words": ["书法"], "weekdays": ["五"]},
    {"words": ["书法"], "weekdays": 5},
    {"words": ["书法"], "hours": [900, 600]},
    {"words": ["书法"], "hours": [0, 1441]},
    {"words": ["书法"], "hours": [-1, 60]},
    {"words": ["书法"], "fee_max": -1},
    {"words": ["书法"], "fee_max": 10**12},
    {"words": ["书法"], "fee_max": 1.5},
    {"words": ["书法"], "fee_min": 200, "fee_max": 100},
    {"words": ["书法"], "fee_max": True},
    {"words": ["书法"], "free": "yes"},
    {"words": ["书法"], "age": 0},
    {"words": ["书法"], "age": 300},
    {"words": ["书法"], "dates": ["2026-12-31", "2026-12-01"]},
    {"words": ["书法"], "dates": ["2020-01-01", "2020-02-01"]},
    {"words": ["书法"], "dates": ["2026-12-01", "9999-12-31"]},
    {"words": ["书法"], "dates": [1, 10**9]},
    {"words": ["书法"], "dates": ["明天", "后天"]},
    {"words": ["书法"], "dates": "2026-12-01"},
    '{"words": ["书法"], "age": 1e999}',
    '{"words": ["书法"], "age": NaN}',
    '{"words": ["书法"], "fee_max": 1e3}',
    json.dumps({"words": ["书法"]}) + " " * MOST_ANSWER,
]


@pytest.mark.parametrize("answer", BAD, ids=[str(answer)[:60] for answer in BAD])
def test_what_counts_as_nothing(answer: Any) -> None:
    assert read(answer) is None


def test_numbers_that_were_hidden_from_it_are_not_taken_from_it() -> None:
    answer = {
        "words": ["书法"],
        "age": 8,
        "fee_max": 5000,
        "hours": [0, 600],
        "dates": ["2026-12-01", "2026-12-02"],
    }
    assert read(answer, "红纸00块") == Meaning(words=("书法",))
    assert read(answer) != Meaning(words=("书法",))
    assert read({"age": 8}, "0岁的") is None


def test_it_is_told_which_codes_there_are() -> None:
    told = instructions(TODAY)
    for code in (*INTENTS, "vocational", "workshop", "务工人员", "零基础", "2026-11-30", "星期一"):
        assert code in told


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["书法", "arts"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)) | st.text(max_size=6), VALUES, max_size=5))
def test_whatever_comes_is_a_sound_meaning_or_nothing(data: dict[str, Any]) -> None:
    meaning = read_opinion(json.dumps(data), SAID, LEXICON, TODAY)
    if meaning is not None:
        assert meaning.intent in INTENTS
        assert Meaning.from_json(meaning.to_json()) == meaning
        for lang in ("zh", "en"):
            meaning.say(lang)
        assert all(word in LEXICON.phrases or word in SAID for word in (*meaning.words, *meaning.place))


@given(st.text(max_size=200))
def test_any_text_is_no_meaning_and_no_fault(text: str) -> None:
    read_opinion(text, SAID, LEXICON, TODAY)
