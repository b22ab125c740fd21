"""How a platform takes the bot, kept for every process and for `doorstep doctor`; owners are told of trouble.

It is kept as a setting `standing:PLATFORM:BOT`: the trouble, since when (elapsed seconds), and whether the
owners know.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final, NamedTuple

from sqlalchemy import bindparam, select, text
from sqlalchemy.types import String

from models.operations import setting
from models.statement import Statement, Tx
from services import scope
from services.message import Message
from services.outbox import post_notice
from services.reach import Reach, reach, reach_at_home
from services.town import Town

PURPOSE: Final = "standing"
# a restart of the other program, or a token that is just being changed, is nobody's business
TELL_AFTER: Final = 180.0
NEWS_LIFE: Final = timedelta(days=2)
# while the token is refused nothing can be sent there
SILENCED: Final = "token_refused"

READ = Statement(select(setting.c.value).where(setting.c.key == bindparam("name")))
BEGIN = Statement(
    text("INSERT INTO setting (key, value) VALUES (:name, :value) ON CONFLICT (key) DO NOTHING").bindparams(
        bindparam("name", type_=String()), bindparam("value", type_=String())
    )
)
# of several processes one changes it, and that one tells
CHANGE = Statement(
    text("UPDATE setting SET value = :value WHERE key = :name AND value = :was").bindparams(
        bindparam("name", type_=String()), bindparam("value", type_=String()),
        bindparam("was", type_=String()),
    )
)  # fmt: skip
END = Statement(
    text("DELETE FROM setting WHERE key = :name AND value = :was").bindparams(
        bindparam("name", type_=String()), bindparam("was", type_=String())
    )
)


class Kept(NamedTuple):
    """A trouble as it is kept."""

    trouble: str
    since: float
    told: bool

    def written(self) -> str:
        """As the setting's value."""
        return f"{self.trouble} {self.since:.0f} {'told' if self.told else '-'}"


def kept(tx: Tx, platform: str, bot: str) -> Kept | None:
    """The trouble that was last told, None where all was well."""
    row = tx.one(READ, name=_name(platform, bot))
    if row is None:
        return None
    trouble, since, told = row.value.split(" ")
    return Kept(trouble, float(since), told == "told")


def troubled(tx: Tx, town: Town, platform: str, bot: str, trouble: str) -> bool:
    """Keep a trouble, and once it has lasted tell the owners of the whole town; whether it did so now."""
    name, now = _name(platform, bot), town.clock.elapsed()
    fresh = Kept(trouble, now, told=False)
    tx.run(BEGIN, name=name, value=fresh.written())
    found = kept(tx, platform, bot) or fresh
    if found.trouble != trouble:
        tx.run(CHANGE, name=name, value=fresh.written(), was=found.written())
        return False
    if found.told or now - found.since < TELL_AFTER:
        return False
    if not tx.run(CHANGE, name=name, value=found._replace(told=True).written(), was=found.written()):
        return False
    _tell(tx, town, trouble, f"standing.{trouble}")
    return True


def well(
    tx: Tx, town: Town, platform: str, bot: str, over: Collection[str] | None = None
) -> None:  # fmt: skip
    """Forget a trouble, of several only those that are `over`; who was told of it hears so."""
    found = kept(tx, platform, bot)
    if found is None or (over is not None and found.trouble not in over):
        return
    if not tx.run(END, name=_name(platform, bot), was=found.written()):
        return
    if found.told:
        _tell(tx, town, found.trouble, "standing.over")


def _tell(tx: Tx, town: Town, trouble: str, key: str) -> None:
    root = scope.unit_by_code(tx, "root")
    for person_id in scope.colleagues(tx, root.path, scope.OWNING) if root is not None else ():
        to: Reach | None = (reach_at_home if trouble == SILENCED else reach)(tx, person_id)
        if to is not None:
            post_notice(
                tx, town, to.address, Message(to.say(key)), purpose=PURPOSE,
                expires_at=town.now() + NEWS_LIFE,
            )  # fmt: skip


def _name(platform: str, bot: str) -> str:
    return f"standing:{platform}:{bot}"
