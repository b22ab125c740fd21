"""Accounts and persons: finding who speaks, and making them at their first word."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, null, select, text, update

from models.among import among, numbers_array, texts_array
from models.people import account, conversation, person
from models.statement import Row, Statement, Tx, insert_into
from models.types import UtcTime
from services.outbox import open_replies
from services.phrases.hours import Lang
from services.town import Town

# that somebody is there is noted no more often
SEEN_EVERY = timedelta(hours=6)

_speaking = (
    select(
        account.c.id.label("account_id"), account.c.person_id, account.c.state.label("account_state"),
        account.c.verified, account.c.seen_at, account.c.chat,
        person.c.name, person.c.lang, person.c.big, person.c.forget_at,
        conversation.c.state,
    )
    .join_from(account, person, person.c.id == account.c.person_id)
    .join(conversation, conversation.c.account_id == account.c.id)
)  # fmt: skip
SPEAKER = Statement(
    _speaking.add_columns(null().label("open_replies")).where(
        account.c.platform == bindparam("platform"), account.c.external_id == bindparam("external_id")
    )
)
# with the answers that another process may still have to send, which the next one must not overtake
SPEAKERS = Statement(
    _speaking.add_columns(open_replies(account.c.id).label("open_replies")).where(
        among(account.c.id, "account_ids")
    )
)
LOCK_DIALOGUE = Statement(
    select(conversation.c.account_id)
    .where(
        conversation.c.account_id
        == select(account.c.id)
        .where(account.c.platform == bindparam("platform"), account.c.external_id == bindparam("external_id"))
        .scalar_subquery()
    )
    .with_for_update()
)
ADD_PERSON = insert_into(person, "created_at", own=True)
ADD_SPEAKER = insert_into(person, "created_at", "lang", own=True)
ADD_ACCOUNT = insert_into(
    account, "platform", "external_id", "person_id", "chat", "verified", "created_at", "seen_at", own=True
)
ADD_CONVERSATION = insert_into(conversation, "account_id", "state", "updated_at", returning=None, own=True)
SEEN = Statement(
    update(account)
    .where(account.c.id == bindparam("account_id"))
    .values(
        seen_at=bindparam("now", type_=account.c.seen_at.type),
        chat=bindparam("new_chat", type_=account.c.chat.type),
    ),
    own=True,
)
# the same of several (PostgreSQL)
ALL_SEEN = Statement(
    text(
        "UPDATE account SET seen_at = :now, chat = came.chat"
        " FROM unnest(CAST(:account_ids AS bigint[]), CAST(:chats AS text[])) AS came (id, chat)"
        " WHERE account.id = came.id"
    ).bindparams(bindparam("now", type_=UtcTime())),
    own=True,
)
SET_STATE = Statement(
    update(account)
    .where(account.c.id == bindparam("account_id"))
    .values(state=bindparam("new", type_=account.c.state.type)),
    own=True,
)
FIND = Statement(
    select(account.c.id, account.c.person_id, account.c.state, account.c.verified).where(
        account.c.platform == bindparam("platform"), account.c.external_id == bindparam("external_id")
    )
)

_RAISED = {"cookie_epoch": account.c.cookie_epoch + 1}
REVOKE = Statement(
    update(account)
    .where(account.c.id == bindparam("account_id"), account.c.platform == "web")
    .values(_RAISED)
)
REVOKE_ALL = Statement(
    update(account)
    .where(account.c.person_id == bindparam("whose"), account.c.platform == "web")
    .values(_RAISED)
)
EPOCH = Statement(select(account.c.cookie_epoch).where(account.c.id == bindparam("account_id")))


def revoke_cookies(tx: Tx, account_id: int) -> None:
    """Every browser that holds a cookie of this web account is a stranger from now on."""
    tx.run(REVOKE, account_id=account_id)


def revoke_all_cookies(tx: Tx, person_id: int, own_account: int) -> int:
    """The same for every web account of a person; the epoch under which `own_account` gets a fresh cookie."""
    tx.run(REVOKE_ALL, whose=person_id)
    return int(tx.one(EPOCH, account_id=own_account).cookie_epoch)


def speaker(tx: Tx, platform: str, external_id: str) -> Row:
    """The account, its person and the locked dialogue, or None for somebody new.

    Two messages of one person never race: everything is read once the lock is held.
    """
    # a join with a lock would read only the locked row anew after a wait, and the person as before it;
    # an embedded database has one writer, whose units never meet
    if tx.kind != "postgresql":
        return tx.one(SPEAKER, platform=platform, external_id=external_id)
    locked = tx.one(LOCK_DIALOGUE, platform=platform, external_id=external_id)
    return None if locked is None else speakers(tx, [locked.account_id])[locked.account_id]


def speakers(tx: Tx, account_ids: Sequence[int]) -> dict[int, Row]:
    """The same by account, for accounts whose dialogues are locked already (PostgreSQL)."""
    return {row.account_id: row for row in tx.all(SPEAKERS, account_ids=account_ids)}


def to_be_seen(row: Row, chat: str, now: datetime) -> bool:
    """Whether it is to be noted that an account is there, or where it is answered."""
    return bool(row.chat != chat or now - row.seen_at > SEEN_EVERY)


def seen(tx: Tx, row: Row, chat: str, now: datetime) -> None:
    """Note that it is there, and where it is answered."""
    tx.run(SEEN, account_id=row.account_id, now=now, new_chat=chat)


def all_seen(tx: Tx, chats: Mapping[int, str], now: datetime) -> None:
    """The same of several, by their accounts (PostgreSQL)."""
    ids, theirs = numbers_array(list(chats)), texts_array(list(chats.values()))
    tx.run(ALL_SEEN, now=now, account_ids=ids, chats=theirs)


def welcome(
    tx: Tx, town: Town, platform: str, external_id: str, chat: str, lang: Lang = "zh"
) -> None:  # fmt: skip
    """Make a person with one account and an empty dialogue; the account's id and settings are all we keep.

    A web account is unverified: its cookie proves a browser, not a person.
    """
    now = town.now()
    person_id = tx.add(ADD_SPEAKER, created_at=now, lang=lang)
    account_id = tx.add(
        ADD_ACCOUNT, platform=platform, external_id=external_id, person_id=person_id, chat=chat,
        verified=platform != "web", created_at=now, seen_at=now,
    )  # fmt: skip
    tx.run(ADD_CONVERSATION, account_id=account_id, state="", updated_at=now)


def find_account(tx: Tx, name: str) -> Row:
    """The account written `PLATFORM:ID`, or None."""
    platform, _, external_id = name.partition(":")
    return tx.one(FIND, platform=platform, external_id=external_id)
