"""Find the expressions of time in a text, from left to right, the longest kind first."""

from __future__ import annotations

from datetime import date

from services.understanding.times import calendar_dates, clock, festivals, relative, weekdays
from services.understanding.times.said import NUMERALS, Context, Rule, Said

# where two kinds fit, the earlier wins: 三天后 before 三月, 下周三 before 下周
_KINDS = (relative, festivals, weekdays, clock, calendar_dates)
_NUMERALS = frozenset(NUMERALS)
# 第二个, 24式: a digit behind one of these begins no time
_WITHIN_NUMBER = frozenset(NUMERALS + "第.¥￥几")


def _by_first() -> dict[str, tuple[Rule, ...]]:
    table: dict[str, list[Rule]] = {}
    for kind in _KINDS:
        for rule in kind.RULES:
            for char in dict.fromkeys(rule.first):
                table.setdefault(char, []).append(rule)
    return {char: tuple(rules) for char, rules in table.items()}


_RULES = _by_first()
_FIRST_CHARS = frozenset(_RULES)


def scan(text: str, today: date) -> list[Said]:
    """Return the expressions found, in their order, none over another."""
    if _FIRST_CHARS.isdisjoint(text):
        return []
    context = Context(text, today, [])
    at, size, past = 0, len(text), 0
    while at < size:
        char = text[at]
        rules = _RULES.get(char)
        if rules is None or (char in _NUMERALS and at > past and text[at - 1] in _WITHIN_NUMBER):
            at += 1
            continue
        for rule in rules:
            match = rule.pattern.match(text, at)
            said = rule.make(match, context) if match else None
            if said:
                context.found.append(said)
                at = past = said.end
                break
        else:
            at += 1
    return context.found
