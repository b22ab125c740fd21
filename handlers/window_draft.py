"""The draft of a 报名安排: what it is for, how it is kept in the dialogue, and how it is read back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.turn import Turn
from services import classes, scope
from services.phrases.when import say_moment
from services.windows import reading, saying, setting
from services.windows.phases_file import PhaseLine, Plan, QuotaLine
from services.windows.saying import Draft
from services.windows.setting import Times
from services.windows.words import say_point

FIELDS = ("opens", "closes", "draws", "phases")
# more at once would hold up everybody else's messages, and are set from the command line
MOST_AT_ONCE = 60


@dataclass(frozen=True, slots=True)
class Target:
    """A class, or all classes to come of a unit; after `last` one of them takes nobody any more.

    `district` is where they are, for who says 本镇居民.
    """

    code: str
    title: str
    ids: tuple[int, ...]
    courses: tuple[str, ...]
    last: datetime | None
    district: str = ""


def target(turn: Turn, code: str) -> Target | None:
    """What this code means, if the person may set it; None otherwise."""
    paths = scope.own_paths(turn.tx, turn.person.person_id, scope.EDITING)
    row = classes.class_by_code(turn.tx, code, turn.now) if paths else None
    if row is not None:
        if not any(row.unit_path.startswith(path) for path in paths):
            return None
        return Target(row.code, row.title, (row.id,), (row.code,), row.enrol_closes, row.district or "")
    unit = scope.unit_by_code(turn.tx, code) if paths else None
    if unit is None or not any(unit.path.startswith(path) for path in paths):
        return None
    rows = turn.tx.all(setting.TO_COME, path=unit.path, now=turn.now)
    shown = rows[:MOST_AT_ONCE]
    last = min((one.enrol_closes for one in rows), default=None)
    title = turn.say.count("winset.unit_title", len(rows), unit=unit.name)
    codes = tuple(one.code for one in shown[:5])
    named = saying.DISTRICT.match(unit.name)
    return Target(unit.code, title, tuple(one.id for one in rows), codes, last, named[0] if named else "")


def of_window(turn: Turn, found: reading.Window) -> Draft:
    """A window as it is set now."""
    phases = tuple(PhaseLine(one.audience, one.area, one.opens_at) for one in found.phases)
    quotas = tuple(QuotaLine(*one) for one in reading.quotas_of(turn.tx, found.id))
    times = Times(None if phases else found.opens_at, found.closes_at, found.draws_at)
    return Draft(found.mode, times, Plan(phases, quotas, found.most))


def keep(turn: Turn, of: Target, draft: Draft, field: str = "") -> None:
    """Keep it in the dialogue; `field` is what is being asked for."""
    plan = draft.plan
    data: dict[str, Any] = {
        "code": of.code, "mode": draft.mode,
        "at": [_minute(at) for at in (draft.times.opens, draft.times.closes, draft.times.draws)],
        "phases": [[one.audience, one.area, _minute(one.opens_at)] for one in plan.phases],
        "quotas": [[one.audience, one.area, one.seats, one.percent] for one in plan.quotas],
        "most": plan.most, "field": field,
    }  # fmt: skip
    turn.state.ask("winset.field" if field else "winset", **data)


def kept(turn: Turn) -> Draft | None:
    """The draft of the dialogue, or None where none has been made."""
    data = turn.state.data
    if not data.get("mode"):
        return None
    zone = turn.now.tzinfo
    at = [datetime.fromtimestamp(minute * 60, zone) if minute else None for minute in data["at"]]
    phases = tuple(
        PhaseLine(who, area, datetime.fromtimestamp(minute * 60, zone))
        for who, area, minute in data["phases"]
    )
    quotas = tuple(QuotaLine(*one) for one in data["quotas"])
    return Draft(str(data["mode"]), Times(*at), Plan(phases, quotas, int(data["most"])))


def words(turn: Turn, of: Target, draft: Draft) -> list[str]:
    """The draft read back, line by line."""
    say, times, plan = turn.say, draft.times, draft.plan
    said = [say("winset.review", title=of.title, mode=say(f"winset.mode_{draft.mode}"))]
    if plan.phases:
        said.append(say("window.phases", phases=say("window.between").join(
            say(f"window.phase_{one.audience}", area=one.area, opens=_point(turn, one.opens_at))
            for one in plan.phases
        )))  # fmt: skip
    elif times.opens is not None and times.opens > turn.now:
        said.append(say("winset.line_opens", at=_point(turn, times.opens)))
    else:
        said.append(say("winset.line_opens_now"))
    if times.closes is not None:
        said.append(say("winset.line_closes", at=_point(turn, times.closes, end=True)))
    else:
        said.append(say("winset.line_closes_none"))
    if draft.mode == "draw" and times.draws is not None:
        draws = say_moment(times.draws, turn.lang, turn.now, turn.town.zone)
        said.append(say("winset.line_draws", at=draws))
    said += [_quota(turn, one) for one in plan.quotas]
    return [*said, say("winset.say_more" if draft.mode != "draw" else "winset.say_more_draw")]


def in_words(turn: Turn, values: dict[str, object]) -> dict[str, object]:
    """The values of a refusal, its moments as one says them."""
    return {
        name: _point(turn, value, end=True) if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def _quota(turn: Turn, one: QuotaLine) -> str:
    say = turn.say
    who = say("winset.residents", area=one.area) if one.area else say(f"why.group_{one.audience}")
    if one.percent is not None:
        return say("winset.line_percent", who=who, n=one.percent)
    return say("winset.line_seats", who=who, n=one.seats)


def _point(turn: Turn, at: datetime, *, end: bool = False) -> str:
    return say_point(at, turn.lang, turn.now, turn.town.zone, end=end)


def _minute(at: datetime | None) -> int:
    return 0 if at is None else int(at.timestamp()) // 60
