"""A campaign's plan: messages relative to its opening and closing, each with its own rule for being late."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from services.phrases.hours import Lang

TEMPLATES = Path(__file__).parent / "templates"
EVERYONE = "unit:{unit}"
# what a button of a message opens
TARGETS = ("programme", "nominate", "vote", "card")
MOST_MESSAGES = 60
_UNTIL = re.compile(r"(day|closing) (-?\d{1,3}) (\d{2}:\d{2})")
_KNOWN = {"key", "day", "after_closing", "at", "until", "audience", "to", "buttons", "zh", "en"}


class PlanError(ValueError):
    """A plan that cannot be used; the text says which message, and what would be right."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One message of a plan.

    `day` counts from the opening, or from the closing where `closing`; `until` likewise (day, closing, time).
    `to` is everyone, or organisers.
    """

    key: str
    day: int
    closing: bool
    at: time
    until: tuple[int, bool, time]
    audience: str
    to: str
    buttons: tuple[str, ...]
    zh: str
    en: str

    def goes_out(self, opens: date, closes: date, zone: ZoneInfo) -> datetime:
        """When it is due."""
        return _instant((closes if self.closing else opens) + timedelta(days=self.day), self.at, zone)

    def ends(self, opens: date, closes: date, zone: ZoneInfo) -> datetime:
        """The moment from which it makes no sense any more."""
        day, closing, at = self.until
        return _instant((closes if closing else opens) + timedelta(days=day), at, zone)

    def text(self, lang: Lang) -> str:
        """What it says, with its variables."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Plan:
    """A theme, how many days it lasts, and the messages in the order of their times."""

    theme: str
    days: int
    messages: tuple[Planned, ...]
    late_join: dict[str, str]


def _instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall, zone).astimezone(UTC)


def templates() -> tuple[str, ...]:
    """The names of the templates there are."""
    return tuple(sorted(path.stem for path in TEMPLATES.glob("*.toml")))


def template(name: str) -> str:
    """The text of a template. Raises PlanError."""
    if name not in templates():
        raise PlanError(f"no template {name!r}; there are: {', '.join(templates())}")
    return (TEMPLATES / f"{name}.toml").read_text("utf-8")


# a running campaign's plan is asked for every second
@lru_cache(maxsize=16)
def read_plan(text: str) -> Plan:
    """The plan that a TOML text writes down. Raises PlanError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlanError(f"not a plan: {error}") from None
    entries = data.get("message", [])
    if not isinstance(entries, list) or not 0 < len(entries) <= MOST_MESSAGES:
        raise PlanError(f"a plan has 1 to {MOST_MESSAGES} [[message]] entries")
    messages = [_planned(entry) for entry in entries]
    if len({one.key for one in messages}) < len(messages):
        raise PlanError("two messages have the same key")
    days = data.get("days", 7)
    if not isinstance(days, int) or not 1 <= days <= 60:
        raise PlanError("days must be 1 to 60")
    late = data.get("late_join", {})
    words = {lang: str(late.get(lang, "")).strip() for lang in ("zh", "en")}
    return Plan(str(data.get("theme", "")), days, tuple(messages), words)


def _planned(entry: dict[str, Any]) -> Planned:
    key = str(entry.get("key", ""))
    try:
        if not re.fullmatch(r"[a-z_]{1,40}", key) or set(entry) - _KNOWN:
            raise ValueError("key is missing or no word, or a field is unknown")
        closing = "after_closing" in entry
        day = int(entry["after_closing"] if closing else entry["day"])
        until = _UNTIL.fullmatch(str(entry["until"]))
        if until is None:
            raise ValueError("until is written as “day 3 18:00” or “closing 5 20:00”")
        to = str(entry.get("to", "everyone"))
        texts = str(entry.get("zh", "")).strip(), str(entry.get("en", "")).strip()
        if to not in ("everyone", "organisers") or (to == "everyone" and not all(texts)):
            raise ValueError("to is everyone or organisers, and everyone is told something in zh and en")
        buttons = tuple(map(str, entry.get("buttons", ())))
        if len(buttons) > 3 or not set(buttons) <= set(TARGETS):
            raise ValueError(f"at most three buttons, each to one of {', '.join(TARGETS)}")
        return Planned(
            key, day, closing, time.fromisoformat(str(entry["at"])),
            (int(until[2]), until[1] == "closing", time.fromisoformat(until[3])),
            str(entry.get("audience", EVERYONE)), to, buttons, *texts,
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise PlanError(f"message {key or '?'}: {error}") from None
