"""Choosing for whom a broadcast is: by buttons, or in the written form that experts use."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.types import Integer

from handlers.broadcast_draft import drop, keep, own_draft, review, tell_audience_error
from handlers.routes import Routes, number, word
from handlers.turn import Turn
from handlers.yes_no import is_no
from models.broadcasting import GROUPS
from models.catalogue import CATEGORIES, course, offering, org_unit
from models.statement import Row, Statement
from services.audience import Atom, Audience, AudienceError, Both, parse
from services.audience.named import classes_meant, everybody_meant, word_meant
from services.audience.spoken import spoken
from services.audience.words import in_words
from services.broadcasting import composing
from services.message import Button
from services.regex import regex

routes = Routes()
PAGE = 6
# what comes before people's names; what only adds or takes away is read with its first word
_WHOM = regex(
    r"(?:只|改|那就|还是)*(?:发给|发到|换成|改成|改为|通知)|(?=不要|不发给|别发给|除了|去掉|排除|再?加上|还有)"
)

CLASSES = Statement(
    select(offering.c.id, offering.c.code, course.c.title)
    .join_from(offering, course, course.c.id == offering.c.course_id)
    .join(org_unit, org_unit.c.id == offering.c.unit_id)
    .where(
        org_unit.c.path.startswith(bindparam("path")),
        offering.c.last_end > bindparam("now"),
    )
    .order_by(offering.c.first_start, offering.c.id)
    .limit(PAGE + 1)
    .offset(bindparam("start", type_=Integer()))
)
ONE_CLASS = Statement(select(offering.c.code).where(offering.c.id == bindparam("id")))


def ask(turn: Turn, draft_id: int, *, new: bool = False, meant: str = "") -> None:
    """For whom? Of a `new` one it was not chosen yet, unless it was said (`meant`) when it was begun."""
    row = own_draft(turn, draft_id)
    if row is None or (meant and _named(turn, row, meant)):
        return
    turn.state.ask("bcast.expr", bcast=row.id, new=new)
    turn.reply(
        turn.say("bcast.ask_whom"),
        (Button(in_words(turn.tx, Atom("unit", row.unit_code), turn.say), f"bcast_unit:{row.id}"),),
        (
            turn.button("bcast.a_class", f"bcast_classes:{row.id}:0"),
            turn.button("bcast.a_kind", f"bcast_kinds:{row.id}"),
        ),
        (
            turn.button("bcast.a_group", f"bcast_groups:{row.id}"),
            turn.button("bcast.expert", f"bcast_expr:{row.id}"),
        ),
    )


@routes.tap("bcast_to", number)
def asked_again(turn: Turn, draft_id: int) -> None:
    """Somebody else."""
    ask(turn, draft_id)


@routes.tap("bcast_unit", number)
def own_unit(turn: Turn, draft_id: int) -> None:
    """Everybody of the own unit."""
    row = own_draft(turn, draft_id)
    if row is not None:
        _chosen(turn, draft_id, Atom("unit", row.unit_code))


@routes.tap("bcast_classes", number, number)
def classes(turn: Turn, draft_id: int, page: int) -> None:
    """The classes of the own subtree that are not over."""
    row = own_draft(turn, draft_id)
    if row is None:
        return
    found = turn.tx.all(CLASSES, path=row.unit_path, now=turn.now, start=page * PAGE)
    if not found:
        turn.reply(turn.say("bcast.no_classes"), (turn.button("bcast.rewhom", f"bcast_to:{draft_id}"),))
        return
    buttons = _class_buttons(draft_id, found[:PAGE])
    if len(found) > PAGE:
        buttons.append((turn.button("bcast.more", f"bcast_classes:{draft_id}:{page + 1}"),))
    turn.reply(turn.say("bcast.which_class"), *buttons)


@routes.tap("bcast_class", number, number)
def one_class(turn: Turn, draft_id: int, offering_id: int) -> None:
    """The learners of this class."""
    found = turn.tx.one(ONE_CLASS, id=offering_id)
    if found is not None:
        _chosen(turn, draft_id, Atom("class", found.code))


@routes.tap("bcast_kinds", number)
def kinds(turn: Turn, draft_id: int) -> None:
    """The kinds of content."""
    if own_draft(turn, draft_id) is None:
        return
    buttons = [Button(turn.say(f"kind.{code}"), f"bcast_kind:{draft_id}:{code}") for code in CATEGORIES]
    turn.reply(turn.say("bcast.which_kind"), *_pairs(buttons))


@routes.tap("bcast_kind", number, word)
def one_kind(turn: Turn, draft_id: int, code: str) -> None:
    """Those who learn this kind."""
    if code in CATEGORIES:
        _chosen(turn, draft_id, Atom("kind", code))


@routes.tap("bcast_groups", number)
def groups(turn: Turn, draft_id: int) -> None:
    """The groups that people declare."""
    if own_draft(turn, draft_id) is None:
        return
    buttons = [Button(turn.say(f"person_group.{code}"), f"bcast_group:{draft_id}:{code}") for code in GROUPS]
    turn.reply(turn.say("bcast.which_group"), *_pairs(buttons))


@routes.tap("bcast_group", number, word)
def one_group(turn: Turn, draft_id: int, code: str) -> None:
    """Those who said that they belong to it."""
    if code in GROUPS:
        _chosen(turn, draft_id, Atom("group", code))


@routes.tap("bcast_expr", number)
def expert(turn: Turn, draft_id: int) -> None:
    """In the written form."""
    row = own_draft(turn, draft_id)
    if row is not None:
        turn.state.ask("bcast.expr", bcast=row.id, new=turn.state.data.get("new", False))
        turn.reply(turn.say("bcast.ask_expert", own=f"unit:{row.unit_code}"))


@routes.step("bcast.expr")
def expert_said(turn: Turn) -> bool:
    """What was written or named; what begins with + & - goes on from the audience that is chosen already."""
    row = own_draft(turn, int(turn.state.data["bcast"]))
    if row is None:
        return True
    said = turn.text.strip()
    if is_no(said, turn.say("bcast.drop"), "不发"):
        if turn.state.data.get("new"):
            drop(turn, row.id)
        else:
            review(turn, row.id)
        return True
    if _named(turn, row, said, None if turn.state.data.get("new") else composing.audience_of(row)):
        return True
    try:
        if said[:1] in "+&-＋＆－":
            wanted = Both(
                {"＋": "+", "＆": "&", "－": "-"}.get(said[0], said[0]),
                composing.audience_of(row),
                parse(said[1:]),
            )
        else:
            wanted = parse(said)  # type: ignore[assignment]
    except AudienceError as error:
        tell_audience_error(turn, error)
        return True
    _chosen(turn, row.id, wanted)
    return True


def _named(turn: Turn, row: Row, said: str, so_far: Audience | None = None) -> bool:
    """Who was called by a code, a name or in a sentence; of several classes of a name it asks which."""
    if everybody_meant(said):
        _chosen(turn, row.id, Atom("unit", row.unit_code))
        return True
    word = word_meant(said)
    if word is not None:
        _chosen(turn, row.id, word)
        return True
    found = classes_meant(turn.tx, row.unit_path, said, turn.now, PAGE)
    if len(found) == 1:
        _chosen(turn, row.id, Atom("class", found[0].code))
    elif found:
        turn.reply(turn.say("bcast.which_class"), *_class_buttons(row.id, found))
    elif (whom := spoken(turn.tx, row.unit_path, said, turn.now, so_far)) is not None:
        _chosen(turn, row.id, whom)
    else:
        return False
    return True


def said_whom(turn: Turn, draft_id: int, said: str) -> bool:
    """发给…, 换成…, 不要… and 再加上… on the screen from which it is sent; False for every other text."""
    found = _WHOM.match(said.strip())
    row = own_draft(turn, draft_id) if found is not None else None
    if found is None or row is None:
        return False
    return _named(turn, row, said.strip()[found.end() :], composing.audience_of(row))


def _class_buttons(draft_id: int, found: Sequence[Row]) -> list[tuple[Button, ...]]:
    return [(Button(f"{one.title}（{one.code}）", f"bcast_class:{draft_id}:{one.id}"),) for one in found]


def _chosen(turn: Turn, draft_id: int, audience: Atom | Both) -> None:
    row = own_draft(turn, draft_id)
    if row is not None and keep(turn, row, audience=audience):
        review(turn, draft_id)


def _pairs(buttons: list[Button]) -> list[tuple[Button, ...]]:
    return [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
