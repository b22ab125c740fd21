"""The town: everything a conversation or a schedule needs besides its transaction."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from models.clock import Clock
from services.calendar import Uids
from services.own_replies import OwnReplies

if TYPE_CHECKING:
    from services.holidays import Holidays
    from services.kept_catalogue import Keeper
    from services.search.index import CatalogueIndex
    from services.understanding.lexicon import Lexicon


@dataclass(slots=True)
class Catalogue:
    """The read model of this process: the search index and the words grown from it.

    `number` is the last catalogue change that it holds.
    """

    index: "CatalogueIndex"
    lexicon: "Lexicon"
    number: int = 0
    # where it lies on a disk
    keeper: "Keeper | None" = None

    def close(self) -> None:
        """Let go of the folder, if it has one."""
        if self.keeper is not None:
            self.keeper.close()


@dataclass(slots=True)
class Town:
    """Clock, zone, catalogue and the operator's settings; made once by the program and passed down."""

    clock: Clock
    zone: ZoneInfo
    catalogue: Catalogue
    holidays: "Holidays"
    secret: bytes
    random_digits: Callable[[int], str]
    operator_name: str = ""
    operator_contact: str = ""
    public_url: str = ""
    telegram_name: str = ""
    calendar_uids: Uids = field(default_factory=Uids)
    term_limit: int = 10
    # whether children may be enrolled over Telegram, whose servers are abroad
    children_on_telegram: bool = False
    # the host whose language model may be asked what a text means; empty: none is
    assistant_host: str = ""
    # how long a sender may hold a row before its outcome counts as unknown, elapsed seconds
    lease_seconds: float = 60.0
    # platforms whose messages wait until they are fetched
    pulled: frozenset[str] = field(default=frozenset({"terminal", "web"}))
    own_replies: OwnReplies = field(default_factory=OwnReplies)

    def now(self) -> datetime:
        """Civil time, aware UTC."""
        return self.clock.civil()

    def within(self, real: timedelta) -> datetime:
        """The civil instant that is so much real time away from now, back where `real` is negative.

        What waits for people (a dialogue, a code, an answer) is measured in their time, whatever the clock's.
        """
        passes = self.clock.during(abs(real))
        return self.now() + (passes if real > timedelta() else -passes)
