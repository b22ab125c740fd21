"""The published file of a draw: canonical JSON that holds all that is needed to compute it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.drawing import lots
from services.drawing.hours import Hours
from services.drawing.rule import Entrant, Quota, draw

VERSION = 1
Listing = dict[str, Any]


def canonical(data: Any) -> bytes:
    """The one way in which data is written for a hash: keys sorted, no spaces, UTF-8."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def hash_of(data: Any) -> str:
    """SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(data)).hexdigest()


def make_listing(
    head: Mapping[str, Any], classes: Iterable[Mapping[str, Any]], applications: Iterable[Mapping[str, Any]]
) -> Listing:
    """The list that is fixed at closing, its classes sorted by code and its applications by id.

    `head` has id, title, school, opens, closes, draws, commitment, most and quotas.
    """
    return {
        **head,
        "classes": sorted((dict(one) for one in classes), key=lambda one: str(one["code"])),
        "applications": sorted((dict(one) for one in applications), key=lambda one: str(one["id"])),
    }


@dataclass(frozen=True, slots=True)
class Fixed:
    """A list as it is kept and its hash."""

    text: str
    hash: str


def fixed(listing: Listing) -> Fixed:
    """Write a list in the one way, with its hash."""
    made = canonical(listing)
    return Fixed(made.decode(), hashlib.sha256(made).hexdigest())


def results_of(listing: Listing, secret: str, public: str) -> list[dict[str, Any]]:
    """What the rule makes of a list and a seed, in the order of the lots."""
    key = lots.seed(secret, public)
    of = {one["id"]: one for one in listing["applications"]}
    names = lots.order(key, ((name, one["later"]) for name, one in of.items()))
    entrants = [
        Entrant(name, tuple(of[name]["wishes"]), frozenset(of[name]["groups"]), of[name]["may"])
        for name in names
    ]
    classes = listing["classes"]
    outcomes = draw(
        entrants, {one["code"]: one["seats"] for one in classes},
        [Quota(one["group"], one["seats"], one["percent"]) for one in listing["quotas"]],
        Hours({one["code"]: one["meets"] for one in classes}), listing["most"],
    )  # fmt: skip
    return [
        {
            "lot": lot, "id": name, "got": [{"class": code, "seat": kind} for code, kind in outcome.got],
            "waits": outcome.waits,
        }
        for lot, (name, outcome) in enumerate(zip(names, outcomes, strict=True), 1)
    ]  # fmt: skip


def make_file(listing: Listing, secret: str, public: str, times: Mapping[str, str]) -> dict[str, Any]:
    """The whole file; `times` are committed, listed and drawn. `hash` covers everything else in it."""
    made: dict[str, Any] = {
        "doorstep_draw": VERSION,
        "list": listing,
        "list_hash": hash_of(listing),
        "secret": secret,
        "public": public,
        "times": dict(times),
        "results": results_of(listing, secret, public),
    }
    return {**made, "hash": hash_of(made)}


def write(file: Mapping[str, Any]) -> str:
    """The file as text: one application and one result a line, so that people can look for themselves."""
    return json.dumps(file, ensure_ascii=False, indent=1)
