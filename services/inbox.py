"""The inbox of a unit: what people ask it, and what its colleagues answer, thread by thread."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, func, or_, select, text, update
from sqlalchemy.types import Integer, String

from models.catalogue import org_unit
from models.organising import help_message, help_thread
from models.outgoing import outgoing
from models.people import person
from models.statement import Row, Statement, Tx, insert_into
from models.types import UtcTime, metadata
from services import audit, scope
from services.daytime import is_quiet
from services.message import Button, Message, clean
from services.outbox import post_notice
from services.reach import OTHER_QUIET, reach
from services.town import Town

# its messages: to colleagues, somebody asks; to the asking person, somebody answered
PURPOSE_ASKED, PURPOSE_ANSWER = "inbox", "help"
MOST_TEXT = 1000
MOST_TOLD = 5
MOST_THREADS = 200
MOST_SHOWN = 8
LIFE = timedelta(days=7)

OPEN = Statement(
    text(
        "INSERT INTO help_thread (unit_id, person_id, broadcast_id, state, opened_at, updated_at)"
        " VALUES (:unit_id, :person_id, :broadcast_id, 'new', :at, :at) ON CONFLICT DO NOTHING"
    ).bindparams(
        bindparam("unit_id", type_=Integer()), bindparam("person_id", type_=Integer()),
        bindparam("broadcast_id", type_=Integer()), bindparam("at", type_=UtcTime()),
    )
)  # fmt: skip
OWN_OPEN = Statement(
    select(help_thread.c.id, help_thread.c.state)
    .where(
        help_thread.c.unit_id == bindparam("unit_id"), help_thread.c.person_id == bindparam("person_id"),
        help_thread.c.state != "closed",
    )
    .with_for_update()
)  # fmt: skip
ADD = insert_into(help_message, "thread_id", "answered_by", "text", "at")
SET = Statement(
    update(help_thread)
    .where(help_thread.c.id == bindparam("row"))
    .values(
        state=bindparam("new", type_=help_thread.c.state.type),
        updated_at=bindparam("now", type_=help_thread.c.updated_at.type),
    )
)
_last_text = (
    select(help_message.c.text)
    .where(help_message.c.thread_id == help_thread.c.id)
    .order_by(help_message.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_threads = (
    select(
        help_thread.c.id, help_thread.c.state, help_thread.c.person_id, help_thread.c.unit_id,
        help_thread.c.updated_at, help_thread.c.broadcast_id, org_unit.c.name.label("unit"), org_unit.c.path,
        person.c.name, _last_text.label("last"),
    )
    .join_from(help_thread, org_unit, org_unit.c.id == help_thread.c.unit_id)
    .join(person, person.c.id == help_thread.c.person_id)
)  # fmt: skip
WAITING = Statement(
    _threads.where(
        help_thread.c.state != "closed", org_unit.c.path.startswith(bindparam("path", type_=String()))
    )
    # who waits for an answer stands first, the longest waiting at the top
    .order_by((help_thread.c.state == "answered"), help_thread.c.updated_at, help_thread.c.id)
    .limit(MOST_THREADS)
)
ONE = Statement(_threads.where(help_thread.c.id == bindparam("id")))
_colleague = person.alias("colleague")
MESSAGES = Statement(
    select(
        help_message.c.id, help_message.c.answered_by, help_message.c.text, help_message.c.at,
        func.coalesce(_colleague.c.name, "").label("colleague"),
    )
    .outerjoin_from(help_message, _colleague, _colleague.c.id == help_message.c.answered_by)
    .where(help_message.c.thread_id == bindparam("id"))
    .order_by(help_message.c.id.desc())
    .limit(MOST_SHOWN)
)  # fmt: skip
SENT = Statement(
    select(outgoing.c.id).where(
        outgoing.c.account_id == bindparam("account_id"),
        or_(
            outgoing.c.platform_message_id == bindparam("message_id", type_=String()),
            # a page names its messages by their rows
            outgoing.c.id == bindparam("row", type_=Integer()),
        ),
    )
)


def ask(tx: Tx, town: Town, unit: Row, person_id: int, said: str, broadcast_id: int | None = None) -> int:
    """Put a message into the person's thread with a unit, and tell its colleagues; the thread's id."""
    now = town.now()
    tx.run(OPEN, unit_id=unit.id, person_id=person_id, broadcast_id=broadcast_id, at=now)
    thread = tx.one(OWN_OPEN, unit_id=unit.id, person_id=person_id)
    tx.add(ADD, thread_id=thread.id, answered_by=None, text=clean(said, MOST_TEXT).strip(), at=now)
    tx.run(SET, row=thread.id, new="open", now=now)
    if thread.state != "open":  # who is waited for already knows
        _tell_colleagues(tx, town, unit, thread.id, said)
    return int(thread.id)


def _tell_colleagues(tx: Tx, town: Town, unit: Row, thread_id: int, said: str) -> None:
    for colleague in scope.colleagues(tx, unit.path, scope.ANSWERING)[:MOST_TOLD]:
        to = reach(tx, colleague)
        if to is not None:
            message = Message(
                to.say("inbox.asked", unit=unit.name, text=clean(said, 200)),
                ((Button(to.say("inbox.see"), f"thread:{thread_id}"),),),
            )
            post_notice(
                tx, town, to.address, message, purpose=PURPOSE_ASKED, expires_at=town.now() + LIFE
            )  # fmt: skip


def threads(tx: Tx, person_id: int) -> list[Row]:
    """What is not done yet of the units that a person answers for, whoever waits longest first."""
    found: dict[int, Row] = {}
    for unit in scope.own_units(tx, person_id, scope.ANSWERING):
        found |= {row.id: row for row in tx.all(WAITING, path=unit.path)}
    return sorted(found.values(), key=lambda row: (row.state == "answered", row.updated_at, row.id))


def thread(tx: Tx, person_id: int, thread_id: int) -> Row:
    """A thread of a unit that the person answers for, or None."""
    row = tx.one(ONE, id=thread_id)
    return row if row is not None and scope.may(tx, person_id, scope.ANSWERING, row.path) else None


def messages(tx: Tx, thread_id: int) -> list[Row]:
    """The last messages of a thread, the oldest first: answered_by, colleague, text, at."""
    return tx.all(MESSAGES, id=thread_id)[::-1]


def answer(tx: Tx, town: Town, row: Row, colleague_id: int, said: str) -> bool:
    """Answer in a unit's name; whether the asking person can be reached."""
    now, said = town.now(), clean(said, MOST_TEXT).strip()
    tx.add(ADD, thread_id=row.id, answered_by=colleague_id, text=said, at=now)
    if row.state != "closed":
        tx.run(SET, row=row.id, new="answered", now=now)
    audit.record(
        tx, now, f"person:{colleague_id}", "help_answered", f"unit:{row.unit_id}", f"thread:{row.id}"
    )
    to = reach(tx, row.person_id)
    if to is None:
        return False
    message = Message(
        to.say("inbox.answer", unit=row.unit, text=said),
        ((Button(to.say("inbox.go_on"), f"ask:{row.unit_id}"),),),
    )
    # an answer that is waited for comes at once, at night without a sound
    silent = is_quiet(now, to.own_quiet or OTHER_QUIET, town.zone)
    post_notice(
        tx, town, to.address, message, purpose=PURPOSE_ANSWER, expires_at=now + LIFE, silent=silent
    )  # fmt: skip
    return True


def done(tx: Tx, town: Town, row: Row, colleague_id: int) -> None:
    """Nothing more is to be done about a thread; what the person writes next opens a new one."""
    now = town.now()
    tx.run(SET, row=row.id, new="closed", now=now)
    audit.record(tx, now, f"person:{colleague_id}", "help_done", f"unit:{row.unit_id}", f"thread:{row.id}")


def answers(tx: Tx, unit: Row) -> bool:
    """Whether anybody would read what is written to a unit."""
    return bool(scope.colleagues(tx, unit.path, scope.ANSWERING))


def broadcast_of(tx: Tx, account_id: int, message_id: str) -> tuple[int, int] | None:
    """The broadcast and the unit of a message that somebody replies to; None for every other message."""
    recipient = metadata.tables.get("broadcast_recipient")
    broadcast = metadata.tables.get("broadcast")
    if recipient is None or broadcast is None or "recipient_id" not in outgoing.c:
        return None
    row = int(message_id) if message_id.isascii() and message_id.isdigit() and len(message_id) < 10 else 0
    for sent in tx.all(SENT, account_id=account_id, message_id=message_id, row=row):
        found = tx.core(
            select(broadcast.c.id, broadcast.c.unit_id)
            .join_from(outgoing, recipient, recipient.c.id == outgoing.c.recipient_id)
            .join(broadcast, broadcast.c.id == recipient.c.broadcast_id)
            .where(outgoing.c.id == sent.id)
        ).first()
        if found is not None:
            return int(found.id), int(found.unit_id)
    return None
