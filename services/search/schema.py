"""What the index keeps of a class: fields, tokens and flags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from operator import add

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
    """Return the schema: words parted by blanks, numbers as fast fields, `oid` to find a class again."""
    builder = tantivy.SchemaBuilder()
    for name in ("title", "topic", "wide", "body", "pinyin", "place", "flag"):
        builder.add_text_field(name, stored=False, tokenizer_name="whitespace", index_option="basic")
    builder.add_unsigned_field("oid", stored=False, indexed=True, fast=True)
    for name in ("slot", "hour", "day", "fee", "min_age", "max_age", "opens", "closes", "start", "price"):
        builder.add_integer_field(name, stored=False, indexed=False, fast=True)
    return builder.build()


def grams(text: str, *, single: bool) -> list[str]:
    """Return the pairs of neighbours in a text, Latin words whole, and with `single` each character."""
    found: list[str] = []
    for run in _RUN.findall(text):
        if run[0].isascii():
            found.append(run)
            continue
        if single:
            found += run
        found += map(add, run, run[1:])
    return found


def _line(tokens: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(tokens))


@lru_cache(maxsize=1024)
def _place_tokens(text: str) -> str:
    return _line(grams(keyed(text), single=True))


@lru_cache(maxsize=512)
def _title_tokens(title: str) -> tuple[str, str]:
    key = keyed(title)
    # neighbours are taken with and without the marks between them: both ways of typing a title find it
    marked = [] if len(key) == len(title) else grams(normalise(title), single=True)
    return _line(grams(key, single=True) + marked), " ".join(windows(key))


@lru_cache(maxsize=1)
def _groups() -> tuple[tuple[tuple[str, str], ...], tuple[str, ...], tuple[tuple[str, str], ...]]:
    data = table("phrases")
    audience = tuple((word, name) for name, words in data["audience"].items() for word in (name, *words))
    level = tuple((word, name) for name, words in data["level"].items() for word in (name, *words))
    return audience, tuple(data["everyone"]["words"]), level


@lru_cache(maxsize=512)
def audience_flags(audience: tuple[str, ...]) -> tuple[str, ...]:
    """Return the groups that a class is for; `aud:*` when it is for everybody or does not say."""
    groups, everyone, _ = _groups()
    text = keyed("".join(audience))
    found = {f"aud:{name}" for word, name in groups if word in text}
    if not found or any(word in text for word in everyone):
        found.add("aud:*")
    return tuple(sorted(found))


@lru_cache(maxsize=512)
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


@lru_cache(maxsize=512)
def _kind_tokens(category: str, form: str, audience: tuple[str, ...]) -> tuple[str, ...]:
    names = [table_[code][0] for table_, code in ((CATEGORIES, category), (FORMS, form)) if code in table_]
    return tuple(token for name in (*names, *audience) for token in grams(keyed(name), single=False))


def _body(record: CatalogueRecord, lexicon: Lexicon) -> list[str]:
    text = keyed(record.description)
    found = grams(text, single=False) + [f"={topic}" for topic in lexicon.topics_in(text)]
    if record.teacher:
        name = keyed(record.teacher)
        found += grams(name, single=False)
        found += grams(f"{name[:1]}老师", single=False)
    found += _kind_tokens(record.category, record.form, record.audience)
    return found


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
    doc.add_text("place", " ".join(_place_tokens(place) for place in places))
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
    doc.add_integer("opens", _second(record.enrol_opens, FAR_PAST))
    doc.add_integer("closes", _second(record.enrol_closes, FAR_FUTURE))
    doc.add_integer("start", _second(record.first_start, FAR_FUTURE))
    return doc


def _second(moment: datetime | None, otherwise: int) -> int:
    return otherwise if moment is None else int(moment.timestamp())
