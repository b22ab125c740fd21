"""Places that the catalogue does not name, said with their kind (…街道, …社区)."""

from __future__ import annotations

from services.regex import regex
from services.understanding.draft import Draft
from services.understanding.numbers import NUMBER, read_number

_UNNAMED = regex(
    r"(?:^|[在到去])(?P<name>(?![在到去我有])[㐀-鿿]{2,4}?(?:街道|社区|开发区|(?<!古)镇(?!上)|乡(?!下))"
    r"|县城(?![关区])|市区|城里)"
)
_DISTANCE = regex(rf"(?P<n>{NUMBER})(?P<unit>公里|里地|里路|千米|米|km|站路?)路?(?:以内|之内|内|左右|范围)?")
_MINUTES = rf"(?:(?P<n>{NUMBER})(?:来|多)?分钟|(?P<q>一刻钟|半个?小时|半个钟头))(?:之内|以内|内)?"
_WALK = regex(
    rf"(?:走路|走着|步行|溜达)(?:{_MINUTES})?(?:就)?(?:能|可以)?(?:走)?(?:到|去|过去)(?:得了|的了)?"
)
_RIDE = regex(
    rf"(?:骑车|骑自行车|骑电动车|电动车|骑电瓶车)(?:{_MINUTES})?(?:就)?(?:能|可以)?(?:骑)?(?:到|去|过去)"
)
WALK_METRES, RIDE_METRES = 1500, 4000
A_MINUTE = {WALK_METRES: 75, RIDE_METRES: 220}
_METRES = {"公里": 1000, "千米": 1000, "km": 1000, "里地": 500, "里路": 500, "米": 1, "站": 800, "站路": 800}
_NEARBY = regex(r"^(?:的)?(?:附近|旁边|周边|那边|一带|那里|那儿|边上)")


def unnamed_place(run: str) -> tuple[str, str] | None:
    """Return a place said with its kind although no class is held there, and the rest of the run, or None."""
    match = _UNNAMED.search(run)
    return None if match is None else (match["name"], run[: match.start()] + run[match.end() :])


def is_nearby_word(text: str) -> bool:
    """True for 附近, 旁边 and the like, which after a place add nothing to it."""
    return _NEARBY.match(text) is not None


def read_distance(draft: Draft) -> None:
    """Take a distance from oneself out of the draft's text and set within (metres) and order."""
    for pattern, usual in ((_WALK, WALK_METRES), (_RIDE, RIDE_METRES)):
        for match in draft.take(pattern):
            minutes = {"一": 15, "半": 30}[match["q"][0]] if match["q"] else read_number(match["n"] or "")
            metres = round(minutes * A_MINUTE[usual]) if minutes else usual
            draft.fields |= {"within": metres, "order": "nearest"}
    for match in draft.take(_DISTANCE):
        number = read_number(match["n"])
        if number:
            draft.fields |= {"within": round(number * _METRES[match["unit"]]), "order": "nearest"}
