"""Conversations as plays: persons of a small town speak and tap, and see what they are answered.

    play = Play(store, make_town(store))
    wang = play.person("telegram", "1001", name="王秀兰")
    wang.say("书法")
    wang.tap("报名")
    assert "已报名" in wang.text

Each act is one turn in one transaction of a real store; nothing is sent. What a turn or a schedule queued for
somebody who did not just speak is read, and counts as delivered, by `inbox()`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from handlers.incoming import Incoming, Kind
from handlers.take import Taken, take
from models.clock import ManualClock
from models.outgoing import outgoing
from models.people import account
from models.statement import Row, Statement, Tx
from models.store import Store, look_now, work_now
from services.catalogue import apply_changes, changes_since
from services.fetching import Fetched, reached
from services.message import Button, Document, Message, message_from_json, plain
from services.pictures import drawn
from services.town import Town

BOT = "test"
QUEUED = Statement(
    select(outgoing.c.id, outgoing.c.lane, outgoing.c.payload, outgoing.c.document, outgoing.c.created_at)
    .join(account, account.c.id == outgoing.c.account_id)
    .where(
        account.c.platform == bindparam("whose_platform"),
        account.c.external_id == bindparam("external_id"),
        outgoing.c.state == "queued",
        outgoing.c.lane != "reply",
        outgoing.c.not_before <= bindparam("now"),
        outgoing.c.expires_at > bindparam("now"),
    )
    .order_by(outgoing.c.id)
)
OWN = Statement(
    select(account.c.id, account.c.person_id).where(
        account.c.platform == bindparam("whose_platform"), account.c.external_id == bindparam("external_id")
    )
)


class Play:
    """A stage: the store, the town, its clock and the persons who come on."""

    def __init__(self, store: Store, town: Town) -> None:
        self.store = store
        self.town = town
        self._updates = itertools.count(1)

    def person(
        self, platform: str = "telegram", account: str = "1001", *, name: str = "", lang: str = ""
    ) -> Person:
        """Somebody with a phone; nothing is known of them before their first word."""
        return Person(self, platform, account, name, lang)

    def next_update(self) -> int:
        """An update id that was not used before."""
        return next(self._updates)

    def take(self, incoming: Incoming) -> Taken:
        """Take in one update."""
        return work_now(self.store, lambda tx: take(tx, self.town, incoming))

    def work(self, unit: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Run `unit(tx, ...)` in a transaction of its own."""
        return work_now(self.store, lambda tx: unit(tx, *arguments, **named))

    def rows(self, statement: Any) -> list[Row]:
        """The rows of a Core statement, read in a transaction of its own."""
        return look_now(self.store, lambda tx: list(tx.core(statement).fetchall()))

    def advance(self, by: timedelta | None = None, **units: float) -> None:
        """Let time pass: `advance(hours=3)`."""
        self._clock.advance(by if by is not None else timedelta(**units))

    def at(self, hour: int, minute: int = 0, *, days: int = 0) -> None:
        """Let time pass until this hour of the town's day, today or `days` later."""
        local = self.now.astimezone(self.town.zone) + timedelta(days=days)
        self._clock.set(local.replace(hour=hour, minute=minute, second=0, microsecond=0))

    @property
    def now(self) -> datetime:
        """The town's time."""
        return self.town.now()

    def refresh(self) -> None:
        """Bring the search index up to what the database holds."""
        catalogue = self.town.catalogue
        number, records, removed = look_now(
            self.store, lambda tx: changes_since(tx, catalogue.number, self.town.zone)
        )
        apply_changes(catalogue, number, records, removed)

    @property
    def _clock(self) -> ManualClock:
        assert isinstance(self.town.clock, ManualClock)
        return self.town.clock


class Person:
    """Somebody on the stage; `messages` is what the last act was answered with."""

    def __init__(self, play: Play, platform: str, account: str, name: str, lang: str) -> None:
        self.play, self.platform, self.account = play, platform, account
        self.name, self.lang = name, lang
        self.messages: list[Message] = []
        self.ack = ""
        self.taken: Taken | None = None
        self._ids: list[int] = []

    def say(self, text: str) -> list[Message]:
        """Type a text."""
        return self._act(Kind.TEXT, text=text)

    def start(self, payload: str = "") -> list[Message]:
        """Open the chat, by a link with `payload` or without."""
        return self._act(Kind.START, text=payload)

    def send(self, thing: str) -> list[Message]:
        """Send something that is no text: voice, sticker, photo."""
        return self._act(Kind.FILE if thing == "file" else Kind.OTHER, text=thing)

    def locate(self, latitude: float, longitude: float) -> list[Message]:
        """Share a location."""
        return self._act(Kind.LOCATION, location=(latitude, longitude))

    def block(self) -> None:
        """Block the bot."""
        self._act(Kind.BLOCKED)

    def unblock(self) -> None:
        """Let the bot write again."""
        self._act(Kind.UNBLOCKED)

    def tap(self, label: str) -> list[Message]:
        """Tap the button of the last answer (or inbox) whose label is, or else contains, `label`."""
        button = self.button(label)
        assert button.action, f"{button.label!r} opens {button.url} and is not answered by a turn"
        return self.tap_action(button.action)

    def tap_action(self, action: str) -> list[Message]:
        """Tap anything at all, as an old or forged button would."""
        return self._act(Kind.TAP, tap=action, message_id=str(self._ids[-1]) if self._ids else "")

    def enrol(self, wish: str) -> str:
        """From a wish to a place, saying yes to whatever is asked; came to: enrolled or waiting."""
        self.say(wish)
        self.say("1")
        self.tap("排候补" if "排候补" in self.buttons else "报名")
        for label in ("同意，继续报名", "用“", "是的", "满了", "确认"):
            if any(label in shown for shown in self.buttons):
                self.tap(label)
            elif label == "用“" and "称呼您" in self.text:
                self.say(self.name or "王秀兰")
        assert "已报名" in self.text or "候补第" in self.text, self.text
        return "enrolled" if "已报名" in self.text else "waiting"

    def inbox(self) -> list[Message]:
        """What was queued for this account meanwhile; it counts as delivered, and can be tapped on."""
        waiting: list[Fetched] = work_now(self.play.store, self._fetch)
        self.messages = [fetched.message for fetched in waiting]
        return self.messages

    def queued(self) -> list[Message]:
        """What is queued for this account and may go now, left as it is."""
        return [fetched.message for fetched in look_now(self.play.store, self._queued)]

    def button(self, label: str) -> Button:
        """The button whose label is, or else contains, `label`."""
        buttons = [button for message in self.messages for button in message.buttons()]
        found = [b for b in buttons if b.label == label] or [b for b in buttons if label in b.label]
        assert found, f"there is no button {label!r} among {self.buttons} under\n{self.text}"
        return found[-1]

    @property
    def text(self) -> str:
        """All that was answered, without markup."""
        return "\n".join(plain(message.text) for message in self.messages)

    @property
    def buttons(self) -> list[str]:
        """The labels of every button of the answer."""
        return [button.label for message in self.messages for button in message.buttons()]

    @property
    def courses(self) -> list[str]:
        """The codes of the classes that the answer is about, in order."""
        return [code for message in self.messages for code in message.courses]

    @property
    def documents(self) -> list[Document]:
        """The files of the answer, as they are shown."""
        return [drawn(message.document) for message in self.messages if message.document]

    @property
    def person_id(self) -> int:
        """The person behind the account as the database has it."""
        return int(self._row().person_id)

    @property
    def account_id(self) -> int:
        """The account's own row."""
        return int(self._row().id)

    @property
    def known(self) -> bool:
        """Whether the database knows this account at all."""
        return self._row() is not None

    def _row(self) -> Row:
        return look_now(
            self.play.store,
            lambda tx: tx.one(OWN, whose_platform=self.platform, external_id=self.account),
        )

    def _act(self, kind: Kind, **values: Any) -> list[Message]:
        incoming = Incoming(
            self.platform, BOT, self.play.next_update(), self.account, self.account, kind,
            name=self.name, lang=self.lang, **values,
        )  # fmt: skip
        taken = self.play.take(incoming)
        self.taken, self.ack = taken, taken.ack
        self.messages = [written.message for written in taken.written]
        self._ids = [written.id for written in taken.written]
        return self.messages

    def _queued(self, tx: Tx) -> list[Fetched]:
        rows = tx.all(
            QUEUED, whose_platform=self.platform, external_id=self.account, now=self.play.town.now()
        )
        return [
            Fetched(row.id, row.lane, message_from_json(row.payload, row.document), "", False, row.created_at)
            for row in rows
        ]

    def _fetch(self, tx: Tx) -> list[Fetched]:
        waiting = self._queued(tx)
        reached(tx, self.play.town, self._row().id, [fetched.id for fetched in waiting])
        return waiting
