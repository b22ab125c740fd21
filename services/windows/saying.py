"""How a window is set, as staff say it: 抽签，12月7日截止，12月8日上午10点公布，老学员12月1日起.

What is said is a change of a draft: it names only what is to be another way than it stands there.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.broadcasting.when import named_day, read_time
from services.regex import regex
from services.windows.phases_file import PhaseLine, Plan, QuotaLine
from services.windows.setting import Times

# results are told when people are up and the school can be called
DRAW_HOUR = 10
_PARTS = regex(r"[，,。；;、\n]+|(?<=截止|公布|开始|开放)\s+")
_LABEL = regex(r"(?:截止|公布|开始|开放)[: ]*")
_RANGE = regex(r"(.*\d.*?)(?:到|至|~|—| to | - )(.*\d.*)")
_MODES = (
    ("fcfs", regex(r"先到先得|先报先得|先到先|fcfs|first come", re.IGNORECASE)),
    ("approve", regex(r"审核|审批|approv", re.IGNORECASE)),
    ("draw", regex(r"抽签|摇号|\bdraw\b|by lot", re.IGNORECASE)),
)
_DRAWS = regex(r"公布|结果|抽签时间|开奖|publish|result|draws? at", re.IGNORECASE)
_CLOSES = regex(r"截止|为止|结束|\bclos|\buntil\b|\bends?\b", re.IGNORECASE)
_OPENS = regex(r"开始|开放|起$|\bopen|\bfrom\b|\bstart", re.IGNORECASE)
_NOW = regex(r"马上|立刻|立即|现在|\bnow\b|at once", re.IGNORECASE)
_LATER = regex(
    r"(\d{1,2}|[一二两三四五六七八九十])(?:个)?(天|周|星期|礼拜| ?days?| ?weeks?)(?:后|以后| later)?"
)
# 老学员先报一天: so many days before everybody
_AHEAD = regex(r"先报?\s*(\d{1,2}|[一二两三四五六七])\s*天")
_HOURS = regex(r"\d{1,2}\s*[点:]|[一二三四五六七八九十]点|am\b|pm\b", re.IGNORECASE)
_ALL_AT_ONCE = regex(r"不分批|一起报|no phases", re.IGNORECASE)
_NO_QUOTA = regex(r"不保留|不留名额|none kept", re.IGNORECASE)
_AREA = regex(
    r"([一-鿿]{2,12}?(?:街道|镇|乡|区|社区|村))(?:的)?居民|residents of ([\w ]{2,40}?)(?= from|:|$)"
)
# the town or street that a school is named after
DISTRICT = regex(r"[一-鿿]{1,6}?(?:街道|镇|乡|区)")
_HERE = regex(r"(?:本|我们|咱们?)(街道|镇|乡|区)(?=的?(?:居民|住户|人))(?:的?住户|的?人)?")
_WHO = (
    ("returning", regex(r"老学员|returning", re.IGNORECASE)),
    ("first_timer", regex(r"新学员|first[- ]timer", re.IGNORECASE)),
    ("resident", regex(r"居民|resident", re.IGNORECASE)),
    ("priority", regex(r"优先|priority", re.IGNORECASE)),
    ("everyone", regex(r"所有人|大家|其他人|everyone", re.IGNORECASE)),
)
_KEPT = regex(r"(?:保留|预留|留|keep)\D{0,6}(\d{1,5})\s*(%|个|名|seats)?", re.IGNORECASE)
_ONES = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"两": 2}


@dataclass(frozen=True, slots=True)
class Draft:
    """A window before it is set."""

    mode: str
    times: Times = field(default_factory=Times)
    plan: Plan = field(default_factory=Plan)


def changed(
    draft: Draft, said: str, now: datetime, zone: ZoneInfo, asked: str = "", last: datetime | None = None
) -> Draft | None:
    """The draft with what was said; None where a part of it is not understood.

    `asked` (opens, closes, draws, phases) is what was asked for, where a moment is said alone; what another
    way proposes by itself comes before `last`.
    """
    for part in _parts(said):
        found = _one(draft, part, now, zone, asked, last)
        if found is None:
            return None
        draft = found
    return draft


def proposed(mode: str, now: datetime, zone: ZoneInfo, last: datetime | None) -> Draft:
    """What fits as a rule: a draw a week from now, or sooner where the classes close at `last`."""
    if mode != "draw":
        return Draft(mode)
    today = now.astimezone(zone).date()
    days = range(7, 0, -1)
    ends = [datetime.combine(today + timedelta(days=ahead + 1), time(), zone) for ahead in days]
    fits = [end for end in ends if last is None or end + timedelta(hours=DRAW_HOUR) < last]
    closes = (fits or ends[-1:])[0]
    draws = closes + timedelta(hours=DRAW_HOUR)
    return Draft(mode, Times(None, closes.astimezone(UTC), draws.astimezone(UTC)))


def ahead_by(draft: Draft, audience: str, area: str, days: int, now: datetime) -> Draft:
    """One audience first, everybody so many days later."""
    first = draft.times.opens or now
    phases = (
        PhaseLine(audience, area, first), PhaseLine("everyone", "", first + timedelta(days=days)),
    )  # fmt: skip
    return replace(draft, plan=replace(draft.plan, phases=phases))


def named_here(said: str, district: str) -> str:
    """Return a text with the district by its name where 本镇居民 stands for it."""

    def name(match: re.Match[str]) -> str:
        whom = "居民" if match[0][-1] in "户人" else ""
        return f"{district}{whom}" if district.endswith(match[1]) else match[0]

    return _HERE.sub(name, said) if district else said


def at_once(draft: Draft) -> Draft:
    """Everybody together."""
    return replace(draft, plan=replace(draft.plan, phases=()))


def with_moment(draft: Draft, name: str, at: datetime | None) -> Draft:
    """Another opening, closing or publishing; an opening takes the phases with it."""
    phases = draft.plan.phases
    if name == "opens" and at is not None and phases:
        later = at - phases[0].opens_at
        moved = tuple(replace(one, opens_at=one.opens_at + later) for one in phases)
        return replace(draft, times=replace(draft.times, opens=at), plan=replace(draft.plan, phases=moved))
    return replace(draft, times=replace(draft.times, **{name: at}))


def _parts(said: str) -> list[str]:
    parts: list[str] = []
    label = ""
    for part in _PARTS.split(unicodedata.normalize("NFKC", said)):
        if _LABEL.fullmatch(part):  # 截止 12月7日: the word belongs to what follows it
            label = part
            continue
        part, label = f"{label}{part}", ""
        span = _RANGE.fullmatch(part.strip())
        parts += [f"{span[1]} 开始", f"{span[2]} 截止"] if span else [part.strip()]
    return [part for part in parts if part]


def _one(
    draft: Draft, part: str, now: datetime, zone: ZoneInfo, asked: str, last: datetime | None
) -> Draft | None:
    who = next((name for name, pattern in _WHO if pattern.search(part)), "")
    if _ALL_AT_ONCE.search(part):
        return at_once(draft)
    if _NO_QUOTA.search(part):
        return replace(draft, plan=replace(draft.plan, quotas=()))
    if who:
        return _audience(draft, who, part, now, zone)
    mode = next((name for name, pattern in _MODES if pattern.search(part)), "")
    named = _field(part) or ("draws" if mode == "draw" == draft.mode else asked)
    at = _moment(part, now, zone, end=named == "closes", hour=DRAW_HOUR if named == "draws" else 0)
    if at is None and named == "opens" and _NOW.search(part):
        return with_moment(draft, "opens", None)
    if mode and mode != draft.mode:
        # seats are kept for some only where all are drawn
        plan = draft.plan if mode == "draw" else replace(draft.plan, quotas=())
        draft = replace(proposed(mode, now, zone, last), plan=plan)
    if at is not None and named in ("opens", "closes", "draws"):
        return with_moment(draft, named, at)
    return draft if at is None and mode else None


def _field(part: str) -> str:
    """Which moment a part is about."""
    if _DRAWS.search(part):
        return "draws"
    if _CLOSES.search(part):
        return "closes"
    return "opens" if _OPENS.search(part) else ""


def _audience(draft: Draft, who: str, part: str, now: datetime, zone: ZoneInfo) -> Draft | None:
    """A phase, or seats that are kept."""
    found = _AREA.search(part)
    area = (found[1] or found[2]).strip() if found else ""
    if who == "resident" and not area:
        return None
    ahead = _AHEAD.search(part)
    if ahead is not None and who != "everyone":
        days = int(ahead[1]) if ahead[1].isdecimal() else _ONES[ahead[1]]
        return ahead_by(draft, who, area, days, now)
    kept = _KEPT.search(part)
    if kept is not None:
        share = kept[2] == "%"
        if share and int(kept[1]) > 100:
            return None
        line = QuotaLine(who, area, None if share else int(kept[1]), int(kept[1]) if share else None)
        quotas = [one for one in draft.plan.quotas if (one.audience, one.area) != (who, area)]
        if sum(one.percent or 0 for one in (*quotas, line)) > 100:
            return None
        return replace(draft, plan=replace(draft.plan, quotas=(*quotas, line)))
    rest = part.replace(found[0], " ") if found else part
    at = _moment(rest, now, zone)
    if at is None:
        return None
    phases = [one for one in draft.plan.phases if (one.audience, one.area) != (who, area)]
    phases = sorted([*phases, PhaseLine(who, area, at)], key=lambda one: one.opens_at)
    return replace(draft, plan=replace(draft.plan, phases=tuple(phases)))


def _moment(part: str, now: datetime, zone: ZoneInfo, *, end: bool = False, hour: int = 0) -> datetime | None:
    """An instant, or a day alone: its beginning, its end, or its usual hour."""
    if _HOURS.search(part) and (at := read_time(part, now, zone)) is not None:
        return at
    today = now.astimezone(zone).date()
    later = _LATER.search(part)
    if later is not None:
        count = int(later[1]) if later[1].isdecimal() else _ONES[later[1]]
        day = today + timedelta(days=count * (1 if later[2].strip().startswith(("天", "day")) else 7))
    else:
        found = named_day(part, today)
        if found is None:
            return None
        day = found
    return datetime.combine(day + timedelta(days=int(end)), time(hour), zone).astimezone(UTC)
