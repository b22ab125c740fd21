"""What came of a line of a paper list, in words."""

from datetime import datetime
from typing import Any

from models.statement import Row
from services.paper.enrolling import Entry
from services.phrases.when import say_moment
from services.texts import Texts
from services.town import Town


def outcome(entry: Entry, row: Row, say: Texts, town: Town) -> str:
    """已报名, 候补第3位, or why not."""
    if entry.state == "enrolled":
        return say("paper.enrolled")
    if entry.state == "offered":
        return say("paper.offered")
    if entry.state == "waiting":
        return say("paper.waiting", position=entry.position)
    own, family = f"paper.refused.{entry.code}", f"family.refused.{entry.code}"
    key = own if say.has(own) else family if say.has(family) else f"refused.{entry.code}"
    return say(key, **_values(entry, row, say, town))


def _values(entry: Entry, row: Row, say: Texts, town: Town) -> dict[str, Any]:
    values = dict(entry.values)
    for name, value in values.items():
        if isinstance(value, datetime):
            values[name] = say_moment(value, say.lang, town.now(), town.zone)
    if entry.code == "clash":
        values["other_title"] = values["title"]
    return {
        **values, "name": entry.name, "title": row.title, "school": row.school, "phone": row.phone,
        "desk_hours": row.desk_hours, "ages": f"{row.min_age or 0}–{row.max_age or ''}",
    }  # fmt: skip
