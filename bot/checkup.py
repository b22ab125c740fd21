"""The checks of `doorstep doctor`: what is set, what can be reached, what will be missing soon."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from bot.settings import Settings, SettingsError, load_settings, unknown_names
from models.migrate import State, check
from models.store import StoreError

LEAST_FREE = 200 * 1024 * 1024
WAIT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: `level` is ok, warn or fail."""

    LEVELS: ClassVar = ("ok", "warn", "fail")

    level: str
    about: str
    text: str


def examine() -> Iterator[Finding]:
    """Every check in turn; without usable settings only those."""
    try:
        settings = load_settings()
    except SettingsError as error:
        for problem in error.problems:
            yield Finding("fail", "settings", problem)
        return
    names = unknown_names(os.environ)
    for line in names:
        yield Finding("warn", "settings", line)
    if not names:
        yield Finding("ok", "settings", "read and understood")
    yield from _database(settings)
    yield _public(settings)
    yield from _telegram(settings)
    yield from _assistant(settings)
    yield _operator(settings)
    yield _disk(settings)
    yield from _days(settings)


def _database(settings: Settings) -> Iterator[Finding]:
    try:
        state = check(settings.database_url)
    except StoreError as error:
        yield Finding("fail", "database", str(error))
        return
    if state is State.NEWER:
        yield Finding("fail", "database", "was made by a newer Doorstep; update this program")
    elif state is State.CURRENT:
        kind = f"SQLite in {settings.database_path}" if settings.embedded else "PostgreSQL"
        yield Finding("ok", "database", f"{kind}, up to date")
    else:
        yield Finding(
            "warn", "database", f"is {state}; `doorstep run` or `doorstep migrate` brings it up to date"
        )


def _public(settings: Settings) -> Finding:
    if not settings.public_url:
        return Finding(
            "warn", "public address",
            "not set, so messages and calendars carry no link, and a poster leads to whatever address it was"
            " opened at, which neighbours may not reach; set DOORSTEP_PUBLIC_URL before printing posters",
        )  # fmt: skip
    if not settings.public_url.startswith("https://"):
        return Finding(
            "warn", "public address", f"{settings.public_url} is not https://; phones will warn people"
        )
    return Finding("ok", "public address", settings.public_url)


def _telegram(settings: Settings) -> Iterator[Finding]:
    """Whether Telegram takes the token, and whether another program stands in the way."""
    if settings.telegram_token is None:
        yield Finding("ok", "telegram", "not set up; the web page works without it")
        return
    from bot.checkup_telegram import examine_telegram

    for found in asyncio.run(examine_telegram(settings, WAIT_SECONDS)):
        yield Finding(*found)


def _assistant(settings: Settings) -> Iterator[Finding]:
    """Whether the language model answers, and in the way that is asked of it."""
    if not settings.llm_url:
        return
    from bot.checkup_assistant import examine_assistant

    level, text = asyncio.run(examine_assistant(settings, WAIT_SECONDS))
    yield Finding(level, "language model", text)


def _operator(settings: Settings) -> Finding:
    if settings.operator_name and settings.operator_contact:
        return Finding("ok", "operator", settings.operator_name)
    return Finding(
        "warn", "operator",
        "people ask who runs this (/privacy); set DOORSTEP_OPERATOR_NAME and DOORSTEP_OPERATOR_CONTACT",
    )  # fmt: skip


def _disk(settings: Settings) -> Finding:
    folder = settings.database_path.parent if settings.embedded else Path()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    text = f"{free // (1024 * 1024)} MB free"
    if not os.access(folder, os.W_OK):
        return Finding("fail", "disk", f"{folder.resolve()} cannot be written to by this account")
    if free < LEAST_FREE:
        return Finding("fail" if free < LEAST_FREE // 10 else "warn", "disk", f"only {text}; make room")
    return Finding("ok", "disk", text)


def _days(settings: Settings) -> Iterator[Finding]:
    from services.holidays import HolidayFileError, Holidays, read_overrides

    try:
        text = settings.holidays.read_text("utf-8") if settings.holidays else ""
        calendar = Holidays(read_overrides(text))
    except (HolidayFileError, OSError, UnicodeDecodeError) as error:
        yield Finding("fail", "holidays", getattr(error, "text_en", str(error)))
        return
    this = datetime.now(settings.zone).year
    for year in (this, this + 1):
        days = (date(year, 1, 1) + timedelta(n) for n in range(365))
        if any(day.year == year for day in calendar.overrides) or any(map(calendar.is_make_up_workday, days)):
            yield Finding("ok", "holidays", f"{year} is known with its make-up workdays (调休)")
        else:
            yield Finding(
                "warn", "holidays",
                f"the make-up workdays (调休) of {year} are not known here yet; "
                "once announced, update the program or name a file in DOORSTEP_HOLIDAYS",
            )  # fmt: skip
