"""满意度: one tap and one sentence after a class; the school sees answers without names, from five on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NotRequired, TypedDict

from sqlalchemy import bindparam, exists, func, select, union_all, update
from sqlalchemy.types import Integer, String

from models.catalogue import course, offering, org_unit
from models.enrolment import enrolment
from models.family import dependent
from models.organising import survey
from models.statement import Row, Statement, Tx, insert_into
from services.message import clean

# from 很满意 to 很不满意
SCORES = (5, 4, 3, 2, 1)
# fewer answers than these would tell whose they are
LEAST_ANSWERS = 5
MOST_WORDS = 200
MOST_SENTENCES = 100
# how long an answer may be given or changed
LIFE = timedelta(days=30)

# a guardian answers for the child
WHOSE = union_all(
    select(bindparam("person_id", type_=Integer())),
    select(dependent.c.person_id).where(dependent.c.keeper_id == bindparam("person_id")),
)
# how the person calls the one who was in the class; nothing of oneself
WHOM = (
    select(dependent.c.label)
    .where(
        dependent.c.person_id == enrolment.c.person_id,
        dependent.c.keeper_id == bindparam("person_id", type_=Integer()),
    )
    .scalar_subquery()
    .label("whom")
)
ADD = insert_into(survey, "offering_id", "enrolment_id", "asked_at")
_own = (
    select(survey.c.id, survey.c.score, survey.c.offering_id, course.c.title, WHOM)
    .join_from(survey, enrolment, enrolment.c.id == survey.c.enrolment_id)
    .join(offering, offering.c.id == survey.c.offering_id)
    .join(course, course.c.id == offering.c.course_id)
    .where(enrolment.c.person_id.in_(WHOSE), survey.c.asked_at > bindparam("since"))
)
ONE = Statement(_own.where(survey.c.id == bindparam("id")))
UNANSWERED = Statement(_own.where(survey.c.score.is_(None)).order_by(survey.c.id.desc()).limit(1))
RATE = Statement(
    update(survey)
    .where(survey.c.id == bindparam("row"))
    .values(score=bindparam("new", type_=survey.c.score.type))
)
SAY = Statement(
    update(survey)
    .where(survey.c.id == bindparam("row"))
    .values(words=bindparam("new", type_=survey.c.words.type))
)
COUNTED = Statement(
    select(survey.c.score, func.count().label("people"))
    .where(survey.c.offering_id == bindparam("offering_id"))
    .group_by(survey.c.score)
)
# in the order of their own letters, so that nobody can tell who was first
WORDS = Statement(
    select(survey.c.words)
    .where(survey.c.offering_id == bindparam("offering_id"), survey.c.words != "")
    .order_by(survey.c.words)
    .limit(MOST_SENTENCES)
)
SURVEYED = Statement(
    select(offering.c.id, offering.c.code, course.c.title, offering.c.last_end)
    .join_from(offering, course, course.c.id == offering.c.course_id)
    .join(org_unit, org_unit.c.id == offering.c.unit_id)
    .where(
        org_unit.c.path.startswith(bindparam("path", type_=String())),
        exists().where(survey.c.offering_id == offering.c.id),
    )
    .order_by(offering.c.last_end.desc(), offering.c.id.desc())
    .limit(50)
)


class Result(TypedDict):
    """What a class was thought of; scores and words only from five answers on."""

    asked: int
    answered: int
    shown: bool
    scores: NotRequired[dict[str, int]]
    average: NotRequired[float]
    words: NotRequired[list[str]]


def open_for(tx: Tx, offering_id: int, enrolment_id: int, now: datetime) -> int:
    """A place for one person's answer."""
    return tx.add(ADD, offering_id=offering_id, enrolment_id=enrolment_id, asked_at=now)


def own(tx: Tx, person_id: int, survey_id: int, now: datetime) -> Row:
    """One of the person's own, while it can be answered: id, score, offering_id, title, whom; or None."""
    return tx.one(ONE, id=survey_id, person_id=person_id, since=now - LIFE)


def unanswered(tx: Tx, person_id: int, now: datetime) -> Row:
    """The latest that the person has not answered, or None."""
    return tx.one(UNANSWERED, person_id=person_id, since=now - LIFE)


def rate(tx: Tx, survey_id: int, score: int) -> None:
    """Keep a score; the last one counts. Raises ValueError for one that is none."""
    if score not in SCORES:
        raise ValueError(score)
    tx.run(RATE, row=survey_id, new=score)


def say(tx: Tx, survey_id: int, words: str) -> None:
    """Keep the sentence."""
    tx.run(SAY, row=survey_id, new=" ".join(clean(words, MOST_WORDS).split()))


def result(tx: Tx, offering_id: int) -> Result:
    """What can be told to the school."""
    rows = {row.score: int(row.people) for row in tx.all(COUNTED, offering_id=offering_id)}
    answered = sum(people for score, people in rows.items() if score is not None)
    found = Result(asked=sum(rows.values()), answered=answered, shown=answered >= LEAST_ANSWERS)
    if found["shown"]:
        found["scores"] = {str(score): rows.get(score, 0) for score in SCORES}
        total = sum(score * rows.get(score, 0) for score in SCORES)
        found["average"] = round(total / answered, 2)
        found["words"] = [row.words for row in tx.all(WORDS, offering_id=offering_id)]
    return found


def surveyed(tx: Tx, units: list[Row]) -> list[Row]:
    """The classes of these units that were asked about, the latest first: id, code, title."""
    found = {row.id: row for unit in units for row in tx.all(SURVEYED, path=unit.path)}
    return sorted(found.values(), key=lambda row: (row.last_end, row.id), reverse=True)
