"""Where and how a person is reached: the best account, the language, the own quiet hours."""

from dataclasses import dataclass
from datetime import time

from sqlalchemy import bindparam, exists, select

from models.family import dependent
from models.people import account, consent, person
from models.statement import Row, Statement, Tx
from services.daytime import Quiet
from services.outbox import Address
from services.phrases.hours import Lang
from services.texts import Texts, as_lang, texts_of

CLASS_QUIET = Quiet(time(21), time(7))
OTHER_QUIET = Quiet(time(21), time(8))

_best = (
    select(
        account.c.id, account.c.platform, account.c.chat, account.c.external_id,
        person.c.lang, person.c.big, person.c.quiet_from, person.c.quiet_to,
    )
    .join_from(account, person, person.c.id == account.c.person_id)
    .where(account.c.person_id == bindparam("person_id"), account.c.state == "active")
    # telegram wakes its owner, the others wait to be fetched; of two alike the one used last
    .order_by((account.c.platform == "telegram").desc(), account.c.seen_at.desc())
    .limit(1)
)  # fmt: skip
BEST_ACCOUNT = Statement(_best)
BEST_AT_HOME = Statement(_best.where(account.c.platform != "telegram"))
KEEPER = Statement(
    select(
        dependent.c.keeper_id, dependent.c.label,
        # a child is not spoken of over servers abroad, unless the guardian's yes was given there
        (
            (dependent.c.kind == "child")
            & ~exists().where(
                consent.c.person_id == dependent.c.person_id,
                consent.c.purpose == "guardian",
                consent.c.platform == "telegram",
                consent.c.withdrawn_at.is_(None),
            )
        ).label("at_home"),
    ).where(dependent.c.person_id == bindparam("person_id"))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reach:
    """How to speak to a person who did not speak first."""

    address: Address
    lang: Lang
    big: bool
    own_quiet: Quiet | None

    @property
    def say(self) -> Texts:
        """The catalogue of the person's language."""
        return texts_of(self.lang)

    @property
    def class_quiet(self) -> Quiet:
        """The hours in which news of an own class does not disturb."""
        return self.own_quiet or CLASS_QUIET


def reach(tx: Tx, person_id: int) -> Reach | None:
    """How a person is best reached, or None when every account is blocked or gone.

    Somebody without an account is reached by way of their keeper, who is told whom it concerns.
    """
    row = tx.one(BEST_ACCOUNT, person_id=person_id)
    if row is None:
        return _by_keeper(tx, person_id)
    return _reach(row, Address(row.id, row.platform, row.chat or row.external_id))


def reach_at_home(tx: Tx, person_id: int) -> Reach | None:
    """How a person is reached without Telegram, or None."""
    row = tx.one(BEST_AT_HOME, person_id=person_id)
    return None if row is None else _reach(row, Address(row.id, row.platform, row.chat or row.external_id))


def _by_keeper(tx: Tx, person_id: int) -> Reach | None:
    kept = tx.one(KEEPER, person_id=person_id)
    if kept is None or kept.keeper_id is None:
        return None
    row = tx.one(BEST_AT_HOME if kept.at_home else BEST_ACCOUNT, person_id=kept.keeper_id)
    if row is None:
        return None
    about = texts_of(as_lang(row.lang))("family.about", name=kept.label)
    return _reach(row, Address(row.id, row.platform, row.chat or row.external_id, person_id, about))


def _reach(row: Row, address: Address) -> Reach:
    return Reach(address, as_lang(row.lang), bool(row.big), own_quiet(row.quiet_from, row.quiet_to))


def own_quiet(quiet_from: int | None, quiet_to: int | None) -> Quiet | None:
    """The person's own quiet hours from minutes after midnight, or None."""
    if quiet_from is None or quiet_to is None:
        return None
    return Quiet(time(quiet_from // 60, quiet_from % 60), time(quiet_to // 60, quiet_to % 60))
