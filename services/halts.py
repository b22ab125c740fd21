"""Halts: until when a platform's server has told us to send nothing, to one chat or at all.

They are kept as settings named `halt:BOT:CHAT` (no chat: the whole bot), in elapsed seconds, so that every
process obeys what one was told.
"""

from sqlalchemy import bindparam, select, text
from sqlalchemy.types import String

from models.operations import setting
from models.statement import Statement, Tx

KEEP = Statement(
    text(
        "INSERT INTO setting (key, value) VALUES (:name, :until)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE setting.value < excluded.value"
    ).bindparams(bindparam("name", type_=String()), bindparam("until", type_=String()))
)
PAST = Statement(
    text("DELETE FROM setting WHERE key LIKE :names AND value < :now").bindparams(
        bindparam("names", type_=String()), bindparam("now", type_=String())
    )
)
READ = Statement(
    select(setting.c.key, setting.c.value).where(
        setting.c.key.like(bindparam("names")), setting.c.value > bindparam("now")
    )
)


def keep(tx: Tx, bot: str, chat: str, until: float, now: float) -> None:
    """Note that nothing goes to `chat` (empty: to nobody) until then; a shorter halt changes nothing."""
    tx.run(PAST, names=f"halt:{bot}:%", now=_written(now))
    tx.run(KEEP, name=f"halt:{bot}:{chat}", until=_written(until))


def read(tx: Tx, bot: str, now: float) -> dict[str, float]:
    """The halts in force: chat (empty: the whole bot) -> elapsed second of its end."""
    rows = tx.all(READ, names=f"halt:{bot}:%", now=_written(now))
    return {row.key.removeprefix(f"halt:{bot}:"): float(row.value) for row in rows}


def _written(seconds: float) -> str:
    # of fixed width, so that the later of two is the greater as text
    return f"{max(seconds, 0.0):017.3f}"
