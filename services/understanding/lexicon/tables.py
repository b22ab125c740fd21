"""The closed tables beside this file, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

CATEGORIES = {
    "civic": ("公民素养", "Civic life"),
    "integrity": ("诚信教育", "Integrity"),
    "arts": ("人文艺术", "Arts and humanities"),
    "science": ("科学技术", "Science and technology"),
    "vocational": ("职业技能", "Job skills"),
    "early_years": ("早期教育", "Early years"),
    "sport": ("运动健身", "Sport and fitness"),
    "wellbeing": ("养生保健", "Health and wellbeing"),
    "leisure": ("生活休闲", "Home and leisure"),
    "staff": ("队伍培训", "Staff training"),
}
FORMS = {
    "class": ("课堂学习", "Class"),
    "showcase": ("才艺展示", "Showcase"),
    "tour": ("参观游学", "Study tour"),
    "salon": ("读书沙龙", "Reading salon"),
    "team": ("团队学习", "Learning team"),
    "workshop": ("体验学习", "Workshop"),
    "online": ("远程学习", "Online"),
}


@cache
def table(name: str) -> dict[str, Any]:
    """Return the parsed content of `name`.toml; a broken file raises tomllib.TOMLDecodeError."""
    text = files("services.understanding.lexicon").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def english_names() -> dict[str, str]:
    """Return the English name of each Chinese word: its own, or the first word that the table has for it."""
    found: dict[str, str] = dict(table("english")["names"])
    for english, chinese in table("english")["words"].items():
        found.setdefault(chinese, english)
    return found


@cache
def readings() -> dict[str, tuple[str, ...]]:
    """Return the syllables of each character without tones, the usual reading first."""
    found: dict[str, tuple[str, ...]] = {}
    further: list[tuple[str, str]] = []
    for syllable, chars in table("pinyin").items():
        first, _, second = chars.partition("|")
        alone = (syllable,)
        for char in first:
            found[char] = alone
        further += [(char, syllable) for char in second]
    for char, syllable in further:
        found[char] = (*found.get(char, ()), syllable)
    return found
