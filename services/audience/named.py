"""Audiences as people call them: a class by its code or name, a kind or a group by its word alone."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.types import Integer, String

from models.broadcasting import GROUPS
from models.catalogue import CATEGORIES, course, offering, org_unit
from models.statement import Row, Statement, Tx
from services.audience.expression import Atom
from services.audience.parse import AudienceError, parse
from services.regex import regex

# what is said around the name itself
_BEFORE: Final = regex(r"^(?:发给|给|班级|班|class)\s*", re.IGNORECASE)
_AFTER: Final = regex(r"(?:的(?:全体|所有)?(?:学员|同学|学生|居民|人)|(?:全体|所有)?学员)们?$")
_QUOTES: Final = "“”\"'‘’《》「」（）()。，,！! "
_CLASS_END: Final = regex(r"(?:这个|那个)?(?:班级|班|课程|课)$")
_EVERYBODY: Final = regex(
    r"^(?:发给|给)?(?:(?:我们)?(?:所有|全部|全体|全)(?:县|市|区|镇|乡|村|街道|社区|校)?的?(?:所有|全体)?"
    r"(?:人|居民|学员|村民|群众|人员)?们?|大家|每个人|人人都发|everyone|everybody|all(?: residents)?)$",
    re.IGNORECASE,
)
_SIGNS: Final = regex(r"[:+&]")

_under = (
    org_unit.c.path.startswith(bindparam("path", type_=String())),
    offering.c.last_end > bindparam("now", type_=offering.c.last_end.type),
)
# a % or _ in what was said stands for anything, which finds no class outside the unit
CALLED: Final = Statement(
    select(offering.c.id, offering.c.code, course.c.title)
    .join_from(offering, course, course.c.id == offering.c.course_id)
    .join(org_unit, org_unit.c.id == offering.c.unit_id)
    .where(
        *_under,
        or_(
            func.lower(offering.c.code) == bindparam("code", type_=String()),
            func.lower(course.c.title).contains(bindparam("name", type_=String())),
        ),
    )
    # whose code or whole name it is comes first
    .order_by(
        (func.lower(offering.c.code) == bindparam("code", type_=String())).desc(),
        (func.lower(course.c.title) == bindparam("name", type_=String())).desc(),
        offering.c.first_start,
        offering.c.id,
    )
    .limit(bindparam("most", type_=Integer()))
)


def everybody_meant(said: str) -> bool:
    """Whether all of the own unit were named: 所有人, 全镇的居民, 大家."""
    return _EVERYBODY.match(said.strip(_QUOTES)) is not None


def word_meant(said: str) -> Atom | None:
    """The kind or the group whose name was said without more: 农民工, 职业技能."""
    bare = _bare(said)
    if bare is None:
        return None
    for kind in ("group", "kind"):
        try:
            found = parse(f"{kind}:{bare}")
        except AudienceError:
            continue
        if isinstance(found, Atom) and found.value in (*GROUPS, *CATEGORIES):
            return found
    return None


def classes_meant(tx: Tx, unit_path: str, said: str, now: datetime, most: int) -> list[Row]:
    """The classes under a unit that are not over and are called so: id, code, title; a code alone decides."""
    bare = _bare(said)
    if bare is None:
        return []
    # a name that really ends so is found by the first
    for name in dict.fromkeys((bare, _CLASS_END.sub("", bare))):
        if not name:
            continue
        found = tx.all(CALLED, path=unit_path, now=now, code=name, name=name, most=most)
        if found and found[0].code.lower() == name:
            return found[:1]
        if found:
            exact = [row for row in found if row.title.lower() == name]
            return exact or found
    return []


def _bare(said: str) -> str | None:
    """What is left without what is said around a name; None for what is written as conditions."""
    plain = unicodedata.normalize("NFKC", said).strip(_QUOTES).lower()
    if _SIGNS.search(plain):
        return None
    plain = _AFTER.sub("", _BEFORE.sub("", plain)).strip(_QUOTES)
    return plain or None
