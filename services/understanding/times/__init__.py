"""Days and hours as people say them: 周末, 每周二四晚上, 七点以后, 下周, 12月5号, 腊月前, 除了周三."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from services.understanding.draft import Draft
from services.understanding.meaning import Meaning
from services.understanding.times.either import ways
from services.understanding.times.left import all_but, remaining, stretches
from services.understanding.times.said import ALL_DAYS, DAY, Days, Hours, Said, open_end
from services.understanding.times.scan import scan
from services.understanding.times.scope import Around

__all__ = ["read_times"]


def read_times(draft: Draft, today: date) -> None:
    """Take every day and hour out of the draft's text and set the fields that they speak of."""
    found = scan(draft.text, today)
    if not found:
        return
    around = Around(draft.text, found, today)
    around.read()
    either = ways(around) if len(found) > 1 else []
    if not (either and _set_ways(draft, either, today)):
        _set_fields(draft, around, today)
    draft.text = _without(draft.text, around.taken)


def _without(text: str, taken: list[tuple[int, int]]) -> str:
    pieces, at = [], 0
    for start, end in sorted(taken):
        if end > at:
            start = max(start, at)
            pieces += [text[at:start], " " * (end - start)]
            at = end
    return "".join(pieces) + text[at:]


def _set_fields(draft: Draft, around: Around, today: date) -> None:
    said, fields = around.found, draft.fields
    soft: set[str] = set()
    apart = [] if around.anything_goes else _stretches(said)
    if apart:
        fields["any_of"] = tuple(Meaning(hours=hours) for hours in apart)
    sets = {
        "dates": _days([one for one in said if not one.first_session], today),
        "starts": _days([one for one in said if one.first_session], today),
        "weekdays": _weekdays(said),
        "hours": None if apart or around.anything_goes else _hours(said),
    }
    for name, value in sets.items():
        if value:
            fields[name] = value
            if _is_wish(name, said):
                soft.add(name)
    if any(one.soonest for one in said):
        fields["order"] = "soonest"
    if soft:
        fields["soft"] = frozenset(soft) | fields.get("soft", frozenset())


def _set_ways(draft: Draft, either: list[list[Said]], today: date) -> bool:
    """Set the times of which any will do, where they are not one span of days and hours."""
    found = []
    for said in either:
        days, weekdays, hours = _days(said, today), _weekdays(said), _hours(said)
        found.append(Meaning(dates=days, weekdays=weekdays, hours=hours))
    found = list(dict.fromkeys(found))
    if len(found) < 2 or any(one.is_blank for one in found) or not _lie_apart(found):
        return False
    if "any_of" in draft.fields:
        # two people and two times: whoever comes last was meant
        draft.fields["age"] = draft.fields["any_of"][-1].age
    draft.fields["any_of"] = tuple(found)
    return True


def _lie_apart(found: list[Meaning]) -> bool:
    """Whether no single set of days and hours says the same: each differs in both, or leaves one open."""
    hours = {one.hours for one in found}
    days = {(one.dates, one.weekdays) for one in found}
    if len(hours) == 1:
        return False
    if len(days) > 1:
        return True
    spans = sorted(one for one in hours if one)
    return len(spans) == len(hours) and any(low[1] < high[0] for low, high in pairwise(spans))


def _is_wish(name: str, said: list[Said]) -> bool:
    """A condition is a wish when nothing that says it is a must."""
    if name in ("dates", "starts"):
        about = [one for one in said if one.days and one.first_session == (name == "starts")]
    else:
        about = [one for one in said if getattr(one, name)]
    return all(one.wished for one in about)


def _musts(said: list[Said], name: str) -> list[Said]:
    """The expressions that set a condition: where some are musts, the wishes among them add nothing."""
    about = [one for one in said if getattr(one, name)]
    return [one for one in about if not one.wished] or about


def _days(said: list[Said], today: date) -> tuple[int, int] | None:
    about = _musts(said, "days")
    wanted = [one.days for one in about if one.days and not one.refused]
    if wanted:
        low, high = _joined(wanted)
        return low.toordinal(), high.toordinal()
    ends = [one.days[1] for one in about if one.days and one.refused and not one.weekdays
            and (one.days[0] - today).days <= 1]  # fmt: skip
    if ends and max(ends) < date.max:
        low, high = open_end(date.fromordinal(max(ends).toordinal() + 1))
        return low.toordinal(), high.toordinal()
    return None


def _joined(wanted: list[Days]) -> Days:
    """What all the days have in common, or from the first to the last where they lie apart."""
    low, high = wanted[0]
    for first, last in wanted[1:]:
        if first <= high and low <= last:
            low, high = max(low, first), min(high, last)
        else:
            low, high = min(low, first), max(high, last)
    return low, high


def _weekdays(said: list[Said]) -> frozenset[int]:
    about = _musts(said, "weekdays")
    wanted = frozenset[int]().union(*(one.weekdays for one in about if not one.refused))
    excluded = frozenset[int]().union(*(one.weekdays for one in about if one.refused))
    days = all_but(wanted, excluded) if excluded else wanted
    return frozenset() if days == ALL_DAYS else days


def _stretches(said: list[Said]) -> list[Hours]:
    """除了下午都行: what hours that do not suit leave, where it is more than one stretch."""
    hours = [one for one in said if one.hours]
    if not hours or not all(one.refused for one in hours):
        return []
    left = stretches([one.hours for one in hours if one.hours])
    return left if len(left) > 1 else []


def _hours(said: list[Said]) -> Hours | None:
    about = _musts(said, "hours")
    wanted = [one.hours for one in about if one.hours and not one.refused]
    excluded = [one.hours for one in about if one.hours and one.refused]
    hours: Hours | None = None
    for low, high in wanted:
        if hours is None:
            hours = low, high
        elif max(low, hours[0]) < min(high, hours[1]):
            hours = max(low, hours[0]), min(high, hours[1])
        else:
            hours = min(low, hours[0]), max(high, hours[1])
    left = remaining(excluded) if excluded else None
    if left and hours and max(left[0], hours[0]) < min(left[1], hours[1]):
        hours = max(left[0], hours[0]), min(left[1], hours[1])
    hours = hours or left
    return None if hours == (0, DAY) else hours
