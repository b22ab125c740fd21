"""What the screens of a family share."""

from handlers.turn import Turn
from services.family import gating, people


def here(turn: Turn) -> bool:
    """Whether children may be enrolled on this platform."""
    return gating.children_here(turn.town, turn.person.platform)


def labelled(turn: Turn) -> list[people.Learner]:
    """Everybody for whom one may act; children not where they are not to be spoken of."""
    found = people.learners(turn.tx, turn.person.person_id)
    return found if here(turn) else [one for one in found if one.kind != "child"]
