"""The witness of an enrolment day: what was not true when it was written is found."""

from __future__ import annotations

import pytest

from tests.system.enrolment_truth import Heard, each_was_true


@pytest.mark.parametrize(
    ("text", "mine"),
    [
        ("✓ 已报名：剪纸", {"JZ1": ("waiting", 1)}),
        ("候补第2位：剪纸", {"JZ1": ("waiting", 3)}),
        ("抽签结果：您抽中了“剪纸”！", {}),
        ("好消息：“剪纸”有名额了，轮到您了。", {"JZ1": ("enrolled", None)}),
        ("“剪纸”给您留的名额没有等到回复，已经让给下一位了。", {"JZ1": ("offered", None)}),
    ],
)
def test_a_message_that_is_not_true_is_found(text: str, mine: dict[str, tuple[str, int | None]]) -> None:
    with pytest.raises(AssertionError):
        each_was_true([Heard(1, text, ["JZ1"], mine)])


FULL = "确认后您排候补第{}位，有名额会马上告诉您。"
FREE = "没问题就点“确认报名”。"


def joined(line: int) -> Heard:
    """Somebody took the last place in a line that is now so long."""
    return Heard(
        line, f"候补第{line}位：剪纸", ["JZ1"], {"JZ1": ("waiting", line)}, {"JZ1": (0, line, "open")}
    )


def asked(text: str, free: int, line: int) -> Heard:
    """Somebody was asked for the last yes, when so many seats were free and so many waited."""
    return Heard(99, text, ["JZ1"], {}, {"JZ1": (free, line, "open")})


def test_a_forecast_holds_if_it_was_so_a_moment_before() -> None:
    joins = [joined(line) for line in (1, 2, 3)]
    each_was_true([*joins, asked(FULL.format(4), 0, 3)])
    each_was_true([*joins, asked(FULL.format(3), 0, 3)], at_once=4)
    each_was_true([asked(FREE, 1, 0), joined(1), asked(FREE, 0, 1)], at_once=4)
    waits = Heard(2, "您已经在“剪纸”的候补里了，排第2位。", ["JZ1"], {"JZ1": ("waiting", 1)})
    each_was_true([*joins, waits], at_once=4)


@pytest.mark.parametrize(
    ("messages", "at_once"),
    [
        ([*map(joined, (1, 2, 3)), asked(FULL.format(3), 0, 3)], 1),  # one writer: nothing comes between
        ([*map(joined, (1, 2, 3, 4, 5)), asked(FULL.format(3), 0, 5)], 3),  # longer ago than a turn takes
        ([*map(joined, (1, 2, 3)), asked(FULL.format(9), 0, 3)], 4),  # never so
        ([*map(joined, (1, 2, 3)), asked(FREE, 0, 3)], 4),
        ([joined(3), Heard(3, "您已经在“剪纸”的候补里了，排第4位。", ["JZ1"], {"JZ1": ("waiting", 3)})], 4),
        ([*map(joined, (1, 2)), Heard(4, "候补第2位：剪纸", ["JZ1"], {"JZ1": ("waiting", 3)})], 4),  # locked
        ([joined(1), Heard(1, "✓ 已报名：剪纸", ["JZ1"], {"JZ1": ("waiting", 1)})], 4),
    ],
)
def test_a_forecast_that_was_not_so_in_its_turn_is_found(messages: list[Heard], at_once: int) -> None:
    with pytest.raises(AssertionError):
        each_was_true(messages, at_once)
