"""What is found out before a turn, on a connection that only reads: sheets take too long for the writer."""

from __future__ import annotations

from dataclasses import replace

from handlers.incoming import Incoming, Kind
from models.statement import Tx
from services import accounts, scope
from services.importing import door
from services.town import Town

_PUBLISHING = ("sheet_go:", "sheet_quiet:")


def wants(incoming: Incoming) -> bool:
    """Whether something is to be found out before this turn."""
    if incoming.kind is Kind.FILE:
        file = incoming.attached
        return file is not None and file.content is not None and file.name.lower().endswith(door.ENDINGS)
    return incoming.kind is Kind.TAP and incoming.tap.startswith(_PUBLISHING)


def prepare(tx: Tx, town: Town, incoming: Incoming) -> Incoming:
    """The same, with the sheet checked on behalf of whoever sent it; unchanged where there is none."""
    found = accounts.find_account(tx, f"{incoming.platform}:{incoming.account}")
    if found is None or not scope.own_units(tx, found.person_id, scope.EDITING):
        return incoming
    if incoming.kind is Kind.FILE and incoming.attached is not None and incoming.attached.content is not None:
        name, content, mark = incoming.attached.name, incoming.attached.content, True
    else:
        number = incoming.tap.partition(":")[2]
        known = number.isascii() and number.isdigit() and len(number) <= 18
        draft = door.draft_of(tx, found.id, int(number), town.now()) if known else None
        if draft is None:
            return incoming
        name, content, mark = draft.name, bytes(draft.content), False
    return replace(incoming, sheet=door.check(tx, town, found.person_id, name, content, mark=mark))
