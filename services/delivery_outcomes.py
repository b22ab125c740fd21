"""What became of claimed rows: outcomes recorded in batches, and leases that lapsed without one."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, case, literal_column, or_, select, text, update
from sqlalchemy.types import Integer, String

from models.among import among, numbers_array, texts_array
from models.outgoing import OPEN, outgoing
from models.people import account
from models.statement import Statement, Tx
from services.delivery import NO_HOOKS, UNLESS_SECRET, Delivery, Hooks
from services.message import EMPTY
from services.town import Town

FINAL = frozenset({"unknown", "stopped", "dead", "invalid"})
# of these a second copy is better than none; an announcement may be sent again only by its author
REPEATED = ("lasting", "reply", "reminder_evening", "reminder_hour", "weekly", "change", "offer", "lapse")
AGAIN = "again"
ERASED = "erased"
_WIDTH = 16
_SENDING = outgoing.c.state == literal_column("'sending'")
_LAPSED = and_(_SENDING, outgoing.c.lease_until < bindparam("elapsed"))
_MINE = (outgoing.c.id == bindparam("row"), _SENDING, outgoing.c.attempts == bindparam("attempt"))


class Mark(NamedTuple):
    """An outcome to be kept: sent, retry, held, unknown, stopped, dead or invalid.

    `attempt` is that of the claim. `retry` (surely not delivered), `held` (not tried) and an `unknown` that
    is sent once more go back to the queue until the elapsed second `retry_at`. `parts` is how much of the
    message has arrived.
    """

    id: int
    outcome: str
    attempt: int
    reason: str = ""
    platform_message_id: str = ""
    retry_at: float = 0.0
    offer_id: int | None = None
    parts: int = 0


def marked(
    row: Delivery, outcome: str, reason: str = "", message_id: str = "", retry_at: float = 0.0, parts: int = 0
) -> Mark:
    """The mark of a claimed row."""
    return Mark(row.id, outcome, row.attempt, reason, message_id, retry_at, row.offer_id, parts)


def _still_again(otherwise: Any) -> Any:
    """That a row was sent once more stays known, whatever comes after."""
    return case((outgoing.c.reason == AGAIN, AGAIN), else_=otherwise)


# of a message that goes out in several calls, what has arrived is not sent again
_ARRIVED = case(
    (outgoing.c.parts < bindparam("arrived", type_=Integer()), bindparam("arrived", type_=Integer())),
    else_=outgoing.c.parts,
)


def _sent_statement(width: int) -> Statement:
    """Marks `width` rows as sent; whatever else was noted meanwhile, it is known now that they arrived."""
    ids = [bindparam(f"r{n}", type_=outgoing.c.id.type) for n in range(width)]
    texts = outgoing.c.platform_message_id.type
    numbers = case(
        *((outgoing.c.id == ids[n], bindparam(f"m{n}", type_=texts)) for n in range(width)),
        else_=outgoing.c.platform_message_id,
    )
    return Statement(
        update(outgoing)
        # what was erased while it was being sent keeps nothing that leads back to a chat
        .where(or_(*(outgoing.c.id == number for number in ids)), outgoing.c.reason != ERASED)
        .values(
            state="sent", reason=_still_again(literal_column("''")), lease_until=0.0,
            platform_message_id=numbers, payload=UNLESS_SECRET,
            ended_at=bindparam("at", type_=outgoing.c.ended_at.type),
        )
    )  # fmt: skip


SENT_ONE = _sent_statement(1)
SENT_MANY = _sent_statement(_WIDTH)
# the same for any number at once, where the database takes arrays
SENT_ARRAY = Statement(
    text(
        "UPDATE outgoing SET state = 'sent', lease_until = 0, platform_message_id = m.said, ended_at = :at,"
        " reason = CASE WHEN outgoing.reason = 'again' THEN 'again' ELSE '' END,"
        " payload = CASE WHEN outgoing.secret THEN :emptied ELSE outgoing.payload END"
        " FROM unnest(CAST(:numbers AS bigint[]), CAST(:said AS text[])) AS m (id, said)"
        " WHERE outgoing.id = m.id AND outgoing.reason <> 'erased'"
    ).bindparams(
        bindparam("at", type_=outgoing.c.ended_at.type), bindparam("emptied", EMPTY, type_=String()),
        bindparam("numbers"), bindparam("said"),
    )
)  # fmt: skip
BACK = Statement(
    update(outgoing)
    .where(*_MINE)
    .values(
        state="queued",
        reason=_still_again(bindparam("why", type_=outgoing.c.reason.type)),
        attempts=outgoing.c.attempts - bindparam("untried", type_=Integer()),
        lease_until=bindparam("until", type_=outgoing.c.lease_until.type),
        parts=_ARRIVED,
    )
)
ONCE_MORE = Statement(
    update(outgoing)
    .where(
        *_MINE,
        outgoing.c.reason != AGAIN,
        or_(outgoing.c.lane == "reply", *(outgoing.c.purpose == purpose for purpose in REPEATED)),
        outgoing.c.lane != "bulk",
    )
    .values(
        state="queued",
        reason=AGAIN,
        lease_until=bindparam("until", type_=outgoing.c.lease_until.type),
        parts=_ARRIVED,
    )
)
END = Statement(
    update(outgoing)
    .where(*_MINE)
    .values(
        state=bindparam("new", type_=outgoing.c.state.type),
        reason=bindparam("why", type_=outgoing.c.reason.type),
        lease_until=0.0,
        payload=UNLESS_SECRET,
        ended_at=bindparam("at", type_=outgoing.c.ended_at.type),
    )
)
ACCOUNT_ENDED = Statement(
    update(account)
    .where(
        account.c.id
        == select(outgoing.c.account_id).where(outgoing.c.id == bindparam("row")).scalar_subquery(),
        account.c.state == "active",
    )
    .values(state=bindparam("new", type_=account.c.state.type))
)
# all that is open is looked through, which is for a reader; in the order of its index nothing is sorted
LAPSED = Statement(
    select(outgoing.c.id)
    .where(OPEN, _LAPSED)
    .order_by(outgoing.c.platform, outgoing.c.lane, outgoing.c.id)
    .limit(bindparam("most", type_=Integer()))
)
STILL_LAPSED = Statement(
    select(outgoing.c.id, outgoing.c.attempts, outgoing.c.platform, outgoing.c.lane, outgoing.c.offer_id)
    .where(among(outgoing.c.id, "ids"), _LAPSED)
    .order_by(outgoing.c.id)
    .with_for_update(skip_locked=True)
)


def mark(tx: Tx, town: Town, marks: Sequence[Mark], hooks: Hooks = NO_HOOKS) -> None:
    """Keep the outcomes of a batch.

    A mark of an older claim than the row's present one changes nothing, but `sent` is always believed.
    """
    _mark_sent(tx, town, [made for made in marks if made.outcome == "sent"])
    for made in marks:
        if made.outcome == "sent":
            if made.offer_id is not None:
                hooks.delivered(tx, town, made.offer_id)
        elif made.outcome in FINAL:
            _finish(tx, town, made, hooks)
        else:
            tx.run(
                BACK, row=made.id, attempt=made.attempt, why=made.reason, until=made.retry_at,
                untried=1 if made.outcome == "held" else 0, arrived=made.parts,
            )  # fmt: skip


def lapsed(tx: Tx, town: Town, most: int) -> list[int]:
    """The ids of rows whose sender has vanished; asked outside the writer."""
    return [row.id for row in tx.all(LAPSED, elapsed=town.clock.elapsed(), most=most)]


def lapse(
    tx: Tx, town: Town, ids: Sequence[int], hooks: Hooks = NO_HOOKS
) -> Counter[tuple[str, str, str]]:  # fmt: skip
    """Settle those of them that are still `lapsed`; how many by (platform, lane, `again` or `unknown`)."""
    settled: Counter[tuple[str, str, str]] = Counter()
    for row in tx.all(STILL_LAPSED, ids=ids, elapsed=town.clock.elapsed()) if ids else ():
        made = Mark(row.id, "unknown", row.attempts, "lapsed", offer_id=row.offer_id)
        settled[row.platform, row.lane, _finish(tx, town, made, hooks)] += 1
    return settled


def _mark_sent(tx: Tx, town: Town, sent: list[Mark]) -> None:
    now = town.now()
    if tx.kind == "postgresql" and len(sent) > 1:
        numbers = numbers_array([made.id for made in sent])
        tx.run(
            SENT_ARRAY, numbers=numbers, said=texts_array([made.platform_message_id for made in sent]), at=now
        )
        return
    for start in range(0, len(sent), _WIDTH):
        part = sent[start : start + _WIDTH]
        if len(part) < 4:
            for made in part:
                tx.run(SENT_ONE, r0=made.id, m0=made.platform_message_id, at=now)
        else:
            tx.run(SENT_MANY, at=now, **_spread(part))


def _spread(part: list[Mark]) -> dict[str, int | str]:
    values: dict[str, int | str] = {}
    for n in range(_WIDTH):
        made = part[min(n, len(part) - 1)]
        values[f"r{n}"], values[f"m{n}"] = made.id, made.platform_message_id
    return values


def _finish(tx: Tx, town: Town, made: Mark, hooks: Hooks) -> str:
    if made.outcome == "unknown" and tx.run(
        ONCE_MORE, row=made.id, attempt=made.attempt, until=made.retry_at, arrived=made.parts
    ):
        return AGAIN
    ended = tx.run(END, row=made.id, attempt=made.attempt, new=made.outcome, why=made.reason, at=town.now())
    if not ended:
        return "superseded"
    if made.outcome in ("stopped", "dead"):
        tx.run(ACCOUNT_ENDED, row=made.id, new=made.outcome)
    if made.offer_id is not None:
        # who may have got it keeps the full time; the seat moves on when that is over
        (hooks.delivered if made.outcome == "unknown" else hooks.undeliverable)(tx, town, made.offer_id)
    return made.outcome
