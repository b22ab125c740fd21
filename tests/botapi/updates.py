"""The queue of updates: numbered once, kept until confirmed, filtered by what the bot asked for."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LIFETIME = 24 * 3600.0
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True, slots=True)
class Update:
    """One update as it goes over the wire; born is monotonic, in seconds."""

    update_id: int
    kind: str
    chat_id: int
    body: bytes
    born: float


def encode_update(update_id: int, kind: str, payload: dict[str, Any]) -> bytes:
    """An update's JSON as UTF-8 bytes."""
    return json.dumps({"update_id": update_id, kind: payload}, ensure_ascii=False).encode()


class UpdateQueue:
    """Pending updates in order; listeners hear of each new one."""

    def __init__(self, first_id: int, monotonic: Callable[[], float], lifetime: float = LIFETIME) -> None:
        self.allowed: list[str] | None = None
        self.lifetime = lifetime
        self.listeners: list[Callable[[Update], None]] = []
        self.delivered: OrderedDict[int, Update] = OrderedDict()
        self._next_id = first_id
        self._monotonic = monotonic
        self._pending: OrderedDict[int, Update] = OrderedDict()

    def __len__(self) -> int:
        return len(self._pending)

    def wants(self, kind: str) -> bool:
        """Whether the bot's allowed_updates include this kind."""
        return kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT

    def allow(self, kinds: Any) -> None:
        """Remembers allowed_updates; None keeps the last choice, an empty list means the default set."""
        if isinstance(kinds, list):
            self.allowed = [str(kind) for kind in kinds] or None

    def add(self, kind: str, payload: dict[str, Any], chat_id: int) -> Update | None:
        """Queues an update and returns it, or None when the bot does not want this kind."""
        if not self.wants(kind):
            return None
        update_id, self._next_id = self._next_id, self._next_id + 1
        born = self._monotonic()
        update = Update(update_id, kind, chat_id, encode_update(update_id, kind, payload), born)
        self._pending[update_id] = update
        for listener in self.listeners:
            listener(update)
        return update

    def pending(self) -> list[Update]:
        """All that waits, oldest first; what is older than the lifetime is dropped."""
        limit = self._monotonic() - self.lifetime
        for update_id in [update.update_id for update in self._pending.values() if update.born < limit]:
            del self._pending[update_id]
        return list(self._pending.values())

    def forget(self, update_id: int) -> None:
        """Confirms one update."""
        update = self._pending.pop(update_id, None)
        if update is not None:
            self.delivered[update_id] = update

    def confirm(self, offset: int) -> None:
        """What an offset does: forgets all before it; a negative one keeps only that many of the newest."""
        if offset > 0:
            for update_id in list(self._pending):
                if update_id >= offset:
                    break
                self.forget(update_id)
        elif offset < 0:
            for update_id in list(self._pending)[:offset]:
                self.forget(update_id)

    def clear(self) -> None:
        """Drops everything that waits."""
        self._pending.clear()

    def skip_ids(self, count: int) -> None:
        """Lets the numbering jump, as Telegram's may after a quiet week."""
        self._next_id += count
