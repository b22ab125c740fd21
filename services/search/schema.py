"""What the index keeps of a class: fields, tokens and flags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import tantivy

from services.search.record import CatalogueRecord
from services.understanding.lexicon import Lexicon
from services.understanding.lexicon.pinyin import windows
from services.understanding.lexicon.tables import CATEGORIES, FORMS, table
from services.understanding.normalise import keyed, normalise

FAR_PAST, FAR_FUTURE = -(2**40), 2**40
OLDEST = 200
DAY = 1440

_RUN = re.compile(r"[0-9a-z]+|[㐀-鿿]+")


def build_schema() -> tantivy.Schema:
    """Return the schema: word fields parted by blanks, numbers as fast fields, `oid` to find a class again."""
    builder = tantivy.SchemaBuilder()
    for name in ("title", "topic", "wide", "body", "pinyin", "place", "flag"):
        builder.add_text_field(name, stored=False, tokenizer_name="whitespace", index_option="basic")
    builder.add_unsigned_field("oid", stored=False, indexed=True, fast=True)
    for name in ("slot", "hour", "day", "fee", "min_age", "max_age", "opens", "closes", "start", "price"):
        builder.add_integer_field(name, stored=False, indexed=False, fast=True)
    return builder.build()


def grams(text: str, *, single: bool) -> Iterator[str]:
    """Yield the pairs of neighbours of a normalised text, Latin words whole, and with `single` each character."""
    for run in _RUN.findall(text):
        if run[0].isascii():
            yield run
            continue
        if single:
            yield from run
        yield from (run[i : i + 2] for i in range(len(run) - 1))


def _line(tokens: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(tokens))


@lru_cache(maxsize=4096)
def _place_tokens(text: str) -> tuple[str, ...]:
    return tuple(grams(keyed(text), single=True))


@lru_cache(maxsize=4096)
def _title_tokens(title: str) -> tuple[str, str]:
    key = keyed(title)
    # neighbours are taken with and without the marks between them: both ways of typing a title find it
    return _line([*grams(key, single=True), *grams(normalise(title), single=True)]), _line(windows(key))


@lru_cache(maxsize=1)
def _groups() -> tuple[tuple[tuple[str, str], ...], tuple[str, ...], tuple[tuple[str, str], ...]]:
    data = table("phrases")
    audience = tuple((word, name) for name, words in data["audience"].items() for word in (name, *words))
    level = tuple((word, name) for name, words in data["level"].items() for word in (name, *words))
    return audience, tuple(data["everyone"]["words"]), level


@lru_cache(maxsize=4096)
def audience_flags(audience: tuple[str, ...]) -> tuple[str, ...]:
    """Return the groups that a class is for; `aud:*` when it is for everybody or does not say."""
    groups, everyone, _ = _groups()
    text = keyed("".join(audience))
    found = {f"aud:{name}" for word, name in groups if word in text}
    if not found or any(word in text for word in everyone):
        found.add("aud:*")
    return tuple(sorted(found))


@lru_cache(maxsize=4096)
def level_flags(title: str) -> tuple[str, ...]:
    """Return the level that a title states, `lvl:*` when it states none."""
    key = keyed(title)
    found = {f"lvl:{name}" for word, name in _groups()[2] if word in key}
    if re.search(r"[二三四五六]年级", key):
        found.add("lvl:提高")
    elif "一年级" in key:
        found.add("lvl:零基础")
    return tuple(sorted(found)) or ("lvl:*",)


def _flags(record: CatalogueRecord) -> Iterator[str]:
    yield f"cat:{record.category}"
    yield f"form:{record.form}"
    yield f"online:{int(record.online)}"
    yield f"off:{int(record.cancelled)}"
    yield f"code:{record.code.lower()}".replace(" ", "")
    yield from (f"wd:{day}" for day in {slot[0] for slot in record.slots})
    yield from audience_flags(record.audience)
    yield from level_flags(record.title)


def _body(record: CatalogueRecord, lexicon: Lexicon) -> Iterator[str]:
    text = keyed(record.description)
    yield from grams(text, single=False)
    yield from (f"={topic}" for topic in lexicon.topics_in(text))
    if record.teacher:
        name = keyed(record.teacher)
        yield from grams(name, single=False)
        yield from grams(f"{name[:1]}老师", single=False)
    for words in (CATEGORIES.get(record.category), FORMS.get(record.form)):
        if words:
            yield from grams(words[0], single=False)
    for group in record.audience:
        yield from grams(keyed(group), single=False)


def document(record: CatalogueRecord, lexicon: Lexicon) -> tantivy.Document:
    """Return the index's form of one class."""
    title, spelled = _title_tokens(record.title)
    direct = lexicon.topics_in(keyed(record.title))
    wide = {above for topic in direct for above in lexicon.wider(topic)}
    doc = tantivy.Document()
    doc.add_unsigned("oid", record.offering_id)
    doc.add_text("title", title)
    doc.add_text("pinyin", spelled)
    doc.add_text("topic", _line(direct))
    doc.add_text("wide", _line(sorted(wide)))
    doc.add_text("body", _line(_body(record, lexicon)))
    places = (record.district, record.venue, record.address, record.school)
    doc.add_text("place", _line(token for place in places for token in _place_tokens(place)))
    doc.add_text("flag", _line(_flags(record)))
    for weekday, start, _ in record.slots:
        doc.add_integer("slot", weekday * DAY + start)
        doc.add_integer("hour", start)
    for day in record.dates:
        doc.add_integer("day", day)
    if record.fee_fen is not None:
        doc.add_integer("fee", record.fee_fen)
    doc.add_integer("price", FAR_FUTURE if record.fee_fen is None else record.fee_fen)
    doc.add_integer("min_age", record.min_age or 0)
    doc.add_integer("max_age", OLDEST if record.max_age is None else record.max_age)
    doc.add_integer("opens", FAR_PAST if record.enrol_opens is None else int(record.enrol_opens.timestamp()))
    doc.add_integer("closes", FAR_FUTURE if record.enrol_closes is None else int(record.enrol_closes.timestamp()))
    doc.add_integer("start", FAR_FUTURE if record.first_start is None else int(record.first_start.timestamp()))
    return doc
