"""Several wishes in one sentence, each with a condition of its own: 周末书法或者晚上瑜伽."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from services.regex import regex
from services.understanding.meaning import TIMES, Meaning

MOST_WAYS = 4
_PARTED = regex(
    # 上午瑜伽下午太极: a time begins another piece
    r"(?<=[㐀-鿿])(?<![下这本每上大小到至和跟除要是别])(?:(?=周[一二三四五六日末]|星期|礼拜|平时)"
    # but of 周三下午 the hour belongs to the day
    r"|(?<!周[一二三四五六日天末])(?<!星期.)(?<!礼拜.)(?<!天)(?=上午|下午|晚上|早上|中午))|"
    r"[,，、;；。 ]+|或者?是?|或是|要么|还是|以及|还有|和|另外|同时"
)
# somebody else, or oneself, for whom the other wish is
_PERSON = regex(
    r"我(?!们)|俺|自己|老公|老婆|老伴|爱人|[爸妈爷奶]|婆婆|公公|儿子|女儿|闺女|孩子|孙|娃|他|她|大人|老人"
)
_OWN = (*sorted(TIMES), "age", "level", "free", "fee_max", "place", "online")
_FEES = {"free": "fee", "fee_max": "fee"}
Read = Callable[[str], Meaning]


def in_ways(text: str, whole: Meaning, read: Read) -> Meaning | None:
    """Return the wishes of a text that names several things with conditions of their own, or None.

    `whole` is what the text means when all is said of all, `read` reads a piece of it.
    """
    if not any("|" in word for word in whole.words):
        return None
    pieces = [piece for piece in _PARTED.split(text) if piece and piece.strip()]
    if not 2 <= len(pieces) <= 12:
        return None
    said = [(piece, read(piece)) for piece in pieces]
    wishes = [at for at, (_, one) in enumerate(said) if one.words]
    if not 2 <= len(wishes) <= MOST_WAYS:
        return None
    members, common = _gathered(said, wishes)
    members = [
        (piece, replace(one, soft=frozenset(), excluded=(), order="relevance")) for piece, one in members
    ]
    if len({one.words for _, one in members}) < len(members) or not _own_conditions(members):
        return None
    ways = tuple(_bare(one) for _, one in members)
    rest = Meaning(
        excluded=whole.excluded, order=whole.order, within=whole.within, near=whole.near, seats=whole.seats
    )
    for one in common:
        rest = replace(one, words=(), soft=frozenset()).merge(rest)
    return replace(rest, any_of=ways)


def _gathered(
    said: list[tuple[str, Meaning]], wishes: list[int]
) -> tuple[list[tuple[str, Meaning]], list[Meaning]]:
    """Give each wish the conditions said beside it: before it where the first one has some there."""
    before = any(_conditions(one) for _, one in said[: wishes[0]])
    members = [said[at] for at in wishes]
    common: list[Meaning] = []
    for at, (piece, one) in enumerate(said):
        if at in wishes:
            continue
        if before:
            after = [n for n, wish in enumerate(wishes) if wish > at]
            owner = after[0] if after else None
        else:
            earlier = [n for n, wish in enumerate(wishes) if wish < at]
            owner = earlier[-1] if earlier else None
            if owner == len(wishes) - 1 and not any(_conditions(m) for _, m in members[:-1]):
                owner = None
        if owner is None or piece.startswith("都"):
            common.append(one)
        else:
            told, wish = members[owner]
            members[owner] = (f"{piece} {told}" if before else f"{told} {piece}", wish.merge(one))
    return members, common


def _conditions(one: Meaning) -> set[str]:
    return {name for name in _OWN if getattr(one, name) not in (None, (), False, frozenset())}


def _own_conditions(members: list[tuple[str, Meaning]]) -> bool:
    """Whether the wishes differ in when, for how much, where or for whom, not only in what."""
    kinds = [
        {"times" if name in TIMES else _FEES.get(name, name) for name in _conditions(one)}
        for _, one in members
    ]
    shared = set.intersection(*kinds)
    if shared:
        return any(len({_of(kind, one) for _, one in members}) > 1 for kind in shared)
    people = ["age" in kind or "level" in kind for kind in kinds]
    if any(people) and not all(people):
        return all(_PERSON.search(piece) for piece, _ in members)
    return False


def _of(kind: str, one: Meaning) -> object:
    names = {"times": sorted(TIMES), "fee": ("free", "fee_max")}.get(kind, (kind,))
    return tuple(getattr(one, name) for name in names)


def _bare(one: Meaning) -> Meaning:
    """A wish with what can be said of one of several, and no more."""
    return replace(one, order="relevance", seats=False, near=None, within=None, any_of=(), soft=frozenset())
