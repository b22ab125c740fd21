"""Windows in words: what applies to a class, on its card and elsewhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.phrases.days import say_date
from services.phrases.hours import Lang, say_clock
from services.phrases.when import say_moment
from services.texts import Texts
from services.windows.reading import Window


def say_point(at: datetime, lang: Lang, now: datetime, zone: ZoneInfo, *, end: bool = False) -> str:
    """A beginning or an end in few words: 12月1日, 12月1日上午9点; an end at midnight is the day before's."""
    local = at.astimezone(zone)
    today = now.astimezone(zone).date()
    minute = local.hour * 60 + local.minute
    if minute == 0:
        return say_date(local.date() - timedelta(days=1) if end else local.date(), lang, today)
    words = say_date(local.date(), lang, today)
    return f"{words}{say_clock(minute, lang)}" if lang == "zh" else f"{words}, {say_clock(minute, lang)}"


def draws_words(found: Window, lang: Lang, now: datetime, zone: ZoneInfo) -> str:
    """When the result of a draw is published."""
    return say_moment(found.draws_at, lang, now, zone) if found.draws_at else ""


def lines(found: Window, say: Texts, now: datetime, zone: ZoneInfo) -> list[str]:
    """What applies, in one or two sentences; nothing where seats are simply for whoever comes."""
    said = []
    if found.by_lot:
        said.append(_draw(found, say, now, zone))
    elif found.mode == "approve":
        said.append(say("window.approve"))
    if found.phases and (found.mode != "draw" or found.by_lot) and not found.closed(now):
        phases = say("window.between").join(
            say(
                f"window.phase_{phase.audience}",
                area=phase.area,
                opens=say_point(phase.opens_at, say.lang, now, zone),
            )
            for phase in found.phases
        )
        said.append(say("window.phases", phases=phases))
    return said


def _draw(found: Window, say: Texts, now: datetime, zone: ZoneInfo) -> str:
    draws = draws_words(found, say.lang, now, zone)
    if found.closed(now):
        return say("window.draw_closed", draws=draws)
    assert found.closes_at is not None
    closes = say_point(found.closes_at, say.lang, now, zone, end=True)
    if found.opens_at is None:
        return say("window.draw_now", closes=closes, draws=draws)
    return say(
        "window.draw",
        opens=say_point(found.opens_at, say.lang, now, zone),
        closes=closes,
        draws=draws,
    )
