"""What the index keeps of a class: fields, tokens and flags."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from operator import add

import tantivy

from services.search.packing import packed
from services.search.record import CatalogueRecord
from services.understanding.lexicon import Lexicon
from services.understanding.lexicon.pinyin import windows
from services.understanding.lexicon.tables import CATEGORIES, FORMS, table
from services.understanding.normalise import keyed, normalise

FAR_PAST, FAR_FUTURE = -(2**40), 2**40
OLDEST = 200
DAY = 1440
SECONDS = 86_400
# `start` and `price` end with the class's number, so that no two classes are ever equal in them
NUMBER_BITS = 34
NUMBER_MASK = (1 << NUMBER_BITS) - 1
LAST_MINUTE = 2**28 - 1
DEAREST = 2**24 - 1
# so many bits below the value by which `price`, `length` and `count` put classes in order
VALUE_SHIFT = 39
# `rank` falls from 1 to 0 over these years: of classes that fit alike the sooner has the higher score
RANK_FROM, RANK_SPAN = 1_704_067_200, 20 * 365 * SECONDS

_RUN = re.compile(r"[0-9a-z]+|[㐀-鿿]+")


def build_schema() -> tantivy.Schema:
    """Return the schema: words parted by blanks, numbers as fast fields, `oid` to find a class again."""
    builder = tantivy.SchemaBuilder()
    for name in ("title", "topic", "wide", "body", "pinyin", "place", "flag", "window", "at"):
        builder.add_text_field(name, stored=False, tokenizer_name="whitespace", index_option="basic")
    builder.add_unsigned_field("oid", stored=False, indexed=True, fast=False)
    for name in ("slot", "hour", "day", "first", "fee", "min_age", "max_age", "opens", "closes"):
        builder.add_integer_field(name, stored=False, indexed=False, fast=True)
    for name in ("start", "price", "length", "count", "shape", "spot"):
        builder.add_integer_field(name, stored=False, indexed=False, fast=True)
    builder.add_float_field("rank", stored=False, indexed=False, fast=True)
    builder.add_bytes_field("record", stored=True, indexed=False, fast=False)
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


# a county has fewer places than this, and many classes at each
@lru_cache(maxsize=4096)
def _place_tokens(*texts: str) -> str:
    return " ".join(_line(grams(keyed(text), single=True)) for text in texts)


@lru_cache(maxsize=2048)
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


@lru_cache(maxsize=1)
def _levels_by_start() -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for word, name in _groups()[2]:
        found[word[:2]] = (*found.get(word[:2], ()), (word, name))
    return found


@lru_cache(maxsize=512)
def audience_flags(audience: tuple[str, ...]) -> tuple[str, ...]:
    """Return the groups that a class is made for, `aud:`, and those that it is open to, `for:`.

    A class that does not say is open to every group; one for everybody is so too, but for children: 居民 are
    grown-ups.
    """
    groups, everyone, _ = _groups()
    phrases = table("phrases")
    text = keyed("".join(audience))
    made_for = {name for word, name in groups if word in text}
    open_to = made_for | {name for name, akin in phrases["akin"].items() if made_for & set(akin)}
    if not made_for or any(word in text for word in everyone):
        children = set(phrases["children"]["groups"]) if text else set()
        open_to |= {name for _, name in groups} - children
    return tuple(sorted({f"aud:{name}" for name in made_for} | {f"for:{name}" for name in open_to}))


@lru_cache(maxsize=512)
def level_flags(title: str) -> tuple[str, ...]:
    """Return the level that a title states, `lvl:*` when it states none."""
    key = keyed(title)
    begins = _levels_by_start()
    found = {
        f"lvl:{name}"
        for at, two in enumerate(map(add, key, key[1:]))
        for word, name in begins.get(two, ())
        if key.startswith(word, at)
    }
    if "基础" in key:
        # a title's 基础 is where one begins, whatever 有基础 is in what people say
        found.add("lvl:零基础")
    if re.search(r"[二三四五六]年级", key):
        found.add("lvl:提高")
    elif "一年级" in key:
        found.add("lvl:零基础")
    return tuple(sorted(found)) or ("lvl:*",)


def _flags(record: CatalogueRecord) -> list[str]:
    days = {slot[0] for slot in record.slots}
    flags = [
        f"cat:{record.category}",
        f"form:{record.form}",
        f"online:{int(record.online)}",
        f"code:{record.code.lower()}".replace(" ", ""),
        *[f"wd:{day}" for day in days],
    ]
    if len(record.dates) > 1:
        flags.append(f"wk:{len(days)}")
    return [*flags, *audience_flags(record.audience), *level_flags(record.title)]


@lru_cache(maxsize=512)
def _kind_tokens(category: str, form: str, audience: tuple[str, ...]) -> tuple[str, ...]:
    names = [table_[code][0] for table_, code in ((CATEGORIES, category), (FORMS, form)) if code in table_]
    return tuple(token for name in (*names, *audience) for token in grams(keyed(name), single=False))


@lru_cache(maxsize=1024)
def _teacher_tokens(teacher: str) -> tuple[str, ...]:
    name = keyed(teacher)
    return (*grams(name, single=False), *grams(f"{name[:1]}老师", single=False)) if name else ()


@lru_cache(maxsize=1024)
def _said_tokens(description: str, lexicon: Lexicon) -> tuple[str, ...]:
    text = keyed(description)
    return (*grams(text, single=False), *(f"={topic}" for topic in lexicon.topics_in(text)))


def _body(record: CatalogueRecord, lexicon: Lexicon) -> tuple[str, ...]:
    return (
        *_said_tokens(record.description, lexicon),
        *_teacher_tokens(record.teacher),
        *_kind_tokens(record.category, record.form, record.audience),
    )


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
    doc.add_text("place", _place_tokens(record.district, record.venue, record.address, record.school))
    doc.add_text("flag", _line(_flags(record)))
    _add_numbers(doc, record)
    doc.add_bytes("record", packed(record))
    return doc


def _add_numbers(doc: tantivy.Document, record: CatalogueRecord) -> None:
    add_integer = doc.add_integer
    for weekday, start, _ in record.slots:
        add_integer("slot", weekday * DAY + start)
    for start in {slot[1] for slot in record.slots}:
        add_integer("hour", start)
    for day in record.dates:
        add_integer("day", day)
    if record.dates:
        add_integer("first", record.dates[0])
    if record.fee_fen is not None:
        add_integer("fee", record.fee_fen)
    add_integer("min_age", record.min_age or 0)
    add_integer("max_age", OLDEST if record.max_age is None else record.max_age)
    opens, closes = _second(record.enrol_opens, FAR_PAST), _second(record.enrol_closes, FAR_FUTURE)
    add_integer("opens", opens)
    add_integer("closes", closes)
    doc.add_text("window", _window(record, opens, closes))
    doc.add_text("at", point(record.latitude, record.longitude))
    if record.latitude is not None and record.longitude is not None:
        add_integer("spot", _spot(record.latitude, record.longitude))
    second = _second(record.first_start, FAR_FUTURE)
    add_integer("start", start_key(second, record.offering_id))
    fen = DEAREST if record.fee_fen is None else min(record.fee_fen, DEAREST - 1)
    minutes = max(((end - start) % DAY for _, start, end in record.slots), default=DAY)
    for name, value in (("price", fen), ("length", minutes), ("count", len(record.dates) or DAY)):
        add_integer(name, _ordered(value, second, record.offering_id))
    add_integer("shape", _shape(record))
    doc.add_float("rank", rank(second))


def rank(second: int) -> float:
    """Return what `rank` is for a class that starts at this second."""
    return min(1.0, max(0.0, 1.0 - (second - RANK_FROM) / RANK_SPAN))


def _window(record: CatalogueRecord, opens: int, closes: int) -> str:
    words = ["off"] if record.cancelled else []
    # can be joined when it has already begun
    words += ["late"] if record.first_start and closes > record.first_start.timestamp() else []
    words += [f"o{opens // SECONDS}"] if record.enrol_opens else []
    words += [f"c{closes // SECONDS}"] if record.enrol_closes else []
    return " ".join(words)


def point(latitude: float | None, longitude: float | None) -> str:
    """Return a place on the globe as a word, `?` where it is not known."""
    return "?" if latitude is None or longitude is None else f"{latitude:.6f},{longitude:.6f}"


def start_key(second: int, offering_id: int) -> int:
    """Return what puts classes in the order of their first session, and equals in that of their numbers."""
    minute = min(max(second // 60, 0), LAST_MINUTE)
    return minute << NUMBER_BITS | (offering_id & NUMBER_MASK)


def start_of(key: int) -> tuple[int, int]:
    """Return the second of the first session and the class's number from a `start_key`."""
    minute = key >> NUMBER_BITS
    return FAR_FUTURE if minute == LAST_MINUTE else minute * 60, key & NUMBER_MASK


def _spot(latitude: float, longitude: float) -> int:
    return round((latitude + 90) * 1e6) << 29 | round((longitude + 180) * 1e6)


def spot_of(packed_spot: int) -> tuple[float, float]:
    """Return latitude and longitude as `spot` keeps them."""
    return (packed_spot >> 29) / 1e6 - 90, (packed_spot & (2**29 - 1)) / 1e6 - 180


def _ordered(value: int, second: int, offering_id: int) -> int:
    """Return what puts classes in the order of a value, equals in that of their start, then their number."""
    day = min(max(second // SECONDS, 0), 2**15 - 1)
    return value << VALUE_SHIFT | day << 24 | offering_id & (2**24 - 1)


def shape_of(shape: int) -> tuple[int, int, int]:
    """Return the title's length, the weekdays as bits, and the ordinal of the last day."""
    return shape & 255, shape >> 8 & 127, shape >> 15


def _shape(record: CatalogueRecord) -> int:
    """Pack the title's length, the weekdays and the last day, which ranking reads of each candidate."""
    days = sum(1 << day for day in {slot[0] for slot in record.slots})
    last = record.dates[-1] if record.dates else 0
    return (last << 7 | days) << 8 | min(len(record.title), 255)


def _second(moment: datetime | None, otherwise: int) -> int:
    return otherwise if moment is None else int(moment.timestamp())
