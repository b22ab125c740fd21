"""A question to the language model, as a value that a turn returns and the program asks after the commit."""

from dataclasses import dataclass

from handlers.incoming import Incoming
from models.statement import Tx
from services import second_opinion
from services.town import Town


@dataclass(frozen=True, slots=True)
class Question:
    """What a person said that was not understood; `row` is the plain answer that waits in the outbox.

    `incoming` holds the text as it was typed: only `masked` may leave the house.
    """

    incoming: Incoming
    person_id: int
    row: int

    def masked(self, tx: Tx, town: Town) -> str | None:
        """What may be told of it, as of now; None when nothing may."""
        names = (self.incoming.name,)
        return second_opinion.masked(tx, town, self.person_id, self.incoming.text, names)
