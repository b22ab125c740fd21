"""Faults on demand: refusals, broken proxies, slowness, lost connections and lost answers."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tests.botapi.refusals import Refused, too_many

HTML_BODY = (
    b"<html>\r\n<head><title>%d</title></head>\r\n<body><center><h1>%d</h1></center></body>\r\n</html>\r\n"
)
KINDS = ("refuse", "html", "slow", "drop", "lose_answer")


@dataclass(eq=False)
class Fault:
    """One fault: what happens, to which calls, how often; `hits` counts how often it did."""

    kind: str
    methods: frozenset[str] | None = None
    chats: frozenset[int] | None = None
    count: int | None = 1
    probability: float = 1.0
    refusal: Refused | None = None
    status: int = 502
    seconds: float = 0.0
    until: float | None = None
    hold: bool = False
    hits: int = 0

    def spent(self, now: float) -> bool:
        """Whether it will never strike again."""
        if self.hold and self.until is not None:
            return now >= self.until
        return self.count is not None and self.hits >= self.count

    def meets(self, method: str, chat_id: int) -> bool:
        """Whether a call is one that it may strike."""
        return (self.methods is None or method.lower() in self.methods) and (
            self.chats is None or chat_id in self.chats
        )


@dataclass
class Faults:
    """The faults in force; the oldest that fits a call strikes.

    Without `method` and `chat` a fault fits every call, a waiting getUpdates too; `count` None is for ever.
    """

    random: random.Random
    monotonic: Callable[[], float]
    active: list[Fault] = field(default_factory=list)

    def too_many(
        self,
        retry_after: float,
        *,
        method: str | Iterable[str] | None = None,
        chat: int | Iterable[int] | None = None,
        count: int | None = 1,
        probability: float = 1.0,
        hold: bool = False,
    ) -> Fault:
        """429 with retry_after in seconds; with `hold`, what it fits is refused until that time is over."""
        return self._add("refuse", method, chat, count, probability, refusal=too_many(retry_after), hold=hold)

    def refuse(
        self,
        code: int,
        description: str = "",
        *,
        method: str | Iterable[str] | None = None,
        chat: int | Iterable[int] | None = None,
        count: int | None = 1,
        probability: float = 1.0,
    ) -> Fault:
        """Any refusal with the Bot API's own JSON body, a 5xx included; nothing is delivered."""
        return self._add("refuse", method, chat, count, probability, refusal=Refused(code, description))

    def html(
        self,
        status: int = 502,
        *,
        method: str | Iterable[str] | None = None,
        chat: int | Iterable[int] | None = None,
        count: int | None = 1,
        probability: float = 1.0,
    ) -> Fault:
        """A proxy's page in place of an answer; nothing is delivered."""
        return self._add("html", method, chat, count, probability, status=status)

    def slow(
        self,
        seconds: float,
        *,
        method: str | Iterable[str] | None = None,
        chat: int | Iterable[int] | None = None,
        count: int | None = 1,
        probability: float = 1.0,
    ) -> Fault:
        """The call is processed at once and answered late."""
        return self._add("slow", method, chat, count, probability, seconds=seconds)

    def drop(
        self,
        *,
        method: str | Iterable[str] | None = None,
        chat: int | Iterable[int] | None = None,
        count: int | None = 1,
        probability: float = 1.0,
    ) -> Fault:
        """The connection is closed before the call is processed; nothing is delivered."""
        return self._add("drop", method, chat, count, probability)

    def lose_answer(
        self,
        *,
        method: str | Iterable[str] | None = None,
        chat: int | Iterable[int] | None = None,
        count: int | None = 1,
        probability: float = 1.0,
    ) -> Fault:
        """The call is processed, delivered and recorded, then the connection is closed without an answer."""
        return self._add("lose_answer", method, chat, count, probability)

    def clear(self) -> None:
        """Takes all faults away."""
        self.active.clear()

    def pick(self, method: str, chat_id: int) -> Fault | None:
        """The fault that strikes this call, counted."""
        if not self.active:
            return None
        now = self.monotonic()
        self.active = [fault for fault in self.active if not fault.spent(now)]
        for fault in self.active:
            if fault.meets(method, chat_id) and self.random.random() < fault.probability:
                fault.hits += 1
                if fault.hold and fault.until is None and fault.refusal and fault.refusal.retry_after:
                    fault.until = now + fault.refusal.retry_after
                return fault
        return None

    def _add(
        self,
        kind: str,
        method: str | Iterable[str] | None,
        chat: int | Iterable[int] | None,
        count: int | None,
        probability: float,
        *,
        refusal: Refused | None = None,
        status: int = 502,
        seconds: float = 0.0,
        hold: bool = False,
    ) -> Fault:
        methods = (method,) if isinstance(method, str) else method
        chats = (chat,) if isinstance(chat, int) else chat
        fault = Fault(
            kind,
            None if methods is None else frozenset(name.lower() for name in methods),
            None if chats is None else frozenset(chats),
            count,
            probability,
            refusal,
            status,
            seconds,
            hold=hold,
        )
        self.active.append(fault)
        return fault
