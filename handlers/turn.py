"""A turn: one message of one person, all that a handler sees of the world."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from handlers.dialogue import Dialogue
from handlers.incoming import Incoming
from models.statement import Tx
from services import accounts
from services.enrolling.crowd import Crowd
from services.message import SECRET_ON, Button, Document, Message, Place, without_marks
from services.outbox import NOTHING, Address, Subject
from services.phrases.hours import Lang
from services.texts import Texts, texts_of
from services.town import Town

# a turn answers with at most this many messages
MOST_MESSAGES = 3
# in big mode a message has at most this many buttons
MOST_BIG_BUTTONS = 4


@dataclass(slots=True)
class Speaker:
    """The person and account that speak, as they stood when the turn began."""

    person_id: int
    account_id: int
    platform: str
    name: str
    lang: Lang
    big: bool
    verified: bool
    forget_at: datetime | None


@dataclass(slots=True)
class Answer:
    """One message of the answer: new, or in place of the tapped one."""

    message: Message
    edit: bool = False
    lasting: bool = False
    subject: Subject = NOTHING
    # it carries a code
    secret: bool = False
    # choices that have no button but can be said by their words
    spoken: tuple[Button, ...] = ()
    # held back while the language model is asked, which may know a better one
    held: bool = False


class Turn:
    """What a handler reads and writes: `text`, `tap`, `state`, `now`, `reply`, `edit`, `say`."""

    __slots__ = (
        "ack",
        "answers",
        "brings",
        "counts",
        "crowd",
        "fetches",
        "first_time",
        "incoming",
        "keeps_choices",
        "now",
        "open_before",
        "person",
        "question",
        "renewed",
        "say",
        "searches",
        "state",
        "town",
        "tx",
    )

    def __init__(
        self, tx: Tx, town: Town, incoming: Incoming, person: Speaker, state: Dialogue,
        now: datetime | None = None,
    ) -> None:  # fmt: skip
        self.tx = tx
        self.town = town
        self.incoming = incoming
        self.person = person
        self.state = state
        self.now = now or town.now()
        self.say: Texts = texts_of(person.lang)
        self.answers: list[Answer] = []
        self.ack = ""
        self.first_time = False
        # with whom it shares what is asked about one class, where many tap at it
        self.crowd: Crowd | None = None
        # the person's answers that may still be on their way, as the turn began; None: not looked for
        self.open_before: Sequence[int] | None = None
        # the epoch of the cookie that the asking browser is to be given, where its old one was revoked
        self.renewed: int | None = None
        # the numbers of the answer before go on to hold
        self.keeps_choices = False
        # seconds that each search took, counted once the turn is committed
        self.searches: list[float] = []
        # what the language model is asked once the turn is committed
        self.question = ""
        # from now on they may send files in, so that their page offers it
        self.brings = False
        # the file that was sent is wanted: its bytes come in a turn of their own
        self.fetches = False
        # the broadcast whose audience is counted once the turn is committed; its last answer waits for it
        self.counts = 0

    @property
    def text(self) -> str:
        """What was said, cleaned."""
        return self.incoming.text

    @property
    def lang(self) -> Lang:
        """The person's language."""
        return self.person.lang

    @property
    def address(self) -> Address:
        """Where the answer goes."""
        return Address(self.person.account_id, self.incoming.platform, self.incoming.chat)

    def reply(
        self, text: str, *rows: tuple[Button, ...], courses: tuple[str, ...] = (), lasting: bool = False,
        document: Document | None = None, place: Place | None = None, subject: Subject | None = None,
    ) -> None:  # fmt: skip
        """Append a message to the answer; `lasting` where the answer has a consequence."""
        self._append(
            Message(text, rows, courses, document, place), lasting=lasting, edit=False, subject=subject
        )

    def edit(
        self, text: str, *rows: tuple[Button, ...], courses: tuple[str, ...] = (), lasting: bool = False
    ) -> None:
        """Change the message whose button was tapped; without a tap it is a new message."""
        self._append(
            Message(text, rows, courses), lasting=lasting, edit=bool(self.incoming.message_id), subject=None
        )

    def ask_model(self, text: str) -> None:
        """Have the language model asked what `text` means; the last answer waits until it is heard."""
        self.answers[-1].held = True
        self.question = text

    @property
    def page(self) -> int:
        """How many classes a list shows at a time."""
        return 3 if self.person.big else 5

    def only_this_browser(self) -> None:
        """Revoke every web cookie of the person; the browser that asks, if one does, gets a fresh one."""
        epoch = accounts.revoke_all_cookies(self.tx, self.person.person_id, self.person.account_id)
        if self.person.platform == "web":
            self.renewed = epoch

    def button(self, key: str, action: str, **values: Any) -> Button:
        """A button whose label stands in the catalogue under `key`."""
        return Button(self.say(key, **values), action)

    def _append(self, message: Message, *, lasting: bool, edit: bool, subject: Subject | None) -> None:
        if len(self.answers) >= MOST_MESSAGES:
            raise RuntimeError("a turn answers with at most three messages")
        spoken: tuple[Button, ...] = ()
        secret = SECRET_ON in message.text
        if secret:
            message = replace(message, text=without_marks(message.text))
        if self.person.big:
            message, spoken = self._big(message)
        self.answers.append(Answer(message, edit, lasting, subject or NOTHING, secret, spoken))

    def _big(self, message: Message) -> tuple[Message, tuple[Button, ...]]:
        """One button a row and at most four; what is left over can be said, and the text tells so."""
        buttons = message.buttons()
        shown, spoken = buttons[:MOST_BIG_BUTTONS], tuple(buttons[MOST_BIG_BUTTONS:])
        text = message.text
        if spoken:
            words = self.say("other.between").join(button.label for button in spoken)
            text = f"{text}\n{self.say('other.also_say', words=words)}"
        return replace(message, text=text, rows=tuple((button,) for button in shown)), spoken
