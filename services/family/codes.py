"""Codes by which a grown person lets another act: given on the one phone, typed on the other.

They live as link codes do (a keyed hash, ten minutes, five tries), under names of their own, so that a code
for this never joins two accounts. `give` is a yes that its owner takes to the other; `ask` a request whose
owner is still to be told yes by whoever opens it.
"""

import hashlib
import hmac
from typing import Literal

from models.statement import Tx
from services import linking
from services.town import Town

Kind = Literal["give", "ask"]
_MOST_DRAWS = 20


def new_code(tx: Tx, town: Town, person_id: int, kind: Kind) -> str:
    """A new code of this person, which ends the one before; grouped for reading: 123 456."""
    tx.run(linking.DROP_UNUSED, whose=person_id)
    digits = linking.LONG_DIGITS if linking.guessed_at(tx, town) else linking.DIGITS
    for _ in range(_MOST_DRAWS):
        code = town.random_digits(digits)
        taken = [
            tx.one(linking.LIVING, code_hash=_hashed(town, code, one), now=town.now())
            for one in ("give", "ask")
        ]
        if not any(taken):
            code_hash = _hashed(town, code, kind)
            tx.add(
                linking.ADD, person_id=person_id, code_hash=code_hash, expires_at=town.within(linking.LIFE)
            )
            return f"{code[:3]} {code[3:6]} {code[6:]}".strip()
    raise RuntimeError("no free code was drawn")


def look(tx: Tx, town: Town, account_id: int, code: str, kind: Kind) -> linking.Found | None:
    """Whose code of this kind it is, or None; a failed try is counted."""
    row = tx.one(linking.LIVING, code_hash=_hashed(town, code, kind), now=town.now())
    if row is None:
        tx.add(linking.ADD_TRY, account_id=account_id, at=town.now())
        return None
    return linking.Found(row.person_id, code_id=row.id)


def known(tx: Tx, town: Town, code: str, kind: Kind) -> bool:
    """Whether a living code of this kind is so; nothing is counted."""
    return tx.one(linking.LIVING, code_hash=_hashed(town, code, kind), now=town.now()) is not None


def use(tx: Tx, town: Town, found: linking.Found) -> bool:
    """Use a code that was found before; False where it has run out meanwhile."""
    if not linking.still(tx, town, found):
        return False
    tx.run(linking.USE, code_id=found.code_id, now=town.now())
    return True


def _hashed(town: Town, code: str, kind: Kind) -> str:
    return hmac.new(town.secret, f"act:{kind}:{code}".encode(), hashlib.sha256).hexdigest()
