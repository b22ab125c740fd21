"""Chinese numerals: 五十, 一百二, 两百五, 十二, 二〇二六."""

from __future__ import annotations

from services.regex import regex

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
NUMBER = r"(?:\d{1,6}(?:\.\d{1,2})?|[零〇一二两三四五六七八九十百千万]{1,8})"

_PLAIN = regex(r"\d{1,9}(?:\.\d{1,2})?")


def read_number(text: str) -> float | None:
    """Return the value of a numeral in digits or Chinese characters, or None if it is none."""
    if _PLAIN.fullmatch(text):
        return float(text)
    if not text or any(char not in DIGITS and char not in UNITS for char in text):
        return None
    if not any(char in UNITS for char in text):
        return float("".join(str(DIGITS[char]) for char in text))
    return float(_with_units(text))


def _with_units(text: str) -> int:
    total, digit, unit = 0, -1, 1
    for char in text:
        if char in DIGITS:
            digit = DIGITS[char]
            if char in "零〇":
                unit = 1
            continue
        step = UNITS[char]
        if step == 10_000:
            total = (total + max(digit, 0)) * step or step
        else:
            total += (1 if digit < 0 else digit) * step
        digit, unit = -1, step
    if digit > 0:
        # 一百二 is 120: a bare last digit counts the next smaller unit
        total += digit * (unit // 10 if unit >= 100 else 1)
    return total


def read_int(text: str) -> int | None:
    """Return the whole value of a numeral, or None if it is none or not whole."""
    value = read_number(text)
    return int(value) if value is not None and value == int(value) else None
