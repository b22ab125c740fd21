"""退课, 请假, 为什么 and 缴费, said of somebody for whom one acts: 老大请假, 帮我妈退课."""

from collections.abc import Sequence

from handlers import family_places
from handlers.family_places import Place
from handlers.family_words import labelled
from handlers.turn import Turn
from models.statement import Row
from services import classes
from services.family import people
from services.message import Button


def named(turn: Turn) -> list[Place]:
    """The places of those whose names were said."""
    return _places(turn, said=True)


def anybody(turn: Turn) -> list[Place]:
    """The places of those whose names were said, or else of the whole family."""
    return _places(turn, said=True) or _places(turn, said=False)


def _places(turn: Turn, *, said: bool) -> list[Place]:
    kin = [one for one in labelled(turn) if not said or (one.label and one.label in turn.text)]
    if said and not kin:  # 帮王秀兰退课, said by whoever brought her name on a list
        kin = [one for one in people.on_paper(turn.tx, turn.person.person_id) if one.label in turn.text]
    return family_places.of_family(turn, kin)


def leave(turn: Turn, places: Sequence[Place]) -> None:
    """Ask whether they are to leave their only class, or which one."""
    if len(places) == 1:
        family_places.leave(turn, places[0].row.id)
    else:
        _which(turn, places, "withdraw.which_family", "fam_leave")


def excuse(turn: Turn, places: Sequence[Place]) -> None:
    """Show their only place, where one sees the next session and excuses from it, or ask which."""
    if len(places) == 1:
        family_places.show(turn, places[0].row.id)
    else:
        _which(turn, places, "excuse.which_family", "fam_place")


def place_in(turn: Turn, offering_id: int) -> Place | None:
    """The first place of the family in a class, those first whose names were said."""
    return next((one for one in [*named(turn), *anybody(turn)] if one.row.offering_id == offering_id), None)


def _which(turn: Turn, places: Sequence[Place], key: str, verb: str) -> None:
    titles = {row.id: row.title for row in _classes(turn, places)}
    shown = [one for one in places if one.row.offering_id in titles][: turn.page]
    turn.reply(
        turn.say(key),
        *(
            (Button(f"{n} {one.of.label} · {titles[one.row.offering_id]}", f"{verb}:{one.row.id}", number=n),)
            for n, one in enumerate(shown, 1)
        ),
    )


def _classes(turn: Turn, places: Sequence[Place]) -> list[Row]:
    return classes.some_classes(turn.tx, [one.row.offering_id for one in places], turn.now)
