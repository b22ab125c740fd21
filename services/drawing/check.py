"""Verifying a published draw from its file alone: the first thing that does not hold, in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from services.drawing import lots
from services.drawing.sheet import VERSION, hash_of, make_file

_HEX = re.compile(r"[0-9a-f]{64}")
_TEXT, _COUNT, _FLAG = "text", "count", "flag"
_MAYBE_COUNT, _TIME = "count or null", "time"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_LISTING = {
    "id": _COUNT, "title": _TEXT, "school": _TEXT, "opens": _TEXT, "closes": _TIME, "draws": _TIME,
    "commitment": _TEXT, "most": _COUNT,
    "quotas": [{"group": _TEXT, "seats": _MAYBE_COUNT, "percent": _MAYBE_COUNT}],
    "classes": [{"code": _TEXT, "title": _TEXT, "seats": _COUNT, "meets": [[_TIME]]}],
    "applications": [
        {
            "id": _TEXT, "later": _FLAG, "groups": [_TEXT], "may": _COUNT, "wishes": [_TEXT],
            "left_out": [_TEXT],
        }
    ],
}  # fmt: skip
_FILE = {
    "doorstep_draw": _COUNT, "list": _LISTING, "list_hash": _TEXT, "secret": _TEXT, "public": _TEXT,
    "times": {"committed": _TIME, "listed": _TIME, "drawn": _TIME},
    "results": [
        {"lot": _COUNT, "id": _TEXT, "got": [{"class": _TEXT, "seat": _TEXT}], "waits": [_TEXT]}
    ],
    "hash": _TEXT,
}  # fmt: skip


class NotAFile(Exception):
    """What was given is no file of a draw at all; the text says why."""


def verify(text: str) -> str | None:
    """The first difference between a file and what it must say, or None where everything holds.

    Raises NotAFile for what is no such file.
    """
    file = _read(text)
    wrong = next(_shape(file, _FILE, ""), None) or next(_sense(file), None)
    if wrong is not None:
        return wrong
    made = make_file(file["list"], file["secret"], file["public"], file["times"])
    return next(_differences(file, made, ""), None)


def _read(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except ValueError as error:
        raise NotAFile(f"no JSON file of a draw ({error})") from None
    except RecursionError:
        raise NotAFile("no JSON file of a draw (lists within lists without end)") from None
    if not isinstance(found, dict) or found.get("doorstep_draw") != VERSION:
        raise NotAFile(f"no file of a draw: doorstep_draw must be {VERSION}")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return made


def _shape(value: Any, wanted: Any, path: str) -> Iterator[str]:
    """Whether a value has the fields and kinds that it should, and no others."""
    at = path or "the file"
    if isinstance(wanted, dict):
        if not isinstance(value, dict):
            yield f"{at} should be an object"
        elif value.keys() != wanted.keys():
            odd = sorted(value.keys() ^ wanted.keys())
            yield f"{at}: {', '.join(odd)} is missing or has no place there"
        else:
            for name, kind in wanted.items():
                yield from _shape(value[name], kind, f"{path}.{name}" if path else name)
    elif isinstance(wanted, list):
        if not isinstance(value, list):
            yield f"{at} should be a list"
        else:
            for number, one in enumerate(value):
                yield from _shape(one, wanted[0], f"{path}[{number}]")
    elif not _is(value, wanted):
        yield f"{at} should be a {wanted}, and is {value!r}"


def _is(value: Any, kind: str) -> bool:
    if kind == _FLAG:
        return isinstance(value, bool)
    if kind == _MAYBE_COUNT and value is None:
        return True
    if kind in (_COUNT, _MAYBE_COUNT):
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return isinstance(value, str) and (kind == _TEXT or _INSTANT.fullmatch(value) is not None)


def _sense(file: dict[str, Any]) -> Iterator[str]:
    """What must hold before anything can be computed: hashes, order, and wishes for classes that exist."""
    listing, secret = file["list"], file["secret"]
    if not _HEX.fullmatch(secret):
        yield "secret should be 64 hexadecimal digits"
        return
    if lots.commitment(secret) != listing["commitment"]:
        yield "secret is not the one whose commitment was published (list.commitment)"
    if hash_of(listing) != file["list_hash"]:
        yield f"list_hash says {file['list_hash']}, and the list in the file gives {hash_of(listing)}"
    for name, key in (("classes", "code"), ("applications", "id")):
        keys = [one[key] for one in listing[name]]
        if any(later <= earlier for earlier, later in pairwise(keys)):
            yield f"list.{name} is not sorted by {key}, or has one twice"
    codes = {one["code"] for one in listing["classes"]}
    for number, one in enumerate(listing["classes"]):
        if any(len(span) != 2 or span[0] >= span[1] for span in one["meets"]):
            yield f"list.classes[{number}].meets should be pairs of start and end"
    for number, one in enumerate(listing["applications"]):
        if len(set(one["wishes"])) != len(one["wishes"]) or not codes.issuperset(one["wishes"]):
            yield f"list.applications[{number}].wishes names a class twice, or one that is not drawn"
    if len({quota["group"] for quota in listing["quotas"]}) != len(listing["quotas"]):
        yield "list.quotas names a group twice"


def _differences(given: Any, right: Any, path: str) -> Iterator[str]:
    if isinstance(right, dict) and isinstance(given, dict):
        for name in right:
            yield from _differences(given[name], right[name], f"{path}.{name}" if path else name)
    elif isinstance(right, list) and isinstance(given, list):
        for number, (one, other) in enumerate(zip(given, right, strict=False)):
            yield from _differences(one, other, f"{path}[{number}]")
        if len(given) != len(right):
            yield f"{path} has {len(given)} entries, and should have {len(right)}"
    elif given != right:
        yield f"{path} says {given!r}, and should be {right!r}"
