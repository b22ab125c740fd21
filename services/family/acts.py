"""Acts for others: each is kept with its enrolment, and whoever it was done for is told."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from models.family import acted_for, dependent
from models.people import person
from models.statement import Statement, Tx, insert_into
from services.message import Button, Message
from services.notices.wording import lang_of
from services.outbox import post_notice
from services.phrases.when import say_moment
from services.reach import reach
from services.town import Town

TOLD_FOR = timedelta(days=3)
# how most call those whom they enrol
CALLS = ("family.call_0", "family.call_1", "family.call_2")

ADD = insert_into(acted_for, "enrolment_id", "actor_id", "actor_name", "at", returning=None)
BY = Statement(
    select(acted_for.c.actor_name, acted_for.c.actor_id).where(acted_for.c.enrolment_id == bindparam("id"))
)
KEEPER = Statement(
    select(dependent.c.keeper_id, person.c.name)
    .join_from(dependent, person, person.c.id == dependent.c.keeper_id)
    .where(dependent.c.person_id == bindparam("person_id"), dependent.c.kind == "child")
)


def note(tx: Tx, town: Town, enrolment_ids: Iterable[int], actor_id: int, actor_name: str) -> None:
    """Keep by whom these enrolments were made."""
    for enrolment_id in enrolment_ids:
        tx.run(ADD, enrolment_id=enrolment_id, actor_id=actor_id, actor_name=actor_name, at=town.now())


def note_keeper(tx: Tx, town: Town, enrolment_id: int, person_id: int) -> None:
    """A place that was asked for by a guardian is made by them; nothing for everybody else."""
    kept = tx.one(KEEPER, person_id=person_id)
    if kept is not None:
        note(tx, town, [enrolment_id], kept.keeper_id, str(kept.name))


def made_by(tx: Tx, enrolment_id: int) -> str:
    """Who made an enrolment for somebody else, by name; empty where it is the person's own."""
    row = tx.one(BY, id=enrolment_id)
    return str(row.actor_name) if row else ""


def tell(
    tx: Tx, town: Town, subject_id: int, right_id: int, key: str, *, starts: datetime | None = None,
    **words: str,
) -> None:  # fmt: skip
    """Tell a grown person what was done for them, with one tap that ends the right; at once, silently.

    Of a seat they are told when to be there.
    """
    to = reach(tx, subject_id)
    if to is None or to.address.learner_id is not None:
        return
    text = to.say(f"family.told_{key}", **words)
    if starts is not None:
        when = say_moment(starts, lang_of(to), town.now(), town.zone)
        text = f"{text}\n{to.say('enrol.done_next', when=when)}"
    message = Message(
        text,
        (
            (Button(to.say("start.mine"), "my"),),
            (Button(to.say("family.end_right"), f"act_end:{right_id}"),),
        ),
    )
    post_notice(
        tx, town, to.address, message, purpose="account", expires_at=town.now() + TOLD_FOR, silent=True
    )


def tell_actor(tx: Tx, town: Town, actor_id: int, name: str, *, to_call: int = 0) -> None:
    """Tell whoever asked that the other said yes; with `to_call`, that person, ask how they are called."""
    to = reach(tx, actor_id)
    if to is not None:
        text = to.say("family.told_allowed", name=name or to.say("family.somebody"))
        rows: list[tuple[Button, ...]] = [(Button(to.say("family.enrol"), "family:0"),)]
        if to_call:
            text = f"{text}\n{to.say('family.told_call')}"
            calls = (Button(to.say(key), f"fam_called:{to_call}:{at}") for at, key in enumerate(CALLS))
            rows.insert(0, tuple(calls))
        post_notice(
            tx, town, to.address, Message(text, tuple(rows)), purpose="account",
            expires_at=town.now() + TOLD_FOR,
        )  # fmt: skip


def tell_ended(tx: Tx, town: Town, actor_id: int, name: str) -> None:
    """Tell whoever might act that they may no longer."""
    to = reach(tx, actor_id)
    if to is not None:
        message = Message(to.say("family.told_ended", name=name or to.say("family.somebody")))
        post_notice(
            tx, town, to.address, message, purpose="account", expires_at=town.now() + TOLD_FOR, silent=True
        )
