"""Places that the catalogue does not name, said with their kind (…街道, …社区)."""

from __future__ import annotations

import re

from services.understanding.draft import Draft
from services.understanding.numbers import NUMBER, read_number

_UNNAMED = re.compile(r"(?:^|[在到去])(?P<name>(?![在到去我有])[㐀-鿿]{2,4}?(?:街道|社区|开发区))")
_DISTANCE = re.compile(
    rf"(?P<n>{NUMBER})(?P<unit>公里|里地|里路|千米|米|km|站路?)路?(?:以内|之内|内|左右|范围)?"
)
_WALK = re.compile(r"(?:走路|走着|步行|溜达)(?:就)?(?:能|可以)?(?:到|去|过去)(?:得了|的了)?")
WALK_METRES = 1500
_METRES = {"公里": 1000, "千米": 1000, "km": 1000, "里地": 500, "里路": 500, "米": 1, "站": 800, "站路": 800}
_NEARBY = re.compile(r"^(?:的)?(?:附近|旁边|周边|那边|一带|那里|那儿|边上)")


def unnamed_place(run: str) -> tuple[str, str] | None:
    """Return a place said with its kind although no class is held there, and the rest of the run, or None."""
    match = _UNNAMED.search(run)
    return None if match is None else (match["name"], run[: match.start()] + run[match.end() :])


def is_nearby_word(text: str) -> bool:
    """True for 附近, 旁边 and the like, which after a place add nothing to it."""
    return _NEARBY.match(text) is not None


def read_distance(draft: Draft) -> None:
    """Take a distance from oneself out of the draft's text and set within (metres) and order."""
    for _ in draft.take(_WALK):
        draft.fields |= {"within": WALK_METRES, "order": "nearest"}
    for match in draft.take(_DISTANCE):
        number = read_number(match["n"])
        if number:
            draft.fields |= {"within": round(number * _METRES[match["unit"]]), "order": "nearest"}
