"""Our messages as Telegram's HTML and buttons."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.telegram.render import (
    Unsendable,
    fits_caption,
    keyboard,
    label,
    pieces,
    units,
    with_plain_links,
)
from services.message import BOLD_OFF, BOLD_ON, Button, bold
from tests.botapi.entities import visible


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("书法 & <太极>", ["书法 &amp; &lt;太极&gt;"]),
        (f"{bold('书法班')} 周三", ["<b>书法班</b> 周三"]),
        (f"{BOLD_ON}没有收尾", ["<b>没有收尾</b>"]),
        (f"{BOLD_OFF}多余{BOLD_OFF}", ["多余"]),
        (f"{BOLD_ON}{BOLD_ON}两层{BOLD_OFF}{BOLD_OFF}", ["<b>两层</b>"]),
        ("  \n", []),
        ("", []),
    ],
)
def test_text_becomes_escaped_html(text: str, html: list[str]) -> None:
    assert pieces(text) == html


def test_a_long_list_is_cut_at_line_ends_and_bold_goes_on() -> None:
    lines = [f"第{n}课" for n in range(10)]
    made = pieces(BOLD_ON + "\n".join(lines) + BOLD_OFF, limit=12)
    assert made[0] == "<b>第0课\n第1课\n第2课</b>"
    assert all(part.startswith("<b>") and part.endswith("</b>") for part in made)
    assert "\n".join(part.removeprefix("<b>").removesuffix("</b>") for part in made) == "\n".join(lines)


def test_a_long_line_is_cut_after_a_sentence() -> None:
    made = pieces("今天上课。" * 5, limit=13)
    assert made == ["今天上课。今天上课。", "今天上课。今天上课。", "今天上课。"] or all(
        units(p) <= 13 for p in made
    )
    assert "".join(made) == "今天上课。" * 5


MARKED = st.text(st.sampled_from([*"书法<>&ab。 \n😀", BOLD_ON, BOLD_OFF]), max_size=120)


@given(MARKED, st.integers(4, 40))
def test_every_piece_is_bearable_valid_and_nothing_visible_is_lost(text: str, limit: int) -> None:
    shown = []
    for piece in pieces(text, limit):
        seen, _ = visible(piece, "HTML", None)
        assert 0 < units(seen) <= limit
        shown.append(seen)
    said = text.replace(BOLD_ON, "").replace(BOLD_OFF, "")
    assert "".join("".join(shown).split()) == "".join(said.split())


@pytest.mark.parametrize(
    ("button", "says"),
    [
        (Button("报名", "join:1", number=1), "报名 · 1"),
        (Button("1 书法班", "card:1", number=1), "1 书法班"),
        (Button("1", "card:1", number=1), "1"),
        (Button("12月的课", "x", number=1), "12月的课 · 1"),
        (Button("下一页", "more"), "下一页"),
    ],
)
def test_a_number_stands_behind_the_words(button: Button, says: str) -> None:
    assert label(button) == says


def test_long_labels_stand_two_in_a_row_in_their_order() -> None:
    kinds = ("公民素养", "诚信教育", "人文艺术", "科学技术", "职业技能", "早期教育")
    buttons = [Button(kind, f"kind:{n}", number=n) for n, kind in enumerate(kinds, 1)]
    digits = tuple(Button(str(n), f"card:{n}", number=n) for n in range(1, 6))
    made = keyboard((tuple(buttons[:3]), tuple(buttons[3:]), digits))
    assert made is not None
    rows = [[one["text"] for one in row] for row in made["inline_keyboard"]]
    assert [len(row) for row in rows] == [2, 2, 2, 5]
    assert [text for row in rows[:3] for text in row] == [f"{kind} · {n}" for n, kind in enumerate(kinds, 1)]


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        (("同意接收开课通知", "隐私说明"), [["同意接收开课通知 · 1"], ["隐私说明 · 2"]]),
        (("下一页", "换条件"), [["下一页 · 1", "换条件 · 2"]]),
        (("看看有哪些课", "我的课"), [["看看有哪些课 · 1", "我的课 · 2"]]),
        (("同意，继续报名", "暂不报名"), [["同意，继续报名 · 1"], ["暂不报名 · 2"]]),
        (("See the classes", "My classes"), [["See the classes · 1"], ["My classes · 2"]]),
        (("Next page", "Narrow it"), [["Next page · 1", "Narrow it · 2"]]),
        (
            ("收藏", "日历文件", "人工智能与日常生活"),
            [["收藏 · 1", "日历文件 · 2"], ["人工智能与日常生活 · 3"]],
        ),
        (("收藏", "分享", "电话"), [["收藏 · 1", "分享 · 2", "电话 · 3"]]),
    ],
)
def test_a_label_that_a_narrow_phone_would_cut_has_a_row_of_its_own(
    labels: tuple[str, ...], rows: list[list[str]]
) -> None:
    made = keyboard((tuple(Button(words, f"x:{n}", number=n) for n, words in enumerate(labels, 1)),))
    assert made is not None
    assert [[one["text"] for one in row] for row in made["inline_keyboard"]] == rows


def test_rows_become_an_inline_keyboard() -> None:
    rows = (
        (Button("报名", "join:1", number=1), Button("地图", url="https://a.example/x")),
        (Button("无", url=""),),
    )
    assert keyboard(rows) == {
        "inline_keyboard": [
            [{"text": "报名 · 1", "callback_data": "join:1"}, {"text": "地图", "url": "https://a.example/x"}]
        ]
    }
    assert keyboard(()) is None


def test_an_address_that_telegram_refuses_is_written_out() -> None:
    rows = ((Button("打开网页", url="http://localhost:8080/"),),)
    assert keyboard(rows) is None
    assert with_plain_links("您好", rows) == "您好\n打开网页：http://localhost:8080/"


@pytest.mark.parametrize(
    "rows",
    [((Button("x", "书" * 22),),), tuple((Button(str(n), f"a:{n}"),) for n in range(101))],
    ids=["66 bytes", "101 buttons"],
)
def test_what_telegram_would_refuse_is_not_sent(rows: tuple[tuple[Button, ...], ...]) -> None:
    with pytest.raises(Unsendable):
        keyboard(rows)


def test_a_caption_is_counted_without_markup() -> None:
    assert fits_caption(bold("书" * 1024))
    assert not fits_caption("😀" * 513)
