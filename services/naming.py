"""What a person is called on class lists."""

from sqlalchemy import bindparam, update

from models.people import person
from models.statement import Statement, Tx

MOST = 20
REMEMBER = Statement(
    update(person)
    .where(person.c.id == bindparam("person_id"))
    .values(name=bindparam("new", type_=person.c.name.type))
)


def usable(name: str) -> str:
    """A platform's own name as it may stand on a button, or nothing."""
    return " ".join(name.split())[:MOST].strip()


def remember(tx: Tx, person_id: int, name: str) -> None:
    """Keep the name for the next enrolment."""
    tx.run(REMEMBER, person_id=person_id, new=name)
