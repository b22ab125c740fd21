"""Feeding: pending recipients become messages of the outbox, a second or two's worth at a time.

Who feeds holds the bulk lane (or, where nobody is pushed to, the schedules). What stands against a message is
asked here and, for what can change in the seconds until it goes, once more by the gates of sending.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, func, insert, literal, or_, select, update
from sqlalchemy.types import Integer

from models.among import among
from models.broadcasting import broadcast
from models.broadcasting import broadcast_recipient as recipient
from models.outgoing import outgoing
from models.people import account, consent, person
from models.statement import Row, Statement, Tx
from models.types import UtcTime
from services.broadcasting import acts, composing, recalling, rights, rows, settling
from services.broadcasting.recalling import COLUMNS, NOW, PAYLOAD, UNTIL
from services.broadcasting.rows import PURPOSE
from services.broadcasting.settling import _OWN, _PENDING, _SENDING
from services.broadcasting.wording import message_for, personal
from services.reach import reach
from services.sending_gates import Wait, disturbing, quiet_hours
from services.town import Town

WEEK = timedelta(days=7)
MOST = 500
_told = recipient.alias("told")
_CHAT = func.coalesce(func.nullif(account.c.chat, ""), account.c.external_id)
_ON = recipient.c.platform == bindparam("on_platform")

OPEN = Statement(select(broadcast.c.id).where(broadcast.c.open).order_by(broadcast.c.id))
IN_FLIGHT = Statement(select(func.count().label("n")).where(_OWN, _SENDING, _ON))
MOST_WATCHED = 2000
FEW = Statement(
    select(func.count().label("n")).select_from(
        select(recipient.c.id).where(_OWN, _SENDING, _ON).limit(MOST_WATCHED + 1).subquery()
    )
)
DUE = Statement(
    select(recipient.c.id).where(_OWN, _PENDING, recipient.c.not_before <= bindparam("now"), _ON).limit(1)
)
PICK = Statement(
    select(
        recipient.c.id, recipient.c.person_id, recipient.c.account_id, account.c.state.label("account_state"),
        account.c.platform, _CHAT.label("chat"),
        person.c.name, person.c.lang, person.c.quiet_from, person.c.quiet_to, person.c.forget_at,
        exists()
        .where(
            consent.c.person_id == person.c.id,
            consent.c.purpose == "announcements",
            consent.c.withdrawn_at.is_(None),
        )
        .label("wants"),
        select(func.count())
        .where(
            _told.c.person_id == recipient.c.person_id,
            _told.c.state.in_(("sent", "unknown", "sending")),
            or_(_told.c.ended_at.is_(None), _told.c.ended_at > bindparam("since", type_=UtcTime())),
        )
        .scalar_subquery()
        .label("told"),
    )
    .join_from(recipient, account, account.c.id == recipient.c.account_id)
    .join(person, person.c.id == recipient.c.person_id)
    .where(_OWN, _PENDING, recipient.c.not_before <= bindparam("now"), _ON)
    .order_by(recipient.c.not_before, recipient.c.id)
    .limit(bindparam("most", type_=Integer()))
    .with_for_update(of=recipient, skip_locked=True)
)  # fmt: skip
REDIRECT = Statement(
    update(recipient)
    .where(recipient.c.id == bindparam("row"))
    .values(
        account_id=bindparam("to", type_=recipient.c.account_id.type),
        platform=bindparam("on", type_=recipient.c.platform.type),
    )
)
SKIP = Statement(
    update(recipient)
    .where(among(recipient.c.id, "rows"))
    .values(
        state="skipped",
        reason=bindparam("why", type_=recipient.c.reason.type),
        ended_at=bindparam("now", type_=recipient.c.ended_at.type),
    )
)
PUT_OFF = Statement(
    update(recipient)
    .where(among(recipient.c.id, "rows"))
    .values(not_before=bindparam("until", type_=recipient.c.not_before.type))
)
GOING = Statement(update(recipient).where(among(recipient.c.id, "rows")).values(state="sending"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A broadcast of which something is to be done now, and how many of its messages may be fed."""

    broadcast_id: int
    room: int


def wanted(tx: Tx, town: Town, platforms: Sequence[str], window: int = 0) -> list[Wanted]:
    """The broadcasts that want attention on these platforms.

    `window` is how many messages of each may be in flight; 0 where none is paced, as they wait to be fetched.
    """
    found = []
    for one in tx.all(OPEN):
        row = rows.one(tx, one.id)
        room = _room(tx, row, platforms, window) if window else MOST
        if _attention(tx, town, row, platforms, room):
            found.append(Wanted(row.id, room))
    return found


def _room(tx: Tx, row: Row, platforms: Sequence[str], window: int) -> int:
    if row.state == "recalled":
        return max(0, window - recalling.in_flight(tx, row.id))
    return max(0, window - sum(int(tx.one(IN_FLIGHT, whose=row.id, on_platform=p).n) for p in platforms))


def _attention(tx: Tx, town: Town, row: Row, platforms: Sequence[str], room: int) -> bool:
    now = town.now()
    # of what waits for its reader there may be very much, and it is looked through once a minute
    few = all(tx.one(FEW, whose=row.id, on_platform=p).n <= MOST_WATCHED for p in platforms)
    if (few or now.second < 2) and settling.to_settle(tx, row.id, platforms, now):
        return True
    if few and row.state != "running" and settling.to_take_back(tx, row.id, platforms):
        return True
    if row.state == "paused":
        return False
    over = row.valid_until is not None and now >= row.valid_until
    due = any(tx.one(DUE, whose=row.id, on_platform=p, now=now) is not None for p in platforms)
    if due and room and not over and row.state == "running":
        return True
    if row.state == "running" and not row.resolved:
        return False
    left = tx.one(settling.LEFT, whose=row.id, recalled=row.recalled_up_to)
    if row.state == "recalled" and (left.to_recall or left.recalling):
        return True
    if row.state in ("stopped", "recalled") or over:
        return bool(left.pending or not left.sending)
    return not (left.pending or left.sending)


def step(tx: Tx, town: Town, want: Wanted, platforms: Sequence[str]) -> int:
    """One unit of work on a broadcast: settle, feed, end; how many rows it touched."""
    row = rows.locked(tx, want.broadcast_id)
    if row is None or not row.open:
        return 0
    settled = settling.settle(tx, row.id, platforms)
    # what was on its way when it was held or ended, and has come back, must not go out after all
    again = settling.take_back_postponed if row.state == "running" else settling.take_back
    done = settled.count + again(tx, town, row.id)
    if row.state == "running" and settled.wrong and (why := settling.trouble(tx, row)):
        acts.pause(tx, town, row.id, by="system", reason=why)
        return done + 1
    swept = settling.sweep(tx, town, row)
    done += swept
    if row.state == "running" and not swept:
        for platform in platforms:
            if want.room:
                done += feed(tx, town, row, platform, min(MOST, want.room))
    if row.state == "recalled":
        recalling.recall_late(tx, town, row, settled.reached)
    if row.state == "recalled" and not swept:
        done += tx.run(settling.SETTLE_RECALL, whose=row.id)
        done += recalling.recall_some(tx, town, row, min(MOST, want.room))
    if not done:
        done += settling.finish(tx, town, rows.one(tx, row.id))
    return done


def feed(tx: Tx, town: Town, row: Row, platform: str, most: int) -> int:
    """Put the messages of the next recipients into the outbox; how many recipients were moved."""
    now = town.now()
    cap = rights.weekly_cap(tx, composing.unit_row(tx, row))
    picked = tx.all(PICK, whose=row.id, now=now, since=now - WEEK, on_platform=platform, most=most)
    skipped: dict[str, list[int]] = defaultdict(list)
    later: dict[datetime, list[int]] = defaultdict(list)
    going: list[Row] = []
    for who in picked:
        if _redirected(tx, who):
            continue
        if why := _against(who, cap):
            skipped[why].append(who.id)
            continue
        verdict = disturbing(quiet_hours(PURPOSE, who.quiet_from, who.quiet_to), town.zone, now)
        if isinstance(verdict, Wait) and not row.urgent:
            later[verdict.until].append(who.id)
        else:
            going.append(who)
    for why, ids in skipped.items():
        tx.run(SKIP, rows=ids, why=why, now=now)
    for until, ids in later.items():
        tx.run(PUT_OFF, rows=ids, until=until)
    if going:
        _write(tx, town, row, going)
        tx.run(GOING, rows=[who.id for who in going])
    return len(picked)


def _redirected(tx: Tx, who: Row) -> bool:
    """Whether somebody whose account is gone is to be reached, in a moment, on another one."""
    other = reach(tx, who.person_id) if who.account_state != "active" else None
    if other is None:
        return False
    tx.run(REDIRECT, row=who.id, to=other.address.account_id, on=other.address.platform)
    return True


def _against(who: Row, cap: int) -> str:
    if who.account_state != "active":
        return "blocked"
    if who.forget_at is not None or not who.wants:
        return "no_consent"
    return "capped" if who.told >= cap else ""


def _write(tx: Tx, town: Town, row: Row, going: list[Row]) -> None:
    """The outbox rows of these recipients; the words of each where they differ from person to person."""
    now = town.now()
    if not personal(row):
        # the same words for all, but for the button under them
        for lang in sorted({who.lang for who in going}):
            alike = [who for who in going if who.lang == lang]
            payload = message_for(tx, town, row, alike[0]).to_json()
            ids = [who.id for who in alike]
            tx.run(ALIKE, ids=ids, payload=payload, now=now, until=row.valid_until, wakes=row.urgent)
        return
    common = {
        "lane": "bulk", "purpose": PURPOSE, "edit_of": "", "silent": False, "state": "queued", "reason": "",
        "attempts": 0, "lease_until": 0.0, "not_before": now, "expires_at": row.valid_until,
        "platform_message_id": "", "created_at": now, "parts": 0, "secret": False, "urgent": row.urgent,
    }  # fmt: skip
    made = [
        {
            "account_id": who.account_id, "platform": who.platform, "chat": who.chat, "recipient_id": who.id,
            "payload": message_for(tx, town, row, who, who.id).to_json(), **common,
        }
        for who in going
    ]  # fmt: skip
    tx.core(insert(outgoing), made)


ALIKE = Statement(insert(outgoing).from_select(
    (*COLUMNS, "urgent"),
    select(
        account.c.id, account.c.platform, _CHAT,
        literal("bulk"), literal(PURPOSE), PAYLOAD, literal(""), literal(False), literal("queued"),
        literal(""), literal(0), literal(0.0), NOW, UNTIL, literal(""), NOW, literal(0), literal(False),
        recipient.c.id, bindparam("wakes", type_=outgoing.c.urgent.type),
    )
    .join_from(recipient, account, account.c.id == recipient.c.account_id)
    .where(among(recipient.c.id, "ids"))
    .order_by(recipient.c.id),
))  # fmt: skip
