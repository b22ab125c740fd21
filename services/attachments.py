"""What a message carries: its own document, or that of the broadcast which it is a copy of."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from models.broadcasting import broadcast_file, broadcast_recipient
from models.statement import Statement, Tx

OF_RECIPIENT = Statement(
    select(broadcast_recipient.c.broadcast_id).where(broadcast_recipient.c.id == bindparam("recipient"))
)
OF_BROADCAST = Statement(
    select(broadcast_file.c.content).where(broadcast_file.c.broadcast_id == bindparam("broadcast"))
)


class Attachments:
    """Reads the file of a broadcast once for all of its messages that are claimed together."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._read: dict[int, bytes | None] = {}

    def content(self, row: Any) -> bytes | None:
        """The bytes that go with a row of the outbox, which is given with payload, document, recipient_id."""
        if row.recipient_id is None or '"f":' not in row.payload or row.document is not None:
            return row.document  # type: ignore[no-any-return]
        found = self._tx.one(OF_RECIPIENT, recipient=row.recipient_id)
        if found is None:
            return None
        number = found.broadcast_id
        if number not in self._read:
            file = self._tx.one(OF_BROADCAST, broadcast=number)
            self._read[number] = None if file is None else bytes(file.content)
        return self._read[number]
