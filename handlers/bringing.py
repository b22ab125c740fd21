"""Which files are worth reading before a turn: what comes from a stranger is not even taken in."""

from __future__ import annotations

from handlers.broadcast_file import composing_draft
from handlers.dialogue import Outdated, dialogue_from_json
from models.statement import Tx
from services import accounts, scope
from services.broadcasting.composing import MOST_FILE
from services.importing.door import ENDINGS, MOST_BYTES


def most_bytes(tx: Tx, platform: str, account: str, name: str) -> int:
    """Up to which size this person's file is read; 0: it is not wanted.

    A broadcast that is being composed takes any, a clerk's door takes sheets.
    """
    row = accounts.speaker(tx, platform, account)
    if row is None:
        return 0
    try:
        state = dialogue_from_json(row.state)
    except Outdated:
        state = None
    if state is not None and composing_draft(state):
        return MOST_FILE
    if name.lower().endswith(ENDINGS) and scope.edits_by_account(tx, platform, account):
        return MOST_BYTES
    return 0
