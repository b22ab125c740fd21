"""The few shapes in which a table leads to a person, so that each section of /mydata is one entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, bindparam, select, union_all

from models.catalogue import class_session, course, offering
from models.enrolment import enrolment
from models.family import dependent
from models.people import account, person
from models.statement import Statement

WHOSE: BindParameter[int] = bindparam("person_id", type_=person.c.id.type)
WHO: BindParameter[str] = bindparam("who")
# those whose data is the guardian's to see
CHILDREN = select(dependent.c.person_id).where(dependent.c.keeper_id == WHOSE, dependent.c.kind == "child")


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one table about a person; its name is the table's.

    `withheld` are the columns that are not shown: secrets, and keys that say nothing to their reader.
    """

    name: str
    statement: Statement
    withheld: frozenset[str]


def section(table: Any, query: Any, withheld: str) -> Section:
    """A section of any shape; `withheld` are names with spaces between them."""
    return Section(table.name, Statement(query), frozenset(withheld.split()))


def columns(table: Any, shown: tuple[Any, ...]) -> list[Any]:
    """The columns that are shown: names of the table's own with spaces between them, or anything else."""
    found: list[Any] = []
    for one in shown:
        found += [table.c[name] for name in one.split()] if isinstance(one, str) else [one]
    return found


def own(table: Any, *shown: Any, withheld: str, key: str = "person_id", order: str = "id") -> Section:
    """Rows that name the person themselves."""
    query = select(*columns(table, shown)).where(table.c[key] == WHOSE).order_by(table.c[order])
    return section(table, query, withheld)


def of_account(table: Any, *shown: Any, withheld: str, order: str = "id") -> Section:
    """Rows of the person's accounts, with the platform of each."""
    query = (
        select(account.c.platform, *columns(table, shown))
        .join_from(table, account, account.c.id == table.c.account_id)
        .where(account.c.person_id == WHOSE)
        .order_by(table.c[order])
    )
    return section(table, query, withheld)


def of_place(
    table: Any, *shown: Any, withheld: str, link: str = "enrolment_id", family: bool = False
) -> Section:
    """Rows of an own place in a class, which is named; with `family` also those of the own children."""
    return section(table, _placed(table, columns(table, shown), link, family), withheld)


def of_session(table: Any, *shown: Any, withheld: str, family: bool = False) -> Section:
    """The same of rows that lead to a session as well, with its beginning."""
    named = [class_session.c.starts_at, *columns(table, shown)]
    query = _placed(table, named, "enrolment_id", family).join(
        class_session, class_session.c.id == table.c.session_id
    )
    return section(table, query, withheld)


def of_class(table: Any, *shown: Any) -> Any:
    """A query of rows that name a class by `offering_id`, with the class named."""
    return (
        select(course.c.title, offering.c.code, *columns(table, shown))
        .join_from(table, offering, offering.c.id == table.c.offering_id)
        .join(course, course.c.id == offering.c.course_id)
    )


def of_family(column: Any) -> Any:
    """A condition: the person of a column is oneself or a child that one keeps."""
    # as one set, each of which is looked up: for "this or one of those" PostgreSQL reads the whole table
    return column.in_(union_all(select(WHOSE), CHILDREN))


def learner(column: Any) -> Any:
    """How the child of a column is called; nothing for oneself."""
    return (
        select(dependent.c.label)
        .where(dependent.c.person_id == column, dependent.c.kind == "child")
        .scalar_subquery()
        .label("learner")
    )


def _placed(table: Any, shown: list[Any], link: str, family: bool) -> Any:
    whose = enrolment.c.person_id
    named = [*shown, learner(whose)] if family else shown
    return (
        select(course.c.title, offering.c.code, *named)
        .join_from(table, enrolment, enrolment.c.id == table.c[link])
        .join(offering, offering.c.id == enrolment.c.offering_id)
        .join(course, course.c.id == offering.c.course_id)
        .where(of_family(whose) if family else whose == WHOSE)
        .order_by(table.c[link] if "id" not in table.c else table.c.id)
    )
