"""What a long tale asks for, and what it only tells by the way."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from services.regex import regex

# so much beside its topics makes a clause one that tells of something
MOST_BESIDE = 3
_CLAUSE = regex(r"[^,;!?。 ]+")
LONG_ASIDE = 24
_CARING = regex("[带看][孙娃孩外宝]")
_SEEKS = regex(
    r"比如|例如|[想要让给](?:[^,;!?。 不]{0,4})?[学报参上练找听做画跳唱考弄]|有没有|有(?=[教讲个])"
    r"|[学报找听](?:[个点习一]|$)|教|讲|推荐|(?:想|要|换成|改)$|求"
)
_SOUGHT_BEHIND = regex(
    r"(?:的)?(?:[班课]|培训|讲座|方面|[教有]?[吗没么]|啥的|什么的|之类|[那这]种|也行|都行)|哪|怎么|咋"
)
_LISTED = regex("[或和跟与]|还是|要么|以及|也想|还想|又想")
# what is looked for stands behind one of these, or before one of those
_SOUGHT = regex(
    r"(?:[学教练找报搞弄讲玩打]|没有|有|参加|想|要|会|换|是)(?:[一]?[个点些门下种]|什么|啥|习|会|成|名)?$"
)
_TAUGHT_BEHIND = regex(r"[班课]|培训|讲座|的?[吗么没呢]|的?有|怎么|咋|这|$")
CLAUSE_END = regex(r"[ ,，。;；!！?？]")
# how, not what: 坐着学, 别太久, 不累
_MANNER = regex(r".{0,3}着[学练做上]?|[别不没太很挺].*")


def asides(text: str, topics: Sequence[tuple[str, int]]) -> frozenset[int]:
    """Where a tale names a topic by the way, in a clause that says more, while another clause looks for one.

    刚离婚心情不好,想听心理方面的课: the law is not asked for.
    """
    if len(topics) < 2:
        return frozenset()
    looked_for: set[int] = set()
    bare = False
    aside: set[int] = set()
    for clause in _CLAUSE.finditer(text):
        inside = [(phrase, start) for phrase, start in topics if clause.start() <= start < clause.end()]
        if not inside:
            continue
        first, (last, begun) = inside[0][1], inside[-1]
        names = sum(len(phrase) for phrase, _ in inside)
        beside = clause.end() - clause.start() - names
        if _SEEKS.search(text, clause.start(), first) or _SOUGHT_BEHIND.match(text, begun + len(last)):
            looked_for.update(start for _, start in inside)
        elif beside >= MOST_BESIDE:
            aside.update(start for _, start in inside)
        else:
            bare |= beside < 2
            # 在家带孙子 is mostly told of, too
            aside.update(start for phrase, start in inside if _CARING.match(phrase))
    if not looked_for and not (bare and len(text) > LONG_ASIDE):
        return frozenset()
    # what stands in one list with something else is no aside
    for (phrase, start), (_, after) in pairwise(topics):
        if _LISTED.search(text, start + len(phrase), after):
            aside -= {start, after}
    return frozenset(aside)


def sought(word: str, text: str) -> bool:
    """Whether an unknown word of a tale of several clauses is said as something to learn."""
    if _MANNER.fullmatch(word):
        return False
    at = text.find(word)
    return at >= 0 and bool(
        _SOUGHT.search(text, max(0, at - 6), at)
        or (
            _TAUGHT_BEHIND.match(text, at + len(word))
            and at + len(word) < len(text)
            and text[at + len(word)] != " "
        )
    )
