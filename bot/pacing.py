"""Pacing: the next free slot for what may wait, the gap within a chat, and halts ordered by a server."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

# what Telegram bears from one bot in a second, answers included
CEILING = 30
CHAT_GAP = 1.0
# a second, and what a loop's clock, which is read once a round and in milliseconds, may be behind
WINDOW = 1.003
# a 429 in a second chat within this time says that the whole bot is meant
TOGETHER = 5.0
# the shortest of so many calls is what one takes that nothing held up; with fewer, that is not known
CALLS = 100


@dataclass(slots=True)
class Slot:
    """One message that went: when it was begun, and since when it counts."""

    began: float
    at: float


class Pacer:
    """Gives out slots of `1 / rate` seconds, and only while the last second holds less than the ceiling.

    The server counts what arrives, not what is begun: a message that was held up on its way would share its
    second with more that came after it. So once a call is answered, its slot counts since the latest moment
    at which it can have arrived: the answer, less the way back, half of what every call takes.
    A rate of 0 lifts both. `now` is monotonic, in seconds.
    """

    def __init__(self, rate: float, now: Callable[[], float]) -> None:
        self._now = now
        self._step = 1 / rate if rate else 0.0
        self._ceiling = max(CEILING, int(rate)) if rate else 0
        self._next = 0.0
        # older ones cannot matter: the ceiling is reached when the first of these is young
        self._recent: deque[Slot] = deque(maxlen=self._ceiling)
        self._took: deque[float] = deque(maxlen=CALLS)

    @property
    def per_second(self) -> int:
        """How many slots a second has, 0 for no limit."""
        return max(1, round(1 / self._step)) if self._step else 0

    def count(self) -> Slot:
        """Note a message that went without asking, an answer."""
        now = self._now()
        slot = Slot(now, now)
        self._recent.append(slot)
        return slot

    def arrived(self, slot: Slot) -> None:
        """Note that the call of this slot is over."""
        now = self._now()
        self._took.append(now - slot.began)
        slot.at = now - (min(self._took) / 2 if len(self._took) == CALLS else 0.0)

    def delay(self) -> float:
        """Seconds until a slot is free; 0 when one is."""
        if not self._ceiling:
            return 0.0
        now = self._now()
        full = len(self._recent) == self._ceiling
        room = self._recent[0].at + WINDOW - now if full else 0.0
        return max(self._next - now, room, 0.0)

    def take(self) -> Slot:
        """Use the slot that `delay` found free."""
        slot = self.count()
        # a slot that was met late, as timers are, is made up for by the next; a longer pause is not
        self._next = max(self._next, slot.began - self._step) + self._step
        return slot


class ChatGaps:
    """When each chat may next get a message that nobody asked for."""

    def __init__(self, now: Callable[[], float], gap: float = CHAT_GAP) -> None:
        self._now = now
        self._gap = gap
        self._last: dict[str, float] = {}

    def note(self, chat: str) -> None:
        """A message goes to this chat now."""
        if len(self._last) > 10_000:
            self._forget()
        self._last[chat] = self._now()

    def delay(self, chat: str) -> float:
        """Seconds until the chat's gap is over."""
        last = self._last.get(chat)
        return 0.0 if last is None else max(last + self._gap - self._now(), 0.0)

    def _forget(self) -> None:
        past = self._now() - self._gap
        self._last = {chat: at for chat, at in self._last.items() if at > past}


class Halts:
    """Until when (elapsed seconds) nothing goes to a chat, or to none.

    Telegram's 429 does not say whether it means the chat or the bot. It is taken to mean the chat that was
    written to; when a second chat gets one while the first still waits, and within five seconds of it,
    the bot is meant.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._until: dict[str, float] = {}
        self._last_chat = ""
        self._last_at = float("-inf")

    def until(self, chat: str) -> float:
        """The end of what halts this chat; in the past when nothing does."""
        if not self._until:
            return 0.0
        return max(self._until.get("", 0.0), self._until.get(chat, 0.0))

    def halted(self, chat: str = "") -> bool:
        """Whether nothing may go to the chat, or with none named to nobody."""
        return bool(self._until) and self.until(chat) > self._now()

    def named(self, chat: str, seconds: float) -> tuple[str, float]:
        """Take in a 429 that a message to `chat` got: which chat it halts ("": all) and until when."""
        now = self._now()
        others = chat != self._last_chat and self._until.get(self._last_chat, 0.0) > now
        everybody = others and now - self._last_at <= TOGETHER
        self._last_chat, self._last_at = chat, now
        return self.halt("" if everybody else chat, seconds)

    def halt(self, chat: str, seconds: float) -> tuple[str, float]:
        """Send nothing to `chat` ("": to nobody) for so long."""
        until = max(self._until.get(chat, 0.0), self._now() + seconds)
        self._until[chat] = until
        return chat, until

    def learn(self, halts: dict[str, float]) -> None:
        """Take in what other processes were told, and forget what is over."""
        now = self._now()
        self._until = {chat: until for chat, until in self._until.items() if until > now}
        for chat, until in halts.items():
            self._until[chat] = max(until, self._until.get(chat, 0.0))
