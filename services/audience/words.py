"""An audience in words, for whoever chooses it and whoever approves it."""

from __future__ import annotations

from models.statement import Tx
from services.audience.expression import Atom, Audience
from services.audience.resolve import class_of
from services.scope import unit_by_code
from services.texts import Texts


def in_words(tx: Tx, audience: Audience, say: Texts) -> str:
    """东关街道社区学校的居民，加上农民工，除了“电工班”的学员."""
    if isinstance(audience, Atom):
        return _atom(tx, audience, say)
    return say(
        f"whom.{_JOIN[audience.operator]}",
        left=in_words(tx, audience.left, say), right=_inner(tx, audience.right, say),
    )  # fmt: skip


_JOIN = {"+": "union", "&": "shared", "-": "without"}


def _inner(tx: Tx, audience: Audience, say: Texts) -> str:
    words = in_words(tx, audience, say)
    return words if isinstance(audience, Atom) else say("whom.inner", words=words)


def _atom(tx: Tx, atom: Atom, say: Texts) -> str:
    value = atom.value
    if atom.kind == "unit":
        row = unit_by_code(tx, value)
        if row is not None and row.level == "root":
            return say("whom.everybody")
        return say("whom.unit", name=row.name if row is not None else value)
    if atom.kind == "class":
        row = class_of(tx, value)
        return say("whom.class", title=row.title if row is not None else value, code=value)
    if atom.kind == "kind":
        return say("whom.kind", kind=say(f"kind.{value}"))
    if atom.kind == "group":
        return say("whom.group", group=say(f"person_group.{value}"))
    return say("whom.subscribed", words=value)
