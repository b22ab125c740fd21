"""Puts the house together: database, clock, keys, town and catalogue, for the program and its commands."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast
from urllib.parse import urlsplit

from sqlalchemy import text

from bot.clock import build_clock, record_civil, recorded_civil
from bot.keys import Keys, build_keys, random_digits
from bot.settings import Settings, SettingsError
from models.migrate import migrate
from models.statement import Statement, Tx
from models.store import Store, look_now, open_store, work_now
from services.leases import deviation
from services.town import Catalogue, Town

if TYPE_CHECKING:
    from services.holidays import Holidays

# a database that nobody has used yet: nothing was imported, nobody has spoken
USED = Statement(
    text(
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM offering) OR EXISTS (SELECT 1 FROM import_batch)"
        " OR EXISTS (SELECT 1 FROM person) OR EXISTS (SELECT 1 FROM org_unit WHERE code <> 'root')"
    )
)


@dataclass(slots=True)
class House:
    """What every part of the program stands on; `close` it at the end."""

    settings: Settings
    store: Store
    town: Town
    keys: Keys
    catalogue_read: bool = False

    def close(self) -> None:
        """Record the time, finish what is queued, close the database and let go of the index."""
        now = self.town.now()
        try:
            work_now(self.store, lambda tx: record_civil(tx, now))
        finally:
            self.store.close()
            if self.catalogue_read:
                self.town.catalogue.close()


def open_house(settings: Settings, *, catalogue: bool = True) -> House:
    """Bring the database up to date, open it and build the town.

    Without `catalogue` there is no search, for commands that need none and should start fast.
    Raises StoreError, StoreDown and SettingsError.
    """
    calendar = _holidays(settings)
    migrate(settings.database_url)
    store = open_store(settings.database_url)
    try:
        keys, recorded = work_now(store, lambda tx: (build_keys(tx, settings), recorded_civil(tx)))
        town = Town(
            clock=build_clock(settings, recorded),
            zone=settings.zone,
            catalogue=Catalogue(index=_unread(), lexicon=_unread()),
            holidays=calendar,
            secret=keys.secret,
            random_digits=random_digits,
            operator_name=settings.operator_name,
            operator_contact=settings.operator_contact,
            public_url=settings.public_url,
            calendar_uids=keys.calendar_uids,
            term_limit=settings.term_limit,
            children_on_telegram=settings.children_on_telegram,
            assistant_host=settings.llm_host,
        )
        town.clock.correct(work_now(store, lambda tx: deviation(tx, town.clock)))
        house = House(settings, store, town, keys)
        if catalogue:
            read_catalogue(house)
    except BaseException:
        store.close()
        raise
    return house


@contextmanager
def opened(settings: Settings, *, catalogue: bool = True) -> Iterator[House]:
    """A house for the length of one command."""
    house = open_house(settings, catalogue=catalogue)
    try:
        yield house
    finally:
        house.close()


def read_catalogue(house: House) -> None:
    """Take up the search index that an earlier process kept, or build it, and the words that grow from it."""
    from services.kept_catalogue import open_catalogue

    town, settings = house.town, house.settings
    if house.catalogue_read:
        town.catalogue.close()
    town.catalogue = open_catalogue(
        partial(look_now, house.store), town.zone, town.now(), base=_index_folder(settings),
        database=_database(settings),
    )  # fmt: skip
    house.catalogue_read = True


def _index_folder(settings: Settings) -> Path:
    """Beside the SQLite file, or in `var`; each database has a folder of its own."""
    if settings.embedded:
        return settings.database_path.parent / "index" / settings.database_path.name
    return Path("var/index") / _database(settings)


def _database(settings: Settings) -> str:
    """A database's name that gives no password away."""
    if settings.embedded:
        return str(settings.database_path.resolve())
    parts = urlsplit(settings.database_url)
    named = f"{parts.hostname}:{parts.port}{parts.path}?{parts.query}"
    return hashlib.sha256(named.encode()).hexdigest()[:16]


def import_sample_if_unused(house: House) -> bool:
    """Fill a database that nobody has used with the sample town; whether it was done."""
    from services.importing import import_sample

    def fill(tx: Tx) -> bool:
        if tx.one(USED) is not None:
            return False
        import_sample(tx, house.town)
        return True

    return work_now(house.store, fill)


def _holidays(settings: Settings) -> Holidays:
    from services.holidays import HolidayFileError, Holidays, read_overrides

    if settings.holidays is None:
        return Holidays()
    try:
        return Holidays(read_overrides(settings.holidays.read_text("utf-8")))
    except HolidayFileError as error:
        raise SettingsError([f"DOORSTEP_HOLIDAYS: {error.text_en}"]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"DOORSTEP_HOLIDAYS: {settings.holidays} cannot be read ({error})"]) from None


class _Unread:
    """Stands where the catalogue would be in a command that asked for none."""

    def __getattr__(self, name: str) -> NoReturn:
        raise RuntimeError(f"this command was started without its catalogue, and asks for {name}")


def _unread() -> Any:
    return cast(Any, _Unread())
