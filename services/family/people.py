"""For whom somebody may act: own children by the guardian's yes, grown people by their own."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import bindparam, func, select, update

from models.family import AGE_BANDS, acting_right, dependent
from models.people import account, person
from models.statement import Row, Statement, Tx, insert_into
from services import consenting
from services.accounts import ADD_PERSON
from services.audit import record
from services.naming import REMEMBER
from services.town import Town

# the wording under which a guardian said yes for a child, and somebody grown to being acted for
GUARDIAN_WORDING = "guardian-2026-12"
ACTING_WORDING = "acting-2026-12"
MOST_CHILDREN = 5
MOST_LABEL = 10

Kind = Literal["self", "child", "grown", "paper"]

CHILDREN = Statement(
    select(dependent.c.person_id, dependent.c.label, dependent.c.age_band)
    .where(dependent.c.keeper_id == bindparam("actor_id"), dependent.c.kind == "child")
    .order_by(dependent.c.person_id)
)
ON_PAPER = Statement(
    select(dependent.c.person_id, dependent.c.label)
    .where(dependent.c.keeper_id == bindparam("actor_id"), dependent.c.kind == "paper")
    .order_by(dependent.c.person_id)
)
GROWN = Statement(
    select(acting_right.c.id, acting_right.c.subject_id, acting_right.c.label, person.c.name)
    .join_from(acting_right, person, person.c.id == acting_right.c.subject_id)
    .where(acting_right.c.actor_id == bindparam("actor_id"), acting_right.c.ended_at.is_(None))
    .order_by(acting_right.c.id)
)
ACTORS = Statement(
    select(acting_right.c.id, acting_right.c.actor_id, acting_right.c.label, person.c.name)
    .join_from(acting_right, person, person.c.id == acting_right.c.actor_id)
    .where(acting_right.c.subject_id == bindparam("subject_id"), acting_right.c.ended_at.is_(None))
    .order_by(acting_right.c.id)
)
KEPT = Statement(select(dependent.c.keeper_id).where(dependent.c.person_id == bindparam("subject_id")))
RIGHT = Statement(
    select(acting_right.c.id).where(
        acting_right.c.actor_id == bindparam("actor_id"),
        acting_right.c.subject_id == bindparam("subject_id"),
        acting_right.c.ended_at.is_(None),
    )
)
ADD_DEPENDENT = insert_into(
    dependent, "person_id", "keeper_id", "kind", "label", "age_band", "unit_id", "created_at", returning=None
)
ADD_RIGHT = insert_into(acting_right, "actor_id", "subject_id", "label", "way", "wording", "given_at")
END = Statement(
    update(acting_right)
    .where(
        acting_right.c.id == bindparam("right_id"),
        acting_right.c.ended_at.is_(None),
        (acting_right.c.actor_id == bindparam("by")) | (acting_right.c.subject_id == bindparam("by")),
    )
    .values(ended_at=bindparam("now", type_=acting_right.c.ended_at.type))
)
ONE_RIGHT = Statement(
    select(acting_right.c.actor_id, acting_right.c.subject_id, acting_right.c.label).where(
        acting_right.c.id == bindparam("id")
    )
)
SET_LABEL = Statement(
    update(acting_right)
    .where(
        acting_right.c.actor_id == bindparam("actor"),
        acting_right.c.subject_id == bindparam("subject"),
        acting_right.c.ended_at.is_(None),
    )
    .values(label=bindparam("new", type_=acting_right.c.label.type))
)
NAME = Statement(select(person.c.name, person.c.forget_at).where(person.c.id == bindparam("person_id")))
OWN_ACCOUNT = Statement(
    select(account.c.id, account.c.platform)
    .where(account.c.person_id == bindparam("person_id"))
    .order_by((account.c.state == "active").desc(), account.c.seen_at.desc())
    .limit(1)
)
VERIFIED = Statement(
    select(func.count().label("n")).where(
        account.c.person_id == bindparam("person_id"), account.c.verified.is_(True)
    )
)


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody to be enrolled: how the one who acts calls them, and their name on the class list."""

    person_id: int
    kind: Kind
    label: str
    name: str
    age_band: str = ""

    @property
    def ages(self) -> tuple[int, int] | None:
        """The ages of a child's band, from and up to but without the second."""
        return AGE_BANDS.get(self.age_band)


def learners(tx: Tx, actor_id: int) -> list[Learner]:
    """Everybody for whom a person may act: children first, then grown people."""
    found = [
        Learner(row.person_id, "child", row.label, row.label, row.age_band)
        for row in tx.all(CHILDREN, actor_id=actor_id)
    ]
    return found + [
        Learner(row.subject_id, "grown", row.label or row.name, row.name or row.label)
        for row in tx.all(GROWN, actor_id=actor_id)
    ]


def on_paper(tx: Tx, actor_id: int) -> list[Learner]:
    """Whom a member of staff enrolled from a paper list: no family, and spoken of by their names."""
    return [
        Learner(row.person_id, "paper", row.label, row.label) for row in tx.all(ON_PAPER, actor_id=actor_id)
    ]


def learner(tx: Tx, actor_id: int, person_id: int) -> Learner | None:
    """One of `learners`, looked up anew; None where the right has ended."""
    return next((one for one in learners(tx, actor_id) if one.person_id == person_id), None)


def may_act(tx: Tx, actor_id: int, subject_id: int) -> bool:
    """Whether a person may act for another: as themselves, as their keeper, or by their own yes."""
    if actor_id == subject_id:
        return True
    kept = tx.one(KEPT, subject_id=subject_id)
    if kept is not None and kept.keeper_id == actor_id:
        return True
    return tx.one(RIGHT, actor_id=actor_id, subject_id=subject_id) is not None


def add_child(tx: Tx, town: Town, keeper_id: int, label: str, age_band: str, platform: str) -> Learner | None:
    """Keep a child by the guardian's yes; None where one of that label is kept, or too many are."""
    if age_band not in AGE_BANDS:
        raise ValueError(f"not an age band: {age_band!r}")
    children = tx.all(CHILDREN, actor_id=keeper_id)
    if len(children) >= MOST_CHILDREN or any(row.label == label for row in children):
        return None
    now = town.now()
    made = tx.add(ADD_PERSON, created_at=now)
    tx.run(REMEMBER, person_id=made, new=label)
    tx.run(
        ADD_DEPENDENT, person_id=made, keeper_id=keeper_id, kind="child", label=label, age_band=age_band,
        unit_id=None, created_at=now,
    )  # fmt: skip
    consenting.give(tx, made, "guardian", platform, now, GUARDIAN_WORDING)
    record(tx, now, f"person:{keeper_id}", "consent", f"person:{made}", "guardian")
    return Learner(made, "child", label, label, age_band)


def allow(tx: Tx, town: Town, *, actor_id: int, subject_id: int, label: str, way: str, by: str) -> int:
    """Keep a grown person's own yes to being enrolled by another; a second one changes nothing."""
    row = tx.one(RIGHT, actor_id=actor_id, subject_id=subject_id)
    if row is not None:
        return int(row.id)
    now = town.now()
    made = tx.add(
        ADD_RIGHT, actor_id=actor_id, subject_id=subject_id, label=label, way=way, wording=ACTING_WORDING,
        given_at=now,
    )  # fmt: skip
    record(tx, now, by, "acting_allowed", f"person:{subject_id}", f"right:{made} {way}")
    return made


def end_right(tx: Tx, town: Town, right_id: int, by: int, *, actor: str = "") -> Row:
    """End a right that is either's; its row (actor_id, subject_id, label), or None."""
    now = town.now()
    row = tx.one(ONE_RIGHT, id=right_id)
    if row is None or not tx.run(END, right_id=right_id, by=by, now=now):
        return None
    record(tx, now, actor or f"person:{by}", "acting_ended", f"person:{row.subject_id}", f"right:{right_id}")
    return row


def actors(tx: Tx, subject_id: int) -> list[Row]:
    """Who may act for a person by that person's yes: id of the right, actor_id and name."""
    return tx.all(ACTORS, subject_id=subject_id)


def name_of(tx: Tx, person_id: int) -> str:
    """What a person is called on lists, or nothing."""
    row = tx.one(NAME, person_id=person_id)
    return str(row.name) if row else ""


def account_of(tx: Tx, person_id: int) -> int | None:
    """The account under which a person's places are kept, if they have one."""
    row = own_account(tx, person_id)
    return int(row.id) if row else None


def own_account(tx: Tx, person_id: int) -> Row:
    """The same with its platform; None for who has none."""
    return tx.one(OWN_ACCOUNT, person_id=person_id)


def is_verified(tx: Tx, person_id: int) -> bool:
    """Whether one of a person's accounts is verified."""
    return int(tx.one(VERIFIED, person_id=person_id).n) > 0


def set_label(tx: Tx, actor_id: int, subject_id: int, label: str) -> None:
    """Note how the one who acts calls the other."""
    tx.run(SET_LABEL, actor=actor_id, subject=subject_id, new=label)
