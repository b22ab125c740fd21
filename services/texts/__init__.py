"""The text catalogues: every sentence a person sees, one folder of TOML files per language.

`{n:class|classes}` is a number with its word in the singular or the plural. `<b>…</b>` in a catalogue becomes
our markup when it is loaded, `<secret>…</secret>` stands around a code that must not be kept. A key whose
English differs in the singular otherwise has a twin whose name ends in `_one`.
"""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from services.message import BOLD_OFF, BOLD_ON, SECRET_OFF, SECRET_ON
from services.phrases.hours import Lang
from services.regex import regex

_NUMBERED = regex(r"\{\w+:[^{}|]*\|")
_MARKS = {"<b>": BOLD_ON, "</b>": BOLD_OFF, "<secret>": SECRET_ON, "</secret>": SECRET_OFF}
LANGUAGES: tuple[Lang, ...] = ("zh", "en")


def as_lang(lang: str) -> Lang:
    """The language as stored or sent, Chinese where we do not have it."""
    return "en" if lang == "en" else "zh"


class _Counted:
    """A value that a text may follow with a word: `{n:class|classes}`; `{n:=is|are}` is the word alone."""

    __slots__ = ("_value",)

    def __init__(self, value: object) -> None:
        self._value = value

    def __format__(self, spec: str) -> str:
        one, bar, many = spec.partition("|")
        if not bar:
            return format(self._value, spec)
        alone = one.startswith("=")
        word = one.removeprefix("=") if str(self._value) == "1" else many
        return word if alone else f"{self._value} {word}"


class Texts:
    """The catalogue of one language; `texts("search.none", words="书法")` gives a sentence."""

    __slots__ = ("_texts", "lang")

    def __init__(self, lang: Lang, texts: dict[str, str]) -> None:
        self.lang = lang
        self._texts = texts

    def __call__(self, key: str, /, **values: Any) -> str:
        text = self._texts[key]
        if values and "|" in text and _NUMBERED.search(text):
            values = {name: _Counted(value) for name, value in values.items()}
        return text.format_map(values) if values else text

    def count(self, key: str, n: int, /, **values: Any) -> str:
        """A sentence about `n` things, in the singular where the language has one."""
        chosen = f"{key}_one" if n == 1 and f"{key}_one" in self._texts else key
        return self(chosen, n=n, **values)

    def has(self, key: str) -> bool:
        """Whether the catalogue has this key."""
        return key in self._texts

    def keys(self) -> Iterator[str]:
        """Every key."""
        return iter(self._texts)


@cache
def texts_of(lang: Lang) -> Texts:
    """The catalogue of a language."""
    found: dict[str, str] = {}
    for file in sorted((Path(__file__).parent / lang).glob("*.toml")):
        for key, text in _flat("", tomllib.loads(file.read_text("utf-8"))):
            if key in found:
                raise ValueError(f"{file.name}: {key} stands in another catalogue file too")
            for written, mark in _MARKS.items():
                text = text.replace(written, mark)
            found[key] = text.strip("\n")
    return Texts(lang, found)


def _flat(prefix: str, table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        key = f"{prefix}.{name}" if prefix else name
        if isinstance(value, dict):
            yield from _flat(key, value)
        else:
            yield key, str(value)
