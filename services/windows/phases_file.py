"""The file of phases and reserved seats, as TOML or CSV: who may come when, and for whom seats are kept.

    [[phase]]                       [[quota]]
    who = "returning"               who = "first_timer"
    opens = "2026-12-01 09:00"      percent = 20

A CSV file has the columns who, opens, area, seats, percent; a line with seats or percent is a quota.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.windows import AUDIENCES

WHO = {
    "returning": "returning", "老学员": "returning", "first_timer": "first_timer", "新学员": "first_timer",
    "resident": "resident", "居民": "resident", "本区居民": "resident", "priority": "priority",
    "优先": "priority", "everyone": "everyone", "所有人": "everyone",
}  # fmt: skip
_FIELDS = frozenset({"who", "opens", "area", "seats", "percent"})


class PhasesError(Exception):
    """What is wrong with the file, in words for the clerk."""


@dataclass(frozen=True, slots=True)
class PhaseLine:
    """One audience and from when on it may come."""

    audience: str
    area: str
    opens_at: datetime


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """Seats of each class that are first for one audience."""

    audience: str
    area: str
    seats: int | None
    percent: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What the file says; `most` is how many classes one draw gives a person."""

    phases: tuple[PhaseLine, ...] = ()
    quotas: tuple[QuotaLine, ...] = ()
    most: int = 1


def read_plan(name: str, text: str, zone: ZoneInfo) -> Plan:
    """The plan in a file of this name. Raises PhasesError."""
    if name.lower().endswith(".csv"):
        rows = list(csv.DictReader(text.lstrip("\ufeff").splitlines()))
        quotas = [row for row in rows if row.get("seats") or row.get("percent")]
        phases = [row for row in rows if row not in quotas]
        return _plan(phases, quotas, 1, zone)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PhasesError(f"{name} is no TOML ({error})") from None
    if odd := sorted(set(data) - {"phase", "quota", "most"}):
        raise PhasesError(f"{name}: {', '.join(odd)} is not known; write [[phase]], [[quota]] and most")
    most = data.get("most", 1)
    if not isinstance(most, int) or not 1 <= most <= 3:
        raise PhasesError(f"{name}: most must be 1, 2 or 3")
    return _plan(data.get("phase", []), data.get("quota", []), most, zone)


def read_moment(text: str, zone: ZoneInfo, *, end: bool = False) -> datetime:
    """An instant as clerks write it: 2026-12-01 09:00, or a day alone (with `end` its whole length).

    Raises ValueError.
    """
    text = text.strip().replace("：", ":").replace("/", "-")
    if len(text) <= 10:
        day = date.fromisoformat(text)
        return datetime.combine(day + timedelta(days=1) if end else day, time(), zone).astimezone(UTC)
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def _plan(phases: object, quotas: object, most: int, zone: ZoneInfo) -> Plan:
    if not isinstance(phases, list) or not isinstance(quotas, list):
        raise PhasesError("write [[phase]] and [[quota]], each with its own lines")
    read_phases = tuple(_phase(row, zone) for row in phases)
    read_quotas = tuple(_quota(row) for row in quotas)
    keys = [(line.audience, line.area) for line in read_quotas]
    if len(set(keys)) != len(keys):
        raise PhasesError("the same audience has two quotas; write one")
    if sum(line.percent or 0 for line in read_quotas) > 100:
        raise PhasesError("the quotas come to more than 100 percent")
    return Plan(tuple(sorted(read_phases, key=lambda line: line.opens_at)), read_quotas, most)


def _phase(row: Mapping[str, object], zone: ZoneInfo) -> PhaseLine:
    audience, area = _who(row)
    try:
        opens = row.get("opens")
        if isinstance(opens, datetime):
            opens = opens.isoformat()
        return PhaseLine(audience, area, read_moment(str(opens or ""), zone))
    except ValueError:
        raise PhasesError(f"opens = {row.get('opens')!r} is no time; write 2026-12-01 09:00") from None


def _quota(row: Mapping[str, object]) -> QuotaLine:
    audience, area = _who(row)
    seats, percent = _count(row, "seats", 10_000), _count(row, "percent", 100)
    if (seats is None) is (percent is None):
        raise PhasesError(f"the quota of {row.get('who')} needs either seats or percent")
    return QuotaLine(audience, area, seats, percent)


def _count(row: Mapping[str, object], name: str, most: int) -> int | None:
    said = str(row.get(name) or "").strip().rstrip("%％")
    if not said:
        return None
    if not said.isdecimal() or int(said) > most:
        raise PhasesError(f"{name} = {row.get(name)!r} should be a number up to {most}")
    return int(said)


def _who(row: Mapping[str, object]) -> tuple[str, str]:
    if odd := sorted(name for name in row if name not in _FIELDS):
        raise PhasesError(f"{', '.join(map(str, odd))} is not known; write who, opens, area, seats, percent")
    said = str(row.get("who") or "").strip()
    audience, area = WHO.get(said), str(row.get("area") or "").strip()
    if audience is None or audience not in AUDIENCES:
        raise PhasesError(f"who = {said!r}: choose of {', '.join(AUDIENCES)}")
    if audience == "resident" and not area:
        raise PhasesError('residents need their district: area = "新城街道"')
    return audience, area[:40]
