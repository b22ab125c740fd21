"""The 取回码 of a web account: shown at the first enrolment or when asked for anew, kept as a hash."""

import hashlib
import hmac

from sqlalchemy import bindparam, select, update

from models.people import account
from models.statement import Statement, Tx
from services.audit import record
from services.town import Town

DIGITS = 12
GROUP = 4
HASH_OF = Statement(select(account.c.recovery_hash).where(account.c.id == bindparam("id")))
KEEP = Statement(
    update(account)
    .where(account.c.id == bindparam("account_id"))
    .values(recovery_hash=bindparam("new", type_=account.c.recovery_hash.type))
)
HAS_CODE = Statement(
    select(account.c.id)
    .where(account.c.person_id == bindparam("person_id"), account.c.platform == "web")
    .where(account.c.recovery_hash != "")
    .limit(1)
)
# a page that was brought back holds the code beside the page that it was shown on
REPLACE = Statement(
    update(account)
    .where(account.c.person_id == bindparam("whose"), account.c.platform == "web")
    .values(recovery_hash=bindparam("new", type_=account.c.recovery_hash.type))
)


def first_recovery_code(tx: Tx, town: Town, account_id: int, platform: str) -> str:
    """A new code for a web account that has none yet, grouped for reading; otherwise nothing."""
    if platform != "web" or tx.one(HASH_OF, id=account_id).recovery_hash:
        return ""
    code = town.random_digits(DIGITS)
    tx.run(KEEP, account_id=account_id, new=hashed(town, code))
    return _grouped(code)


def has_code(tx: Tx, person_id: int) -> bool:
    """Whether a web account of this person has a code."""
    return tx.one(HAS_CODE, person_id=person_id) is not None


def renewed(tx: Tx, town: Town, person_id: int) -> str:
    """A new code for every web account of the person; those from before are void."""
    code = town.random_digits(DIGITS)
    tx.run(REPLACE, whose=person_id, new=hashed(town, code))
    who = f"person:{person_id}"
    record(tx, town.now(), who, "recovery_renewed", who, "recovery_code")
    return _grouped(code)


def _grouped(code: str) -> str:
    return " ".join(code[at : at + GROUP] for at in range(0, DIGITS, GROUP))


def hashed(town: Town, code: str) -> str:
    """The keyed hash under which a code is kept; spaces do not count."""
    digits = "".join(c for c in code if c.isdigit())
    return hmac.new(town.secret, digits.encode(), hashlib.sha256).hexdigest()
