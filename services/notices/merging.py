"""Notices about a whole class: it is merged into another, or it is held after all."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from models.statement import Row
from services.message import Button, Document, Message
from services.notices.wording import button_rows, lang_of
from services.phrases.when import say_moment
from services.reach import Reach


def merged_message(
    to: Reach, old: Row, new: Row, sent: datetime, zone: ZoneInfo, *, state: str, position: int, clash: Row,
    reason: str, document: Document | None, enrolment_id: int,
) -> Message:  # fmt: skip
    """One's class goes on as another one: its hours and place, one's standing in it, and how to decline."""
    say, lang = to.say, lang_of(to)
    lines = [say("merging.moved", old=old.title, code=new.code, where=_where(to, new))]
    if new.next_start is not None:
        lines.append(say("merging.next", when=say_moment(new.next_start, lang, sent, zone)))
    lines.append(say(f"merging.{state}", position=position))
    if reason:
        lines.append(say("change.reason", reason=reason.rstrip("。.！! ")))
    if clash is not None:
        lines.append(
            say("merging.clash", title=clash.title, when=say_moment(clash.starts_at, lang, sent, zone))
        )
    if document is not None:
        lines.append(say("change.calendar"))
    buttons = [
        Button(say("merging.look"), f"card:{new.id}"),
        Button(say("merging.decline"), f"merged_no:{enrolment_id}"),
    ]
    return Message("\n".join(lines), button_rows(to, buttons), courses=(new.code,), document=document)


def changed_message(
    to: Reach, row: Row, sent: datetime, zone: ZoneInfo, *, by: str, position: int, document: Document | None
) -> Message:  # fmt: skip
    """Somebody else had one change to a parallel class: `by` whom, and from when on; or one waits there."""
    say = to.say
    if position:
        lines = [say("changing.told_waiting", by=by, title=row.title, code=row.code, position=position)]
    else:
        where = _where(to, row)
        lines = [say("changing.told_done", by=by, title=row.title, code=row.code, where=where)]
        if row.next_start is not None:
            lines.append(say("merging.next", when=say_moment(row.next_start, lang_of(to), sent, zone)))
        if document is not None:
            lines.append(say("change.calendar"))
    buttons = [Button(say("merging.look"), f"card:{row.id}"), Button(say("start.mine"), "my")]
    return Message("\n".join(lines), button_rows(to, buttons), courses=(row.code,), document=document)


def _where(to: Reach, row: Row) -> str:
    if row.online:
        return to.say("search.online")
    return " ".join(w for w in (row.venue, row.address) if w) or str(row.school)


def held_message(to: Reach, row: Row, sent: datetime, zone: ZoneInfo) -> Message:
    """A class that few have joined is held all the same."""
    text = to.say("merging.held", title=row.title, when=say_moment(row.first_start, lang_of(to), sent, zone))
    return Message(
        text, button_rows(to, [Button(to.say("change.card"), f"card:{row.id}")]), courses=(row.code,)
    )


def ask_message(to: Reach, row: Row, enrolled: int, least: int) -> Message:
    """Staff are asked what becomes of a class that too few have joined by its date."""
    return Message(
        to.say("decide.ask", title=row.title, code=row.code, n=enrolled, least=least),
        (
            (Button(to.say("decide.keep"), f"decide_keep:{row.id}"),),
            (Button(to.say("decide.merge"), f"decide_merge:{row.id}"),),
            (Button(to.say("decide.cancel"), f"decide_cancel:{row.id}"),),
        ),
        courses=(row.code,),
    )
