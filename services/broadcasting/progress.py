"""How a broadcast is getting on: one message in the organiser's chat, edited every five seconds at most."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, or_, select, update

from models.broadcasting import OUTCOMES, broadcast
from models.outgoing import outgoing
from models.people import account, person
from models.statement import Row, Statement, Tx
from services.broadcasting import rows
from services.message import Button, Message
from services.outbox import LASTING_LIFE, Address, post_notice
from services.texts import Texts, as_lang, texts_of
from services.town import Town

EVERY = 5.0
# a larger one is counted more seldom: counting a million rows takes a while
ROWS_A_SECOND = 10_000
PURPOSE = "progress"

DUE = Statement(
    select(broadcast.c.id)
    .where(
        broadcast.c.account_id.is_not(None),
        or_(broadcast.c.open, broadcast.c.progress_at >= 0),
        broadcast.c.launched_at.is_not(None),
        broadcast.c.progress_at < bindparam("before"),
    )
    .order_by(broadcast.c.progress_at)
    .limit(1)
)
KEEP = Statement(
    update(broadcast)
    .where(broadcast.c.id == bindparam("which"))
    .values(
        progress_id=bindparam("message", type_=broadcast.c.progress_id.type),
        progress_at=bindparam("at", type_=broadcast.c.progress_at.type),
        progress_done=bindparam("done", type_=broadcast.c.progress_done.type),
    )
)
# what was shown for the last time changes once more
AGAIN = Statement(
    update(broadcast)
    .where(broadcast.c.id == bindparam("which"), broadcast.c.progress_at < 0)
    .values(progress_at=0)
)
CHAT = Statement(
    select(account.c.id, account.c.platform, account.c.chat, account.c.external_id, person.c.lang)
    .join_from(account, person, person.c.id == account.c.person_id)
    .where(account.c.id == bindparam("id"), account.c.state == "active")
)
SHOWN = Statement(
    select(outgoing.c.state, outgoing.c.platform_message_id, outgoing.c.edit_of, outgoing.c.payload).where(
        outgoing.c.id == bindparam("row")
    )
)
REPLACE = Statement(
    update(outgoing)
    .where(outgoing.c.id == bindparam("row"), outgoing.c.state == "queued")
    .values(payload=bindparam("new", type_=outgoing.c.payload.type))
)
# closed and shown for the last time
OVER = -1.0


@dataclass(frozen=True, slots=True)
class Standing:
    """The numbers of a broadcast at one moment; `rate` is messages a second lately."""

    counts: dict[str, int]
    reasons: dict[str, int]
    rate: float = 0.0

    @property
    def total(self) -> int:
        """All recipients."""
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        """Those with an outcome."""
        return sum(self.counts[state] for state in OUTCOMES)


def show_due(tx: Tx, town: Town) -> int:
    """Bring one progress message up to date; 0 when none is due."""
    found = tx.one(DUE, before=town.clock.elapsed() - EVERY)
    if found is None:
        return 0
    row = rows.locked(tx, found.id)
    counts, reasons = rows.counts(tx, row.id)
    now = town.clock.elapsed()
    standing = Standing(counts, reasons)
    passed = now - row.progress_at
    if row.progress_at > 0 and passed > 0 and row.state == "running":
        standing = Standing(counts, reasons, max(0, standing.done - row.progress_done) / passed)
    message = _post(tx, town, row, standing)
    again = now + max(0.0, standing.total / ROWS_A_SECOND - EVERY)
    tx.run(KEEP, which=row.id, message=message, at=again if row.open else OVER, done=standing.done)
    return 1


def show_again(tx: Tx, broadcast_id: int) -> None:
    """Bring the message up to date though the broadcast was over: what is recalled is soon gone."""
    tx.run(AGAIN, which=broadcast_id)


def _post(tx: Tx, town: Town, row: Row, standing: Standing) -> int | None:
    """Write the message, or the edit of the one that is shown; the newest of those that wait wins."""
    chat = tx.one(CHAT, id=row.account_id)
    if chat is None:
        return row.progress_id  # type: ignore[no-any-return]
    made = progress_message(row, standing, texts_of(as_lang(chat.lang)), tx)
    payload = made.to_json()
    before = tx.one(SHOWN, row=row.progress_id) if row.progress_id is not None else None
    if before is not None and before.payload == payload:
        return int(row.progress_id)
    if before is not None and tx.run(REPLACE, row=row.progress_id, new=payload):
        return int(row.progress_id)
    if before is not None and before.state == "sending":
        return int(row.progress_id)
    edit_of = ""
    if before is not None and before.state == "sent":
        # a page that fetches knows a message by its row, an edited one by the row it stands in for
        edit_of = before.platform_message_id or before.edit_of or str(row.progress_id)
    to = Address(chat.id, chat.platform, chat.chat or chat.external_id)
    until = town.now() + LASTING_LIFE
    number = post_notice(tx, town, to, made, purpose=PURPOSE, expires_at=until, silent=True, edit_of=edit_of)
    return number


def progress_message(row: Row, standing: Standing, say: Texts, tx: Tx) -> Message:
    """What stands in the chat: how far it is, what failed and why, and what can be done."""
    counts = standing.counts
    lines = [
        say(f"broadcast.state.{row.state}", id=row.id),
        say("broadcast.progress.sent", sent=counts["sent"], total=standing.total),
    ]
    if row.state == "paused":
        lines[0] += say(f"broadcast.paused.{row.reason}") if say.has(f"broadcast.paused.{row.reason}") else ""
    if row.urgent:
        lines[0] += say("broadcast.urgent.marked")
    if waiting := counts["pending"] + counts["sending"]:
        # what was ended is written down for each of them within seconds
        over = row.state in ("stopped", "recalled")
        lines.append(say("broadcast.progress.no_more" if over else "broadcast.progress.waiting", n=waiting))
    if standing.rate >= 0.1 and waiting:
        minutes = max(1, round(waiting / standing.rate / 60))
        lines.append(say("broadcast.progress.rate", rate=round(standing.rate), minutes=minutes))
    if counts["unknown"]:
        lines.append(say("broadcast.progress.unknown", n=counts["unknown"]))
    lines += reason_lines(counts, standing.reasons, say)
    if row.state == "recalled":
        found = rows.recalls(tx, row.id)
        # closed once every deletion was answered; until then the figures are no result
        key = "broadcast.progress.recalling" if row.open else "broadcast.progress.recalled"
        lines.append(say(key, gone=found["gone"], left=found["left"]))
    return Message("\n".join(lines), buttons_of(row, say))


def reason_lines(counts: dict[str, int], reasons: dict[str, int], say: Texts) -> list[str]:
    """Who did not get it and why, in words."""
    states = [state for state in ("failed", "skipped") if counts[state]]
    lines = [say(f"broadcast.progress.{state}", n=counts[state]) for state in states]
    named: dict[str, int] = {}
    for reason, n in reasons.items():
        key = f"broadcast.why.{reason}"
        words = say(key) if say.has(key) else say("broadcast.why.other")
        named[words] = named.get(words, 0) + n
    return [*lines, *(say("broadcast.progress.reason", words=words, n=n) for words, n in named.items())]


def buttons_of(row: Row, say: Texts) -> tuple[tuple[Button, ...], ...]:
    """What can be done with a broadcast as it stands."""

    def button(name: str) -> Button:
        return Button(say(f"broadcast.do.{name}"), f"bcast_{name}:{row.id}")

    if row.state in ("waiting_approval", "scheduled"):
        return ((button("stop"),),)
    if row.state == "running":
        return ((button("pause"), button("stop")),)
    if row.state == "paused":
        return ((button("resume"), button("stop")), (button("recall"),))
    if row.state in ("done", "stopped") and row.launched_at is not None:
        return ((button("report"), button("recall")),)
    if row.state == "recalled":
        return ((button("report"),),)
    return ()
