"""A picture or document for a broadcast that is being composed: wanted when sent, taken in when it came."""

from __future__ import annotations

from handlers.broadcast_draft import own_draft, review, tell_refused
from handlers.turn import Turn
from services.broadcasting import composing
from services.enrolling.refusal import Refused
from services.message import Document


def wanted(turn: Turn) -> bool:
    """Ask for the bytes of what was sent, where a broadcast waits for it; False for every other file."""
    file, draft_id = turn.incoming.file, _draft_id(turn)
    if file is None or not draft_id:
        return False
    if file.size > composing.MOST_FILE:
        tell_refused(turn, Refused("file_too_big", values={"most": composing.MOST_FILE // 1024 // 1024}))
    elif own_draft(turn, draft_id) is not None:
        turn.fetches = True
        turn.reply(turn.say("bcast.fetching"))
    return True


def came(turn: Turn, content: bytes | None) -> None:
    """Keep the file with the draft, and show how it looks now."""
    file, draft_id = turn.incoming.file, _draft_id(turn)
    if file is None or not content or not draft_id:
        turn.reply(turn.say("bcast.file_lost"))
    elif len(content) > composing.MOST_FILE:
        tell_refused(turn, Refused("file_too_big", values={"most": composing.MOST_FILE // 1024 // 1024}))
    elif (row := own_draft(turn, draft_id)) is not None:
        mime = file.mime or "application/octet-stream"
        composing.put_file(turn.tx, row.id, Document(file.name or "file", content, mime))
        review(turn, row.id)


def _draft_id(turn: Turn) -> int:
    """The broadcast that is being composed, or 0."""
    return int(turn.state.data.get("bcast", 0)) if turn.state.step.partition(".")[0] == "bcast" else 0
