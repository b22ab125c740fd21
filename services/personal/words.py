"""One's own data in words: keys become class titles and dates, what was done a verb, the dialogue a summary.

The page for people shows these; the file for machines keeps the rows as they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import bindparam, select

from models.catalogue import class_session, course, offering, org_unit
from models.enrolment import enrolment
from models.statement import Statement, Tx
from services.personal import Gathered
from services.phrases.when import say_day
from services.texts import Texts
from services.town import Town

_MOST_NAMED = 8
_titled = select(course.c.title).join_from(offering, course, course.c.id == offering.c.course_id)
TITLE = Statement(_titled.where(offering.c.id == bindparam("id")))
SESSION = Statement(
    select(course.c.title, class_session.c.starts_at)
    .join_from(class_session, offering, offering.c.id == class_session.c.offering_id)
    .join(course, course.c.id == offering.c.course_id)
    .where(class_session.c.id == bindparam("id"))
)
ENROLMENT = Statement(
    _titled.join(enrolment, enrolment.c.offering_id == offering.c.id).where(enrolment.c.id == bindparam("id"))
)
UNIT = Statement(select(org_unit.c.name).where(org_unit.c.id == bindparam("id")))
UNIT_BY_CODE = Statement(select(org_unit.c.name).where(org_unit.c.code == bindparam("code")))


class Speech:
    """Says rows of one person in one language, looking up what their keys lead to."""

    def __init__(self, tx: Tx, town: Town, say: Texts) -> None:
        self._tx, self._town, self._say = tx, town, say

    def rows(self, gathered: Gathered) -> Gathered:
        """The same sections with readable rows."""
        told = dict(gathered)
        told["audit_entry"] = [self._entry(row) for row in gathered["audit_entry"]]
        told["conversation"] = [self._conversation(row) for row in gathered["conversation"]]
        return told

    def thing(self, key: str) -> str:
        """What a key like `offering:3` leads to: a class, one of its days, a unit; never the bare key."""
        kind, _, number = key.partition(":")
        found = self._found(kind, int(number)) if number.isdigit() and len(number) < 19 else ""
        if found:
            return found
        name = f"mydata.thing.{kind}"
        return self._say(name if self._say.has(name) else "mydata.thing.other")

    def _found(self, kind: str, number: int) -> str:
        if kind == "session":
            row = self._tx.one(SESSION, id=number)
            if row is None:
                return ""
            day = say_day(row.starts_at, self._say.lang, self._town.now(), self._town.zone)
            return self._say("mydata.session_of", title=row.title, day=day)
        statement = {"offering": TITLE, "enrolment": ENROLMENT}.get(kind)
        if statement is not None:
            row = self._tx.one(statement, id=number)
            return "" if row is None else str(row.title)
        row = self._tx.one(UNIT, id=number) if kind == "unit" else None
        return "" if row is None else str(row.name)

    def _entry(self, row: dict[str, Any]) -> dict[str, Any]:
        return {
            "at": row["at"], "actor": self._who(row["actor"]), "action": self._action(row["action"]),
            "subject": row["subject"] if row["subject"] == "you" else self.thing(row["subject"]),
            "fields": self._say("other.between").join(dict.fromkeys(self._details(row["fields"]))),
        }  # fmt: skip

    def _who(self, actor: str) -> str:
        if actor in ("you", "system"):
            return actor
        return self._say("mydata.somebody" if actor.startswith("person:") else "mydata.staff")

    def _action(self, action: str) -> str:
        key = f"mydata.action.{action}"
        return self._say(key if self._say.has(key) else "mydata.action.other")

    def _details(self, fields: str) -> Iterator[str]:
        """What a list of field names and keys says to the person; mere numbers say nothing."""
        for part in fields.split():
            role, at, unit = part.partition("@")
            if at and self._say.has(f"mydata.value.{role}"):
                row = self._tx.one(UNIT_BY_CODE, code=unit)
                yield f"{self._say(f'mydata.value.{role}')} {row.name if row else ''}".strip()
            elif part.startswith(("offering:", "session:", "enrolment:")):
                yield self.thing(part)
            else:
                known = [
                    key for key in (f"mydata.value.{part}", f"mydata.field.{part}") if self._say.has(key)
                ]
                if known:
                    yield self._say(known[0])

    def _conversation(self, row: dict[str, Any]) -> dict[str, Any]:
        return {
            "platform": row["platform"],
            "state": "\n".join(self._dialogue(row["state"])) or self._say("mydata.dialogue.idle"),
            "updated_at": row["updated_at"],
        }

    def _dialogue(self, state: str) -> Iterator[str]:
        try:
            kept = json.loads(state) if state else {}
        except ValueError:
            kept = {}
        if step := str(kept.get("step", "")).partition(".")[0]:
            key = f"mydata.dialogue.{step}"
            data = kept.get("data", {})
            yield self._say(key if self._say.has(key) else "mydata.dialogue.asked")
            if data.get("id"):
                yield self._say("mydata.dialogue.about", title=self.thing(f"offering:{data['id']}"))
            if name := data.get("name") or data.get("known"):
                yield self._say("mydata.dialogue.name", name=name)
        if words := _searched(kept.get("search", {})):
            yield self._say("mydata.dialogue.searched", words=self._say("other.between").join(words))
        shown = [self.thing(f"offering:{number}") for number in kept.get("shown", [])[:_MOST_NAMED]]
        if shown:
            yield self._say("mydata.dialogue.shown", titles=self._say("other.between").join(shown))


def _searched(search: dict[str, Any]) -> list[str]:
    """The words that were searched for, each once."""
    found: list[str] = []
    for one in search.get("of", {}).values():
        try:
            meaning = json.loads(one.get("meaning", "{}"))
        except (ValueError, AttributeError):
            continue
        found += [str(word) for word in meaning.get("words", [])]
    return list(dict.fromkeys(found))
