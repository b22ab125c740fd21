"""A picture or document for a broadcast that is being composed: wanted when sent, taken in when it came."""

from __future__ import annotations

import mimetypes

from handlers import broadcast_audience
from handlers.broadcast_draft import own_draft, review, tell_refused
from handlers.dialogue import Dialogue
from handlers.incoming import Attachment
from handlers.turn import Turn
from services.broadcasting import composing
from services.enrolling.refusal import Refused
from services.message import Document


def wanted(turn: Turn) -> bool:
    """Take a file into the broadcast that waits for it, or ask for its bytes; False for every other file."""
    if turn.state.step == "bcast.text" and not composing_draft(turn.state):
        turn.reply(turn.say("bcast.text_first"))
        return True
    draft_id = composing_draft(turn.state)
    if not draft_id:
        return False
    brought, file = turn.incoming.attached, turn.incoming.file
    # a clerk's sheet may have been fetched already; what was too large for a sheet need not be for this
    if brought is not None and (brought.content is not None or (brought.problem and file is None)):
        _keep(turn, draft_id, brought)
        return True
    if file is None:
        return False
    if file.size > composing.MOST_FILE:
        _too_big(turn)
    elif own_draft(turn, draft_id) is not None:
        turn.fetches = True
        turn.reply(turn.say("bcast.fetching"))
    return True


def came(turn: Turn, content: bytes | None) -> None:
    """Keep the file with the draft, and show how it looks now."""
    file, draft_id = turn.incoming.file, composing_draft(turn.state)
    if file is None or not draft_id:
        turn.reply(turn.say("bcast.file_lost"))
    else:
        _keep(turn, draft_id, Attachment(file.name, content), file.mime)


def composing_draft(state: Dialogue) -> int:
    """The broadcast that is being composed, or 0."""
    return int(state.data.get("bcast", 0)) if state.step.partition(".")[0] == "bcast" else 0


def _keep(turn: Turn, draft_id: int, file: Attachment, mime: str = "") -> None:
    if file.problem == "too_big" or len(file.content or b"") > composing.MOST_FILE:
        _too_big(turn)
    elif not file.content:
        turn.reply(turn.say("bcast.file_lost"))
    elif (row := own_draft(turn, draft_id)) is not None:
        mime = mime or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        composing.put_file(turn.tx, row.id, Document(file.name or "file", file.content, mime))
        if turn.state.step == "bcast.expr":  # for whom it is, is still being asked
            turn.reply(turn.say("bcast.file_kept", name=file.name))
            broadcast_audience.ask(turn, row.id)
        else:
            review(turn, row.id)


def _too_big(turn: Turn) -> None:
    tell_refused(turn, Refused("file_too_big", values={"most": composing.MOST_FILE // 1024 // 1024}))
