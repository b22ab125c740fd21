"""A list read back is put right in words: what names a person, and what only asks."""

from __future__ import annotations

import pytest

from services.paper.corrections import corrected
from services.paper.names import Line

KEPT = [Line(1, "赵大爷", 70), Line(2, "钱秀英")]
SAID = [
    ("加上王秀兰", ["王秀兰"]),
    ("再加一个王秀兰", ["王秀兰"]),
    ("加上王秀兰一个", ["王秀兰"]),
    ("再添上一位叫王秀兰", ["王秀兰"]),
    ("还有王秀兰吧", ["王秀兰"]),
    ("加上王秀兰和李建国", ["王秀兰", "李建国"]),
    ("还有王秀兰、李建国两个人", ["王秀兰", "李建国"]),
    ("加上张一名", ["张一名"]),
    ("加上张大爷 66", ["张大爷"]),
    ("还有古丽扎提 66岁", ["古丽扎提"]),
    ("加上小不点儿", ["小不点儿"]),
    ("还有王秀兰吗", None),
    ("还有吗", None),
    ("还有人吗？", None),
    ("还有名额没有", None),
    ("还有位置", None),
    ("加上王秀兰行不行呢", None),
    ("再加一个", None),
]


@pytest.mark.parametrize(("said", "more"), SAID, ids=[said for said, _ in SAID])
def test_who_comes_along(said: str, more: list[str] | None) -> None:
    lines = corrected(KEPT, said)
    assert (None if lines is None else [line.name for line in lines[2:]]) == more
    assert lines is None or [line.number for line in lines] == list(range(1, len(lines) + 1))


def test_who_is_left_out_may_be_counted_too() -> None:
    for said in ("去掉赵大爷", "去掉赵大爷一个", "赵大爷不去了"):
        assert [line.name for line in corrected(KEPT, said) or ()] == ["钱秀英"], said
