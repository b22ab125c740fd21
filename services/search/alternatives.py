"""What to offer when nothing fits: the same wish with as little given up as possible."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations
from zoneinfo import ZoneInfo

from models.statement import Tx
from services.search.index import CatalogueIndex, Found
from services.search.seats import find
from services.understanding.lexicon import Lexicon
from services.understanding.meaning import Meaning
from services.understanding.normalise import keyed

# what people give up most easily comes first; what they came for, last
_GIVEN_UP = (
    "seats", "level", "minutes", "sessions", "weekly", "fee", "hours", "place", "weekdays", "starts",
    "dates", "form", "online", "audience", "age", "near", "excluded", "category", "any_of", "word", "code",
)  # fmt: skip
# a long ramble has many conditions, and each pair of them is a search
MOST_PAIRS = 28
MOST_RELAXED = 12
# a class for grown-ups is nothing for them
_CHILDREN = frozenset({"儿童", "婴幼儿"})
# what comes nearest to the condition that was dropped
_NEAREST = {"fee": "cheapest", "dates": "soonest", "starts": "soonest"}


@dataclass(frozen=True, slots=True)
class Alternative:
    """The parts that were given up (`relaxed` joins their names), the wish without them, and what then fits.

    `wider` is the broader topic that stands for a word which nobody teaches, where it is one.
    """

    parts: tuple[str, ...]
    meaning: Meaning
    found: Found
    wider: str = ""

    @property
    def relaxed(self) -> str:
        """The names of the parts given up, joined by a plus."""
        return "+".join(self.parts)


def alternatives(
    index: CatalogueIndex,
    meaning: Meaning,
    *,
    now: datetime,
    zone: ZoneInfo,
    limit: int = 5,
    tx: Tx | None = None,
) -> tuple[Alternative, ...]:
    """Return all of `nearest_first`."""
    return tuple(nearest_first(index, meaning, now=now, zone=zone, limit=limit, tx=tx))


def nearest_first(
    index: CatalogueIndex,
    meaning: Meaning,
    *,
    now: datetime,
    zone: ZoneInfo,
    limit: int = 5,
    tx: Tx | None = None,
) -> Iterator[Alternative]:
    """Find what fits once one condition is dropped, nearest to the wish first, one search after the other.

    Where no single condition is to blame: the broader topic, and else the two that must go together. The
    last condition is never dropped, for without any the answer would be the whole catalogue. Free seats
    are looked at where `tx` is given.
    """

    def search(wish: Meaning, dropped: str = "") -> Found:
        order = _NEAREST.get(dropped, wish.order) if wish.order == "relevance" else wish.order
        ordered = wish if order == wish.order else replace(wish, order=order)
        if tx is None:
            return index.search(ordered, now=now, zone=zone, limit=limit)
        return find(tx, index, ordered, now=now, zone=zone, limit=limit)

    if any(way.words for way in meaning.any_of):
        # what comes nearest to each of several wishes
        common = replace(meaning, any_of=(), soft=meaning.soft - {"any_of"})
        for way in meaning.any_of:
            yield from nearest_first(index, way.merge(common), now=now, zone=zone, limit=limit, tx=tx)
        return
    hard = [part for part in meaning.parts() if part not in meaning.soft]
    hard = sorted(hard, key=lambda part: _ease_in(part, hard, index.lexicon))[:MOST_RELAXED]
    # what is to be learnt is the last thing that is given up, and a child gets no class of the old
    kept = [part for part in hard if _is_kept(part, index.lexicon)]
    light = [part for part in hard if part not in kept]
    alone = False
    for alternative in _singly(index, meaning, light, len(hard), search):
        alone = True
        yield alternative
    topics = [part.removeprefix("word:") for part in kept if part.startswith("word:")]
    # who asks for a Latin dance rather wants another dance than anything at all
    wider = [found for word in topics if (found := _wider(index, meaning, word, search)) is not None]
    yield from wider
    if not alone and not wider and kept and len(light) >= 2:
        for alternative in _two(meaning, light, search):
            alone = True
            yield alternative
    gone = {part for found in wider for part in found.parts}
    left = [part for part in kept if part not in gone and not part.startswith("audience:")]
    for alternative in _singly(index, meaning, left, len(hard), search):
        alone = True
        yield alternative
    if not alone and not wider and len(hard) >= 3:
        yield from _two(meaning, hard, search)


Search = Callable[..., Found]


def _singly(
    index: CatalogueIndex, meaning: Meaning, parts: list[str], hard: int, search: Search
) -> Iterator[Alternative]:
    """What fits without one of these parts; the last of all the `hard` conditions is never dropped."""
    for part in parts:
        name, _, word = part.partition(":")
        if name == "word":
            # who asks for a Latin dance rather wants another dance than anything at all
            wide = _wider(index, meaning, word, search)
            if wide is not None:
                yield wide
                continue
        if hard < 2:
            continue
        wish = meaning.without(part)
        found = search(wish, name)
        if found.total:
            yield Alternative((part,), wish, found)


def _wider(index: CatalogueIndex, meaning: Meaning, word: str, search: Search) -> Alternative | None:
    lexicon = index.lexicon
    topics = [lexicon.topics.get(keyed(one), one) for one in word.split("|")]
    wider = frozenset[str]().union(*map(lexicon.wider, topics))
    for wide in sorted(wider, key=lambda one: (len(lexicon.wider(one)), one), reverse=True):
        words = tuple(dict.fromkeys(wide if one == word else one for one in meaning.words))
        soft = meaning.soft - {f"word:{word}"}
        wish = replace(meaning, words=words, soft=soft)
        found = search(wish)
        if found.total:
            return Alternative((f"word:{word}",), wish, found, wider=wide)
    return None


def _two(meaning: Meaning, hard: list[str], search: Search) -> Iterator[Alternative]:
    """The first pair, easiest first, without which something fits; of three or more conditions one stays."""
    two = sorted(combinations(hard, 2), key=lambda pair: _ease(pair[0]) + _ease(pair[1]))
    for pair in two[:MOST_PAIRS]:
        wish = meaning.without(pair[0]).without(pair[1])
        found = search(wish, pair[0].partition(":")[0])
        if found.total:
            yield Alternative(pair, wish, found)
            return


def is_quality(part: str, lexicon: Lexicon) -> bool:
    """Whether a part is a word that names nothing to learn: 补贴, 张老师."""
    word = part.removeprefix("word:")
    if word in lexicon.manners:
        return True
    return not any(one in lexicon.taught or keyed(one) in lexicon.topics for one in word.split("|"))


def _ease_in(part: str, hard: list[str], lexicon: Lexicon) -> tuple[int, bool]:
    """How easily a part is given up among others: a quality before what is to be learnt."""
    named = part.startswith("word:") and len(hard) > 1 and not is_quality(part, lexicon)
    return _ease(part), named


def _is_kept(part: str, lexicon: Lexicon) -> bool:
    name, _, word = part.partition(":")
    if name == "audience":
        return word in _CHILDREN
    return name == "code" or (name == "word" and not is_quality(part, lexicon))


def _ease(part: str) -> int:
    return _GIVEN_UP.index(part.partition(":")[0])
