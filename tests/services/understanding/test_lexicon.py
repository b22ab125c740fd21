"""The lexicon's own data holds together."""

from __future__ import annotations

import pypinyin
import pytest

from services.understanding.lexicon import Lexicon, pinyin
from services.understanding.lexicon.tables import table
from services.understanding.numbers import read_int

TOPICS = table("topics")["topics"]


@pytest.mark.parametrize("topic", TOPICS)
def test_every_name_of_a_topic_is_spelled_as_a_reader_would(topic: str) -> None:
    for word in (topic, *TOPICS[topic]):
        if all("\u4e00" <= char <= "\u9fff" for char in word):
            assert "".join(pypinyin.lazy_pinyin(word, v_to_u=False)).replace("ü", "v") in pinyin.spellings(
                word
            )


def test_every_narrower_topic_exists() -> None:
    lexicon = Lexicon()
    for wide, words in table("topics")["broader"].items():
        assert [word for word in words if word not in lexicon.topics] == [], wide


def test_a_broader_word_covers_the_narrower_ones_of_its_narrower_ones() -> None:
    assert {"乐器", "音乐", "民乐"} <= Lexicon().wider("二胡")
    assert {"戏曲", "音乐"} <= Lexicon().wider("京剧")


def test_an_organiser_may_add_words() -> None:
    lexicon = Lexicon({"topics": {"皮影": ["驴皮影"]}, "broader": {"乡土艺术": ["皮影"]}})
    assert lexicon.topics["驴皮影"] == "皮影"
    assert lexicon.wider("皮影") == {"乡土艺术"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("五十", 50),
        ("十", 10),
        ("十二", 12),
        ("一百二", 120),
        ("一百零二", 102),
        ("两百五十", 250),
        ("三千", 3000),
        ("一千二", 1200),
        ("两万", 20000),
        ("二〇二六", 2026),
        ("80", 80),
        ("一万五", 15000),
        ("八", 8),
        ("廿", None),
        ("", None),
    ],
)
def test_chinese_numerals(text: str, value: int | None) -> None:
    assert read_int(text) == value
