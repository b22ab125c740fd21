"""The 取回码 of a web account: shown once with the first enrolment, kept as a hash."""

import hashlib
import hmac

from sqlalchemy import bindparam, select, update

from models.people import account
from models.statement import Statement, Tx
from services.town import Town

DIGITS = 12
GROUP = 4
HASH_OF = Statement(select(account.c.recovery_hash).where(account.c.id == bindparam("id")))
KEEP = Statement(
    update(account)
    .where(account.c.id == bindparam("account_id"))
    .values(recovery_hash=bindparam("new", type_=account.c.recovery_hash.type))
)


def first_recovery_code(tx: Tx, town: Town, account_id: int, platform: str) -> str:
    """A new code for a web account that has none yet, grouped for reading; otherwise nothing."""
    if platform != "web" or tx.one(HASH_OF, id=account_id).recovery_hash:
        return ""
    code = town.random_digits(DIGITS)
    tx.run(KEEP, account_id=account_id, new=hashed(town, code))
    return " ".join(code[at : at + GROUP] for at in range(0, DIGITS, GROUP))


def hashed(town: Town, code: str) -> str:
    """The keyed hash under which a code is kept; spaces do not count."""
    digits = "".join(c for c in code if c.isdigit())
    return hmac.new(town.secret, digits.encode(), hashlib.sha256).hexdigest()
