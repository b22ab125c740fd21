"""What arrived from a platform, in one frozen value."""

from dataclasses import dataclass
from enum import StrEnum

from services.importing.door import Checked
from services.phrases.hours import Lang


class Kind(StrEnum):
    """The kinds of thing a person can send."""

    TEXT = "text"
    TAP = "tap"
    START = "start"
    LOCATION = "location"
    FILE = "file"
    OTHER = "other"  # voice, sticker, photo, an edited message; `text` names which
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it came: its bytes, or why there are none (`too_big`, `lost`; empty: not fetched).

    `ref` is how the platform can be asked for it.
    """

    name: str
    content: bytes | None = None
    problem: str = ""
    ref: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class SentFile:
    """A picture or document that was sent to us: the platform's id of it, by which its bytes can be had."""

    id: str
    name: str
    mime: str
    size: int
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update of one account in a private chat.

    `update_id` is unique per platform and bot. `tap` is the action of a tapped button, `message_id` the
    platform's id of the message it stood under. `name` and `lang` are the platform's own, used for this
    turn and not stored. `speaks` is the language that was chosen before the first word, on the page itself.
    """

    platform: str
    bot: str
    update_id: int
    account: str
    chat: str
    kind: Kind
    text: str = ""
    tap: str = ""
    message_id: str = ""
    # the platform's id of the message that a text replies to
    reply_to: str = ""
    location: tuple[float, float] | None = None
    file: SentFile | None = None
    name: str = ""
    lang: str = ""
    speaks: Lang | None = None
    attached: Attachment | None = None
    # what was found out on the way in, so that the writer need not wait for it
    sheet: Checked | None = None
