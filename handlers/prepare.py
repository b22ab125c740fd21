"""What is found out before a turn, on a connection that only reads: sheets take too long for the writer."""

from __future__ import annotations

from dataclasses import replace

from handlers.incoming import Incoming, Kind
from handlers.routes import number
from models.statement import Row, Tx
from services import accounts, scope
from services.importing import door
from services.texts import LANGUAGES, texts_of
from services.town import Town

_SEAT = "enrol_ok:"
# what was asked when such a tap is the last yes; otherwise it is a second one, or from a message of long ago
LAST = "enrol.last"
_PUBLISHING = ("sheet_go:", "sheet_quiet:")
# the same in words; a bare number may mean anything, and is looked up in its turn
_WORDS = frozenset(
    texts_of(lang)(key) for lang in LANGUAGES for key in ("door.publish", "door.publish_silent")
)


def wants(incoming: Incoming) -> bool:
    """Whether something is to be found out before this turn."""
    if incoming.kind is Kind.FILE:
        file = incoming.attached
        return file is not None and file.content is not None and file.name.lower().endswith(door.ENDINGS)
    if incoming.kind is Kind.TEXT:
        return incoming.text.strip() in _WORDS
    return incoming.kind is Kind.TAP and incoming.tap.startswith(_PUBLISHING)


def line_of(incoming: Incoming) -> int:
    """The class whose last seat this turn is about, so that its lock is what the turn waits for; else 0.

    Whoever says it in words waits for the lock alone: a crowd taps.
    """
    if incoming.kind is not Kind.TAP or not incoming.tap.startswith(_SEAT):
        return 0
    try:
        return number(incoming.tap.removeprefix(_SEAT))
    except ValueError:  # a forged tap, which its turn will see
        return 0


def prepare(tx: Tx, town: Town, incoming: Incoming) -> Incoming:
    """The same, with the sheet checked on behalf of whoever sent it; unchanged where there is none."""
    found = accounts.find_account(tx, f"{incoming.platform}:{incoming.account}")
    if found is None or not scope.own_units(tx, found.person_id, scope.EDITING):
        return incoming
    if incoming.kind is Kind.FILE and incoming.attached is not None and incoming.attached.content is not None:
        name, content, mark = incoming.attached.name, incoming.attached.content, True
    else:
        draft = _draft(tx, town, incoming, found.id)
        if draft is None:
            return incoming
        name, content, mark = draft.name, bytes(draft.content), False
    return replace(incoming, sheet=door.check(tx, town, found.person_id, name, content, mark=mark))


def _draft(tx: Tx, town: Town, incoming: Incoming, account_id: int) -> Row:
    """The sheet that is to be published, or None."""
    if incoming.kind is Kind.TEXT:
        return door.latest_draft(tx, account_id, town.now())
    try:
        draft_id = number(incoming.tap.partition(":")[2])
    except ValueError:
        return None
    return door.draft_of(tx, account_id, draft_id, town.now())
