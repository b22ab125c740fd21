"""The log of calls, by which pacing is judged, and the flood limits that may be enforced."""

from __future__ import annotations

import math
from collections import Counter, deque
from dataclasses import dataclass, field
from itertools import pairwise

SENDS = frozenset({"sendMessage", "sendDocument", "sendPhoto", "sendLocation", "sendVenue"})


@dataclass(frozen=True, slots=True)
class Call:
    """One call: when it came (monotonic seconds), what for, and its HTTP status (0: no answer left)."""

    at: float
    method: str
    chat_id: int
    status: int
    delivered: bool


@dataclass
class CallLog:
    """All calls in order, and their number by method."""

    calls: list[Call] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, call: Call) -> None:
        self.counts[call.method] += 1
        self.calls.append(call)

    def sends(self, chat: int | None = None) -> list[Call]:
        """The calls that delivered a message, of one chat or of all."""
        return [
            call
            for call in self.calls
            if call.delivered and call.method in SENDS and chat in (None, call.chat_id)
        ]

    def worst(self, seconds: float = 1.0, chat: int | None = None) -> int:
        """The most messages that were delivered within any such window."""
        window: deque[float] = deque()
        most = 0
        for call in self.sends(chat):
            window.append(call.at)
            while window[0] <= call.at - seconds:
                window.popleft()
            most = max(most, len(window))
        return most

    def shortest_gap(self, chat: int) -> float:
        """The shortest time between two messages of one chat, in seconds; infinite for fewer than two."""
        times = [call.at for call in self.sends(chat)]
        return min((later - earlier for earlier, later in pairwise(times)), default=math.inf)


@dataclass
class Limits:
    """Telegram's flood limits as sliding windows of one second; off until `enforce` is set."""

    enforce: bool = False
    overall: int = 30
    per_chat: int = 1
    window: float = 1.0
    _all: deque[float] = field(default_factory=deque)
    _chats: dict[int, deque[float]] = field(default_factory=dict)

    def refuse_for(self, method: str, chat_id: int, now: float) -> int | None:
        """Whole seconds to wait when this send is one too many, otherwise None and it is counted."""
        if not self.enforce or method not in SENDS:
            return None
        chat = self._chats.setdefault(chat_id, deque())
        for times in (self._all, chat):
            while times and times[0] <= now - self.window:
                times.popleft()
        for times, most in ((self._all, self.overall), (chat, self.per_chat)):
            if len(times) >= most:
                return max(1, math.ceil(times[0] + self.window - now))
        self._all.append(now)
        chat.append(now)
        return None
