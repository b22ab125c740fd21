"""Telegram's HTML: what stays visible, where its entities lie, and how broken markup is refused."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.botapi import BotApi
from tests.botapi.conftest import Raw
from tests.botapi.entities import visible
from tests.botapi.refusals import Refused, units

XIULAN = 1001
BROKEN = [
    ("🏟 🏟&lt;<abacaba", "Unclosed start tag at byte offset 13"),
    ("🏟 🏟&lt;<abac aba>", 'Unsupported start tag "abac" at byte offset 13'),
    ("🏟 🏟&lt;<i   =aba>", 'Empty attribute name in the tag "i" at byte offset 13'),
    (
        "🏟 🏟&lt;<i    aba>",
        'Expected equal sign in declaration of an attribute of the tag "i" at byte offset 13',
    ),
    ("🏟 🏟&lt;<i    aba  =  ", 'Unclosed start tag "i" at byte offset 13'),
    ("🏟 🏟&lt;<i    aba  =  190azAz-.,", "Unexpected end of name token at byte offset 27"),
    ('🏟 🏟&lt;<i    aba  =  "&lt;&gt;&quot;>', "Unclosed start tag at byte offset 13"),
    ("🏟 🏟&lt;</", "Unexpected end tag at byte offset 13"),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
]


@pytest.mark.parametrize(("text", "said"), BROKEN)
def test_broken_markup_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(Refused) as caught:
        visible(text, "HTML")
    assert caught.value.description == f"Bad Request: can't parse entities: {said}"


async def test_html_leaves_the_visible_text(api: BotApi, raw: Raw) -> None:
    await api.user(XIULAN).starts()
    text = (
        '😀<b>报<i>名</i></b> <a href="https://a.cn?x=1&amp;y=2">图</a> '
        "&lt;王&gt; &#26446; <code>&quot;</code>"
    )
    _, answer = await raw("sendMessage", chat_id=XIULAN, text=text, parse_mode="HTML")
    assert answer["result"]["text"] == '😀报名 图 <王> 李 "'
    assert answer["result"]["entities"] == [
        {"type": "bold", "offset": 2, "length": 2},
        {"type": "italic", "offset": 3, "length": 1},
        {"type": "text_link", "offset": 5, "length": 1, "url": "https://a.cn?x=1&y=2"},
        {"type": "code", "offset": 13, "length": 1},
    ]


@given(st.text())
def test_an_escaped_text_stays_itself(text: str) -> None:
    assert visible(escape(text, quote=False), "HTML") == (text.strip(), [])


@given(st.text(alphabet="<>/&;=b iag\"'书😀\n"))
def test_any_markup_is_either_shown_or_refused(text: str) -> None:
    try:
        shown, entities = visible(text, "HTML")
    except Refused as refused:
        assert refused.code == 400
        return
    assert shown == shown.strip()
    for entity in entities:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= units(shown)


@given(st.text(min_size=1), st.text())
def test_bold_covers_exactly_the_bold(bold: str, rest: str) -> None:
    bold, rest = f"a{bold}b", f"{rest}c"
    shown, entities = visible(f"<b>{escape(bold)}</b>{escape(rest)}", "HTML")
    assert shown == escape(bold + rest).replace("&#x27;", "'").replace("&lt;", "<").replace(
        "&gt;", ">"
    ).replace("&quot;", '"').replace("&amp;", "&")
    assert entities == [{"type": "bold", "offset": 0, "length": units(bold)}]
