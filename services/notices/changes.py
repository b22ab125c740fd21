"""Notices of changes: sessions moved, called off, added or held elsewhere, and classes that end early."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

from models.statement import Row
from services.message import Button, Document, Message
from services.notices.wording import WEEK, button_rows, lang_of, span_words
from services.phrases.days import say_date, weekdays_words
from services.phrases.when import say_hours
from services.reach import Reach

MOST_LISTED = 6
# as many sessions may be told by their rule
LEAST_REGULAR = 3


@dataclass(frozen=True, slots=True)
class Change:
    """What became different about one session.

    `kind` is moved, place, cancelled or added. `was` is its former start and end (None where it is new),
    `now` the present ones (None where it is cancelled). `place` says where it is held if that changed.
    """

    kind: str
    session_id: int
    was: tuple[datetime, datetime] | None
    now: tuple[datetime, datetime] | None
    place: str = ""

    @property
    def starts(self) -> tuple[datetime, ...]:
        """The starts that somebody may have in mind, the former and the present one."""
        return tuple(span[0] for span in (self.was, self.now) if span)

    @property
    def last_end(self) -> datetime:
        """When it can no longer matter."""
        return max(span[1] for span in (self.was, self.now) if span)


@dataclass(frozen=True, slots=True)
class Clash:
    """An own session of another class at the same time."""

    title: str
    starts_at: datetime
    ends_at: datetime


def change_message(
    to: Reach, row: Row, changes: Sequence[Change], sent: datetime, zone: ZoneInfo,
    *, reason: str = "", clashes: Sequence[Clash] = (), document: Document | None = None,
    enrolment_id: int | None = None,
) -> Message:  # fmt: skip
    """Everything that changed in one class (a row of `services.classes`), with its calendar.

    `enrolment_id` of somebody enrolled adds 这次去不了 where one session has other times.
    """
    say, lang = to.say, lang_of(to)
    regular = _regular(to, changes, sent, zone)
    shown = changes if regular else changes[:MOST_LISTED]
    said = [regular] if regular else [_line(to, change, sent, zone) for change in shown]
    lines = [say("change.heading", title=row.title), *said]
    if len(changes) > len(shown):
        lines.append(say.count("change.more", len(changes) - len(shown)))
    if reason:
        lines.append(_reason(to, reason))
    for clash in clashes[:MOST_LISTED]:
        when = span_words(clash.starts_at, clash.ends_at, lang, sent, zone)
        lines.append(say("change.clash", title=clash.title, when=when))
    if document is not None:
        lines.append(say("change.calendar"))
    buttons = [Button(say("change.card"), f"card:{row.id}")]
    moved = [change for change in changes if change.kind in ("moved", "added")]
    if enrolment_id is not None and len(moved) == 1:
        buttons.insert(0, Button(say("reminder.excuse"), f"excuse:{enrolment_id}:{moved[0].session_id}"))
    return Message("\n".join(lines), button_rows(to, buttons), courses=(row.code,), document=document)


def ended_message(
    to: Reach, row: Row, *, waiting: bool, reason: str = "", document: Document | None = None,
    others: Sequence[Row] = (),
) -> Message:  # fmt: skip
    """The whole class is called off; whoever only waited has no calendar to put right.

    `others` are classes of the same topic that this person could join at once.
    """
    say = to.say
    lines = [say("change.ended_waiting" if waiting else "change.ended", title=row.title)]
    if reason:
        lines.append(_reason(to, reason))
    if document is not None:
        lines.append(say("change.calendar"))
    key = "change.ended_phone" if row.phone else "change.ended_help"
    lines.append(say(key, school=row.school, phone=row.phone))
    if others:
        lines.append(say("change.others"))
    buttons = [
        Button(say("change.other", title=one.title, code=one.code), f"card:{one.id}") for one in others
    ]
    buttons.append(Button(say("change.similar"), f"similar:{row.id}"))
    courses = (row.code, *(one.code for one in others))
    return Message("\n".join(lines), button_rows(to, buttons), courses=courses, document=document)


def _regular(to: Reach, changes: Sequence[Change], sent: datetime, zone: ZoneInfo) -> str:
    """One line for sessions that stay on their days, week by week, and all have the same new hours."""
    if len(changes) < LEAST_REGULAR or any(change.kind != "moved" for change in changes):
        return ""
    days: dict[int, list[date]] = {}
    same: set[tuple[time, time, str]] = set()
    for change in changes:
        assert change.was and change.now
        before, starts, ends = (at.astimezone(zone) for at in (change.was[0], *change.now))
        if before.date() != starts.date():
            return ""
        same.add((starts.time(), ends.time(), change.place))
        days.setdefault(starts.weekday(), []).append(starts.date())
    every_week = all(
        later - earlier == WEEK for own in days.values() for earlier, later in pairwise(sorted(own))
    )
    # a weekday with one session alone is no rule
    if len(same) > 1 or not every_week or min(map(len, days.values())) < 2:
        return ""
    lang, today = lang_of(to), sent.astimezone(zone).date()
    dates = sorted(day for own in days.values() for day in own)
    change = changes[0]
    assert change.now
    return to.say(
        "change.every_place" if change.place else "change.every",
        first=say_date(dates[0], lang, today), last=say_date(dates[-1], lang, today),
        days=weekdays_words(sorted(days), lang), hours=say_hours(*change.now, lang, zone), where=change.place,
    )  # fmt: skip


def _reason(to: Reach, reason: str) -> str:
    return to.say("change.reason", reason=reason.rstrip("。.！! "))


def _line(to: Reach, change: Change, sent: datetime, zone: ZoneInfo) -> str:
    lang = lang_of(to)
    was = span_words(*change.was, lang, sent, zone) if change.was else ""
    when = span_words(*change.now, lang, sent, zone) if change.now else ""
    key = f"change.{change.kind}"
    if change.place and change.kind in ("moved", "added"):
        key += "_place"
    return to.say(key, was=was, when=when, where=change.place)
