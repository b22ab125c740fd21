"""What leaves the house: no digit, no name, no long number, never more than 200 characters."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.understanding.masking import MOST_CHARS, SOMEBODY, folded, mask, telling

WAYS = [
    ("我叫王秀兰，想找点事", [], "我叫某某,想找点事"),
    ("王秀兰想找点事", ["王秀兰"], "某某想找点事"),
    ("问问 Li Ming 行不行", ["Li Ming"], "问问 某某 行不行"),
    ("王 秀\n兰，您好", ["王秀兰"], "某某,您好"),
    ("LIMING行不行", ["Li Ming"], "某某行不行"),
    ("打 13800138000 找我", [], "打 找我"),
    ("打 138-0013-8000 找我", [], "打 找我"),
    ("打１３８００１３８０００找我", [], "打 找我"),
    ("幺三八零零一三八零零零找我", [], "找我"),
    ("身份证330802195811030024对吗", [], "身份证 对吗"),
    ("我68了，孙子③岁", [], "我00了,孙子0岁"),
    ("٣岁", [], "0岁"),
    ("发到 wang@example.com 吧", [], "发到 吧"),
    ("看 https://a.example/王?x=1 吧", [], "看 王?x=0 吧"),
    ("我叫什么来着", [], "我叫什么来着"),
    ("周三晚上七点", [], "周三晚上七点"),
    ("王秀\u200b兰在吗", ["王秀兰"], "某某在吗"),
]


@pytest.mark.parametrize(("text", "names", "told"), WAYS, ids=[way[0] for way in WAYS])
def test_ways(text: str, names: list[str], told: str) -> None:
    assert mask(text, names) == told


def test_nothing_but_what_was_hidden_tells_nothing() -> None:
    assert not telling(mask("王秀兰 13800138000", ["王秀兰"]))
    assert not telling(mask("👍👍 123", []))
    assert telling(mask("闷得慌", []))


HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
NAMES = st.one_of(
    st.text(HAN, min_size=2, max_size=4),
    st.text("abcdefgXYZ ", min_size=2, max_size=12).filter(
        lambda name: len(name.split()) and name.strip() == name
    ),
).filter(lambda name: "某" not in name and len(name.replace(" ", "")) >= 2)
PIECES = st.one_of(
    st.text(max_size=12),
    st.text(HAN, max_size=12),
    st.text("0123456789 -", max_size=24),
    st.integers(10**9, 10**19).map(str),
    st.sampled_from(["１３８００１３８０００", "٠١٢٣٤٥٦٧٨٩", "①②③", "\u200b", "\u202e", "@", "http://x/1"]),
)


@given(
    pieces=st.lists(PIECES, max_size=12),
    names=st.lists(NAMES, min_size=1, max_size=4),
    data=st.data(),
)
@example(pieces=["王", "王秀兰", "秀兰"], names=["王秀兰"], data=None)
def test_no_number_and_no_name_gets_through(
    pieces: list[str], names: list[str], data: st.DataObject | None
) -> None:
    if data is not None:
        for name in names:
            pieces.insert(data.draw(st.integers(0, len(pieces))), name)
    text = "".join(pieces)
    told = mask(text, names)
    assert len(told) <= MOST_CHARS
    assert {char for char in told if char.isdigit()} <= {"0"}
    assert not any(unicodedata.category(char) in ("Nd", "No", "Nl") and char != "0" for char in told)
    assert not re.search(r"\d{10}", told)
    for name in names:
        assert "".join(folded(name).split()).lower() not in told.replace(" ", "").lower()
    assert not re.search(r"[\x00-\x1f\x7f\u200b\u202e]", told)


@given(st.text(max_size=400))
def test_masking_again_adds_nothing(text: str) -> None:
    once = mask(text, ["王秀兰"])
    again = mask(once, ["王秀兰"])
    assert set(again) <= set(once) | set(SOMEBODY) | {" "}
    assert len(again) <= max(len(once) + 2 * len(once), 0)


@given(st.text(max_size=30).filter(lambda text: "某" not in text))
def test_any_text_is_masked_in_bounded_time(text: str) -> None:
    assert len(mask(text * 300, [text])) <= MOST_CHARS
