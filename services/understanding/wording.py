"""A meaning in words, in Chinese and English."""

from __future__ import annotations

from datetime import date

from services.understanding.dialogue import LESS_THAN
from services.understanding.lexicon import tables
from services.understanding.meaning import RHYTHM, Meaning
from services.understanding.rhythm import rhythm

_DAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_NAMED_HOURS = {
    (0, 720): ("上午", "mornings"),
    (720, 1080): ("下午", "afternoons"),
    (1080, 1440): ("晚上", "evenings"),
    (660, 840): ("中午", "around noon"),
    (0, 540): ("早上", "early mornings"),
    (0, 1080): ("白天", "daytime"),
}

_ORDERS = {
    "soonest": ("最早开课", "soonest first"), "cheapest": ("便宜的在前", "cheapest first"),
    "shortest": ("每次时间短的在前", "shortest sessions first"),
    "fewest": ("次数少的在前", "fewest sessions first"),
}  # fmt: skip


def say(meaning: Meaning, lang: str = "zh") -> str:
    """Return the conditions as one line, parted by middle dots; empty when there is none."""
    wish = "prefer: " if lang == "en" else "最好"
    # a word that only says which come first is no condition to be told of
    told = [part for part in meaning.parts() if not (part in meaning.soft and part.startswith("word:"))]
    labels = [(wish if part in meaning.soft else "") + label(meaning, part, lang) for part in told]
    order = _ORDERS.get(meaning.order)
    if order:
        labels.append(order[lang == "en"])
    return " · ".join(labels)


def label(meaning: Meaning, part: str, lang: str = "zh") -> str:
    """Return the words for one condition."""
    name, _, word = part.partition(":")
    english = lang == "en"
    if word:
        words = word.split("|")
        word = " or ".join(map(_in_english, words)) if english else "或".join(words)
        return word if name != "excluded" else f"no {word}" if english else f"不要{word}"
    if name == "any_of":
        return (" or " if english else "或").join(_way(one, lang) for one in meaning.any_of)
    if name == "seats":
        return "seats free" if english else "有名额"
    if name in ("code", "level"):
        said = str(getattr(meaning, name))
        return _in_english(said) if english else said
    if name in ("category", "form"):
        names = tables.CATEGORIES if name == "category" else tables.FORMS
        code = str(getattr(meaning, name))
        return names.get(code, (code, code))[english]
    if name == "age":
        return f"age {meaning.age}" if english else f"{meaning.age}岁"
    if name == "near":
        return "near me" if english else "离我近"
    if name == "online":
        return (("线上", "线下")[not meaning.online], ("online", "in person")[not meaning.online])[english]
    if name in RHYTHM:
        return rhythm(name, getattr(meaning, name), english)
    spoken = {"dates": _dates, "starts": _starts, "weekdays": _weekdays, "hours": _hours, "fee": _fee}
    return spoken[name](meaning, english)


def _in_english(word: str) -> str:
    """The first English name that the table has for something; what it has none for stays as it is."""
    return tables.english_names().get(word, word)


def _way(way: Meaning, lang: str) -> str:
    """周末的书法 as one of several ways: 书法（周末）."""
    what = [label(way, part, lang) for part in way.parts() if part.startswith("word:")]
    rest = [label(way, part, lang) for part in way.parts() if not part.startswith("word:")]
    if lang == "en":
        return " ".join((*what, *rest))
    return "".join(rest) if not what else "、".join(what) + (f"（{'、'.join(rest)}）" if rest else "")


def _starts(meaning: Meaning, english: bool) -> str:
    days = _days(meaning.starts, english)
    return f"starting {days}" if english else f"{days}开课"


def _dates(meaning: Meaning, english: bool) -> str:
    return _days(meaning.dates, english)


def _days(span: tuple[int, int] | None, english: bool) -> str:
    if span is None:
        return ""
    first, last = (date.fromordinal(day) for day in span)
    if english:
        return f"{first:%b} {first.day}" + ("" if first == last else f" to {last:%b} {last.day}")
    text = f"{first.month}月{first.day}日"
    if first == last:
        return text
    return text + "到" + (f"{last.day}日" if last.month == first.month else f"{last.month}月{last.day}日")


def _weekdays(meaning: Meaning, english: bool) -> str:
    days = sorted(meaning.weekdays)
    if days == [5, 6]:
        return "weekends" if english else "周末"
    if days == [0, 1, 2, 3, 4]:
        return "weekdays" if english else "工作日"
    if len(days) == 6:
        missing = (set(range(7)) - meaning.weekdays).pop()
        return f"not {_DAYS['en'][missing]}" if english else f"除周{_DAYS['zh'][missing]}"
    if english:
        return ", ".join(_DAYS["en"][day] for day in days)
    return "周" + "、".join(_DAYS["zh"][day] for day in days)


def _hours(meaning: Meaning, english: bool) -> str:
    if meaning.hours is None:
        return ""
    if meaning.hours in _NAMED_HOURS:
        return _NAMED_HOURS[meaning.hours][english]
    start, end = (f"{minute // 60}:{minute % 60:02d}" for minute in meaning.hours)
    if meaning.hours[1] >= 1440:
        return f"from {start}" if english else f"{start}以后"
    if meaning.hours[0] == 0:
        return f"before {end}" if english else f"{end}以前"
    return f"{start}–{end}" if english else f"{start}到{end}"


def _yuan(fen: int) -> str:
    return f"{fen / 100:.2f}".rstrip("0").rstrip(".")


def _fee(meaning: Meaning, english: bool) -> str:
    low, high = meaning.fee_min, meaning.fee_max
    if meaning.free or high == 0:
        return "free" if english else "免费"
    if low is not None and high is not None:
        return f"¥{_yuan(low)}–{_yuan(high)}" if english else f"{_yuan(low)}到{_yuan(high)}元"
    if high is not None and low is None and high % 100 == LESS_THAN:
        return f"under ¥{_yuan(high + 1)}" if english else f"不到{_yuan(high + 1)}元"
    if high is not None:
        return f"up to ¥{_yuan(high)}" if english else f"{_yuan(high)}元以内"
    return f"from ¥{_yuan(low or 0)}" if english else f"{_yuan(low or 0)}元以上"
