"""From a text to a meaning: the readers in their order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from services.understanding.draft import Draft
from services.understanding.intents import contained_intent, exact_intent, is_seeking
from services.understanding.latin import read_code, read_latin
from services.understanding.lexicon import Lexicon
from services.understanding.meaning import Meaning
from services.understanding.money import read_money
from services.understanding.normalise import normalise, squeeze
from services.understanding.people import read_age
from services.understanding.places import is_nearby_word, unnamed_place
from services.understanding.times import read_times
from services.understanding.topics import Cut, cut, read_words

_UNBOUND = {
    "时间不限": ("dates", "weekdays", "hours"), "不限时间": ("dates", "weekdays", "hours"),
    "什么时间都行": ("dates", "weekdays", "hours"), "什么时候都行": ("dates", "weekdays", "hours"),
    "价格不限": ("fee",), "不限价格": ("fee",), "多少钱都行": ("fee",), "贵点也行": ("fee",),
    "地点不限": ("place", "near"), "不限地点": ("place", "near"), "哪里都行": ("place", "near"),
    "哪儿都行": ("place", "near"), "远点也行": ("place", "near"),
}  # fmt: skip


def understand(
    text: str, *, today: date, now_minute: int, lexicon: Lexicon, last: Meaning | None = None
) -> Meaning:
    """Return what a text means; any text gives a meaning, in bounded time.

    `today` and `now_minute` (minutes after midnight) are the town's; `last` is the search of the turn before,
    which a text that only adds conditions narrows.
    """
    read = normalise(text)
    fixed = exact_intent(read)
    if fixed and fixed != "search":
        return Meaning(intent=fixed)
    title = _whole_title(read, lexicon)
    if title:
        return Meaning(words=(title,))
    other = contained_intent(read)
    if other:
        return Meaning(intent=other)
    widened = _widen(read, last)
    if widened:
        return widened
    draft = Draft(read)
    known, unknown = _read(draft, lexicon, today)
    meaning = Meaning(**draft.fields)
    if meaning.is_blank and meaning.order == "relevance":
        return Meaning(intent="search" if fixed or (is_seeking(read) and not unknown) else "unknown")
    if unknown and not known and not _is_wish(read, draft.fields):
        return Meaning(intent="unknown")
    return _in_dialogue(read, meaning, last)


def _read(draft: Draft, lexicon: Lexicon, today: date) -> tuple[bool, bool]:
    read_code(draft, lexicon)
    read_latin(draft, lexicon)
    latin = bool(draft.fields.get("words"))
    read_times(draft, today)
    read_age(draft)
    read_money(draft)
    said = cut(draft.text, lexicon)
    for at, run in enumerate(said.runs):
        unnamed = unnamed_place(run)
        if unnamed:
            draft.add("place", unnamed[0])
            said.runs[at] = unnamed[1]
    _read_senses(draft, said)
    known, unknown = read_words(draft, lexicon, said)
    return known or latin, unknown


def _read_senses(draft: Draft, said: Cut) -> None:
    fields: dict[str, Any] = draft.fields
    for phrase, sense in said.senses:
        kind, value = sense
        if kind == "place":
            draft.add("place", phrase)
        elif kind == "audience":
            draft.add("audience", value)
        elif kind == "online":
            fields["online"] = value == "yes"
        elif kind == "order":
            if not (value == "nearest" and fields.get("place") and is_nearby_word(phrase)):
                fields["order"] = value
        elif kind in ("level", "category", "form"):
            fields[kind] = value


def _whole_title(text: str, lexicon: Lexicon) -> str | None:
    """Return a title that was said as it stands; a plain topic word is none, for it means more classes."""
    said = squeeze(text)
    if said not in lexicon.titles:
        return None
    sense = lexicon.phrases.get(said)
    return None if sense and sense.kind in ("topic", "place", "teacher") else said


def _widen(text: str, last: Meaning | None) -> Meaning | None:
    if last is None or last.intent != "search":
        return None
    parts = _UNBOUND.get(squeeze(text).rstrip("吧的了呢"))
    if not parts:
        return None
    for part in last.parts():
        if part.partition(":")[0] in parts:
            last = last.without(part)
    return last


def _is_wish(text: str, fields: dict[str, Any]) -> bool:
    """Words that nobody here teaches are a wish when short, or said as one; otherwise they are talk."""
    if len(squeeze(text)) <= 8 or is_seeking(text):
        return True
    return any(name not in ("words", "dates") for name in fields)


def _in_dialogue(text: str, meaning: Meaning, last: Meaning | None) -> Meaning:
    if last is None or last.intent != "search":
        return meaning
    if text.startswith(("换成", "改成", "换个", "还是")):
        return meaning.merge(last)
    starts_anew = meaning.words or meaning.category or meaning.code
    if starts_anew:
        return meaning
    if meaning.is_blank:
        return replace(last, order=meaning.order)
    return meaning.merge(last)
