"""The text catalogues: both languages complete and alike, Chinese in Chinese, every key in use there."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from services.message import plain
from services.phrases.hours import Lang
from services.texts import LANGUAGES, texts_of

ROOT = Path(__file__).resolve().parents[2]
ZH, EN = texts_of("zh"), texts_of("en")
KEYS = {lang: tuple(texts_of(lang).keys()) for lang in LANGUAGES}
# names that have no Chinese form, and how commands and files are written
NAMES = re.compile(r"Telegram|English|JavaScript|doorstep(?: (?:--)?[a-z]+)*|--[a-z]+|/[a-z]+|CSV|XLSX")
# meant for people who do not read the language of the rest
OTHER_LANGUAGE = re.compile(r"start\.english|telegram\.commands\.lang|web\.language\w*")
# the acceptance of 同意 is looked for at the beginning of these labels in either language
CONSENTS = ("start.announce", "enrol.consent_yes")
SPEAKERS = {"say", "button", "count"}


def twins() -> set[str]:
    """English singulars, which Chinese has no need of."""
    return {key for key in KEYS["en"] if key.endswith("_one") and not ZH.has(key)}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def uses() -> list[tuple[str, str]]:
    """Every key asked for in the floors that speak, as file and pattern; what is put in later is open."""
    found = set()
    for folder in ("handlers", "services"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and node.args and called(node.func) in SPEAKERS:
                    found |= {(file.relative_to(ROOT).as_posix(), said) for said in patterns(node.args[0])}
    return sorted(found)


def called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def patterns(argument: ast.expr) -> set[str]:
    if isinstance(argument, ast.IfExp):
        return patterns(argument.body) | patterns(argument.orelse)
    parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
    texts = [
        re.escape(part.value) if isinstance(part, ast.Constant) and isinstance(part.value, str) else None
        for part in parts
    ]
    # a variable alone, or the count() of a text, says nothing that could be checked here
    if texts == [None] or "." not in "".join(text or "" for text in texts):
        return set()
    return {"".join("[a-z0-9_.]+" if text is None else text for text in texts)}


def test_both_languages_have_the_same_keys() -> None:
    assert set(KEYS["zh"]) == set(KEYS["en"]) - twins()


def test_a_singular_has_its_plural() -> None:
    assert not [key for key in twins() if not ZH.has(key.removesuffix("_one"))]


def test_the_same_is_filled_in_in_both_languages() -> None:
    both = set(KEYS["zh"]) & set(KEYS["en"])
    assert not [key for key in both if placeholders(ZH(key)) != placeholders(EN(key))]


def test_a_singular_asks_for_nothing_more() -> None:
    assert not [
        key for key in twins() if not placeholders(EN(key)) <= placeholders(EN(key.removesuffix("_one")))
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_is_empty_or_left_open(lang: Lang) -> None:
    for key in KEYS[lang]:
        text = texts_of(lang)(key)
        assert text.strip(), key
        assert text.count("\x02") == text.count("\x03"), f"{key}: bold is not closed"
        assert "<" not in text, f"{key}: only <b> is markup"


def test_chinese_is_said_in_chinese() -> None:
    for key in KEYS["zh"]:
        if OTHER_LANGUAGE.fullmatch(key):
            continue
        text = re.sub(r"\{[^}]*\}", "", NAMES.sub("", plain(ZH(key))))
        assert not re.search(r"[A-Za-z]{2,}", text), f"{key}: {text}"


def test_chinese_has_no_half_width_marks_between_characters() -> None:
    for key in KEYS["zh"]:
        assert not re.search(r"[一-鿿][,;!?:](?:[一-鿿]|$)", plain(ZH(key))), f"{key}: {ZH(key)}"


def test_every_yes_begins_with_the_word_for_it() -> None:
    for lang in LANGUAGES:
        for key in CONSENTS:
            assert texts_of(lang)(key).startswith("同意"), key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_welcome_has_at_most_three_lines(lang: str) -> None:
    welcome = texts_of(lang)("start.welcome", operator=texts_of(lang)("start.operator"))
    assert len(welcome.splitlines()) <= 3


def test_keys_are_used_at_all() -> None:
    assert len(uses()) > 100


def test_every_key_that_is_asked_for_exists() -> None:
    missing = [
        f"{file}: {pattern}"
        for file, pattern in uses()
        if not any(re.fullmatch(pattern, key) for key in KEYS["zh"])
    ]
    assert not missing


def test_chinese_does_not_call_what_has_run_out_old_fashioned() -> None:
    """过时 is out of fashion; what has run out is 过期, 失效 or 逾期; 打给我 asks for a telephone call."""
    say = texts_of("zh")
    odd = re.compile("过时|消息存在境外|打给我|请问学校|总部")
    assert not [key for key in say.keys() if odd.search(say(key))]  # noqa: SIM118


def test_code_makes_bold_with_our_markup_and_never_with_a_catalogues() -> None:
    written = [
        f"{path.relative_to(ROOT)}:{at}"
        for floor in ("handlers", "services")
        for path in (ROOT / floor).rglob("*.py")
        if path != ROOT / "services/texts/__init__.py"
        for at, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(r"(?<!\(\?P)<b>|</b>", line)
    ]
    assert written == []


# a number's word in the plural, where the number might be one
_PLURAL = re.compile(
    r"\{(?:n|people|hours|credits|times|taken|votes|events|sessions|classes|weeks|new|capacity|need)\}"
    r" (?:new |more )?(?:people|classes|hours|credits|sessions|seats|places|weeks|were|have|are|hold)\b"
)


@pytest.mark.parametrize("key", [key for key in KEYS["en"] if not EN.has(f"{key}_one")])
def test_english_knows_the_singular(key: str) -> None:
    assert not _PLURAL.search(EN(key))


@pytest.mark.parametrize(
    ("key", "one", "two"),
    [
        ("hours.year", "This year: 1 hour, 1 session.", "This year: 2 hours, 2 sessions."),
        ("roll.counted", "1 person: 1", "2 people: 2"),
        ("inbox.head", "1 waits for", "2 wait for"),
        ("door.undone", "1 class is gone", "2 classes are gone"),
    ],
)
def test_a_number_is_followed_by_its_word(key: str, one: str, two: str) -> None:
    for number, told in ((1, one), (2, two)):
        assert told in EN(key, **dict.fromkeys(placeholders(EN(key)), number))
