"""Notices of what somebody asked for: the result of a draw, and the staff's yes or no."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from models.statement import Row, Tx
from services.message import Button, Message
from services.notices.wording import button_rows
from services.outbox import Subject, post_notice
from services.phrases.when import say_moment
from services.reach import Reach
from services.town import Town

# a result is worth telling for so long
TOLD_FOR = timedelta(days=7)


def post_won(tx: Tx, town: Town, to: Reach, row: Row, lot: int, of: int, enrolment_id: int) -> None:
    """Tell somebody that the draw gave them a seat, which is theirs already."""
    when = say_moment(row.next_start, to.lang, town.now(), town.zone) if row.next_start else ""
    lines = [to.say("drawn.won", title=row.title, lot=lot, of=of)]
    if when:
        lines.append(to.say("drawn.begins", when=when))
    lines.append(to.say("drawn.may_leave"))
    buttons = [
        Button(to.say("drawn.card"), f"card:{row.id}"),
        _why(to, row),
        _leave(to, row, enrolment_id),
    ]
    _post(tx, town, to, lines, buttons, (row.code,), "draw", enrolment_id)


def post_lost(
    tx: Tx, town: Town, to: Reach, rows: Sequence[tuple[Row, int]], asked: Row, lot: int, of: int
) -> None:
    """Tell somebody that no seat fell to them, and where they stand in which line: (class, position)."""
    lines = [to.say("drawn.lost", lot=lot, of=of)]
    if rows:
        lines.append(to.say("drawn.waits"))
        named = _told_apart(to, [row for row, _ in rows], town)
        lines += [
            to.say("drawn.wait", title=title, position=position)
            for title, (_, position) in zip(named, rows, strict=True)
        ]
        lines.append(to.say("drawn.wait_on"))
    else:
        lines.append(to.say("drawn.nothing"))
    buttons = [_why(to, asked)]
    buttons.append(Button(to.say("enrol.mine"), "my") if rows else Button(to.say("start.browse"), "browse"))
    _post(tx, town, to, lines, buttons, tuple(row.code for row, _ in rows) or (asked.code,), "draw", None)


def _told_apart(to: Reach, rows: Sequence[Row], town: Town) -> list[str]:
    """The titles of classes; parallel ones, which share one, with their next session or else their code."""
    times = Counter(row.title for row in rows)
    nexts = [
        say_moment(row.next_start, to.lang, town.now(), town.zone) if row.next_start else row.code
        for row in rows
    ]
    return [
        row.title
        if times[row.title] == 1
        else to.say("ask.told_apart", title=row.title, by=when if nexts.count(when) == 1 else row.code)
        for row, when in zip(rows, nexts, strict=True)
    ]


def post_approved(tx: Tx, town: Town, to: Reach, row: Row, enrolment_id: int, position: int) -> None:
    """Tell somebody that the school said yes: a seat, or a place in line where none is free."""
    key = "approval.yes_waiting" if position else "approval.yes"
    when = say_moment(row.next_start, to.lang, town.now(), town.zone) if row.next_start else ""
    lines = [to.say(key, title=row.title, position=position)]
    if when and not position:
        lines.append(to.say("drawn.begins", when=when))
    _post(
        tx, town, to, lines, [Button(to.say("drawn.card"), f"card:{row.id}")], (row.code,), "approval",
        enrolment_id,
    )  # fmt: skip


def post_declined(tx: Tx, town: Town, to: Reach, row: Row, reason: str) -> None:
    """Tell somebody that the school said no, and why."""
    lines = [to.say("approval.no", title=row.title)]
    if reason:
        lines.append(to.say("approval.reason", reason=reason.rstrip("。.！! ")))
    if row.phone:
        lines.append(to.say("approval.ask", school=row.school, phone=row.phone))
    buttons = [
        _why(to, row),
        Button(to.say("step.similar"), f"similar:{row.id}"),
    ]
    _post(tx, town, to, lines, buttons, (row.code,), "approval", None)


def _why(to: Reach, row: Row) -> Button:
    """Of whom it is told: a guardian is told why it stands so with the child."""
    learner = to.address.learner_id
    return Button(to.say("why.button"), f"why_of:{row.id}:{learner}" if learner else f"why:{row.id}")


def _leave(to: Reach, row: Row, enrolment_id: int) -> Button:
    action = f"fam_leave:{enrolment_id}" if to.address.learner_id else f"withdraw:{row.id}"
    return Button(to.say("card.withdraw"), action)


def _post(
    tx: Tx, town: Town, to: Reach, lines: Sequence[str], buttons: Sequence[Button], codes: tuple[str, ...],
    purpose: str, enrolment_id: int | None,
) -> None:  # fmt: skip
    post_notice(
        tx, town, to.address, Message("\n".join(lines), button_rows(to, buttons), courses=codes),
        purpose=purpose, expires_at=town.now() + TOLD_FOR, subject=Subject(enrolment_id=enrolment_id),
    )  # fmt: skip
