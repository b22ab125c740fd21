"""A filled database opened with the town that stands on it, and nothing else: its memory is measured, too."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from benchmarks.town import ZONE, Size
from models.clock import clock_for
from models.store import Store, look_now, open_store
from services.catalogue import load_catalogue
from services.holidays import Holidays
from services.town import Town


@dataclass(frozen=True, slots=True)
class House:
    """An open database with its town."""

    store: Store
    town: Town
    size: Size


def open_town(url: str, size: Size) -> House:
    """Open a filled database with the town that stands on it."""
    store = open_store(url)
    clock = clock_for(None, 1.0, None)
    random = Random(7)
    town = Town(
        clock=clock, zone=ZONE, catalogue=look_now(store, lambda tx: load_catalogue(tx, ZONE, clock.civil())),
        holidays=Holidays(), secret=b"a key for benchmarks only, 32 bytes",
        random_digits=lambda count: "".join(random.choices("0123456789", k=count)),
    )  # fmt: skip
    return House(store, town, size)
