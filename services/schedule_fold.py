"""Folds a schedule that was typed by hand into plain characters, before it is read."""

import re
import unicodedata

from services.timetable import WEEKDAYS

_DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_ENGLISH_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def fold_schedule(text: str) -> str:
    """A schedule in plain characters: half-width, one kind of dash, `周` for every word of a week day."""
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = re.sub(r"[\u2010-\u2015\u2212~\u301c\u223c\uff5e]+|-{2,}", "-", folded)
    folded = re.sub(r"[\r\n。|]+", ";", folded)
    folded = re.sub(r"星期|礼拜", "周", folded)
    folded = re.sub(r"每天|每日|天天", "周一至周日", folded)
    folded = re.sub(r"工作日|平日", "周一至周五", folded)
    folded = re.sub(r"每?个?周末|双休日", "周六、周日", folded)
    for index, name in enumerate(_ENGLISH_DAYS):
        folded = re.sub(rf"\b{name}[a-z]*\b\.?", f"周{WEEKDAYS[index]}", folded)
    folded = re.sub(r"(?<!周)[零一二两三四五六七八九十]+(?=[点时分月日号])", _number, folded)
    folded = re.sub(r"(?<=[点时月])[零一二两三四五六七八九十]+(?!刻)", _number, folded)
    folded = re.sub(r"((?:\d{4}年)?\d{1,2}月)((?:\d{1,2}[日号]?[、,])+\d{1,2}[日号])", _each_day, folded)
    folded = re.sub(r"\s*([-至到;])\s*", r"\1", folded)
    return folded.strip(" \t;,、")


def _number(match: re.Match[str]) -> str:
    word = match[0]
    tens, ten, ones = word.rpartition("十")
    if not ten:
        return "".join(str(_DIGITS[mark]) for mark in word)
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return word
    return str(_DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0))


def _each_day(match: re.Match[str]) -> str:
    return "、".join(f"{match[1]}{day}日" for day in re.findall(r"\d+", match[2]))
