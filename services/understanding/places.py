"""Places that the catalogue does not name, said with their kind (…街道, …社区)."""

from __future__ import annotations

import re

_UNNAMED = re.compile(r"(?:^|[在到去])(?P<name>(?![在到去我有])[㐀-鿿]{2,4}?(?:街道|社区|开发区))")
_NEARBY = re.compile(r"^(?:的)?(?:附近|旁边|周边|那边|一带|那里|那儿|边上)")


def unnamed_place(run: str) -> tuple[str, str] | None:
    """Return a place said with its kind although no class is held there, and the rest of the run, or None."""
    match = _UNNAMED.search(run)
    return None if match is None else (match["name"], run[: match.start()] + run[match.end() :])


def is_nearby_word(text: str) -> bool:
    """True for 附近, 旁边 and the like, which after a place add nothing to it."""
    return _NEARBY.match(text) is not None
