"""Link codes: six digits that join two accounts of one person, and the tries that guard them.

A code lives ten minutes and is kept as a keyed hash. An account has five tries in ten minutes. So that many
new accounts cannot guess together what one may not, codes have ten digits for as long as the town has seen a
few hundred wrong ones within a day: that ends guessing and turns nobody away.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, delete, func, select, update

from models.people import account, code_try, link_code, person, role_grant
from models.statement import Row, Statement, Tx, insert_into
from services import recovery
from services.town import Town

DIGITS = 6
LONG_DIGITS = 10
LIFE = timedelta(minutes=10)
TRIES = 5
MARK = 16
TRIES_OF_TOWN = 300
TOWN_LOOKS_BACK = timedelta(hours=24)
_MOST_DRAWS = 20

DROP_UNUSED = Statement(
    delete(link_code).where(link_code.c.person_id == bindparam("whose"), link_code.c.used_at.is_(None))
)
ADD = insert_into(link_code, "person_id", "code_hash", "expires_at")
LIVING = Statement(
    select(link_code.c.id, link_code.c.person_id).where(
        link_code.c.code_hash == bindparam("code_hash"),
        link_code.c.used_at.is_(None),
        link_code.c.expires_at > bindparam("now"),
    )
)
LIVING_BY_ID = Statement(
    select(link_code.c.id, link_code.c.person_id)
    .where(
        link_code.c.id == bindparam("id"),
        link_code.c.used_at.is_(None),
        link_code.c.expires_at > bindparam("now"),
    )
    .with_for_update()
)
USE = Statement(
    update(link_code)
    .where(link_code.c.id == bindparam("code_id"))
    .values(used_at=bindparam("now", type_=link_code.c.used_at.type))
)
BY_RECOVERY = Statement(
    select(account.c.id, account.c.person_id, account.c.recovery_hash)
    .where(account.c.platform == "web", account.c.recovery_hash == bindparam("code_hash"))
    .order_by(account.c.id)
    .limit(1)
)
BY_ACCOUNT = Statement(
    select(account.c.id, account.c.person_id, account.c.recovery_hash).where(
        account.c.id == bindparam("id"), account.c.recovery_hash != ""
    )
)
ADD_TRY = insert_into(code_try, "account_id", "at")
OWN_TRIES = Statement(
    select(func.count().label("tries")).where(
        code_try.c.account_id == bindparam("account_id"), code_try.c.at > bindparam("since")
    )
)
# counts no further than it must
_recent = select(code_try.c.id).where(code_try.c.at > bindparam("since")).limit(TRIES_OF_TOWN).subquery()
ALL_TRIES = Statement(select(func.count().label("tries")).select_from(_recent))
WITH_ROLE = Statement(
    select(role_grant.c.id)
    .where(role_grant.c.person_id.in_((bindparam("giver"), bindparam("taker"))))
    .limit(1)
)
FORGETTING = Statement(
    select(person.c.id).where(
        person.c.id.in_((bindparam("giver"), bindparam("taker"))), person.c.forget_at.is_not(None)
    )
)


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a code belongs to, and where it stands: a link code's row or a web account.

    `mark` tells one 取回码 of an account from the next.
    """

    person_id: int
    code_id: int = 0
    account_id: int = 0
    mark: str = ""


def new_code(tx: Tx, town: Town, person_id: int) -> str:
    """A new code of this person, which ends the one before; grouped for reading: 123 456 or 123 456 7890."""
    tx.run(DROP_UNUSED, whose=person_id)
    now = town.now()
    digits = LONG_DIGITS if guessed_at(tx, town) else DIGITS
    for _ in range(_MOST_DRAWS):
        code = town.random_digits(digits)
        code_hash = hashed(town, code)
        if tx.one(LIVING, code_hash=code_hash, now=now) is None:
            tx.add(ADD, person_id=person_id, code_hash=code_hash, expires_at=town.within(LIFE))
            return f"{code[:3]} {code[3:6]} {code[6:]}".strip()
    raise RuntimeError("no free link code was drawn")


def hashed(town: Town, code: str) -> str:
    """The keyed hash under which a link code is kept."""
    return hmac.new(town.secret, f"link:{code}".encode(), hashlib.sha256).hexdigest()


def may_try(tx: Tx, town: Town, account_id: int) -> bool:
    """Whether this account may try a code now; what others do does not count."""
    return int(tx.one(OWN_TRIES, account_id=account_id, since=town.within(-LIFE)).tries) < TRIES


def guessed_at(tx: Tx, town: Town) -> bool:
    """Whether the town has seen so many wrong codes that short ones are not good for now."""
    return int(tx.one(ALL_TRIES, since=town.within(-TOWN_LOOKS_BACK)).tries) >= TRIES_OF_TOWN


def try_code(tx: Tx, town: Town, account_id: int, code: str) -> Found | None:
    """Whose code this is (6 or 10 digits: a link code, 12: a 取回码), or None; a failed try is counted.

    While codes are being guessed at, whoever has a short one is asked for a new one before it comes to this.
    """
    found: Found | None = None
    if len(code) in (DIGITS, LONG_DIGITS):
        row: Row = tx.one(LIVING, code_hash=hashed(town, code), now=town.now())
        found = row and Found(row.person_id, code_id=row.id)
    elif len(code) == recovery.DIGITS:
        row = tx.one(BY_RECOVERY, code_hash=recovery.hashed(town, code))
        found = row and Found(row.person_id, account_id=row.id, mark=row.recovery_hash[:MARK])
    if found is None:
        tx.add(ADD_TRY, account_id=account_id, at=town.now())
    return found


def still(tx: Tx, town: Town, found: Found) -> bool:
    """Whether a code that was found before may still be used; a link code's row is locked."""
    if found.code_id:
        row = tx.one(LIVING_BY_ID, id=found.code_id, now=town.now())
    else:
        row = tx.one(BY_ACCOUNT, id=found.account_id)
        if row is not None and row.recovery_hash[:MARK] != found.mark:
            return False  # a new code was made meanwhile
    return row is not None and row.person_id == found.person_id


def forgetting(tx: Tx, giver: int, taker: int) -> bool:
    """Whether one of the two has asked to be forgotten, which linking would quietly undo or spread."""
    return tx.one(FORGETTING, giver=giver, taker=taker) is not None


def with_role(tx: Tx, giver: int, taker: int) -> bool:
    """Whether one of the two acts for a unit: a chat must not pass such powers on to another account."""
    return tx.one(WITH_ROLE, giver=giver, taker=taker) is not None
