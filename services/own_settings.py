"""What a person has chosen: language, large print, reminders and own quiet hours."""

from sqlalchemy import bindparam, select, update

from models.people import person
from models.statement import Row, Statement, Tx

SWITCHES = ("remind_evening", "remind_hour", "weekly")

CHOSEN = Statement(
    select(
        person.c.lang, person.c.big, person.c.remind_evening, person.c.remind_hour, person.c.weekly,
        person.c.quiet_from, person.c.quiet_to,
    ).where(person.c.id == bindparam("person_id"))
)  # fmt: skip
SET_QUIET = Statement(
    update(person)
    .where(person.c.id == bindparam("person_id"))
    .values(
        quiet_from=bindparam("starts", type_=person.c.quiet_from.type),
        quiet_to=bindparam("ends", type_=person.c.quiet_to.type),
    )
)
SET = {
    name: Statement(
        update(person)
        .where(person.c.id == bindparam("person_id"))
        .values({name: bindparam("new", type_=person.c[name].type)})
    )
    for name in ("lang", "big", *SWITCHES)
}


def chosen(tx: Tx, person_id: int) -> Row:
    """The present choices."""
    return tx.one(CHOSEN, person_id=person_id)


def choose(tx: Tx, person_id: int, name: str, new: str | bool) -> None:
    """Keep one choice: `lang`, `big` or one of `SWITCHES`. Raises KeyError for any other."""
    tx.run(SET[name], person_id=person_id, new=new)


def choose_quiet(tx: Tx, person_id: int, hours: tuple[int, int] | None) -> None:
    """Keep own quiet hours in minutes after midnight; None brings the town's own back."""
    starts, ends = hours or (None, None)
    tx.run(SET_QUIET, person_id=person_id, starts=starts, ends=ends)
