"""Reads the written form of an audience: `unit:DG + kind:vocational & group:农民工 - class:DG01`.

`&` binds tighter than `+` and `-`, which are read from the left; parentheses stand where that is not meant. A
`-` inside a code (`class:SF-2026-01`) belongs to the code: it takes away only what follows as `class:…` or in
parentheses.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from models.broadcasting import GROUPS
from models.catalogue import CATEGORIES
from services.audience.expression import Atom, Audience, Both
from services.texts import texts_of

MOST_ATOMS: Final = 20
_NAMES: Final = {
    "unit": "unit", "机构": "unit", "学校": "unit",
    "class": "class", "班": "class", "班级": "class",
    "kind": "kind", "种类": "kind", "类别": "kind",
    "group": "group", "人群": "group",
    "subscribed": "subscribed", "订阅": "subscribed", "想学": "subscribed",
}  # fmt: skip
_ATOM_AHEAD: Final = rf"\s*(?:\(|(?:{'|'.join(_NAMES)})\s*:)"
_TOKEN: Final = re.compile(
    rf"\s*(?:(?P<operator>[+&()]|-(?={_ATOM_AHEAD}))"
    rf"|(?P<name>[^\s:+&()-]+)\s*:\s*(?P<value>(?:[^\s+&()-]|-(?!{_ATOM_AHEAD}))*))"
)


class AudienceError(ValueError):
    """An audience that cannot be read; says in both languages what is wrong and what to do."""

    def __init__(self, key: str, /, **values: str) -> None:
        self.key, self.values = key, values
        self.text_zh = texts_of("zh")(f"whom.wrong.{key}", **values)
        self.text_en = texts_of("en")(f"whom.wrong.{key}", **values)
        super().__init__(self.text_en)


def parse(said: str) -> Audience:
    """The audience that `said` writes down. Raises AudienceError."""
    tokens = _tokens(unicodedata.normalize("NFKC", said))
    if not tokens:
        raise AudienceError("empty")
    if len(tokens) > 4 * MOST_ATOMS or sum(isinstance(token, Atom) for token in tokens) > MOST_ATOMS:
        raise AudienceError("too_many", most=str(MOST_ATOMS))
    reader = _Reader(tokens)
    found = reader.sum()
    if reader.left:
        if reader.left[0] == ")":
            raise AudienceError("not_closed")
        raise AudienceError("after", rest=_show(reader.left[0]))
    return found


def _tokens(said: str) -> list[str | Atom]:
    tokens: list[str | Atom] = []
    at = 0
    said = said.rstrip()
    while at < len(said):
        match = _TOKEN.match(said, at)
        if match is None:
            raise AudienceError("unreadable", rest=said[at:].strip()[:20])
        tokens.append(match["operator"] or _atom(match["name"], match["value"]))
        at = match.end()
    return tokens


def _atom(name: str, value: str) -> Atom:
    kind = _NAMES.get(name.lower())
    if kind is None:
        raise AudienceError("no_such_name", name=name)
    if not value:
        raise AudienceError("no_value", name=name)
    if kind == "kind":
        return Atom(kind, _coded(value, CATEGORIES, "kind", "no_such_kind"))
    if kind == "group":
        return Atom(kind, _coded(value, GROUPS, "person_group", "no_such_group"))
    return Atom(kind, value)


def _coded(value: str, known: tuple[str, ...], prefix: str, wrong: str) -> str:
    """The code of what is written as a code or in the words of either language."""
    zh, en = texts_of("zh"), texts_of("en")
    for code in known:
        if value.lower() in (code, zh(f"{prefix}.{code}"), en(f"{prefix}.{code}").lower()):
            return code
    raise AudienceError(wrong, value=value, known="、".join(zh(f"{prefix}.{code}") for code in known))


def _show(token: str | Atom) -> str:
    return token if isinstance(token, str) else f"{token.kind}:{token.value}"


class _Reader:
    """Recursive descent over the tokens that are left."""

    def __init__(self, tokens: list[str | Atom]) -> None:
        self.left = tokens

    def sum(self) -> Audience:
        found = self._product()
        while self.left and self.left[0] in ("+", "-"):
            operator = str(self.left.pop(0))
            found = Both(operator, found, self._product())
        return found

    def _product(self) -> Audience:
        found = self._one()
        while self.left and self.left[0] == "&":
            self.left.pop(0)
            found = Both("&", found, self._one())
        return found

    def _one(self) -> Audience:
        if not self.left:
            raise AudienceError("ends")
        token = self.left.pop(0)
        if isinstance(token, Atom):
            return token
        if token != "(":  # noqa: S105
            raise AudienceError("misplaced", sign=token)
        found = self.sum()
        if not self.left or self.left.pop(0) != ")":
            raise AudienceError("not_closed")
        return found
